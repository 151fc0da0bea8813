"""What a page showed last is one look into an index, however many readings there were."""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_reading_target_id", table_name="reading")
    op.create_index("reading_of", "reading", ["target_id", "read_at"])


def downgrade() -> None:
    op.drop_index("reading_of", table_name="reading")
    op.create_index("ix_reading_target_id", "reading", ["target_id"])
