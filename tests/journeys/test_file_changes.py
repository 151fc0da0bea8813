"""An admin changes the file in chat: shown, checked, written, read again, undone."""

import asyncio
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlmodel import Session, col, select
from typer.testing import CliRunner

from reviewbot.cli import app
from reviewbot.clock import WallClock
from reviewbot.config import load
from reviewbot.core.model import Role
from reviewbot.demo.loopback import Loopback
from reviewbot.demo.site import Site
from reviewbot.file_changes import TRIES
from reviewbot.store.tables import WorkRow
from tests.journeys.journey_world import CONFIG, IVAN, MANAGERS, OLEG, SUPPORT, JourneyWorld
from tests.telegram_fake import TelegramFake
from tests.telegram_world import TOKEN, Shown

NINA = 507
LINK = "https://yandex.ru/maps/org/tochka/1000000009/"
ADMIN = '# кто меняет этот файл\n[people.nina]\nid = 507\nname = "Нина"\nrole = "admin"\n'


@pytest.fixture
async def journey_world(tmp_path: Path) -> AsyncIterator[JourneyWorld]:
    async with JourneyWorld(tmp_path, "2026-03-02 11:00", ADMIN, every="4h") as opened:
        opened.telegram.add_user(NINA, "Нина")
        yield opened


async def say(world: JourneyWorld, text: str | None, who: int = NINA, **more: object) -> Shown:
    """Write to the bot in private; return what it answers."""
    await world.telegram.say(who, who, text, **more)
    await world.take_in()
    return await done(world, who)


async def done(world: JourneyWorld, who: int = NINA) -> Shown:
    await world.app.publish()
    await world.app.sender.deliver_due()
    await world.app.sender.settle()
    return world.telegram.chat(who).last


async def take_over(world: JourneyWorld) -> None:
    """What the command line does when it is told to reload."""
    world.loaded = load(
        world.config,
        environ={"REVIEWBOT_TELEGRAM_TOKEN": TOKEN},
        today=world.clock.now().date(),
    )
    await world.restart()


async def test_a_pasted_link_becomes_a_location_and_is_undone(journey_world: JourneyWorld) -> None:
    before = journey_world.config.read_text()
    shown = await say(journey_world, f"/add {LINK} Точка, Невский 3")
    assert '+ name = "Точка, Невский 3"' in shown.text
    assert shown.labels == ["✅ Записать", "Не надо"]
    assert journey_world.config.read_text() == before, "nothing is written unasked"
    await journey_world.press(shown, "Записать", NINA)
    written = await done(journey_world)
    assert "уже действует" in written.text
    assert journey_world.reloads == 1
    assert shown.labels == [], "once is enough"
    assert "# кто меняет этот файл\n" in journey_world.config.read_text(), "remarks stay"
    (former,) = journey_world.config.parent.glob("config.toml.before-*")
    assert former.read_text() == before
    await take_over(journey_world)
    assert "tochka-nevskiy-3" in journey_world.app.settings.locations
    await journey_world.press(written, "Отменить", NINA)
    assert "снова прежний" in (await done(journey_world)).text
    assert journey_world.config.read_text() == before
    assert journey_world.reloads == 2
    assert [act for act in journey_world.acts() if act.startswith("file_")] == [
        "file_apply",
        "file_undo",
    ]


async def test_the_command_undoes_what_chat_has_written(journey_world: JourneyWorld) -> None:
    before = journey_world.config.read_text()
    await journey_world.press(await say(journey_world, "/add 31.12"), "Записать", NINA)
    written = await done(journey_world)
    words = ["undo", "--config", str(journey_world.config)]
    undone = await asyncio.to_thread(CliRunner().invoke, app, words)
    assert undone.exit_code == 0, undone.output
    assert "✓ Отменено" in undone.output
    assert journey_world.config.read_text() == before
    await journey_world.press(written, "Отменить", NINA)
    assert "Отменять нечего" in (await done(journey_world)).text


async def test_a_contact_becomes_staff(journey_world: JourneyWorld) -> None:
    contact = {"phone_number": "+7", "first_name": "Ольга", "user_id": 600}
    shown = await say(journey_world, None, contact=contact)
    assert 'id = 600, name = "Ольга", role = "staff"' in shown.text
    await journey_world.press(shown, "Записать", NINA)
    await done(journey_world)
    await take_over(journey_world)
    assert journey_world.app.settings.people["olga"].role is Role.STAFF


async def test_a_file_that_is_gone_meanwhile_is_said(journey_world: JourneyWorld) -> None:
    shown = await say(journey_world, "/add 31.12")
    journey_world.config.rename(journey_world.config.with_name("moved.toml"))
    await journey_world.press(shown, "Записать", NINA)
    told = await done(journey_world)
    assert "Ничего не записано" in told.text
    assert "Файл не читается" in told.text


async def test_a_change_that_breaks_each_time_is_answered(journey_world: JourneyWorld) -> None:
    """A row of another version, for one."""
    shown = await say(journey_world, "/add 31.12")
    await journey_world.press(shown, "Записать", NINA)

    def damage(rows: Session) -> None:
        [row] = rows.exec(select(WorkRow).where(col(WorkRow.done_at).is_(None)))
        row.payload = {**row.payload, "change": {"what": "AddedHoliday"}}

    await journey_world.app.db.write(damage)
    for _ in range(TRIES - 1):
        assert "Ничего не записано" not in (await done(journey_world)).text
        journey_world.clock.advance(minutes=5)
    told = await done(journey_world)
    assert "Ничего не записано" in told.text
    assert "Сбой" in told.text
    assert journey_world.reloads == 0


