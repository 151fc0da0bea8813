"""Pages, each a place on a source, of the targets that figures are counted by."""

from typing import Any

from sqlalchemy import Select, func
from sqlalchemy import select as columns
from sqlmodel import Session, col

from reviewbot.store.database import run
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
