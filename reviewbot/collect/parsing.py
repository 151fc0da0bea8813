"""What a source makes of an answer, in threads beside the event loop.

A table of 20,000 rows takes seconds: presses, replies and other sites must not wait for it. A few
at a time; `parse` is pure, so it does not matter where it runs.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import TypeVar

from reviewbot.core.contract import Page, Payload, Source, Target

T = TypeVar("T")
AT_ONCE = 2
"""More would only share one interpreter, and hold that many pages in memory."""


class Parsing:
    """Calls `parse` and `essence` of sources; both raise what the source raises."""

    def __init__(self) -> None:
        self._free = asyncio.Semaphore(AT_ONCE)

    async def page(self, source: Source, answer: Payload, target: Target) -> Page:
        return await self._aside(lambda: source.parse(answer, target))

    async def essence(self, source: Source, answer: Payload) -> bytes:
        return await self._aside(lambda: source.essence(answer))

    async def _aside(self, work: Callable[[], T]) -> T:
        async with self._free:
            return await aside(work)


async def aside(work: Callable[[], T]) -> T:
    """Run what reads a page in a thread. At its end a process waits for asyncio's own threads,
    however long; it does not wait for this one, whose page nobody wants any more."""
    ended: Future[T] = Future()
    ended.set_running_or_notify_cancel()
    Thread(target=_run, args=(work, ended), name="page", daemon=True).start()
    return await asyncio.wrap_future(ended)


def _run(work: Callable[[], T], ended: Future[T]) -> None:
    try:
        ended.set_result(work())
    except StopIteration as stop:
        # A bare next() of a source. No future can carry it: whoever awaits would wait for ever.
        fault = RuntimeError("the source raised StopIteration")
        fault.__cause__ = stop
        ended.set_exception(fault)
    except BaseException as error:  # handed on to whoever awaits
        ended.set_exception(error)
