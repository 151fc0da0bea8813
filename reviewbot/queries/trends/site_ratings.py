"""The rating each site shows, as readings told it: now, and when a period began."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, true
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from reviewbot.store.database import is_one_of
from reviewbot.store.tables import ReadingRow, TargetRow


@dataclass(frozen=True, slots=True)
class ShownRating:
    """What a page shows: its rating, how many ratings or reviews the site counts there (None: it
    does not tell), and when a reading saw that."""

    rating: float
    count: int | None
    at: datetime


def shown_at(
    session: Session, places: Collection[str], at: datetime, source: str | None = None
) -> dict[int, ShownRating]:
    """Return what the pages of these places (on one site, where it is named) showed last at an
    instant, by target."""
    # One look into the index for each page: of all readings there ever were only the last counts.
    last = (
        select(ReadingRow.id)
        .where(
            col(ReadingRow.target_id) == TargetRow.id,
            col(ReadingRow.read_at) <= at,
            col(ReadingRow.site_rating).is_not(None),
        )
        .order_by(col(ReadingRow.read_at).desc(), col(ReadingRow.id).desc())
        .limit(1)
        .correlate(TargetRow)
        .scalar_subquery()
    )
    rows = session.execute(
        columns(
            col(ReadingRow.target_id),
            col(ReadingRow.site_rating),
            func.coalesce(ReadingRow.site_ratings, ReadingRow.site_reviews),
            col(ReadingRow.read_at),
        )
        .select_from(TargetRow)
        .join(ReadingRow, col(ReadingRow.id) == last)
        .where(
            is_one_of(col(TargetRow.location_key), places),
            col(TargetRow.retired_at).is_(None),
            true() if source is None else col(TargetRow.source) == source,
        )
    )
    return {target: ShownRating(rating, count or None, at) for target, rating, count, at in rows}


def by_place(
    session: Session, places: Collection[str], at: datetime, source: str | None = None
) -> Mapping[str, list[ShownRating]]:
    """Return what the pages of each place (on one site, where it is named) showed last at an
    instant; an empty list for a place of which nothing is known."""
    found: dict[str, list[ShownRating]] = defaultdict(list)
    by_target = shown_at(session, places, at, source)
    for target_id, place in session.exec(select(TargetRow.id, TargetRow.location_key)):
        if target_id in by_target:
            found[place].append(by_target[target_id])
    return found


def by_source(
    session: Session, places: Collection[str], since: datetime, until: datetime
) -> dict[str, tuple[float | None, float | None]]:
    """Return (rating now, change since the period began) of each site. Pages that told no rating
    at the beginning, or none since, are left out of the change: what was not seen did not stay as
    it was."""
    targets: dict[str, set[int]] = defaultdict(set)
    rows = session.exec(
        select(TargetRow.source, TargetRow.id)
        .where(is_one_of(col(TargetRow.location_key), places), col(TargetRow.retired_at).is_(None))
        .order_by(TargetRow.source)
    )
    for source, target_id in rows:
        targets[source].add(target_id or 0)
    now, then = shown_at(session, places, until), shown_at(session, places, since)
    found = {}
    for source, ids in targets.items():
        both = {n for n in ids & now.keys() & then.keys() if now[n].at > since}
        after, before = mean(now[n] for n in both), mean(then[n] for n in both)
        change = after - before if after is not None and before is not None else None
        found[source] = (mean(now[n] for n in ids & now.keys()), change)
    return found


def mean(shown: Iterable[ShownRating]) -> float | None:
    """The mean of pages, each by what its site counts there; one that does not tell weighs as the
    others do on the average."""
    pages = list(shown)
    if not pages:
        return None
    counts = [each.count for each in pages if each.count is not None]
    usual = sum(counts) / len(counts) if counts else 1
    weights = [usual if each.count is None else each.count for each in pages]
    total = sum(each.rating * weight for each, weight in zip(pages, weights, strict=True))
    return total / sum(weights)


def counted(shown: Iterable[ShownRating]) -> int | None:
    """How many ratings pages are made of; None: one of their sites does not tell."""
    counts = [each.count for each in shown]
    known = [each for each in counts if each is not None]
    return sum(known) if len(known) == len(counts) else None
