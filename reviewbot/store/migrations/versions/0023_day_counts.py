"""What came on a day at a target is counted once; all days there are wait for it."""

import sqlalchemy as sa
from alembic import op

from reviewbot.store.days import day_marks

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_OF_TEXTS = (
    "CAST(strftime('%s', first_seen_at) AS INTEGER) / 86400, target_id, "
    "strftime('%Y-%m-%d 00:00:00.000000', first_seen_at), "
    "strftime('%Y-%m-%d 00:00:00.000000', first_seen_at, '+1 day')"
)
"""SQLite's instants were texts then."""
_ON_SERVER = (
    "CAST(floor(extract(epoch FROM first_seen_at) / 86400) AS INTEGER), target_id, "
    "date_trunc('day', first_seen_at AT TIME ZONE 'UTC') AT TIME ZONE 'UTC', "
    "(date_trunc('day', first_seen_at AT TIME ZONE 'UTC') + interval '1 day') AT TIME ZONE 'UTC'"
)


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
    days = _OF_TEXTS if op.get_bind().dialect.name == "sqlite" else _ON_SERVER
    op.execute(
        "INSERT INTO day_to_count (day, target_id, starts_at, ends_at) "  # noqa: S608 - all ours
        f"SELECT DISTINCT {days} FROM review WHERE 1 = 1 ON CONFLICT DO NOTHING"
    )


def downgrade() -> None:
    day_marks.remove(op.get_bind())
    op.drop_table("day_to_count")
    op.drop_table("day_count")


def _key() -> tuple[sa.Column[int], sa.Column[int]]:
    return (
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("target_id", sa.Integer(), autoincrement=False, nullable=False),
    )
