"""Digests in a busy chat: their place in the order, and presses by everybody at once."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

import pytest

from reviewbot.core.model import TicketState, Tone
from reviewbot.core.settings import Chat, DigestTime, Times
from reviewbot.store.tables import DigestSentRow, VerdictFeedbackRow
from reviewbot.workflow.digests import put_due
from tests.bot.bot_world import MANAGERS, SUPPORT, BotWorld
from tests.store.store_world import MONDAY
from tests.telegram_world import Shown

MARINA, PETR, SERGEY = 502, 505, 506


def put_digest(bot_world: BotWorld, *chats: str, now: datetime = MONDAY) -> None:
    """The digest of this morning for some chats; every page was read for weeks."""
    store_world = bot_world.store_world
    daily = {"daily": DigestTime(time(9, 15))}
    store_world.settings = replace(
        store_world.settings, digest=dict.fromkeys(chats or ("managers",), daily)
    )
    for key in store_world.settings.targets:
        store_world.change_target(key, first_contact_at=MONDAY - timedelta(days=60))
    store_world.db.write_now(lambda session: put_due(store_world.tx(session, now)))


def good(bot_world: BotWorld, count: int, **about: Any) -> list[int]:
    store_world = bot_world.store_world
    return [store_world.ticket(tone=Tone.POSITIVE, rating=5, **about) for _ in range(count)]


def texts(bot_world: BotWorld, chat_id: int) -> list[str]:
    return [shown.text for shown in bot_world.telegram.chat(chat_id).of_bot]


async def page_of(bot_world: BotWorld) -> Shown:
    told = await bot_world.said(MANAGERS, "☀️")
    await bot_world.press(told, "Хорошие", "marina")
    return await bot_world.said(MANAGERS, "с готовым ответом")


async def test_the_digest_comes_after_everything_that_cannot_wait(bot_world: BotWorld) -> None:
    put_digest(bot_world, "support")
    number = bot_world.store_world.ticket()
    await bot_world.start()
    await bot_world.card(number)
    await bot_world.said(SUPPORT, "☀️")
    assert [text[0] for text in texts(bot_world, SUPPORT)] == ["🔴", "☀"]


async def test_a_day_that_could_not_be_told_is_told_with_the_next_one(bot_world: BotWorld) -> None:
    """Telegram was out of reach for a day: nobody reads yesterday's news twice or not at all."""
    before = DigestSentRow(chat_key="managers", period="daily:2026-02-28", sent_at=MONDAY)
    bot_world.store_world.db.write_now(lambda session: session.add(before))
    bot_world.store_world.ticket(now=MONDAY - timedelta(days=2))
    put_digest(bot_world, now=MONDAY - timedelta(days=1))
    put_digest(bot_world)
    await bot_world.start()
    told = await bot_world.said(MANAGERS, "☀️")
    assert told.text.startswith("☀️ Понедельник, 2 марта")
    assert "С 28 февр: 1 новый" in told.text
    assert len(texts(bot_world, MANAGERS)) == 1


async def test_a_private_chat_is_told_of_its_persons_places_in_their_language(
    bot_world: BotWorld,
) -> None:
    store_world = bot_world.store_world
    chats = {
        **store_world.settings.chats,
        "petr": Chat("petr", PETR, person="petr", language="en"),
        "owner": Chat("owner", SERGEY, person="sergey"),
    }
    store_world.settings = replace(store_world.settings, chats=chats)
    store_world.ticket(now=MONDAY - timedelta(days=1))
    store_world.ticket(now=MONDAY - timedelta(days=1), target="nevsky/yandex_maps")
    put_digest(bot_world, "petr", "owner")
    await bot_world.start()
    told = await bot_world.said(PETR, "☀️ Monday, 2 March · Невский 40")
    assert "Yesterday: 1 new, 1 complaint" in told.text
    await bot_world.press(told, "Work through 1", "petr")
    assert "Complaint, 1★" in (await bot_world.said(PETR, "Complaint")).text
    viewer = await bot_world.said(SERGEY, "☀️ Понедельник, 2 марта · 2 точки")
    assert "За вчера: 2 новых, жалоб 2" in viewer.text
    assert viewer.labels == ["📈 За месяц"], "a viewer gets no work"
    assert bot_world.telegram.violations == []


async def test_one_of_the_good_ones_is_a_complaint(bot_world: BotWorld) -> None:
    first, second = good(bot_world, 2)
    put_digest(bot_world)
    await bot_world.start()
    page = await page_of(bot_world)
    await bot_world.press(page, f"🔴 № {second}", "marina")
    assert (await bot_world.card(second)).text.startswith("🔴 Жалоба, 5★")
    await bot_world.telegram.wait_for(lambda: f"№ {second}" not in page.text)
    await bot_world.press(page, "готов", "marina")
    assert bot_world.store_world.look(first).state == TicketState.APPROVED
    assert bot_world.store_world.look(second).state == TicketState.WAITING


