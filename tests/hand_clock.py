"""Time by hand, for tests of one process."""

from datetime import datetime, timedelta


class HandClock:
    """Stands still until told; whoever waits is let through at once, at the moment awaited."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self.waits: list[timedelta] = []

    def now(self) -> datetime:
        return self._now

    def seconds_until(self, moment: datetime) -> float:
        if moment > self._now:
            self.waits.append(moment - self._now)
            self._now = moment
        return 0.0

    def advance(self, **span: float) -> None:
        self._now += timedelta(**span)

    def set(self, now: datetime) -> None:
        self._now = now
