"""Reviews by the day they were written: what trends are made of.

A review belongs to the day its site gives it, else to the day it was first seen. What a first
reading brought is in: it is history, which trends are made of (and `counting` leaves out as no
news). What has gone from its site since stays: it told of the place when it was there.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from operator import add
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Text, and_, cast, func, literal, true
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from reviewbot.core.model import Precision, Tone
from reviewbot.core.trends.names_in_texts import ReviewWords
from reviewbot.core.trends.stars import Share, StarFigures
from reviewbot.queries.counting import BATCH, is_question
from reviewbot.store.database import FEW_KEYS, is_one_of, rows_of, run
from reviewbot.store.days import day_hours
from reviewbot.store.days.pages import pages_of
from reviewbot.store.tables import ReviewRow, RevisionRow, TargetRow
from reviewbot.store.tx import Page

_written_at = func.coalesce(ReviewRow.published_at, ReviewRow.first_seen_at)


class WrittenReview(NamedTuple):
    """One review of a trend. `has_hour`: its site tells more than the day."""

    review_id: int
    target_id: int
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
            col(ReviewRow.target_id),
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
    for row in rows_of(session, query, BATCH):
        number, on, place, source, rating, tone, topics, praise, at, timed, answered, reply_at = (
            row
        )
        yield WrittenReview(
            review_id=number,
            target_id=on,
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


def as_first_seen(session: Session, reviews: Sequence[WrittenReview]) -> list[WrittenReview]:
    """Return reviews as they were before the guests changed them: of an older time more guests
    have raised their stars since than of a newer one."""
    first: dict[int, RevisionRow] = {}
    numbers = [each.review_id for each in reviews]
    for start in range(0, len(numbers), BATCH):
        rows = session.exec(
            select(RevisionRow)
            .where(col(RevisionRow.review_id).in_(numbers[start : start + BATCH]))
            .order_by(col(RevisionRow.at).desc(), col(RevisionRow.id).desc())
        )
        first.update((row.review_id, row) for row in rows)
    return [_as_it_was(each, first.get(each.review_id)) for each in reviews]


def _as_it_was(review: WrittenReview, was: RevisionRow | None) -> WrittenReview:
    if was is None:
        return review
    tone, topics = judged_before(was, review.tone, review.topics)
    return review._replace(rating=was.rating, tone=tone, topics=tuple(topics))


def judged_before(
    was: RevisionRow | None, tone: str, topics: Sequence[str]
) -> tuple[str, Sequence[str]]:
    """Return the tone and the topics that a review of this tone and these topics had before a
    change. What a former version kept holds neither: those of now are the nearest."""
    if was is None:
        return tone, topics
    return was.tone or tone, topics if was.topics is None else was.topics


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
    session: Session,
    places: Collection[str],
    since: datetime,
    until: datetime,
    source: str | None = None,
) -> dict[Page, StarFigures]:
    """Return the same page by page (on one source, where it is named), counted in the
    database."""
    rating = col(ReviewRow.rating)
    rows = session.execute(
        columns(_page, func.count(), func.sum(rating), func.sum(rating * rating))
        .where(_was_written(places, since, until, source), rating.is_not(None))
        .group_by(_page)
    )
    found: dict[Page, StarFigures] = defaultdict(StarFigures)
    known = pages_of(session)
    for number, n, total, squares in rows:
        found[known[number]] += StarFigures(n, float(total), float(squares))
    return dict(found)


_page = func.coalesce(ReviewRow.target_id, ReviewRow.target_id)
"""The target's id, not to be looked up: to group by it in the order of its index, SQLite would
read every review there is."""


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

    def __iter__(self) -> Iterator[ReviewWords]:
        return (review for _, review in self.by_target())

    def by_target(self) -> Iterator[tuple[int, ReviewWords]]:
        """Yield (target's id, words)."""
        row = ReviewRow
        read = (col(row.target_id), col(row.text), col(row.pros), col(row.author))
        praise = columns(*read).where(self._these, col(row.tone) == Tone.POSITIVE)
        for target_id, text, pros, author in rows_of(self._session, praise, BATCH):
            yield target_id, ReviewWords(f"{text or ''}\n{pros or ''}", author or "")


def praise_of(
    session: Session,
    places: Collection[str],
    since: datetime,
    until: datetime,
    source: str | None = None,
) -> Praise:
    """Return the praise among what was `written` at some places (on one source, where it is
    named)."""
    return Praise(session, _was_written(places, since, until, source))


def count_written(
    session: Session,
    places: Collection[str],
    since: datetime,
    until: datetime,
    zone: str,
    source: str | None = None,
    *,
    apart: bool = False,
) -> dict[Page, "WrittenCounts"]:
    """Count what was `written` at some places (on one source, where it is named) in the database,
    page by page where that is kept `apart`: of all together there are fewer kinds to count."""
    found: dict[Page, WrittenCounts] = defaultdict(WrittenCounts)
    known, here, has_hour = pages_of(session), ZoneInfo(zone), _has_hour()
    these, page = _was_written(places, since, until, source), _page if apart else literal(0)
    cut = day_hours.cut_for(zone, since, until)
    moment = lru_cache(None)(lambda told: cut.read(told).astimezone(here))
    day = lru_cache(None)(datetime.date)

    def numbers(*by: Any, where: ColumnElement[bool] | None = None) -> Iterable[Any]:
        """Return rows of (what the reviews are counted by, how many)."""
        query = columns(*(what.label(f"by_{n}") for n, what in enumerate(by)))
        kinds = query.where(these, true() if where is None else where).subquery()
        return run(session, columns(*kinds.c, func.count()).group_by(*kinds.c))

    def at(target_id: int) -> WrittenCounts:
        return found[known[target_id] if apart else ("", "")]

    for number, rating, answered, count in numbers(_page, col(ReviewRow.rating), is_answered()):
        place, on_site = known[number]
        counts = at(number)
        counts.given[place, rating] += count
        counts.replies[on_site, bool(answered)] += count
    for number, told, rating, timed, count in numbers(
        page, hour := cut.of(_written_at), col(ReviewRow.rating), has_hour
    ):
        counts, when = at(number), moment(told)
        counts.on[day(when), rating] += count
        if timed:
            counts.arrivals[when.weekday()][when.hour] += count
    topics = cast(col(ReviewRow.topics), Text)
    is_complaint = col(ReviewRow.tone) == Tone.NEGATIVE
    for number, told, kept, count in numbers(page, hour, topics, where=is_complaint):
        at(number).complaints[day(moment(told)), _listed(kept)] += count
    replied = col(ReviewRow.reply_at)
    is_timed = has_hour & replied.is_not(None)
    for number, told, count in numbers(page, cut.of(replied), where=is_timed):
        when = moment(told)
        at(number).answers[when.weekday()][when.hour] += count
    for number, kept, count in numbers(page, cast(col(ReviewRow.praise), Text)):
        at(number).praised[_listed(kept)] += count
    return found


def _week() -> list[list[int]]:
    return [[0] * 24 for _ in range(7)]


@dataclass(slots=True)
class WrittenCounts:
    """What was written: stars `given` by place, and by day (`on`), topics complained of by day,
    `replies` by source, topics `praised`, and by weekday and hour when it came and was answered.
    Days and hours are those of the zone it was counted in."""

    given: Counter[tuple[str, int | None]] = field(default_factory=Counter)
    on: Counter[tuple[date, int | None]] = field(default_factory=Counter)
    complaints: Counter[tuple[date, tuple[str, ...]]] = field(default_factory=Counter)
    replies: Counter[tuple[str, bool]] = field(default_factory=Counter)
    praised: Counter[tuple[str, ...]] = field(default_factory=Counter)
    arrivals: list[list[int]] = field(default_factory=_week)
    answers: list[list[int]] = field(default_factory=_week)

    def __iadd__(self, other: "WrittenCounts") -> "WrittenCounts":
        self.given.update(other.given)
        self.on.update(other.on)
        self.complaints.update(other.complaints)
        self.replies.update(other.replies)
        self.praised.update(other.praised)
        for hours, more in ((self.arrivals, other.arrivals), (self.answers, other.answers)):
            for weekday, counts in enumerate(more):
                hours[weekday] = list(map(add, hours[weekday], counts))
        return self

    def stars(self) -> StarFigures:
        """Return the stars of all."""
        return sum(self.stars_by_place().values(), StarFigures())

    def stars_by_place(self) -> Mapping[str, StarFigures]:
        """Return the stars of each place that has any review."""
        counts: dict[str, Counter[int | None]] = {}
        for (place, rating), count in self.given.items():
            counts.setdefault(place, Counter())[rating] += count
        return {place: _stars(each) for place, each in counts.items()}

    def stars_on(self) -> Mapping[date, StarFigures]:
        """Return the stars of each day that has any review."""
        counts: dict[date, Counter[int | None]] = {}
        for (on, rating), count in self.on.items():
            counts.setdefault(on, Counter())[rating] += count
        return {on: _stars(each) for on, each in counts.items()}

    def written_on(self) -> Mapping[date, int]:
        """Return how many were written on each day."""
        counts = Counter[date]()
        for (on, _), count in self.on.items():
            counts[on] += count
        return counts

    def complaints_on(self) -> Mapping[tuple[date, str], int]:
        """Return how many complaints of each day name each topic."""
        counts = Counter[tuple[date, str]]()
        for (on, topics), count in self.complaints.items():
            for topic in set(topics):
                counts[on, topic] += count
        return counts

    def praise(self) -> Counter[str]:
        """Return how many praise each topic."""
        counts = Counter[str]()
        for topics, count in self.praised.items():
            for topic in set(topics):
                counts[topic] += count
        return counts

    def answered(self, sources: Collection[str]) -> Share:
        """Return the share that has a reply, of what was written on some sources."""
        shown = Counter[bool]()
        for (source, is_answered), count in self.replies.items():
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
