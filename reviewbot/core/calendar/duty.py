"""Who is on duty at a moment: the file's week, what was changed in chat, who is away. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from reviewbot.core.settings import Desk


class DutyKind(StrEnum):
    """What somebody changed: who stands first in for others, or who cannot be reached."""

    STANDS_IN = "stands_in"
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
) -> tuple[str, ...]:
    """Return who is on duty at a desk, the first to be told first.

    Who stands in goes before the day's people of the file; who is away is replaced by the deputy,
    or left out. Where nobody would be left, those the file names stay: an alarm must reach
    somebody.
    """
    running = [each for each in changes if each.runs(moment)]
    away = {each.person for each in running if each.kind is DutyKind.AWAY}
    first = [each.person for each in reversed(running) if each.kind is DutyKind.STANDS_IN]
    order = dict.fromkeys((*first, *planned(desk, moment)))
    present = (present_for(key, away, deputies) for key in order)
    return tuple(dict.fromkeys(key for key in present if key)) or tuple(order)


def planned(desk: Desk, moment: datetime) -> tuple[str, ...]:
    """Return whom the file names for the day (of the desk's zone)."""
    weekday = moment.astimezone(ZoneInfo(desk.zone)).weekday()
    return (desk.rota[weekday] if desk.rota else ()) or desk.on_duty


def present_for(key: str, away: Collection[str], deputies: Mapping[str, str | None]) -> str | None:
    """Return the person, or whom of the chain of deputies can be reached; None: nobody."""
    passed: set[str] = set()
    at: str | None = key
    while at is not None and at in away and at not in passed:
        passed.add(at)
        at = deputies.get(at)
    return None if at is None or at in away else at
