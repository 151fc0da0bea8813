"""Which waiting messages of one chat go as one, and whom the one tells of."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from reviewbot.core.model import OutboxKind
from reviewbot.store.queues.sending_pace import alerts_beside
from reviewbot.store.queues.unsent import is_foreign, was_refused
from reviewbot.store.tables import OutboxRow
from reviewbot.words.vocabulary import View

LIST_LENGTH = 20
"""Lines of one list that still fit a message; what is left makes the next list."""
MOST_REMINDED = 150
"""So many one list of reminders tells of: the first with a line each, the others by number."""

ALBUM_LENGTH = 10
"""Telegram takes no longer album."""

REMINDERS = (OutboxKind.REMINDER, OutboxKind.ESCALATION)


def going_together(
    session: Session,
    row: OutboxRow,
    unsent: Sequence[OutboxRow],
    alerts_sent: Sequence[datetime],
    now: datetime,
) -> list[OutboxRow]:
    """Return the waiting rows of a chat that go as one message with `row`, in order; it alone
    where it was refused before, or is one of few alerts. `alerts_sent`: when alerts went there."""
    if was_refused(row):
        return [row]
    alike = [
        each
        for each in unsent
        if each.thread_id == row.thread_id
        and not was_refused(each)
        and not is_foreign(session, each, now)
    ]
    match row.kind:
        case OutboxKind.ALERT:
            alerts = [each for each in alike if each.kind == row.kind and each.not_before <= now]
            return alerts_beside(row, alerts, alerts_sent, now)[:LIST_LENGTH]
        case OutboxKind.HANDOFF:
            return [each for each in alike if each.kind == row.kind][:LIST_LENGTH]
        case OutboxKind.REMINDER | OutboxKind.ESCALATION:
            return _reminders(row, alike)
        case OutboxKind.REPLY if is_picture(row):
            return _album(row, alike, now)
        case _:
            return [row]


def is_picture(row: OutboxRow) -> bool:
    """Whether an answer is a picture alone."""
    return row.payload.get("view") == View.CHART


def _album(row: OutboxRow, alike: Sequence[OutboxRow], now: datetime) -> list[OutboxRow]:
    """The pictures that were asked for by one press: they reply to one message."""
    below = row.payload.get("reply_to")
    pictures = [
        each
        for each in alike
        if is_picture(each) and each.payload.get("reply_to") == below and each.not_before <= now
    ]
    return pictures[:ALBUM_LENGTH] if below is not None else [row]


def bundled(session: Session, bundle_id: int) -> list[int]:
    """Return the tickets of the rows that were sent as one list, in its order."""
    rows = session.exec(
        select(OutboxRow).where(OutboxRow.bundle_id == bundle_id).order_by(col(OutboxRow.id))
    )
    return list(dict.fromkeys(number for row in rows for number in told_of(row)))


def told_of(row: OutboxRow) -> list[int]:
    """Return the tickets a message tells of."""
    items = [int(item["ticket"]) for item in row.payload.get("items") or ()]
    return items or ([row.ticket_id] if row.ticket_id is not None else [])


def _reminders(row: OutboxRow, alike: Sequence[OutboxRow]) -> list[OutboxRow]:
    """What must ring at once goes alone; the others gather as long as one list can tell of all."""
    if _is_urgent(row):
        return [row]
    chosen, told = [row], len(told_of(row))
    for each in sorted(alike, key=lambda each: each.id or 0):
        if each is row or each.kind not in REMINDERS or _is_urgent(each):
            continue
        told += len(told_of(each))
        if told > MOST_REMINDED:
            break
        chosen.append(each)
    return sorted(chosen, key=lambda each: each.id or 0)


def _is_urgent(row: OutboxRow) -> bool:
    return bool(row.payload.get("urgent"))
