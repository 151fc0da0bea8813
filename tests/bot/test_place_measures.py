"""/measure: what was done at a place without any card, the list, and whether it helped."""

from datetime import timedelta

import pytest

from reviewbot.core.trends.concern import ConcernKind
from reviewbot.store.tables import ConcernRow
from tests.bot.bot_world import MANAGERS, SUPPORT, BotWorld
from tests.bot.test_beside_reply import BOTH, WORDS, from_menu, with_place
from tests.bot.test_concern_measures import WORDS as CONCERN
from tests.bot.test_concern_measures import one_evening
from tests.bot.test_prompts import change_language
from tests.bot.test_stats import called
from tests.store.store_world import MONDAY
from tests.trends_world import Past

MARINA, IVAN, PETR = 502, 504, 505
SAID = {
    "ru": {
        "said": "/measure Тверская 12 2 февраля ожидание: вторая касса",
        "noted": "📌 Тверская 12, ожидание: с 2 февр. Помогло ли: /measure.",
        "again": "Уже записано",
        "list": "📌 Меры · 2 точки",
        "place": "Тверская 12 · ожидание",
        "line": "📌 Мера с 2 февр (Марина), вторая касса: было 33\xa0% из 84, стало 0\xa0% из 84",
        "stars": "⭐ Средняя оценка: было 3,0 из 84, стало 4,7 из 84; помогло",
        "how": "Точка, день и что сделано",
        "no day": "Нет такого дня: «{}»",
        "key": "📌 Меры",
        "remove": "↩️ Убрать",
        "gone": "↩️ Тверская 12, ожидание: мера от 2 февр снята.",
        "none": "За год ни одной.",
    },
    "en": {
        "said": "/measure Тверская 12, Feb 2, waiting: вторая касса",
        "noted": "📌 Тверская 12, waiting: since 2 Feb. Whether it helped: /measure.",
        "again": "Noted already",
        "list": "📌 Measures · 2 locations",
        "place": "Тверская 12 · waiting",
        "line": "since 2 Feb (Марина), вторая касса: was 33\xa0% of 84, is 0\xa0% of 84",
        "stars": "⭐ Mean stars: was 3.0 of 84, is 4.7 of 84; it helped",
        "how": "Place, day, what was done",
        "no day": "There is no day “{}”",
        "key": "📌 Measures",
        "remove": "↩️ Remove",
        "gone": "↩️ Тверская 12, waiting: the measure of 2 Feb is taken back.",
        "none": "None in the last year.",
    },
}


def waited_until_a_month_ago(bot_world: BotWorld) -> None:
    past = Past(bot_world.store_world)
    past.watched_since(MONDAY - timedelta(days=90))
    with past.together():
        for back in range(1, 57):
            on = MONDAY - timedelta(days=back)
            past.day(on, stars=(5, 4, 5) if back <= 28 else (1, 5, 3))


@pytest.mark.parametrize("language", BOTH)
async def test_a_measure_is_noted_by_command_listed_with_its_effect_and_taken_back(
    bot_world: BotWorld, language: str
) -> None:
    words, say = SAID[language], bot_world.telegram.say
    change_language(bot_world, language)
    waited_until_a_month_ago(bot_world)
    await bot_world.start()
    await say(MANAGERS, MARINA, "/measure Тверская завтра касса")
    await bot_world.said(MANAGERS, words["how"])
    for day, wrong in (
        ("31.02", "/measure Тверская 31.02"),
        ("30 февраля", "/measure Тверская, 30 февраля, касса"),
        ("31/02", "/measure Тверская 31/02"),
        ("2026-02-31", "/measure Тверская 2026-02-31 касса"),
        ("32.01", "/measure Тверская 32.01 касса"),
        ("31/11", "/duty swap Иван 31/11"),
        ("32.01.26", "/away 32.01.26"),
        ("31.04", "/stats 31.04"),
        ("31.06", "/stats Тверская 31.06"),
        ("31.09", "/away до 31.09"),
        ("31.11", "/duty swap Иван 12.12 за 31.11"),
    ):
        await say(MANAGERS, MARINA, wrong)
        await bot_world.said(MANAGERS, words["no day"].format(day))
    await say(MANAGERS, MARINA, words["said"])
    noted = await bot_world.said(MANAGERS, words["noted"])
    await say(MANAGERS, MARINA, words["said"])
    await bot_world.said(MANAGERS, words["again"])
    await bot_world.kill()
    await bot_world.start()
    await say(MANAGERS, MARINA, "/measure")
    listed = await bot_world.said(MANAGERS, words["list"])
    assert words["place"] in listed.text
    assert words["line"] in listed.text
    assert words["stars"] in listed.text
    assert await bot_world.press(noted, words["remove"], "ivan"), "a manager's decision"
    await bot_world.press(noted, words["remove"], "marina")
    await bot_world.shows(noted, words["gone"])
    assert not noted.labels
    await say(MANAGERS, MARINA, "/measure Тверская")
    await bot_world.said(MANAGERS, words["none"])
    assert bot_world.telegram.violations == []


