"""A ticket's two ladders, the one to answer and the one to be seen, and its one timer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from reviewbot.core.calendar.ladder import (
    AT_THE_DEADLINE,
    DueStep,
    Running,
    due_steps,
    ladder,
    next_step,
    step_at,
)
from reviewbot.core.model import OPEN_STATES, TicketState
from reviewbot.core.settings import Desk, Ladders, Pause, Step

RUNNING = OPEN_STATES - {TicketState.POSTED}
"""States in which the clock runs: somebody has something to do."""

LOOK_AHEAD = timedelta(minutes=2)
"""How long before a warning or a breach the target gets its last look."""

SEEN = "seen/"
"""Prefix of the `seen` ladder's steps among `steps_done`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketClock:
    """What decides when something is due about a ticket: its state, the deadlines of its current
    round and what of its ladders was done, in the hours of its desk.

    `started_at` is where the reply's clock started, `seen_started_at` (None: there too) that of
    the duty to see it: an edit that made one sharper starts it anew.
    `cls` is what the review was given its times as; `reply_counts` and `seen_counts` say whether
    a deadline counts working hours or the clock's.
    """

    state: str
    desk: Desk
    ladders: Ladders
    cls: str
    started_at: datetime
    seen_started_at: datetime | None = None
    reply_deadline: datetime | None = None
    breached_at: datetime | None = None
    seen_deadline: datetime | None = None
    seen_breached_at: datetime | None = None
    seen_done_at: datetime | None = None
    steps_done: tuple[str, ...] = ()
    reply_counts: Literal["work", "clock"] = "work"
    seen_counts: Literal["work", "clock"] = "work"
    snoozed_until: datetime | None = None
    posted_at: datetime | None = None
    pause: Pause | None = None
    pause_zone: str = "UTC"

    @property
    def start_to_be_seen(self) -> datetime:
        return self.seen_started_at or self.started_at

    @property
    def waits_to_be_seen(self) -> bool:
        return self.seen_deadline is not None and self.seen_done_at is None


def reply_ladder(clock: TicketClock) -> tuple[Step, ...]:
    """Return the round's reply ladder. One that ends before the deadline gets its breach told."""
    steps = ladder(clock.ladders, clock.cls)
    silent_end = steps and not any(
        step.daily or step.after is not None or (step.percent or 0) >= 100 for step in steps
    )
    return (*steps, *AT_THE_DEADLINE) if silent_end else steps


def seen_ladder(clock: TicketClock) -> tuple[Step, ...]:
    return ladder(clock.ladders, clock.cls, seen=True)


def due_reply_steps(clock: TicketClock, now: datetime) -> list[DueStep]:
    """Return the steps of the reply ladder that are due, snooze or not, earliest first."""
    if clock.reply_deadline is None:
        return []
    return due_steps(
        reply_ladder(clock),
        clock.steps_done,
        clock.started_at,
        clock.reply_deadline,
        clock.desk,
        now,
        **_reply_runs(clock),
    )


def due_seen_steps(clock: TicketClock, now: datetime) -> list[DueStep]:
    """Return the steps of the `seen` ladder that are due; none once somebody has seen it."""
    if clock.seen_deadline is None or not clock.waits_to_be_seen:
        return []
    return due_steps(
        seen_ladder(clock),
        _seen_done(clock),
        clock.start_to_be_seen,
        clock.seen_deadline,
        clock.desk,
        now,
        **_seen_runs(clock),
    )


def next_reply_step(clock: TicketClock, now: datetime) -> DueStep | None:
    """Return the reply step that fires next, to be announced."""
    if clock.reply_deadline is None:
        return None
    return next_step(
        reply_ladder(clock),
        clock.steps_done,
        clock.started_at,
        clock.reply_deadline,
        clock.desk,
        now,
        **_reply_runs(clock),
    )


def next_seen_step(clock: TicketClock, now: datetime) -> DueStep | None:
    """Return the step of the `seen` ladder that fires next, to be announced."""
    if clock.seen_deadline is None or not clock.waits_to_be_seen:
        return None
    return next_step(
        seen_ladder(clock),
        _seen_done(clock),
        clock.start_to_be_seen,
        clock.seen_deadline,
        clock.desk,
        now,
        **_seen_runs(clock),
    )


def is_recorded(breached_at: datetime | None, deadline: datetime | None) -> bool:
    """Whether the breach of this deadline is recorded. One recorded before the desk's hours or
    days changed, of a deadline that has moved past it since, stays, and says nothing of this one.
    """
    return breached_at is not None and (deadline is None or breached_at >= deadline)


def not_to_come(clock: TicketClock, now: datetime) -> tuple[str, ...]:
    """Return `steps_done` without the steps whose time, after their deadline moved, is to come:
    they will be said again."""
    coming = set()
    if clock.reply_deadline is not None:
        to_come = _to_come(
            reply_ladder(clock), clock.started_at, clock.reply_deadline, clock, now, "reply"
        )
        coming |= to_come
    if clock.seen_deadline is not None:
        start = clock.start_to_be_seen
        to_come = _to_come(seen_ladder(clock), start, clock.seen_deadline, clock, now, "seen")
        coming |= {SEEN + name for name in to_come}
    return tuple(name for name in clock.steps_done if name not in coming)


def _to_come(
    steps: Sequence[Step],
    start: datetime,
    deadline: datetime,
    clock: TicketClock,
    now: datetime,
    ladder_of: Literal["reply", "seen"],
) -> set[str]:
    """Return the names of the steps that are to come; a daily one has another name each day."""
    running = _seen_runs(clock) if ladder_of == "seen" else _reply_runs(clock)
    return {
        step.name
        for step in steps
        if not step.daily and step_at(step, start, deadline, clock.desk, **running) > now
    }


def next_duty_at(clock: TicketClock, now: datetime) -> datetime | None:
    """Return the next instant at which the sweep has to do something about this ticket.

    Not after `now` where something waits already; LOOK_AHEAD before what needs a last look.
    """
    if clock.state == TicketState.POSTED:
        assert clock.posted_at is not None
        return clock.posted_at + clock.desk.confirm_within
    if clock.state not in RUNNING:
        return None
    snoozed = clock.snoozed_until
    moments = [snoozed] if snoozed else []
    if clock.seen_deadline and clock.waits_to_be_seen:
        if not is_recorded(clock.seen_breached_at, clock.seen_deadline):
            moments.append(clock.seen_deadline)
        if step := next_seen_step(clock, now):
            moments.append(max(step.at, snoozed) if snoozed else step.at)
    replies: list[datetime] = []
    if clock.reply_deadline:
        if not is_recorded(clock.breached_at, clock.reply_deadline):
            replies.append(clock.reply_deadline)
        if step := next_reply_step(clock, now):
            replies.append(max(step.at, snoozed) if snoozed else step.at)
    moments += [at - LOOK_AHEAD if now < at - LOOK_AHEAD else at for at in replies]
    return min(moments, default=None)


def _reply_runs(clock: TicketClock) -> Running:
    return {
        "counts": clock.reply_counts,
        "pause": clock.pause,
        "pause_zone": clock.pause_zone,
    }


def _seen_runs(clock: TicketClock) -> Running:
    return {
        "counts": clock.seen_counts,
        "seen": True,
        "pause": clock.pause,
        "pause_zone": clock.pause_zone,
    }


def _seen_done(clock: TicketClock) -> set[str]:
    return {name.removeprefix(SEEN) for name in clock.steps_done if name.startswith(SEEN)}
