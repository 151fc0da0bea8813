"""When a ticket is due, why then, and which rungs of its ladder have come.

Percentages of a work span are of its working time; those of a clock span of the clock's.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal, NamedTuple, TypedDict, Unpack
from zoneinfo import ZoneInfo

from reviewbot.core.calendar import hours
from reviewbot.core.model import Severity
from reviewbot.core.settings import (
    Desk,
    Ladders,
    Pause,
    ReplyTimeEntry,
    Span,
    Step,
    StepTo,
    Subject,
    Times,
    matches,
)

CRITICAL, WORDLESS = "critical", "wordless"

AT_THE_DEADLINE = (Step("100% chat", StepTo.CHAT, percent=100),)
"""The ladder of a class for which the operator's file has none: no deadline passes in silence."""

Fact = tuple[str, dict[str, str | int]]


@dataclass(frozen=True, slots=True)
class Duties:
    """The times a review is given, by which entry, and as what: "critical", "wordless", a tone."""

    times: Times
    rule: str
    cls: str


@dataclass(frozen=True, slots=True)
class Deadline:
    """An instant and its arithmetic. `why` is (code, params) in order, plain JSON values; instants
    are ISO text, UTC. Codes, with their parameters:

    started (at) · outside_hours (at, opens) · days (days, to) · interval (from, to, minutes), a
    stretch of the desk's hours · clock (from, to, minutes) · paused (from, to, reason) · due (at,
    span, rule).
    """

    at: datetime
    span: Span
    why: tuple[Fact, ...]
    rule: str = ""


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


def times_for(entries: Sequence[ReplyTimeEntry], subject: Subject) -> Duties | None:
    """Return the times a review gets, or None: no ticket.

    Asked for critical first (at any stars), then for wordless, then for the tone. Of each the
    first entry that fits and names the class decides, also when it says "none".
    """
    for cls in _classes(subject):
        for entry in entries:
            if cls in entry.classes and matches(entry.when, subject):
                times = entry.classes[cls]
                if times.seen is None and times.reply is None:
                    return None
                return Duties(times, entry.name, cls)
    return None


def deadline(
    span: Span,
    start: datetime,
    desk: Desk,
    pause: Pause | None = None,
    pause_zone: str = "UTC",
    *,
    rule: str = "",
) -> Deadline:
    """Return when `span` from `start` ends at this desk, with the arithmetic.

    Raises hours.NoHours where the desk never opens.
    """
    start = start.astimezone(UTC)
    at = hours.add_work(desk, start, span, pause=pause, pause_zone=pause_zone)
    why: list[Fact] = [("started", {"at": _iso(start)})]
    if pause and start < (break_ := hours.paused(pause, pause_zone)).end and at > break_.start:
        why.append(
            (
                "paused",
                {"from": _iso(break_.start), "to": _iso(break_.end), "reason": pause.why},
            )
        )
    if span.counts == "clock":
        passed = hours.clock_time(start, at, pause=pause, pause_zone=pause_zone)
        why.append(("clock", _stretch(start, at, passed)))
    else:
        why += _work_facts(span, start, at, desk, pause, pause_zone)
    why.append(("due", {"at": _iso(at), "span": str(span), "rule": rule}))
    return Deadline(at, span, tuple(why), rule)


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


def _classes(subject: Subject) -> list[str]:
    classes = [CRITICAL] if subject.severity == Severity.CRITICAL else []
    if subject.wordless:
        classes.append(WORDLESS)
    return [*classes, subject.tone]


def _work_facts(
    span: Span,
    start: datetime,
    at: datetime,
    desk: Desk,
    pause: Pause | None,
    pause_zone: str,
) -> list[Fact]:
    facts: list[Fact] = []
    opens = hours.next_opening(desk, start, pause=pause, pause_zone=pause_zone)
    if opens > start:
        facts.append(("outside_hours", {"at": _iso(start), "opens": _iso(opens)}))
    if span.days:
        days = Span(days=span.days)
        opens = hours.add_work(desk, start, days, pause=pause, pause_zone=pause_zone)
        facts.append(("days", {"days": span.days, "to": _iso(opens)}))
    for piece in hours.open_stretches(desk, opens, at, pause=pause, pause_zone=pause_zone):
        facts.append(("interval", _stretch(piece.start, piece.end, piece.length)))
    return facts


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


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def _stretch(start: datetime, end: datetime, length: timedelta) -> dict[str, str | int]:
    minutes = round(length.total_seconds() / 60)
    return {"from": _iso(start), "to": _iso(end), "minutes": minutes}
