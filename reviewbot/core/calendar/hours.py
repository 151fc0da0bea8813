"""The desk's hours: when it is open, how much working time lies between two instants.

Wall times are the desk's zone; every instant that goes in or comes out is aware (results are UTC).
On the night the clocks change an interval lasts as long as it really lasts: the repeated hour is
worked twice, the skipped one not at all. `pause` is a location's pause, in `pause_zone`'s days:
no time counts inside it, of no kind.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from reviewbot.core.settings import Desk, Pause, Span

HORIZON = timedelta(days=1100)
"""A desk without an open minute for three years has no hours; `config` refuses such a week."""

EVENING = time(18, 0)
"""What "until the evening" means at a desk."""
SHORTER_BY = timedelta(hours=1)
"""How much sooner the day before a public holiday ends, where the desk has it so."""
_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)


class Stretch(NamedTuple):
    """An unbroken piece of time, UTC: from `start` up to but not including `end`."""

    start: datetime
    end: datetime

    @property
    def length(self) -> timedelta:
        return self.end - self.start


class NoHours(ValueError):
    """The desk never opens: there is no working time to count."""


def open_stretches(
    desk: Desk,
    since: datetime,
    until: datetime | None = None,
    *,
    pause: Pause | None = None,
    pause_zone: str = "UTC",
) -> Iterator[Stretch]:
    """Yield the desk's open time from `since` on, in order, never overlapping.

    Without `until` it goes on for as long as the caller asks. Raises NoHours where the desk does
    not open within HORIZON.
    """
    since = since.astimezone(UTC)
    until = until.astimezone(UTC) if until else None
    if until and until <= since:
        return
    break_ = paused(pause, pause_zone) if pause else None
    zone = ZoneInfo(desk.zone)
    # The day before may run over midnight.
    day = since.astimezone(zone).date() - _DAY
    reached, last_open = since, since
    while True:
        dawn = _dawn(desk.zone, day)
        if break_ and max(dawn, reached) >= break_.start and reached < break_.end:
            # Long pauses are stepped over, not counted day by day.
            reached = last_open = break_.end
            day = max(day, break_.end.astimezone(zone).date() - _DAY)
            continue
        if until and max(dawn, reached) >= until:
            return
        if dawn - last_open > HORIZON:
            raise NoHours(f"desk {desk.key!r} does not open within {HORIZON.days} days")
        for stretch in _shifts(desk, day):
            for piece in _without(stretch, break_):
                start = max(piece.start, reached)
                end = min(piece.end, until) if until else piece.end
                if start < end:
                    yield Stretch(start, end)
                    reached = last_open = end
        day += _DAY


def working_time(
    desk: Desk,
    start: datetime,
    end: datetime,
    *,
    pause: Pause | None = None,
    pause_zone: str = "UTC",
) -> timedelta:
    """Return the open time between two instants; zero where `end` is not after `start`."""
    pieces = open_stretches(desk, start, end, pause=pause, pause_zone=pause_zone)
    return sum((piece.length for piece in pieces), timedelta())


def clock_time(
    start: datetime, end: datetime, *, pause: Pause | None = None, pause_zone: str = "UTC"
) -> timedelta:
    """Return the time by the clock between two instants, without the pause."""
    if end <= start:
        return timedelta()
    whole = Stretch(start.astimezone(UTC), end.astimezone(UTC))
    break_ = paused(pause, pause_zone) if pause else None
    return sum((piece.length for piece in _without(whole, break_)), timedelta())


def add_work(
    desk: Desk,
    start: datetime,
    span: Span,
    *,
    pause: Pause | None = None,
    pause_zone: str = "UTC",
) -> datetime:
    """Return the instant when `span` has passed since `start`.

    Work spans run in the desk's hours; what starts outside them starts at the next opening, and
    what ends with the day is due at closing time. A working day leads to the same time of day on
    the next working day; where the desk is closed at that time, to that day's next opening, or to
    its closing time if there is none. Clock spans run on, but for the pause. Raises NoHours.
    """
    start = start.astimezone(UTC)
    if span.counts == "clock":
        return _add_clock(start, span.days * _DAY + span.length, pause, pause_zone)
    if span.days == 0 and span.length <= timedelta():
        return start
    if span.days:
        start = next_opening(desk, start, pause=pause, pause_zone=pause_zone)
        day = start.astimezone(ZoneInfo(desk.zone)).date()
        for _ in range(span.days):
            day = next_working_day(desk, day, pause=pause, pause_zone=pause_zone)
        start = same_time_on(desk, start, day, pause=pause, pause_zone=pause_zone)
    left = span.length
    if left <= timedelta():
        return start
    for stretch in open_stretches(desk, start, pause=pause, pause_zone=pause_zone):
        if left <= stretch.length:
            return stretch.start + left
        left -= stretch.length
    raise NoHours(desk.key)  # pragma: no cover - open_stretches without an end raises by itself


def is_open(
    desk: Desk, at: datetime, *, pause: Pause | None = None, pause_zone: str = "UTC"
) -> bool:
    """Whether the desk works at this instant; at closing time it does not."""
    soon = at + timedelta(microseconds=1)
    return any(open_stretches(desk, at, soon, pause=pause, pause_zone=pause_zone))


def next_opening(
    desk: Desk, at: datetime, *, pause: Pause | None = None, pause_zone: str = "UTC"
) -> datetime:
    """Return the first open instant from `at` on: `at` itself while the desk is open."""
    return next(open_stretches(desk, at, pause=pause, pause_zone=pause_zone)).start


def next_working_day(
    desk: Desk, day: date, *, pause: Pause | None = None, pause_zone: str = "UTC"
) -> date:
    """Return the first date after `day` (the desk's calendar) on which the desk opens."""
    dawn = _dawn(desk.zone, day + _DAY)
    opening = next_opening(desk, dawn, pause=pause, pause_zone=pause_zone)
    return opening.astimezone(ZoneInfo(desk.zone)).date()


def next_working_day_start(
    desk: Desk, at: datetime, *, pause: Pause | None = None, pause_zone: str = "UTC"
) -> datetime:
    """Return the opening of the first working day after the day of `at`."""
    zone = ZoneInfo(desk.zone)
    dawn = _dawn(desk.zone, at.astimezone(zone).date() + _DAY)
    return next_opening(desk, dawn, pause=pause, pause_zone=pause_zone)


def is_working_day(
    desk: Desk, day: date, *, pause: Pause | None = None, pause_zone: str = "UTC"
) -> bool:
    """Whether the desk is open for any minute of this date of its own calendar."""
    return bool(_open_on(desk, day, pause, pause_zone))


def same_time_on(
    desk: Desk,
    at: datetime,
    day: date,
    *,
    pause: Pause | None = None,
    pause_zone: str = "UTC",
) -> datetime:
    """Return the time of day of `at` on a working day, moved into that day's hours.

    Before an opening it becomes that opening; after the last closing, the closing time.
    """
    zone = ZoneInfo(desk.zone)
    wall = datetime.combine(day, at.astimezone(zone).time())
    moment = _instant(wall, zone, late=bool(at.astimezone(zone).fold))
    pieces = _open_on(desk, day, pause, pause_zone)
    for piece in pieces:
        if moment <= piece.end:
            return max(moment, piece.start)
    return pieces[-1].end if pieces else moment


def is_quiet(desk: Desk, at: datetime) -> bool:
    """Whether messages should arrive without a sound at this instant."""
    if desk.quiet is None:
        return False
    begin, end = desk.quiet
    wall = at.astimezone(ZoneInfo(desk.zone)).time()
    return begin <= wall < end if begin <= end else wall >= begin or wall < end


def moment_on(zone: str, day: date, at: time) -> datetime:
    """Return the instant of a wall time on a date: the first of two where the clocks go back, the
    moment of the change where they skip it."""
    return _instant(datetime.combine(day, at), ZoneInfo(zone), late=False)


def paused(pause: Pause, zone: str) -> Stretch:
    """Return a pause as instants: whole days of `zone`, both ends included."""
    return Stretch(_dawn(zone, pause.starts_on), _dawn(zone, pause.ends_on + _DAY))


def _add_clock(
    start: datetime, length: timedelta, pause: Pause | None, pause_zone: str
) -> datetime:
    due = start + length
    if pause is None or length <= timedelta():
        return due
    break_ = paused(pause, pause_zone)
    if start >= break_.end or due <= break_.start:
        return due
    return due + (break_.end - max(start, break_.start))


def _open_on(desk: Desk, day: date, pause: Pause | None, pause_zone: str) -> tuple[Stretch, ...]:
    dawn = _dawn(desk.zone, day)
    dusk = _dawn(desk.zone, day + _DAY)
    return tuple(open_stretches(desk, dawn, dusk, pause=pause, pause_zone=pause_zone))


def _shifts(desk: Desk, day: date) -> tuple[Stretch, ...]:
    """Return the stretches that begin on a date."""
    if day in desk.closed:
        return ()
    intervals = desk.hours[desk.worked_like if day in desk.worked else day.weekday()]
    stretches = _on(desk.zone, day, intervals) if intervals else ()
    return _without_the_end(stretches) if day in desk.shortened else stretches


def _without_the_end(stretches: tuple[Stretch, ...]) -> tuple[Stretch, ...]:
    """Return a day's stretches without its last hour of work."""
    left, kept = SHORTER_BY, list(stretches)
    while kept and left > timedelta():
        last = kept.pop()
        if last.length > left:
            kept.append(Stretch(last.start, last.end - left))
        left -= last.length
    return tuple(kept)


@lru_cache(maxsize=4096)
def _on(zone: str, day: date, intervals: tuple[tuple[time, time], ...]) -> tuple[Stretch, ...]:
    """Return intervals of one date as instants. An end not after its start is the next day's."""
    place = ZoneInfo(zone)
    stretches = []
    for begin, end in sorted(intervals):
        last_day = day if begin < end else day + _DAY
        first = _instant(datetime.combine(day, begin), place, late=False)
        last = _instant(datetime.combine(last_day, end), place, late=True)
        stretches.append(Stretch(first, last))
    return tuple(stretches)


@lru_cache(maxsize=4096)
def _dawn(zone: str, day: date) -> datetime:
    """Return the first instant of a date: midnight, or later where the clocks skip it."""
    return moment_on(zone, day, time())


def _without(stretch: Stretch, break_: Stretch | None) -> Iterator[Stretch]:
    if break_ is None or break_.end <= stretch.start or stretch.end <= break_.start:
        yield stretch
        return
    if stretch.start < break_.start:
        yield Stretch(stretch.start, break_.start)
    if break_.end < stretch.end:
        yield Stretch(break_.end, stretch.end)


def _instant(wall: datetime, zone: ZoneInfo, *, late: bool) -> datetime:
    """Return the instant of a wall time: `late` picks the second of two; a wall time that the
    clocks skip becomes the moment of the change."""
    first = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    second = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    if first <= second:
        return second if late else first
    # A gap (PEP 495): fold=1 lies before the change, fold=0 after it; the change is between.
    low, high = second, first
    offset = low.astimezone(zone).utcoffset()
    while high - low > _SECOND:
        middle = low + (high - low) // 2
        if middle.astimezone(zone).utcoffset() == offset:
            low = middle
        else:
            high = middle
    return high.replace(microsecond=0)
