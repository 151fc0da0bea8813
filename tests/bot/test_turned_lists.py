"""Lists of more than a page are turned on and back, in both languages."""

from dataclasses import replace

import pytest

from tests.bot.bot_world import MANAGERS, BotWorld
from tests.bot.test_beside_reply import BOTH
from tests.bot.test_prompts import change_language
from tests.store.store_world import MONDAY

MARINA = 502


@pytest.mark.parametrize("language", BOTH)
@pytest.mark.parametrize("command", ["/queue", "/find суп", "/templates"])
async def test_a_list_is_turned_on_and_back(
    bot_world: BotWorld, language: str, command: str
) -> None:
    world = bot_world.store_world
    change_language(bot_world, language)
    templates = tuple(
        replace(world.settings.replies.templates[0], id=f"own{n:02}", text=f"Спасибо, {n:02}!")
        for n in range(25)
    )
    replies = replace(world.settings.replies, templates=templates)
    world.settings = replace(world.settings, language=language, replies=replies)
    for n in range(25):
        world.ticket(text=f"Суп-{n:02} был холодным.", now=MONDAY, author=f"Гость {n}")
    await bot_world.start(sender=True)
    await bot_world.telegram.say(MANAGERS, MARINA, command)
    chat = bot_world.telegram.chat(MANAGERS)
    shown = await bot_world.telegram.wait_for(
        lambda: [e for e in chat.of_bot if any("➡️" in label for label in e.labels)], "a page"
    )
    listed, first = shown[-1], shown[-1].text
    await bot_world.press(listed, "➡️", "marina")
    await bot_world.telegram.wait_for(lambda: listed.text != first, "the next page")
    second = listed.text
    await bot_world.press(listed, "⬅️", "marina")
    await bot_world.telegram.wait_for(lambda: listed.text == first, "back again")
    assert second != first
    word = {"ru": "Дальше", "en": "Next"}[language]
    assert any(word in label for label in listed.labels)
    assert bot_world.telegram.violations == []
