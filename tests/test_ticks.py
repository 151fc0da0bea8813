"""The metronome and the lanes: a tick returns at once, a jump of the wall stops nothing."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from reviewbot.app import READERS
from reviewbot.clock import FastClock, WallClock
from reviewbot.dispatcher import Dispatcher, DueTargets
from reviewbot.lanes import Lanes, Readers
from reviewbot.ticks import PUBLISHERS, Jobs, Pace, Ticks
from tests.patience import PATIENCE

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


class Work:
    """Duties that are counted and can be held."""

    def __init__(self) -> None:
        self.due: list[tuple[str, str]] = []
        self.read: list[str] = []
        self.is_due, self.published = True, 0
        self.watched = asyncio.Event()
        self.open = asyncio.Event()
        self.open.set()

    async def due_targets(self, most: int) -> DueTargets:
        return DueTargets(self.due[:most])

    async def collect(self, target: str) -> None:
        self.read.append(target)
        await self.open.wait()

    async def is_work_due(self) -> bool:
        return self.is_due

    async def publish(self) -> None:
        self.published += 1
        await self.open.wait()

    async def watch(self) -> None:
        self.watched.set()

    async def nothing(self) -> None:
        return None

    def jobs(self, dispatcher: Dispatcher | None = None) -> Jobs:
        poll = dispatcher.look if dispatcher else self.nothing
        return Jobs(poll, self.is_work_due, self.publish, self.watch)


@pytest.fixture
async def lanes() -> AsyncIterator[Lanes]:
    lanes = Lanes(8)
    yield lanes
    await lanes.close(1.0)


async def test_hung_sites_leave_lanes_for_replies_and_deadlines() -> None:
    lanes, work = Lanes(48), Work()
    work.due = [(f"host{number}", f"place{number}/json_ld") for number in range(60)]
    work.open.clear()
    readers = Readers(READERS)
    dispatcher = Dispatcher(work.due_targets, work.collect, lanes, readers, WallClock())
    ticks = Ticks(work.jobs(dispatcher), lanes, Pace())
    await ticks.poll()
    assert len(lanes.busy) == READERS
    await ticks.publish()
    await ticks.watch()
    assert len(lanes.busy) == READERS + PUBLISHERS + 1
    work.open.set()
    await lanes.settle()
    assert work.watched.is_set()


async def test_publishing_has_a_few_lanes_and_not_more(lanes: Lanes) -> None:
    work = Work()
    work.open.clear()
    ticks = Ticks(work.jobs(), lanes, Pace())
    for _ in range(3):
        await ticks.publish()
    work.open.set()
    await lanes.settle()
    assert work.published == PUBLISHERS


async def test_where_no_work_is_due_no_publisher_looks_for_it(lanes: Lanes) -> None:
    work = Work()
    work.is_due = False
    await Ticks(work.jobs(), lanes, Pace()).publish()
    assert not lanes.busy


async def test_old_rows_go_in_a_lane_of_their_own(lanes: Lanes) -> None:
    work, tidied = Work(), asyncio.Event()

    async def tidy() -> None:
        tidied.set()

    jobs = replace(work.jobs(), tidy=tidy)
    ticks = Ticks(jobs, lanes, Pace(tidy=0.01))
    ticks.start()
    async with asyncio.timeout(PATIENCE):
        await tidied.wait()
    await ticks.stop()
    await lanes.settle()


async def test_the_metronome_beats_and_stops_without_a_trace(
    lanes: Lanes, caplog: pytest.LogCaptureFixture
) -> None:
    work = Work()
    ticks = Ticks(work.jobs(), lanes, Pace(poll=0.01, publish=0.01, watch=0.01))
    ticks.start()
    async with asyncio.timeout(PATIENCE):
        await work.watched.wait()
    await ticks.stop()
    await lanes.settle()
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


@pytest.mark.parametrize("jump", [timedelta(hours=-1), timedelta(days=1), timedelta(hours=6)])
async def test_after_a_jump_of_the_wall_the_ticks_are_set_anew(
    lanes: Lanes, jump: timedelta
) -> None:
    work = Work()
    with time_machine.travel(NOON, tick=False) as wall:
        ticks = Ticks(work.jobs(), lanes, Pace(poll=0.01, publish=0.01, watch=0.01))
        ticks.start()
        assert not ticks.reschedule_after_jump()
        wall.shift(jump)
        work.watched.clear()
        assert ticks.reschedule_after_jump()
        assert not ticks.reschedule_after_jump(), "told once"
        wall.shift(timedelta(seconds=1))
        async with asyncio.timeout(PATIENCE):
            await work.watched.wait()
        await ticks.stop()


async def test_who_keeps_time_is_told_that_the_wall_was_set_back_until_it_is_done(
    lanes: Lanes,
) -> None:
    work, told, done, stop = Work(), [], asyncio.Event(), asyncio.Event()

    async def clock_set_back(by: timedelta) -> None:
        told.append(by)
        if len(told) == 1:
            raise OSError("the database is busy")
        done.set()

    with time_machine.travel(NOON, tick=False) as wall:
        ticks = Ticks(replace(work.jobs(), clock_set_back=clock_set_back), lanes, Pace())
        wall.shift(timedelta(hours=-1))
        minding = asyncio.get_running_loop().create_task(ticks.mind_the_clock(stop))
        async with asyncio.timeout(PATIENCE):
            await done.wait()
        stop.set()
        await minding
    assert [round(by.total_seconds() / 60) for by in told] == [60, 60]


async def test_a_lane_that_fails_is_told_and_free_again(
    lanes: Lanes, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail() -> None:
        raise RuntimeError("no luck")

    assert lanes.start("host:a", fail)
    with pytest.raises(RuntimeError, match="no luck"):
        await lanes.settle()
    assert "lane host:a failed" in caplog.text
    assert lanes.busy == frozenset()


async def test_lanes_are_bounded(lanes: Lanes) -> None:
    gate = asyncio.Event()

    async def wait() -> None:
        await gate.wait()

    started = [lanes.start(f"host:{number}", wait) for number in range(10)]
    assert started.count(True) == 8
    gate.set()
    await lanes.settle()


def test_a_fast_clock_changes_speed_without_a_jump() -> None:
    clock = FastClock(NOON, 120.0)
    clock.run_at(0.0)
    stood = clock.now()
    assert clock.now() == stood
    clock.leap(timedelta(hours=1))
    assert clock.now() == stood + timedelta(hours=1)


async def test_a_lane_that_fails_rests_ever_longer_and_no_other_does() -> None:
    now, ran = [0.0], []

    async def fail() -> None:
        ran.append(now[0])
        raise OSError("no space left on device")

    async def work() -> None:
        ran.append(-1.0)

    lanes = Lanes(8, lambda: now[0])
    for second in range(200):
        now[0] = float(second)
        lanes.start("publish:0", fail)
        with contextlib.suppress(OSError):
            await lanes.settle()
    assert ran == [0.0, 1.0, 3.0, 7.0, 15.0, 31.0, 63.0, 123.0, 183.0]
    assert lanes.start("watch", work)
    now[0] = 300.0
    await lanes.settle()
    assert lanes.start("publish:0", work)
    await lanes.settle()
    assert lanes.start("publish:0", work), "well again: no rest is left"
    await lanes.settle()
