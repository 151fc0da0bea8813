"""Guests may have a bot of their own: updates, messages, chats and surveys say whose they are.

Numbers of updates, and of private chats, are unique within one bot alone. What is there already is
of the staff's bot.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_IS_LEFT = sa.text("done_at IS NULL AND parked_at IS NULL")
_IS_WAITING = sa.text("sent_at IS NULL AND parked_at IS NULL")
_NAMES = {"uq": "%(table_name)s_%(column_0_name)s_key"}
"""As PostgreSQL names what has no name."""


def upgrade() -> None:
    for table in ("outbox", "survey"):
        with op.batch_alter_table(table) as rows:
            rows.add_column(_bot())
    _index_lanes("chat_id", "bot", "kind", "not_before", "claimed_until")
    op.drop_index("inbox_waiting", table_name="inbox")
    with op.batch_alter_table("inbox", naming_convention=_NAMES) as inbox:
        inbox.add_column(_bot())
        inbox.drop_constraint("inbox_update_id_key", type_="unique")
        inbox.create_unique_constraint("inbox_bot_update_id_key", ["bot", "update_id"])
    _index_inbox()
    _make_chats_anew("bot", "chat_id")


def downgrade() -> None:
    op.execute("DELETE FROM inbox WHERE bot <> 'staff'")
    op.execute("DELETE FROM chat WHERE bot <> 'staff'")
    _make_chats_anew("chat_id")
    op.drop_index("inbox_waiting", table_name="inbox")
    with op.batch_alter_table("inbox", naming_convention=_NAMES) as inbox:
        inbox.drop_constraint("inbox_bot_update_id_key", type_="unique")
        inbox.create_unique_constraint("inbox_update_id_key", ["update_id"])
        inbox.drop_column("bot")
    _index_inbox()
    _index_lanes("chat_id", "kind", "not_before", "claimed_until")
    for table in ("survey", "outbox"):
        with op.batch_alter_table(table) as rows:
            rows.drop_column("bot")


def _bot() -> sa.Column[str]:
    return sa.Column("bot", sa.String(), nullable=False, server_default="staff")


def _index_lanes(*columns: str) -> None:
    op.drop_index("outbox_lane", table_name="outbox")
    op.create_index(
        "outbox_lane",
        "outbox",
        list(columns),
        sqlite_where=_IS_WAITING,
        postgresql_where=_IS_WAITING,
    )


def _index_inbox() -> None:
    op.create_index(
        "inbox_waiting",
        "inbox",
        ["update_id"],
        sqlite_where=_IS_LEFT,
        postgresql_where=_IS_LEFT,
    )


def _make_chats_anew(*key: str) -> None:
    """A primary key changes by a copy: SQLite has no other way."""
    told = "chat_id, title, migrated_to, dead_since, reason, topics_closed, retry_after_until"
    op.create_table(
        "chat_of_bot",
        *([_bot()] if "bot" in key else []),
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("title", sa.String(), nullable=True),
        sa.Column("migrated_to", sa.BigInteger(), nullable=True),
        sa.Column("dead_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("topics_closed", sa.JSON(), nullable=False),
        sa.Column("retry_after_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint(*key),
    )
    op.execute(f"INSERT INTO chat_of_bot ({told}) SELECT {told} FROM chat")  # noqa: S608
    op.drop_table("chat")
    op.rename_table("chat_of_bot", "chat")
