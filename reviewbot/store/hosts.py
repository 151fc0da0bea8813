"""Hosts as rows: when each may be asked again. All of them are written here, or by the reading
that holds the row (`targets.rows_of`)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Table, func, or_, update
from sqlmodel import Session, col

from reviewbot.store.database import run
from reviewbot.store.tables import HostRow
from reviewbot.store.upserts import insert_into

PROBE_LEASE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class HostTurn:
    """When a host may be asked next, and until when it asked to be left alone. Both UTC."""

    host: str
    next_allowed_at: datetime | None
    held_until: datetime | None


def turn_of(session: Session, host: str) -> HostTurn:
    """Return what is kept of a host; nothing of one that was never met."""
    row = session.get(HostRow, host)
    if row is None:
        return HostTurn(host, None, None)
    return HostTurn(host, row.next_allowed_at, row.retry_after_until)


def keep_turns(session: Session, turns: Sequence[HostTurn]) -> None:
    """Write turns down, by statements: a host's row object is changed by its reading alone."""
    if not turns:
        return
    held = [
        {
            "name": turn.host,
            "next_allowed_at": turn.next_allowed_at,
            "retry_after_until": turn.held_until,
            "backoff_step": 0,
        }
        for turn in turns
    ]
    run(session, _keeping(session.get_bind().dialect.name), held)


@cache
def _keeping(dialect: str) -> Any:
    kept: Table = HostRow.__table__  # type: ignore[attr-defined]
    insert = insert_into(kept, dialect)
    told = insert.excluded
    return insert.on_conflict_do_update(
        index_elements=[kept.c.name],
        set_={
            "next_allowed_at": told.next_allowed_at,
            "retry_after_until": func.coalesce(told.retry_after_until, kept.c.retry_after_until),
        },
    )


def claim_probe(session: Session, host: str, now: datetime) -> bool:
    """Take the one try that a resting host gets; False where another target has it."""
    claimed = session.execute(
        update(HostRow)
        .where(
            col(HostRow.name) == host,
            or_(col(HostRow.backoff_until).is_(None), col(HostRow.backoff_until) <= now),
        )
        .values(backoff_until=now + PROBE_LEASE)
    )
    return bool(getattr(claimed, "rowcount", 0))
