"""When: a metronome (APScheduler) that starts work in bounded lanes and returns at once.

No tick waits for its own work: under `max_instances=1` a tick that did would skip runs, and one
hung site would stop all polling. What must happen, and when, stands in the database.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from reviewbot.clock import WallClock, is_set_within
from reviewbot.lanes import Lanes

log = logging.getLogger(__name__)

CLOCK_JUMP = timedelta(seconds=30)
PUBLISHERS = 4


@dataclass(frozen=True, slots=True)
class Pace:
    """Real seconds between two ticks of a kind."""

    poll: float = 5.0
    publish: float = 1.0
    watch: float = 10.0
    look: float = 5.0
    listen: float = 30.0
    tidy: float = 3600.0


@dataclass(frozen=True, slots=True)
class Job:
    """Work that a tick of its own starts, so many real seconds apart."""

    start: Callable[[], Awaitable[object]]
    every: float


@dataclass(frozen=True, slots=True)
class Jobs:
    """What the ticks start. `poll` looks for what became due without our knowing: readings start
    on time by themselves (`dispatcher`). `publish` is started where `is_work_due`. `look` goes
    through the folder of saved pages, where there is one; `listen` are the doorbell's listeners:
    each runs for good, and is started anew where a fault has ended it. `tidy` lets old rows go, an
    hour's worth at a time: a machine that is off at night would never do a night's work. `more` is
    what an installation has asked for, by name; each has a lane of its own. `clock_set_back` is
    told by how much, after the wall clock was set back."""

    poll: Callable[[], Awaitable[None]]
    is_work_due: Callable[[], Awaitable[bool]]
    publish: Callable[[], Awaitable[None]]
    watch: Callable[[], Awaitable[None]]
    look: Callable[[], Awaitable[None]] | None = None
    listen: Mapping[str, Callable[[], Awaitable[None]]] = field(default_factory=dict)
    tidy: Callable[[], Awaitable[None]] | None = None
    more: Mapping[str, Job] = field(default_factory=dict)
    clock_set_back: Callable[[timedelta], Awaitable[None]] | None = None


class Ticks:
    """Starts and stops the metronome; each tick may also be called by hand, as tests do."""

    def __init__(self, jobs: Jobs, lanes: Lanes, pace: Pace) -> None:
        self._jobs = jobs
        self._lanes = lanes
        # APScheduler reads the wall, whatever clock the rest is given.
        self._wall = WallClock()
        self._pace = pace
        # The metronome ticks in UTC: local zones have days of 23 and 25 hours.
        self._scheduler = AsyncIOScheduler(
            timezone="UTC",
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        self._watched = (self._wall.now(), asyncio.get_running_loop().time())
        self._seconds: dict[str, float] = {}
        self._set_back = timedelta()

    def start(self) -> None:
        jobs = {
            "poll": (self.poll, self._pace.poll),
            "publish": (self.publish, self._pace.publish),
            "watch": (self.watch, self._pace.watch),
        }
        if self._jobs.look is not None:
            jobs["look"] = (self.look, self._pace.look)
        if self._jobs.listen:
            jobs["listen"] = (self.listen, self._pace.listen)
            self._start_listening()
        if self._jobs.tidy is not None:
            jobs["tidy"] = (self.tidy, self._pace.tidy)
        for name, job in self._jobs.more.items():
            jobs[name] = (partial(self.more, name), job.every)
        for name, (tick, seconds) in jobs.items():
            self._seconds[name] = seconds
            self._scheduler.add_job(self._beat, "interval", (name, tick), seconds=seconds, id=name)
        self._scheduler.start()

    async def stop(self) -> None:
        """Beat no more; what the lanes do goes on."""
        if self._scheduler.running:
            self._scheduler.remove_all_jobs()
            # A beat that was about to run runs now: the shutdown would cancel it with a trace.
            await asyncio.sleep(0)
            self._scheduler.shutdown(wait=False)

    async def _beat(self, name: str, tick: Callable[[], Awaitable[object]]) -> None:
        # No await here: a shutdown cancels what a job awaits, in the middle of a transaction.
        self._lanes.start(f"tick:{name}", tick)

    async def poll(self) -> None:
        """Start the readings that are due."""
        await self._jobs.poll()

    async def publish(self) -> None:
        """Start what is due on sites, a few at a time: a slow site must not hold up the others."""
        if not await self._jobs.is_work_due():
            return
        for lane in range(PUBLISHERS):
            self._lanes.start(f"publish:{lane}", self._jobs.publish)

    async def watch(self) -> None:
        self._lanes.start("watch", self._jobs.watch)

    async def look(self) -> None:
        if self._jobs.look is not None:
            self._lanes.start("look", self._jobs.look)

    async def tidy(self) -> None:
        if self._jobs.tidy is not None:
            self._lanes.start("tidy", self._jobs.tidy)

    async def more(self, name: str) -> None:
        self._lanes.start(name, self._jobs.more[name].start)

    async def listen(self) -> None:
        self._start_listening()

    def _start_listening(self) -> None:
        for name, listener in self._jobs.listen.items():
            self._lanes.start(f"listen:{name}", listener)

    async def mind_the_clock(self, stop: asyncio.Event) -> None:
        """Look at the wall every second until `stop`."""
        while not stop.is_set():
            self._set_back = max(self._set_back - self.reschedule_after_jump(), timedelta())
            # In a lane: one that fails is logged, rests and is started again.
            if self._set_back >= CLOCK_JUMP:
                self._lanes.start("clock", self._follow_set_back)
            await is_set_within(stop, 1.0)

    async def _follow_set_back(self) -> None:
        by, follow = self._set_back, self._jobs.clock_set_back
        if follow is not None:
            await follow(by)
        self._set_back -= by

    def reschedule_after_jump(self) -> timedelta:
        """Set the ticks anew where the wall clock jumped; return by how much, negative where it
        was set back, zero where it did not.

        APScheduler 3 counts intervals on the wall: set back by an hour, it would be silent for an
        hour.
        """
        now, ran = self._wall.now(), asyncio.get_running_loop().time()
        before, ran_before = self._watched
        self._watched = (now, ran)
        jump = (now - before) - timedelta(seconds=ran - ran_before)
        if abs(jump) < CLOCK_JUMP:
            return timedelta()
        log.warning("the wall clock jumped from %s to %s; ticks are set anew", before, now)
        for job in self._scheduler.get_jobs():
            job.reschedule("interval", seconds=self._seconds[job.id])
        return jump
