"""Who is on duty now, and what people change about it: they stand in, are away, come back."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import col, select

from reviewbot.core.calendar.duty import DutyChange, DutyKind, on_duty_at, present_for
from reviewbot.core.model import Role
from reviewbot.core.settings import Desk, Person, Settings
from reviewbot.core.ticket import Actor
from reviewbot.store.people import all_invited, may_see
from reviewbot.store.tables import AuditRow, DutyRow
from reviewbot.store.tx import Tx

LONGEST_AWAY = timedelta(days=366)
"""Who is away for longer is better taken out of the file."""


def on_duty(
    tx: Tx, desk: Desk, moment: datetime | None = None, place: str | None = None
) -> tuple[str, ...]:
    """Return the keys of who is on duty at a desk at this moment, or another one. With a place:
    of those who may see it, the others are passed over."""
    return on_duty_by_place(tx, desk, (place,), moment or tx.now)[place]


def on_duty_by_place(
    tx: Tx, desk: Desk, places: Iterable[str | None], moment: datetime
) -> dict[str | None, tuple[str, ...]]:
    """Return the same for several places of a desk; None: for any of them."""
    changed, deputies = changes(tx, desk.key, moment), _deputies(tx)
    everybody = (*tx.settings.people.values(), *all_invited(tx))
    found: dict[str | None, tuple[str, ...]] = {}
    for place in places:
        able = {each.key: each for each in everybody if answers_for(tx, each, desk, place)}
        found[place] = on_duty_at(
            desk,
            changed,
            deputies,
            moment,
            may_answer=able.__contains__,
            others=_others(tx, desk, able.values()),
        )
    return found


def answers_for(tx: Tx, person: Person, desk: Desk, place: str | None = None) -> bool:
    """Whether a person may answer for a place, or for some place of a desk."""
    settings = tx.settings
    if person.role is Role.VIEWER:
        return False
    if place is not None:
        return settings.may_see(person, place)
    return not person.only or any(
        settings.may_see(person, key) for key in places_of(settings, desk)
    )


def places_of(settings: Settings, desk: Desk) -> list[str]:
    """Return the keys of the own places a desk answers for."""
    own = (place for place in settings.locations.values() if place.role == "own")
    return [place.key for place in own if settings.desk_of(place.key).key == desk.key]


def _others(tx: Tx, desk: Desk, able: Iterable[Person]) -> list[str]:
    """Return who is told where nobody on duty can be: managers, those of other desks last, then
    admins."""

    def rank(person: Person) -> tuple[bool, bool]:
        desks = [each for each in tx.settings.desks.values() if person.key in each.ever_on_duty]
        return person.role is Role.ADMIN, bool(desks) and desk not in desks

    leading = [each for each in able if each.role in (Role.MANAGER, Role.ADMIN)]
    return [person.key for person in sorted(leading, key=rank)]


def reached_for(
    tx: Tx, key: str, place: str | None = None, moment: datetime | None = None
) -> str | None:
    """Return who is told in a person's place at a moment (now): the deputy while the person is
    away, or may not see the place it is about. None: nobody of them can be told."""
    away = {each.person for each in all_away(tx, moment)}

    def is_reached(each: str) -> bool:
        return each not in away and (place is None or may_see(tx, each, place))

    return present_for(key, is_reached, _deputies(tx))


def is_anybody_there(tx: Tx) -> bool:
    """Whether at some desk somebody is on duty who is not away."""
    away = {each.person for each in all_away(tx)}
    desks = tx.settings.desks.values()
    return any(set(on_duty(tx, desk)) - away for desk in desks)


def away_until(tx: Tx, key: str) -> datetime | None:
    """Return until when a person is away; None: they are there."""
    running = changes(tx, "", tx.now)
    ends = [each.end for each in running if each.kind is DutyKind.AWAY and each.person == key]
    return max(ends, default=None)


def all_away(tx: Tx, moment: datetime | None = None) -> list[DutyChange]:
    """Return who is away now, or at another moment, the first to come back first."""
    running = changes(tx, "", moment or tx.now)
    return sorted(
        (each for each in running if each.kind is DutyKind.AWAY), key=lambda each: each.end
    )


def changes(tx: Tx, desk: str, moment: datetime) -> list[DutyChange]:
    """Return the changes that count at a desk at this moment, the older first; absences count at
    every desk."""
    rows = tx.session.exec(
        select(DutyRow)
        .where(
            col(DutyRow.ended_at).is_(None),
            col(DutyRow.starts_at) <= moment,
            col(DutyRow.ends_at) > moment,
        )
        .order_by(col(DutyRow.id))
    )
    return [
        DutyChange(DutyKind(row.kind), row.person, row.starts_at, row.ends_at)
        for row in rows
        if row.kind == DutyKind.AWAY or row.desk == desk
    ]


def stand_in(tx: Tx, desk: Desk, person: Person, day: date, by: Actor) -> None:
    """Let a person be the first on duty at a desk on a day of its zone."""
    _change(tx, DutyKind.STANDS_IN, person.key, *_whole(desk, day), by, desk.key)


def swap(tx: Tx, desk: Desk, giver: Person, taker: Person, day: date, by: Actor) -> None:
    """Let one person take another's day at a desk: the other is not on duty on it."""
    stand_in(tx, desk, taker, day, by)
    _change(tx, DutyKind.STANDS_DOWN, giver.key, *_whole(desk, day), by, desk.key)


