"""What time a review is given, when a ticket is due, and why then."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from reviewbot.core.calendar import hours
from reviewbot.core.model import Severity
from reviewbot.core.settings import (
    Desk,
    Pause,
    ReplyTimeEntry,
    Span,
    Subject,
    Times,
    matches,
)

CRITICAL, WORDLESS = "critical", "wordless"


Fact = tuple[str, dict[str, str | int]]


@dataclass(frozen=True, slots=True)
class GivenTimes:
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


def times_for(entries: Sequence[ReplyTimeEntry], subject: Subject) -> GivenTimes | None:
    """Return the times a review gets, or None: no ticket.

    Asked for critical first (at any stars), then for wordless, then for the tone. Of each the
    first entry that fits and names the class decides, also when it says "none".
    """
    for cls in _classes(subject):
        entry = _entry_of(entries, subject, cls)
        if entry is not None:
            times = entry.classes[cls]
            return GivenTimes(times, entry.name, cls) if _asks(times) else None
    return None


def gives_no_time(entries: Sequence[ReplyTimeEntry], subject: Subject, cls: str) -> bool:
    """Whether a review that was given its times as `cls` would get none as that today."""
    entry = _entry_of(entries, subject, cls)
    return entry is not None and not _asks(entry.classes[cls])


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


def _entry_of(
    entries: Sequence[ReplyTimeEntry], subject: Subject, cls: str
) -> ReplyTimeEntry | None:
    fitting = (each for each in entries if cls in each.classes and matches(each.when, subject))
    return next(fitting, None)


def _asks(times: Times) -> bool:
    return times.seen is not None or times.reply is not None


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


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def _stretch(start: datetime, end: datetime, length: timedelta) -> dict[str, str | int]:
    minutes = round(length.total_seconds() / 60)
    return {"from": _iso(start), "to": _iso(end), "minutes": minutes}
