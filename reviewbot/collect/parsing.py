"""What a source makes of an answer, in threads beside the event loop.

A table of 20,000 rows takes seconds: presses, replies and other sites must not wait for it. A few
at a time; `parse` is pure, so it does not matter where it runs.
"""

import asyncio
from collections.abc import Callable
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
            return await asyncio.to_thread(_without_stop, work)


def _without_stop(work: Callable[[], T]) -> T:
    try:
        return work()
    except StopIteration as end:
        # A bare next() of a source. No future can carry it: whoever awaits would wait for ever.
        raise RuntimeError("the source raised StopIteration") from end
