"""Bounded concurrency that is never lost: work runs in named lanes, one at a time in each."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable

log = logging.getLogger(__name__)


LONGEST_REST = 60.0
"""Seconds. A lane that fails again and again (a full disk) rests 1, 2, 4 … before it may start."""


class Lanes:
    """Starts work and returns at once. A lane that is busy, or rests after a failure, refuses: the
    database is the queue, so what was refused is found again at the next tick."""

    def __init__(self, limit: int, seconds: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit
        self._seconds = seconds
        self._running: dict[str, asyncio.Task[None]] = {}
        self._failed: dict[str, tuple[int, float]] = {}

    def start(self, lane: str, work: Callable[[], Awaitable[None]]) -> bool:
        """Run `work` in `lane`; return False where the lane is busy or rests, or all are taken."""
        if lane in self._running or len(self._running) >= self._limit or self._rests(lane):
            return False
        task = asyncio.get_running_loop().create_task(self._run(lane, work), name=lane)
        self._running[lane] = task
        task.add_done_callback(self._ended)
        return True

    @property
    def busy(self) -> frozenset[str]:
        return frozenset(self._running)

    async def _run(self, lane: str, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        finally:
            self._running.pop(lane, None)

    def _ended(self, task: asyncio.Task[None]) -> None:
        """What a lane could not do is still a row that is not done: a later tick finds it."""
        lane = task.get_name()
        error = None if task.cancelled() else task.exception()
        if error is None:
            self._failed.pop(lane, None)
            return
        failures, _ = self._failed.get(lane, (0, 0.0))
        rest = min(2.0**failures, LONGEST_REST)
        self._failed[lane] = (min(failures + 1, 6), self._seconds() + rest)
        log.error("lane %s failed; it rests %.0f s", lane, rest, exc_info=error)

    def _rests(self, lane: str) -> bool:
        return lane in self._failed and self._seconds() < self._failed[lane][1]

    async def settle(self) -> None:
        """Wait until nothing runs. Raises the first error of a lane, after all have ended."""
        tasks = list(self._running.values())
        results = await asyncio.gather(*tasks, return_exceptions=True)
        for result in results:
            if isinstance(result, Exception):
                raise result

    async def close(self, grace: float) -> None:
        """Let running work end within `grace` seconds, then cancel what still runs."""
        tasks = list(self._running.values())
        if not tasks:
            return
        _, pending = await asyncio.wait(tasks, timeout=grace)
        for task in pending:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
