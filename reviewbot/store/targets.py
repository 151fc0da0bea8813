"""Targets as rows: in step with the operator's file, due or resting, and what to look for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Table, bindparam, or_, text, update
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from reviewbot.core.connections import TargetSettings
from reviewbot.core.model import Health
from reviewbot.core.readings.health import DOUBTS_TO_SUSPECT
from reviewbot.core.readings.target_memory import TargetMemory
from reviewbot.core.settings import Settings
from reviewbot.store import location_renames, people, upserts
from reviewbot.store.database import is_given, run
from reviewbot.store.tables import (
    IS_OPEN,
    ForgottenRow,
    HostRow,
    LocationRow,
    ReviewRow,
    TargetRow,
    TicketRow,
)
from reviewbot.store.upserts import plain

SWEEP_EVERY = timedelta(hours=24)
# Every reading asks these: they are built once.
_TARGET: Table = TargetRow.__table__  # type: ignore[attr-defined]
_HOST: Table = HostRow.__table__  # type: ignore[attr-defined]
_TICKET: Table = TicketRow.__table__  # type: ignore[attr-defined]
_OPEN_HERE = columns(_TICKET.c.id).where(_TICKET.c.target_id == _TARGET.c.id, text(IS_OPEN))
_STANDING = columns(
    _TARGET,
    *(_HOST.c[name] for name in ("name", "backoff_step", "backoff_until")),
    *(_HOST.c[name] for name in ("retry_after_until", "bad_since")),
    _OPEN_HERE.exists(),
    _OPEN_HERE.where(_TICKET.c.backlog.is_(False)).exists(),
    columns(col(ForgottenRow.mark)).exists(),
).outerjoin(_HOST, _HOST.c.name == _TARGET.c.host)
_POLLED = _STANDING.where(_TARGET.c.key == bindparam("key"), _TARGET.c.retired_at.is_(None))
_POLLED_OF = _STANDING.where(is_given(_TARGET.c.key, "keys"), _TARGET.c.retired_at.is_(None))
_READ = _STANDING.where(_TARGET.c.id == bindparam("target_id"))
_ROWS = (
    select(TargetRow, HostRow)
    .join(HostRow, col(HostRow.name) == TargetRow.host, isouter=True)
    .where(col(TargetRow.id) == bindparam("target_id"))
)
_READ_OF = _STANDING.where(is_given(_TARGET.c.id, "target_ids"))
_TARGET_NAMES = tuple(column.key for column in _TARGET.columns)
# A ticket knows its target: a target's reviews may be hundreds of thousands, its open tickets few.
_WAITED_FOR = (
    select(ReviewRow.id, ReviewRow.external_id, ReviewRow.last_seen_at)
    .join(TicketRow, col(TicketRow.review_id) == ReviewRow.id)
    .where(col(TicketRow.target_id) == bindparam("target_id"), text(IS_OPEN))
)

_OWN_MEMORY = "_reading"
"""The key of a target's memory that is ours; the rest is its source's."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A review with an open ticket, which a reading must see."""

    review_id: int
    external_id: str
    on_first_page: bool


@dataclass(frozen=True, slots=True)
class TargetStanding:
    """A target as it is, with what else a reading needs to know: its host (None: never met),
    whether any ticket of it is open, and one that has a clock, whether anybody was forgotten.

    The session keeps no books about the rows: what is changed on `target` is stored by whoever
    changes it. `as_read`: its columns in the order of the table.
    """

    as_read: Sequence[Any]
    target: TargetRow
    host: HostRow | None
    is_waited_for: bool
    is_pressing: bool
    forgets: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """What one reading of a target is to do. `rests_until`: the host is not to be asked before.

    `is_probe`: the host was out of reach, and this reading alone tries it. `pages`: how many pages
    to read at least (history fills one page a reading); `sweep`: read to the end. `forgets`: there
    are guests who asked to be forgotten.
    """

    target: TargetRow
    rests_until: datetime | None
    is_probe: bool
    wanted: tuple[Wanted, ...]
    pages: int
    sweep: bool
    counter: int | None
    canaries: tuple[str, ...]
    owed: int
    forgets: bool = False

    @property
    def target_id(self) -> int:
        assert self.target.id is not None
        return self.target.id

    @property
    def memory(self) -> dict[str, Any]:
        """What the source asked to remember."""
        return {key: value for key, value in self.target.memory.items() if key != _OWN_MEMORY}

    @property
    def is_first_contact(self) -> bool:
        return self.target.first_contact_at is None


