"""/duty and /away in chat, and who is told of a critical review then."""

from dataclasses import replace
from datetime import timedelta

import pytest

from reviewbot.store.tables import AuditRow, DutyRow, OutboxRow
from reviewbot.workflow.reminders import duty
from tests.bot.bot_world import SUPPORT, BotWorld
from tests.bot.test_beside_reply import BOTH
from tests.bot.test_prompts import change_language
from tests.store.store_world import PEOPLE

MARINA, ANNA, IVAN, SERGEY = 502, 503, 504, 506


def with_desk(bot_world: BotWorld, **values: object) -> None:
    world = bot_world.store_world
    desk = replace(world.settings.desks[""], **values)  # type: ignore[arg-type]
    people = {**PEOPLE, "marina": replace(PEOPLE["marina"], deputy="anna")}
    world.settings = replace(world.settings, desks={"": desk}, people=people)


def on_duty(bot_world: BotWorld, days: int = 0, place: str | None = None) -> tuple[str, ...]:
    world = bot_world.store_world
    at = bot_world.clock.now() + timedelta(days=days)
    return world.db.read_now(
        lambda rows: duty.on_duty(world.tx(rows, at), world.settings.desks[""], place=place)
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


@pytest.mark.parametrize("language", BOTH)
async def test_a_manager_puts_somebody_on_a_day(bot_world: BotWorld, language: str) -> None:
    shown, told, refused, viewer = {
        "ru": (
            "ср 4 мар: Анна, затем Марина",
            "дежурите вы",
            "Это может только менеджер",
            "отвечать не может",
        ),
        "en": (
            "Wed 4 Mar: Анна, then Марина",
            "You are on duty on",
            "Only a manager",
            "cannot answer here",
        ),
    }[language]
    change_language(bot_world, language)
    with_desk(bot_world, on_duty=("marina",))
    bot_world.store_world.settings = replace(bot_world.store_world.settings, language=language)
    bot_world.store_world.pressed_start("anna")
    await bot_world.start()
    day = {"ru": "4 марта", "en": "Wednesday"}[language]
    await bot_world.telegram.say(SUPPORT, MARINA, f"/duty анна {day}")
    await bot_world.said(SUPPORT, shown)
    await bot_world.said(ANNA, told)
    assert [on_duty(bot_world, days)[0] for days in (0, 1, 2)] == ["marina", "marina", "anna"]
    await bot_world.telegram.say(SUPPORT, IVAN, "/duty анна")
    await bot_world.said(SUPPORT, refused)
    await bot_world.telegram.say(SUPPORT, MARINA, "/duty сергей")
    await bot_world.said(SUPPORT, viewer)
    assert bot_world.telegram.violations == []


PARTLY = {
    "ru": (
        "пн 2 мар: Пётр (Невский 40), затем Марина",
        "Больше никого нет",
        "Анна (нет на месте, заменить некому)",
    ),
    "en": (
        "Mon 2 Mar: Пётр (Невский 40), then Марина",
        "Nobody else is there",
        "Анна (away, and nobody else is there)",
    ),
}


@pytest.mark.parametrize("language", BOTH)
async def test_who_may_not_see_every_place_is_on_duty_for_the_others(
    bot_world: BotWorld, language: str
) -> None:
    """Пётр sees only Невский: /duty says so, and a key of his own does the same."""
    shown = PARTLY[language][0]
    change_language(bot_world, language)
    with_desk(bot_world, on_duty=("marina",))
    bot_world.store_world.settings = replace(bot_world.store_world.settings, language=language)
    await bot_world.start()
    await bot_world.telegram.say(SUPPORT, MARINA, "/duty Пётр")
    await bot_world.said(SUPPORT, shown)
    assert on_duty(bot_world) == ("petr", "marina")
    assert on_duty(bot_world, place="tverskaya") == ("marina",)
    assert bot_world.telegram.violations == []


@pytest.mark.parametrize("language", BOTH)
async def test_where_everybody_is_away_it_is_said(bot_world: BotWorld, language: str) -> None:
    *_, alone, shown = PARTLY[language]
    change_language(bot_world, language)
    with_desk(bot_world, on_duty=("anna",))
    world = bot_world.store_world
    people = {"anna": PEOPLE["anna"], "ivan": PEOPLE["ivan"]}
    world.settings = replace(
        world.settings, language=language, people=people, operator_chat="support"
    )
    world.pressed_start("anna")
    await bot_world.start()
    await bot_world.telegram.say(ANNA, ANNA, "/away 3")
    await bot_world.said(ANNA, alone)
    await bot_world.telegram.say(SUPPORT, IVAN, "/duty")
    await bot_world.said(SUPPORT, shown)
    assert bot_world.telegram.violations == []


SWAP = {
    "ru": (
        "/duty поменяться Марина среда за пятницу",
        "Иван просит вас подежурить: ср 4 мар",
        "Беру",
        "Поменялись: ср 4 мар дежурит Марина, не Иван",
        "пт 6 мар дежурит Иван, не Марина",
    ),
    "en": (
        "/duty swap Марина Wednesday for Friday",
        "Иван asks you to take the duty on Wed 4 Mar",
        "I take it",
        "Swapped: on Wed 4 Mar Марина is on duty, not Иван",
        "On Fri 6 Mar Иван is on duty, not Марина",
    ),
}
ROTA = (("ivan",), ("ivan",), ("ivan",), ("marina",), ("marina",), ("marina",), ("marina",))


@pytest.mark.parametrize("language", BOTH)
async def test_two_swap_a_day_and_what_is_critical_goes_to_whoever_is_on_duty_then(
    bot_world: BotWorld, language: str
) -> None:
    """Killed after the question, after the press and before the answer is shown: once each."""
    command, question, key, done, back = SWAP[language]
    world = bot_world.store_world
    change_language(bot_world, language)
    with_desk(bot_world, rota=ROTA)
    world.settings = replace(world.settings, language=language)
    world.pressed_start("marina", "ivan")
    await bot_world.start(sender=False)
    await bot_world.telegram.say(SUPPORT, IVAN, command)
    await bot_world.written(
        lambda: [row for row in bot_world.rows_of(OutboxRow) if row.chat_id == MARINA]
    )
    await bot_world.kill()
    await bot_world.start()
    asked = await bot_world.said(MARINA, question)
    assert on_duty(bot_world, 2) == ("ivan",), "nothing is changed by asking"
    await bot_world.kill()
    await bot_world.start(sender=False)
    press = await bot_world.telegram.press(asked, key, MARINA)
    await bot_world.telegram.answered(press)
    await bot_world.kill()
    await bot_world.start()
    await bot_world.shows(asked, done)
    await bot_world.shows(asked, back)
    await bot_world.said(SUPPORT, done)
    days = [on_duty(bot_world, each) for each in range(5)]
    assert days == [("ivan",), ("ivan",), ("marina",), ("marina",), ("ivan",)]
    again = await bot_world.telegram.press(asked, "", MARINA, data="1:0:0:duty_swap:yes")
    await bot_world.telegram.answered(again)
    assert len(bot_world.rows_of(DutyRow)) == 4, "once"
    assert bot_world.telegram.violations == []


async def test_a_swap_is_refused_where_there_is_nothing_to_swap(bot_world: BotWorld) -> None:
    with_desk(bot_world, rota=ROTA)
    bot_world.store_world.pressed_start("marina")
    await bot_world.start()
    for written, said in (
        ("/duty поменяться", "с кем и какой ваш день"),
        ("/duty поменяться Марина", "с кем и какой ваш день"),
        ("/duty swap Иван среда", "с кем и какой ваш день"),
        ("/duty поменяться Марина пятница", "Иван в этот день не дежурит"),
        ("/duty поменяться Марина среда за вторник", "Марина в этот день не дежурит"),
        ("/duty поменяться Сергей среда", "отвечать не может"),
        ("/duty поменяться Марина 01.03.2026", "Это время прошло"),
    ):
        await bot_world.telegram.say(SUPPORT, IVAN, written)
        await bot_world.said(SUPPORT, said)
    assert bot_world.rows_of(DutyRow) == []


async def test_nobody_swaps_into_a_day_they_are_away_on_and_who_is_away_may_give_theirs(
    bot_world: BotWorld,
) -> None:
    with_desk(bot_world, rota=ROTA)
    bot_world.store_world.pressed_start("marina", "ivan")
    await bot_world.start()
    await bot_world.telegram.say(IVAN, IVAN, "/away до субботы")
    await bot_world.said(IVAN, "Вас нет")
    await bot_world.telegram.say(SUPPORT, IVAN, "/duty поменяться Марина среда за пятницу")
    await bot_world.said(SUPPORT, "В этот день не на месте: Иван")
    await bot_world.telegram.say(SUPPORT, IVAN, "/duty поменяться Марина среда за субботу")
    asked = await bot_world.said(MARINA, "просит вас подежурить")
    await bot_world.press(asked, "Беру", "marina")
    await bot_world.said(SUPPORT, "Поменялись")
    assert on_duty(bot_world, 2) == ("marina",)


async def test_a_swap_that_no_longer_fits_says_so_to_both_and_loses_its_keys(
    bot_world: BotWorld,
) -> None:
    with_desk(bot_world, rota=ROTA)
    bot_world.store_world.pressed_start("marina", "ivan")
    await bot_world.start()
    await bot_world.telegram.say(SUPPORT, IVAN, "/duty поменяться Марина среда за пятницу")
    asked = await bot_world.said(MARINA, "просит вас подежурить")
    await bot_world.telegram.say(IVAN, IVAN, "/away до субботы")
    await bot_world.said(IVAN, "Вас нет")
    await bot_world.press(asked, "Беру", "marina")
    await bot_world.shows(asked, "Обмена нет: Иван просит Марина подежурить ср 4 мар")
    assert asked.buttons == []
    await bot_world.said(SUPPORT, "Обмена нет")
    assert [row.kind for row in bot_world.rows_of(DutyRow)] == ["away"], "neither day"


async def test_a_day_beyond_the_week_is_confirmed_and_a_wrong_one_named(
    bot_world: BotWorld,
) -> None:
    with_desk(bot_world, rota=ROTA)
    await bot_world.start()
    await bot_world.telegram.say(SUPPORT, MARINA, "/duty Анна 31.12")
    await bot_world.said(SUPPORT, "чт 31 дек: Анна, затем Марина")
    before = len(bot_world.rows_of(DutyRow))
    for written, said in (
        ("/duty Иван 31.02", "Нет такого дня: «31.02»"),
        ("/duty поменяться Иван 31.02", "Нет такого дня: «31.02»"),
        ("/duty Иван 31.12.2031", "слишком далеко"),
        ("/duty Никто", "отвечать не может"),
    ):
        await bot_world.telegram.say(SUPPORT, MARINA, written)
        await bot_world.said(SUPPORT, said)
    assert len(bot_world.rows_of(DutyRow)) == before


async def test_who_has_no_private_chat_is_asked_in_the_group(bot_world: BotWorld) -> None:
    with_desk(bot_world, rota=ROTA)
    await bot_world.start()
    await bot_world.telegram.say(SUPPORT, IVAN, "/duty поменяться с марина среда")
    asked = await bot_world.said(SUPPORT, "просит вас подежурить")
    assert "не вам" in await bot_world.press(asked, "Беру", "anna")
    await bot_world.press(asked, "Не могу", "marina")
    await bot_world.shows(asked, "Марина не может поменяться: ср 4 мар дежурит Иван")
    assert bot_world.rows_of(DutyRow) == []
    assert bot_world.telegram.violations == []


@pytest.mark.parametrize(
    ("written", "until"),
    [
        ("04.03", "ср 00:00"),
        ("до 04.03", "ср 00:00"),
        ("3", "чт 00:00"),
        ("18:00", "18:00"),
        ("31.12", "31 дек, 00:00"),
        ("до пятницы", "пт 00:00"),
        ("until Friday 18:00", "пт 18:00"),
        ("завтра в 12:00", "вт 12:00"),
        ("до 5 декабря", "5 дек, 00:00"),
        ("until Dec 5", "5 дек, 00:00"),
        ("на 3 дня", "чт 00:00"),
        ("на неделю", "9 мар, 00:00"),
        ("for a week", "9 мар, 00:00"),
        ("2 недели", "16 мар, 00:00"),
        ("до понедельника", "9 мар, 00:00"),
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
    await bot_world.telegram.say(SUPPORT, MARINA, "/duty Анна 01.03")
    await bot_world.said(SUPPORT, "Это время прошло")
    for written, said in (
        ("вчера", "Напишите, до какого времени"),
        ("02.03", "Это время"),
        ("01.03", "Это время"),
        ("пятница 27:00", "Напишите, до какого времени"),
    ):
        await bot_world.telegram.say(SUPPORT, MARINA, f"/away {written}")
        await bot_world.said(SUPPORT, said)
    await bot_world.telegram.say(SUPPORT, SERGEY, "/away 3")
    await bot_world.said(SUPPORT, "смотреть")
    assert bot_world.rows_of(DutyRow) == []
