"""When pages were out of sight, and whether that was too much of some days to say anything."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from sqlalchemy import select as columns
from sqlmodel import Session, col

from reviewbot.core.calendar.digest_days import BLIND_SHARE, Days
from reviewbot.core.model import SIGHTED
from reviewbot.core.readings.health import blind_spans
from reviewbot.queries.diagnosis import was_hidden
from reviewbot.store.database import chunks, looked_up
from reviewbot.store.days.pages import are_at
from reviewbot.store.days.strung import columns_of
from reviewbot.store.tables import ReviewRow, TargetRow, TargetStateRow
from reviewbot.store.tx import Page, Tx

Spans = list[tuple[datetime, datetime]]


class HiddenPage(NamedTuple):
    """A page that was out of sight, and when."""

    target_id: int
    place: str
    source: str
    spans: Spans


@dataclass(frozen=True, slots=True)
class Blind:
    """When the pages of some places were out of sight, as far as `until`; `counts`: how many pages
    each place has."""

    pages: tuple[HiddenPage, ...]
    until: datetime
    counts: Mapping[str, int] = field(default_factory=dict)

    def places(self, days: Days) -> set[str]:
        """Return the places of which too much of the days was out of sight to say how they are."""
        return {
            place
            for place in {page.place for page in self.pages}
            if self._of(place).is_too_much(days)
        }

    def share(self, days: Days) -> float:
        """Return the share of the days, as far as they have passed, that a page was out of sight,
        on the average."""
        until = min(days.until, self.until)
        lost = sum((_within(page.spans, days.since, until) for page in self.pages), timedelta())
        length = (until - days.since) * sum(self.counts.values())
        return lost / length if length > timedelta() else 0.0

    def is_too_much(self, days: Days) -> bool:
        """Whether so much of the days was out of sight that nothing is compared or ranked."""
        return self.share(days) > BLIND_SHARE

    def _of(self, place: str) -> "Blind":
        pages = tuple(page for page in self.pages if page.place == place)
        return replace(self, pages=pages, counts={place: self.counts.get(place, len(pages))})


def blind(
    tx: Tx,
    places: Collection[str],
    start: datetime,
    end: datetime,
    source: str | None = None,
) -> Blind:
    """Return when the pages of these places (of one source, where it is named) were out of sight
    in [start, end)."""
    of_pages = tx.of_pages(
        ("blind", start, end),
        places,
        source,
        lambda some, on: _blind(tx.session, some, start, end, on),
    )
    counts: Counter[str] = Counter()
    hidden: list[HiddenPage] = []
    for (place, _), (targets, pages) in of_pages.items():
        counts[place] += targets
        hidden += pages
    return Blind(tuple(sorted(hidden, key=lambda page: page.target_id)), end, counts)


def _blind(
    session: Session,
    places: Collection[str],
    start: datetime,
    end: datetime,
    source: str | None,
) -> dict[Page, tuple[int, list[HiddenPage]]]:
    """Return how many targets each page has, and those that were hidden."""
    here = (
        col(TargetRow.retired_at).is_(None),
        are_at(session, places, source),
    )
    changes = session.execute(
        columns(
            col(TargetStateRow.target_id),
            col(TargetRow.location_key),
            col(TargetRow.source),
            col(TargetStateRow.since),
            col(TargetStateRow.health),
        )
        .join(TargetRow, col(TargetRow.id) == TargetStateRow.target_id)
        .where(*here, col(TargetStateRow.since) < end, was_hidden(end))
        .order_by(col(TargetStateRow.target_id), col(TargetStateRow.id))
    )
    hidden: dict[Page, list[HiddenPage]] = defaultdict(list)
    for (number, place, on), rows in groupby(changes, key=itemgetter(0, 1, 2)):
        spans = blind_spans([(since, health) for *_, since, health in rows], start, end)
        if spans:
            hidden[place, on].append(HiddenPage(number, place, on, spans))
    # Most places have one page: the database would sort them.
    each = columns(col(TargetRow.location_key), col(TargetRow.source)).where(*here)
    counts = looked_up(
        session,
        ("pages", tuple(places), source),
        lambda: Counter(zip(*columns_of(session, each), strict=True)),
    )
    return {page: (count, hidden.get(page, [])) for page, count in counts.items()}


def without_made_up(tx: Tx, gaps: Blind) -> Blind:
    """Leave out the times that were made up for: the page was seen again, and reviews that were
    written in them, by the site's own dates, were found there since."""
    once = tx.once
    if once is None:
        return _without_made_up(tx.session, gaps)
    left: list[HiddenPage] = []
    for page in gaps.pages:
        alone = replace(gaps, pages=(page,))
        key = ("made up", page.target_id, tuple(page.spans))
        left += once.get(key, partial(_without_made_up, tx.session, alone)).pages
    return replace(gaps, pages=tuple(left))


def _without_made_up(session: Session, gaps: Blind) -> Blind:
    over = {page.target_id: page.spans[0][0] for page in gaps.pages}
    if not over:
        return gaps
    found: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
    for part in chunks(over):
        rows = session.execute(
            columns(
                col(ReviewRow.target_id), col(ReviewRow.published_at), col(ReviewRow.first_seen_at)
            )
            .where(
                col(ReviewRow.target_id).in_(part),
                col(ReviewRow.published_at) >= min(over.values()),
                col(ReviewRow.first_seen_at) >= min(over.values()),
            )
            .order_by(col(ReviewRow.published_at))
        )
        for number, written_at, seen_at in rows:
            found[number].append((written_at, seen_at))
    pages = []
    for page in gaps.pages:
        left = [span for span in page.spans if not _is_made_up(span, found[page.target_id])]
        if left:
            pages.append(page._replace(spans=left))
    return replace(gaps, pages=tuple(pages))


def _is_made_up(span: tuple[datetime, datetime], reviews: list[tuple[datetime, datetime]]) -> bool:
    since, until = span
    first = bisect_left(reviews, since, key=itemgetter(0))
    end = bisect_left(reviews, until, key=itemgetter(0))
    return any(seen_at >= until for _, seen_at in reviews[first:end])


def hidden_places(tx: Tx, gaps: Blind, days: Days) -> set[str]:
    """Return the places of which nobody knows how they were in some days."""
    hidden = gaps.places(days)
    if not hidden:
        return hidden
    pages = tuple(page for page in gaps.pages if page.place in hidden)
    return without_made_up(tx, replace(gaps, pages=pages)).places(days)


def all_in_sight(session: Session, places: Collection[str]) -> bool:
    """Whether the last reading of every page of these places saw its reviews."""
    hidden = columns(col(TargetRow.id)).where(
        col(TargetRow.retired_at).is_(None),
        are_at(session, places),
        col(TargetRow.health).not_in(sorted(SIGHTED)),
    )
    return session.execute(hidden.limit(1)).first() is None


def _within(spans: Spans, start: datetime, end: datetime) -> timedelta:
    """How much of [start, end) these spans take."""
    pieces = (min(until, end) - max(since, start) for since, until in spans)
    return sum((piece for piece in pieces if piece > timedelta()), timedelta())
