"""What came on a day at a target is counted once; all days there are wait for it."""

import sqlalchemy as sa
from alembic import op

from reviewbot.store.days import day_marks

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "day_count",
        *_key(),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("reviews", "negative", "mixed", "neutral", "positive", "wordless")
        ),
        sa.Column("topics", sa.Text(), nullable=True),
        sa.Column("praise", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("day", "target_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "day_to_count",
        *_key(),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("day", "target_id"),
        sqlite_with_rowid=False,
    )
    # The triggers are made when all migrations are through (store.migrations.upgrade).
    day_marks.mark_all(op.get_bind())


def downgrade() -> None:
    day_marks.remove(op.get_bind())
    op.drop_table("day_to_count")
    op.drop_table("day_count")


def _key() -> tuple[sa.Column[int], sa.Column[int]]:
    return (
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("target_id", sa.Integer(), autoincrement=False, nullable=False),
    )
