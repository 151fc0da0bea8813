"""What is known of a chat in Telegram: moved, dead, to be left alone for a while."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from reviewbot.core.settings import Chat
from reviewbot.store.tables import (
    ChatRow,
)
from reviewbot.store.tx import Tx


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
    return True


def moved_to(session: Session, chat_id: int) -> int:
    chat = session.get(ChatRow, chat_id)
    return chat.migrated_to if chat is not None and chat.migrated_to is not None else chat_id


def chat_row(session: Session, chat_id: int) -> ChatRow:
    chat = session.get(ChatRow, chat_id)
    if chat is None:
        chat = ChatRow(chat_id=chat_id)
    session.add(chat)
    return chat


def living_chats(tx: Tx, keys: Sequence[str]) -> list[Chat]:
    """Return the chats of these keys, each once; for a dead one the support or operator chat."""
    chosen: dict[str, Chat] = {}
    for key in keys:
        for candidate in (key, "support", tx.settings.operator_chat):
            chat = tx.settings.chats.get(candidate)
            row = tx.session.get(ChatRow, chat.chat_id) if chat else None
            if chat and (row is None or row.dead_since is None):
                chosen[chat.key] = chat
                break
    if not chosen:
        chat = tx.settings.chats["support"]
        chosen[chat.key] = chat
    return list(chosen.values())
