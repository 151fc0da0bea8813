"""Errands of the command line: the bot that runs does them in its turn, and answers once."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import Session, select

from reviewbot.core.model import TicketState
from reviewbot.store.queues import errands, work
from reviewbot.store.queues.errands import Errand
from reviewbot.store.tables import ReviewRow, WorkRow
from tests.journeys.journey_world import JourneyWorld

MAPS = "tverskaya/yandex_maps"
RUDE = "Ждали капучино сорок минут, бариста нахамила. Больше не придём."


@pytest.fixture
async def journey_world(tmp_path: Path) -> AsyncIterator[JourneyWorld]:
    async with JourneyWorld(tmp_path, "2026-03-02 11:00", every="4h") as opened:
        yield opened


def ask(journey_world: JourneyWorld, target: str = MAPS, *, dry_run: bool = False) -> int:
    now = journey_world.clock.now()
    return journey_world.app.db.write_now(
        lambda rows: errands.put_poll(rows, target, now, dry_run=dry_run)
    )


def stands(journey_world: JourneyWorld, errand: int) -> Errand:
    found: Errand = journey_world.read(lambda rows: errands.look_up(rows, errand))
    return found


def reviews(journey_world: JourneyWorld) -> int:
    return len(journey_world.read(lambda rows: rows.exec(select(ReviewRow)).all()))


async def test_a_reading_is_done_at_once_and_told(journey_world: JourneyWorld) -> None:
    journey_world.guest(1, RUDE)
    errand = ask(journey_world)
    assert stands(journey_world, errand).state == "waiting"
    await journey_world.app.ticks.publish()
    while journey_world.app.lanes.busy:
        await journey_world.app.lanes.settle()
    found = stands(journey_world, errand)
    assert found.state == "done"
    assert (found.told["health"], found.told["new"], found.told["tickets"]) == ("ok", 1, 1)
    assert found.told["reviews"][0]["text"] == RUDE
    assert journey_world.ticket().state == TicketState.WAITING
    journey_world.app.db.write_now(
        lambda rows: errands.take_away(rows, errand, journey_world.clock.now())
    )
    assert journey_world.read(lambda rows: rows.get(WorkRow, errand)).payload == {}, (
        "no text stays behind"
    )


async def test_the_number_of_an_errand_is_not_given_anew(journey_world: JourneyWorld) -> None:
    """Messages are known by the number of the work they are about."""
    errand = ask(journey_world)
    await journey_world.turn()
    journey_world.app.db.write_now(
        lambda rows: errands.take_away(rows, errand, journey_world.clock.now())
    )
    assert ask(journey_world) == errand + 1


async def test_what_a_killed_command_left_is_emptied_a_day_later(
    journey_world: JourneyWorld,
) -> None:
    journey_world.guest(1, RUDE)
    errand = ask(journey_world)
    await journey_world.turn()
    assert stands(journey_world, errand).told["new"] == 1
    journey_world.clock.advance(days=1, minutes=1)
    ask(journey_world)
    assert journey_world.read(lambda rows: rows.get(WorkRow, errand)).payload == {}


async def test_a_rehearsal_that_cannot_be_taken_in_is_told_as_a_reading_would_be(
    journey_world: JourneyWorld,
) -> None:
    def refuse(rows: Session) -> None:
        rows.execute(
            text(
                "CREATE TRIGGER no_more BEFORE UPDATE ON review "
                "BEGIN SELECT RAISE(ABORT, 'no more'); END"
            )
        )

    journey_world.guest(1, RUDE)
    journey_world.app.db.write_now(refuse)
    rehearsal, reading = ask(journey_world, dry_run=True), ask(journey_world)
    for _ in range(2):
        await journey_world.turn()
    first, second = (stands(journey_world, errand) for errand in (rehearsal, reading))
    assert (first.state, first.told["health"]) == ("done", "own_fault")
    assert first.told["cause"] == second.told["cause"]
    assert "IntegrityError" in first.told["cause"]


async def test_a_rehearsal_stores_nothing_and_the_reading_after_it_does(
    journey_world: JourneyWorld,
) -> None:
    journey_world.guest(1, RUDE)
    before = reviews(journey_world)
    rehearsal, reading = ask(journey_world, dry_run=True), ask(journey_world, dry_run=False)
    await journey_world.app.worker.run_one()
    await journey_world.app.lanes.settle()
    assert (stands(journey_world, rehearsal).told["new"], reviews(journey_world)) == (1, before)
    await journey_world.turn()
    assert (stands(journey_world, reading).told["new"], reviews(journey_world)) == (1, before + 1)


async def test_an_errand_that_a_crash_cut_short_is_done_after_the_start(
    journey_world: JourneyWorld,
) -> None:
    journey_world.guest(1, RUDE)
    errand = ask(journey_world)
    claimed = journey_world.app.db.write_now(
        lambda rows: work.claim_due(rows, journey_world.clock.now())
    )
    assert claimed is not None
    assert claimed.id == errand
    await journey_world.restart()
    await journey_world.turn()
    assert stands(journey_world, errand).told["new"] == 1


async def test_what_was_taken_back_is_not_read(journey_world: JourneyWorld) -> None:
    journey_world.guest(1, RUDE)
    before, errand = reviews(journey_world), ask(journey_world)
    journey_world.app.db.write_now(
        lambda rows: errands.take_away(rows, errand, journey_world.clock.now())
    )
    await journey_world.turn()
    assert reviews(journey_world) == before
    assert stands(journey_world, errand).state == "failed"


async def test_a_target_the_bot_has_not_heard_of_is_told(journey_world: JourneyWorld) -> None:
    errand = ask(journey_world, "nevsky/otzovik")
    await journey_world.turn()
    assert stands(journey_world, errand).told == {
        "target": "nevsky/otzovik",
        "error": "unknown_target",
    }


async def test_a_file_is_taken_in_and_not_kept(journey_world: JourneyWorld) -> None:
    page = journey_world.site._maps_page().encode()
    now = journey_world.clock.now()
    errand = journey_world.app.db.write_now(
        lambda rows: errands.put_file(rows, "page.html", page, now, MAPS, now)
    )
    await journey_world.turn()
    found = stands(journey_world, errand)
    assert (found.told["view"], found.told["params"]["target"]) == ("imported", MAPS)
    row = journey_world.read(lambda rows: rows.get(WorkRow, errand))
    assert "content" not in row.payload
    assert journey_world.acts()[-1] == "import"
    assert journey_world.messages(-1001, "page.html") == [], "the terminal is told, not the chat"
