"""What stands of a forgotten guest in messages about something else: a search, a measure for
another guest's review."""

import re

import pytest

from reviewbot.core.ticket import Action
from reviewbot.store.tables import OutboxRow
from tests.bot.bot_world import SUPPORT, BotWorld
from tests.bot.test_beside_reply import BOTH, IVAN, MARINA, PLACE, with_place
from tests.bot.test_forgotten_messages import forget_now
from tests.bot.test_place_questions import prompted
from tests.bot.test_prompts import change_language
from tests.store.store_world import MONDAY


async def test_a_search_for_the_guests_words_is_forgotten_too(bot_world: BotWorld) -> None:
    world = bot_world.store_world
    world.pressed_start("marina")
    number = world.ticket(text="Официант пролил борщ на мою дублёнку")
    world.ticket(text="Борщ остыл, долго ждали")
    await bot_world.start()
    await bot_world.telegram.say(MARINA, MARINA, "/find дубленку")
    named = await bot_world.said(MARINA, "дублёнку")
    await bot_world.telegram.say(MARINA, MARINA, "/find борщ")
    both = await bot_world.said(MARINA, "№ 2")
    await bot_world.written(
        lambda: not [row for row in bot_world.rows_of(OutboxRow) if row.sent_at is None]
    )
    forget_now(bot_world, number)
    await bot_world.telegram.wait_for(lambda: "дубл" not in named.text, "forgotten")
    await bot_world.telegram.wait_for(lambda: "дубл" not in both.text, "shown anew")
    assert "Борщ остыл" in both.text, "anybody may have said that"
    assert "дубл" not in str([row.payload for row in bot_world.rows_of(OutboxRow)])


async def test_messages_about_another_review_name_the_guest_no_more(bot_world: BotWorld) -> None:
    with_place(bot_world)
    world = bot_world.store_world
    number = world.ticket(text="Официант разлил щи на мой чехол", author="Семён Алёхин")
    other = world.ticket(text="Другой гость, долго ждали", author="Борис Котов")
    await bot_world.start()
    card = await bot_world.card(other)
    for key, piece, text in (
        ("measure", "мерой по отзыву", "позвонить Семену Алехину, Марина, 10.03"),
        ("ask_place", "вопросом к точке", "Кто говорил с Семёном Алёхиным?"),
    ):
        asked = await prompted(bot_world, card, other, key, piece)
        await bot_world.telegram.say(SUPPORT, IVAN, text, reply_to=asked.message_id)
    there = await bot_world.said(PLACE, "Алёхиным")
    await bot_world.shows(card, "Алёхиным")
    await bot_world.said(SUPPORT, "Точке отправлен вопрос")
    await bot_world.written(
        lambda: (
            {row.payload["view"] for row in bot_world.rows_of(OutboxRow) if not row.sent_at}
            <= {"measure_due", "place_late"}
        )
    )
    forget_now(bot_world, number)

    def named() -> list[str]:
        shown = [*bot_world.telegram.chat(SUPPORT).of_bot, there]
        return [each.text for each in shown if "Алёхин" in each.text or "Алехин" in each.text]

    await bot_world.telegram.wait_for(lambda: not named(), "shown anew")
    await bot_world.telegram.say(PLACE, 599, "Оля", reply_to=there.message_id)
    await bot_world.shows(card, "Точка отвечает: «Оля»")
    assert bot_world.telegram.violations == []


async def test_nothing_is_asked_for_a_forgotten_review(bot_world: BotWorld) -> None:
    with_place(bot_world)
    number = bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.card(number)
    await bot_world.written(
        lambda: not [row for row in bot_world.rows_of(OutboxRow) if row.sent_at is None]
    )
    forget_now(bot_world, number)
    await bot_world.shows(card, "🗑")
    before = len(bot_world.telegram.chat(SUPPORT).of_bot)
    for key in ("measure", "note", "report", "ask_place", "report:abuse"):
        said = await bot_world.press(card, "", "ivan", data=f"1:{number}:0:{key}")
        assert "удалены" in said, key
    assert len(bot_world.telegram.chat(SUPPORT).of_bot) == before


ALEKHIN = "Семёну Алёхину мы уже позвонили, спасибо, что ждали нас так долго."