def sync_settings(session: Session, settings: Settings, now: datetime) -> None:
    """Bring locations, targets and people in step with the settings. What is no longer named is
    retired, not deleted; new targets of a host are due one gap after another, never all at once.
    """
    _sync_locations(session, settings, now)
    location_renames.follow(session, settings, now)
    people.leave_to_the_file(session, settings, now)
    _sync_targets(session, settings, now)
    session.flush()


def _sync_locations(session: Session, settings: Settings, now: datetime) -> None:
    table = LocationRow.__table__  # type: ignore[attr-defined]
    rows = {row["key"]: row for row in session.execute(columns(table)).mappings()}
    new = []
    for place in settings.locations.values():
        values = {
            "name": place.name,
            "groups": list(place.groups),
            "role": place.role,
            "zone": place.zone,
            "retired_at": None,
        }
        kept = rows.get(place.key)
        if kept is None:
            new.append({"key": place.key, **values})
        elif any(kept[name] != value for name, value in values.items()):
            session.execute(update(table).where(table.c.key == place.key).values(**values))
    upserts.insert_all(session, LocationRow, new)
    gone = [key for key in rows if key not in settings.locations and not rows[key]["retired_at"]]
    for key in gone:
        session.execute(update(table).where(table.c.key == key).values(retired_at=now))


def _sync_targets(session: Session, settings: Settings, now: datetime) -> None:
    """Write what differs, and no more: at most starts nothing does, and there may be thousands."""
    by_place = {(row["source"], row["ref"]): row for row in _placed(session)}
    named = {(entry.target.source, entry.target.ref): entry for entry in settings.targets.values()}
    keys = {entry.key: place for place, entry in named.items()}
    changes: dict[int, dict[str, Any]] = {}
    for place, row in by_place.items():
        # Keys are unique among all rows, also retired ones: free a key that another place bears.
        if keys.get(row["key"], place) != place:
            row["key"] = changes.setdefault(row["id"], {})["key"] = f"{row['key']}~{row['id']}"
        if place not in named and row["retired_at"] is None:
            changes.setdefault(row["id"], {})["retired_at"] = now
    _write(session, changes)
    changes, new = {}, []
    queued: dict[str, int] = {}
    for place, entry in named.items():
        host = host_of(entry)
        kept = by_place.get(place)
        values: dict[str, Any] = {
            "key": entry.key,
            "location_key": entry.location,
            "url": entry.target.url,
            "host": host,
        }
        if kept is None or kept["retired_at"] is not None or kept["next_poll_at"] is None:
            values["retired_at"] = None
            values["next_poll_at"] = now + _gap(settings, entry, host) * queued.get(host, 0)
            queued[host] = queued.get(host, 0) + 1
        if kept is None:
            new.append(upserts.values_of(TargetRow(source=place[0], ref=place[1], **values)))
        elif any(kept[name] != value for name, value in values.items()):
            changes[kept["id"]] = values
    _write(session, changes)
    upserts.insert_all(session, TargetRow, new)


_PLACED = [
    _TARGET.c[name]
    for name in (
        "id",
        "source",
        "ref",
        "key",
        "location_key",
        "url",
        "host",
        "retired_at",
        "next_poll_at",
    )
]


def _placed(session: Session) -> list[dict[str, Any]]:
    return [dict(row) for row in session.execute(columns(*_PLACED)).mappings()]


def _write(session: Session, changes: Mapping[int, Mapping[str, Any]]) -> None:
    for target_id, values in changes.items():
        session.execute(update(TargetRow).where(col(TargetRow.id) == target_id).values(**values))


def host_of(entry: TargetSettings) -> str:
    """The host whose gaps a target's readings keep."""
    return entry.hosts[0] if entry.hosts else entry.target.source


def _gap(settings: Settings, entry: TargetSettings, host: str) -> timedelta:
    source = settings.sources.get(entry.target.source)
    return settings.fetching.gaps.get(host, source.gap if source else timedelta(seconds=10))


def poll_soon(
    session: Session, target_id: int, now: datetime, due_at: datetime | None = None
) -> None:
    """Make a target due before all others, whatever its rhythm says; at `due_at` where that is
    still to come."""
    first = due_at if due_at is not None and due_at > now else now - timedelta(days=1)
    session.execute(
        update(TargetRow)
        .where(
            col(TargetRow.id) == target_id,
            or_(col(TargetRow.next_poll_at).is_(None), col(TargetRow.next_poll_at) > first),
        )
        .values(next_poll_at=first)
    )


