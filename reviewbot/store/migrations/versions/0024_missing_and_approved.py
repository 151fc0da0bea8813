"""Indexes of what few rows are: reviews that a list does not show just now, replies approved."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_INDEXES = (
    ("review_missing", "review", ["target_id", "missed_since"], "missed_since IS NOT NULL"),
    (
        "ticket_approved",
        "ticket",
        ["location_key", "approved_at"],
        "approved_draft_id IS NOT NULL",
    ),
)


def upgrade() -> None:
    for name, table, columns, condition in _INDEXES:
        where = sa.text(condition)
        op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    for name, table, *_ in _INDEXES:
        op.drop_index(name, table_name=table)