def _whole(desk: Desk, day: date) -> tuple[datetime, datetime]:
    """Return when a day of a desk's zone begins and ends."""
    zone = ZoneInfo(desk.zone)
    return datetime.combine(day, time(), zone), datetime.combine(
        day + timedelta(days=1), time(), zone
    )


def on_duty_on(tx: Tx, desk: Desk, day: date) -> tuple[str, ...]:
    """Return who is on duty at a desk on a day of its zone, as it stands now."""
    return on_duty(tx, desk, _noon(desk, day))


def owners_of(tx: Tx, desk: Desk, day: date) -> tuple[str, ...]:
    """Return whose day it is at a desk, as it stands now: also who will be away then."""
    noon = _noon(desk, day)
    known = [each for each in changes(tx, desk.key, noon) if each.kind is not DutyKind.AWAY]
    return tuple(dict.fromkeys((*on_duty_at(desk, known, {}, noon), *on_duty_on(tx, desk, day))))


def is_away_on(tx: Tx, person: Person, desk: Desk, day: date) -> bool:
    """Whether a person is away on a day of a desk's zone, as far as is known now."""
    return person.key in {each.person for each in all_away(tx, _noon(desk, day))}


def _noon(desk: Desk, day: date) -> datetime:
    return datetime.combine(day, time(12), ZoneInfo(desk.zone))


def go_away(tx: Tx, person: Person, until: datetime, by: Actor) -> None:
    """Let a person be away from now on; an absence that runs ends by that."""
    come_back(tx, person, by)
    _change(tx, DutyKind.AWAY, person.key, tx.now, min(until, tx.now + LONGEST_AWAY), by)


def come_back(tx: Tx, person: Person, by: Actor) -> bool:
    """End a person's absence; return whether there was one."""
    rows = tx.session.exec(
        select(DutyRow).where(
            DutyRow.kind == DutyKind.AWAY,
            DutyRow.person == person.key,
            col(DutyRow.ended_at).is_(None),
            col(DutyRow.ends_at) > tx.now,
        )
    ).all()
    for row in rows:
        row.ended_at = tx.now
        tx.session.add(row)
    if rows:
        _note(tx, by, kind="back", person=person.key)
    tx.session.flush()
    return bool(rows)


def _change(
    tx: Tx,
    kind: DutyKind,
    person: str,
    start: datetime,
    end: datetime,
    by: Actor,
    desk: str = "",
) -> None:
    row = DutyRow(
        kind=kind, desk=desk, person=person, starts_at=start, ends_at=end, by=by.key, at=tx.now
    )
    tx.session.add(row)
    _note(tx, by, kind=kind, person=person, desk=desk, until=end.isoformat())
    tx.session.flush()


def _note(tx: Tx, by: Actor, **detail: str) -> None:
    row = AuditRow(at=tx.now, actor=by.key, role=by.role, action="duty", detail=detail)
    tx.session.add(row)


def _deputies(tx: Tx) -> dict[str, str | None]:
    return {key: person.deputy for key, person in tx.settings.people.items()}