async def test_the_list_stands_behind_the_figures_within_the_rights_of_who_asks(
    bot_world: BotWorld,
) -> None:
    words, say = SAID["ru"], bot_world.telegram.say
    waited_until_a_month_ago(bot_world)
    await bot_world.start()
    await say(MANAGERS, IVAN, "/measure Невский вчера новое меню")
    await bot_world.said(MANAGERS, "менеджер")
    await say(MANAGERS, MARINA, "/measure Невский вчера новое меню")
    await bot_world.said(MANAGERS, "📌 Невский 40: с 1 мар")
    await say(MANAGERS, MARINA, words["said"])
    await bot_world.said(MANAGERS, words["noted"])
    await say(MANAGERS, MARINA, "/stats")
    told = await bot_world.said(MANAGERS, "📊")
    await bot_world.press(told, words["key"], "marina")
    listed = await bot_world.said(MANAGERS, words["list"])
    assert listed.reply_to == told.message_id
    assert listed.text.index("Невский 40") < listed.text.index("Тверская 12"), "the newest first"
    assert "новое меню: пока мало, чтобы судить" in listed.text
    await say(PETR, PETR, "/measure")
    own = await bot_world.said(PETR, "📌 Меры")
    assert "Невский 40" in own.text
    assert "касса: было" not in own.text
    await say(PETR, PETR, "/measure Тверская")
    await bot_world.said(PETR, words["how"])
    assert bot_world.telegram.violations == []


async def test_what_is_noted_while_a_card_stands_is_told_by_the_card(bot_world: BotWorld) -> None:
    one_evening(bot_world)
    await bot_world.start()
    card = await bot_world.said(MANAGERS, CONCERN["ru"]["title"])
    await bot_world.telegram.say(MANAGERS, MARINA, "/measure Тверская 24.02 вторая касса")
    noted = await bot_world.said(MANAGERS, "с 24 февр. Карточка скажет, помогло ли.")
    await bot_world.shows(card, "📌 Мера с 24 февр (Марина), вторая касса: ")
    [concern] = bot_world.rows_of(ConcernRow)
    assert concern.kind == ConcernKind.INCIDENT
    await bot_world.press(noted, "↩️ Убрать", "marina")
    await bot_world.telegram.wait_for(lambda: "вторая касса" not in card.text, "taken back")
    assert bot_world.telegram.violations == []


async def test_a_measure_of_a_review_is_listed_while_it_waits_and_once_it_is_done(
    bot_world: BotWorld,
) -> None:
    words, say = WORDS["ru"], bot_world.telegram.say
    with_place(bot_world, "ru")
    number = bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.card(number)
    await from_menu(bot_world, card, words, "measure")
    await bot_world.press(card, words["measure"], "ivan")
    asked = await bot_world.said(SUPPORT, words["asked"])
    text = "починить кофемашину, Марина, 05.03"
    await say(SUPPORT, IVAN, text, reply_to=asked.message_id)
    await bot_world.shows(card, words["line"])
    await say(MANAGERS, MARINA, "/measure")
    waits = await bot_world.said(MANAGERS, "⏳ До 5 мар (Марина): починить кофемашину")
    assert f"№ {number}" in waits.text
    await bot_world.press(card, words["done"], "ivan")
    await bot_world.shows(card, words["taken"].split(":")[0])
    await say(MANAGERS, MARINA, "/measure тверская")
    done = await bot_world.said(MANAGERS, "📌 Мера с 2 мар (Марина), починить кофемашину")
    assert done.text.count("кофемашину") == 1, "once, not as a mark too"
    assert bot_world.telegram.violations == []


@pytest.mark.parametrize(
    ("name", "said", "answer"),
    [
        ("8 Марта 11", "8 Марта 11 31.02 касса", "Нет такого дня: «31.02»"),
        ("8 Марта 11", "8 Марта 11 вторая касса", "Точка, день и что сделано"),
        ("9 Мая 7", "9 Мая 7 вторая касса", "Точка, день и что сделано"),
        ("8 March 11", "8 March 11 a second till", "Точка, день и что сделано"),
        ("8 Марта 11", "8 Марта 11 24.02 касса", "📌 8 Марта 11: с 24 февр."),
        ("8 Марта 11", "8 Марта 24/02: касса", "📌 8 Марта 11: с 24 февр."),
        ("8 Марта 11", "8 Марта 11, 1 марта, касса", "📌 8 Марта 11: с 1 мар."),
        ("Невский 12", "Невский 12 февраля вторая касса", "📌 Невский 12: с 12 февр."),
        ("Невский 30", "Невский 30 февраля вторая касса", "Нет такого дня: «30 февраля»"),
        ("Невский 40", "Невский с 24.02.26 – касса", "📌 Невский 40: с 24 февр."),
        ("Невский 40", "Неский 24.02 касса", "«Неский». Похожие: Точка, Невский 40."),
        ("Невский 40", "Неский", "«Неский». Похожие: Точка, Невский 40."),
        ("Невский 40", "Луна 24.02 касса", "Не знаю точки или группы «Луна»."),
        ("Невский 40", "Точка 24.02 касса", "Точка, день и что сделано"),
        ("Невский 40", "Невский 24.02", "Точка, день и что сделано"),
    ],
)
async def test_the_longest_name_is_the_place_and_its_house_is_no_day(
    bot_world: BotWorld, name: str, said: str, answer: str
) -> None:
    called(bot_world, f"Точка, {name}")
    await bot_world.start()
    await bot_world.telegram.say(MANAGERS, MARINA, f"/measure {said}")
    await bot_world.said(MANAGERS, answer)
    assert len(bot_world.rows_of(ConcernRow)) == answer.startswith("📌")