def plan_for(session: Session, key: str, now: datetime) -> Plan | None:
    """Return what a reading of this target is to do; None where no such target is polled."""
    found = run(session, _POLLED, {"key": key}).first()
    return _plan(session, _standing(found), now) if found is not None else None


def plans_for(session: Session, keys: Sequence[str], now: datetime) -> list[Plan]:
    """Return what readings of these targets are to do, by one query; those polled no more are
    left out."""
    found = run(session, _POLLED_OF, {"keys": list(keys)}).all() if keys else ()
    return [_plan(session, _standing(each), now) for each in found]


def _plan(session: Session, standing: TargetStanding, now: datetime) -> Plan:
    target, host = standing.target, standing.host
    memory = memory_of(target)
    holds = [host.backoff_until, host.retry_after_until] if host else [None]
    rests_until = max((moment for moment in holds if moment and moment > now), default=None)
    overdue = target.last_sweep_at is None or now - target.last_sweep_at >= SWEEP_EVERY
    return Plan(
        target=target,
        rests_until=rests_until,
        is_probe=holds[0] is not None,
        wanted=_wanted(session, target, memory) if standing.is_waited_for else (),
        pages=1 if memory.history_read else memory.history_pages + 1,
        sweep=memory.history_read and overdue,
        counter=memory.counter,
        canaries=memory.canaries,
        owed=memory.owed,
        forgets=standing.forgets,
    )


def rows_of(session: Session, target_id: int) -> tuple[TargetRow, HostRow]:
    """Return the rows of a target and its host to change; of a host never met a new one."""
    target, host = session.exec(_ROWS, params={"target_id": target_id}).one()
    return target, host or HostRow(name=target.host)


def standing_of(session: Session, target_id: int) -> TargetStanding:
    """Return how a target stands."""
    return _standing(run(session, _READ, {"target_id": target_id}).one())


def standings_of(session: Session, target_ids: Sequence[int]) -> dict[int, TargetStanding]:
    """The same of several targets, by id."""
    found = run(session, _READ_OF, {"target_ids": list(target_ids)}).all()
    standings = map(_standing, found)
    return {each.target.id: each for each in standings if each.target.id is not None}


def _standing(found: Row[Any]) -> TargetStanding:
    own = len(_TARGET_NAMES)
    name, backoff_step, backoff_until, retry_after_until, bad_since, *flags = found[own:]
    rest = {"name": name, "backoff_step": backoff_step, "backoff_until": backoff_until}
    rest |= {"retry_after_until": retry_after_until, "bad_since": bad_since}
    target = plain(TargetRow, dict(zip(_TARGET_NAMES, found, strict=False)))
    host = plain(HostRow, rest) if name is not None else None
    return TargetStanding(found, target, host, *flags)


def first_plan(entry: TargetSettings) -> Plan:
    """Return the plan of a target that has no row yet: one page, as at first contact."""
    place = entry.target
    row = TargetRow(
        key=entry.key,
        location_key=entry.location,
        source=place.source,
        ref=place.ref,
        host=host_of(entry),
    )
    return Plan(row, None, False, (), 1, False, None, (), 0)


def memory_of(target: TargetRow) -> TargetMemory:
    """What readings remember of this target, beside the source's memory."""
    return TargetMemory.from_json(target.memory.get(_OWN_MEMORY))


def keep_memory(
    target: TargetRow, memory: TargetMemory, of_source: Mapping[str, Any] | None = None
) -> None:
    """Write it down, with what the source asked to remember beside it."""
    kept = {**target.memory, **(of_source or {}), _OWN_MEMORY: memory.to_json()}
    target.memory = kept


def is_count_doubted(target: TargetRow) -> bool:
    """Whether what makes a target suspicious is the site's counter, and not the list itself."""
    doubts = memory_of(target).doubts
    return target.health == Health.SUSPICIOUS and doubts >= DOUBTS_TO_SUSPECT


def _wanted(session: Session, target: TargetRow, memory: TargetMemory) -> tuple[Wanted, ...]:
    rows = run(session, _WAITED_FOR, {"target_id": target.id})
    on_first = set(memory.open_on_first)
    # One that the last sweep did not find is looked for by the next sweep (or asked for alone),
    # not by reading every page every time.
    return tuple(
        Wanted(review_id, external_id, review_id in on_first)
        for review_id, external_id, seen_at in rows.all()
        if review_id is not None and not (target.last_sweep_at and seen_at < target.last_sweep_at)
    )


def postpone(session: Session, target_id: int, until: datetime) -> None:
    """Do not read a target before `until`."""
    session.execute(
        update(TargetRow).where(col(TargetRow.id) == target_id).values(next_poll_at=until)
    )
