"""Reviews by the day they were written: what trends are made of.

A review belongs to the day its site gives it, else to the day it was first seen. What a first
reading brought is in: it is history, which trends are made of (and `counting` leaves out as no
news). What has gone from its site since stays: it told of the place when it was there.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple, TypeVar

from sqlalchemy import ColumnElement, Text, and_, cast, func
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from reviewbot.core.model import Precision, Tone
from reviewbot.core.trends.names_in_texts import ReviewWords
from reviewbot.core.trends.stars import StarFigures
from reviewbot.queries.counting import BATCH, is_question
from reviewbot.store.database import rows_of, run
from reviewbot.store.days.pages import are_at, pages_of
from reviewbot.store.tables import ReviewRow, RevisionRow, TargetRow
from reviewbot.store.tx import TOGETHER, Page

T = TypeVar("T")

WRITTEN_AT = func.coalesce(ReviewRow.published_at, ReviewRow.first_seen_at)


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
    order = (WRITTEN_AT, col(ReviewRow.id)) if in_order else ()
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
            WRITTEN_AT,
            has_hour(),
            is_answered(),
            col(ReviewRow.reply_at),
        )
        .select_from(ReviewRow)
        .join(TargetRow, col(TargetRow.id) == ReviewRow.target_id)
        .where(was_written(session, places, since, until))
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
            topics=listed(topics),
            praise=listed(praise),
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


def has_hour() -> ColumnElement[bool]:
    """Whether its site tells more than the day."""
    return and_(
        col(ReviewRow.published_at).is_not(None),
        col(ReviewRow.published_precision) == Precision.SECOND,
    )


@lru_cache(4096)
def listed(kept: str) -> tuple[str, ...]:
    return tuple(json.loads(kept))


def stars_by_place(
    session: Session, places: Collection[str], since: datetime, until: datetime
) -> dict[str, StarFigures]:
    """Return the stars of what was `written` in [since, until), by place; those of places without
    any are none."""
    found: dict[str, StarFigures] = defaultdict(StarFigures)
    for (place, _), stars in stars_by_page(session, places, since, until).items():
        _add(found, place, stars)
    return found


def _add(found: dict[T, StarFigures], where: T, stars: StarFigures) -> None:
    """Most places have one page, and most pages one target: what they have is not added."""
    found[where] = found[where] + stars if where in found else stars


def stars_by_page(
    session: Session,
    places: Collection[str],
    since: datetime,
    until: datetime,
    source: str | None = None,
    *,
    apart: bool = True,
) -> dict[Page, StarFigures]:
    """Return the same page by page (on one source, where it is named), counted in the database; or
    of all TOGETHER, where they are not asked for `apart`."""
    rating = col(ReviewRow.rating)
    sums = (func.count(), func.sum(rating), func.sum(rating * rating))
    these = and_(was_written(session, places, since, until, source), rating.is_not(None))
    if not apart:
        n, total, squares = run(session, columns(*sums).where(these)).one()
        return {TOGETHER: StarFigures(n, float(total or 0), float(squares or 0))}
    rows = run(session, columns(TARGET_ID, *sums).where(these).group_by(TARGET_ID))
    found: dict[Page, StarFigures] = {}
    known = pages_of(session)
    for number, n, total, squares in rows.all():
        _add(found, known[number], StarFigures(n, float(total), float(squares)))
    return found


TARGET_ID = func.coalesce(ReviewRow.target_id, ReviewRow.target_id)
"""The target's id, not to be looked up: to group by it in the order of its index, SQLite would
read every review there is."""


def was_written(
    session: Session,
    places: Collection[str],
    since: datetime,
    until: datetime,
    source: str | None = None,
) -> ColumnElement[bool]:
    return and_(
        ~is_question(),
        since <= WRITTEN_AT,
        until > WRITTEN_AT,
        # Nothing is written after it was seen: this lets the index leave out what is older.
        col(ReviewRow.first_seen_at) >= since,
        are_at(session, places, source, ReviewRow.target_id),
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
        row = ReviewRow
        read = (col(row.text), col(row.pros), col(row.author))
        praise = columns(*read).where(self._these, col(row.tone) == Tone.POSITIVE)
        for text, pros, author in rows_of(self._session, praise, BATCH):
            yield ReviewWords(f"{text or ''}\n{pros or ''}", author or "")