async def test_what_got_no_card_can_be_made_a_complaint(bot_world: BotWorld) -> None:
    world = bot_world.store_world
    [entry] = world.settings.reply_time
    none = replace(entry, classes={**entry.classes, "mixed": Times()})
    world.settings = replace(world.settings, reply_time=(none,))
    yesterday = MONDAY - timedelta(days=1)
    assert world.review(yesterday, rating=2, text=None) is None, "wordless"
    later = yesterday + timedelta(hours=1)
    assert world.review(later, tone=Tone.MIXED, rating=3, text="Дорого.") is None
    assert world.review(later, tone=Tone.POSITIVE, rating=5, text=None) is None, "says nothing"
    put_digest(bot_world)
    await bot_world.start()
    told = await bot_world.said(MANAGERS, "☀️")
    assert "не отвечать" in await bot_world.press(told, "Без карточки: 2", "sergey")
    await bot_world.press(told, "Без карточки: 2", "marina")
    page = await bot_world.said(MANAGERS, "2 отзыва без карточки")
    for arg in ("²", "999", "3"):  # another review than the page shows
        told_off = await bot_world.press(page, "🔴 1", "marina", data=f"1:0:0:complaint:{arg}")
        assert "карточк" in told_off.lower() or "кнопк" in told_off.lower(), told_off
    assert "1. · 3★ Анна" in page.text
    assert "жалоба" in await bot_world.press(page, "🔴 2", "marina")
    assert (await bot_world.card(1)).text.startswith("🔴 Жалоба, 2★")
    await bot_world.shows(page, "1 отзыв без карточки")
    assert "жалоба" in await bot_world.press(page, "🔴 1", "anna")
    await bot_world.card(2)
    said = [(row.says, row.person) for row in bot_world.rows_of(VerdictFeedbackRow)]
    assert said == [("is_a_complaint", "marina"), ("is_a_complaint", "anna")]
    assert bot_world.telegram.violations == []


@pytest.mark.parametrize(
    ("language", "entry", "page_of_it", "card"),
    [
        ("ru", "🔕 Без карточки: 2", "2 отзыва без карточки", "🔴 Жалоба, 3★"),
        ("en", "🔕 Without a card: 2", "2 reviews without a card", "🔴 Complaint, 3★"),
    ],
)
async def test_the_queue_lists_what_got_no_card(
    bot_world: BotWorld, language: str, entry: str, page_of_it: str, card: str
) -> None:
    """Tickets of mixed reviews are off: nothing but the queue and the digest knows of them."""
    world = bot_world.store_world
    without_mixed(bot_world, language)
    world.change_target("tverskaya/yandex_maps", first_contact_at=MONDAY - timedelta(days=60))
    for text in ("Дорого.", "Медленно."):
        hour_ago = MONDAY - timedelta(hours=1)
        assert world.review(hour_ago, tone=Tone.MIXED, rating=3, text=text) is None
    await bot_world.start()
    await bot_world.telegram.say(MANAGERS, SERGEY, "/queue")
    viewers = await bot_world.said(MANAGERS, "🎉")
    assert viewers.labels == []
    await bot_world.telegram.say(MANAGERS, MARINA, "/queue")
    listed = await bot_world.telegram.wait_for(
        lambda: (
            bot_world.telegram.chat(MANAGERS).find("🎉") != viewers
            and bot_world.telegram.chat(MANAGERS).find("🎉")
        ),
        "another",
    )
    assert listed.labels == [entry]
    await bot_world.press(listed, entry, "marina")
    page = await bot_world.said(MANAGERS, page_of_it)
    await bot_world.press(page, "🔴 1", "marina")
    assert (await bot_world.said(SUPPORT, "🔴")).text.startswith(card)
    await bot_world.telegram.wait_for(lambda: "🔴 2" not in page.labels, "one is left")
    await bot_world.telegram.say(MANAGERS, MARINA, "/queue")
    await bot_world.telegram.wait_for(
        lambda: any(
            entry[:-1] + "1" in each.labels for each in bot_world.telegram.chat(MANAGERS).of_bot
        ),
        "a list with one card, and one without",
    )
    assert [row.says for row in bot_world.rows_of(VerdictFeedbackRow)] == ["is_a_complaint"]
    assert bot_world.telegram.violations == []


