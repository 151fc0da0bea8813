"""The guest's way with one bot and with two: asked, answering, a ticket, reached, asked again."""

import re
from functools import partial
from pathlib import Path

import pytest
from sqlmodel import select

from reviewbot.bot.telegram.intake import Intake
from reviewbot.bot.telegram.sender import Sender
from reviewbot.collect.survey_reader import SurveyReader
from reviewbot.lexicons import classifier_for
from reviewbot.store.surveys.guest_tables import SurveyRow
from reviewbot.store.tables import OutboxRow
from tests.journeys.journey_world import IVAN, SUPPORT, JourneyWorld, moscow
from tests.telegram_fake import TelegramFake
from tests.telegram_world import Shown

GUEST = 599
TOKEN = "777:AAfake-token_of-the-guests"
MORE = '[guests]\nprivacy = "https://example.com/privacy"\n'
LINK = re.compile(r"https://t\.me/(\w+)\?start=([A-Za-z0-9_-]{16,64})")


class Guests:
    """What the guest does and sees, in the bot that asks them."""

    def __init__(self, world: JourneyWorld, telegram: TelegramFake) -> None:
        self._world = world
        self.telegram = telegram
        self._said = False

    async def take_in(self) -> None:
        """Handle what the guest did, send what came of it, take in what ended."""
        app = self._world.app
        parts: tuple[Intake, Sender] = app.bots.guests or (app.intake, app.sender)
        intake, sender = parts
        if self._said:
            await intake.step()
        self._said = False
        facts = (app.db, app.settings, app.source_facts, self._world.clock)
        await SurveyReader(*facts, partial(classifier_for, app.settings)).look()
        for each in {sender, app.sender}:
            await each.deliver_due()
            await each.settle()

    async def says(self, text: str) -> Shown:
        await self.telegram.say(GUEST, GUEST, text)
        self._said = True
        await self.take_in()
        return self.telegram.chat(GUEST).last

    async def presses(self, shown: Shown, label: str) -> Shown:
        await self.telegram.press(shown, label, GUEST)
        self._said = True
        await self.take_in()
        return self.telegram.chat(GUEST).last


@pytest.mark.slow
@pytest.mark.parametrize("has_own_bot", [False, True], ids=["one-bot", "two-bots"])
async def test_a_guest_is_asked_answers_is_reached_and_says_it_was_solved(
    tmp_path: Path, has_own_bot: bool
) -> None:
    more = MORE
    if has_own_bot:
        (tmp_path / "guests.token").write_text(TOKEN)
        more += 'token_file = "guests.token"\n'
    world = JourneyWorld(tmp_path, "2026-03-02 11:00", more)
    world.telegram.add_user(GUEST, "Гость")
    own = world.telegram.add_bot(TOKEN, "guests_test_bot") if has_own_bot else None
    async with world:
        if own is not None:
            assert world.app.bots.guests is not None
            own.add_user(GUEST, "Гость")
            await world.app.bots.guests[0].application.initialize()
        guests = Guests(world, own or world.telegram)
        await world.telegram.say(SUPPORT, IVAN, "/ask")
        await world.take_in()
        found = LINK.search(world.telegram.chat(SUPPORT).last.text)
        assert found is not None
        assert found[1] == ("guests_test_bot" if own else "reviews_test_bot")

        asked = await guests.says(f"/start {found[2]}")
        happened = await guests.presses(asked, "2")
        await guests.presses(happened, "ожидание")
        await world.restart()
        if own is not None:
            assert world.app.bots.guests is not None
            await world.app.bots.guests[0].application.initialize()
        assert "связаться" in (await guests.says("Ждали сорок минут")).text
        assert "Спасибо" in (await guests.says("+7 900 000-00-00")).text
        card = world.card()
        assert "+7 900 000-00-00" in card.text

        assert "гость" in await world.press(card, "Связались", IVAN)
        world.clock.set(moscow("2026-03-05 12:00"))
        await guests.take_in()
        again = guests.telegram.chat(GUEST).last
        assert "Вопрос решён?" in again.text.replace("\u00a0", " ")
        await guests.presses(again, "Да")
        assert "Решено с гостем" in card.text
        [survey] = world.read(lambda rows: rows.exec(select(SurveyRow)).all())
        assert (survey.score, survey.solved) == (2, True)
        rows = world.read(lambda session: session.exec(select(OutboxRow)).all())
        of_guest = {row.bot for row in rows if row.chat_id == GUEST}
        assert of_guest == ({"guests"} if own else {"staff"})
        if own is not None:
            assert not world.telegram.chat(GUEST).messages
        assert not (guests.telegram.violations)
        assert not (world.telegram.violations)
