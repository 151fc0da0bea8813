"""The wall clock was set back: what is timed by it goes on as if the time had passed.

Rows hold instants. After a step back those of the last hour lie in the future, and whatever
compares with them (the next poll, the pace of messages, a lease) would stand still until the wall
catches up. Spans go on by elapsed time, what happened "later than now" happened now, and a clock
of a review that started in the future starts now.
"""

import logging
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import sqlalchemy as sql
from sqlalchemy import func, update
from sqlmodel import Session, SQLModel, col, select

from reviewbot.core.calendar import deadlines
from reviewbot.core.calendar.ticket_clock import RUNNING
from reviewbot.store import cases
from reviewbot.store.queues import outbox
from reviewbot.store.surveys.guest_tables import GuestLinkRow, SurveyRow
from reviewbot.store.tables import (
    CardRow,
    ChatRow,
    ConcernRow,
    DeliveryRow,
    DigestSentRow,
    DraftRow,
    HostRow,
    InboxRow,
    MeasureRow,
    OutboxRow,
    ReadingRow,
    ReviewRow,
    RevisionRow,
    SourceCheckRow,
    SummaryRow,
    TargetRow,
    TargetStateRow,
    TicketRoundRow,
    TicketRow,
    WorkRow,
)
from reviewbot.store.tx import Tx
from reviewbot.words.vocabulary import NoticeCode
from reviewbot.workflow.attempts import Attempted, attempt
from reviewbot.workflow.chats import tell_operator
from reviewbot.workflow.rounds import set_clock

log = logging.getLogger(__name__)

SLACK = timedelta(seconds=30)
"""A step as small as this is time kept in step; pacing and leases bear it."""

TIMERS: dict[type[SQLModel], tuple[str, ...]] = {
    TargetRow: ("next_poll_at",),
    HostRow: ("next_allowed_at", "backoff_until", "retry_after_until"),
    ChatRow: ("retry_after_until",),
    OutboxRow: ("not_before", "claimed_until"),
    WorkRow: ("not_before", "claimed_until"),
    TicketRow: ("publish_at",),
    ConcernRow: ("until",),
    DeliveryRow: ("not_before",),
}
"""Spans of the machine's own, written as the instant of their end."""

HAPPENED: dict[type[SQLModel], tuple[str, ...]] = {
    TargetRow: (
        "first_contact_at",
        "last_reading_at",
        "last_complete_at",
        "last_sweep_at",
        "last_new_at",
        "health_since",
    ),
    TargetStateRow: ("since",),
    HostRow: ("bad_since", "told_at"),
    ReadingRow: ("read_at",),
    ReviewRow: (
        "first_seen_at",
        "last_seen_at",
        "unanswered_seen_at",
        "reply_seen_at",
        "missed_since",
        "gone_at",
    ),
    RevisionRow: ("at",),
    ConcernRow: ("found_at", "acted_at", "ended_at"),
    TicketRow: ("held_at", "approved_at", "posted_at", "opened_at", "closed_at"),
    TicketRoundRow: (
        "clock_start_at",
        "seen_done_at",
        "last_look_at",
        "marked_at",
        "answered_after",
        "answered_by",
        "closed_at",
    ),
    DraftRow: ("at",),
    OutboxRow: ("created_at", "sent_at", "parked_at"),
    InboxRow: ("received_at", "done_at", "parked_at"),
    WorkRow: ("created_at", "claimed_at", "done_at", "cancelled_at"),
    CardRow: ("sent_at", "dead_at"),
    ChatRow: ("dead_since",),
    MeasureRow: ("at",),
    DigestSentRow: ("sent_at",),
    SummaryRow: ("since_at", "looked_at", "pin_asked_at"),
    SourceCheckRow: ("checked_at",),
    DeliveryRow: ("created_at", "sent_at", "dead_at"),
    GuestLinkRow: ("created_at", "used_at"),
    SurveyRow: ("started_at", "scored_at", "ended_at", "followed_up_at"),
}
"""What we noted as it happened: none of it can be later than now."""


