"""Bounded concurrency that is never lost: work runs in named lanes, one at a time in each."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

log = logging.getLogger(__name__)


class Lanes:
    """Starts work and returns at once. A lane that is busy refuses: the database is the queue,
    so what was refused is found again at the next tick."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._running: dict[str, asyncio.Task[None]] = {}

    def start(self, lane: str, work: Callable[[], Awaitable[None]]) -> bool:
        """Run `work` in `lane`; return False where the lane is busy or all are taken."""
        if lane in self._running or len(self._running) >= self._limit:
            return False
        task = asyncio.get_running_loop().create_task(self._run(lane, work), name=lane)
        self._running[lane] = task
        task.add_done_callback(_tell_failure)
        return True

    @property
    def busy(self) -> frozenset[str]:
        return frozenset(self._running)

    async def _run(self, lane: str, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        finally:
            self._running.pop(lane, None)

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


def _tell_failure(task: asyncio.Task[None]) -> None:
    """What a lane could not do is still a row that is not done: the next tick finds it."""
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("lane %s failed", task.get_name(), exc_info=error)
