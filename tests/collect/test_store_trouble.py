"""Readings while the database is locked, full or read-only: nothing lost, no site pestered."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest

from reviewbot.core.model import Health
from reviewbot.store.database import Database
from tests.collect.collect_world import CollectWorld, entry, many
from tests.database_trouble import Failures, full, locked, read_only
from tests.patience import PATIENCE

Trouble = Callable[[Database], AbstractContextManager[None]]
LONG = "Ждали сорок минут, официант нахамил, еда холодная. " * 400
"""Longer than what is left of the last page of a full database."""


@pytest.mark.parametrize("trouble", [locked, read_only, full])
async def test_a_reading_waits_for_the_database_and_is_stored_without_asking_again(
    world: CollectWorld, caplog: pytest.LogCaptureFixture, trouble: Trouble
) -> None:
    world.site.reviews = list(many(5))
    await world.read()
    world.clock.advance(minutes=30)
    written_at = world.clock.now() - timedelta(minutes=5)
    world.site.reviews.insert(0, entry("bad", written_at, text=LONG))
    failures = Failures(world.db)
    caplog.set_level(logging.INFO)
    with trouble(world.db):
        seen_at = world.clock.now()
        reading = asyncio.get_running_loop().create_task(world.read())
        await failures.more(3)
        asked = len(world.site.pages_asked())
        assert world.tickets() == []
        assert not reading.done()
        assert "the reading cannot be stored" in caplog.text
        assert "Traceback" not in caplog.text
    async with asyncio.timeout(PATIENCE):
        report = await reading
    assert (report.health, report.new, report.tickets) == (Health.OK, 1, 1)
    assert len(world.site.pages_asked()) == asked
    # The team's clock starts when we saw it, not when the disk was well again.
    assert world.review("bad").first_seen_at < seen_at + timedelta(minutes=1)
    assert len(world.alerts()) == 1


async def test_a_reading_that_cannot_be_taken_in_rests_its_target_and_is_told(
    world: CollectWorld, caplog: pytest.LogCaptureFixture
) -> None:
    world.site.reviews = list(many(5))
    await world.read()
    world.clock.advance(minutes=30)
    world.site.reviews.insert(0, entry("bad", world.clock.now()))
    broken = "CREATE TRIGGER broken BEFORE UPDATE ON review BEGIN SELECT RAISE(ABORT, 'x'); END"
    world.db.write_now(lambda rows: rows.connection().exec_driver_sql(broken))
    report = await world.read()
    assert (report.health, report.new) == (Health.OWN_FAULT, 0)
    assert "Traceback" in caplog.text
    next_poll_at = world.target().next_poll_at
    assert next_poll_at is not None
    assert next_poll_at > world.clock.now()
    world.db.write_now(lambda rows: rows.connection().exec_driver_sql("DROP TRIGGER broken"))
    world.clock.set(next_poll_at)
    report = await world.read()
    assert (report.health, report.new) == (Health.OK, 1)