async def all_sent(bot_world: BotWorld) -> None:
    await bot_world.written(
        lambda: not [row for row in bot_world.rows_of(OutboxRow) if row.sent_at is None]
    )


def tells(bot_world: BotWorld, *chats: int) -> list[str]:
    """Messages of the bot that name the guest, in any chat."""
    shown = [each for chat in chats for each in bot_world.telegram.chat(chat).of_bot]
    return [each.text for each in shown if re.search("Ал[её]хин", each.text)]


@pytest.mark.parametrize("language", BOTH)
async def test_questions_that_quote_a_text_naming_the_guest_go(
    bot_world: BotWorld, language: str
) -> None:
    """An edit prompt, a template's offer and its prompt hold a colleague's text whole. Telegram
    lets nobody edit a message that asks for a reply: it is deleted."""
    change_language(bot_world, language)
    world = bot_world.store_world
    world.pressed_start("marina")
    number = world.ticket(text="Официант разлил щи на мой чехол", author="Семён Алёхин")
    other = world.ticket(text="Другой гость, долго ждали", author="Борис Котов", rating=2)
    await bot_world.start()
    card = await bot_world.said(SUPPORT, "Другой гость")
    for who in (number, other):
        world.act(who, Action.PROPOSE, "marina", MONDAY, text=ALEKHIN)
        await bot_world.press(card, "", "marina", data=f"1:{who}:0:edit")
        await bot_world.press(card, "", "marina", data=f"1:{who}:0:keep_template")
    private = bot_world.telegram.chat(MARINA)
    await bot_world.telegram.wait_for(
        lambda: len([each for each in private.of_bot if "📎" in each.text]) == 2, "the offers"
    )
    for each in [each for each in private.of_bot if "📎" in each.text]:
        await bot_world.press(each, "✏️", "marina")
    await all_sent(bot_world)
    assert len(tells(bot_world, SUPPORT, MARINA)) >= 8
    sent = len(bot_world.telegram.calls)
    forget_now(bot_world, number)
    await bot_world.telegram.wait_for(
        lambda: not tells(bot_world, SUPPORT, MARINA), "nothing names the guest"
    )
    await all_sent(bot_world)
    said = [call for call in bot_world.telegram.calls[sent:] if call.method == "sendMessage"]
    assert said == [], "what cannot be edited is not said anew"
    assert bot_world.telegram.violations == []


async def test_handed_back_and_listed_measures_name_the_guest_no_more(
    bot_world: BotWorld,
) -> None:
    """Why a text was sent back stands in the message's own row, measures in a list of all."""
    world = bot_world.store_world
    number = world.ticket(text="Официант разлил щи на мой чехол", author="Семён Алёхин")
    other = world.ticket(text="Другой гость, долго ждали", author="Борис Котов", rating=2)
    world.act(other, Action.PROPOSE, "ivan", MONDAY, text="Спасибо, что написали нам.")
    await bot_world.start()
    card = await bot_world.said(SUPPORT, "Другой гость")
    for key, piece, text in (
        ("send_back:comment", "что поправить", "Перепутан с Семёном Алёхиным, поправьте"),
        ("measure", "мерой по отзыву", "позвонить Семену Алехину, Марина, 10.03"),
    ):
        await bot_world.press(card, "", "marina", data=f"1:{other}:0:{key}")
        asked = await bot_world.said(SUPPORT, piece)
        await bot_world.telegram.say(SUPPORT, MARINA, text, reply_to=asked.message_id)
    await bot_world.said(SUPPORT, "↩️ Иван")
    await bot_world.telegram.say(SUPPORT, MARINA, "/measure")
    await bot_world.said(SUPPORT, "Меры")
    await bot_world.written(
        lambda: (
            {row.payload["view"] for row in bot_world.rows_of(OutboxRow) if not row.sent_at}
            <= {"measure_due"}
        )
    )
    assert len(tells(bot_world, SUPPORT)) >= 4
    forget_now(bot_world, number)
    await bot_world.telegram.wait_for(
        lambda: not tells(bot_world, SUPPORT), "nothing names the guest"
    )
    assert bot_world.telegram.violations == []
