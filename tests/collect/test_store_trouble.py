"""Readings while the database is locked, full or read-only: nothing lost, no site pestered."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest

from reviewbot.core.model import Health
from reviewbot.store.database import Database
from tests.collect.publish_world import PublishWorld, entry, many
from tests.database_trouble import Failures, full, locked, read_only
from tests.patience import PATIENCE

Trouble = Callable[[Database], AbstractContextManager[None]]
LONG = "Ждали сорок минут, официант нахамил, еда холодная. " * 400
"""Longer than what is left of the last page of a full database."""


@pytest.mark.parametrize("trouble", [locked, read_only, full])
async def test_a_reading_waits_for_the_database_and_is_stored_without_asking_again(
    desk: PublishWorld, caplog: pytest.LogCaptureFixture, trouble: Trouble
) -> None:
    desk.site.reviews = list(many(5))
    await desk.read()
    desk.clock.advance(minutes=30)
    written_at = desk.clock.now() - timedelta(minutes=5)
    desk.site.reviews.insert(0, entry("bad", written_at, text=LONG))
    failures = Failures(desk.db)
    caplog.set_level(logging.INFO)
    with trouble(desk.db):
        seen_at = desk.clock.now()
        reading = asyncio.get_running_loop().create_task(desk.read())
        await failures.more(3)
        asked = len(desk.site.pages_asked())
        assert desk.tickets() == []
        assert not reading.done()
        assert "the reading cannot be stored" in caplog.text
        assert "Traceback" not in caplog.text
    async with asyncio.timeout(PATIENCE):
        report = await reading
    assert (report.health, report.new, report.tickets) == (Health.OK, 1, 1)
    assert len(desk.site.pages_asked()) == asked
    # The team's clock starts when we saw it, not when the disk was well again.
    assert desk.review("bad").first_seen_at < seen_at + timedelta(minutes=1)
    assert len(desk.alerts()) == 1


async def test_a_reading_that_cannot_be_taken_in_rests_its_target_and_is_told(
    desk: PublishWorld, caplog: pytest.LogCaptureFixture
) -> None:
    desk.site.reviews = list(many(5))
    await desk.read()
    desk.clock.advance(minutes=30)
    desk.site.reviews.insert(0, entry("bad", desk.clock.now()))
    broken = "CREATE TRIGGER broken BEFORE INSERT ON review BEGIN SELECT RAISE(ABORT, 'x'); END"
    desk.db.write_now(lambda rows: rows.connection().exec_driver_sql(broken))
    report = await desk.read()
    assert (report.health, report.new) == (Health.OWN_FAULT, 0)
    assert "Traceback" in caplog.text
    next_poll_at = desk.target().next_poll_at
    assert next_poll_at is not None
    assert next_poll_at > desk.clock.now()
    desk.db.write_now(lambda rows: rows.connection().exec_driver_sql("DROP TRIGGER broken"))
    desk.clock.set(next_poll_at)
    report = await desk.read()
    assert (report.health, report.new) == (Health.OK, 1)
