"""The ways of a review where the rows are PostgreSQL's; the other journeys run on SQLite."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from reviewbot.core.model import TicketState
from tests.journeys.journey_world import IVAN, MARINA, SUPPORT, JourneyWorld, moscow
from tests.store.postgres import Cluster

RUDE = "Ждали капучино сорок минут, бариста нахамила. Больше не придём."
DIGEST = '[digest]\nsupport = { daily = "09:15" }\n'


@pytest.fixture
async def journey_world(tmp_path: Path, server: Cluster) -> AsyncIterator[JourneyWorld]:
    database = server.with_tables()
    async with JourneyWorld(tmp_path, "2026-03-02 11:00", DIGEST, database=database) as opened:
        yield opened
    assert not (tmp_path / "world.sqlite3").exists(), "all of it was the server's"


async def test_a_complaint_goes_its_way_across_restarts(journey_world: JourneyWorld) -> None:
    review = journey_world.guest(1, RUDE)
    await journey_world.pass_until("2026-03-02 11:30")
    await journey_world.press(journey_world.card(), "Беру", IVAN)
    await journey_world.press(journey_world.card(), "готов", IVAN)
    assert journey_world.ticket().state == TicketState.PROPOSED
    await journey_world.restart()
    await journey_world.press(journey_world.card(), "Утвердить", MARINA)
    assert journey_world.ticket().state == TicketState.APPROVED
    assert "Утверждено: Марина" in journey_world.card().text
    to_post = journey_world.card().text.strip().split("\n")[-1]
    await journey_world.press(journey_world.card(), "Размещено", IVAN)
    assert journey_world.ticket().state == TicketState.POSTED
    review.reply, review.reply_at = to_post, journey_world.ticket().posted_at
    await journey_world.restart()
    await journey_world.pass_until("2026-03-02 12:30")

    assert journey_world.ticket().state == TicketState.ANSWERED
    assert "Текст совпал" in journey_world.card().text
    [turn] = journey_world.rounds()
    assert turn.answered_after is not None
    assert turn.answered_by is not None
    assert turn.answered_after < review.reply_at <= turn.answered_by
    assert len(journey_world.messages(SUPPORT, "№ 1")) == 1, "the card was edited, not sent again"
    assert journey_world.telegram.violations == []


async def test_a_reply_is_posted_once_through_the_api_and_old_rows_go(
    journey_world: JourneyWorld,
) -> None:
    review = journey_world.guest(1, RUDE, site="business", name="g1")
    await journey_world.pass_until("2026-03-02 11:30")
    await journey_world.press(journey_world.card(), "готов", MARINA)
    await journey_world.restart()
    assert review.reply is None, "the two minutes to undo are not over"
    await journey_world.pass_until("2026-03-02 12:20")
    assert review.reply
    assert journey_world.ticket("g1").state == TicketState.ANSWERED
    said = len(journey_world.telegram.chat(SUPPORT).of_bot)
    await journey_world.app.ticks.tidy()
    await journey_world.app.lanes.settle()
    await journey_world.restart()
    await journey_world.turn()
    assert len(journey_world.telegram.chat(SUPPORT).of_bot) == said


async def test_a_deadline_passes_and_the_morning_tells_of_it(journey_world: JourneyWorld) -> None:
    journey_world.guest(1, RUDE)
    await journey_world.pass_until("2026-03-02 13:00")
    [turn] = journey_world.rounds()
    assert turn.breached_at is not None
    assert journey_world.acts().count("breach") == 1
    for command, told in {"/queue": "№ 1", "/health": "открыт 1 отзыв, просрочен 1"}.items():
        await journey_world.telegram.say(SUPPORT, MARINA, command)
        await journey_world.take_in()
        assert told in journey_world.telegram.chat(SUPPORT).last.text
    journey_world.clock.set(moscow("2026-03-03 09:20"))
    for _ in range(3):
        await journey_world.turn()
    [morning] = [
        each for each in journey_world.telegram.chat(SUPPORT).of_bot if each.text[0] == "☀"
    ]
    assert "За вчера: 1 новый, жалоб 1" in morning.text
    assert "В срок 0 из 1" in morning.text
    assert journey_world.telegram.violations == []
