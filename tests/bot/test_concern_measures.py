"""A measure against a concern, of another day than today: asked for, and compared from then."""

import pytest
from sqlmodel import Session, select

from reviewbot.core.trends.concern import ConcernState
from reviewbot.store.tables import ConcernRow, TargetRow
from reviewbot.workflow.concerns import incidents, telling
from tests.bot.bot_world import MANAGERS, BotWorld
from tests.bot.test_prompts import change_language
from tests.store.store_world import MONDAY

MARINA = 502
WORDS = {
    "ru": {
        "title": "Одно и то же",
        "key": "📅 Раньше…",
        "asked": "что сделано (Тверская 12, ожидание)",
        "day": "С какого дня",
        "noted": "📌 Тверская 12, ожидание: с 24 февр",
        "line": "📌 Мера с 24 февр (Марина), вторая касса, вечером: ",
        "again": "Уже записано: мера этого дня",
    },
    "en": {
        "title": "One thing",
        "key": "📅 Earlier…",
        "asked": "what was done (Тверская 12, waiting)",
        "day": "Since which day",
        "noted": "📌 Тверская 12, waiting: since 24 Feb",
        "line": "📌 Measure since 24 Feb (Марина), вторая касса, вечером: ",
        "again": "Noted already: a measure of that day",
    },
}


def one_evening(bot_world: BotWorld) -> None:
    """What a reading does that brings eight complaints of one thing."""
    world = bot_world.store_world
    numbers = [world.ticket(text=f"Очередь, стол {n}.") for n in range(8)]

    def see(session: Session) -> None:
        key = "tverskaya/yandex_maps"
        target = session.exec(select(TargetRow).where(TargetRow.key == key)).one()
        incidents.look(world.tx(session, MONDAY), target, numbers)

    world.db.write_now(see)


@pytest.mark.parametrize("language", ["ru", "en"])
async def test_a_measure_of_another_day_is_asked_for_and_counts_from_then(
    bot_world: BotWorld, language: str
) -> None:
    words, said = WORDS[language], bot_world.telegram.say
    change_language(bot_world, language)
    one_evening(bot_world)
    await bot_world.start()
    card = await bot_world.said(MANAGERS, words["title"])
    assert await bot_world.press(card, words["key"], "ivan"), "a manager's decision"
    await bot_world.press(card, words["key"], "marina")
    asked = await bot_world.said(MANAGERS, words["asked"])
    chat = bot_world.telegram.chat(MANAGERS)
    for n, text in enumerate(("вторая касса", "касса, 24.02.2019", "касса, 31.12.2030"), start=1):
        await said(MANAGERS, MARINA, text, reply_to=asked.message_id)
        await bot_world.telegram.wait_for(
            lambda n=n: sum(words["day"] in each.text for each in chat.of_bot) == n, "refused"
        )
    await bot_world.kill()
    await bot_world.start()
    await said(MANAGERS, MARINA, "вторая касса, вечером 24.02", reply_to=asked.message_id)
    await bot_world.said(MANAGERS, words["noted"])
    await bot_world.shows(card, words["line"])
    await said(MANAGERS, MARINA, "ещё раз, 2026-02-24", reply_to=asked.message_id)
    await bot_world.said(MANAGERS, words["again"])
    [concern] = bot_world.rows_of(ConcernRow)
    assert concern.facts["measures"] == [["2026-02-24", "marina", "вторая касса, вечером"]]
    assert bot_world.telegram.violations == []


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("24.02 вторая касса в субботу", "📌 Тверская 12, ожидание: с 24 февр"),
        ("24.02 обучили персонал к 1 марта", "📌 Тверская 12, ожидание: с 24 февр"),
        ("24/02 вторая касса до 31 декабря", "📌 Тверская 12, ожидание: с 24 февр"),
        ("31.02 касса вчера", "Нет такого дня: «31.02»"),
        ("вчера касса, 31.02", "Нет такого дня: «31.02»"),
        ("касса 32.01", "Нет такого дня: «32.01»"),
        ("вторая касса до 31 декабря", "С какого дня"),
        ("кофе по 35.50", "С какого дня"),
    ],
)
async def test_the_day_at_the_beginning_is_meant_whatever_others_are_told_of(
    bot_world: BotWorld, text: str, answer: str
) -> None:
    one_evening(bot_world)
    await bot_world.start()
    card = await bot_world.said(MANAGERS, WORDS["ru"]["title"])
    await bot_world.press(card, WORDS["ru"]["key"], "marina")
    asked = await bot_world.said(MANAGERS, WORDS["ru"]["asked"])
    await bot_world.telegram.say(MANAGERS, MARINA, text, reply_to=asked.message_id)
    await bot_world.said(MANAGERS, answer)


async def test_a_measure_after_the_incident_is_over_counts(bot_world: BotWorld) -> None:
    """What is done so that it does not come again is often done when its replies are written."""
    one_evening(bot_world)
    await bot_world.start()
    card = await bot_world.said(MANAGERS, "Одно и то же")

    def end(session: Session) -> None:
        tx = bot_world.store_world.tx(session, bot_world.clock.now())
        [row] = session.exec(select(ConcernRow)).all()
        row.state, row.ended_at = ConcernState.OVER, tx.now
        session.add(row)
        session.flush()
        telling.edit_copies(tx, row)

    bot_world.store_world.db.write_now(end)
    await bot_world.shows(card, "Карточка закрыта")
    assert "👌" not in str(card.labels)
    await bot_world.press(card, "📌 Мера сегодня", "marina")
    await bot_world.shows(card, "📌 Мера с 2 мар (Марина)")
    assert "Карточка закрыта" in card.text
    assert bot_world.telegram.violations == []
