"""What a desk asks for in chat, in both languages, the bot killed between its steps: the queue
narrowed, words found, a review with its history, who is on duty, who is away."""

import pytest

from reviewbot.core.model import Tone
from reviewbot.store.tables import DutyRow
from tests.bot.bot_world import SUPPORT, BotWorld
from tests.bot.test_duty import on_duty, with_desk
from tests.bot.test_prompts import change_language
from tests.telegram_world import Shown

pytestmark = pytest.mark.slow

MARINA, IVAN = 502, 504
WORDS = {
    "ru": {
        "queue": "2 отзыва ждут ответа",
        "complaints": "🔴 Жалобы",
        "only": "Только жалобы: 1",
        "number": "№ {}",
        "found": "Отзывы со словами",
        "duty": "Кто дежурит",
        "me": "Сегодня я",
        "away": "Вас нет до",
        "back": "Я на месте",
        "here": "Вы на месте",
    },
    "en": {
        "queue": "2 reviews wait for a reply",
        "complaints": "🔴 Complaints",
        "only": "complaints",
        "number": "#{}",
        "found": "Reviews with",
        "duty": "Who is on duty",
        "me": "I am today",
        "away": "You are away until",
        "back": "I am back",
        "here": "You are here",
    },
}


async def killed(bot_world: BotWorld) -> None:
    await bot_world.kill()
    await bot_world.start()


async def asked(bot_world: BotWorld, chat: int, who: int, command: str, said: str) -> Shown:
    """Send a command, and kill the bot when it is about to send the answer."""
    gate = bot_world.telegram.gate("sendMessage", "before")
    await bot_world.telegram.say(chat, who, command)
    await gate.reached.wait()
    await bot_world.kill()
    bot_world.telegram.abandon(gate)
    await bot_world.start()
    return await bot_world.said(chat, said)


@pytest.mark.parametrize("language", ["ru", "en"])
async def test_the_queue_words_found_and_a_review_whatever_is_killed(
    bot_world: BotWorld, language: str
) -> None:
    words, world = WORDS[language], bot_world.store_world
    change_language(bot_world, language)
    world.pressed_start("marina")
    rude = world.ticket(text="Нахамили на кассе.")
    calm = world.ticket(text="Кофе остыл.", tone=Tone.MIXED, rating=3)
    await bot_world.start()
    await bot_world.said(SUPPORT, "Нахамили")
    listed = await asked(bot_world, MARINA, MARINA, "/queue", words["queue"])
    await bot_world.press(listed, words["complaints"], "marina")
    await bot_world.telegram.wait_for(
        lambda: words["number"].format(calm) not in listed.text, "narrowed"
    )
    assert words["only"] in listed.text
    found = await asked(bot_world, MARINA, MARINA, "/find кофе", words["found"])
    assert words["number"].format(calm) in found.text
    assert words["number"].format(rude) not in found.text
    await asked(bot_world, MARINA, MARINA, f"/review {rude}", "🕘")
    assert bot_world.telegram.violations == []


@pytest.mark.parametrize("language", ["ru", "en"])
async def test_duty_and_absence_whatever_is_killed(bot_world: BotWorld, language: str) -> None:
    words = WORDS[language]
    change_language(bot_world, language)
    with_desk(bot_world, on_duty=("marina",))
    bot_world.store_world.pressed_start("marina", "ivan")
    await bot_world.start()
    shown = await asked(bot_world, SUPPORT, IVAN, "/duty", words["duty"])
    await bot_world.press(shown, words["me"], "ivan")
    await killed(bot_world)
    await bot_world.written(lambda: on_duty(bot_world)[0] == "ivan")
    away = await asked(bot_world, MARINA, MARINA, "/away 04.03", words["away"])
    await bot_world.press(away, words["back"], "marina")
    await bot_world.shows(away, words["here"])
    assert len(bot_world.rows_of(DutyRow)) >= 1
    assert bot_world.telegram.violations == []
