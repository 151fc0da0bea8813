"""Somebody on duty may not see every place of the desk: whoever may is told of the others."""

from dataclasses import replace
from datetime import timedelta

import pytest

from reviewbot.core.model import OutboxKind, Severity
from reviewbot.core.ticket import Action
from reviewbot.workflow import sweep
from reviewbot.workflow.reminders import duty
from tests.store.store_world import MONDAY, PEOPLE, SUPPORT, StoreWorld, actor

MARINA, ANNA, PETR, OLEG = 502, 503, 505, 501
TVERSKAYA, NEVSKY = "tverskaya/yandex_maps", "nevsky/yandex_maps"
EVERYBODY = ("marina", "anna", "ivan", "petr", "oleg")


def with_duty(world: StoreWorld, *on_duty: str, **deputies: str) -> None:
    desk = replace(world.settings.desks[""], on_duty=on_duty)
    people = {
        key: replace(each, deputy=deputies.get(key)) for key, each in world.settings.people.items()
    }
    world.settings = replace(world.settings, desks={"": desk}, people=people)
    world.pressed_start(*EVERYBODY)


def away(world: StoreWorld, *keys: str) -> None:
    until = MONDAY + timedelta(days=3)
    for key in keys:
        world.db.write_now(
            lambda rows, key=key: duty.go_away(world.tx(rows), PEOPLE[key], until, actor(key))
        )


def stands_in(world: StoreWorld, key: str) -> None:
    desk, day = world.settings.desks[""], MONDAY.date()
    world.db.write_now(
        lambda rows: duty.stand_in(world.tx(rows), desk, PEOPLE[key], day, actor("marina"))
    )


def told(world: StoreWorld, target: str, minutes: int = 11) -> list[tuple[int | None, str | None]]:
    """Who is told of a critical review, minute by minute, and whom each message announces."""
    world.ticket(target=target, severity=Severity.CRITICAL)
    for minute in range(minutes + 1):
        at = MONDAY + timedelta(minutes=minute)
        world.db.write_now(lambda rows, at=at: sweep.sweep(world.tx(rows, at)))
    rows = world.outbox(OutboxKind.REMINDER, OutboxKind.ESCALATION)
    return [(row.chat_id, row.payload["items"][0]["next_to"]) for row in rows]


@pytest.mark.parametrize(
    ("target", "first"), [(TVERSKAYA, (MARINA, "anna")), (NEVSKY, (PETR, "marina"))]
)
def test_who_stands_in_is_told_of_places_they_may_see(
    store_world: StoreWorld, target: str, first: tuple[int, str]
) -> None:
    with_duty(store_world, "marina", "anna")
    stands_in(store_world, "petr")
    assert told(store_world, target, 0) == [first]


def test_a_deputy_is_told_of_places_they_may_see(store_world: StoreWorld) -> None:
    """Marina is away, Пётр her deputy may not see the place, nobody else is on duty: the other
    manager is told, then the admin; at his own place he is told."""
    with_duty(store_world, "marina", marina="petr")
    away(store_world, "marina")
    assert told(store_world, TVERSKAYA) == [(ANNA, "oleg"), (OLEG, "managers")]


def test_a_deputy_is_told_of_his_own_place(store_world: StoreWorld) -> None:
    with_duty(store_world, "marina", marina="petr")
    away(store_world, "marina")
    assert told(store_world, NEVSKY, 0)[0][0] == PETR


def test_two_who_stand_in_for_each_other_are_both_away(store_world: StoreWorld) -> None:
    with_duty(store_world, "marina", "anna", marina="anna", anna="marina")
    away(store_world, "marina", "anna")
    assert told(store_world, TVERSKAYA, 0) == [(OLEG, None)], "he is the next one, too"


def test_where_everybody_is_away_those_the_file_names_are_told(store_world: StoreWorld) -> None:
    with_duty(store_world, "marina", "anna")
    away(store_world, "marina", "anna", "oleg")
    assert told(store_world, TVERSKAYA, 0) == [(MARINA, "anna")]


def test_who_is_named_by_a_rung_is_told_of_places_they_may_see(store_world: StoreWorld) -> None:
    with_duty(store_world, "marina")
    steps = store_world.settings.ladders.seen["critical"]
    ladders = replace(
        store_world.settings.ladders, seen={"critical": (replace(steps[0], to="petr"), *steps[1:])}
    )
    store_world.settings = replace(store_world.settings, ladders=ladders)
    assert told(store_world, TVERSKAYA, 0)[0][0] == MARINA


def test_an_absent_holder_is_told_by_whoever_is_on_duty(store_world: StoreWorld) -> None:
    """As /away says: without a deputy the next on duty."""
    with_duty(store_world, "marina")
    number = store_world.ticket()
    store_world.act(number, Action.TAKE, "ivan", MONDAY)
    away(store_world, "ivan")
    at = MONDAY + timedelta(minutes=31)
    store_world.change_target(TVERSKAYA, last_reading_at=at)
    store_world.db.write_now(lambda rows: sweep.sweep(store_world.tx(rows, at)))
    [row] = store_world.outbox(OutboxKind.REMINDER)
    assert row.chat_id == MARINA


def test_nobody_who_may_see_the_place_leaves_it_to_the_chat(store_world: StoreWorld) -> None:
    with_duty(store_world, "petr")
    petr = replace(store_world.settings.people["petr"], role=PEOPLE["ivan"].role)
    store_world.settings = replace(store_world.settings, people={"petr": petr})
    assert told(store_world, TVERSKAYA, 0)[0][0] == SUPPORT


def test_what_comes_next_is_asked_of_the_day_it_comes_on(store_world: StoreWorld) -> None:
    """Before midnight the next step is announced as it will be after it."""
    with_duty(store_world)
    rota = (("marina",), ("anna",), *[("ivan",)] * 5)
    desk = replace(store_world.settings.desks[""], rota=rota)
    store_world.settings = replace(store_world.settings, desks={"": desk})
    night = MONDAY.replace(hour=20, minute=55)
    store_world.ticket(severity=Severity.CRITICAL, now=night)
    for minute in (0, 11):
        at = night + timedelta(minutes=minute)
        store_world.db.write_now(lambda rows, at=at: sweep.sweep(store_world.tx(rows, at)))
    first, second = store_world.outbox(OutboxKind.REMINDER, OutboxKind.ESCALATION)[:2]
    assert (first.chat_id, first.payload["items"][0]["next_to"]) == (MARINA, "anna")
    assert second.chat_id == ANNA
