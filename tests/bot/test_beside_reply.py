"""What is done about a review beside its reply: the place is asked, measures are taken, an apology
is unlocked, the site is complained to."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from reviewbot.core.model import TicketState
from reviewbot.core.settings import Chat
from reviewbot.core.ticket import SITE, Action
from reviewbot.queries import exports
from reviewbot.queries.diagnosis import examine
from reviewbot.queries.figures import summary
from reviewbot.queries.health_facts import health
from reviewbot.store.tables import AuditRow, DraftRow, InboxRow, OutboxRow
from tests.bot.bot_world import STRANGER, SUPPORT, BotWorld
from tests.store.store_world import MONDAY
from tests.telegram_world import Shown

BOTH = ["ru", pytest.param("en", marks=pytest.mark.slow)]
MARINA, IVAN, COOK = 502, 504, STRANGER
PLACE = -1009


def with_place(bot_world: BotWorld, language: str = "ru", place_chat: str = "cafe") -> None:
    """Let Tverskaya have a chat of its own, in which somebody sits who is on no list."""
    world = bot_world.store_world
    bot_world.telegram.add_group(PLACE, "Кофейня", IVAN, COOK)
    settings = world.settings
    chats = {**settings.chats, "cafe": Chat("cafe", PLACE)}
    chats = {key: replace(chat, language=language) for key, chat in chats.items()}
    places = dict(settings.locations)
    places["tverskaya"] = replace(places["tverskaya"], place_chat=place_chat)
    world.settings = replace(settings, language=language, chats=chats, locations=places)


async def ask(bot_world: BotWorld, card: Shown, question: str, language: str = "ru") -> Shown:
    """Press *Ask the place…* and write the question; return the answer to that."""
    more, key, prompt, sent = {
        "ru": ("Ещё", "Спросить точку", "вопросом к точке", "Точке отправлен вопрос"),
        "en": ("More", "Ask the place", "question to the place", "The place is asked about"),
    }[language]
    await bot_world.press(card, more, "ivan")
    await bot_world.telegram.wait_for(lambda: key in str(card.labels), "the menu")
    assert await bot_world.press(card, key, "ivan")
    asked = await bot_world.said(SUPPORT, prompt)
    await bot_world.telegram.say(SUPPORT, IVAN, question, reply_to=asked.message_id)
    return await bot_world.said(SUPPORT, sent)


@pytest.mark.parametrize(
    ("language", "question", "lines", "told", "thanks"),
    [
        (
            "ru",
            "🏠 Иван спрашивает: Что было за столом 7?\nТверская 12 · Яндекс · 1★ · 2 мар · № 1\n",
            (
                "🏠 Спросили точку: «Что было за столом 7?»",
                "🏠 Точка отвечает: «Сломалась кофемашина» (Мимо)",
            ),
            "🏠 Иван, точка отвечает: № 1, Тверская 12, 1★:\nСломалась кофемашина\nМимо",
            "Спасибо, ответ на карточке отзыва № 1.",
        ),
        (
            "en",
            "🏠 Иван asks: Что было за столом 7?\nТверская 12 · Yandex · 1★ · 2 Mar · #1\n",
            (
                "🏠 The place was asked: “Что было за столом 7?”",
                "🏠 The place says: “Сломалась кофемашина” (Мимо)",
            ),
            "🏠 Иван, the place answers about #1, Тверская 12, 1★:\nСломалась кофемашина\nМимо",
            "Thank you, it is on the card of review #1.",
        ),
    ],
)
async def test_the_place_is_asked_and_its_answer_comes_back_to_the_card(
    bot_world: BotWorld,
    language: str,
    question: str,
    lines: tuple[str, str],
    told: str,
    thanks: str,
) -> None:
    """From one chat to the other and back, by somebody who is on no list."""
    with_place(bot_world, language)
    bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.said(SUPPORT, "🔴")
    await ask(bot_world, card, "Что было за столом 7?", language)
    there = await bot_world.said(PLACE, "🏠")
    assert there.text.startswith(question)
    assert re.search(r"\b12:\d\d\b", there.text.splitlines()[-1]), "until when"
    await bot_world.shows(card, lines[0].split(":")[1].strip()[:10])
    await bot_world.telegram.say(PLACE, COOK, "Сломалась кофемашина", reply_to=there.message_id)
    for line in lines:
        await bot_world.shows(card, line)
    rung = await bot_world.said(SUPPORT, told)
    assert rung.reply_to == card.message_id
    assert rung.entities[0].type == "text_link"
    assert (await bot_world.said(PLACE, thanks)).reply_to
    kept = [(row.action, row.actor) for row in bot_world.rows_of(AuditRow)][1:]
    assert kept == [("place_asked", "ivan"), ("place_answered", "place")]
    assert bot_world.telegram.violations == []


async def test_a_place_that_does_not_answer_in_time_is_told_once(bot_world: BotWorld) -> None:
    with_place(bot_world)
    bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.said(SUPPORT, "🔴")
    await ask(bot_world, card, "Что было за столом 7?")
    await bot_world.kill()
    bot_world.clock.leap(timedelta(hours=2))
    await bot_world.start()
    late = await bot_world.said(SUPPORT, "точка не ответила")
    assert late.text == (
        "⏰ Иван, точка не ответила: № 1, Тверская 12, 1★.\n«Что было за столом 7?»"
    )
    there = await bot_world.said(PLACE, "🏠")
    await bot_world.telegram.say(PLACE, COOK, "Было тихо", reply_to=there.message_id)
    await bot_world.shows(card, "🏠 Точка отвечает: «Было тихо»")
    told = [each for each in bot_world.telegram.chat(SUPPORT).of_bot if "не ответила" in each.text]
    assert len(told) == 1


@pytest.mark.slow
async def test_an_answer_in_time_keeps_the_lateness_unsaid_whatever_was_killed(
    bot_world: BotWorld,
) -> None:
    """Killed while the question goes out and while the answer is taken in: one answer, told once,
    and nothing of lateness."""
    with_place(bot_world)
    bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.said(SUPPORT, "🔴")
    await ask(bot_world, card, "Кто был на смене?")
    there = await bot_world.said(PLACE, "🏠")
    await bot_world.written(
        lambda: [r for r in bot_world.rows_of(OutboxRow) if r.chat_id == PLACE and r.message_id]
    )
    gate = bot_world.telegram.gate("sendMessage", "before")
    await bot_world.telegram.say(PLACE, COOK, "Оля", reply_to=there.message_id)
    await gate.reached.wait()
    await bot_world.kill()
    bot_world.telegram.abandon(gate)
    bot_world.clock.leap(timedelta(hours=2))
    await bot_world.start()
    await bot_world.shows(card, "🏠 Точка отвечает: «Оля» (Мимо)")
    await bot_world.said(SUPPORT, "точка отвечает: № 1")
    await bot_world.written(
        lambda: [
            row
            for row in bot_world.rows_of(OutboxRow)
            if row.payload.get("view") == "place_late" and row.sent_at
        ]
    )
    texts = [each.text for each in bot_world.telegram.chat(SUPPORT).of_bot]
    assert not [text for text in texts if "не ответила" in text]
    assert len([text for text in texts if "точка отвечает: № 1" in text]) == 1
    assert [row for row in bot_world.rows_of(InboxRow) if row.parked_at] == []


async def test_a_person_may_be_asked_and_who_cannot_be_reached_is_said_so(
    bot_world: BotWorld,
) -> None:
    with_place(bot_world, place_chat="sergey")
    number = bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.said(SUPPORT, "🔴")
    data = f"1:{number}:0:ask_place"
    refused = await bot_world.press(card, "Ещё", "ivan", data=data)
    assert refused == "Не могу написать: Сергей. Меня там не запустили или удалили."
    bot_world.store_world.pressed_start("sergey")
    await ask(bot_world, card, "Что было вчера?")
    there = await bot_world.said(506, "Иван спрашивает")
    # Who looks only may tell what happened.
    await bot_world.telegram.say(506, 506, "Не хватало людей", reply_to=there.message_id)
    await bot_world.shows(card, "🏠 Точка отвечает: «Не хватало людей» (Сергей)")


async def test_a_place_without_a_chat_has_no_key(bot_world: BotWorld) -> None:
    number = bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.said(SUPPORT, "🔴")
    await bot_world.press(card, "Ещё", "ivan")
    await bot_world.telegram.wait_for(lambda: "Передать" in str(card.labels), "the menu")
    assert "Спросить" not in str(card.labels)
    data = f"1:{number}:0:ask_place"
    assert "place_chat" in await bot_world.press(card, "Передать", "ivan", data=data)


WORDS = {
    "ru": {
        "more": "Ещё",
        "measure": "Мера…",
        "asked": "мерой по отзыву",
        "when": "К какому дню?",
        "line": "📌 Мера: починить кофемашину (Марина, до 5 мар)",
        "yours": "Марина, мера для вас: № 1, Тверская 12, 1★",
        "due": "Марина, сделано? № 1, Тверская 12, 1★",
        "done": "✔️ Сделано",
        "taken": "✔️ Мера выполнена: починить кофемашину (Марина, 5 мар)",
        "offer": "Фраза для гостя, отзыв № 1:",
        "add": "Добавить к ответу",
        "saved": "сохранён, но ещё не утверждён",
        "approve": "Сохранить и утвердить",
        "right": "Гость прав",
        "sorry": "Извинение к отзыву № 1:",
        "fault": "⚖️ Гость прав (Марина): можно извиниться.",
        "manager": "менеджер",
        "report": "Пожаловаться",
        "ground": "Не наш гость",
        "text": "автор не был нашим гостем",
        "sent": "Отправлено",
        "told": "🚩 Жалоба площадке Яндекс: отправлена",
        "gone": "🚩 Жалоба площадке Яндекс: отзыв убран",
        "back": "отзыв был убран, ",
        "refuse": "Отказали",
        "refused": "🚩 Жалоба площадке Яндекс: отказ",
    },
    "en": {
        "more": "More",
        "measure": "Measure…",
        "asked": "the measure for review",
        "when": "By which day?",
        "line": "📌 Measure: починить кофемашину (Марина, by 5 Mar)",
        "yours": "Марина, a measure for you: #1, Тверская 12, 1★",
        "due": "Марина, is it done? #1, Тверская 12, 1★",
        "done": "✔️ Done",
        "taken": "✔️ Measure taken: починить кофемашину (Марина, 5 Mar)",
        "offer": "A sentence for the guest, review #1:",
        "add": "Add to the reply",
        "saved": "saved, but not approved yet",
        "approve": "Save and approve",
        "right": "The guest is right",
        "sorry": "An apology for review #1:",
        "fault": "⚖️ The guest is right (Марина): an apology is in order.",
        "manager": "manager",
        "report": "Report the review",
        "ground": "Not our guest",
        "text": "the author was not our guest",
        "sent": "Sent",
        "told": "🚩 Complaint to Yandex: sent",
        "gone": "🚩 Complaint to Yandex: the review was removed",
        "back": "removed, and on the site again ",
        "refuse": "Refused",
        "refused": "🚩 Complaint to Yandex: refused",
    },
}
MEASURES = "После вашего отзыва мы во всём разобрались и приняли меры."
SORRY = "Это наша ошибка, приносим извинения."


async def from_menu(bot_world: BotWorld, card: Shown, words: dict[str, str], key: str) -> None:
    """Open the menu; wait for a key."""
    await bot_world.press(card, words["more"], "ivan")
    await bot_world.telegram.wait_for(lambda: words[key] in str(card.labels), "the menu")


@pytest.mark.parametrize("language", BOTH)
async def test_a_measure_is_asked_about_on_its_day_and_offers_a_sentence(
    bot_world: BotWorld, language: str
) -> None:
    """Written by one, done by another, the bot killed between; the sentence is approved like any
    text."""
    words = WORDS[language]
    with_place(bot_world, language)
    number = bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.said(SUPPORT, "🔴")
    await from_menu(bot_world, card, words, "measure")
    await bot_world.press(card, words["measure"], "ivan")
    asked = await bot_world.said(SUPPORT, words["asked"])
    for text, said in (
        ("починить кофемашину", words["when"]),
        ("починить кофемашину, Марина, 05.03", words["yours"]),
    ):
        await bot_world.telegram.say(SUPPORT, IVAN, text, reply_to=asked.message_id)
        rung = await bot_world.said(SUPPORT, said)
    assert [each.type for each in rung.entities][:1] == ["text_link"]
    await bot_world.shows(card, words["line"])
    await bot_world.kill()
    bot_world.clock.leap(timedelta(days=3))
    await bot_world.start()
    due = await bot_world.said(SUPPORT, words["due"])
    await bot_world.press(due, words["done"], "marina")
    await bot_world.shows(card, words["taken"])
    offer = await bot_world.said(SUPPORT, words["offer"])
    assert MEASURES in offer.text
    assert "кофемашин" not in offer.text, "what it was is for colleagues"
    await bot_world.kill()
    await bot_world.start()
    await bot_world.press(offer, words["add"], "marina")
    saved = await bot_world.said(SUPPORT, words["saved"])
    await bot_world.press(saved, words["approve"], "marina")
    world = bot_world.store_world
    await bot_world.written(lambda: world.look(number).state == TicketState.APPROVED)
    text = world.db.read_now(
        lambda rows: rows.get_one(DraftRow, world.look(number).approved_draft_id).text
    )
    assert text == f"Здравствуйте! Разберёмся сегодня. {MEASURES}"
    again = await bot_world.press(due, words["done"], "ivan", data=f"1:{number}:0:measure_done:2")
    assert "Марина" in again
    assert [row.action for row in world.audit(number) if row.action.startswith("measure")] == [
        "measure",
        "measure_done",
    ]
    assert bot_world.telegram.violations == []


@pytest.mark.parametrize("language", BOTH)
async def test_an_apology_is_unlocked_by_a_managers_word(
    bot_world: BotWorld, language: str
) -> None:
    words = WORDS[language]
    with_place(bot_world, language)
    number = bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.said(SUPPORT, "🔴")
    await from_menu(bot_world, card, words, "right")
    data = f"1:{number}:0:add_sentence:fault"
    refused = await bot_world.press(card, words["right"], "ivan", data=data)
    assert words["manager"] in refused
    assert words["manager"] in await bot_world.press(card, words["right"], "ivan")
    await bot_world.press(card, words["right"], "marina")
    await bot_world.shows(card, words["fault"])
    await bot_world.kill()
    await bot_world.start()
    offer = await bot_world.said(SUPPORT, words["sorry"])
    await bot_world.press(offer, words["add"], "ivan")
    world = bot_world.store_world
    await bot_world.written(lambda: world.look(number).state == TicketState.PROPOSED)
    drafts = [row.text for row in bot_world.rows_of(DraftRow)]
    assert drafts[-1] == f"Здравствуйте! Разберёмся сегодня. {SORRY}"
    assert SORRY not in drafts[0]


@pytest.mark.parametrize("language", BOTH)
async def test_a_complaint_to_the_site_is_written_sent_and_followed(
    bot_world: BotWorld, language: str
) -> None:
    """The text by its ground; that it was sent; that the review is gone the site says itself."""
    words = WORDS[language]
    with_place(bot_world, language)
    number = bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.said(SUPPORT, "🔴")
    await from_menu(bot_world, card, words, "report")
    await bot_world.press(card, words["report"], "ivan")
    shown = await bot_world.said(SUPPORT, "🚩")
    await bot_world.press(shown, words["ground"], "ivan")
    await bot_world.shows(shown, words["text"])
    await bot_world.press(shown, words["sent"], "ivan")
    await bot_world.shows(card, words["told"])
    await bot_world.kill()
    await bot_world.start()
    await bot_world.telegram.wait_for(lambda: words["refuse"] in str(shown.labels), "keys")
    await bot_world.press(shown, words["refuse"], "ivan")
    await bot_world.shows(card, words["refused"])
    await bot_world.telegram.wait_for(lambda: words["sent"] in str(shown.labels), "keys")
    await bot_world.press(shown, words["sent"], "marina")
    await bot_world.shows(card, words["told"])
    world = bot_world.store_world
    world.act(number, Action.CONFIRMED_GONE, SITE, bot_world.clock.now())
    await bot_world.shows(card, words["gone"])
    world.act(number, Action.SEEN_AGAIN, SITE, bot_world.clock.now())
    await bot_world.shows(card, words["back"])
    world.act(number, Action.CONFIRMED_GONE, SITE, bot_world.clock.now())
    await bot_world.shows(card, words["gone"])
    kept = [row for row in world.audit(number) if row.action == "site_complaint"]
    assert [(row.actor, row.detail["outcome"]) for row in kept] == [
        ("ivan", "sent"),
        ("ivan", "refused"),
        ("marina", "sent"),
        ("site", "removed"),
        ("site", "returned"),
        ("site", "removed"),
    ]
    now = bot_world.clock.now() + timedelta(minutes=1)
    *_, line = world.db.read_now(lambda rows: list(exports.tickets(rows, now)))
    assert (line["site_complaint"], line["site_complaint_by"]) == ("removed", "site")
    assert line["site_complaint_at"] is not None
    found = world.db.read_now(lambda rows: summary(rows, MONDAY, now))
    told = found.places["tverskaya"].to_json()
    names = ("reported", "reported_removed", "reported_refused")
    assert [told[name] for name in names] == [1, 1, 0]
    assert found.total.reported == 1
    later = world.db.read_now(lambda rows: summary(rows, now, now + timedelta(days=1)))
    assert later.total.reported == 0
    assert bot_world.telegram.violations == []


@pytest.mark.slow
async def test_what_is_put_for_a_later_day_waits_from_that_day_on(bot_world: BotWorld) -> None:
    """Nothing looks as if Telegram had been silent since the measure was written."""
    with_place(bot_world)
    number = bot_world.store_world.ticket()
    await bot_world.start()
    card = await bot_world.said(SUPPORT, "🔴")
    await bot_world.press(card, "Ещё", "ivan", data=f"1:{number}:0:measure")
    asked = await bot_world.said(SUPPORT, "мерой по отзыву")
    text = "починить кофемашину, 05.03"
    await bot_world.telegram.say(SUPPORT, IVAN, text, reply_to=asked.message_id)
    await bot_world.shows(card, "📌 Мера: починить кофемашину (Иван, до 5 мар)")
    await bot_world.said(SUPPORT, "На карточке отзыва")
    await bot_world.written(
        lambda: (
            {row.payload["view"] for row in bot_world.rows_of(OutboxRow) if not row.sent_at}
            == {"measure_due"}
        )
    )
    await bot_world.kill()
    world, noon = bot_world.store_world, MONDAY + timedelta(days=3, hours=1)
    [due] = [row for row in bot_world.rows_of(OutboxRow) if not row.sent_at]
    assert due.created_at < MONDAY + timedelta(hours=3)
    found = world.db.read_now(lambda rows: examine(rows, noon))
    assert (found.waiting, found.oldest) == (1, due.not_before)
    told = world.db.read_now(lambda rows: health(world.tx(rows, noon)))
    assert told.outbox_oldest == due.not_before
