"""Bounded concurrency that is never lost: work runs in named lanes, one at a time in each."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

log = logging.getLogger(__name__)

T = TypeVar("T")

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

    def start(self, lane: str, work: Callable[[], Awaitable[object]]) -> bool:
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

    def is_busy(self, lane: str) -> bool:
        return lane in self._running

    async def _run(self, lane: str, work: Callable[[], Awaitable[object]]) -> None:
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


class Readers:
    """So many readings are at work at once. One that waits for its host's turn holds no reader.

    What is in `told` is called when a reader is free again.
    """

    def __init__(self, most: int) -> None:
        self._free = most
        self._going_on: deque[asyncio.Future[None]] = deque()
        self._at_work: set[asyncio.Task[object] | None] = set()
        self.told: list[Callable[[], None]] = []

    @property
    def is_free(self) -> bool:
        """Whether `take` may be called: one is free, and no reading waits to go on."""
        return self._free > 0

    def take(self) -> None:
        """Take a free reader for the task that will call `work`."""
        assert self._free > 0
        self._free -= 1

    async def work(self, reading: Callable[[], Awaitable[T]]) -> T:
        """Run a reading with the reader that was taken for it, and give that back."""
        task = asyncio.current_task()
        self._at_work.add(task)
        try:
            return await reading()
        finally:
            self.leave()

    def leave(self) -> None:
        """Give back the reader of this task before its end: it asks no site any more."""
        task = asyncio.current_task()
        if task in self._at_work:
            self._give_back(task)

    @asynccontextmanager
    async def elsewhere(self) -> AsyncIterator[None]:
        """Let others have this task's reader meanwhile; it waits for one to go on."""
        task = asyncio.current_task()
        if task not in self._at_work:  # publishing, or a command: it has none
            yield
            return
        self._give_back(task)
        try:
            yield
        finally:
            await self._wait_for_one()
            self._at_work.add(task)

    async def _wait_for_one(self) -> None:
        if self._free > 0:
            self._free -= 1
            return
        mine = asyncio.get_running_loop().create_future()
        self._going_on.append(mine)
        try:
            await mine
        except asyncio.CancelledError:
            if mine.done() and not mine.cancelled():
                self._hand_on()
            raise

    def _give_back(self, task: "asyncio.Task[object] | None") -> None:
        self._at_work.discard(task)
        self._hand_on()

    def _hand_on(self) -> None:
        """Readings that wait to go on come before those that begin."""
        while self._going_on:
            waiting = self._going_on.popleft()
            if not waiting.done():
                waiting.set_result(None)
                return
        self._free += 1
        for tell in self.told:
            tell()
