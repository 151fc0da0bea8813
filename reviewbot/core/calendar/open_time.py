"""The desk's working time between many instants of one stretch of time, added up once.

Instants and lengths are whole microseconds, instants since 1970: thousands of them are reckoned
with in half the time.
"""

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import accumulate

from reviewbot.core.calendar.hours import open_stretches, working_time
from reviewbot.core.settings import Desk, Pause

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def number_of(moment: datetime) -> int:
    """Return an instant as such a number."""
    return (moment - _EPOCH) // MICROSECOND


def instant_of(number: int) -> datetime:
    """The other way round, UTC."""
    return _EPOCH + number * MICROSECOND


@dataclass(slots=True)
class OpenTime:
    """A desk's hours from `since` to `until`, without a location's `pause`, in `pause_zone`'s
    days. `working` tells what `hours.working_time` does; for thousands of answers that would walk
    the days again and again."""

    desk: Desk
    since: datetime
    until: datetime
    pause: Pause | None
    pause_zone: str
    _known: tuple[int, int] = field(init=False)
    _starts: list[int] = field(init=False)
    _ends: list[int] = field(init=False)
    _before: list[int] = field(init=False)

    def __post_init__(self) -> None:
        pieces = list(
            open_stretches(
                self.desk, self.since, self.until, pause=self.pause, pause_zone=self.pause_zone
            )
        )
        self._known = number_of(self.since), number_of(self.until)
        self._starts = [number_of(piece.start) for piece in pieces]
        self._ends = [number_of(piece.end) for piece in pieces]
        lengths = (end - start for start, end in zip(self._starts, self._ends, strict=True))
        self._before = list(accumulate(lengths, initial=0))

    def working(self, start: int, end: int) -> int:
        """Return the open time between two instants; zero where `end` is not after `start`."""
        if end <= start:
            return 0
        since, until = self._known
        if start < since or end > until:
            return self._counted(start, end)
        first = bisect_right(self._starts, start) - 1
        if first >= 0 and end <= self._ends[first]:
            return end - start
        last = bisect_right(self._starts, end, max(first, 0)) - 1
        if first == last >= 0:  # most are answered on the day they came
            closes = self._ends[first]
            return min(end, closes) - min(start, closes)
        return self._up_to(end, last) - self._up_to(start, first)

    def _counted(self, start: int, end: int) -> int:
        return (
            working_time(
                self.desk,
                instant_of(start),
                instant_of(end),
                pause=self.pause,
                pause_zone=self.pause_zone,
            )
            // MICROSECOND
        )

    def _up_to(self, at: int, n: int) -> int:
        """The open time before an instant, before which the last stretch to begin is the nth."""
        if n < 0:
            return 0
        return self._before[n] + (min(at, self._ends[n]) - self._starts[n])
