"""Writes that share a transaction: what came while the writer was at work is written at once.

A page that is as it was needs a few small marks; with hundreds of them a second a transaction for
each, safe on the disk, costs more than the marks.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from reviewbot.store.database import Database

T = TypeVar("T")
MOST = 50
"""Of one transaction: others wait for the writer meanwhile."""


@dataclass(slots=True)
class _Waiting:
    work: Callable[[Session], Any]
    ended: asyncio.Future[Any]


class SharedWrites:
    """`write` is `Database.write`, with others in one transaction; `before` runs first in each."""

    def __init__(self, db: Database, before: Callable[[Session], None]) -> None:
        self._db = db
        self._before = before
        self._waiting: list[_Waiting] = []
        self._turn = asyncio.Lock()

    async def write(self, work: Callable[[Session], T]) -> T:
        """Run `work` in a transaction; where another's fails, in one of its own."""
        mine = _Waiting(work, asyncio.get_running_loop().create_future())
        self._waiting.append(mine)
        try:
            async with self._turn:
                if not mine.ended.done():
                    await self._write_with_others(mine)
        finally:
            self._waiting.remove(mine)
        return cast(T, mine.ended.result())

    async def _write_with_others(self, mine: _Waiting) -> None:
        others = [each for each in self._waiting if each is not mine and not each.ended.done()]
        together = [mine, *others[: MOST - 1]]
        ended: list[Any] | BaseException
        [ended] = await asyncio.gather(self._write(together), return_exceptions=True)
        if isinstance(ended, OperationalError):
            raise ended
        if isinstance(ended, BaseException):
            # One of them brings all down: each of the others has its turn yet.
            together = [mine]
        results = await self._write(together) if isinstance(ended, BaseException) else ended
        for each, result in zip(together, results, strict=True):
            each.ended.set_result(result)

    async def _write(self, together: list[_Waiting]) -> list[Any]:
        return await self._db.write(lambda rows: self._run(rows, together))

    def _run(self, rows: Session, together: list[_Waiting]) -> list[Any]:
        self._before(rows)
        return [each.work(rows) for each in together]
