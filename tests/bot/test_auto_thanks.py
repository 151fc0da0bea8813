"""Who looks sees that the bot has thanked, and takes it back: it stays with people then."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from reviewbot.core.model import TicketState, Tone
from reviewbot.store.tables import TargetRow
from reviewbot.workflow.sweep import sweep
from tests.bot.bot_world import SUPPORT, BotWorld
from tests.bot.test_beside_reply import BOTH
from tests.bot.test_prompts import change_language
from tests.store.store_world import MONDAY

MARINA = 502
WORDS = {
    "ru": ("Бот поблагодарил сам", "Отменить", "бот поблагодарил сам"),
    "en": ("Thanked by the bot itself", "Undo", "thanked by the bot itself"),
}


def sweep_now(bot_world: BotWorld) -> None:
    world = bot_world.store_world
    world.db.write_now(lambda session: sweep(world.tx(session, bot_world.clock.now())))


@pytest.mark.parametrize("language", BOTH)
async def test_thanks_by_the_bot_are_shown_and_taken_back(
    bot_world: BotWorld, language: str
) -> None:
    """The bot is killed between the steps; what was taken back is not given again."""
    shown, undo, told = WORDS[language]
    world = bot_world.store_world
    change_language(bot_world, language)
    thanks = replace(world.settings.replies, auto_thanks=2)
    world.settings = replace(world.settings, replies=thanks)

    def met(session: Session) -> None:
        for target in session.exec(select(TargetRow)):
            target.first_contact_at = MONDAY - timedelta(days=7)
            session.add(target)

    world.db.write_now(met)
    bot_world.clock.run_at(20.0)  # the undo's minutes shall not pass on a busy machine
    now, official = bot_world.clock.now(), "tverskaya/google_business"
    world.review(now, target=official, tone=Tone.POSITIVE, rating=5, text=None)
    sweep_now(bot_world)
    assert world.look(1).state == TicketState.APPROVED
    await bot_world.start()
    assert bot_world.telegram.chat(SUPPORT).of_bot == [], "nobody is rung for it"
    await bot_world.telegram.say(SUPPORT, MARINA, "/review 1")
    card = await bot_world.said(SUPPORT, shown)
    assert (await bot_world.said(SUPPORT, told)).only_for is None
    await bot_world.kill()
    await bot_world.start()
    assert await bot_world.press(card, undo, "ivan")
    await bot_world.telegram.wait_for(lambda: shown not in card.text, "taken back")
    assert world.look(1).state == TicketState.WAITING
    await bot_world.kill()
    sweep_now(bot_world)
    assert world.look(1).state == TicketState.WAITING
    assert bot_world.telegram.violations == []
