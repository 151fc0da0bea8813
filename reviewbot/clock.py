"""Where time comes from: the wall, or a wall that runs faster (the demo)."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """The present instant, aware UTC."""
        ...

    def seconds_until(self, moment: datetime) -> float:
        """How many real seconds to wait for `moment`; never negative. A fast clock waits less."""
        ...


async def is_set_within(event: asyncio.Event, seconds: float) -> bool:
    """Wait for an event, for so many real seconds at most; return whether it is set."""
    try:
        async with asyncio.timeout(seconds):
            return await event.wait()
    except TimeoutError:
        return event.is_set()


class WallClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)  # noqa: TID251 - the one place that asks the wall

    def seconds_until(self, moment: datetime) -> float:
        return max(0.0, (moment - self.now()).total_seconds())


class FastClock:
    """Starts at an instant and runs `speed` times faster than the wall.

    `leap` jumps ahead; `run_at` changes the speed without a jump.
    """

    def __init__(self, start: datetime, speed: float = 1.0) -> None:
        self._origin = start
        self._speed = speed
        self._started = time.monotonic()

    def now(self) -> datetime:
        return self._origin + timedelta(seconds=(time.monotonic() - self._started) * self._speed)

    def seconds_until(self, moment: datetime) -> float:
        return max(0.0, (moment - self.now()).total_seconds() / self._speed)

    def leap(self, ahead: timedelta) -> None:
        self._origin += ahead

    def run_at(self, speed: float) -> None:
        self._origin, self._started = self.now(), time.monotonic()
        self._speed = speed


class Heartbeats:
    """Which parts of the bot still move: each says until when it will say so again."""

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._until: dict[str, float] = {}

    def beat(self, part: str, again_within: float) -> None:
        """Note that a part moves and will say so again within so many real seconds."""
        self._until[part] = self._seconds() + again_within

    def stuck(self) -> list[str]:
        """Return the parts that have said nothing for longer than they said."""
        now = self._seconds()
        return sorted(part for part, until in self._until.items() if until < now)
