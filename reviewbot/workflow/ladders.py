"""When a ticket's next rung fires, and the one timer of a ticket: `next_duty_at`."""

from datetime import datetime, timedelta

from reviewbot.core.calendar import deadlines
from reviewbot.core.model import TicketState
from reviewbot.core.settings import Settings, Step
from reviewbot.store.cases import RUNNING, Case
from reviewbot.store.tables import TicketRoundRow
from reviewbot.store.tx import Tx

LOOK_AHEAD = timedelta(minutes=2)
"""How long before a warning or a breach the target gets its last look."""

SEEN = "seen/"
"""Prefix of the `seen` ladder's steps among `steps_done`."""


def reply_ladder(settings: Settings, case: Case) -> tuple[Step, ...]:
    """Return the round's reply ladder. One that ends before the deadline gets its breach told."""
    steps = deadlines.ladder(settings.ladders, case.cls)
    silent_end = steps and not any(
        step.daily or step.after is not None or (step.percent or 0) >= 100 for step in steps
    )
    return (*steps, *deadlines.AT_THE_DEADLINE) if silent_end else steps


def seen_ladder(settings: Settings, case: Case) -> tuple[Step, ...]:
    return deadlines.ladder(settings.ladders, case.cls, seen=True)


def due_reply_steps(tx: Tx, case: Case) -> list[deadlines.DueStep]:
    """Return the rungs of the reply ladder that are due, snooze or not, earliest first."""
    turn = case.round
    if turn.reply_deadline is None:
        return []
    return deadlines.due_steps(
        reply_ladder(tx.settings, case),
        set(turn.steps_done),
        turn.clock_start_at,
        turn.reply_deadline,
        case.desk,
        tx.now,
        counts=case.counts("reply"),
        **case.pause,
    )


def due_seen_steps(tx: Tx, case: Case) -> list[deadlines.DueStep]:
    """Return the rungs of the `seen` ladder that are due; none once somebody has seen it."""
    turn = case.round
    if turn.seen_deadline is None or turn.seen_done_at is not None:
        return []
    return deadlines.due_steps(
        seen_ladder(tx.settings, case),
        _seen_done(turn),
        turn.clock_start_at,
        turn.seen_deadline,
        case.desk,
        tx.now,
        counts=case.counts("seen"),
        seen=True,
        **case.pause,
    )


def next_reply_step(tx: Tx, case: Case) -> deadlines.DueStep | None:
    """Return the reply rung that fires next, to be announced."""
    turn = case.round
    if turn.reply_deadline is None:
        return None
    return deadlines.next_step(
        reply_ladder(tx.settings, case),
        set(turn.steps_done),
        turn.clock_start_at,
        turn.reply_deadline,
        case.desk,
        tx.now,
        counts=case.counts("reply"),
        **case.pause,
    )


def next_seen_step(tx: Tx, case: Case) -> deadlines.DueStep | None:
    turn = case.round
    if turn.seen_deadline is None or turn.seen_done_at is not None:
        return None
    return deadlines.next_step(
        seen_ladder(tx.settings, case),
        _seen_done(turn),
        turn.clock_start_at,
        turn.seen_deadline,
        case.desk,
        tx.now,
        counts=case.counts("seen"),
        seen=True,
        **case.pause,
    )


def next_duty_at(tx: Tx, case: Case) -> datetime | None:
    """Return the next instant at which the watch has to do something about this ticket.

    Not after `now` where something waits already; LOOK_AHEAD before what needs a last look.
    """
    ticket, turn = case.ticket, case.round
    if ticket.state == TicketState.POSTED:
        assert ticket.posted_at is not None
        return ticket.posted_at + case.desk.confirm_within
    if ticket.state not in RUNNING:
        return None
    snoozed = ticket.snoozed_until
    moments = [snoozed] if snoozed else []
    if turn.seen_deadline and turn.seen_done_at is None:
        if turn.seen_breached_at is None:
            moments.append(turn.seen_deadline)
        if step := next_seen_step(tx, case):
            moments.append(max(step.at, snoozed) if snoozed else step.at)
    replies: list[datetime] = []
    if turn.reply_deadline:
        if turn.breached_at is None:
            replies.append(turn.reply_deadline)
        if step := next_reply_step(tx, case):
            replies.append(max(step.at, snoozed) if snoozed else step.at)
    moments += [at - LOOK_AHEAD if tx.now < at - LOOK_AHEAD else at for at in replies]
    return min(moments, default=None)


def _seen_done(turn: TicketRoundRow) -> set[str]:
    return {name.removeprefix(SEEN) for name in turn.steps_done if name.startswith(SEEN)}
