"""Reviews by the day they were written: what trends are made of.

A review belongs to the day its site gives it, else to the day it was first seen. What a first
reading brought is in: it is history, which trends are made of (and `counting` leaves out as no
news). What has gone from its site since stays: it told of the place when it was there.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Text, and_, cast, func, true
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from reviewbot.core.model import Precision, Tone
from reviewbot.core.trends.stars import Share, StarFigures
from reviewbot.queries.counting import BATCH, is_question
from reviewbot.store.database import FEW_KEYS, is_one_of, rows_of
from reviewbot.store.days import day_hours
from reviewbot.store.tables import ReviewRow, TargetRow

_written_at = func.coalesce(ReviewRow.published_at, ReviewRow.first_seen_at)


class WrittenReview(NamedTuple):
    """One review of a trend. `has_hour`: its site tells more than the day."""

    review_id: int
    place: str
    source: str
    rating: int | None
    tone: str
    topics: tuple[str, ...]
    praise: tuple[str, ...]
    written_at: datetime
    has_hour: bool
    is_answered: bool
    reply_at: datetime | None

    @property
    def is_complaint(self) -> bool:
        return self.tone == Tone.NEGATIVE


def is_answered() -> ColumnElement[bool]:
    """Return the condition on ReviewRow that it has a reply now, as far as its site tells; that of
    a forgotten review is remembered, without its words."""
    seen = col(ReviewRow.forgotten_at).is_not(None) & col(ReviewRow.reply_seen_at).is_not(None)
    return col(ReviewRow.reply_text).is_not(None) | seen


def written(
    session: Session,
    places: Collection[str],
    since: datetime,
    until: datetime,
    *,
    in_order: bool = True,
) -> Iterator[WrittenReview]:
    """Yield the reviews of these places written in [since, until), oldest first (or as they come,
    which the database need not sort)."""
    order = (_written_at, col(ReviewRow.id)) if in_order else ()
    query = (
        columns(
            col(ReviewRow.id),
            col(TargetRow.location_key),
            col(TargetRow.source),
            col(ReviewRow.rating),
            col(ReviewRow.tone),
            # Texts, few of which differ: each is read once.
            cast(col(ReviewRow.topics), Text),
            cast(col(ReviewRow.praise), Text),
            _written_at,
            _has_hour(),
            is_answered(),
            col(ReviewRow.reply_at),
        )
        .select_from(ReviewRow)
        .join(TargetRow, col(TargetRow.id) == ReviewRow.target_id)
        .where(_was_written(places, since, until))
        .order_by(*order)
    )
    rows = rows_of(session, query, BATCH)
    for number, place, source, rating, tone, topics, praise, at, timed, answered, reply_at in rows:
        yield WrittenReview(
            review_id=number,
            place=place,
            source=source,
            rating=rating,
            tone=tone,
            topics=_listed(topics),
            praise=_listed(praise),
            written_at=at,
            has_hour=bool(timed),
            is_answered=bool(answered),
            reply_at=reply_at,
        )


def _has_hour() -> ColumnElement[bool]:
    """Whether its site tells more than the day."""
    return and_(
        col(ReviewRow.published_at).is_not(None),
        col(ReviewRow.published_precision) == Precision.SECOND,
    )


@lru_cache(4096)
def _listed(kept: str) -> tuple[str, ...]:
    return tuple(json.loads(kept))


def stars_by_place(
    session: Session, places: Collection[str], since: datetime, until: datetime
) -> dict[str, StarFigures]:
    """Return the stars of what was `written` in [since, until), by place; those of places without
    any are none."""
    found: dict[str, StarFigures] = defaultdict(StarFigures)
    for (place, _), stars in stars_by_page(session, places, since, until).items():
        found[place] += stars
    return found


def stars_by_page(
    session: Session, places: Collection[str], since: datetime, until: datetime
) -> dict[tuple[str, str], StarFigures]:
    """Return the same by place and source, counted in the database."""
    rating = col(ReviewRow.rating)
    rows = session.execute(
        columns(_page, func.count(), func.sum(rating), func.sum(rating * rating))
        .where(_was_written(places, since, until), rating.is_not(None))
        .group_by(_page)
    )
    found: dict[tuple[str, str], StarFigures] = defaultdict(StarFigures)
    known = _pages(session)
    for number, n, total, squares in rows:
        found[known[number]] += StarFigures(n, float(total), float(squares))
    return dict(found)


_page = func.coalesce(ReviewRow.target_id, ReviewRow.target_id)
"""The target's id, not to be looked up: to group by it in the order of its index, SQLite would
read every review there is."""


def _pages(session: Session) -> dict[int, tuple[str, str]]:
    """Return (place, source) of every target: joined with each review they take twice as long."""
    rows = session.execute(
        columns(col(TargetRow.id), col(TargetRow.location_key), col(TargetRow.source))
    )
    return {number: (place, source) for number, place, source in rows}


def _was_written(
    places: Collection[str], since: datetime, until: datetime, source: str | None = None
) -> ColumnElement[bool]:
    pages = select(TargetRow.id).where(is_one_of(col(TargetRow.location_key), places))
    if source is not None:
        pages = pages.where(TargetRow.source == source)
    # Of few places their own reviews are looked up, of many all are read in the order of time and
    # sorted out: page by page they lie apart.
    target_id = col(ReviewRow.target_id) if len(places) <= FEW_KEYS else _page
    return and_(
        ~is_question(),
        target_id.in_(pages),
        _written_at >= since,
        _written_at < until,
        # Nothing is written after it was seen: this lets the index leave out what is older.
        col(ReviewRow.first_seen_at) >= since,
    )


def on_source(reviews: Iterable[WrittenReview], source: str | None) -> Iterator[WrittenReview]:
    """Yield those on one source; None: all."""
    return (each for each in reviews if source in (None, each.source))


def stars_of(reviews: Iterable[WrittenReview]) -> StarFigures:
    """Return the stars of those that gave any."""
    return StarFigures.of([each.rating for each in reviews if each.rating is not None])


class Praise:
    """The words of all praise among some reviews, read anew each time they are gone through: a
    batch in memory, however many there are."""

    def __init__(self, session: Session, these: ColumnElement[bool]) -> None:
        self._session, self._these = session, these

    def __iter__(self) -> Iterator[str]:
        rows = rows_of(
            self._session,
            columns(col(ReviewRow.text), col(ReviewRow.pros)).where(
                self._these, col(ReviewRow.tone) == Tone.POSITIVE
            ),
            BATCH,
        )
        for text, pros in rows:
            yield f"{text or ''} {pros or ''}"


class WrittenCounts:
    """The counts of what was `written` at some places (on one source, where it is named), made in
    the database. Days and hours are those of `zone`."""

    def __init__(
        self,
        session: Session,
        places: Collection[str],
        since: datetime,
        until: datetime,
        zone: str,
        source: str | None = None,
    ) -> None:
        self._session, self._zone = session, zone
        self._these = _was_written(places, since, until, source)
        self._stars = Counter[tuple[str, int | None]]()
        self._on = Counter[tuple[date, int | None]]()
        self._complaints = Counter[tuple[date, tuple[str, ...]]]()
        self._replies = Counter[tuple[str, bool]]()
        self.arrivals = [[0] * 24 for _ in range(7)]
        self.answers = [[0] * 24 for _ in range(7)]
        self._count_pages()
        self._count_hours(day_hours.cut_for(zone, since, until))
        self._praise = Counter[tuple[str, ...]]()
        for kept, count in self._numbers(cast(col(ReviewRow.praise), Text)):
            self._praise[_listed(kept)] += count
        self.praise_texts = Praise(session, self._these)

    def _numbers(self, *by: Any, where: ColumnElement[bool] | None = None) -> Iterable[Any]:
        """Return rows of (what the reviews are counted by, how many)."""
        query = columns(*(what.label(f"by_{n}") for n, what in enumerate(by)))
        kinds = query.where(self._these, true() if where is None else where).subquery()
        return self._session.execute(columns(*kinds.c, func.count()).group_by(*kinds.c))

    def _count_pages(self) -> None:
        known = _pages(self._session)
        for number, rating, answered, count in self._numbers(
            _page, col(ReviewRow.rating), is_answered()
        ):
            place, source = known[number]
            self._stars[place, rating] += count
            self._replies[source, bool(answered)] += count

    def _count_hours(self, cut: day_hours.Cut) -> None:
        here, has_hour = ZoneInfo(self._zone), _has_hour()
        hour = cut.of(_written_at)
        for told, rating, timed, count in self._numbers(hour, col(ReviewRow.rating), has_hour):
            at = cut.read(told).astimezone(here)
            self._on[at.date(), rating] += count
            if timed:
                self.arrivals[at.weekday()][at.hour] += count
        topics = cast(col(ReviewRow.topics), Text)
        is_complaint = col(ReviewRow.tone) == Tone.NEGATIVE
        for told, kept, count in self._numbers(hour, topics, where=is_complaint):
            self._complaints[cut.read(told).astimezone(here).date(), _listed(kept)] += count
        replied = col(ReviewRow.reply_at)
        for told, count in self._numbers(cut.of(replied), where=has_hour & replied.is_not(None)):
            at = cut.read(told).astimezone(here)
            self.answers[at.weekday()][at.hour] += count

    def stars(self) -> StarFigures:
        """Return the stars of all."""
        return sum(self.stars_by_place().values(), StarFigures())

    def stars_by_place(self) -> Mapping[str, StarFigures]:
        """Return the stars of each place that has any review."""
        counts: dict[str, Counter[int | None]] = {}
        for (place, rating), count in self._stars.items():
            counts.setdefault(place, Counter())[rating] += count
        return {place: _stars(each) for place, each in counts.items()}

    def stars_on(self) -> Mapping[date, StarFigures]:
        """Return the stars of each day that has any review."""
        counts: dict[date, Counter[int | None]] = {}
        for (on, rating), count in self._on.items():
            counts.setdefault(on, Counter())[rating] += count
        return {on: _stars(each) for on, each in counts.items()}

    def written_on(self) -> Mapping[date, int]:
        """Return how many were written on each day."""
        counts = Counter[date]()
        for (on, _), count in self._on.items():
            counts[on] += count
        return counts

    def complaints_on(self) -> Mapping[tuple[date, str], int]:
        """Return how many complaints of each day name each topic."""
        counts = Counter[tuple[date, str]]()
        for (on, topics), count in self._complaints.items():
            for topic in set(topics):
                counts[on, topic] += count
        return counts

    def praise(self) -> Counter[str]:
        """Return how many praise each topic."""
        counts = Counter[str]()
        for topics, count in self._praise.items():
            for topic in set(topics):
                counts[topic] += count
        return counts

    def answered(self, sources: Collection[str]) -> Share:
        """Return the share that has a reply, of what was written on some sources."""
        shown = Counter[bool]()
        for (source, is_answered), count in self._replies.items():
            if source in sources:
                shown[is_answered] += count
        return Share(shown[True], shown.total())


def _stars(counts: Mapping[int | None, int]) -> StarFigures:
    given = [(rating, count) for rating, count in counts.items() if rating is not None]
    return StarFigures(
        sum(count for _, count in given),
        sum(rating * count for rating, count in given),
        sum(rating * rating * count for rating, count in given),
    )
