"""What concerns who asked alone is not said to a whole group: it goes to their private chat."""

from dataclasses import replace

import pytest

from reviewbot.core.ticket import Action
from tests.bot.bot_world import SUPPORT, BotWorld
from tests.bot.test_beside_reply import BOTH
from tests.bot.test_prompts import change_language
from tests.store.store_world import MONDAY

MARINA, IVAN = 502, 504
WORDS = {
    "ru": (
        "Ответ в нашем личном чате",
        "Отзывы со словами",
        "📎 ",
        "Вас нет до",
        "Вы на месте",
    ),
    "en": (
        "The answer is in our private chat",
        "Reviews with",
        "📎 ",
        "You are away",
        "You are here",
    ),
}


def speaking(bot_world: BotWorld, language: str) -> None:
    change_language(bot_world, language)
    world = bot_world.store_world
    world.settings = replace(world.settings, language=language)


@pytest.mark.parametrize("language", BOTH)
@pytest.mark.parametrize("is_old", [False, True])
async def test_an_answer_to_one_goes_to_their_private_chat(
    bot_world: BotWorld, language: str, is_old: bool
) -> None:
    bot_world.telegram.is_old = is_old
    word, found, templates, away, here = WORDS[language]
    speaking(bot_world, language)
    world = bot_world.store_world
    world.ticket(text="Суп был холодным.")
    world.pressed_start("marina")
    await bot_world.start()
    await bot_world.said(SUPPORT, "Суп")
    for command, said in (("/find суп", found), ("/templates", templates), ("/away 3", away)):
        await bot_world.telegram.say(SUPPORT, MARINA, command)
        await bot_world.said(MARINA, said)
    chat = bot_world.telegram.chat(SUPPORT)
    await bot_world.telegram.wait_for(
        lambda: sum(word in each.text for each in chat.of_bot) == 3, "a word in the group for each"
    )
    group = chat.of_bot
    assert not [e for e in group if found in e.text or templates in e.text or away in e.text]
    assert {each.only_for for each in group if word in each.text} == {None if is_old else MARINA}
    await bot_world.press(await bot_world.said(MARINA, away), "🙋", "marina")
    await bot_world.said(MARINA, here)
    assert bot_world.telegram.violations == []


async def test_who_never_pressed_start_gets_it_where_they_asked(bot_world: BotWorld) -> None:
    bot_world.store_world.ticket(text="Суп был холодным.")
    await bot_world.start()
    await bot_world.telegram.say(SUPPORT, IVAN, "/find суп")
    await bot_world.said(SUPPORT, "Отзывы со словами")
    await bot_world.telegram.say(SUPPORT, IVAN, "/away 3")
    told = await bot_world.said(SUPPORT, "Вас нет до")
    assert told.only_for == IVAN
    assert told.labels == [], "keys of what has no number would do nothing"
    assert bot_world.telegram.violations == []


async def test_a_template_is_offered_to_who_pressed(bot_world: BotWorld) -> None:
    world = bot_world.store_world
    number = world.ticket()
    text = "Здравствуйте! Очередь вечером у нас бывает, второй бариста уже выходит."
    world.act(number, Action.PROPOSE, "ivan", MONDAY, text=text)
    world.pressed_start("marina")
    await bot_world.start()
    card = await bot_world.card(number)
    told = await bot_world.press(card, "", "marina", data=f"1:{number}:0:keep_template")
    assert "личном чате" in told
    offer = await bot_world.said(MARINA, "второй бариста")
    assert offer.labels
    assert "второй бариста" not in str(
        [e.text for e in bot_world.telegram.chat(SUPPORT).of_bot if e is not card]
    )
