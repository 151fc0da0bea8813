"""Writes that share a transaction: what comes within a moment is written at once.

A page that is as it was needs a few small marks; a transaction for each, safe on the disk, costs
more than the marks and keeps the one writer from what staff do. What is lost with the process in
that moment is read again.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from reviewbot.store.database import Database

E = TypeVar("E")
T = TypeVar("T")
MOST = 50
"""Of one transaction: others wait for the writer meanwhile."""
MOMENT = 0.25
"""Seconds that a write waits for others at most, while any may come."""


@dataclass(slots=True, eq=False)
class _Waiting(Generic[E, T]):
    """`ended` is done when it is written, or when whoever waits for it gave up."""

    entry: E
    ended: asyncio.Future[T]


class SharedWrites(Generic[E, T]):
    """`write` writes an entry down and returns what came of it; `work` does so for several, in one
    transaction, and returns as much for each. `may_come`: whether anybody may want to write soon;
    who learns that nobody does says `go_on`."""

    def __init__(
        self,
        db: Database,
        work: Callable[[Session, Sequence[E]], list[T]],
        may_come: Callable[[], bool] = lambda: False,
    ) -> None:
        self._db = db
        self._work = work
        self._may_come = may_come
        self._gathering: list[_Waiting[E, T]] = []
        self._until: asyncio.TimerHandle | None = None
        self._gathered: deque[_Waiting[E, T]] = deque()
        self._writing: asyncio.Task[None] | None = None

    def go_on(self) -> None:
        """Write what has come, without waiting for more."""
        if self._until is not None:
            self._until.cancel()
            self._until = None
        self._gathered += self._gathering
        self._gathering.clear()
        if self._gathered and self._writing is None:
            self._writing = asyncio.get_running_loop().create_task(self._write_gathered())

    async def write(self, entry: E) -> T:
        """Write `entry` down with others; where another's fails, in a transaction of its own."""
        loop = asyncio.get_running_loop()
        mine = _Waiting[E, T](entry, loop.create_future())
        self._gathering.append(mine)
        if len(self._gathering) >= MOST or not self._may_come():
            self.go_on()
        elif self._until is None:
            self._until = loop.call_later(MOMENT, self.go_on)
        return await mine.ended

    async def _write_gathered(self) -> None:
        try:
            while self._gathered:
                some = [self._gathered.popleft() for _ in range(min(len(self._gathered), MOST))]
                await self._write_together(some)
        finally:
            self._writing = None

    async def _write_together(self, some: Sequence[_Waiting[E, T]]) -> None:
        together = [each for each in some if not each.ended.done()]
        entries = [each.entry for each in together]
        if not entries:
            return
        written = self._db.write(
            lambda rows: list(zip(together, self._work(rows, entries), strict=True))
        )
        results: list[tuple[_Waiting[E, T], T]] | BaseException
        [results] = await asyncio.gather(written, return_exceptions=True)
        if not isinstance(results, BaseException):
            for each, result in results:
                if not each.ended.done():
                    each.ended.set_result(result)
        elif isinstance(results, OperationalError) or len(together) == 1:
            # Locked, or full: so it is for all of them, each of whom would hold the writer up.
            for each in together:
                if not each.ended.done():
                    each.ended.set_exception(results)
        else:
            for each in together:  # one of them brings all down
                await self._write_together([each])
