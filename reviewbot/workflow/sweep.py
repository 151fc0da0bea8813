"""Turns time into duties: warnings, breaches, the ladder, snoozes that end, replies nobody sees.

One sweep does everything that is due, however late, and each thing once: what fired is written
down in the transaction that puts its message. It looks before it blames: a warning or a breach
waits for a fresh reading of the target, for LOOK_PATIENCE at most, unless the target is blind.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import update
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from reviewbot.core.calendar.ladder import DueStep
from reviewbot.core.calendar.ticket_clock import (
    SEEN,
    due_reply_steps,
    due_seen_steps,
    is_recorded,
    next_duty_at,
)
from reviewbot.core.model import ReminderKind, TicketState
from reviewbot.core.ticket import CLOCK, Act, Action
from reviewbot.queries.card_facts import is_blind
from reviewbot.store import audit, cases
from reviewbot.store.cases import Case
from reviewbot.store.queues import outbox
from reviewbot.store.tables import TicketRow
from reviewbot.store.tx import Tx
from reviewbot.workflow import act, digests, pinned_summary
from reviewbot.workflow.attempts import LEFT_ALONE_FOR, Attempted, attempt
from reviewbot.workflow.beside_reply import auto_thanks
from reviewbot.workflow.concerns import daily_look
from reviewbot.workflow.last_looks import LastLook, ask_for_look, last_look, look_ahead
from reviewbot.workflow.reminders.ladder_messages import DueReminder, LadderMessages
from reviewbot.workflow.upkeep import daily_troubles

CONFIRM_AGAIN = timedelta(minutes=30)
CONFIRM_SELDOM = timedelta(hours=24)
MANY = 1000


@dataclass(frozen=True, slots=True)
class SweepResult:
    """What a sweep did: tickets looked at, messages put, breaches recorded, tickets that came
    back unconfirmed, looks asked for, digests put."""

    attended: int = 0
    messages: int = 0
    breaches: int = 0
    returned: int = 0
    looks: int = 0
    digests: int = 0


@dataclass(slots=True)
class _Sweep:
    """A sweep under way, and what it did so far."""

    tx: Tx
    messages: LadderMessages
    breaches: int = 0
    returned: int = 0
    looks: int = 0

    def take_over(self, one: "_Sweep") -> None:
        """Add what was done about one ticket."""
        self.messages.take_over(one.messages)
        self.breaches += one.breaches
        self.returned += one.returned
        self.looks += one.looks


def is_anything_due(tx: Tx) -> bool:
    """Whether a sweep would find something to do; reads only, so an idle bot leaves the disk
    alone."""
    return tx.session.exec(due_tickets(tx.now).limit(1)).first() is not None or (
        digests.are_due(tx)
        or pinned_summary.are_due(tx)
        or daily_troubles.is_due(tx)
        or daily_look.is_due(tx)
        or auto_thanks.is_due(tx)
    )


def due_tickets(now: datetime) -> SelectOfScalar[int] | SelectOfScalar[None]:
    """Return the query for tickets with something due; it must stay on the partial index."""
    return (
        select(TicketRow.id)
        .where(col(TicketRow.next_duty_at) <= now)
        .order_by(col(TicketRow.next_duty_at), col(TicketRow.id))
        .limit(MANY)
    )


def sweep(tx: Tx) -> SweepResult:
    """Do everything that is due: one message per chat, every step and breach once."""
    due = tx.session.exec(due_tickets(tx.now)).all()
    run = _Sweep(tx, LadderMessages(tx))
    for ticket_id in filter(None, due):
        subject = Attempted("ticket", str(ticket_id), ticket_id)
        done = attempt(tx, subject, partial(_do_due, tx, ticket_id))
        if done is None:
            _leave_alone(tx, ticket_id)
        else:
            run.take_over(done)
    messages = run.messages.put()
    tx.session.flush()
    daily_look.look(tx)
    put = digests.put_due(tx)
    pinned_summary.put_due(tx)
    daily_troubles.put_due(tx)
    auto_thanks.thank(tx)
    return SweepResult(len(due), messages, run.breaches, run.returned, run.looks, put)


def _do_due(tx: Tx, ticket_id: int) -> _Sweep:
    """Do what is due about one ticket."""
    run = _Sweep(tx, LadderMessages(tx))
    case = cases.load(tx, ticket_id)
    if case is not None:
        (_confirm if case.ticket.state == TicketState.POSTED else _attend)(run, case)
    return run


def _leave_alone(tx: Tx, ticket_id: int) -> None:
    tx.session.execute(
        update(TicketRow)
        .where(col(TicketRow.id) == ticket_id)
        .values(next_duty_at=tx.now + LEFT_ALONE_FOR)
        .execution_options(synchronize_session=False)
    )
    tx.session.expire_all()


def _confirm(run: _Sweep, case: Case) -> None:
    """Bring a posted ticket back if the site, seen after `confirm_within`, shows no reply; close
    it by staff's word where the site shows nobody's replies."""
    ticket, now = case.ticket, run.tx.now
    assert ticket.posted_at is not None
    expected = ticket.posted_at + case.desk.confirm_within
    if expected > now:
        ticket.next_duty_at = expected
        run.tx.session.add(ticket)
        return
    if _never_tells(run, case, expected):
        act.act(run.tx, case.ticket_id, Act(Action.MARK_STANDS, CLOCK))
        return
    without = case.review.unanswered_seen_at
    if without is not None and without >= expected:
        act.act(run.tx, case.ticket_id, Act(Action.NOT_CONFIRMED, CLOCK))
        run.returned += 1
        return
    if not is_blind(case.target):
        run.looks += ask_for_look(run.tx, case, f"confirm/{now.isoformat()}")
    # A review out of reach is asked for ever less often; it stays "marked".
    ticket.next_duty_at = now + min(CONFIRM_AGAIN + (now - expected) / 2, CONFIRM_SELDOM)
    run.tx.session.add(ticket)


def _never_tells(run: _Sweep, case: Case, expected: datetime) -> bool:
    """Whether readings of this target leave replies out: the site's do, or the review was seen
    since `expected` on a page that said neither that there is a reply nor that there is none."""
    source, review = run.tx.sources.get(case.target.source), case.review
    if source is not None and not source.shows_replies:
        return True
    without = review.unanswered_seen_at
    says_none = without is not None and without >= review.last_seen_at
    return review.last_seen_at >= expected and not says_none


def _attend(run: _Sweep, case: Case) -> None:
    """Do what is due about an open ticket, after a last look where somebody would be blamed."""
    tx, ticket = run.tx, case.ticket
    woke_at = _wake(tx, case)
    changed = _record_seen_breach(tx, case)
    reminders = _seen_reminders(tx, case)
    replies, breached = _attend_reply(run, case)
    reminders += replies
    if woke_at is not None and not reminders:
        reminders.append(_woke(tx, case, woke_at))
    if woke_at is not None or changed or breached:
        ticket.revision += 1
        outbox.put_edits(tx.session, case.ticket_id, ticket.revision, tx.now)
    tx.session.add_all((ticket, case.round))
    for reminder in reminders:
        run.messages.add(case, reminder)
    if reminders:
        names = [reminder.name for reminder in reminders]
        audit.audit(tx, case, "reminded", CLOCK.key, steps=names)
    ticket.next_duty_at = next_duty_at(case.clock(tx.settings), tx.now)
    tx.session.add(ticket)
    tx.session.flush()


def _wake(tx: Tx, case: Case) -> datetime | None:
    """End a snooze that is over; return until when it was."""
    until = case.ticket.snoozed_until
    if until is None or until > tx.now:
        return None
    case.ticket.snoozed_until = None
    audit.audit(tx, case, "woke", CLOCK.key)
    return until


def _woke(tx: Tx, case: Case, until: datetime) -> DueReminder:
    round_ = case.round
    kind = ReminderKind.BREACH if round_.breached_at else ReminderKind.WARNING
    # The instant tells this end of a snooze from another one's in the same round.
    return DueReminder(None, f"woke {until}", kind, round_.reply_deadline or tx.now)


def _record_seen_breach(tx: Tx, case: Case) -> bool:
    """Write down, once, that nobody has seen it in time."""
    round_ = case.round
    if (
        round_.seen_deadline is None
        or round_.seen_deadline > tx.now
        or round_.seen_done_at is not None
        or is_recorded(round_.seen_breached_at, round_.seen_deadline)
        or case.reasons.stopped
    ):
        return False
    round_.seen_breached_at = round_.seen_deadline
    due_at = round_.seen_deadline.isoformat()
    audit.audit(tx, case, "seen_breach", CLOCK.key, due_at=due_at)
    return True


def _seen_reminders(tx: Tx, case: Case) -> list[DueReminder]:
    """Return what the ladder of the duty to see it has to say now; nothing in a snooze."""
    round_ = case.round
    if case.ticket.snoozed_until is not None:
        return []
    steps = due_seen_steps(case.clock(tx.settings), tx.now)
    if not steps or round_.seen_deadline is None:
        return []
    round_.steps_done = [*round_.steps_done, *(SEEN + step.name for step in steps)]
    kind = ReminderKind.SEEN if tx.now < round_.seen_deadline else ReminderKind.SEEN_BREACH
    return [DueReminder(step.step, SEEN + step.name, kind, round_.seen_deadline) for step in steps]


def _attend_reply(run: _Sweep, case: Case) -> tuple[list[DueReminder], bool]:
    """Return what the ladder of the reply has to say, and whether its breach was recorded now.
    Both wait for a last look; where nothing is due yet, that is asked for in time."""
    tx, round_ = run.tx, case.round
    snoozed = case.ticket.snoozed_until is not None
    steps = [] if snoozed else due_reply_steps(case.clock(tx.settings), tx.now)
    deadline = None if case.reasons.stopped else round_.reply_deadline
    breached = bool(deadline and deadline <= tx.now and not case.is_reply_breach_recorded)
    if not steps and not breached:
        run.looks += look_ahead(tx, case)
        return [], False
    look = last_look(tx, case, steps)
    run.looks += look is LastLook.ASKED
    if look is not LastLook.DONE:
        return [], False
    reminders = _reply_reminders(tx, case, steps)
    if breached:
        _record_breach(run, case)
    return reminders, breached


def _reply_reminders(tx: Tx, case: Case, steps: list[DueStep]) -> list[DueReminder]:
    round_ = case.round
    if round_.reply_deadline is None:
        return []
    round_.steps_done = [*round_.steps_done, *(step.name for step in steps)]
    reminders = []
    for due in steps:
        if tx.now < round_.reply_deadline:
            kind = ReminderKind.WARNING
        else:
            late = due.at > round_.reply_deadline
            kind = ReminderKind.ESCALATION if late else ReminderKind.BREACH
        reminders.append(DueReminder(due.step, due.name, kind, round_.reply_deadline))
    return reminders


def _record_breach(run: _Sweep, case: Case) -> None:
    """Write the breach down with the deadline's own time, however late the sweep."""
    round_ = case.round
    assert round_.reply_deadline is not None
    round_.breached_at = round_.reply_deadline
    run.breaches += 1
    due_at = round_.reply_deadline.isoformat()
    audit.audit(run.tx, case, "breach", CLOCK.key, due_at=due_at)
