"""What is known of a chat in Telegram: moved, dead, to be left alone for a while."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from reviewbot.core.model import BotKey
from reviewbot.store.database import announce, padded, run
from reviewbot.store.tables import ChatRow

DEAD = (ChatRow.bot == BotKey.STAFF, col(ChatRow.dead_since).is_not(None))
"""Chats that staff cannot be written to in. A guest who stops a bot of theirs is no trouble."""


def hold_chat(session: Session, chat_id: int, until: datetime, bot: str = BotKey.STAFF) -> None:
    """Leave a chat alone until then: Telegram said so. Kept across restarts."""
    chat_row(session, chat_id, bot).retry_after_until = until
    session.flush()


def revive_chat(session: Session, chat_id: int, bot: str = BotKey.STAFF) -> bool:
    """Note that a chat speaks to us again; return whether it had been dead."""
    chat = known_chat(session, chat_id, bot)
    if chat is None or chat.dead_since is None:
        return False
    chat.dead_since, chat.reason = None, None
    session.add(chat)
    session.flush()
    announce(session)
    return True


def moved_to(session: Session, chat_id: int) -> int:
    chat = known_chat(session, chat_id)
    return chat.migrated_to if chat is not None and chat.migrated_to is not None else chat_id


def moved_among(session: Session, chat_ids: Collection[int]) -> dict[int, int]:
    """Return where those of these chats are that moved, by their former id."""
    return {
        old: new
        for old, new in run(session, _MOVED, {"chats": padded(chat_ids)})
        if new is not None
    }


_MOVED = select(ChatRow.chat_id, ChatRow.migrated_to).where(
    ChatRow.bot == BotKey.STAFF, col(ChatRow.chat_id).in_(bindparam("chats", expanding=True))
)


def earlier_ids(session: Session, chat_id: int) -> list[int]:
    """Return the ids a group had before it moved to this one."""
    return list(session.exec(select(ChatRow.chat_id).where(col(ChatRow.migrated_to) == chat_id)))


def known_chat(session: Session, chat_id: int, bot: str = BotKey.STAFF) -> ChatRow | None:
    """Return what a bot learned of a chat; None: nothing."""
    return session.get(ChatRow, (bot, chat_id))


def takes_messages(session: Session, chat_id: int) -> bool:
    """Whether a chat, where it is now, is not known to be dead."""
    known = run(session, _STATE, {"chat": chat_id}).first()
    if known is not None and known.migrated_to is not None:
        known = run(session, _STATE, {"chat": known.migrated_to}).first()
    return known is None or known.dead_since is None


_STATE = select(ChatRow.migrated_to, ChatRow.dead_since).where(
    ChatRow.bot == BotKey.STAFF, col(ChatRow.chat_id) == bindparam("chat")
)


def chat_row(session: Session, chat_id: int, bot: str = BotKey.STAFF) -> ChatRow:
    chat = known_chat(session, chat_id, bot)
    if chat is None:
        chat = ChatRow(bot=bot, chat_id=chat_id)
    session.add(chat)
    return chat
