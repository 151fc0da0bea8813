"""What a chat's move or end brings with it: where that goes which waited for it."""

from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, select

from reviewbot.core.model import OutboxKind
from reviewbot.core.settings import Chat
from reviewbot.store.chats import chat_row
from reviewbot.store.queues.outbox import UNSENT, is_private_copy
from reviewbot.store.tables import (
    CardRow,
    OutboxRow,
)


def disable_chat(
    session: Session, chat_id: int, reason: str, now: datetime, instead: Chat | None = None
) -> int:
    """Note that a chat takes no messages; return how many that waited for it moved, as `redirect`
    says."""
    chat = chat_row(session, chat_id)
    chat.dead_since = chat.dead_since or now
    chat.reason = reason[:300]
    return redirect(session, chat_id, reason, now, instead)


def redirect(
    session: Session, chat_id: int, reason: str, now: datetime, instead: Chat | None = None
) -> int:
    """Send what waits for a chat and people must know `instead` to another; return how many moved.
    Edits, answers to presses, digests (which are about one chat's places) and the copies a person
    asked for are parked."""
    moved = 0
    waiting = session.exec(select(OutboxRow).where(*UNSENT, OutboxRow.chat_id == chat_id)).all()
    for row in waiting:
        row.claimed_until = None
        personal = row.kind in (OutboxKind.EDIT, OutboxKind.REPLY, OutboxKind.DIGEST)
        personal = personal or is_private_copy(row)
        if instead is None or instead.chat_id == chat_id or personal:
            if personal:
                row.parked_at, row.error = now, reason[:1000]
        else:
            row.chat_key, row.chat_id = instead.key, instead.chat_id
            row.thread_id, row.bundle_id = instead.thread_id, None
            moved += 1
        session.add(row)
    session.flush()
    return moved


def move_chat(session: Session, old_id: int, new_id: int, now: datetime) -> None:
    """Note that a group became a supergroup: what waits goes there; the old cards, whose message
    numbers the new chat does not know, are dead."""
    chat_row(session, old_id).migrated_to = new_id
    session.execute(
        update(OutboxRow)
        .where(*UNSENT, col(OutboxRow.chat_id) == old_id)
        .values(chat_id=new_id, claimed_until=None)
    )
    session.execute(
        update(CardRow)
        .where(col(CardRow.chat_id) == old_id, col(CardRow.dead_at).is_(None))
        .values(dead_at=now)
    )
    session.flush()
