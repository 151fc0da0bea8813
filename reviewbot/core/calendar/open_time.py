"""The desk's working time between many instants of one stretch of time, added up once."""

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import accumulate

from reviewbot.core.calendar.hours import open_stretches, working_time
from reviewbot.core.settings import Desk, Pause


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
    _starts: list[datetime] = field(init=False)
    _ends: list[datetime] = field(init=False)
    _before: list[timedelta] = field(init=False)

    def __post_init__(self) -> None:
        pieces = list(
            open_stretches(
                self.desk, self.since, self.until, pause=self.pause, pause_zone=self.pause_zone
            )
        )
        self._starts = [piece.start for piece in pieces]
        self._ends = [piece.end for piece in pieces]
        self._before = list(accumulate((piece.length for piece in pieces), initial=timedelta()))

    def working(self, start: datetime, end: datetime) -> timedelta:
        """Return the open time between two instants; zero where `end` is not after `start`."""
        if end <= start:
            return timedelta()
        if start < self.since or end > self.until:
            return working_time(
                self.desk, start, end, pause=self.pause, pause_zone=self.pause_zone
            )
        first = bisect_right(self._starts, start) - 1
        last = bisect_right(self._starts, end, max(first, 0)) - 1
        if first == last >= 0:  # most are answered on the day they came
            closes = self._ends[first]
            return min(end, closes) - min(start, closes)
        return self._up_to(end, last) - self._up_to(start, first)

    def _up_to(self, at: datetime, n: int) -> timedelta:
        """The open time before an instant, before which the last stretch to begin is the nth."""
        if n < 0:
            return timedelta()
        return self._before[n] + (min(at, self._ends[n]) - self._starts[n])
