"""A colleague writes an apology that nobody has confirmed, and an offer: each is refused with what
to do."""

import pytest

from reviewbot.core.model import TicketState
from tests.bot.bot_world import SUPPORT, BotWorld
from tests.bot.test_beside_reply import BOTH, WORDS, from_menu
from tests.bot.test_prompts import change_language, drafts

MARINA = 502
SAID = {
    "ru": {
        "edit": "Изменить",
        "asked": "Ответьте на это",
        "apology": "Здравствуйте! Приносим извинения, той смене объяснили.",
        "refused": "«Приносим извинения» признаёт вину. Сначала менеджер нажимает «⚖️ Гость прав»",
        "offer": "Здравствуйте! Вернём вам деньги за тот заказ.",
        "public": "«Вернём вам деньги» что-то предлагает гостю, а ответ публичный.",
        "regret": "Здравствуйте! Жаль, что вы остались недовольны.",
    },
    "en": {
        "edit": "Edit",
        "asked": "Reply to this",
        "apology": "Hello! We apologise, the shift has heard of it.",
        "refused": "“We apologise” admits a fault. First a manager presses “⚖️ The guest is",
        "offer": "Hello! We will refund that order to you.",
        "public": "“We will refund” offers the guest something, and the reply is public.",
        "regret": "Hello! We are sorry that you were left with this.",
    },
}


@pytest.mark.parametrize("language", BOTH)
async def test_an_apology_waits_for_the_managers_word_and_an_offer_is_never_public(
    bot_world: BotWorld, language: str
) -> None:
    words, world = SAID[language], bot_world.store_world
    change_language(bot_world, language)
    number = world.ticket()
    await bot_world.start()
    card = await bot_world.said(SUPPORT, "🔴")
    await bot_world.press(card, words["edit"], "marina")
    prompt = await bot_world.said(SUPPORT, words["asked"])

    async def say(text: str) -> None:
        await bot_world.telegram.say(SUPPORT, MARINA, text, reply_to=prompt.message_id)

    for text, refusal in ((words["apology"], "refused"), (words["offer"], "public")):
        await say(text)
        await bot_world.said(SUPPORT, words[refusal])
    assert drafts(bot_world) == []
    await bot_world.kill()
    await bot_world.start()
    await say(words["regret"])
    await bot_world.written(lambda: drafts(bot_world) == [words["regret"]])
    await from_menu(bot_world, card, WORDS[language], "right")
    await bot_world.press(card, WORDS[language]["right"], "marina")
    await bot_world.shows(card, WORDS[language]["fault"])
    await say(words["apology"])
    await bot_world.written(lambda: words["apology"] in drafts(bot_world))
    assert world.look(number).state == TicketState.PROPOSED
    assert bot_world.telegram.violations == []
