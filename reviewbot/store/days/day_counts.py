"""The counts of days as rows: which are to be counted, kept, added up."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, delete, func, insert, literal, not_
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from reviewbot.core.model import Tone
from reviewbot.store.database import run
from reviewbot.store.tables import DayCountRow, DayToCountRow, LocationRow, ReviewRow, TargetRow
from reviewbot.store.tx import TOGETHER, Page

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = timedelta(days=1)
_COUNTS = ("reviews", *Tone, "wordless")
_BETWEEN = "\n"
"""Of kept topics, as JSON, which holds no line's end."""


@dataclass(frozen=True, slots=True)
class WholeDays:
    """The days [first, end) of UTC; `starts_at` and `ends_at` are their instants."""

    first: int
    end: int

    @classmethod
    def within(cls, since: datetime, until: datetime) -> "WholeDays":
        """Return the days that lie in [since, until) as a whole."""
        first = -((_EPOCH - since) // _DAY)
        return cls(first, max(first, (until - _EPOCH) // _DAY))

    @property
    def starts_at(self) -> datetime:
        return _EPOCH + self.first * _DAY

    @property
    def ends_at(self) -> datetime:
        return _EPOCH + self.end * _DAY


class Sums(NamedTuple):
    """What is counted at a page in some days: how many reviews, of each Tone, wordless; and what
    was asked for of `topics` and `praise`, as each day keeps them."""

    page: Page
    reviews: int
    tones: Sequence[int]
    wordless: int
    named: Sequence[tuple[str, list[str]]]


def sums(
    session: Session,
    days: WholeDays,
    here: ColumnElement[bool],
    about: Collection[str] = (),
    *,
    apart: bool,
) -> Iterator[Sums]:
    """Yield what is counted in some days, page by page; `here`: a condition on TargetRow and
    LocationRow. Without `apart` once, of all TOGETHER."""
    names = tuple(about)
    rows = _at_places(session, days, here, names, apart=apart)
    end = len(_COUNTS) - 1
    for place, source, reviews, *found in rows.all():
        if reviews is not None:  # the sum of no day
            kept = zip(names, found[end:], strict=True)
            named = [(what, each.split(_BETWEEN)) for what, each in kept if each]
            yield Sums((place, source), reviews, found[: end - 1], found[end - 1], named)


def _at_places(
    session: Session,
    days: WholeDays,
    here: ColumnElement[bool],
    names: Sequence[str],
    *,
    apart: bool,
) -> Any:
    """Count by page before places are looked up: of a month there are many more days than pages.
    The names go through the database once, strung together: counted by it they are sorted."""
    counts = (
        *(func.sum(getattr(DayCountRow, name)) for name in _COUNTS),
        *(func.aggregate_strings(getattr(DayCountRow, name), _BETWEEN) for name in names),
    )
    counted = (col(DayCountRow.day) >= days.first, col(DayCountRow.day) < days.end)
    is_at = col(LocationRow.key) == TargetRow.location_key
    if not apart:
        elsewhere = (
            columns(col(TargetRow.id)).join(LocationRow, is_at, isouter=True).where(not_(here))
        )
        return run(
            session,
            columns(*map(literal, TOGETHER), *counts).where(
                *counted, col(DayCountRow.target_id).not_in(elsewhere)
            ),
        )
    pages = (
        columns(
            col(DayCountRow.target_id).label("page"),
            *(count.label(f"count_{n}") for n, count in enumerate(counts)),
        )
        .where(*counted)
        .group_by(col(DayCountRow.target_id))
        .subquery()
    )
    return run(
        session,
        columns(col(TargetRow.location_key), col(TargetRow.source), *list(pages.c)[1:])
        .select_from(pages)
        .join(TargetRow, col(TargetRow.id) == pages.c.page)
        .join(LocationRow, is_at, isouter=True)
        .where(here),
    )


def is_marked(days: WholeDays) -> ColumnElement[bool]:
    """Return the condition that joins DayToCountRow with the reviews of a day that is to be
    counted."""
    return and_(
        col(DayToCountRow.day) >= days.first,
        col(DayToCountRow.day) < days.end,
        col(ReviewRow.target_id) == DayToCountRow.target_id,
        col(ReviewRow.first_seen_at) >= DayToCountRow.starts_at,
        col(ReviewRow.first_seen_at) < DayToCountRow.ends_at,
    )


def waits(session: Session, days: WholeDays) -> bool:
    """Whether any target's count of one of these days is to be counted."""
    one = columns(col(DayToCountRow.day)).where(
        col(DayToCountRow.day) >= days.first, col(DayToCountRow.day) < days.end
    )
    return run(session, one.limit(1)).first() is not None


def waiting(session: Session, now: datetime, most: int) -> WholeDays | None:
    """Return the newest days that are over and wait to be counted: about so many of targets' days
    together, all of a day in any case. None: none waits."""
    days = session.execute(
        columns(col(DayToCountRow.day), func.count())
        .where(col(DayToCountRow.day) < today(now))
        .group_by(col(DayToCountRow.day))
        .order_by(col(DayToCountRow.day).desc())
        .limit(most)
    ).all()
    if not days:
        return None
    totals = accumulate(count for _, count in days)
    taken = sum(total < most for total in totals)
    return WholeDays(days[min(taken, len(days) - 1)][0], days[0][0] + 1)


def kept_on(session: Session, day: int) -> dict[int, DayCountRow]:
    """Return the counts kept of a day, by target's id."""
    rows = session.exec(select(DayCountRow).where(DayCountRow.day == day))
    return {row.target_id: row for row in rows}


def waits_on(session: Session, day: int) -> set[int]:
    """Return the targets of which a day is to be counted."""
    return set(session.exec(select(DayToCountRow.target_id).where(DayToCountRow.day == day)))


def let_go(session: Session, day: int, target_ids: Iterable[int]) -> None:
    """Have a day counted again at some targets."""
    days = WholeDays(day, day + 1)
    for target_id in target_ids:
        session.execute(
            delete(DayCountRow).where(
                col(DayCountRow.day) == day, col(DayCountRow.target_id) == target_id
            )
        )
        session.merge(
            DayToCountRow(
                day=day, target_id=target_id, starts_at=days.starts_at, ends_at=days.ends_at
            )
        )


def today(now: datetime) -> int:
    """Return the day it is."""
    return (now - _EPOCH) // _DAY


def keep(session: Session, days: WholeDays, counts: Iterable[Mapping[str, Any]]) -> int:
    """Keep the counts of what waited in these days; return of how many days at targets."""
    found = list(counts)
    if found:
        session.execute(insert(DayCountRow), found)
    done = session.execute(
        delete(DayToCountRow).where(
            col(DayToCountRow.day) >= days.first, col(DayToCountRow.day) < days.end
        )
    )
    return int(getattr(done, "rowcount", 0))
