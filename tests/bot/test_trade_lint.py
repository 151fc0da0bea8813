"""What a colleague writes is looked at: what must not be said, what may be better."""

from dataclasses import replace

import pytest

from reviewbot.core.model import TicketState
from tests.bot.bot_world import SUPPORT, BotWorld
from tests.bot.test_prompts import change_language, drafts

MARINA = 502
WORDS = {
    "ru": ("Изменить", "Ответьте на это", "врачебная тайна", "Посмотрите ещё раз: "),
    "en": ("Edit", "Reply to this", "confidential", "Look again: "),
}
CALM = "Иван Петров вам позвонит!!! Ждём вас! Спасибо!"


@pytest.mark.parametrize("language", ["ru", pytest.param("en", marks=pytest.mark.slow)])
async def test_a_clinic_confirms_nothing_and_is_told_what_to_say(
    bot_world: BotWorld, language: str
) -> None:
    edit, ask, refused, advice = WORDS[language]
    world = bot_world.store_world
    change_language(bot_world, language)
    world.settings = replace(world.settings, profile="clinic")
    number = world.ticket()
    await bot_world.start()
    card = await bot_world.said(SUPPORT, "🔴")
    await bot_world.press(card, edit, "marina")
    prompt = await bot_world.said(SUPPORT, ask)
    text = "Здравствуйте! Разберём ваш визит и лечение."
    await bot_world.telegram.say(SUPPORT, MARINA, text, reply_to=prompt.message_id)
    said = await bot_world.said(SUPPORT, refused)
    assert "«ваш визит»" in said.text or "“ваш визит”" in said.text
    assert drafts(bot_world) == []
    await bot_world.kill()
    await bot_world.start()
    await bot_world.telegram.say(SUPPORT, MARINA, CALM, reply_to=prompt.message_id)
    await bot_world.shows(card, advice)
    assert "Иван вам" not in card.text
    assert "Иван Петров вам позвонит! Ждём вас. Спасибо." in card.text, "said calmly"
    assert drafts(bot_world) == [f"{CALM}\nТочка, Тверская 12"], "signed as the clinic"
    await bot_world.press(card, "✅", "marina")
    await bot_world.written(lambda: world.look(number).state == TicketState.APPROVED)
    assert bot_world.telegram.violations == []
