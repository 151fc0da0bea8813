"""What the end of a reading asks of its target, by one statement."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Table, bindparam, func, select, text
from sqlmodel import Session, col

from reviewbot.store.database import run
from reviewbot.store.tables import IS_OPEN, ReadingRow, ReviewRow, TargetRow, TicketRow

_TARGET: Table = TargetRow.__table__  # type: ignore[attr-defined]
_READING: Table = ReadingRow.__table__  # type: ignore[attr-defined]
_AT_END = (
    select(
        select(col(ReviewRow.id))
        .where(
            col(ReviewRow.target_id) == _TARGET.c.id,
            col(ReviewRow.gone_at).is_(None),
            col(ReviewRow.missed_since) > bindparam("since"),
        )
        .exists(),
        select(col(TicketRow.id))
        .where(
            col(TicketRow.target_id) == _TARGET.c.id,
            text(IS_OPEN),
            col(TicketRow.backlog).is_(False),
        )
        .exists(),
        *(_READING.c[name] for name in ("id", "outcome", "complete")),
        *(_READING.c[name] for name in ("site_rating", "site_reviews", "site_ratings")),
    )
    .select_from(_TARGET)
    .outerjoin(
        _READING,
        _READING.c.id
        == select(func.max(_READING.c.id))
        .where(_READING.c.target_id == _TARGET.c.id)
        .correlate(_TARGET)
        .scalar_subquery(),
    )
    .where(_TARGET.c.id == bindparam("target_id"))
)


@dataclass(frozen=True, slots=True)
class LastReading:
    """The last reading that differed from the one before: its outcome, whether it was complete,
    and the rating, reviews and ratings that the site counted."""

    outcome: str
    complete: bool
    counters: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class AtEnd:
    """What the end of a reading asks of its target: whether a review went missing since a moment
    and is not believed gone, whether somebody waits for what the target shows (an open ticket that
    has a clock), and the last reading written down."""

    awaits: bool
    is_pressing: bool
    last: LastReading | None


def at_end_of(session: Session, target_id: int, since: datetime) -> AtEnd:
    """Return what the end of a reading asks of a target; `since`: of which missing reviews."""
    found = run(session, _AT_END, {"target_id": target_id, "since": since}).one()
    awaits, pressing, number, outcome, complete, *figures = found
    last = LastReading(outcome, complete, tuple(figures)) if number is not None else None
    return AtEnd(bool(awaits), bool(pressing), last)
