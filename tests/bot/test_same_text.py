"""One text at two places: one card; one of the two is said away, the other reply stays owed."""

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from reviewbot.core.model import TicketState
from reviewbot.store.tables import AuditRow, ConcernRow, TargetRow
from reviewbot.workflow.concerns import incidents
from tests.bot.bot_world import MANAGERS, SUPPORT, BotWorld
from tests.bot.test_prompts import change_language
from tests.store.store_world import MONDAY
from tests.workflow.test_concerns import MSK, franchised

PETR = 505
TEXT = "Привезли остывшую пиццу и забыли соус, никто не извинился!"
WORDS = {
    "ru": (
        "Один текст на нескольких точках",
        "Не наша точка: Невский",
        "не наша точка",
        "сделано",
        "Всё же наша точка: Невский",
    ),
    "en": (
        "One text at several places",
        "Not our place: Невский",
        "not our place",
        "done",
        "Our place after all: Невский",
    ),
}


def look(bot_world: BotWorld, number: int, key: str = "nevsky/yandex_maps") -> None:
    """What a reading does that brought this ticket."""
    world = bot_world.store_world

    def see(session: Session) -> None:
        target = session.exec(select(TargetRow).where(TargetRow.key == key)).one()
        incidents.look(world.tx(session, bot_world.clock.now()), target, [number])

    world.db.write_now(see)


@pytest.mark.parametrize("language", ["ru", pytest.param("en", marks=pytest.mark.slow)])
async def test_an_author_is_known_across_the_places_that_may_be_shown(
    bot_world: BotWorld, language: str
) -> None:
    known, away = {
        "ru": ("👤 Тот же автор: Невский 40, 1★, 2 мар, /review 1", "Тот же автор"),
        "en": ("👤 The same author: Невский 40, 1★, 2 Mar, /review 1", "The same author"),
    }[language]
    world = bot_world.store_world
    change_language(bot_world, language)
    there = world.ticket(target="nevsky/yandex_maps", text="Суп был холодным.")
    world.ticket(text="А на Тверской ждали час.")
    world.pressed_start("petr")
    await bot_world.start()
    await bot_world.said(SUPPORT, known)
    await bot_world.telegram.say(PETR, PETR, f"/review {there}")
    bounded = await bot_world.said(PETR, "Суп был холодным")
    assert away not in bounded.text, "he may see the places of one group alone"
    assert bot_world.telegram.violations == []


async def test_a_card_that_grew_beyond_its_group_is_acted_on_there_no_more(
    bot_world: BotWorld,
) -> None:
    """A franchisee's group got the card of its own place's two sites; then the text came at a
    place it may not see. Whoever presses there, also who may see both, is told so."""
    world = bot_world.store_world
    bot_world.telegram.add_group(MSK, "Тверская", 502, 504)
    franchised(world)
    first = world.ticket(now=MONDAY - timedelta(minutes=9), text=TEXT)
    second = world.ticket(text=TEXT, target="tverskaya/google_business")
    look(bot_world, second, "tverskaya/google_business")
    await bot_world.start()
    card = await bot_world.said(MSK, "Один текст на разных площадках")
    third = world.ticket(text=TEXT, target="nevsky/yandex_maps")
    look(bot_world, third)
    for key in ("👌", "📌", "📈"):
        assert "в чате менеджеров" in await bot_world.press(card, key, "marina")
    [concern] = bot_world.rows_of(ConcernRow)
    assert (concern.state, concern.facts["tickets"]) == ("open", [first, second, third])
    assert not any("Невский" in each.text for each in bot_world.telegram.chat(MSK).of_bot)
    here = await bot_world.said(MANAGERS, "Один текст на нескольких точках")
    await bot_world.press(here, "👌", "marina")
    await bot_world.shows(here, "Разбирается: Марина")
    assert bot_world.telegram.violations == []


@pytest.mark.parametrize("language", ["ru", pytest.param("en", marks=pytest.mark.slow)])
async def test_one_is_said_away_and_the_other_stays_owed(
    bot_world: BotWorld, language: str
) -> None:
    title, key, away, done, back = WORDS[language]
    world = bot_world.store_world
    change_language(bot_world, language)
    here = world.ticket(now=MONDAY - timedelta(minutes=5), text=TEXT)
    there = world.ticket(text=TEXT, target="nevsky/yandex_maps")
    look(bot_world, there)
    await bot_world.start()
    card = await bot_world.said(MANAGERS, title)
    assert await bot_world.press(card, key, "ivan"), "a manager's decision"
    await bot_world.kill()
    await bot_world.start()
    assert await bot_world.press(card, key, "marina")
    await bot_world.shows(card, away)
    assert world.look(there).state == TicketState.SKIPPED
    assert world.look(here).state == TicketState.WAITING
    assert key not in str(card.labels)
    acts = [row for row in bot_world.rows_of(AuditRow) if row.action == "skip"]
    assert [(row.ticket_id, row.detail["reason"]) for row in acts] == [(there, "other_place")]
    await bot_world.press(card, back, "marina")
    await bot_world.telegram.wait_for(lambda: key in str(card.labels), "it is owed again")
    assert world.look(there).state == TicketState.WAITING
    await bot_world.press(card, key, "marina")
    await bot_world.telegram.wait_for(lambda: back in str(card.labels), "said away again")
    await bot_world.press(card, "🔎", "marina")
    mine = await bot_world.said(MANAGERS, "⏰")
    await bot_world.press(mine, "✅", "marina")
    await bot_world.written(lambda: world.look(here).state == TicketState.APPROVED)
    assert done not in card.text, "approved is not yet answered"
    assert bot_world.telegram.violations == []


async def test_two_sites_of_one_place_are_told_apart(bot_world: BotWorld) -> None:
    world = bot_world.store_world
    world.ticket(now=MONDAY - timedelta(minutes=9), text=TEXT)
    google = world.ticket(
        now=MONDAY - timedelta(minutes=5), text=TEXT, target="tverskaya/google_business"
    )
    look(bot_world, world.ticket(text=TEXT, target="nevsky/yandex_maps"))
    await bot_world.start()
    card = await bot_world.said(MANAGERS, "Один текст на нескольких точках")
    for line in ("№ 1, Тверская 12, Яндекс:", "№ 2, Тверская 12, Google:", "№ 3, Невский 40:"):
        assert line in card.text
    await bot_world.press(card, "Не наша точка: Тверская 12, Google", "marina")
    await bot_world.shows(card, "№ 2, Тверская 12, Google: не наша точка")
    assert world.look(google).state == TicketState.SKIPPED
    assert bot_world.telegram.violations == []
