"""Writes that share a transaction: what came while the writer was at work is written at once.

A page that is as it was needs a few small marks; with hundreds of them a second a transaction for
each, safe on the disk, costs more than the marks.
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


@dataclass(slots=True, eq=False)
class _Waiting(Generic[E, T]):
    entry: E
    ended: asyncio.Future[T]


class SharedWrites(Generic[E, T]):
    """`write` writes an entry down and returns what came of it; `work` does so for several, in one
    transaction, and returns as much for each."""

    def __init__(self, db: Database, work: Callable[[Session, Sequence[E]], list[T]]) -> None:
        self._db = db
        self._work = work
        self._waiting: list[_Waiting[E, T]] = []
        self._turn = asyncio.Lock()

    async def write(self, entry: E) -> T:
        """Write `entry` down with others; where another's fails, in a transaction of its own."""
        mine = _Waiting[E, T](entry, asyncio.get_running_loop().create_future())
        self._waiting.append(mine)
        try:
            async with self._turn:
                if not mine.ended.done():
                    await self._write_with_others(mine)
        finally:
            self._waiting.remove(mine)
        return mine.ended.result()

    async def _write_with_others(self, mine: _Waiting[E, T]) -> None:
        others = [each for each in self._waiting if each is not mine and not each.ended.done()]
        together = [mine, *others[: MOST - 1]]
        results: list[T] | BaseException
        [results] = await asyncio.gather(self._write(together), return_exceptions=True)
        if isinstance(results, OperationalError):
            raise results
        if isinstance(results, BaseException):
            # One of them brings all down: each of the others has its turn yet.
            together = [mine]
            results = await self._write(together)
        for each, result in zip(together, results, strict=True):
            each.ended.set_result(result)

    async def _write(self, together: Sequence[_Waiting[E, T]]) -> list[T]:
        entries = [each.entry for each in together]
        return await self._db.write(lambda rows: self._work(rows, entries))