@pytest.mark.parametrize(("language", "said"), [("ru", "без карточки"), ("en", "without a card")])
async def test_what_is_found_without_a_card_can_be_a_complaint(
    bot_world: BotWorld, language: str, said: str
) -> None:
    world = bot_world.store_world
    without_mixed(bot_world, language)
    [number] = [world.ticket(text="Дорого и грубо.")]
    assert world.review(tone=Tone.MIXED, rating=3, text="Дорого.") is None
    away = {"tone": Tone.MIXED, "rating": 3, "target": "nevsky/yandex_maps"}
    assert world.review(text="Дорого у реки.", **away) is None
    await bot_world.start()
    await bot_world.telegram.say(MARINA, MARINA, "/find дорого")
    found = await bot_world.said(MARINA, "🔎")
    assert said in found.text
    assert [label for label in found.labels if "🔴" in label] == ["🔴 1", "🔴 2"]
    for arg in ("1", "99", "²"):  # has a card; none; no number
        await bot_world.press(found, "🔴 1", "marina", data=f"1:0:0:complaint:{arg}")
    assert len(bot_world.rows_of(VerdictFeedbackRow)) == 0
    await bot_world.telegram.say(SERGEY, SERGEY, "/find дорого")
    viewers = await bot_world.said(SERGEY, "🔎")
    assert not any("🔴" in label for label in viewers.labels)
    await bot_world.press(found, "🔴 2", "marina")
    mark = "№ " if language == "ru" else "#"
    await bot_world.shows(found, f"{mark}{number + 1}")
    assert [label for label in found.labels if "🔴" in label] == ["🔴 1"]
    [kept] = bot_world.rows_of(VerdictFeedbackRow)
    assert (kept.says, kept.person) == ("is_a_complaint", "marina")
    assert bot_world.telegram.violations == []


def without_mixed(bot_world: BotWorld, language: str) -> None:
    world = bot_world.store_world
    [entry] = world.settings.reply_time
    none = replace(entry, classes={**entry.classes, "mixed": Times()})
    chats = {key: replace(chat, language=language) for key, chat in world.settings.chats.items()}
    world.settings = replace(world.settings, language=language, chats=chats, reply_time=(none,))


async def test_a_viewer_looks_and_approves_nothing(bot_world: BotWorld) -> None:
    good(bot_world, 2)
    put_digest(bot_world)
    await bot_world.start()
    page = await page_of(bot_world)
    told = await bot_world.said(MANAGERS, "☀️")
    assert await bot_world.press(told, "За месяц", "sergey") == "Цифры ниже."
    await bot_world.said(MANAGERS, "📈 30 дней")
    assert "не отвечать" in await bot_world.press(told, "Хорошие", "sergey")
    assert "не отвечать" in await bot_world.press(page, "готовы: 2", "sergey")
    states = {row.state for row in map(bot_world.store_world.look, (1, 2))}
    assert states == {TicketState.WAITING}
    assert bot_world.telegram.violations == []


async def test_a_person_approves_only_at_their_own_places(bot_world: BotWorld) -> None:
    tverskaya = good(bot_world, 2)
    nevsky = good(bot_world, 1, target="nevsky/yandex_maps")
    put_digest(bot_world)
    await bot_world.start()
    page = await page_of(bot_world)
    await bot_world.press(page, "готовы: 3", "petr")
    await bot_world.shows(page, "Предложено: 1")
    assert page.text.count("не ваша точка") == 2
    assert [bot_world.store_world.look(number).state for number in (*tverskaya, *nevsky)] == [
        TicketState.WAITING,
        TicketState.WAITING,
        TicketState.PROPOSED,
    ]
    told = await bot_world.said(MANAGERS, "☀️")
    await bot_world.press(told, "Хорошие", "petr")
    await bot_world.said(MANAGERS, "больше нет")


async def test_many_approve_one_page_and_each_reply_is_approved_once(bot_world: BotWorld) -> None:
    numbers = good(bot_world, 5)
    put_digest(bot_world)
    await bot_world.start()
    page = await page_of(bot_world)
    presses = [
        await bot_world.telegram.press(page, "готовы: 5", user) for user in (502, 503, 501) * 3
    ]
    answers = [await bot_world.telegram.answered(press) for press in presses]
    assert answers.count("") == 1, "one was done; the others are told so"
    assert all(len(press.answers) == 1 for press in presses)
    await bot_world.shows(page, "Утверждено: 5")
    for number in numbers:
        assert [row.action for row in bot_world.store_world.audit(number)] == ["opened", "approve"]
    assert bot_world.telegram.violations == []


@pytest.mark.parametrize("data", ["1:0:0:good_ok", "1:0:0:good:0", "1:0:0:month"])
async def test_a_forwarded_or_forged_button_counts_nowhere(bot_world: BotWorld, data: str) -> None:
    good(bot_world, 2)
    put_digest(bot_world)
    bot_world.telegram.add_group(-1999, "Чужие", 502)
    await bot_world.start()
    await page_of(bot_world)
    for chat_id in (-1999, 502):
        message_id = await bot_world.telegram.say(chat_id, 502, "переслано")
        shown = bot_world.telegram.find_message(chat_id, message_id)
        assert "старого сообщения" in await bot_world.press(shown, "", "marina", data=data)
    assert {row.state for row in map(bot_world.store_world.look, (1, 2))} == {TicketState.WAITING}
