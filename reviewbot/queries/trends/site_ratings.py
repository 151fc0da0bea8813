"""The rating each site shows, as readings told it: now, and when a period began."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, true
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from reviewbot.store.database import is_one_of, run
from reviewbot.store.days.pages import are_at
from reviewbot.store.days.strung import columns_of
from reviewbot.store.tables import ReadingRow, TargetRow
from reviewbot.store.tx import Page, ReadPages, Tx


@dataclass(frozen=True, slots=True)
class ShownRating:
    """What a target of a page shows: its rating, how many ratings or reviews the site counts there
    (None: it does not tell), and when a reading saw that."""

    rating: float
    count: int | None
    at: datetime


ByTarget = Mapping[int, ShownRating]


def shown_at(
    tx: Tx, places: Collection[str], at: datetime, source: str | None = None
) -> dict[int, ShownRating]:
    """Return what the pages of these places (on one site, where it is named) showed last at an
    instant, by target."""
    found: dict[int, ShownRating] = {}
    for each in _of_pages(tx, places, at, source).values():
        found |= each
    return found


def _of_pages(
    tx: Tx, places: Collection[str], at: datetime, source: str | None
) -> Mapping[Page, ByTarget]:
    return tx.of_pages(
        ("shown", at), places, source, lambda some, on: read_shown(tx.session, some, at, on)
    )


def read_shown(
    session: Session, places: Collection[str], at: datetime, source: str | None = None
) -> dict[Page, dict[int, ShownRating]]:
    """Return the same page by page."""
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
    rows = run(
        session,
        columns(
            col(TargetRow.location_key),
            col(TargetRow.source),
            col(ReadingRow.target_id),
            col(ReadingRow.site_rating),
            func.coalesce(ReadingRow.site_ratings, ReadingRow.site_reviews),
            col(ReadingRow.read_at),
        )
        .select_from(TargetRow)
        .join(ReadingRow, col(ReadingRow.id) == last)
        .where(
            # By the index of places: in the order it gives, means are added up.
            is_one_of(col(TargetRow.location_key), places),
            col(TargetRow.retired_at).is_(None),
            true() if source is None else col(TargetRow.source) == source,
        ),
    )
    found: dict[Page, dict[int, ShownRating]] = defaultdict(dict)
    for place, on, target, rating, count, seen_at in rows.all():
        found[place, on][target] = ShownRating(rating, count or None, seen_at)
    return found


def by_place(
    tx: Tx, places: Collection[str], at: datetime, source: str | None = None
) -> Mapping[str, list[ShownRating]]:
    """Return what the pages of each place (on one site, where it is named) showed last at an
    instant; an empty list for a place of which nothing is known."""
    return added_up(_of_pages(tx, places, at, source))


def added_up(pages: Mapping[Page, ByTarget]) -> Mapping[str, list[ShownRating]]:
    """Return what the pages of each place show; an empty list for a place without any."""
    found: dict[str, list[ShownRating]] = defaultdict(list)
    for (place, _), shown in pages.items():
        found[place] += shown.values()
    return found


def by_source(
    tx: Tx, places: Collection[str], since: datetime, until: datetime
) -> dict[str, tuple[float | None, float | None]]:
    """Return (rating now, change since the period began) of each site. Pages that told no rating
    at the beginning, or none since, are left out of the change: what was not seen did not stay as
    it was."""
    targets: dict[str, set[int]] = defaultdict(set)
    for (_, source), ids in tx.of_pages("targets", places, None, _targets(tx)).items():
        targets[source] |= ids
    now, then = shown_at(tx, places, until), shown_at(tx, places, since)
    found = {}
    for source, ids in sorted(targets.items()):
        both = {n for n in ids & now.keys() & then.keys() if now[n].at > since}
        after, before = mean(now[n] for n in both), mean(then[n] for n in both)
        change = after - before if after is not None and before is not None else None
        found[source] = (mean(now[n] for n in ids & now.keys()), change)
    return found


def _targets(tx: Tx) -> ReadPages[set[int]]:
    def read(places: Collection[str], _source: str | None) -> dict[Page, set[int]]:
        found: dict[Page, set[int]] = defaultdict(set)
        query = columns(col(TargetRow.location_key), col(TargetRow.source), col(TargetRow.id))
        read = query.where(are_at(tx.session, places), col(TargetRow.retired_at).is_(None))
        for place, source, target_id in zip(*columns_of(tx.session, read), strict=True):
            found[place, source].add(target_id)
        return found

    return read


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
