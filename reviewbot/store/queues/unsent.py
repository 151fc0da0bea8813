"""Messages that could not be sent: tried again later, set aside, or brought back by a person."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, update
from sqlmodel import Session, col, select

from reviewbot.core.model import BotKey, OutboxKind
from reviewbot.core.settings import Chat
from reviewbot.store.chats import moved_to
from reviewbot.store.database import announce, padded
from reviewbot.store.tables import OutboxRow, TicketRow

_REFUSALS = "refusals"
_SENT_ON = "sent_on"
_PERHAPS_SENT = "perhaps_sent"
"""Beside the facts of a payload."""
_TELLS_STILL = (
    OutboxKind.ALERT,
    OutboxKind.REMINDER,
    OutboxKind.ESCALATION,
    OutboxKind.HANDOFF,
    OutboxKind.CONCERN,
    OutboxKind.NOTICE,
    OutboxKind.DIGEST,
)


def postpone(
    session: Session, row_ids: Sequence[int], until: datetime, error: str | None = None
) -> None:
    """Give the claim back: try again from `until` on (Telegram did not take the message)."""
    session.execute(
        update(OutboxRow)
        .where(col(OutboxRow.id).in_(padded(row_ids)))
        .values(claimed_until=None, not_before=until, error=error and error[:1000], bundle_id=None)
    )
    _forget_loaded(session, row_ids)


def park(session: Session, row_ids: Sequence[int], error: str, now: datetime) -> None:
    """Give a message up: it stays, with the error, and shows in /health."""
    session.execute(
        update(OutboxRow)
        .where(col(OutboxRow.id).in_(padded(row_ids)))
        .values(claimed_until=None, parked_at=now, error=error[:1000])
    )
    _forget_loaded(session, row_ids)


def refuse(session: Session, row: OutboxRow) -> int:
    """Count that Telegram refused this message; return how often this chat has."""
    refusals = int(row.payload.get(_REFUSALS) or 0) + 1
    row.payload = {**row.payload, _REFUSALS: refusals}
    session.add(row)
    session.flush()
    return refusals


def note_perhaps_sent(row: OutboxRow) -> None:
    """Note that a message may be there already: its claim ran out, and nobody gave it back."""
    if row.claimed_until is not None and row.kind != OutboxKind.EDIT:
        row.payload = {**row.payload, _PERHAPS_SENT: True}


def was_perhaps_sent(row: OutboxRow) -> bool:
    """Whether an earlier try ended unknown, so that this one may be a repeat."""
    return bool(row.payload.get(_PERHAPS_SENT))


def was_refused(row: OutboxRow) -> bool:
    return bool(row.payload.get(_REFUSALS))


def was_sent_on(row: OutboxRow) -> bool:
    """Whether it stands here because another chat refused it."""
    return bool(row.payload.get(_SENT_ON))


def send_on(session: Session, row: OutboxRow, chat: Chat, now: datetime) -> None:
    """Let a message go to another chat than the one that refuses it."""
    row.chat_key, row.thread_id = chat.key, chat.thread_id
    row.chat_id = moved_to(session, chat.chat_id)
    row.payload = {**row.payload, _REFUSALS: 0, _SENT_ON: True}
    row.claimed_until, row.bundle_id, row.not_before = None, None, now
    session.add(row)
    session.flush()
    announce(session)


_RESENDABLE = (col(OutboxRow.parked_at).is_not(None), col(OutboxRow.kind).in_(_TELLS_STILL))


def count_resendable(session: Session) -> int:
    """Return how many messages were set aside that `resend` would bring back."""
    return session.exec(select(func.count()).where(*_RESENDABLE)).one()


def resend(session: Session, now: datetime) -> int:
    """Bring back, at a person's word, what was set aside and still tells something; return how
    many."""
    rows = session.exec(select(OutboxRow).where(*_RESENDABLE)).all()
    for row in rows:
        row.parked_at, row.error, row.not_before, row.bundle_id = None, None, now, None
        row.payload = {**row.payload, _REFUSALS: 0, _SENT_ON: False}
        session.add(row)
    session.flush()
    announce(session)
    return len(rows)


def is_sending(session: Session, chat_id: int, now: datetime, bot: BotKey = BotKey.STAFF) -> bool:
    """Whether a message to a chat is claimed: it may be there, and nobody knows its number yet."""
    claimed = (
        OutboxRow.chat_id == chat_id,
        OutboxRow.bot == bot,
        col(OutboxRow.sent_at).is_(None),
        col(OutboxRow.claimed_until) > now,
    )
    return session.exec(select(OutboxRow.id).where(*claimed).limit(1)).first() is not None


def _forget_loaded(session: Session, row_ids: Sequence[int]) -> None:
    for row_id in row_ids:
        row = session.get(OutboxRow, row_id)
        if row is not None:
            session.refresh(row)


def is_foreign(session: Session, row: OutboxRow, now: datetime) -> bool:
    """Whether nothing can come of a row, for its kind or its ticket is not known: it is parked, so
    that it holds up no other of its chat."""
    is_known = row.kind in tuple(OutboxKind)
    has_ticket = row.ticket_id is None or session.get(TicketRow, row.ticket_id) is not None
    if is_known and has_ticket:
        return False
    park(session, [row.id or 0], "its kind or its ticket is not known to this version", now)
    return True
