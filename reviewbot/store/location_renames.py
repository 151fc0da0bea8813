"""Locations that got another key: what stands under the former one follows, where the operator's
file says so (`formerly`). Renames are declared, never guessed."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, update
from sqlmodel import Session, col, select

from reviewbot.core.settings import Settings
from reviewbot.core.ticket import BOT
from reviewbot.store.surveys.guest_tables import GuestLinkRow, SurveyRow
from reviewbot.store.tables import (
    AuditRow,
    ConcernRow,
    InviteRow,
    LocationRow,
    PersonRow,
    ReviewRow,
    TargetRow,
    TicketRow,
)


@dataclass(frozen=True, slots=True)
class Undeclared:
    """A location whose pages have tickets under a key that the file has no more and that no
    `formerly` names: they stay behind."""

    key: str
    former: str
    tickets: int


def follow(session: Session, settings: Settings, now: datetime) -> None:
    """Give what stands under a former key to the location that names it. The rows of locations
    are there. Done again it changes nothing."""
    for place in settings.locations.values():
        for former in place.formerly:
            if session.get(LocationRow, former) is not None:
                _move(session, former, place.key, now)


def _move(session: Session, former: str, key: str, now: datetime) -> None:
    tickets = session.execute(
        update(TicketRow).where(col(TicketRow.location_key) == former).values(location_key=key)
    )
    session.execute(
        update(ConcernRow).where(col(ConcernRow.location_key) == former).values(location_key=key)
    )
    for answered in (GuestLinkRow, SurveyRow):
        session.execute(
            update(answered).where(col(answered.location_key) == former).values(location_key=key)
        )
    targets = session.execute(
        update(TargetRow).where(col(TargetRow.location_key) == former).values(location_key=key)
    )
    moved = {
        "tickets": getattr(tickets, "rowcount", 0),
        "targets": getattr(targets, "rowcount", 0),
        "people": _rename_work_of_people(session, former, key),
    }
    if any(moved.values()):
        detail = {"from": former, "to": key, **moved}
        session.add(AuditRow(at=now, actor=BOT.key, action="rename", detail=detail))
        session.flush()


def _rename_work_of_people(session: Session, former: str, key: str) -> int:
    """Keep the place among those of the people invited in chat, and of open invitations; those of
    the config have theirs in the file. Return how many rows that were."""
    rows = [*session.exec(select(PersonRow)), *session.exec(select(InviteRow))]
    named = [row for row in rows if former in row.only]
    for row in named:
        row.only = list(dict.fromkeys(key if name == former else name for name in row.only))
        session.add(row)
    return len(named)


def keys(session: Session) -> frozenset[str]:
    """Return every key a location has had."""
    return frozenset(session.exec(select(LocationRow.key)).all())


def undeclared(session: Session, settings: Settings) -> list[Undeclared]:
    """Return the locations whose pages' tickets stay behind."""
    declared = {former for place in settings.locations.values() for former in place.formerly}
    owners = {
        (entry.target.source, entry.target.ref): entry.location
        for entry in settings.targets.values()
    }
    counted = (
        select(TargetRow.source, TargetRow.ref, TicketRow.location_key, func.count())
        .join(ReviewRow, col(ReviewRow.id) == TicketRow.review_id)
        .join(TargetRow, col(TargetRow.id) == ReviewRow.target_id)
        .group_by(col(TargetRow.id), col(TicketRow.location_key))
    )
    left: Counter[tuple[str, str]] = Counter()
    for source, ref, former, count in session.exec(counted):
        key = owners.get((source, ref))
        if key is not None and former not in settings.locations and former not in declared:
            left[key, former] += count
    return [Undeclared(key, former, count) for (key, former), count in left.items()]
