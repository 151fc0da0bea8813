"""Which code read a review: what another one reads better is no edit of the guest."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("review", sa.Column("read_by", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("review", "read_by")
