"""A saved page sent to the bot: through Telegram, the importer and back."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from functools import partial

import pytest

from reviewbot.bot.handlers.documents import download
from reviewbot.collect.saved_pages.importer import Importer
from reviewbot.core.model import OutboxKind
from reviewbot.lexicons import classifier
from reviewbot.store import targets
from reviewbot.store.queues import outbox, work
from reviewbot.store.tables import ReviewRow, WorkRow
from tests.bot.bot_world import STRANGER, SUPPORT, BotWorld
from tests.collect.test_importer import FACTS, OTZOVIK, SOURCES, YANDEX, a_setup, fixture
from tests.telegram_world import Shown
from tests.words.facts_for_words import blind

IVAN, SERGEY, PETR = 504, 506, 505
_CLASSIFIER = classifier()


@pytest.fixture
async def bureau(bot_world: BotWorld) -> AsyncIterator[BotWorld]:
    """A bot whose work is done by an importer as soon as it is there."""
    store_world = bot_world.store_world
    store_world.settings = replace(store_world.settings, targets=a_setup().targets)
    store_world.db.write_now(
        lambda s: targets.sync_settings(s, store_world.settings, bot_world.clock.now())
    )
    await bot_world.start()
    fetch = partial(download, bot_world.application.bot)
    importer = Importer(
        store_world.db,
        store_world.settings,
        FACTS,
        bot_world.clock,
        lambda _place: _CLASSIFIER,
        SOURCES,
        fetch,
    )
    woken = asyncio.Event()
    store_world.db.wakers.append(woken)

    async def busy() -> None:
        while True:
            with suppress(TimeoutError):  # as the tick does, also where no commit wakes it
                async with asyncio.timeout(0.1):
                    await woken.wait()
            woken.clear()
            while row := await store_world.db.write(
                lambda s: work.claim_due(s, bot_world.clock.now())
            ):
                assert row.id is not None
                await importer.run(row, row.id)

    worker = asyncio.get_running_loop().create_task(busy())
    yield bot_world
    worker.cancel()
    await asyncio.gather(worker, return_exceptions=True)


async def blind_notice(bot_world: BotWorld, location: str | None) -> Shown:
    """A notice that a site is out of sight, as the collector puts it."""
    chat = bot_world.store_world.settings.chats["support"]
    url = "https://yandex.ru/maps/org/1/"
    facts = blind(location_name=location, open_tickets=0, cabinet_url=None, url=url)
    bot_world.store_world.db.write_now(
        lambda s: outbox.put(
            s,
            OutboxKind.NOTICE,
            "notice:blind:host:yandex.test:1:blocked:support",
            chat,
            {"code": "blind", "params": facts.to_json()},
            bot_world.clock.now(),
        )
    )
    return await bot_world.said(SUPPORT, "🙈")


async def test_the_key_of_a_blind_notice_tells_how_to_send_a_page(bot_world: BotWorld) -> None:
    await bot_world.start()
    shown = await blind_notice(bot_world, "Точка, Тверская 12")
    await bot_world.press(shown, "Прислать страницу", "ivan")
    asked = await bot_world.said(SUPPORT, "Как прислать страницу: Яндекс")
    assert asked.reply_to == shown.message_id
    assert "сначала новые. https://yandex.ru/maps/org/1/" in asked.text
    assert "только HTML" in asked.text
    assert "не отвечать" in await bot_world.press(shown, "Прислать страницу", "sergey")
    assert (
        len([each for each in bot_world.telegram.chat(SUPPORT).of_bot if "Как" in each.text]) == 1
    )


async def test_where_many_places_are_meant_no_page_is_named(bot_world: BotWorld) -> None:
    settings = bot_world.store_world.settings
    english = replace(settings.chats["support"], language="en")
    bot_world.store_world.settings = replace(
        settings, chats={**settings.chats, "support": english}
    )
    await bot_world.start()
    shown = await blind_notice(bot_world, None)
    await bot_world.press(shown, "Send a page", "ivan")
    asked = await bot_world.said(SUPPORT, "How to send a page: Yandex")
    assert "newest first.\n2. Save the page" in asked.text


async def test_a_page_in_the_support_chat_is_read_and_answered_there(bureau: BotWorld) -> None:
    sent = await bureau.telegram.send_file(SUPPORT, IVAN, "Отзывы.html", YANDEX, thread_id=12)
    answer = await bureau.said(SUPPORT, "Прочитал страницу: Яндекс Карты · Точка, Тверская 12")
    assert answer.reply_to == sent
    count = len(bureau.rows_of(ReviewRow))
    assert f"{count} отзыв" in answer.text
    assert f"новых: {count}" in answer.text


async def test_where_it_is_not_certain_the_bot_asks_and_a_key_decides(bureau: BotWorld) -> None:
    page = fixture("irecommend/review_page_COMPOSED.html")
    await bureau.telegram.send_file(IVAN, IVAN, "page.htm", page)
    question = await bureau.said(IVAN, "Чья она")
    assert question.labels == [
        "irecommend · Точка, Тверская 12",
        "irecommend · Точка, Невский 40",
        "Ни одной из них",
    ]
    assert bureau.rows_of(ReviewRow) == []
    await bureau.press(question, "Невский", "ivan")
    await bureau.said(IVAN, "Прочитал страницу: irecommend · Точка, Невский 40")
    await bureau.telegram.wait_for(lambda: question.labels == [], "the keys are gone")
    assert len(bureau.rows_of(ReviewRow)) == 1


async def test_none_of_these_ends_it(bureau: BotWorld) -> None:
    page = fixture("irecommend/review_page_COMPOSED.html")
    await bureau.telegram.send_file(IVAN, IVAN, "page.htm", page)
    question = await bureau.said(IVAN, "Чья она")
    data = question.buttons[0]["callback_data"]
    await bureau.press(question, "Ни одной", "ivan")
    await bureau.telegram.wait_for(lambda: question.labels == [], "the keys are gone")
    tampered = data.replace(":import:", ":import:9")
    assert "старого сообщения" in await bureau.press(question, "", "ivan", data=tampered)
    assert len(bureau.rows_of(WorkRow)) == 1


async def test_a_caption_with_the_targets_name_decides_too(bureau: BotWorld) -> None:
    page = fixture("irecommend/review_page_COMPOSED.html")
    await bureau.telegram.send_file(IVAN, IVAN, "p.html", page, caption="nevsky/irecommend")
    await bureau.said(IVAN, "irecommend · Точка, Невский 40")


@pytest.mark.parametrize(
    ("name", "content", "piece"),
    [
        ("отчёт.zip", b"PK\x03\x04" + bytes(99), "архив"),
        ("setup.exe", b"MZ" + bytes(99), "программа"),
        ("page.html", b"<html><body>News</body></html>", "Не узнаю эту страницу"),
        ("page.html", bytes(21 * 1024 * 1024), "21 МБ"),
        ("page.html", fixture("yandex_maps/rendered_page_HANDMADE.html"), "Только HTML"),
    ],
)
async def test_junk_gets_a_sentence(
    bureau: BotWorld, name: str, content: bytes, piece: str
) -> None:
    await bureau.telegram.send_file(IVAN, IVAN, name, content)
    await bureau.said(IVAN, piece)
    assert bureau.rows_of(ReviewRow) == []


async def test_a_viewer_and_a_stranger_change_nothing(bureau: BotWorld) -> None:
    await bureau.telegram.send_file(STRANGER, STRANGER, "Отзывы.html", YANDEX)
    await bureau.telegram.send_file(SERGEY, SERGEY, "Отзывы.html", YANDEX)
    await bureau.said(SERGEY, "не отвечать")
    await bureau.telegram.send_file(PETR, PETR, "Отзывы.html", YANDEX)
    answer = await bureau.said(PETR, "не ваша точка")
    assert "Тверская" not in answer.text
    assert bureau.rows_of(ReviewRow) == []
    assert bureau.telegram.chat(STRANGER).of_bot == []


async def test_colleagues_files_in_a_group_are_left_alone(bureau: BotWorld) -> None:
    await bureau.telegram.send_file(SUPPORT, IVAN, "график.xlsx", b"PK\x03\x04" + bytes(99))
    await bureau.telegram.send_file(SUPPORT, IVAN, "otzovik.html", OTZOVIK)
    await bureau.said(SUPPORT, "Прочитал страницу")
    assert len(bureau.telegram.chat(SUPPORT).of_bot) == 1


async def test_telegram_failing_for_a_while_delays_the_answer(bureau: BotWorld) -> None:
    bureau.telegram.fail("getFile", 502, "Bad Gateway", times=2)
    await bureau.telegram.send_file(IVAN, IVAN, "otzovik.html", OTZOVIK)
    await bureau.said(IVAN, "Прочитал страницу: Отзовик")
