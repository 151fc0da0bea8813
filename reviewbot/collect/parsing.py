"""Has what strangers sent read in processes of their own, so that none of it can stop the bot.

A page that takes for ever, or all memory, costs its process and its own reading; the others go
on. The processes are started when there is something to read and ended when there was nothing for
a while.
"""

import asyncio
import logging
import pickle
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from hashlib import sha256
from itertools import count
from queue import SimpleQueue
from threading import Thread
from typing import Any, TypeVar, cast

from reviewbot.collect.remembered_answers import SaidBefore, page_key, walk_key
from reviewbot.core.contract import Item, NotModified, Page, Payload, Request, Source, Target
from reviewbot.core.errors import CollectError, TooHeavy
from reviewbot.core.readings.reading import Links
from reviewbot.processes import parsing_process as there
from reviewbot.processes.child_processes import (
    ENDLESS,
    Broken,
    ChildProcess,
    Processes,
    died_of_it,
    opened,
)
from reviewbot.registry import reader_of

log = logging.getLogger(__name__)

T = TypeVar("T")
AT_ONCE = 2
"""More would hold that many pages in memory."""
IDLE = 30.0
"""Seconds after which a process with nothing to read is ended."""


PAGES = "pages"
"""The generator of a reading; the others are walked once for what they are about."""


class Parsing:
    """Calls sources, elsewhere. Every call raises what the source raises of the contract's
    errors, TooHeavy where it takes too long or too much memory, Broken for any other fault."""

    def __init__(self, processes: Processes | None = None) -> None:
        self._free = asyncio.Semaphore(AT_ONCE)
        self._processes = processes or Processes()
        self._is_alone = processes is None
        self._ending: asyncio.TimerHandle | None = None
        self._essences = SaidBefore[str]()
        self.first_requests = SaidBefore[Request]()

    async def page(self, source: Source, answer: Payload, target: Target) -> Page:
        called = (there.address_of(source), answer, target)
        return cast(Page, await self.call(there.parse, *called))

    async def essence(self, source: Source, answer: Payload) -> str:
        """Return the hash of a page's essence: two pages with the same say the same, to the same
        reader. After an update each page is read once, so that what it reads better is stored."""
        address = there.address_of(source)
        asked = page_key(address, answer)
        known = self._essences.get(asked)
        if known is None:
            essence = cast(bytes, await self.call(there.essence, address, answer))
            known = f"{reader_of(source)}:{sha256(essence).hexdigest()}"
            self._essences.keep(asked, known)
        return known

    async def links(self, source: Source, target: Target, items: Sequence[Item]) -> Links:
        """Return what tells the links of these reviews. It raises RuntimeError for one at which
        the source fails."""
        if not items:
            return FoundLinks({})
        called = (there.address_of(source), target, tuple(items))
        return FoundLinks(await self.call(there.links, *called))

    async def recognised(
        self, sources: Sequence[Source], pasted: Sequence[str]
    ) -> tuple[tuple[str, str] | None, ...]:
        """Return (source, ref) of each link that a stranger wrote; None where nobody knows it."""
        called = (tuple(map(there.address_of, sources)), tuple(pasted))
        return cast(tuple[tuple[str, str] | None, ...], await self.call(there.recognise, *called))

    def walk(self, source: Source, function: str, *args: Any) -> "Walk":
        """Return the generator `function` of a source (pages, one, in_full, reply, withdraw)."""
        return Walk(self, source, function, args)

    async def call(self, function: Callable[..., Any], *args: Any) -> Any:
        """Run a module's function in another process."""
        _, answer = await self.call_in(None, function, *args)
        return answer

    async def call_in(
        self, wanted: ChildProcess | None, function: Callable[..., Any], *args: Any
    ) -> tuple[ChildProcess, Any]:
        """The same, rather in the process that is wanted; return which one it was, too."""
        async with self._free:
            process = self._processes.take(wanted)
            try:
                async with asyncio.timeout(self._processes.limits.waiting):
                    answer = await aside(lambda: process.exchange(function, args))
            except EOFError:
                ended = self._processes.end(process)
                raise died_of_it(ended, self._processes.limits) from None
            except BaseException as error:
                self._processes.end(process)
                if isinstance(error, TimeoutError):
                    raise TooHeavy(ENDLESS) from None
                if isinstance(error, pickle.UnpicklingError):
                    raise Broken(str(error)) from None
                raise  # nobody wants the answer any more
            if isinstance(answer, there.TooLarge):
                self._processes.end(process)  # what it holds would be missing for the next page
            else:
                self._processes.give_back(process)
            self._end_when_idle()
        return process, opened(answer)

    def _end_when_idle(self) -> None:
        if self._ending is not None:
            self._ending.cancel()
        loop = asyncio.get_running_loop()
        self._ending = loop.call_later(IDLE, self._processes.end_idle)

    def close(self) -> None:
        """End the processes, whatever they are at; but not those of several."""
        if self._ending is not None:
            self._ending.cancel()
        if self._is_alone:
            self._processes.close()


