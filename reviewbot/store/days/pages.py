"""Pages, each a place on a source, of the targets that figures are counted by."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, not_, true
from sqlalchemy import select as columns
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from reviewbot.store.database import FEW_KEYS, is_one_of, looked_up, padded, run
from reviewbot.store.days.strung import columns_of
from reviewbot.store.tables import TargetRow
from reviewbot.store.tx import Page


def count_by_page(
    session: Session, query: Select[*tuple[Any, ...]], place: Any = TargetRow.location_key
) -> dict[Page, int]:
    """Count the rows of a query, which holds TargetRow, page by page; `place`: the column that
    tells where a row belongs."""
    page = (col(place), col(TargetRow.source))
    rows = run(session, query.with_only_columns(*page, func.count()).group_by(*page))
    return {(at, source): count for at, source, count in rows}


def pages_of(session: Session) -> dict[int, Page]:
    """Return the page of every target: joined with each review they take twice as long."""
    query = columns(col(TargetRow.id), col(TargetRow.location_key), col(TargetRow.source))
    numbers, places, sources = columns_of(session, query)
    return dict(zip(numbers, zip(places, sources, strict=True), strict=True))


_there = aliased(TargetRow)
"""Made once: it takes longer than many a statement."""


def are_at(
    session: Session, places: Collection[str], source: str | None = None, target_id: Any = None
) -> ColumnElement[bool]:
    """Return the condition that a target, TargetRow or that of a column `target_id`, is of some
    places (on one source, where it is named).

    Few places are looked up. Of many the other targets are: mostly there are few, or none. Rows
    that are bounded by a time are so read in its order and sorted out; target by target they lie
    apart: three times as long, or fifty.
    """
    if len(places) <= FEW_KEYS:
        if target_id is None:
            return _is_at(TargetRow, places, source)
        return col(target_id).in_(columns(col(_there.id)).where(_is_at(_there, places, source)))

    def elsewhere() -> Select[int | None]:
        return columns(col(_there.id)).where(not_(_is_at(_there, places, source)))

    others = looked_up(
        session,
        ("elsewhere", tuple(places), source),
        lambda: list(run(session, elsewhere().limit(FEW_KEYS + 1)).scalars()),
    )
    if not others:
        return true()
    number = TargetRow.id if target_id is None else target_id
    # So it is not looked up by its index.
    number = func.coalesce(number, number)
    return number.not_in(elsewhere() if len(others) > FEW_KEYS else padded(others))


def _is_at(
    target: type[TargetRow], places: Collection[str], source: str | None
) -> ColumnElement[bool]:
    is_there = is_one_of(col(target.location_key), places)
    return is_there if source is None else and_(is_there, col(target.source) == source)
