"""Who is on duty at a moment."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from reviewbot.core.calendar.duty import DutyChange, DutyKind, on_duty_at
from tests.store.store_world import MONDAY, settings

DESK = replace(
    settings().desks[""], on_duty=("marina", "anna"), rota=(("ivan",), (), (), (), (), (), ())
)
DEPUTIES = {"marina": "oleg", "oleg": "marina", "anna": None}
TUESDAY = MONDAY + timedelta(days=1)


def change(kind: DutyKind, person: str, start: datetime = MONDAY, hours: int = 96) -> DutyChange:
    return DutyChange(kind, person, start, start + timedelta(hours=hours))


AWAY, IN = DutyKind.AWAY, DutyKind.STANDS_IN


@pytest.mark.parametrize(
    ("changes", "at", "found"),
    [
        ((), MONDAY, ("ivan",)),
        ((), TUESDAY, ("marina", "anna")),
        # A day is the desk's: in Moscow it is Tuesday already.
        ((), datetime(2026, 3, 2, 21, 30, tzinfo=UTC), ("marina", "anna")),
        ((change(IN, "anna"),), TUESDAY, ("anna", "marina")),
        ((change(IN, "anna"), change(IN, "ivan")), TUESDAY, ("ivan", "anna", "marina")),
        ((change(AWAY, "marina"),), TUESDAY, ("oleg", "anna")),
        ((change(AWAY, "anna"),), TUESDAY, ("marina",)),
        ((change(AWAY, "marina", hours=20),), TUESDAY, ("marina", "anna")),
        ((change(AWAY, "marina"), change(AWAY, "oleg")), TUESDAY, ("anna",)),
        # Nobody is left: an alarm must reach somebody.
        ((change(AWAY, "ivan"),), MONDAY, ("ivan",)),
    ],
)
def test_on_duty(changes: tuple[DutyChange, ...], at: datetime, found: tuple[str, ...]) -> None:
    assert on_duty_at(DESK, changes, DEPUTIES, at) == found
