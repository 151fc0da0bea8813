"""What is known of a chat in Telegram: moved, dead, to be left alone for a while."""

from datetime import datetime

from sqlmodel import Session, col, select

from reviewbot.store.database import announce
from reviewbot.store.tables import (
    ChatRow,
)


def hold_chat(session: Session, chat_id: int, until: datetime) -> None:
    """Leave a chat alone until then: Telegram said so. Kept across restarts."""
    chat_row(session, chat_id).retry_after_until = until
    session.flush()


def revive_chat(session: Session, chat_id: int) -> bool:
    """Note that a chat speaks to us again; return whether it had been dead."""
    chat = session.get(ChatRow, chat_id)
    if chat is None or chat.dead_since is None:
        return False
    chat.dead_since, chat.reason = None, None
    session.add(chat)
    session.flush()
    announce(session)
    return True


def moved_to(session: Session, chat_id: int) -> int:
    chat = session.get(ChatRow, chat_id)
    return chat.migrated_to if chat is not None and chat.migrated_to is not None else chat_id


def earlier_ids(session: Session, chat_id: int) -> list[int]:
    """Return the ids a group had before it moved to this one."""
    return list(session.exec(select(ChatRow.chat_id).where(col(ChatRow.migrated_to) == chat_id)))


def chat_row(session: Session, chat_id: int) -> ChatRow:
    chat = session.get(ChatRow, chat_id)
    if chat is None:
        chat = ChatRow(chat_id=chat_id)
    session.add(chat)
    return chat
