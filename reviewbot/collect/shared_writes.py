"""Writes that share a transaction: what comes within a moment is written at once.

A page that is as it was needs a few small marks; a transaction for each, safe on the disk, costs
more than the marks and keeps the one writer from what staff do. What is lost with the process in
that moment is read again.
"""

import asyncio
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
    entry: E
    ended: asyncio.Future[T]


class _Gathering:
    """Who comes together until it `is_over`: by its time, its number, or by word."""

    def __init__(self) -> None:
        self.is_over = asyncio.Event()
        self.count = 0
        self._timer = asyncio.get_running_loop().call_later(MOMENT, self.end)

    def end(self) -> None:
        self._timer.cancel()
        self.is_over.set()


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
        self._waiting: list[_Waiting[E, T]] = []
        self._gathering: _Gathering | None = None
        self._turn = asyncio.Lock()

    def go_on(self) -> None:
        """Write what has come, without waiting for more."""
        if self._gathering is not None:
            self._gathering.end()
            self._gathering = None

    async def write(self, entry: E) -> T:
        """Write `entry` down with others; where another's fails, in a transaction of its own."""
        mine = _Waiting[E, T](entry, asyncio.get_running_loop().create_future())
        self._waiting.append(mine)
        try:
            await self._gathered()
            async with self._turn:
                if not mine.ended.done():
                    await self._write_with_others(mine)
        finally:
            self._waiting.remove(mine)
        return mine.ended.result()

    async def _gathered(self) -> None:
        """Wait until enough have come, or long enough."""
        if self._gathering is None or self._gathering.is_over.is_set():
            self._gathering = _Gathering()
        gathering = self._gathering
        gathering.count += 1
        if gathering.count >= MOST or not self._may_come():
            self.go_on()
        await gathering.is_over.wait()

    async def _write_with_others(self, mine: _Waiting[E, T]) -> None:
        others = [each for each in self._waiting if each is not mine and not each.ended.done()]
        together = [mine, *others[: MOST - 1]]
        results: list[T] | BaseException
        [results] = await asyncio.gather(self._write(together), return_exceptions=True)
        if isinstance(results, OperationalError):
            # Locked, or full: so it is for all of them, each of whom would hold the writer up.
            for each in together:
                if each in self._waiting:
                    each.ended.set_exception(results)
            return
        if isinstance(results, BaseException):
            # One of them brings all down: each of the others has its turn yet.
            together = [mine]
            results = await self._write(together)
        for each, result in zip(together, results, strict=True):
            each.ended.set_result(result)

    async def _write(self, together: Sequence[_Waiting[E, T]]) -> list[T]:
        entries = [each.entry for each in together]
        return await self._db.write(lambda rows: self._work(rows, entries))
