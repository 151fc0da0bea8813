"""Indexes for what is asked at every message and at every first reading: which rows of a chat
wait, and whether a target was never tried.

`outbox_waiting` began with a column that nothing asks for.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

IS_WAITING = sa.text("sent_at IS NULL AND parked_at IS NULL")
IS_UNTRIED = sa.text("health = '' AND retired_at IS NULL")


def upgrade() -> None:
    op.drop_index("outbox_waiting", table_name="outbox", if_exists=True)
    op.create_index(
        "outbox_lane",
        "outbox",
        ["chat_id", "kind", "not_before", "claimed_until"],
        sqlite_where=IS_WAITING,
        postgresql_where=IS_WAITING,
        if_not_exists=True,
    )
    op.create_index(
        "target_untried",
        "target",
        ["id"],
        sqlite_where=IS_UNTRIED,
        postgresql_where=IS_UNTRIED,
        if_not_exists=True,
    )


def downgrade() -> None:
    op.drop_index("target_untried", table_name="target")
    op.drop_index("outbox_lane", table_name="outbox")
    op.create_index(
        "outbox_waiting",
        "outbox",
        ["chat_key", "not_before"],
        sqlite_where=IS_WAITING,
        postgresql_where=IS_WAITING,
    )
