"""Indexes that lead to the next message of a chat, however many wait: the oldest of a kind, and
what is claimed."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

UNSENT = "sent_at IS NULL AND parked_at IS NULL"
CLAIMED = f"claimed_until IS NOT NULL AND {UNSENT}"


def upgrade() -> None:
    op.drop_index("outbox_lane", table_name="outbox")
    _index("outbox_lane", ["chat_id", "bot", "kind", "not_before"], UNSENT)
    _index("outbox_next", ["chat_id", "bot", "kind", "id"], UNSENT)
    _index("outbox_claimed", ["chat_id", "bot", "claimed_until"], CLAIMED)


def downgrade() -> None:
    for name in ("outbox_claimed", "outbox_next", "outbox_lane"):
        op.drop_index(name, table_name="outbox")
    _index("outbox_lane", ["chat_id", "bot", "kind", "not_before", "claimed_until"], UNSENT)


def _index(name: str, columns: list[str], condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, "outbox", columns, sqlite_where=where, postgresql_where=where)
