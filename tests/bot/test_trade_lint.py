"""What a colleague writes is looked at: what must not be said, what may be better."""

from dataclasses import replace

import pytest

from reviewbot.core.model import TicketState
from reviewbot.core.ticket import Action
from tests.bot.bot_world import SUPPORT, BotWorld
from tests.bot.test_prompts import change_language, drafts
from tests.store.store_world import MONDAY

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


SIGNED = {
    "ru": ("Точка, Тверская 12 благодарит за отзыв.", "нет подписи клиники; напишите «"),
    "en": ("Tochka Clinic thanks you.\n\nPlease write.", "not signed by the clinic; say “"),
}


@pytest.mark.parametrize("language", ["ru", pytest.param("en", marks=pytest.mark.slow)])
async def test_a_clinics_text_is_signed_at_its_end_and_what_is_not_is_found(
    bot_world: BotWorld, language: str
) -> None:
    edit, ask, *_ = WORDS[language]
    text, advice = SIGNED[language]
    world = bot_world.store_world
    change_language(bot_world, language)
    replies = replace(world.settings.replies, sign={"en": "Tochka Clinic"})
    world.settings = replace(world.settings, profile="clinic", replies=replies)
    sign = {"ru": "Точка, Тверская 12", "en": "Tochka Clinic"}[language]
    number = world.ticket()
    await bot_world.start()
    card = await bot_world.said(SUPPORT, "🔴")
    await bot_world.press(card, edit, "marina")
    prompt = await bot_world.said(SUPPORT, ask)
    await bot_world.telegram.say(SUPPORT, MARINA, text, reply_to=prompt.message_id)
    await bot_world.written(lambda: drafts(bot_world) == [f"{text}\n{sign}"])
    await bot_world.stop()
    # The clinic signs otherwise since; the text that is there was written before.
    replies = replace(replies, sign={"ru": "Клиника", "en": "The Clinic"})
    world.settings = replace(world.settings, replies=replies)
    world.act(number, Action.TAKE, "ivan", bot_world.clock.now())
    await bot_world.start()
    await bot_world.shows(card, advice)
    assert drafts(bot_world) == [f"{text}\n{sign}"], "nothing is added to what was approved"


async def test_a_clinics_second_sentence_stands_before_its_name(bot_world: BotWorld) -> None:
    world = bot_world.store_world
    world.settings = replace(world.settings, profile="clinic")
    number = world.ticket()
    text = "Спасибо за отзыв, будем рады письму."
    world.act(number, Action.PROPOSE, "marina", MONDAY, text=text)
    await bot_world.start()
    card = await bot_world.said(SUPPORT, "🔴")
    await bot_world.press(card, "Ещё", "marina")
    await bot_world.telegram.wait_for(lambda: "Гость прав" in str(card.labels), "the menu")
    await bot_world.press(card, "Гость прав", "marina")
    offer = await bot_world.said(SUPPORT, "Извинение к отзыву")
    await bot_world.press(offer, "Добавить к ответу", "marina")
    signed = "приносим извинения.\nТочка, Тверская 12"
    await bot_world.written(lambda: drafts(bot_world)[-1].endswith(signed))
    assert drafts(bot_world)[-1].count("Тверская 12") == 1