def follow(tx: Tx, by: timedelta | None = None) -> timedelta:
    """Bring the rows in step with a clock that was set back `by`; return by how much.

    Without `by` (at a start) it is told by the newest thing that happened: zero where that is not
    in the future.
    """
    if by is None:
        newest = newest_event(tx.session)
        by = newest - tx.now if newest is not None else timedelta()
    if by <= SLACK:
        return timedelta()
    log.warning("the clock was set back by %s: spans go on by elapsed time", by)
    early = _started_in_the_future(tx)
    for table, columns in TIMERS.items():
        for column in columns:
            _bring_forward(tx, table, column, by)
    for table, columns in HAPPENED.items():
        for column in columns:
            _happened_now(tx, table, column)
    tx.session.expire_all()
    for ticket_id in early:
        # The bot must start, whatever is wrong with one of them.
        subject = Attempted("ticket", str(ticket_id), ticket_id)
        attempt(tx, subject, partial(_start_anew, tx, ticket_id))
    # The sweep looks at each and sets its timer; what it said already stands in the round.
    _happened_now(tx, TicketRow, "next_duty_at")
    tx.session.expire_all()
    tell_operator(
        tx, NoticeCode.CLOCK_SET_BACK, {"minutes": max(1, round(by.total_seconds() / 60))}
    )
    return by


def newest_event(session: Session) -> datetime | None:
    """Return when the newest thing we noted happened: a message sent or put, an update taken in,
    a reading."""
    newest = [
        session.exec(select(func.max(OutboxRow.sent_at))).one(),
        _of_last(session, OutboxRow, "created_at"),
        _of_last(session, InboxRow, "received_at"),
        _of_last(session, MeasureRow, "at"),
        session.exec(select(func.max(TargetRow.last_reading_at))).one(),
    ]
    return max((moment for moment in newest if moment is not None), default=None)


def _of_last(session: Session, table: Any, column: str) -> datetime | None:
    last = session.exec(select(table).order_by(col(table.id).desc()).limit(1)).first()
    return None if last is None else getattr(last, column)


def _bring_forward(tx: Tx, table: Any, column: str, by: timedelta) -> None:
    keys = [each.name for each in table.__table__.primary_key]
    timer = getattr(table, column)
    named = [getattr(table, key) for key in keys]
    late = tx.session.execute(sql.select(*named, timer).where(timer > tx.now)).all()
    if late:
        rows = [{**dict(zip(keys, row, strict=False)), column: row[-1] - by} for row in late]
        tx.session.execute(update(table), rows)


def _happened_now(tx: Tx, table: Any, column: str) -> None:
    moment = getattr(table, column)
    tx.session.execute(
        update(table)
        .where(moment > tx.now)
        .values({column: tx.now})
        .execution_options(synchronize_session=False)
    )


def _started_in_the_future(tx: Tx) -> list[int]:
    """Return the open tickets whose present round started later than now."""
    started = (
        select(TicketRow.id)
        .join(TicketRoundRow, cases.is_present_round())
        .where(
            col(TicketRoundRow.clock_start_at) > tx.now,
            col(TicketRow.state).in_(sorted(RUNNING)),
        )
    )
    return [number for number in tx.session.exec(started) if number is not None]


def _start_anew(tx: Tx, ticket_id: int) -> None:
    case = cases.load(tx, ticket_id)
    if case is None or case.round.breached_at is not None:
        return
    times = deadlines.times_for(tx.settings.reply_time, case.subject)
    if times is None:
        return
    kept = case.reasons
    set_clock(tx, case, times)
    new, ticket = case.reasons, case.ticket
    case.round.why = replace(
        kept, cls=new.cls, rule=new.rule, reply=new.reply, seen=new.seen
    ).as_json()
    ticket.revision += 1
    tx.session.add_all((case.round, ticket))
    tx.session.flush()
    outbox.put_edits(tx.session, case.ticket_id, ticket.revision, tx.now)
