"""A ladder of reminders: when its rungs fire, which have come, which comes next.

Percentages of a work span are of its working time; those of a clock span of the clock's.
"""

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Literal, NamedTuple, TypedDict, Unpack
from zoneinfo import ZoneInfo

from reviewbot.core.calendar import hours
from reviewbot.core.settings import (
    Desk,
    Ladders,
    Pause,
    Span,
    Step,
    StepTo,
)

AT_THE_DEADLINE = (Step("100% chat", StepTo.CHAT, percent=100),)
"""The ladder of a class for which the operator's file has none: no deadline passes in silence."""


class Running(TypedDict, total=False):
    """How a ladder's time runs. `counts` is that of the deadline's span (default "work"):
    percentages and "+4h" run in the same hours. `seen`: the ladder of the duty to take a review.
    """

    counts: Literal["work", "clock"]
    seen: bool
    pause: Pause | None
    pause_zone: str


class DueStep(NamedTuple):
    """A rung whose time has come. `name` is unique and stable within a round and ladder: the
    step's own, or with the date for a daily one ("daily managers#2026-03-04")."""

    step: Step
    name: str
    at: datetime


def ladder(ladders: Ladders, cls: str, *, seen: bool = False) -> tuple[Step, ...]:
    """Return the rungs of a class's reply ladder, or of its `seen` ladder.

    A class without a reply ladder gets AT_THE_DEADLINE; an empty one is the operator's word.
    """
    if seen:
        return ladders.seen.get(cls, ())
    return ladders.reply.get(cls, AT_THE_DEADLINE)


def step_at(
    step: Step,
    clock_start: datetime,
    deadline_at: datetime,
    desk: Desk,
    **running: Unpack[Running],
) -> datetime:
    """Return when a rung fires; of a daily one, the first time.

    With `seen`, a rung "10m" counts from the clock's start; else "+4h" counts from the deadline.
    """
    pause, pause_zone = running.get("pause"), running.get("pause_zone", "UTC")
    counts = running.get("counts", "work")
    if step.daily:
        day = _local_day(desk, deadline_at)
        first = hours.next_working_day(desk, day, pause=pause, pause_zone=pause_zone)
        return hours.same_time_on(desk, deadline_at, first, pause=pause, pause_zone=pause_zone)
    if step.after is not None:
        origin = clock_start if running.get("seen") else deadline_at
        if running.get("seen") and counts == "work":
            # "0m" of a duty in working hours wakes nobody at night.
            origin = hours.next_opening(desk, origin, pause=pause, pause_zone=pause_zone)
        span = Span(step.after.length, step.after.days, counts)
        return hours.add_work(desk, origin, span, pause=pause, pause_zone=pause_zone)
    percent = 100 if step.percent is None else step.percent
    if counts == "work":
        whole = hours.working_time(
            desk, clock_start, deadline_at, pause=pause, pause_zone=pause_zone
        )
    else:
        whole = hours.clock_time(clock_start, deadline_at, pause=pause, pause_zone=pause_zone)
    if percent == 100 or not whole:
        return deadline_at.astimezone(UTC)
    span = Span(whole * percent / 100, counts=counts)
    return hours.add_work(desk, clock_start, span, pause=pause, pause_zone=pause_zone)


def due_steps(
    steps: Sequence[Step],
    done: Collection[str],
    clock_start: datetime,
    deadline_at: datetime,
    desk: Desk,
    now: datetime,
    **running: Unpack[Running],
) -> list[DueStep]:
    """Return the rungs whose time has come and whose names are not in `done`, earliest first.

    After a long absence each rung comes once, however late; of the missed days of a daily rung
    only the newest comes, the others never.
    """
    rungs = _rungs(steps, clock_start, deadline_at, desk, now, **running)
    return sorted(
        (rung for rung in rungs if rung.at <= now and rung.name not in done),
        key=lambda rung: rung.at,
    )


def next_step(
    steps: Sequence[Step],
    done: Collection[str],
    clock_start: datetime,
    deadline_at: datetime,
    desk: Desk,
    now: datetime,
    **running: Unpack[Running],
) -> DueStep | None:
    """Return the rung that fires next: one already due and not in `done`, else the first to come.

    None where nothing is left to do.
    """
    pause, pause_zone = running.get("pause"), running.get("pause_zone", "UTC")
    left = []
    for rung in _rungs(steps, clock_start, deadline_at, desk, now, **running):
        if rung.name not in done:
            left.append(rung)
        elif rung.step.daily:
            day = hours.next_working_day(
                desk, _local_day(desk, rung.at), pause=pause, pause_zone=pause_zone
            )
            at = hours.same_time_on(desk, deadline_at, day, pause=pause, pause_zone=pause_zone)
            left.append(DueStep(rung.step, _daily_name(rung.step, desk, at), at))
    return min(left, key=lambda rung: rung.at, default=None)


def _rungs(
    steps: Sequence[Step],
    clock_start: datetime,
    deadline_at: datetime,
    desk: Desk,
    now: datetime,
    **running: Unpack[Running],
) -> list[DueStep]:
    """Return each step's present occurrence: of a daily one the newest that has come by `now`,
    or the first."""
    pause, pause_zone = running.get("pause"), running.get("pause_zone", "UTC")
    rungs = []
    for step in steps:
        at = step_at(step, clock_start, deadline_at, desk, **running)
        if step.daily:
            if at <= now:
                at = _newest_daily(deadline_at, desk, now, pause, pause_zone)
            rungs.append(DueStep(step, _daily_name(step, desk, at), at))
        else:
            rungs.append(DueStep(step, step.name, at))
    return rungs


def _newest_daily(
    deadline_at: datetime,
    desk: Desk,
    now: datetime,
    pause: Pause | None,
    pause_zone: str,
) -> datetime:
    """Return the last occurrence not after `now`; the caller knows that one has come."""
    day = _local_day(desk, now)
    while True:
        if hours.is_working_day(desk, day, pause=pause, pause_zone=pause_zone):
            at = hours.same_time_on(desk, deadline_at, day, pause=pause, pause_zone=pause_zone)
            if at <= now:
                return at
        day -= timedelta(days=1)


def _daily_name(step: Step, desk: Desk, at: datetime) -> str:
    return f"{step.name}#{_local_day(desk, at).isoformat()}"


def _local_day(desk: Desk, at: datetime) -> date:
    return at.astimezone(ZoneInfo(desk.zone)).date()
