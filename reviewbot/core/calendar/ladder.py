"""A ladder of reminders: when its steps fire, which have come, which comes next.

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
    """A step whose time has come. `name` is unique and stable within a round and ladder: the
    step's own, or with the date for a daily one ("daily managers#2026-03-04")."""

    step: Step
    name: str
    at: datetime


def ladder(ladders: Ladders, cls: str, *, seen: bool = False) -> tuple[Step, ...]:
    """Return the steps of a class's reply ladder, or of its `seen` ladder.

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
    """Return when a step fires; of a daily one, the first time.

    With `seen`, a step "10m" counts from the clock's start; else "+4h" counts from the deadline.
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
    """Return the steps whose time has come and whose names are not in `done`, earliest first; a
    ladder is only climbed: what a newer file puts below a step that was done never comes.

    After a long absence each step comes once, however late; of the missed days of a daily step
    only the newest comes, the others never.
    """
    occurrences = _occurrences(steps, clock_start, deadline_at, desk, now, **running)
    climbed = _climbed(occurrences, done)
    return sorted(
        (
            due
            for due in occurrences
            if due.at <= now and due.name not in done and not _is_below(due, climbed)
        ),
        key=lambda due: due.at,
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
    """Return the step that fires next: one already due and not in `done`, else the first to come.

    None where nothing is left to do.
    """
    pause, pause_zone = running.get("pause"), running.get("pause_zone", "UTC")
    left = []
    occurrences = _occurrences(steps, clock_start, deadline_at, desk, now, **running)
    climbed = _climbed(occurrences, done)
    for due in occurrences:
        if due.name not in done:
            if not _is_below(due, climbed):
                left.append(due)
        elif due.step.daily:
            day = hours.next_working_day(
                desk, _local_day(desk, due.at), pause=pause, pause_zone=pause_zone
            )
            at = hours.same_time_on(desk, deadline_at, day, pause=pause, pause_zone=pause_zone)
            left.append(DueStep(due.step, _daily_name(due.step, desk, at), at))
    return min(left, key=lambda due: due.at, default=None)


def _climbed(occurrences: Sequence[DueStep], done: Collection[str]) -> datetime | None:
    """Return when the highest step fired that was done, days aside."""
    moments = [due.at for due in occurrences if due.name in done and not due.step.daily]
    return max(moments, default=None)


def _is_below(due: DueStep, climbed: datetime | None) -> bool:
    return climbed is not None and not due.step.daily and due.at < climbed


def _occurrences(
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
    occurrences = []
    for step in steps:
        at = step_at(step, clock_start, deadline_at, desk, **running)
        if step.daily:
            if at <= now:
                at = _newest_daily(deadline_at, desk, now, pause, pause_zone)
            occurrences.append(DueStep(step, _daily_name(step, desk, at), at))
        else:
            occurrences.append(DueStep(step, step.name, at))
    return occurrences


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
