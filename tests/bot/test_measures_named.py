"""Who a measure is of, however a colleague names them; who is asked where they are not there."""

from dataclasses import replace
from datetime import timedelta

import pytest

from reviewbot.store.tables import DutyRow
from tests.bot.bot_world import SUPPORT, BotWorld
from tests.bot.test_beside_reply import BOTH
from tests.bot.test_prompts import change_language
from tests.store.store_world import PEOPLE
from tests.telegram_world import Shown

IVAN, MARINA = 504, 502


async def prompt(bot_world: BotWorld) -> tuple[Shown, Shown]:
    """The card, and the question for a measure."""
    number = bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.said(SUPPORT, "🔴")
    await bot_world.press(card, "", "ivan", data=f"1:{number}:0:measure")
    return card, await bot_world.said(SUPPORT, "мерой по отзыву")


async def write(bot_world: BotWorld, asked: Shown, text: str) -> None:
    await bot_world.telegram.say(SUPPORT, IVAN, text, reply_to=asked.message_id)


async def test_a_measure_is_of_who_is_named(bot_world: BotWorld) -> None:
    card, asked = await prompt(bot_world)
    for text, line in (
        ("кран, Марине, 05.03", "📌 Мера: кран (Марина, до 5 мар)"),
        ("Марина, стул, 05.03", "📌 Мера: стул (Марина, до 5 мар)"),
        ("стол, @marina, 05.03", "📌 Мера: стол (Марина, до 5 мар)"),
        ("лампа, Аня, до пятницы", "📌 Мера: лампа (Анна, до 6 мар)"),
        ("починить дверь до 05.03", "📌 Мера: починить дверь (Иван, до 5 мар)"),
    ):
        await write(bot_world, asked, text)
        await bot_world.shows(card, line)
    assert bot_world.telegram.violations == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("починить, Коля, 05.03", "Коля здесь отвечать не может"),
        ("починить, Марина Иванова, 05.03", "Марина Иванова здесь отвечать не может"),
        ("починить, Зухра, 05.03", "Зухра здесь отвечать не может"),
        ("починить, @nobody, 05.03", "@nobody здесь отвечать не может"),
        ("Марине починить кран, 05.03", "что сделать, кто и к какому дню"),
        ("починить, Сергей, 05.03", "Сергей здесь отвечать не может"),
        ("починить, Петр, 05.03", "Пётр здесь отвечать не может"),
        ("починить, Марина, 01.03", "день прошёл"),
    ],
)
async def test_where_nobody_is_surely_meant_it_is_asked(
    bot_world: BotWorld, text: str, said: str
) -> None:
    card, asked = await prompt(bot_world)
    await write(bot_world, asked, text)
    await bot_world.said(SUPPORT, said)
    assert "📌" not in card.text


ASKED = {
    "ru": ("мерой по отзыву", "Мера: кран (Иван", "{name}, сделано?"),
    "en": ("the measure for review", "Measure: кран (Иван", "{name}, is it done?"),
}


@pytest.mark.parametrize("language", BOTH)
@pytest.mark.parametrize("is_gone", [False, True])
async def test_on_its_day_somebody_is_asked(
    bot_world: BotWorld, language: str, is_gone: bool
) -> None:
    """Иван is away: his deputy; he left: who noted it, and the card still names him."""
    question, line, due = ASKED[language]
    change_language(bot_world, language)
    world = bot_world.store_world
    people = {**PEOPLE, "ivan": replace(PEOPLE["ivan"], deputy="anna")}
    world.settings = replace(world.settings, language=language, people=people)
    number = world.ticket()
    await bot_world.start()
    card = await bot_world.said(SUPPORT, "🔴")
    await bot_world.press(card, "", "marina", data=f"1:{number}:0:measure")
    asked = await bot_world.said(SUPPORT, question)
    text = "кран, Иван, 05.03"
    await bot_world.telegram.say(SUPPORT, MARINA, text, reply_to=asked.message_id)
    await bot_world.shows(card, line)
    if not is_gone:
        await bot_world.telegram.say(SUPPORT, IVAN, "/away 10.03")
        await bot_world.written(lambda: bot_world.rows_of(DutyRow))
    await bot_world.kill()
    if is_gone:
        world.settings = replace(
            world.settings, people={key: each for key, each in people.items() if key != "ivan"}
        )
    bot_world.clock.leap(timedelta(days=3))
    await bot_world.start()
    name = "Марина" if is_gone else "Анна"
    await bot_world.said(SUPPORT, due.format(name=name))
    await bot_world.shows(card, line)
    assert bot_world.telegram.violations == []
