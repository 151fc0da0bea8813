"""Readings start when they are due, for every host, and no more than there are readers."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from reviewbot.clock import WallClock
from reviewbot.dispatcher import AHEAD, AT_A_LOOK, PATIENT_READERS, Dispatcher, DueTargets
from reviewbot.lanes import Lanes, Readers
from tests.hand_clock import HandClock
from tests.patience import PATIENCE

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@dataclass
class Sites:
    """Targets by host, each due until it is read; readings can be held."""

    due: dict[str, list[str]]
    read: list[str] = field(default_factory=list)
    asked: int = 0
    next_at: datetime | None = None
    soon: list[tuple[datetime, str, str]] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def targets(self, most: int) -> DueTargets:
        async with self.changed:
            self.asked += 1
            self.changed.notify_all()
        first = [(host, targets[0]) for host, targets in self.due.items() if targets]
        return DueTargets(first[:most], self.next_at, self.soon)

    async def collect(self, target: str) -> None:
        async with self.changed:
            self.read.append(target)
            self.changed.notify_all()
        await self.gate.wait()
        for targets in self.due.values():
            if target in targets:
                targets.remove(target)

    async def until_read(self, count: int) -> None:
        async with asyncio.timeout(PATIENCE), self.changed:
            await self.changed.wait_for(lambda: len(self.read) >= count)


@pytest.fixture
async def lanes() -> AsyncIterator[Lanes]:
    lanes = Lanes(100)
    yield lanes
    await lanes.close(1.0)


async def test_a_hung_site_stops_its_own_host_and_no_other(lanes: Lanes) -> None:
    sites = Sites({"a": ["one/a", "two/a"], "b": ["one/b"]})
    dispatcher = Dispatcher(sites.targets, sites.collect, lanes, Readers(4), HandClock(NOON))
    await dispatcher.look()
    await dispatcher.look()
    assert lanes.busy == {"host:a", "host:b"}
    sites.gate.set()
    await lanes.settle()
    assert sites.read == ["one/a", "one/b"]
    await dispatcher.look()
    await lanes.settle()
    assert sites.read == ["one/a", "one/b", "two/a"]


async def test_no_more_readings_than_readers_and_the_next_when_one_is_free(lanes: Lanes) -> None:
    sites = Sites({f"host{number}": [f"place{number}"] for number in range(9)})
    dispatcher = Dispatcher(sites.targets, sites.collect, lanes, Readers(4), WallClock())
    running = asyncio.get_running_loop().create_task(dispatcher.run())
    await sites.until_read(4)
    assert len(lanes.busy) == 4
    sites.gate.set()
    await sites.until_read(9)
    dispatcher.stop()
    await running


async def test_a_reading_that_waits_for_its_host_holds_no_reader(lanes: Lanes) -> None:
    readers, gap = Readers(1), asyncio.Event()
    sites = Sites({"slow": ["slow"], "quick": ["quick"]})
    order: list[str] = []

    async def collect(target: str) -> None:
        order.append(f"{target} begins")
        if target == "slow":
            async with readers.elsewhere():
                await gap.wait()
        sites.due[target].clear()
        order.append(f"{target} ends")
        if target == "quick":
            gap.set()

    dispatcher = Dispatcher(sites.targets, collect, lanes, readers, WallClock())
    running = asyncio.get_running_loop().create_task(dispatcher.run())
    async with asyncio.timeout(PATIENCE):
        await gap.wait()
    await lanes.settle()
    assert order == ["slow begins", "quick begins", "quick ends", "slow ends"]
    assert readers.is_free
    dispatcher.stop()
    await running


async def test_a_reading_that_asks_no_more_gives_its_reader_to_the_next(lanes: Lanes) -> None:
    readers, stored = Readers(1), asyncio.Event()
    sites = Sites({"first": ["first"], "second": ["second"]})

    async def collect(target: str) -> None:
        sites.due[target].clear()
        readers.leave()
        if target == "second":
            stored.set()
        await stored.wait()

    dispatcher = Dispatcher(sites.targets, collect, lanes, readers, WallClock())
    running = asyncio.get_running_loop().create_task(dispatcher.run())
    async with asyncio.timeout(PATIENCE):
        await stored.wait()
    await lanes.settle()
    assert readers.is_free
    readers.take()
    assert not readers.is_free, "given back once"
    dispatcher.stop()
    await running


async def test_hosts_that_hang_leave_the_readers_to_the_others(lanes: Lanes) -> None:
    hanging = [f"hangs{number}" for number in range(20)]
    sites = Sites({host: [f"{host}/json_ld"] for host in [*hanging, "good"]})
    sites.due["hangs0"].append("other/json_ld")
    known, readers = set(hanging), Readers(16)
    dispatcher = Dispatcher(
        sites.targets, sites.collect, lanes, readers, HandClock(NOON), known.__contains__
    )
    await dispatcher.look()
    await sites.until_read(PATIENT_READERS + 1)
    assert "good/json_ld" in sites.read
    assert len(lanes.busy) == PATIENT_READERS + 1
    known.clear()
    await dispatcher.look()
    assert len(lanes.busy) == PATIENT_READERS + 16, "well: each in a lane, and in one only"
    sites.gate.set()
    await lanes.settle()
    assert sorted(sites.read) == sorted({*sites.read})


async def test_hosts_that_hang_do_not_hide_those_due_after_them(lanes: Lanes) -> None:
    many = {f"hangs{number}": [f"hangs{number}/json_ld"] for number in range(3 * AT_A_LOOK)}
    sites = Sites({**many, "good": ["good/json_ld"]})
    dispatcher = Dispatcher(
        sites.targets, sites.collect, lanes, Readers(16), HandClock(NOON), many.__contains__
    )
    running = asyncio.get_running_loop().create_task(dispatcher.run())
    await sites.until_read(PATIENT_READERS + 1)
    assert "good/json_ld" in sites.read
    dispatcher.stop()
    await running
    sites.gate.set()


async def test_it_sleeps_until_the_next_is_due(lanes: Lanes) -> None:
    clock = WallClock()
    sites = Sites({}, next_at=clock.now() + timedelta(milliseconds=200))
    sites.gate.set()
    dispatcher = Dispatcher(sites.targets, sites.collect, lanes, Readers(4), clock)
    running = asyncio.get_running_loop().create_task(dispatcher.run())
    async with asyncio.timeout(PATIENCE), sites.changed:
        await sites.changed.wait_for(lambda: sites.asked == 1)
    assert sites.next_at is not None
    due_at, sites.next_at = sites.next_at, None
    sites.due["a"] = ["one/a"]
    await sites.until_read(1)
    assert timedelta() <= clock.now() - due_at < timedelta(seconds=4), "not at a later beat"
    assert sites.asked == 2
    dispatcher.stop()
    await running


async def test_what_becomes_due_soon_starts_at_its_time_without_another_look(
    lanes: Lanes,
) -> None:
    clock, started = HandClock(NOON), list[tuple[str, int]]()
    first, then = NOON + AHEAD / 2, NOON + AHEAD
    sites = Sites({"now": ["one/now"]}, soon=[(first, "a", "one/a"), (then, "b", "one/b")])

    async def collect(target: str) -> None:
        started.append((target, sites.asked))
        await sites.collect(target)

    dispatcher = Dispatcher(sites.targets, collect, lanes, Readers(4), clock)
    running = asyncio.get_running_loop().create_task(dispatcher.run())
    await sites.until_read(3)
    assert started == [("one/now", 1), ("one/a", 1), ("one/b", 1)]
    assert clock.waits[:2] == [first - NOON, then - first]
    dispatcher.stop()
    await running
    sites.gate.set()


async def test_what_is_asked_for_just_before_its_time_is_read_once(lanes: Lanes) -> None:
    clock = HandClock(NOON)
    sites = Sites({"a": ["one/a"]}, soon=[(NOON + AHEAD / 2, "a", "one/a")])
    sites.gate.set()
    dispatcher = Dispatcher(sites.targets, sites.collect, lanes, Readers(4), clock)
    await dispatcher.look()
    await lanes.settle()
    sites.soon.clear()
    running = asyncio.get_running_loop().create_task(dispatcher.run())
    async with asyncio.timeout(PATIENCE), sites.changed:
        await sites.changed.wait_for(lambda: sites.asked >= 3)
    dispatcher.stop()
    await running
    assert sites.read == ["one/a"]


async def test_what_was_found_soon_is_looked_for_anew_when_its_time_passed(lanes: Lanes) -> None:
    clock = HandClock(NOON)
    sites = Sites({}, soon=[(NOON + AHEAD, "a", "one/a")])
    sites.gate.set()
    dispatcher = Dispatcher(sites.targets, sites.collect, lanes, Readers(4), clock)
    await dispatcher.look()
    assert not lanes.busy
    sites.soon.clear()  # postponed meanwhile
    clock.advance(seconds=5)
    running = asyncio.get_running_loop().create_task(dispatcher.run())
    async with asyncio.timeout(PATIENCE), sites.changed:
        await sites.changed.wait_for(lambda: sites.asked == 2)
    dispatcher.stop()
    await running
    assert not sites.read


async def test_a_look_tells_what_is_due_sooner_and_wakes_for_nothing_else(lanes: Lanes) -> None:
    clock = WallClock()
    sites = Sites({})
    sites.gate.set()
    dispatcher = Dispatcher(sites.targets, sites.collect, lanes, Readers(4), clock)
    running = asyncio.get_running_loop().create_task(dispatcher.run())
    async with asyncio.timeout(PATIENCE), sites.changed:
        await sites.changed.wait_for(lambda: sites.asked == 1)
    sites.next_at = clock.now() + timedelta(milliseconds=200)
    await dispatcher.look()
    sites.next_at, sites.due["a"] = None, ["one/a"]
    await sites.until_read(1)
    assert sites.asked == 3, "at its start, at the look, when it was due"
    dispatcher.stop()
    await running


async def test_what_cannot_be_told_is_asked_again(
    lanes: Lanes, caplog: pytest.LogCaptureFixture
) -> None:
    sites = Sites({"a": ["one/a"]})
    sites.gate.set()
    failures = [OSError("disk I/O error")]

    async def due(most: int) -> DueTargets:
        if failures:
            raise failures.pop()
        return await sites.targets(most)

    dispatcher = Dispatcher(due, sites.collect, lanes, Readers(4), HandClock(NOON))
    running = asyncio.get_running_loop().create_task(dispatcher.run())
    await sites.until_read(1)
    assert "disk I/O error" in caplog.text
    dispatcher.stop()
    await running
