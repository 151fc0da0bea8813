"""Reviews by the day they were written: what trends are made of.

A review belongs to the day its site gives it, else to the day it was first seen. What a first
reading brought is in: it is history, which trends are made of (and `counting` leaves out as no
news). What has gone from its site since stays: it told of the place when it was there.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy import ColumnElement, Text, and_, cast, func
from sqlalchemy import select as columns
from sqlmodel import Session, col

from reviewbot.core.model import Precision, Tone
from reviewbot.core.trends.stars import StarFigures
from reviewbot.queries.counting import BATCH, is_question
from reviewbot.store.database import is_one_of
from reviewbot.store.tables import ReviewRow, TargetRow

_written_at = func.coalesce(ReviewRow.published_at, ReviewRow.first_seen_at)


@dataclass(frozen=True, slots=True)
class WrittenReview:
    """One review of a trend. `has_hour`: its site tells more than the day."""

    review_id: int
    place: str
    source: str
    rating: int | None
    tone: str
    topics: Sequence[str]
    praise: Sequence[str]
    written_at: datetime
    has_hour: bool
    is_answered: bool
    reply_at: datetime | None

    @property
    def is_complaint(self) -> bool:
        return self.tone == Tone.NEGATIVE


def written(
    session: Session, places: Collection[str], since: datetime, until: datetime
) -> Iterator[WrittenReview]:
    """Yield the reviews of these places written in [since, until), oldest first."""
    rows = session.execute(
        columns(
            col(ReviewRow.id),
            col(TargetRow.location_key),
            col(TargetRow.source),
            col(ReviewRow.rating),
            col(ReviewRow.tone),
            # Texts, few of which differ: each is read once.
            cast(col(ReviewRow.topics), Text),
            cast(col(ReviewRow.praise), Text),
            col(ReviewRow.published_at),
            col(ReviewRow.first_seen_at),
            col(ReviewRow.published_precision),
            col(ReviewRow.reply_text).is_not(None),
            col(ReviewRow.reply_at),
        )
        .select_from(ReviewRow)
        .join(TargetRow, col(TargetRow.id) == ReviewRow.target_id)
        .where(_was_written(places, since, until))
        .order_by(_written_at, col(ReviewRow.id))
        .execution_options(yield_per=BATCH)
    )
    for number, place, source, rating, tone, topics, praise, *times, answered, reply_at in rows:
        published_at, seen_at, precision = times
        yield WrittenReview(
            review_id=number,
            place=place,
            source=source,
            rating=rating,
            tone=tone,
            topics=_listed(topics),
            praise=_listed(praise),
            written_at=published_at or seen_at,
            has_hour=published_at is not None and precision == Precision.SECOND,
            is_answered=bool(answered),
            reply_at=reply_at,
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
        columns(
            col(TargetRow.location_key),
            col(TargetRow.source),
            func.count(),
            func.sum(rating),
            func.sum(rating * rating),
        )
        .select_from(ReviewRow)
        .join(TargetRow, col(TargetRow.id) == ReviewRow.target_id)
        .where(_was_written(places, since, until), rating.is_not(None))
        .group_by(col(TargetRow.location_key), col(TargetRow.source))
    )
    return {
        (place, source): StarFigures(n, float(total), float(squares))
        for place, source, n, total, squares in rows
    }


def _was_written(places: Collection[str], since: datetime, until: datetime) -> ColumnElement[bool]:
    return and_(
        ~is_question(),
        is_one_of(col(TargetRow.location_key), places),
        _written_at >= since,
        _written_at < until,
        # Nothing is written after it was seen: this lets the index leave out what is older.
        col(ReviewRow.first_seen_at) >= since,
    )


def on_source(reviews: Iterable[WrittenReview], source: str | None) -> list[WrittenReview]:
    """Return those on one source; None: all."""
    return [each for each in reviews if source in (None, each.source)]


def stars_of(reviews: Iterable[WrittenReview]) -> StarFigures:
    """Return the stars of those that gave any."""
    return StarFigures.of([each.rating for each in reviews if each.rating is not None])
