"""Who is on duty at a moment: the file's week, what was changed in chat, who is away. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from reviewbot.core.settings import Desk


class DutyKind(StrEnum):
    """What somebody changed: who stands first in for others, whose day another one took, or who
    cannot be reached."""

    STANDS_IN = "stands_in"
    STANDS_DOWN = "stands_down"
    AWAY = "away"


@dataclass(frozen=True, slots=True)
class DutyChange:
    """One change, from `start` to before `end` (UTC), the older before the newer."""

    kind: DutyKind
    person: str
    start: datetime
    end: datetime

    def runs(self, moment: datetime) -> bool:
        """Whether it counts at this moment."""
        return self.start <= moment < self.end


def on_duty_at(
    desk: Desk,
    changes: Sequence[DutyChange],
    deputies: Mapping[str, str | None],
    moment: datetime,
    *,
    may_answer: Callable[[str], bool] = lambda key: True,
    others: Sequence[str] = (),
) -> tuple[str, ...]:
    """Return who is on duty at a desk, the first to be told first.

    Who stands in goes before the day's people of the file; whose day was taken is left out; who is
    away, or may not answer for what it is about, is replaced by the deputy, or left out. Of two
    changes the newer counts. Where nobody would be left, the `others` of the team are told, and
    where they are away too those the file names: an alarm must reach somebody.
    """
    running = [each for each in changes if each.runs(moment)]
    away = {each.person for each in running if each.kind is DutyKind.AWAY}
    first: list[str] = []
    down: set[str] = set()
    for each in running:
        if each.kind is DutyKind.STANDS_IN:
            first.insert(0, each.person)
            down.discard(each.person)
        elif each.kind is DutyKind.STANDS_DOWN:
            first = [key for key in first if key != each.person]
            down.add(each.person)
    whole = dict.fromkeys((*first, *planned(desk, moment)))
    if not whole:
        return ()

    def is_reached(key: str) -> bool:
        return key not in away and may_answer(key)

    for order in ([key for key in whole if key not in down], list(whole), others):
        present = (present_for(key, is_reached, deputies) for key in order)
        if found := tuple(dict.fromkeys(key for key in present if key)):
            return found
    return tuple(key for key in (*whole, *others) if may_answer(key))


def planned(desk: Desk, moment: datetime) -> tuple[str, ...]:
    """Return whom the file names for the day (of the desk's zone)."""
    weekday = moment.astimezone(ZoneInfo(desk.zone)).weekday()
    return (desk.rota[weekday] if desk.rota else ()) or desk.on_duty


def present_for(
    key: str, is_reached: Callable[[str], bool], deputies: Mapping[str, str | None]
) -> str | None:
    """Return the person, or whom of the chain of deputies can be reached; None: nobody."""
    passed: set[str] = set()
    at: str | None = key
    while at is not None and at not in passed:
        if is_reached(at):
            return at
        passed.add(at)
        at = deputies.get(at)
    return None
