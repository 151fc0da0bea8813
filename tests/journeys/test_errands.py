"""Errands of the command line: the bot that runs does them in its turn, and answers once."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import Session, select

from reviewbot.core.model import TicketState
from reviewbot.store import errands, work
from reviewbot.store.errands import Errand
from reviewbot.store.tables import ReviewRow, WorkRow
from tests.journeys.town import Town

MAPS = "tverskaya/yandex_maps"
RUDE = "Ждали капучино сорок минут, бариста нахамила. Больше не придём."


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with Town(tmp_path, "2026-03-02 11:00", every="4h") as opened:
        yield opened


def ask(town: Town, target: str = MAPS, *, dry_run: bool = False) -> int:
    now = town.clock.now()
    return town.app.db.write_now(lambda rows: errands.put_poll(rows, target, now, dry_run=dry_run))


def stands(town: Town, errand: int) -> Errand:
    found: Errand = town.read(lambda rows: errands.look_up(rows, errand))
    return found


def reviews(town: Town) -> int:
    return len(town.read(lambda rows: rows.exec(select(ReviewRow)).all()))


async def test_a_reading_is_done_at_once_and_told(town: Town) -> None:
    town.guest(1, RUDE)
    errand = ask(town)
    assert stands(town, errand).state == "waiting"
    await town.app.ticks.publish()
    while town.app.lanes.busy:
        await town.app.lanes.settle()
    found = stands(town, errand)
    assert found.state == "done"
    assert (found.told["health"], found.told["new"], found.told["tickets"]) == ("ok", 1, 1)
    assert found.told["reviews"][0]["text"] == RUDE
    assert town.ticket().state == TicketState.WAITING
    town.app.db.write_now(lambda rows: errands.take_away(rows, errand, town.clock.now()))
    assert town.read(lambda rows: rows.get(WorkRow, errand)).payload == {}, "no text stays behind"


async def test_the_number_of_an_errand_is_not_given_anew(town: Town) -> None:
    """Messages are known by the number of the work they are about."""
    errand = ask(town)
    await town.turn()
    town.app.db.write_now(lambda rows: errands.take_away(rows, errand, town.clock.now()))
    assert ask(town) == errand + 1


async def test_what_a_killed_command_left_is_emptied_a_day_later(town: Town) -> None:
    town.guest(1, RUDE)
    errand = ask(town)
    await town.turn()
    assert stands(town, errand).told["new"] == 1
    town.clock.advance(days=1, minutes=1)
    ask(town)
    assert town.read(lambda rows: rows.get(WorkRow, errand)).payload == {}


async def test_a_rehearsal_that_cannot_be_taken_in_is_told_as_a_reading_would_be(
    town: Town,
) -> None:
    def refuse(rows: Session) -> None:
        rows.execute(
            text(
                "CREATE TRIGGER no_more BEFORE INSERT ON review "
                "BEGIN SELECT RAISE(ABORT, 'no more'); END"
            )
        )

    town.guest(1, RUDE)
    town.app.db.write_now(refuse)
    rehearsal, reading = ask(town, dry_run=True), ask(town)
    for _ in range(2):
        await town.turn()
    first, second = (stands(town, errand) for errand in (rehearsal, reading))
    assert (first.state, first.told["health"]) == ("done", "layout_changed")
    assert first.told["cause"] == second.told["cause"]
    assert "IntegrityError" in first.told["cause"]


async def test_a_rehearsal_stores_nothing_and_the_reading_after_it_does(town: Town) -> None:
    town.guest(1, RUDE)
    before = reviews(town)
    rehearsal, reading = ask(town, dry_run=True), ask(town, dry_run=False)
    await town.app.publisher.run_one()
    await town.app.lanes.settle()
    assert (stands(town, rehearsal).told["new"], reviews(town)) == (1, before)
    await town.turn()
    assert (stands(town, reading).told["new"], reviews(town)) == (1, before + 1)


async def test_an_errand_that_a_crash_cut_short_is_done_after_the_start(town: Town) -> None:
    town.guest(1, RUDE)
    errand = ask(town)
    claimed = town.app.db.write_now(lambda rows: work.claim_due(rows, town.clock.now()))
    assert claimed is not None
    assert claimed.id == errand
    await town.restart()
    await town.turn()
    assert stands(town, errand).told["new"] == 1


async def test_what_was_taken_back_is_not_read(town: Town) -> None:
    town.guest(1, RUDE)
    before, errand = reviews(town), ask(town)
    town.app.db.write_now(lambda rows: errands.take_away(rows, errand, town.clock.now()))
    await town.turn()
    assert reviews(town) == before
    assert stands(town, errand).state == "failed"


async def test_a_target_the_bot_has_not_heard_of_is_told(town: Town) -> None:
    errand = ask(town, "nevsky/otzovik")
    await town.turn()
    assert stands(town, errand).told == {"target": "nevsky/otzovik", "error": "unknown_target"}


async def test_a_file_is_taken_in_and_not_kept(town: Town) -> None:
    page = town.site._maps_page().encode()
    now = town.clock.now()
    errand = town.app.db.write_now(
        lambda rows: errands.put_file(rows, "page.html", page, now, MAPS, now)
    )
    await town.turn()
    found = stands(town, errand)
    assert (found.told["view"], found.told["params"]["target"]) == ("imported", MAPS)
    row = town.read(lambda rows: rows.get(WorkRow, errand))
    assert "content" not in row.payload
    assert town.acts()[-1] == "import"
    assert town.messages(-1001, "page.html") == [], "the terminal is told, not the chat"
