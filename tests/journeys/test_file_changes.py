"""An admin changes the file in chat: shown, checked, written, read again, undone."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from reviewbot.config import load
from reviewbot.core.model import Role
from tests.journeys.journey_world import IVAN, SUPPORT, JourneyWorld
from tests.telegram_world import TOKEN, Shown

NINA = 507
LINK = "https://yandex.ru/maps/org/tochka/1000000009/"
ADMIN = '[people.nina]\nid = 507\nname = "Нина"\nrole = "admin"\n'


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


async def test_a_contact_becomes_staff(journey_world: JourneyWorld) -> None:
    contact = {"phone_number": "+7", "first_name": "Ольга", "user_id": 600}
    shown = await say(journey_world, None, contact=contact)
    assert 'id = 600, name = "Ольга", role = "staff"' in shown.text
    await journey_world.press(shown, "Записать", NINA)
    await done(journey_world)
    await take_over(journey_world)
    assert journey_world.app.settings.people["olga"].role is Role.STAFF


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
