"""What the operator's file, read anew, means for tickets that are open: deadlines counted with
today's hours, clocks that stop, tickets of places that are no longer ours.

`expected` tells beforehand, `follow` does it; both decide by the same functions.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy import and_, or_
from sqlmodel import col, select

from reviewbot.core.calendar import deadlines
from reviewbot.core.calendar.deadlines import Deadline
from reviewbot.core.calendar.round_reasons import DeadlineReason, RoundReasons
from reviewbot.core.calendar.ticket_clock import RUNNING, next_duty_at, not_to_come
from reviewbot.core.model import OPEN_STATES, TicketState
from reviewbot.core.settings import Pause
from reviewbot.core.ticket import BOT, Act, Action
from reviewbot.store import audit, cases
from reviewbot.store.cases import Case
from reviewbot.store.queues import outbox
from reviewbot.store.tables import ReviewRow, TargetRow, TicketRoundRow, TicketRow
from reviewbot.store.tx import Tx
from reviewbot.words.vocabulary import NoticeCode
from reviewbot.workflow import act
from reviewbot.workflow.attempts import Attempted, attempt
from reviewbot.workflow.chats import tell_operator

_DAY = timedelta(days=1)


@dataclass(slots=True)
class Consequences:
    """How many tickets are affected: deadlines that come `later` or `earlier`, clocks `stopped`
    and `resumed`, tickets `closed` as no longer ours and brought `back`."""

    later: int = 0
    earlier: int = 0
    stopped: int = 0
    resumed: int = 0
    closed: int = 0
    back: int = 0

    def __bool__(self) -> bool:
        return any(asdict(self).values())


@dataclass(frozen=True, slots=True)
class _Clocks:
    """A round's deadlines and reasons as the file gives them today."""

    reply: datetime | None
    seen: datetime | None
    reasons: RoundReasons


def expected(tx: Tx) -> Consequences:
    """Return what `follow` would do with these settings; writes nothing."""
    told = Consequences()
    for case in _concerned(tx):
        if case.ticket.state == TicketState.SKIPPED:
            told.back += _is_ours(tx, case)
        elif not _is_ours(tx, case):
            told.closed += 1
        elif case.ticket.state in RUNNING:
            _count(told, case, _clocks_of_today(tx, case))
    return told


def follow(tx: Tx) -> Consequences:
    """Bring open tickets in step with the settings, tell the operator what changed, and set every
    open ticket's timer anew. The rows of locations and targets are in step already."""
    told = Consequences()
    for case in _concerned(tx):
        # The bot must start, whatever is wrong with one of them.
        subject = Attempted("ticket", str(case.ticket_id), case.ticket_id)
        attempt(tx, subject, partial(_follow, tx, case, told))
    tx.session.flush()
    if told:
        tell_operator(tx, NoticeCode.FILE_FOLLOWED, asdict(told))
    return told


def _follow(tx: Tx, case: Case, told: Consequences) -> None:
    if case.ticket.state == TicketState.SKIPPED:
        told.back += _bring_back(tx, case)
    elif not _is_ours(tx, case):
        # A posted one stays staff's word: nobody will look for the reply any more.
        is_posted = case.ticket.state == TicketState.POSTED
        done = Action.MARK_STANDS if is_posted else Action.NOT_OURS
        act.act(tx, case.ticket_id, Act(done, BOT))
        told.closed += 1
        return
    if case.ticket.state in RUNNING:
        clocks = _clocks_of_today(tx, case)
        _count(told, case, clocks)
        _set_clocks(tx, case, clocks)
    _set_timer(tx, case)


def _concerned(tx: Tx) -> list[Case]:
    """Return the open tickets, and those closed as no longer ours."""
    by_us = and_(
        col(TicketRow.state) == TicketState.SKIPPED,
        col(TicketRow.skipped_by) == BOT.key,
        col(TicketRow.skip_reason) == Action.NOT_OURS,
    )
    rows = tx.session.exec(
        select(TicketRow, TicketRoundRow, ReviewRow, TargetRow)
        .join(TicketRoundRow, cases.is_present_round())
        .join(ReviewRow, col(ReviewRow.id) == TicketRow.review_id)
        .join(TargetRow, col(TargetRow.id) == ReviewRow.target_id)
        .where(or_(col(TicketRow.state).in_(sorted(OPEN_STATES)), by_us))
        .order_by(col(TicketRow.id))
    ).all()
    return [
        Case(
            ticket,
            round_,
            review,
            target,
            cases.place_of(tx, ticket.location_key),
            tx.settings.desk_of(ticket.location_key),
        )
        for ticket, round_, review, target in rows
    ]


def _is_ours(tx: Tx, case: Case) -> bool:
    """Whether the file still names the ticket's place as ours. A page that now stands under
    another key is: its reviews are still read."""
    place = tx.settings.locations.get(case.ticket.location_key)
    if place is not None:
        return place.role == "own"
    return any(
        (each.target.source, each.target.ref) == (case.target.source, case.target.ref)
        for each in tx.settings.targets.values()
    )


def _bring_back(tx: Tx, case: Case) -> bool:
    """Undo the closing where the place is ours again. A deadline that passed meanwhile, when
    nobody could know of it, starts anew."""
    if not _is_ours(tx, case):
        return False
    round_ = case.round
    closed_at, due = round_.closed_at, round_.reply_deadline
    has_passed = due is not None and closed_at is not None and closed_at < due <= tx.now
    act.act(tx, case.ticket_id, Act(Action.OURS_AGAIN, BOT))
    if has_passed:
        reasons = case.reasons
        reply = _due(case, reasons.reply, tx.now) if reasons.reply else None
        seen = _due(case, reasons.seen, tx.now) if reasons.seen else None
        clocks = _with(_Clocks(due, round_.seen_deadline, reasons), reply, seen)
        round_.steps_done = []
        _set_clocks(tx, case, clocks)
    return True


