"""Starts readings when they are due: the earliest due target of each host, while readers are free.

Sleeps until the next is due, a reader is given back, or the metronome looks. The rows say what is
due; nothing here remembers it for longer than a second.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from reviewbot.clock import Clock, is_set_within
from reviewbot.lanes import Lanes, Readers

log = logging.getLogger(__name__)

PATIENT_READERS = 4
"""For the hosts that hang: they hold none of the others, until they are well."""
MOST_LANES = 960
"""Readings under way, most of which wait for their hosts; the other lanes are for other work."""
AT_A_LOOK = 64
"""Targets taken from the rows at a time; what is beyond them waits for the next look."""
LOOKS_APART = timedelta(milliseconds=50)
KEPT = timedelta(seconds=1)
"""What was found due is started within this time, or looked for anew."""
AHEAD = timedelta(seconds=0.8)
"""What becomes due so soon is found by the same look: a look for each target cost as much as its
reading. Less than KEPT, so that it is started in time."""
LONGEST_SLEEP = timedelta(minutes=1)
AGAIN = timedelta(seconds=1)
"""So often is looked at what is due and cannot be started: its lane rests after a failure."""

_OF_HOSTS = "host:"
"""Begins the names of their lanes."""


@dataclass(frozen=True, slots=True)
class DueTargets:
    """`targets`: (host, target key) of the earliest due of each host, most overdue first; `soon`:
    (when, host, target key) of those that become due within AHEAD, in order; `next_at`: when the
    next becomes due after them."""

    targets: list[tuple[str, str]]
    next_at: datetime | None = None
    soon: Sequence[tuple[datetime, str, str]] = ()


class Dispatcher:
    """`run` until `stop`; `look` starts what is due now. `due` is given how many targets are
    wanted at most; `is_hanging` tells the hosts that did not answer in time."""

    def __init__(
        self,
        due: Callable[[int], Awaitable[DueTargets]],
        collect: Callable[[str], Awaitable[object]],
        lanes: Lanes,
        readers: Readers,
        clock: Clock,
        is_hanging: Callable[[str], bool] = lambda _: False,
    ) -> None:
        self._due = due
        self._collect = collect
        self._lanes = lanes
        self._readers = readers
        self._clock = clock
        self._found: deque[tuple[str, str]] = deque()
        self._soon: deque[tuple[datetime, str, str]] = deque()
        self._next_at: datetime | None = None
        self._looked_at: datetime | None = None
        self._sleeps_until = datetime.max.replace(tzinfo=UTC)
        self._is_hanging = is_hanging
        self._under_way = self._patient = self._passed_over = 0
        self._one_at_a_time = asyncio.Lock()
        self._woken, self._stopped = asyncio.Event(), asyncio.Event()
        self._lacks_reader = False
        readers.told.append(self._reader_is_free)

    @property
    def hosts(self) -> frozenset[str]:
        """The hosts that are being read, or are waited for."""
        lanes = (lane for lane in self._lanes.busy if lane.startswith(_OF_HOSTS))
        return frozenset(lane.removeprefix(_OF_HOSTS) for lane in lanes)

    def stop(self) -> None:
        """Let `run` end; readings under way go on."""
        self._stopped.set()
        self._woken.set()

    async def run(self) -> None:
        """Start what becomes due until `stop`. Ends for no other reason."""
        while not self._stopped.is_set():
            self._woken.clear()
            try:
                again_at = await self._start_due()
            except Exception:
                log.exception("what is due cannot be told; again in a second")
                again_at = self._clock.now() + AGAIN
            again_at = min(again_at, self._clock.now() + LONGEST_SLEEP)
            self._sleeps_until = again_at
            await is_set_within(self._woken, max(self._clock.seconds_until(again_at), 0.001))

    async def look(self) -> None:
        """Look at the rows, whatever was found before, and start what is due."""
        self._looked_at = None
        if await self._start_due() < self._sleeps_until:
            self._woken.set()

    async def _start_due(self) -> datetime:
        """Start readings while readers are free; return when to go on, if nobody wakes us."""
        async with self._one_at_a_time:
            now = self._clock.now()
            later = now + LONGEST_SLEEP
            self._lacks_reader = not self._may_start
            if self._lacks_reader:
                return later
            # A clock that was set back must not keep what was found.
            is_fresh = self._looked_at is not None and now - KEPT <= self._looked_at <= now
            if not ((self._found or self._soon) and is_fresh):
                if is_fresh and self._looked_at and now - self._looked_at < LOOKS_APART:
                    return self._looked_at + LOOKS_APART
                await self._find(now)
            while self._soon and self._soon[0][0] <= now:
                _, host, target = self._soon.popleft()
                self._found.append((host, target))
            refused = False
            while self._found and self._may_start:
                host, target = self._found.popleft()
                refused |= not self._start(host, target)
            # With all readers at work, one that is given back wakes us.
            self._lacks_reader = bool(self._found)
            next_at = None if self._found else self._soon[0][0] if self._soon else self._next_at
            return min(next_at or later, now + AGAIN if refused else later)

    @property
    def _may_start(self) -> bool:
        return self._readers.is_free and self._under_way < MOST_LANES

    async def _find(self, now: datetime) -> None:
        # What ends while the rows are read may be among them as if it were due still.
        busy = self.hosts
        wanted = AT_A_LOOK + self._under_way + self._passed_over
        self._passed_over = 0
        due = await self._due(wanted)
        self._found = deque((host, key) for host, key in due.targets if host not in busy)
        # One that somebody asks for just before its time is read once.
        now_read = {key for _, key in due.targets}
        self._soon = deque(
            (at, host, key)
            for at, host, key in due.soon
            if host not in busy and key not in now_read
        )
        is_all = len(due.targets) + len(due.soon) < wanted
        self._next_at = due.next_at if is_all else now
        self._looked_at = now

    def _start(self, host: str, target: str) -> bool:
        """Return False where the host's lane is free and still does not take it.

        A site that hangs holds a reader once; until it is well, one of the few for its like.
        """
        if self._lanes.is_busy(_lane(host)):
            return True
        if self._is_hanging(host):
            if self._patient >= PATIENT_READERS:
                self._passed_over += 1
                return True
            started = self._lanes.start(_lane(host), partial(self._wait_for, target))
            self._patient += started
        else:
            started = self._lanes.start(_lane(host), partial(self._read, target))
            if started:
                self._readers.take()
        self._under_way += started
        return started

    def _reader_is_free(self) -> None:
        if self._lacks_reader:
            self._woken.set()

    async def _read(self, target: str) -> None:
        try:
            await self._readers.work(lambda: self._collect(target))
        finally:
            self._under_way -= 1
            self._woken.set()

    async def _wait_for(self, target: str) -> None:
        try:
            await self._collect(target)
        finally:
            self._under_way -= 1
            self._patient -= 1
            self._woken.set()


def _lane(host: str) -> str:
    return f"{_OF_HOSTS}{host}"
