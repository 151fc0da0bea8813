"""Digests in a busy chat: their place in the order, and presses by everybody at once."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

import pytest

from reviewbot.core.model import TicketState, Tone
from reviewbot.core.setup import Chat, DigestTime
from reviewbot.store.digests import put_due
from reviewbot.store.tables import DigestSentRow
from tests.bot.office import MANAGERS, SUPPORT, Office
from tests.store.house import MONDAY
from tests.telegram_world import Shown

PETR, SERGEY = 505, 506


def put_digest(office: Office, *chats: str, now: datetime = MONDAY) -> None:
    """The digest of this morning for some chats; every page was read for weeks."""
    house = office.house
    daily = {"daily": DigestTime(time(9, 15))}
    house.setup = replace(house.setup, digest=dict.fromkeys(chats or ("managers",), daily))
    for key in house.setup.targets:
        house.change_target(key, first_contact_at=MONDAY - timedelta(days=60))
    house.db.write_now(lambda session: put_due(session, house.setup, now))


def good(office: Office, count: int, **about: Any) -> list[int]:
    house = office.house
    return [house.ticket(tone=Tone.POSITIVE, rating=5, **about) for _ in range(count)]


def texts(office: Office, chat_id: int) -> list[str]:
    return [shown.text for shown in office.telegram.chat(chat_id).of_bot]


async def page_of(office: Office) -> Shown:
    told = await office.said(MANAGERS, "☀️")
    await office.press(told, "Хорошие", "marina")
    return await office.said(MANAGERS, "с готовым ответом")


async def test_the_digest_comes_after_everything_that_cannot_wait(office: Office) -> None:
    put_digest(office, "support")
    number = office.house.ticket()
    await office.start()
    await office.card(number)
    await office.said(SUPPORT, "☀️")
    assert [text[0] for text in texts(office, SUPPORT)] == ["🔴", "☀"]


async def test_a_day_that_could_not_be_told_is_told_with_the_next_one(office: Office) -> None:
    """Telegram was out of reach for a day: nobody reads yesterday's news twice or not at all."""
    before = DigestSentRow(chat_key="managers", period="daily:2026-02-28", sent_at=MONDAY)
    office.house.db.write_now(lambda session: session.add(before))
    office.house.ticket(now=MONDAY - timedelta(days=2))
    put_digest(office, now=MONDAY - timedelta(days=1))
    put_digest(office)
    await office.start()
    told = await office.said(MANAGERS, "☀️")
    assert told.text.startswith("☀️ Понедельник, 2 марта")
    assert "С 28 февр: 1 новый" in told.text
    assert len(texts(office, MANAGERS)) == 1


async def test_a_private_chat_is_told_of_its_persons_places_in_their_language(
    office: Office,
) -> None:
    house = office.house
    chats = {
        **house.setup.chats,
        "petr": Chat("petr", PETR, person="petr", language="en"),
        "owner": Chat("owner", SERGEY, person="sergey"),
    }
    house.setup = replace(house.setup, chats=chats)
    house.ticket(now=MONDAY - timedelta(days=1))
    house.ticket(now=MONDAY - timedelta(days=1), target="nevsky/yandex_maps")
    put_digest(office, "petr", "owner")
    await office.start()
    told = await office.said(PETR, "☀️ Monday, 2 March · Невский 40")
    assert "Yesterday: 1 new, 1 complaint" in told.text
    await office.press(told, "Work through 1", "petr")
    assert "Complaint, 1★" in (await office.said(PETR, "Complaint")).text
    viewer = await office.said(SERGEY, "☀️ Понедельник, 2 марта · 2 точки")
    assert "За вчера: 2 новых, жалоб 2" in viewer.text
    assert viewer.labels == ["📈 За месяц"], "a viewer gets no work"
    assert office.telegram.violations == []


async def test_a_viewer_looks_and_approves_nothing(office: Office) -> None:
    good(office, 2)
    put_digest(office)
    await office.start()
    page = await page_of(office)
    told = await office.said(MANAGERS, "☀️")
    assert await office.press(told, "За месяц", "sergey") == "Цифры ниже."
    await office.said(MANAGERS, "📈 30 дней")
    assert "не отвечаете" in await office.press(told, "Хорошие", "sergey")
    assert "не отвечаете" in await office.press(page, "готовы: 2", "sergey")
    states = {row.state for row in map(office.house.look, (1, 2))}
    assert states == {TicketState.WAITING}
    assert office.telegram.violations == []


async def test_a_person_approves_only_at_their_own_places(office: Office) -> None:
    tverskaya = good(office, 2)
    nevsky = good(office, 1, target="nevsky/yandex_maps")
    put_digest(office)
    await office.start()
    page = await page_of(office)
    await office.press(page, "готовы: 3", "petr")
    await office.shows(page, "Предложено: 1")
    assert page.text.count("Точка, Тверская 12: не ваша точка") == 2
    assert [office.house.look(number).state for number in (*tverskaya, *nevsky)] == [
        TicketState.WAITING,
        TicketState.WAITING,
        TicketState.PROPOSED,
    ]
    told = await office.said(MANAGERS, "☀️")
    await office.press(told, "Хорошие", "petr")
    await office.said(MANAGERS, "больше нет")


async def test_many_approve_one_page_and_each_reply_is_approved_once(office: Office) -> None:
    numbers = good(office, 5)
    put_digest(office)
    await office.start()
    page = await page_of(office)
    presses = [
        await office.telegram.press(page, "готовы: 5", user) for user in (502, 503, 501) * 3
    ]
    answers = [await office.telegram.answered(press) for press in presses]
    assert answers.count("") == 1, "one was done; the others are told so"
    assert all(len(press.answers) == 1 for press in presses)
    await office.shows(page, "Утверждено: 5")
    for number in numbers:
        assert [row.action for row in office.house.audit(number)] == ["opened", "approve"]
    assert office.telegram.violations == []


@pytest.mark.parametrize("data", ["1:0:0:good_ok", "1:0:0:good:0", "1:0:0:month"])
async def test_a_forwarded_or_forged_button_counts_nowhere(office: Office, data: str) -> None:
    good(office, 2)
    put_digest(office)
    office.telegram.add_group(-1999, "Чужие", 502)
    await office.start()
    await page_of(office)
    for chat_id in (-1999, 502):
        message_id = await office.telegram.say(chat_id, 502, "переслано")
        shown = office.telegram.find_message(chat_id, message_id)
        assert "старого сообщения" in await office.press(shown, "", "marina", data=data)
    assert {row.state for row in map(office.house.look, (1, 2))} == {TicketState.WAITING}
