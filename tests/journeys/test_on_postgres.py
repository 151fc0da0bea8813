"""The ways of a review where the rows are PostgreSQL's; the other journeys run on SQLite."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from reviewbot.core.model import TicketState
from tests.journeys.town import IVAN, MARINA, SUPPORT, Town, moscow
from tests.store.postgres import Cluster

RUDE = "Ждали капучино сорок минут, бариста нахамила. Больше не придём."
DIGEST = '[digest]\nsupport = { daily = "09:15" }\n'


@pytest.fixture
async def town(tmp_path: Path, server: Cluster) -> AsyncIterator[Town]:
    database = server.with_tables()
    async with Town(tmp_path, "2026-03-02 11:00", DIGEST, database=database) as opened:
        yield opened
    assert not (tmp_path / "town.sqlite3").exists(), "all of it was the server's"


async def test_a_complaint_goes_its_way_across_restarts(town: Town) -> None:
    review = town.guest(1, RUDE)
    await town.pass_until("2026-03-02 11:30")
    await town.press(town.card(), "Беру", IVAN)
    await town.press(town.card(), "готов", IVAN)
    assert town.ticket().state == TicketState.PROPOSED
    await town.restart()
    await town.press(town.card(), "готов", MARINA)
    assert town.ticket().state == TicketState.APPROVED
    assert "Утверждено: Марина" in town.card().text
    to_post = town.card().text.strip().split("\n")[-1]
    await town.press(town.card(), "Размещено", IVAN)
    assert town.ticket().state == TicketState.POSTED
    review.reply, review.reply_at = to_post, town.ticket().posted_at
    await town.restart()
    await town.pass_until("2026-03-02 12:30")

    assert town.ticket().state == TicketState.ANSWERED
    assert "Текст совпал" in town.card().text
    [turn] = town.rounds()
    assert turn.answered_after is not None
    assert turn.answered_by is not None
    assert turn.answered_after < review.reply_at <= turn.answered_by
    assert len(town.messages(SUPPORT, "№ 1")) == 1, "the card was edited, not sent again"
    assert town.telegram.violations == []


async def test_a_reply_is_posted_once_through_the_api_and_old_rows_go(town: Town) -> None:
    review = town.guest(1, RUDE, site="business", name="g1")
    await town.pass_until("2026-03-02 11:30")
    await town.press(town.card(), "готов", MARINA)
    await town.restart()
    assert review.reply is None, "the two minutes to undo are not over"
    await town.pass_until("2026-03-02 12:20")
    assert review.reply
    assert town.ticket("g1").state == TicketState.ANSWERED
    said = len(town.telegram.chat(SUPPORT).of_bot)
    await town.app.ticks.tidy()
    await town.app.lanes.settle()
    await town.restart()
    await town.turn()
    assert len(town.telegram.chat(SUPPORT).of_bot) == said


async def test_a_deadline_passes_and_the_morning_tells_of_it(town: Town) -> None:
    town.guest(1, RUDE)
    await town.pass_until("2026-03-02 13:00")
    [turn] = town.rounds()
    assert turn.breached_at is not None
    assert town.acts().count("breach") == 1
    for command, told in {"/queue": "№ 1", "/health": "открыт 1 отзыв, просрочен 1"}.items():
        await town.telegram.say(SUPPORT, MARINA, command)
        await town.take_in()
        assert told in town.telegram.chat(SUPPORT).last.text
    town.clock.set(moscow("2026-03-03 09:20"))
    for _ in range(3):
        await town.turn()
    [morning] = [each for each in town.telegram.chat(SUPPORT).of_bot if each.text[0] == "☀"]
    assert "За вчера: 1 новый, жалоб 1" in morning.text
    assert "В срок 0 из 1" in morning.text
    assert town.telegram.violations == []
