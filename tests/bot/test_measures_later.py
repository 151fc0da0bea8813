"""A measure once the answer stands, and against an incident: each offers its sentence."""

from datetime import date, timedelta

import pytest
from sqlmodel import Session

from reviewbot.core.model import TicketState
from reviewbot.core.ticket import Action
from reviewbot.queries.notes import beside_reply
from reviewbot.store.tables import DraftRow
from reviewbot.words.language import words_in
from reviewbot.workflow.beside_reply.measures import measure_done, note_measure
from reviewbot.workflow.checks import case_of
from tests.bot.bot_world import MANAGERS, SUPPORT, BotWorld
from tests.bot.test_beside_reply import BOTH, IVAN, MEASURES, WORDS, with_place
from tests.bot.test_concern_measures import WORDS as CONCERN
from tests.bot.test_concern_measures import one_evening
from tests.bot.test_prompts import change_language
from tests.store.store_world import actor

DRAFT = "Здравствуйте! Разберёмся сегодня."


@pytest.mark.parametrize("language", BOTH)
async def test_a_measure_is_noted_and_done_once_the_answer_stands(
    bot_world: BotWorld, language: str
) -> None:
    """From the card of a reply that is on the site: the whole text with the sentence comes to be
    copied over it. The bot is killed between."""
    words = WORDS[language]
    with_place(bot_world, language)
    world = bot_world.store_world
    number = world.ticket()
    at = bot_world.clock.now() + timedelta(minutes=1)
    for action, who in ((Action.APPROVE, "marina"), (Action.POSTED, "ivan")):
        world.act(number, action, actor(who), at)
    await bot_world.start()
    card = (
        await bot_world.card(number)
        if language == "ru"
        else await bot_world.said(SUPPORT, f"#{number}")
    )
    await bot_world.press(card, words["measure"], "ivan")
    asked = await bot_world.said(SUPPORT, words["asked"])
    await bot_world.kill()
    await bot_world.start()
    text = "починить кофемашину, Марина, 05.03"
    await bot_world.telegram.say(SUPPORT, IVAN, text, reply_to=asked.message_id)
    await bot_world.shows(card, words["line"])
    await bot_world.press(card, words["done"], "marina")
    offer = await bot_world.said(SUPPORT, words["offer"])
    assert f"{DRAFT} {MEASURES}" in offer.text, "the whole text, to be copied over the reply"
    await bot_world.shows(card, words["taken"].split(":")[0])
    assert world.look(number).state == TicketState.POSTED
    assert bot_world.telegram.violations == []


INCIDENT = {
    "ru": ("Мера сегодня", "Фраза для гостей", "Добавить к 8 ответам"),
    "en": ("Measure today", "A sentence for the guests", "Add to 8 replies"),
}


@pytest.mark.parametrize("language", BOTH)
async def test_a_measure_against_an_incident_offers_a_sentence_for_each_of_its_guests(
    bot_world: BotWorld, language: str
) -> None:
    """No two neighbours alike; each is approved like any text. The bot is killed between."""
    measure, offers, add = INCIDENT[language]
    change_language(bot_world, language)
    one_evening(bot_world)
    await bot_world.start()
    card = await bot_world.said(MANAGERS, CONCERN[language]["title"])
    await bot_world.press(card, measure, "marina")
    offer = await bot_world.said(MANAGERS, offers)
    await bot_world.kill()
    await bot_world.start()
    assert await bot_world.press(offer, add, "ivan"), "a manager's decision"
    await bot_world.press(offer, add, "marina")
    await bot_world.telegram.wait_for(lambda: not offer.labels, "its key is gone")
    texts = [row.text for row in bot_world.rows_of(DraftRow) if row.author_kind == "person"]
    assert len(texts) == 8
    assert all(text.startswith(DRAFT) and text != DRAFT for text in texts)
    assert len(set(texts[:5])) == len(set(texts[3:])) == 5
    states = {bot_world.store_world.look(number).state for number in range(1, 9)}
    assert states == {TicketState.PROPOSED}
    assert bot_world.telegram.violations == []


NOTED = {
    "ru": ("📌 Мера: починить кофемашину (Марина, до {day}), № 1", "✔️ Мера выполнена: починить"),
    "en": ("📌 Measure: починить кофемашину (Марина, by {day}), #1", "✔️ Measure taken: починить"),
}


@pytest.mark.parametrize("language", BOTH)
async def test_what_is_noted_for_one_review_stands_on_the_card_of_its_incident(
    bot_world: BotWorld, language: str
) -> None:
    """What, who, by when, done: it stood on the review's own card alone."""
    noted, taken = NOTED[language]
    change_language(bot_world, language)
    one_evening(bot_world)
    await bot_world.start()
    card = await bot_world.said(MANAGERS, CONCERN[language]["title"])
    world, now = bot_world.store_world, bot_world.clock.now()
    by = date(2026, 3, 5)

    def note(session: Session) -> None:
        note_measure(world.tx(session, now), 1, actor("ivan"), "починить кофемашину", "marina", by)

    world.db.write_now(note)
    day = words_in(language).short_date(by)
    await bot_world.shows(card, noted.format(day=day))

    def done(session: Session) -> None:
        tx = world.tx(session, now)
        [each] = beside_reply(tx, case_of(tx, 1)).measures
        measure_done(tx, 1, actor("marina"), each.number)

    world.db.write_now(done)
    await bot_world.shows(card, taken)
    assert "📌" not in card.text
    assert bot_world.telegram.violations == []