def _clocks_of_today(tx: Tx, case: Case) -> _Clocks:
    """Count a ticket's deadlines with today's file. What was given its time keeps that time; only
    when it is over may change."""
    round_, reasons = case.round, case.reasons
    now = _Clocks(round_.reply_deadline, round_.seen_deadline, reasons)
    has_time = reasons.reply is not None or reasons.seen is not None
    if has_time and deadlines.gives_no_time(tx.settings.reply_time, case.subject, reasons.cls):
        # A breach that is recorded stays, with its deadline.
        return _Clocks(
            now.reply if round_.breached_at else None,
            now.seen if round_.seen_breached_at or round_.seen_done_at else None,
            replace(reasons, stopped=True),
        )
    was_stopped = reasons.stopped
    reply = _moved(tx, case, reasons.reply, now.reply, was_stopped=was_stopped)
    seen = None
    if round_.seen_done_at is None:
        seen = _moved(tx, case, reasons.seen, now.seen, was_stopped=was_stopped)
    return _with(replace(now, reasons=replace(reasons, stopped=False)), reply, seen)


def _with(clocks: _Clocks, reply: Deadline | None, seen: Deadline | None) -> _Clocks:
    """Return the clocks with the deadlines that are not None in place of theirs."""
    reasons = clocks.reasons
    if reply is not None:
        reasons = replace(reasons, reply=DeadlineReason.of(reply))
    if seen is not None:
        reasons = replace(reasons, seen=DeadlineReason.of(seen))
    return _Clocks(reply.at if reply else clocks.reply, seen.at if seen else clocks.seen, reasons)


def _moved(
    tx: Tx,
    case: Case,
    reason: DeadlineReason | None,
    standing: datetime | None,
    *,
    was_stopped: bool,
) -> Deadline | None:
    """Return a deadline counted anew, or None where it stays.

    It moves only to an instant that is to come: no change of the file makes somebody late at
    once, and a breach that is one by either calendar is not told twice.
    """
    if reason is None or (standing is None and not was_stopped):
        return None
    start = reason.start or case.round.clock_start_at
    for pause in _pauses(case, reason, tx.now):
        due = _due(case, reason, start, pause)
        if due.at > tx.now:
            return due if due.at != standing else None
    # It was to come while its clock stood still.
    return _due(case, reason, tx.now) if standing is None else None


def _pauses(case: Case, reason: DeadlineReason, now: datetime) -> Iterable[Pause | None]:
    """Return the pauses to count with, the first that gives time decides. One that the file names
    no more was given until yesterday, or, where that helps nobody, until tonight."""
    given = reason.pause(case.place.zone)
    today = now.astimezone(ZoneInfo(case.place.zone)).date()
    if case.place.paused is not None or given is None:
        return [case.place.paused]
    if given.ends_on < today:
        return [given]
    return [_until(given, today - _DAY), _until(given, today)]


def _until(pause: Pause, day: date) -> Pause | None:
    return replace(pause, ends_on=day) if pause.starts_on <= day else None


def _due(
    case: Case, reason: DeadlineReason, start: datetime, pause: Pause | None = None
) -> Deadline:
    return deadlines.deadline(
        reason.span,
        start,
        case.desk,
        pause or case.place.paused,
        case.place.zone,
        rule=reason.rule,
    )


def _count(told: Consequences, case: Case, clocks: _Clocks) -> None:
    before = case.round.reply_deadline
    if clocks.reasons.stopped != case.reasons.stopped:
        told.stopped += clocks.reasons.stopped
        told.resumed += case.reasons.stopped
    elif before is not None and clocks.reply is not None:
        told.later += clocks.reply > before
        told.earlier += clocks.reply < before


def _set_clocks(tx: Tx, case: Case, clocks: _Clocks) -> None:
    """Write the clocks where they differ: on the round, in its history, on the cards."""
    ticket, round_, before = case.ticket, case.round, case.reasons
    was = (round_.reply_deadline, round_.seen_deadline)
    if (clocks.reply, clocks.seen) == was and clocks.reasons.stopped == before.stopped:
        return
    round_.reply_deadline, round_.seen_deadline = clocks.reply, clocks.seen
    round_.why = clocks.reasons.as_json()
    round_.steps_done = list(not_to_come(case.clock(tx.settings), tx.now))
    action = "deadline_moved"
    if clocks.reasons.stopped != before.stopped:
        action = "clock_stopped" if clocks.reasons.stopped else "clock_resumed"
    audit.audit(
        tx,
        case,
        action,
        BOT.key,
        due_before=was[0].isoformat() if was[0] else None,
        due_at=clocks.reply.isoformat() if clocks.reply else None,
        breach_stays=bool(round_.breached_at) or None,
    )
    ticket.revision += 1
    tx.session.add_all((ticket, round_))
    tx.session.flush()
    outbox.put_edits(tx.session, case.ticket_id, ticket.revision, tx.now)


def _set_timer(tx: Tx, case: Case) -> None:
    """A ladder that the file changed is climbed from here on. A posted ticket whose time is over
    is asked about ever less often: that stays."""
    due = next_duty_at(case.clock(tx.settings), tx.now)
    if case.ticket.state == TicketState.POSTED and (due is None or due <= tx.now):
        return
    if due != case.ticket.next_duty_at:
        case.ticket.next_duty_at = due
        tx.session.add(case.ticket)
