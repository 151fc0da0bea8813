"""Which targets are to be read, now and soon, and what their readings are to do."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func
from sqlmodel import Session, col, select

from reviewbot.store.database import run
from reviewbot.store.tables import TargetRow
from reviewbot.store.targets import Plan, plans_for

_PLACE_IN_LINE = func.row_number().over(
    partition_by=col(TargetRow.host), order_by=(col(TargetRow.next_poll_at), col(TargetRow.id))
)
_LINES = (
    select(TargetRow.host, TargetRow.key, TargetRow.next_poll_at, _PLACE_IN_LINE.label("place"))
    .where(col(TargetRow.retired_at).is_(None), col(TargetRow.next_poll_at) <= bindparam("by"))
    .subquery()
)
_DUE = (
    select(_LINES.c.host, _LINES.c.key, _LINES.c.next_poll_at)
    .where(_LINES.c.place == 1)
    .order_by(_LINES.c.next_poll_at)
    .limit(bindparam("limit"))
)
_NEXT_DUE = select(func.min(TargetRow.next_poll_at)).where(
    col(TargetRow.retired_at).is_(None), col(TargetRow.next_poll_at) > bindparam("by")
)


def due_targets(session: Session, now: datetime, limit: int = 64) -> list[tuple[str, str]]:
    """Return (host, target key) of targets to read now, the earliest due of each host, most
    overdue first: a host with hundreds of them must not hide the others."""
    return [(host, key) for _, host, key in _due(session, now, limit)]


def _due(session: Session, by: datetime, limit: int) -> list[tuple[datetime, str, str]]:
    """Return when they become due as well."""
    rows = run(session, _DUE, {"by": by, "limit": limit})
    return [(at, host, key) for host, key, at in rows]


@dataclass(frozen=True, slots=True)
class LookedAhead:
    """What `due_targets` finds, (when, host, target key) of what becomes due `soon`, the plans of
    both; when the next becomes due after them."""

    due: list[tuple[str, str]]
    soon: list[tuple[datetime, str, str]]
    plans: list[Plan]
    next_at: datetime | None


def look_ahead(
    session: Session, now: datetime, soon: datetime, limit: int, busy: Collection[str] = ()
) -> LookedAhead:
    """Return what is due now and up to `soon`, of one moment; without plans for hosts that are
    `busy`."""
    found = _due(session, soon, limit)
    return LookedAhead(
        [(host, key) for at, host, key in found if at <= now],
        [each for each in found if each[0] > now],
        plans_for(session, [key for _, host, key in found if host not in busy], now),
        run(session, _NEXT_DUE, {"by": soon}).scalar(),
    )
