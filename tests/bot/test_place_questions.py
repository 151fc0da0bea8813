"""Questions to a place where they meet something: a kill, an edit, a picture, a second question,
another chat."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import Session

from reviewbot.core.settings import Chat
from reviewbot.store.tables import AuditRow, OutboxRow
from tests.bot.bot_world import SUPPORT, BotWorld
from tests.bot.test_beside_reply import BOTH, COOK, IVAN, MARINA, PLACE, ask, with_place
from tests.bot.test_prompts import PHOTO
from tests.store.store_world import MONDAY
from tests.telegram_world import Shown

PETR = 505
ANYWHERE = "Что было за столом 7?"


async def prompted(bot_world: BotWorld, card: Shown, number: int, key: str, piece: str) -> Shown:
    """Press a key that asks for a text; return the question."""
    await bot_world.press(card, "", "ivan", data=f"1:{number}:0:{key}")
    return await bot_world.said(SUPPORT, piece)


@pytest.mark.parametrize("language", BOTH)
@pytest.mark.parametrize(("chat", "place", "who"), [("cafe", PLACE, COOK), ("petr", PETR, PETR)])
async def test_the_first_copy_of_a_question_is_answered_after_a_kill(
    bot_world: BotWorld, language: str, chat: str, place: int, who: int
) -> None:
    """A crash between Telegram's yes and our mark: two copies stand there, either may be
    answered, by somebody on no list and by somebody on it."""
    with_place(bot_world, language, place_chat=chat)
    bot_world.store_world.pressed_start("petr")
    bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.said(SUPPORT, "🔴")
    piece = "вопросом к точке" if language == "ru" else "question to the place"
    asked = await prompted(bot_world, card, 1, "ask_place", piece)
    bot_world.telegram.chat(place)
    gate = bot_world.telegram.gate("sendMessage", "after")
    await bot_world.telegram.say(SUPPORT, IVAN, ANYWHERE, reply_to=asked.message_id)
    await gate.reached.wait()
    first = await bot_world.said(place, ANYWHERE)
    await bot_world.kill()
    bot_world.telegram.abandon(gate)
    await bot_world.start()
    there = bot_world.telegram.chat(place)
    await bot_world.telegram.wait_for(
        lambda: len([each for each in there.of_bot if ANYWHERE in each.text]) == 2, "both copies"
    )
    await bot_world.telegram.say(place, who, "Сломалась кофемашина", reply_to=first.message_id)
    says = "Точка отвечает: «Сломалась" if language == "ru" else "says: “Сломалась"
    await bot_world.shows(card, says)
    await bot_world.said(place, "Спасибо" if language == "ru" else "Thank you")
    assert bot_world.telegram.violations == []


async def test_two_questions_stand_on_the_card_each_with_its_answer(bot_world: BotWorld) -> None:
    with_place(bot_world)
    bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.said(SUPPORT, "🔴")
    await ask(bot_world, card, ANYWHERE)
    first = await bot_world.said(PLACE, ANYWHERE)
    asked = bot_world.telegram.chat(SUPPORT).find("вопросом к точке")
    await bot_world.telegram.say(SUPPORT, IVAN, "А кто был на смене?", reply_to=asked.message_id)
    await bot_world.said(PLACE, "А кто был на смене?")
    await bot_world.telegram.say(PLACE, COOK, "Разлили суп", reply_to=first.message_id)
    await bot_world.shows(card, "Точка отвечает: «Разлили суп»")
    lines = [line for line in card.text.splitlines() if line.startswith("🏠")]
    assert lines[:2] == [
        f"🏠 Спросили точку: «{ANYWHERE}»",
        "🏠 Точка отвечает: «Разлили суп» (Мимо)",
    ]
    assert lines[2].startswith("🏠 Спросили точку: «А кто был на смене?», ответ до")


async def test_an_answer_that_is_edited_counts_as_it_is_now(bot_world: BotWorld) -> None:
    with_place(bot_world)
    bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.said(SUPPORT, "🔴")
    await ask(bot_world, card, ANYWHERE)
    there = await bot_world.said(PLACE, ANYWHERE)
    number = await bot_world.telegram.say(PLACE, COOK, "Суп", reply_to=there.message_id)
    await bot_world.shows(card, "Точка отвечает: «Суп»")
    await bot_world.telegram.edit(PLACE, number, "Разлили суп")
    await bot_world.shows(card, "Точка отвечает: «Разлили суп»")
    await bot_world.said(SUPPORT, "Разлили суп")
    # The same text again is no news.
    await bot_world.telegram.edit(PLACE, number, "Разлили суп")
    await bot_world.telegram.wait_for(lambda: not bot_world.telegram.pending())
    await bot_world.press(card, "Ещё", "ivan")
    kept = [row for row in bot_world.rows_of(AuditRow) if row.action == "place_answered"]
    assert [row.detail["note"] for row in kept] == ["Суп", "Разлили суп"]


@pytest.mark.parametrize(
    ("key", "piece", "text", "saved"),
    [
        ("ask_place", "вопросом к точке", "Кто был во вторник?", "Точке отправлен вопрос"),
        ("measure", "мерой по отзыву", "починить, 05.03", "📌"),
        ("note", "заметку", "Звонил гостю", "📝"),
    ],
)
async def test_who_edits_an_answer_that_counted_is_told_that_it_stands(
    bot_world: BotWorld, key: str, piece: str, text: str, saved: str
) -> None:
    with_place(bot_world)
    number = bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.said(SUPPORT, "🔴")
    asked = await prompted(bot_world, card, number, key, piece)
    written = await bot_world.telegram.say(SUPPORT, IVAN, text, reply_to=asked.message_id)
    await bot_world.said(SUPPORT, saved)
    await bot_world.telegram.edit(SUPPORT, written, text + ", вечером")
    told = await bot_world.said(SUPPORT, "Правку я не читаю")
    assert told.reply_to == written
    assert "вечером" not in str([row.detail for row in bot_world.rows_of(AuditRow)])


@pytest.mark.parametrize("change", [{"place_chat": None}, {"place_chat": "other"}])
async def test_a_chat_that_is_not_the_places_any_more_writes_onto_no_card(
    bot_world: BotWorld, change: dict[str, str | None]
) -> None:
    with_place(bot_world)
    world = bot_world.store_world
    world.ticket()
    await bot_world.start()
    card = await bot_world.said(SUPPORT, "🔴")
    await ask(bot_world, card, ANYWHERE)
    there = await bot_world.said(PLACE, ANYWHERE)
    await bot_world.written(
        lambda: [r for r in bot_world.rows_of(OutboxRow) if r.chat_id == PLACE and r.message_id]
    )
    await bot_world.kill()
    world.with_place("tverskaya", **change)
    chats = {**world.settings.chats, "other": Chat("other", -1010)}
    world.settings = replace(world.settings, chats=chats)
    await bot_world.start()
    await bot_world.telegram.say(PLACE, COOK, "Из чужого чата", reply_to=there.message_id)
    await bot_world.said(PLACE, "Этот чат больше не чат точки")
    assert "чужого" not in card.text
    assert not [row for row in bot_world.rows_of(AuditRow) if row.action == "place_answered"]


@pytest.mark.parametrize(
    ("key", "piece", "text", "line"),
    [
        ("ask_place", "вопросом к точке", "Что на этом фото?", "«Что на этом фото?»"),
        ("gesture", "Без согласования: до 500", "300 десерт", "300, десерт"),
        ("measure", "мерой по отзыву", "починить, 05.03", "📌 Мера: починить (Иван"),
        ("note", "заметку", "Вот чек", "Вот чек"),
    ],
)
async def test_the_caption_of_a_picture_answers_the_question(
    bot_world: BotWorld, key: str, piece: str, text: str, line: str
) -> None:
    with_place(bot_world)
    world = bot_world.store_world
    replies = replace(world.settings.replies, goodwill={"staff": 500})
    world.settings = replace(world.settings, replies=replies)
    number = world.ticket()
    await bot_world.start()
    card = await bot_world.said(SUPPORT, "🔴")
    asked = await prompted(bot_world, card, number, key, piece)
    await bot_world.telegram.say(
        SUPPORT, IVAN, None, reply_to=asked.message_id, caption=text, **PHOTO
    )
    await bot_world.shows(card, line)
    texts = [each.text for each in bot_world.telegram.chat(SUPPORT).of_bot]
    assert not [each for each in texts if "Это к отзыву" in each]


async def test_a_colleague_below_a_question_is_not_sent_to_the_wrong_key(
    bot_world: BotWorld,
) -> None:
    with_place(bot_world)
    number = bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.said(SUPPORT, "🔴")
    asked = await prompted(bot_world, card, number, "ask_place", "вопросом к точке")
    await bot_world.telegram.say(SUPPORT, MARINA, "А я?", reply_to=asked.message_id)
    told = await bot_world.said(SUPPORT, "Этот вопрос задан не вам")
    assert "Изменить" not in told.text


async def test_a_places_own_chat_is_shown_that_place_alone(bot_world: BotWorld) -> None:
    """Whoever asks there: who works at the place, and is on no list of ours, reads it too."""
    with_place(bot_world)
    world = bot_world.store_world
    world.pressed_start("ivan")
    world.ticket(text="Суп холодный, ждали час.")
    other = world.ticket(text="Рыба гнилая, ждали час.", target="nevsky/yandex_maps")
    await bot_world.start()
    await bot_world.said(SUPPORT, "Рыба")
    here = bot_world.telegram.chat(PLACE)
    for number, command in enumerate(
        ("/queue", "/find ждали", f"/review {other}", "/stats", "/measure Невский: рыба, Иван")
    ):
        await bot_world.telegram.say(PLACE, IVAN, command)
        wanted = number + 1
        await bot_world.telegram.wait_for(lambda n=wanted: len(here.of_bot) >= n, command)
        told = here.last.text
        assert "Рыба" not in told, told
        assert "Невский" not in told, told


async def test_a_text_that_is_too_long_is_refused_and_not_cut(bot_world: BotWorld) -> None:
    """The question, and what the place answers."""
    with_place(bot_world)
    number = bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.said(SUPPORT, "сорок минут")
    asked = await prompted(bot_world, card, number, "ask_place", "вопросом к точке")
    await bot_world.telegram.say(SUPPORT, IVAN, "Что было? " * 250, reply_to=asked.message_id)
    await bot_world.said(SUPPORT, "не больше 2000 знаков")
    await bot_world.telegram.say(SUPPORT, IVAN, ANYWHERE, reply_to=asked.message_id)
    question = await bot_world.said(PLACE, ANYWHERE)
    await bot_world.telegram.say(PLACE, COOK, "Ответ " * 400, reply_to=question.message_id)
    await bot_world.said(PLACE, "не больше 2000 знаков")
    acts = [row.action for row in bot_world.rows_of(AuditRow)]
    assert (acts.count("place_asked"), acts.count("place_answered")) == (1, 0)


async def test_a_long_history_is_read_to_its_beginning(bot_world: BotWorld) -> None:
    world = bot_world.store_world
    number = world.ticket()

    def note(rows: Session) -> None:
        for n in range(60):
            detail = {"note": f"Заметка {n}: " + "слово " * 40}
            about = {"actor": "ivan", "role": "staff", "ticket_id": number, "action": "note"}
            rows.add(AuditRow(at=MONDAY + timedelta(minutes=n), detail=detail, **about))

    world.db.write_now(note)
    await bot_world.start()
    await bot_world.telegram.say(SUPPORT, IVAN, f"/review {number}")
    shown = await bot_world.said(SUPPORT, "🕘")
    chat = bot_world.telegram.chat(SUPPORT)
    for _ in range(9):
        if "Раньше" not in str(shown.labels):
            break
        known = len(bot_world.telegram.chat(SUPPORT).of_bot)
        await bot_world.press(shown, "Раньше", "ivan")
        await bot_world.telegram.wait_for(lambda n=known: len(chat.of_bot) > n, "the page")
        shown = chat.of_bot[-1]
    assert "Заметка 0:" in shown.text
