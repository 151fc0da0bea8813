"""A month later the bot goes on from an old copy: nothing is said twice, what is open is told."""

import json
import threading
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from sqlmodel import select
from typer.testing import CliRunner

from reviewbot.cli import app
from reviewbot.core.connections import Backups
from reviewbot.core.model import TicketState
from reviewbot.store.backups import copy
from reviewbot.store.backups.copy import BackupError
from reviewbot.store.database import Database
from reviewbot.store.privacy import forgotten
from reviewbot.store.tables import MeasureRow, OutboxRow, ReviewRow
from tests.journeys.journey_world import MANAGERS, MARINA, OLEG, SUPPORT, JourneyWorld, moscow
from tests.patience import PATIENCE
from tests.telegram_world import TOKEN

RUDE = "Ждали капучино сорок минут, бариста нахамила. Больше не придём."
LATER = "2026-04-02 11:00"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[JourneyWorld]:
    digests = '[digest]\nsupport = { daily = "09:15" }\n'
    async with JourneyWorld(tmp_path, "2026-03-02 11:00", digests) as opened:
        yield opened


def texts(world: JourneyWorld, chat_id: int = SUPPORT) -> list[str]:
    return [shown.text for shown in world.telegram.chat(chat_id).of_bot]


def copied_under_load(file: Path, to: Path, now: datetime) -> None:
    """Copy while somebody else writes without a pause; the copy's checks hold."""
    ended, begun = threading.Event(), threading.Event()
    database = Database(str(file))

    def write() -> None:
        while not ended.is_set():
            database.write_now(lambda rows: rows.add(MeasureRow(at=now, name="load", value=1.0)))
            begun.set()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert begun.wait(PATIENCE)
        copy.write(file, to, now)
    finally:
        ended.set()
        writer.join()
        database.close()
    copy.check(to)


async def month_old(world: JourneyWorld, tmp_path: Path) -> None:
    """A copy of Monday noon, taken under load, with a card, an alert not sent yet and a reply
    about to be posted; then more happens, a month goes by, and the copy is restored."""
    world.guest(1, RUDE)
    world.guest(
        1, "Хамство на кассе, ужасное обслуживание, не рекомендую.", site="business", name="g1"
    )
    await world.pass_until("2026-03-02 11:40")
    number = world.ticket("g1").id or 0
    await world.press(world.card(number), "готов", MARINA)
    world.guest(2, "Холодный суп, официант грубил, больше не придём сюда.", name="m2")
    for tick in (world.app.ticks.poll, world.app.ticks.poll):
        world.clock.advance(minutes=10)
        await tick()
        await world.app.lanes.settle()
    assert world.read(
        lambda rows: rows.exec(
            select(OutboxRow).where(OutboxRow.kind == "alert", OutboxRow.sent_at.is_(None))  # type: ignore[union-attr]
        ).all()
    ), "an alert waits in the copy"
    copied_under_load(tmp_path / "world.sqlite3", tmp_path / "noon.copy", world.clock.now())
    await world.pass_until("2026-03-02 14:00")
    world.guest(1, "Медленно и грубо, официант забыл про нас, ужасный вечер.", name="m3")
    await world.pass_until("2026-03-02 15:00")
    [maps] = [each for each in world.site.maps if each.id == "m1"]
    maps.reply, maps.reply_at = "Анна, простите нас.", world.clock.now()
    await world._running.aclose()
    world.clock.set(moscow(LATER))
    with time_machine.travel(moscow(LATER), tick=False):
        done = CliRunner().invoke(
            app,
            ["restore", str(tmp_path / "noon.copy"), "--yes", "--config", str(world.config)],
            env={"REVIEWBOT_TELEGRAM_TOKEN": TOKEN},
        )
    assert done.exit_code == 0, done.output
    assert "Копия от 2026-03-02 12:00" in done.output or "Копия от 2026-03-02" in done.output


