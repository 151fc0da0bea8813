"""/stats, the digest's picture and the pictures on demand, through the real bot and painter."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from reviewbot.bot.telegram import delivery
from reviewbot.core.calendar.digest_days import Period
from reviewbot.core.model import Role
from reviewbot.core.settings import DigestTime
from reviewbot.core.ticket import SITE, Action
from reviewbot.store.tables import OutboxRow
from reviewbot.workflow.digests import put_due
from reviewbot.workflow.readings.first_contact import greet
from tests.bot.bot_world import MANAGERS, SUPPORT, BotWorld
from tests.store.store_world import MONDAY
from tests.telegram_world import Shown
from tests.trends_world import Past


@pytest.fixture
async def bot_world(tmp_path: Path) -> AsyncIterator[BotWorld]:
    async with BotWorld(tmp_path) as opened:
        Past(opened.store_world).month()
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[BotWorld]:
    """One bot that is asked what changes nothing: its painter starts once."""
    async with BotWorld(tmp_path_factory.mktemp("running")) as opened:
        Past(opened.store_world).month()
        await opened.start()
        yield opened


async def answers(bot_world: BotWorld, asked: str, told: str) -> None:
    """Ask a running bot for figures, by the settings of now, as a changed file brings them; wait
    for a new message that says a piece."""
    bot_world.intake.settings = bot_world.sender.settings = bot_world.store_world.settings
    chat = bot_world.telegram.chat(MANAGERS)
    before = len(chat.of_bot)
    await bot_world.telegram.say(MANAGERS, 502, f"/stats {asked}")
    await bot_world.telegram.wait_for(
        lambda: any(told in shown.text for shown in chat.of_bot[before:]), f"{told!r} said"
    )


def is_photo(shown: Shown) -> bool:
    return shown.document is not None and shown.document.content.startswith(b"\x89PNG")


def called(bot_world: BotWorld, name: str) -> None:
    """Give the place in Nevsky another name."""
    settings = bot_world.store_world.settings
    nevsky = replace(settings.locations["nevsky"], name=name)
    locations = {**settings.locations, "nevsky": nevsky}
    bot_world.store_world.settings = replace(settings, locations=locations)


async def test_figures_and_a_picture_to_forward_then_other_days_then_every_picture(
    bot_world: BotWorld,
) -> None:
    await bot_world.start()
    await bot_world.telegram.say(MANAGERS, 502, "/stats")
    told = await bot_world.said(MANAGERS, "📊")
    assert is_photo(told)
    assert told.text.splitlines()[1].startswith("⭐ Яндекс 4,5 (−0,2)")
    assert "2 точки" in told.text
    assert told.labels == ["7 дней", "30 дней", "Квартал", "🖼 Ещё картинки", "📌 Меры"]
    await bot_world.press(told, "7 дней", "marina")
    week = await bot_world.said(MANAGERS, "24 февр – 2 мар")
    assert is_photo(week)
    await bot_world.press(told, "Ещё картинки", "marina")
    await bot_world.said(MANAGERS, "Точки по средней оценке")
    pictures = [
        shown
        for shown in bot_world.telegram.chat(MANAGERS).of_bot
        if is_photo(shown) and not shown.labels
    ]
    # Nobody was answered: there is no picture of reply times.
    assert [shown.reply_to for shown in pictures] == [told.message_id] * 5
    assert bot_world.telegram.count("sendMediaGroup") == 1, "they come as one album"
    assert {shown.album for shown in pictures} == {pictures[0].message_id}
    assert len({shown.text for shown in pictures}) == 5, "each says what it shows"
    rows = [row for row in bot_world.rows_of(OutboxRow) if row.payload.get("view") == "chart"]
    assert {row.bundle_id for row in rows} == {rows[0].id}, "each picture has its own row"


@pytest.mark.slow
async def test_an_album_that_telegram_refuses_comes_picture_by_picture(
    bot_world: BotWorld,
) -> None:
    await bot_world.start()
    await bot_world.telegram.say(MANAGERS, 502, "/stats")
    told = await bot_world.said(MANAGERS, "📊")
    bot_world.telegram.fail("sendMediaGroup", 400, "Bad Request: PHOTO_INVALID_DIMENSIONS")
    await bot_world.press(told, "Ещё картинки", "marina")
    await bot_world.said(MANAGERS, "Точки по средней оценке")
    pictures = [
        shown
        for shown in bot_world.telegram.chat(MANAGERS).of_bot
        if is_photo(shown) and not shown.labels
    ]
    assert [(shown.reply_to, shown.album) for shown in pictures] == [(told.message_id, None)] * 5
    assert bot_world.telegram.violations == []


async def test_a_place_a_group_and_a_period_within_the_rights_of_who_asks(
    bot_world: BotWorld,
) -> None:
    await bot_world.start()
    await bot_world.telegram.say(505, 505, "/stats")
    told = await bot_world.said(505, "📊")
    assert "Невский" in told.text
    assert "Тверская" not in told.text
    await bot_world.telegram.say(505, 505, "/stats тверская")
    await bot_world.said(505, "Не знаю точки или группы «тверская»")
    await bot_world.telegram.say(SUPPORT, 504, "/stats spb 90", thread_id=12)
    await bot_world.said(SUPPORT, "spb")


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("Точка, Невский 40", "(30 дней) · Точка, Невский 40"),
        ("невский 40", "(30 дней) · Точка, Невский 40"),
        ("Точка Невский 40 7", "(7 дней) · Точка, Невский 40"),
        ("невский 4", "(4 дня) · Точка, Невский 40"),
        ("точка 30", "(30 дней) · точка: 2 точки"),
        ("7d", "(7 дней) · 2 точки"),
        ("7 д", "(7 дней) · 2 точки"),
        ("неделя", "(7 дней) · 2 точки"),
        ("невский за последние 2 недели", "(14 дней) · Точка, Невский 40"),
        ("spb quarter", "(90 дней) · spb"),
        ("год", "3 мар 2025 – 2 мар 2026 (365 дней) · 2 точки"),
        ("Тверская, 12", "(30 дней) · Точка, Тверская 12"),
        ("Неский", "Не знаю точки или группы «Неский». Похожие: Точка, Невский 40."),
        ("Тверскаяя 12 7", "Похожие: Точка, Тверская 12."),
        ("Луна", "Не знаю точки или группы «Луна». Напишите /stats"),
        ("март", "1 мар – 2 мар (2 дня) · 2 точки"),
        ("February", "1 февр – 28 февр (28 дней) · 2 точки"),
        ("тверская вчера", "1 мар (1 день) · Точка, Тверская 12"),
        ("1 марта", "1 мар (1 день) · 2 точки"),
        ("с 1 марта", "1 мар – 2 мар (2 дня) · 2 точки"),
        ("31 февраля", "Нет такого дня: «31 февраля»."),
        ("Тверская 30 февраля", "Нет такого дня: «30 февраля»."),
        ("Feb 30", "Нет такого дня: «Feb 30»."),
        ("since Feb 31", "Нет такого дня: «Feb 31»."),
        ("невский 32.01", "Нет такого дня: «32.01»."),
        ("1.02-31.02", "Нет такого дня: «31.02»."),
        ("февраль 2025", "1 февр – 28 февр 2025 (28 дней) · 2 точки"),
        ("5 мар", "5 мар 2025 (1 день) · 2 точки"),
        ("2025", "1 янв – 31 дек 2025 (365 дней) · 2 точки"),
        ("2026", "1 янв – 2 мар (61 день) · 2 точки"),
        ("прошлый месяц", "1 февр – 28 февр (28 дней) · 2 точки"),
        ("тверская last week", "23 февр – 1 мар (7 дней) · Точка, Тверская 12"),
        ("этот месяц", "1 мар – 2 мар (2 дня) · 2 точки"),
        ("this week", "2 мар (1 день) · 2 точки"),
        ("1.02-10.02", "1 февр – 10 февр (10 дней) · 2 точки"),
        ("точка с 1 по 10 февраля", "1 февр – 10 февр (10 дней) · точка: 2 точки"),
        ("невский 40 from 1 to 10 February", "1 февр – 10 февр (10 дней) · Точка, Невский 40"),
        ("тверская 24/02", "24 февр (1 день) · Точка, Тверская 12"),
        ("тверская 12 декабря", "12 дек 2025 (1 день) · Точка, Тверская 12"),
        ("-5", "Не знаю точки или группы «-5»."),
        ("!!!", "Не знаю точки или группы «!!!»."),
    ],
)
@pytest.mark.asyncio(loop_scope="module")
async def test_a_number_may_be_a_houses_and_a_period_may_be_a_word(
    running: BotWorld, asked: str, told: str
) -> None:
    called(running, "Точка, Невский 40")
    await answers(running, asked, told)


@pytest.mark.parametrize(
    ("name", "asked", "told"),
    [
        ("Точка, 8 Марта 11", "8 марта", "(30 дней) · Точка, 8 Марта 11"),
        ("Точка, 8 Марта 11", "8 марта 7", "(7 дней) · Точка, 8 Марта 11"),
        ("Точка, 8 Марта 11", "8 Марта 11 март", "1 мар – 2 мар (2 дня) · Точка, 8 Марта 11"),
        ("Точка, 8 Марта 11", "8 Марта 11 31.02", "Нет такого дня: «31.02»."),
        ("Точка, 8 Марта 11", "08.03", "8 мар 2025 (1 день) · 2 точки"),
        ("Точка, 11 Мая 8", "1 мая", "1 мая 2025 (1 день) · 2 точки"),
        ("Точка, 1905 года 3", "1905 года 3", "(30 дней) · Точка, 1905 года 3"),
        ("Точка, 1905 года 3", "1905 года", "(30 дней) · Точка, 1905 года 3"),
        ("Точка, Садовая 3", "точка с 1 марта", "1 мар – 2 мар (2 дня) · точка: 2 точки"),
        ("Кафе 7 дом 2", "7 д", "(7 дней) · 2 точки"),
    ],
)
@pytest.mark.asyncio(loop_scope="module")
async def test_a_place_may_be_called_like_a_day(
    running: BotWorld, name: str, asked: str, told: str
) -> None:
    called(running, name)
    await answers(running, asked, told)


async def test_what_is_written_almost_right_is_offered_elsewhere_too(bot_world: BotWorld) -> None:
    await bot_world.start()
    await bot_world.telegram.say(MANAGERS, 502, "/past Неский")
    await bot_world.said(MANAGERS, "Похожие: Точка, Невский 40.")
    await bot_world.telegram.say(MANAGERS, 502, "/past точка")
    await bot_world.said(MANAGERS, "Прошлое: точка: 2 точки")


async def test_a_weekly_digest_brings_its_picture_and_a_long_text_is_followed_by_it(
    bot_world: BotWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    store_world = bot_world.store_world
    weekly = {Period.WEEKLY: DigestTime(time(9, 15), weekday=0)}
    store_world.settings = replace(
        store_world.settings, digest={"managers": weekly, "support": weekly}
    )
    words = "Ждали заказ сорок минут, и никто не подошёл даже спросить, что случилось на кухне."
    past = Past(store_world, seed=9)
    for topic in ("waiting", "staff", "food"):
        text = f"{words} {words}"
        past.day(MONDAY - timedelta(days=3), stars=(1,) * 4, topic=topic, text=text)
    monkeypatch.setattr(delivery, "CAPTION_LIMIT", 500)
    store_world.db.write_now(lambda session: put_due(store_world.tx(session)))
    await bot_world.start()
    told = await bot_world.said(MANAGERS, "🗓")
    assert "1. Ожидание" in told.text
    assert not is_photo(told)
    picture = await bot_world.said(MANAGERS, "Оценка по дням")
    assert picture.reply_to == told.message_id
    assert is_photo(picture)


async def test_what_cannot_be_drawn_is_told_in_words(
    bot_world: BotWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    await bot_world.start()
    await bot_world.telegram.say(MANAGERS, 502, "/stats")
    told = await bot_world.said(MANAGERS, "📊")
    assert not is_photo(told)
    await bot_world.press(told, "Ещё картинки", "marina")
    await bot_world.said(MANAGERS, "Картинку нарисовать не удалось")
    assert any("no picture" in (row.error or "") for row in bot_world.rows_of(OutboxRow))


async def test_own_figures_are_for_the_person_alone(bot_world: BotWorld) -> None:
    store_world = bot_world.store_world
    number = store_world.ticket(text="Ждали час, и никто не подошёл.")
    store_world.act(number, Action.APPROVE, "marina", MONDAY)
    store_world.act(number, Action.POSTED, "ivan", MONDAY)
    store_world.change_review(number, reply_text="Простите", reply_seen_at=MONDAY)
    store_world.act(number, Action.REPLY_SEEN, SITE, MONDAY)
    petr = replace(store_world.settings.people["petr"], role=Role.ADMIN, only=())
    people = {**store_world.settings.people, "petr": petr}
    store_world.settings = replace(store_world.settings, people=people)
    store_world.pressed_start("ivan", "petr")
    await bot_world.start()
    await bot_world.telegram.say(504, 504, "/stats me")
    told = await bot_world.said(504, "Ваши ответы")
    assert "1 ответ, обычно за 1 мин, в срок 1 из 1, без правок 1 из 1" in told.text
    assert "оценку подняли: мало, чтобы судить" in told.text
    assert "Все" not in told.text.splitlines()
    await bot_world.telegram.say(505, 505, "/stats я 7")
    told = await bot_world.said(505, "👤")
    assert "Ваших ответов на площадках не видели" in told.text
    assert "Иван: 1 ответ" in told.text, "an admin hears of everybody"
    await bot_world.telegram.say(SUPPORT, 504, "/stats me", thread_id=12)
    await bot_world.said(SUPPORT, "лично")


async def test_figures_of_people_may_be_switched_off(bot_world: BotWorld) -> None:
    settings = bot_world.store_world.settings
    bot_world.store_world.settings = replace(settings, people_figures=False)
    await bot_world.start()
    await bot_world.telegram.say(504, 504, "/stats me")
    await bot_world.said(504, "people_figures")
    assert not [shown for shown in bot_world.telegram.chat(504).of_bot if "👤" in shown.text]


async def test_the_greeting_of_the_first_day_leads_to_the_past(bot_world: BotWorld) -> None:
    store_world = bot_world.store_world
    Past(store_world, seed=4).day(MONDAY - timedelta(days=400), stars=(1, 5))
    assert store_world.db.write_now(lambda rows: greet(store_world.tx(rows)))
    await bot_world.start()
    greeting = await bot_world.said(SUPPORT, "Слежу за отзывами")
    await bot_world.press(greeting, "Как отвечали", "ivan")
    told = await bot_world.said(SUPPORT, "Прошлое")
    assert told.reply_to == greeting.message_id
    assert "2025: 3,0★ [1,0–5,0] (2)" in told.text
