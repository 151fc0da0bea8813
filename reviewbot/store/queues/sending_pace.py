"""When messages went to a chat, and how long its handoffs gather."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from reviewbot.core import pacing
from reviewbot.core.model import OutboxKind
from reviewbot.store.queues.unsent import was_refused
from reviewbot.store.tables import OutboxRow

TOGETHER = "together"
"""In an alert's payload: alerts with the same value there are one list."""


def sent_times(
    session: Session,
    chat_id: int | None,
    since: datetime,
    *,
    kind: OutboxKind | None = None,
) -> list[datetime]:
    """Return when messages went (to one chat, or to all) after `since`; a list counts once."""
    query = select(func.max(OutboxRow.sent_at)).where(col(OutboxRow.sent_at) > since)
    if chat_id is not None:
        query = query.where(OutboxRow.chat_id == chat_id)
    if kind is not None:
        query = query.where(OutboxRow.kind == kind)
    message = func.coalesce(OutboxRow.bundle_id, OutboxRow.id)
    return [moment for moment in session.exec(query.group_by(message)) if moment is not None]


def alerts_beside(
    row: OutboxRow, alerts: Sequence[OutboxRow], sent: Sequence[datetime], now: datetime
) -> list[OutboxRow]:
    """Return the alerts that go out with this one as a list: all that wait where there are many,
    else those that belong together; the row alone where it is to be a card."""
    alike = [each for each in alerts if each.thread_id == row.thread_id and not was_refused(each)]
    if pacing.should_bundle(len(alike), sent, now):
        return alike
    together = row.payload.get(TOGETHER)
    return (
        [each for each in alike if each.payload.get(TOGETHER) == together] if together else [row]
    )


def handoffs_wait(
    session: Session, lane: int, handoffs: Sequence[OutboxRow], now: datetime
) -> bool:
    """Whether a chat's handoffs gather for now; until when is then written into them. Those about
    something critical wait for nothing."""
    if any(row.payload.get("urgent") for row in handoffs):
        return False
    since = now - pacing.HANDOFFS_APART
    sent = sent_times(session, lane, since, kind=OutboxKind.HANDOFF)
    free_at = pacing.handoffs_wait_until(sent, now)
    if free_at <= now:
        return False
    for row in handoffs:
        row.not_before = free_at
        session.add(row)
    session.flush()
    return True