@pytest.mark.parametrize("day", ["31.12", "31.12.2026", "2026-12-31"])
async def test_a_date_becomes_a_day_off(journey_world: JourneyWorld, day: str) -> None:
    shown = await say(journey_world, f"/add {day}")
    assert 'closed = ["2026-12-31"]' in shown.text
    assert "изменится" in shown.text


async def test_what_cannot_be_added_is_said(journey_world: JourneyWorld) -> None:
    assert "31.12" in (await say(journey_world, "/add")).text
    assert "31.12" in (await say(journey_world, "/add 31.02")).text
    assert "название точки" in (await say(journey_world, f"/add {LINK}")).text
    assert "прошёл" in (await say(journey_world, "/add 01.03.2026")).text
    wrong = await say(journey_world, "/add https://yandex.ru/ Невский")
    assert "Ничего не записано" in wrong.text
    assert wrong.labels == []
    unknown = {"phone_number": "+7", "first_name": "Ольга"}
    assert "/invite" in (await say(journey_world, None, contact=unknown)).text


async def test_what_check_would_warn_of_is_said_with_the_change(
    journey_world: JourneyWorld,
) -> None:
    links = " ".join(f"otzovik:place-{number}" for number in range(30))
    shown = await say(journey_world, f"/add {links} Невский")
    assert "⚠️" in shown.text
    assert "запросов в сутки" in shown.text.casefold()
    assert shown.labels == ["✅ Записать", "Не надо"]


async def test_only_an_admin_and_only_in_private(journey_world: JourneyWorld) -> None:
    assert "админ" in (await say(journey_world, "/add 31.12", IVAN)).text
    await journey_world.telegram.say(SUPPORT, IVAN, "/add 31.12")
    await journey_world.take_in()
    assert "админ" in journey_world.telegram.chat(SUPPORT).last.text
    shown = await say(journey_world, "/add 31.12")
    journey_world.app.intake.settings = replace(
        journey_world.app.settings,
        people={
            **journey_world.app.settings.people,
            "nina": replace(journey_world.app.settings.people["nina"], role=Role.MANAGER),
        },
    )
    assert "админ" in await journey_world.press(shown, "Записать", NINA)


async def test_a_file_changed_meanwhile_is_not_written_over(journey_world: JourneyWorld) -> None:
    shown = await say(journey_world, "/add 31.12")
    mine = journey_world.config.read_text() + "# мой\n"
    journey_world.config.write_text(mine)
    await journey_world.press(shown, "Записать", NINA)
    assert "тем временем" in (await done(journey_world)).text
    assert journey_world.config.read_text() == mine
    assert journey_world.reloads == 0


async def test_a_file_of_version_control_stays(journey_world: JourneyWorld) -> None:
    text = f"writable = false\n{journey_world.config.read_text()}"
    journey_world.config.write_text(text)
    assert "writable = false" in (await say(journey_world, "/add 31.12")).text


async def test_the_key_undoes_for_an_hour(journey_world: JourneyWorld) -> None:
    await journey_world.press(await say(journey_world, "/add 31.12"), "Записать", NINA)
    written = await done(journey_world)
    await journey_world.pass_until("2026-03-02 12:10")
    assert "больше часа" in await journey_world.press(written, "Отменить", NINA)
    assert "2026-12-31" in journey_world.config.read_text()


@pytest.mark.slow
async def test_a_bot_that_runs_takes_over_what_is_written_and_undone_in_chat(
    tmp_path: Path,
) -> None:
    """Write, the reload, and Undo on `reviewbot run` itself; above they are taken over by hand."""
    telegram, site = TelegramFake(), Site(WallClock().now, "Точка, Тверская 12")
    for number, name in ((NINA, "Нина"), (OLEG, "Олег")):
        telegram.add_user(number, name)
    for group in (SUPPORT, MANAGERS):
        telegram.add_group(group, "Отзывы", OLEG)
    (tmp_path / "google.json").write_text(
        '{"client_id": "1", "client_secret": "2", "refresh_token": "3"}'
    )
    file = tmp_path / "config.toml"
    async with telegram, Loopback(site.handle) as server:
        before = CONFIG.format(
            folder=tmp_path,
            telegram=telegram.base_url,
            site=server.url,
            more=ADMIN,
            every="4h",
        )
        file.write_text(before)
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "reviewbot", "run", "--config", str(file)),
            env={"REVIEWBOT_TELEGRAM_TOKEN": TOKEN, "PATH": "/usr/bin:/bin"},
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            chat = telegram.chat(NINA)
            await telegram.say(NINA, NINA, f"/add {LINK} Точка, Невский 3")
            shown = await telegram.wait_for(lambda: chat.find("Невский 3"), "the change")
            await telegram.press(shown, "Записать", NINA)
            written = await telegram.wait_for(lambda: chat.find("уже действует"), "the word")
            await telegram.wait_for(lambda: watched(tmp_path), "the location read")
            await telegram.press(written, "Отменить", NINA)
            await telegram.wait_for(lambda: chat.find("снова прежний"), "the word of undoing")
            await telegram.wait_for(lambda: not watched(tmp_path), "the location left")
            assert file.read_text() == before
        finally:
            child.terminate()
            await child.wait()
    assert child.returncode == 0


def watched(folder: Path) -> bool:
    """Whether the bot watches the added location."""
    wanted = "SELECT count(*) FROM location WHERE key = 'tochka-nevskiy-3' AND retired_at IS NULL"
    with closing(sqlite3.connect(folder / "world.sqlite3")) as rows:
        return bool(rows.execute(wanted).fetchone()[0])