class FoundLinks:
    """The links of reviews, as `Parsing.links` found them."""

    def __init__(self, found: Mapping[str, tuple[str | None, str | None] | there.Fault]) -> None:
        self._found = found

    def __call__(self, item: Item) -> tuple[str | None, str | None]:
        told = self._found.get(item.external_id, (item.url, None))
        if isinstance(told, there.Fault):
            raise RuntimeError(f"the source fails at the links of a review: {told.trace}")
        return told


class Done(Exception):
    """A walk came to its end, with the generator's value."""

    def __init__(self, value: Any) -> None:
        super().__init__("done")
        self.value = value


_walks = count()
"""A number for each; their processes are this one's own."""


class Walk:
    """A source's generator, walked elsewhere: `begin`, then `send` or `throw` until Done.

    Its process may end on the way, of another's page. Then the answers so far are walked again: a
    generator of the contract asks the same after the same answers, and nothing is fetched twice.
    """

    def __init__(
        self, parsing: Parsing, source: Source, function: str, args: tuple[Any, ...]
    ) -> None:
        self._parsing = parsing
        self._start = (there.address_of(source), function, args)
        self._key = str(next(_walks))
        self._given: list[there.Given] = []
        self._process: ChildProcess | None = None

    async def begin(self) -> Request | None:
        """Return the first request; None where the source makes none for these arguments."""
        if self._start[1] != PAGES:
            return await self._from_the_start()
        asked = walk_key(self._start)
        request = self._parsing.first_requests.get(asked)
        if request is None and (request := await self._from_the_start()) is not None:
            self._parsing.first_requests.keep(asked, request)
        return request

    async def send(self, answer: Payload | NotModified) -> Request:
        return await self._go_on(answer)

    async def throw(self, error: CollectError) -> Request:
        return await self._go_on(there.sendable(error))

    def close(self) -> None:
        """Nobody wants it to go on; may be called at any time."""
        self._given.clear()
        if self._process is not None:
            self._process.over.append(self._key)

    async def _go_on(self, given: "there.Given") -> Request:
        self._given.append(given)
        request = None
        if self._process is not None:
            request = await self._call(None, [given])
        if request is None or isinstance(request, there.Forgotten):
            request = await self._from_the_start()
        return cast(Request, request)

    async def _from_the_start(self) -> Request | None:
        return cast(Request | None, await self._call(self._start, self._given))

    async def _call(self, start: Any, given: list["there.Given"]) -> Any:
        self._process, answer = await self._parsing.call_in(
            self._process, there.advance, self._key, start, given, len(self._given)
        )
        if isinstance(answer, there.Ended):
            self._process = None
            raise Done(answer.value)
        return answer


async def aside(work: Callable[[], T]) -> T:
    """Run what takes its time in a thread. At its end a process waits for asyncio's own threads,
    however long; it does not wait for this one, whose result nobody wants any more."""
    ended: Future[T] = Future()
    ended.set_running_or_notify_cancel()
    # To start a thread for each page took longer than what most pages need of one.
    thread = _idle_threads.pop() if _idle_threads else _PageThread()
    thread.work.put(lambda: _run(work, ended))
    return await asyncio.wrap_future(ended)


class _PageThread:
    """A thread that does one piece of work after another, and stands by in between."""

    def __init__(self) -> None:
        self.work: SimpleQueue[Callable[[], None]] = SimpleQueue()
        Thread(target=self._stand_by, name="page", daemon=True).start()

    def _stand_by(self) -> None:
        while True:
            self.work.get()()
            if len(_idle_threads) >= AT_ONCE:
                return
            _idle_threads.append(self)


_idle_threads: list[_PageThread] = []


def _run(work: Callable[[], T], ended: Future[T]) -> None:
    try:
        ended.set_result(work())
    except BaseException as error:  # handed on to whoever awaits
        ended.set_exception(error)
