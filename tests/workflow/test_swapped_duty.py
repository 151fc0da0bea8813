"""A day of duty changes hands while a critical review waits."""

from dataclasses import replace
from datetime import timedelta

from sqlmodel import Session

from reviewbot.core.model import OutboxKind, Severity
from reviewbot.workflow import sweep
from reviewbot.workflow.reminders import duty
from tests.store.store_world import MONDAY, PEOPLE, StoreWorld, actor

MARINA, IVAN = 502, 504


def test_who_alone_is_on_duty_is_not_announced_as_the_next(store_world: StoreWorld) -> None:
    """ "Next I will tell Marina", told to Marina, names nobody else."""
    people = {key: replace(each, deputy=None) for key, each in PEOPLE.items()}
    desk = replace(store_world.settings.desks[""], on_duty=("marina",))
    store_world.settings = replace(store_world.settings, people=people, desks={"": desk})
    store_world.pressed_start("marina")
    store_world.ticket(severity=Severity.CRITICAL)
    at = MONDAY + timedelta(minutes=1)
    store_world.db.write_now(lambda rows: sweep.sweep(store_world.tx(rows, at)))
    [row] = store_world.outbox(OutboxKind.REMINDER, OutboxKind.ESCALATION)
    [item] = row.payload["items"]
    assert (item["to"], item["next_to"]) == ("marina", None)
    assert item["next_at"] is not None, "it is reminded of once more"


def test_a_critical_review_finds_the_one_who_took_the_day(store_world: StoreWorld) -> None:
    """A swap between the first call and the second: who is on duty then is the next one told."""
    people = {**PEOPLE, "marina": replace(PEOPLE["marina"], deputy=None)}
    desk = replace(store_world.settings.desks[""], on_duty=("marina",))
    store_world.settings = replace(store_world.settings, people=people, desks={"": desk})
    store_world.pressed_start("marina", "anna", "ivan")
    store_world.ticket(severity=Severity.CRITICAL)

    def sweep_at(minutes: int) -> list[int | None]:
        at = MONDAY + timedelta(minutes=minutes)
        known = len(store_world.outbox(OutboxKind.REMINDER, OutboxKind.ESCALATION))
        store_world.db.write_now(lambda rows: sweep.sweep(store_world.tx(rows, at)))
        rows = store_world.outbox(OutboxKind.REMINDER, OutboxKind.ESCALATION)[known:]
        return [row.chat_id for row in rows]

    assert sweep_at(1) == [MARINA]

    def swap(rows: Session) -> None:
        tx = store_world.tx(rows, MONDAY + timedelta(minutes=5))
        day = MONDAY.date()
        duty.swap(tx, desk, people["marina"], people["ivan"], day, actor("ivan"))

    store_world.db.write_now(swap)
    assert sweep_at(11) == [IVAN]