async def test_a_month_old_copy_says_nothing_twice_and_tells_what_is_open(
    world: JourneyWorld, tmp_path: Path
) -> None:
    await month_old(world, tmp_path)
    before, managers, puts = texts(world), texts(world, MANAGERS), len(world.site.business)
    lost = world.messages(SUPPORT, "забыл про нас")[0]
    replies = [each.reply for each in world.site.business]
    await world._open()
    await world.turn()
    await world.pass_until("2026-04-02 11:25")
    fresh = texts(world)[len(before) :]
    told = [text for text in fresh if "Продолжаю с копии от 2 мар" in text]
    assert len(told) == 1
    assert "Холодный суп" in told[0], "what was open in the copy is listed"
    alerts = [text for text in fresh if text.startswith("🔴")]
    assert len(alerts) == 1, fresh
    assert "забыл про нас" in alerts[0], "only what the copy does not know is alerted"
    assert not any("Срок прошёл" in text or "Сводка" in text for text in fresh), fresh
    assert texts(world, MANAGERS)[len(managers) :] == [], "nobody is blamed for the lost month"
    assert world.ticket("m1").state == TicketState.ANSWERED
    assert world.ticket("g1").state == TicketState.ANSWERED
    assert [each.reply for each in world.site.business][:puts] == replies, "posted once"
    due = world.ticket("m2").next_duty_at
    assert due is not None
    assert moscow(LATER) < due < moscow("2026-04-04 12:00"), "it is reminded of the next day"
    answer = await world.press(lost, "готов", MARINA)
    assert "старого сообщения" in answer
    assert "approve" not in world.acts()[-3:]
    assert world.telegram.violations == []


async def test_a_start_after_more_than_a_day_says_that_presses_may_be_lost(
    world: JourneyWorld,
) -> None:
    world.guest(1, RUDE)
    await world.pass_until("2026-03-02 11:30")
    await world.restart()
    await world.turn()
    assert world.messages(SUPPORT, "Меня не было") == [], "a restart is no absence"
    await world._running.aclose()
    world.clock.set(moscow("2026-03-04 11:00"))
    await world._open()
    await world.turn()
    [told] = world.messages(SUPPORT, "Меня не было")
    assert "🌙 Меня не было 1 день 23 ч" in told.text
    assert "до вт 11:00, могло пропасть" in told.text
    assert "№ 1 · " in told.text
    assert "Ждали капучино" in told.text
    await world.restart()
    await world.turn()
    assert len(world.messages(SUPPORT, "Меня не было")) == 1


async def test_a_copy_is_written_by_itself_and_one_that_fails_is_told(
    world: JourneyWorld, tmp_path: Path
) -> None:
    copies = Backups(timedelta(days=1), 2, str(tmp_path / "copies"))
    world.app.settings = replace(world.app.settings, backups=copies)
    await world.app.back_up()
    await world.app.back_up()
    [kept] = (tmp_path / "copies").iterdir()
    copy.check(kept)
    (tmp_path / "taken").touch()
    copies = replace(copies, folder=str(tmp_path / "taken"))
    world.app.settings = replace(world.app.settings, backups=copies)
    for _ in range(2):
        with pytest.raises(BackupError):
            await world.app.back_up()
    await world.turn()
    [told] = world.messages(SUPPORT, "Копия базы не записана")
    assert "Копию в" in told.text


async def test_who_was_forgotten_within_the_hour_stays_so_after_an_older_copy(
    world: JourneyWorld, tmp_path: Path
) -> None:
    written = world.guest(1, RUDE)
    written.author = "Зинаида Кукушкина"
    await world.pass_until("2026-03-02 11:30")
    copy.write(tmp_path / "world.sqlite3", tmp_path / "copy", world.clock.now())
    card = world.card()
    await world.press(card, "Ещё", OLEG)
    await world.press(card, "Забыть гостя", OLEG)
    await world.press(card, "Удалить имя и слова", OLEG)
    path = world.read(forgotten.path_of)
    await world._running.aclose()
    # As a kill between the commit and the file leaves it.
    path.write_text(json.dumps({**json.loads(path.read_text()), "marks": {}}))
    with time_machine.travel(world.clock.now(), tick=False):
        done = CliRunner().invoke(
            app, ["restore", str(tmp_path / "copy"), "--yes", "--config", str(world.config)]
        )
    assert done.exit_code == 0, done.output
    before = len(world.telegram.calls)
    await world._open()
    await world.turn()
    await world.pass_until("2026-03-02 14:00")
    sent = [str(call.params) for call in world.telegram.calls[before:]]
    assert not [each for each in sent if "Кукушкин" in each or "капучино" in each]
    [told] = world.messages(SUPPORT, "Продолжаю с копии")
    assert "№ 1" not in told.text, told.text
    assert "отзыв ждёт" not in told.text, told.text
    kept = world.read(lambda rows: rows.exec(select(ReviewRow.author)).all())
    assert set(kept) == {None, "Ольга", "Тимур"}
