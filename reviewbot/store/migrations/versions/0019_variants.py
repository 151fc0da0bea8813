"""Links and surveys know which way of asking chance gave them."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("guest_link", "survey"):
        op.add_column(name, sa.Column("variant", sa.String(), nullable=True))


def downgrade() -> None:
    for name in ("survey", "guest_link"):
        with op.batch_alter_table(name) as table:
            table.drop_column("variant")
