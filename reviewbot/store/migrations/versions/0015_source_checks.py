"""When each source was last compared with what it was built on."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "source_check",
        sa.Column("source", sa.String(), primary_key=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finding", sa.JSON(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("source_check")
