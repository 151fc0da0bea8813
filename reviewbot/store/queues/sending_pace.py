"""When messages went to a chat, and how long its handoffs gather."""

from collections.abc import Sequence
from datetime import datetime
from operator import itemgetter

from sqlalchemy import func
from sqlmodel import Session, col, select

from reviewbot.core import pacing
from reviewbot.core.model import BotKey, OutboxKind
from reviewbot.store.queues.outbox import UNSENT
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


def lately_sent(
    session: Session, since: datetime, bot: BotKey = BotKey.STAFF
) -> list[tuple[int, datetime]]:
    """Return (chat, when) of what a bot sent after `since`, oldest first; a list counts once."""
    message = func.coalesce(OutboxRow.bundle_id, OutboxRow.id)
    rows = session.exec(
        select(OutboxRow.chat_id, func.max(OutboxRow.sent_at))
        .where(
            OutboxRow.bot == bot,
            col(OutboxRow.sent_at) > since,
            col(OutboxRow.chat_id).is_not(None),
        )
        .group_by(col(OutboxRow.chat_id), message)
    ).all()
    return sorted(((chat, at) for chat, at in rows if chat is not None and at), key=itemgetter(1))


def handoffs_go_at(session: Session, lane: int, now: datetime) -> datetime:
    """Return from when a chat's handoffs may go, which gather into one message: now where one is
    about something critical."""
    waiting = select(OutboxRow.payload).where(
        *UNSENT,
        OutboxRow.chat_id == lane,
        OutboxRow.kind == OutboxKind.HANDOFF,
    )
    if any(payload.get("urgent") for payload in session.exec(waiting)):
        return now
    sent = sent_times(session, lane, now - pacing.HANDOFFS_APART, kind=OutboxKind.HANDOFF)
    return pacing.handoffs_wait_until(sent, now)
