"""/duty and /away in chat, and who is told of a critical review then."""

from dataclasses import replace
from datetime import timedelta

import pytest

from reviewbot.store.tables import AuditRow, DutyRow
from reviewbot.workflow.reminders import duty
from tests.bot.bot_world import SUPPORT, BotWorld
from tests.store.store_world import PEOPLE

MARINA, ANNA, IVAN, SERGEY = 502, 503, 504, 506


def with_desk(bot_world: BotWorld, **values: object) -> None:
    world = bot_world.store_world
    desk = replace(world.settings.desks[""], **values)  # type: ignore[arg-type]
    people = {**PEOPLE, "marina": replace(PEOPLE["marina"], deputy="anna")}
    world.settings = replace(world.settings, desks={"": desk}, people=people)


def on_duty(bot_world: BotWorld, days: int = 0) -> tuple[str, ...]:
    world = bot_world.store_world
    at = bot_world.clock.now() + timedelta(days=days)
    return world.db.read_now(
        lambda rows: duty.on_duty(world.tx(rows, at), world.settings.desks[""])
    )


async def test_the_week_is_shown_and_one_steps_in(bot_world: BotWorld) -> None:
    with_desk(bot_world, rota=(("marina", "anna"), *[("anna",)] * 6))
    bot_world.store_world.pressed_start("marina", "ivan")
    await bot_world.start()
    await bot_world.telegram.say(SUPPORT, IVAN, "/duty")
    shown = await bot_world.said(SUPPORT, "Кто дежурит")
    assert "пн 2 мар: Марина, затем Анна" in shown.text
    assert "вт 3 мар: Анна" in shown.text
    await bot_world.press(shown, "Сегодня я", "ivan")
    await bot_world.shows(shown, "пн 2 мар: Иван, затем Марина, затем Анна")
    assert on_duty(bot_world)[0] == "ivan"
    assert on_duty(bot_world, 1) == ("anna",), "a day is a day"
    told = await bot_world.said(MARINA, "первым дежурит Иван")
    assert "Назначение: Иван" in told.text
    assert "смотреть" in await bot_world.press(shown, "Завтра я", "sergey")
    assert bot_world.telegram.violations == []


async def test_a_manager_puts_somebody_on_a_day(bot_world: BotWorld) -> None:
    with_desk(bot_world, on_duty=("marina",))
    bot_world.store_world.pressed_start("anna")
    await bot_world.start()
    await bot_world.telegram.say(SUPPORT, MARINA, "/duty анна 04.03")
    await bot_world.said(SUPPORT, "ср 4 мар: Анна, затем Марина")
    await bot_world.said(ANNA, "дежурите вы")
    assert [on_duty(bot_world, days)[0] for days in (0, 1, 2)] == ["marina", "marina", "anna"]
    await bot_world.telegram.say(SUPPORT, IVAN, "/duty анна")
    await bot_world.said(SUPPORT, "Это может только менеджер")
    await bot_world.telegram.say(SUPPORT, MARINA, "/duty сергей")
    await bot_world.said(SUPPORT, "отвечать не может")


@pytest.mark.parametrize(
    ("written", "until"),
    [
        ("04.03", "ср 00:00"),
        ("до 04.03", "ср 00:00"),
        ("3", "чт 00:00"),
        ("18:00", "18:00"),
        ("31.12", "31 дек, 00:00"),
    ],
)
async def test_who_is_away_is_replaced_by_the_deputy(
    bot_world: BotWorld, written: str, until: str
) -> None:
    with_desk(bot_world, on_duty=("marina",))
    bot_world.store_world.pressed_start("marina")
    await bot_world.start()
    await bot_world.telegram.say(MARINA, MARINA, f"/away {written}")
    shown = await bot_world.said(MARINA, "Вас нет до")
    assert f"до {until}." in shown.text
    assert "Анна" in shown.text
    assert on_duty(bot_world) == ("anna",)
    await bot_world.press(shown, "на месте", "marina")
    await bot_world.shows(shown, "Вы на месте")
    assert on_duty(bot_world) == ("marina",)
    assert {row.detail["kind"] for row in bot_world.rows_of(AuditRow)} == {"away", "back"}


async def test_what_cannot_be_read_changes_nothing(bot_world: BotWorld) -> None:
    with_desk(bot_world, on_duty=("marina",))
    await bot_world.start()
    for written, said in (("вчера", "Напишите, до какого времени"), ("02.03", "Это время")):
        await bot_world.telegram.say(SUPPORT, MARINA, f"/away {written}")
        await bot_world.said(SUPPORT, said)
    await bot_world.telegram.say(SUPPORT, SERGEY, "/away 3")
    await bot_world.said(SUPPORT, "смотреть")
    assert bot_world.rows_of(DutyRow) == []
