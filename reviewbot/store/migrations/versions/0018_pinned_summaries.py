"""The pinned summary of each chat: where it stands and what it says."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "summary",
        sa.Column("chat_key", sa.String(), primary_key=True),
        sa.Column("chat_id", sa.BigInteger(), nullable=True),
        sa.Column("thread_id", sa.Integer(), nullable=True),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("shown", sa.String(), nullable=False),
        sa.Column("since_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("pinned_id", sa.Integer(), nullable=True),
        sa.Column("pin_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pin_error", sa.String(), nullable=True),
    )


def downgrade() -> None:
    op.drop_table("summary")
