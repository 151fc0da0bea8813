"""What counts in a period: which reviews are new in it (rounds: `rounds.decided`).

* A review counts from the day it was first seen, at a location of our own. What came with a first
  reading is the past, not news: it counts in no period. Competitors count nowhere.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache, lru_cache
from typing import Any, TypeVarTuple, cast

from sqlalchemy import ColumnElement, Select, Text, and_, case, func, literal_column, or_
from sqlalchemy import cast as as_type
from sqlalchemy import select as columns
from sqlmodel import Session, col

from reviewbot.core.model import Kind
from reviewbot.core.readings.changes import LATE_MARGIN
from reviewbot.core.trends.came import Alike, Came, by_place
from reviewbot.store.database import looked_up, rows_of, run
from reviewbot.store.days import day_counts
from reviewbot.store.days.day_counts import WholeDays
from reviewbot.store.days.pages import are_at
from reviewbot.store.days.whole_days_earlier import earlier
from reviewbot.store.tables import (
    DayToCountRow,
    LocationRow,
    ReviewRow,
    TargetRow,
    TicketRow,
)
from reviewbot.store.tx import TOGETHER, Page

NAMED = ("topics", "praise")
Ts = TypeVarTuple("Ts")

BATCH = 500
"""Rows held in memory at a time."""


def counted(
    session: Session,
    since: datetime,
    until: datetime,
    places: Collection[str] | None = None,
    source: str | None = None,
    *,
    questions: bool = False,
) -> ColumnElement[bool]:
    """Return the condition on ReviewRow joined with TargetRow and LocationRow by which a review
    counts as new in [since, until); of all own locations, or of `places`; of one source, where it
    is named; or by which a question does."""
    return and_(
        _seen_in(since, until),
        is_no_past(),
        _here(session, places, source),
        is_question() if questions else ~is_question(),
    )


def _seen_in(since: datetime, until: datetime) -> ColumnElement[bool]:
    return and_(col(ReviewRow.first_seen_at) >= since, col(ReviewRow.first_seen_at) < until)


def is_no_past() -> ColumnElement[bool]:
    """It did not come with the first reading of its target, and is news, as `is_news` says: a
    later reading may find what was written long before."""
    contact, written = col(TargetRow.first_contact_at), col(ReviewRow.published_at)
    is_news = or_(
        written.is_(None),
        col(ReviewRow.found_late).is_(True),
        # Most are answered by this, without the sum of days below.
        written >= contact,
        written >= earlier(contact, LATE_MARGIN.days),
    )
    return or_(contact.is_(None), and_(col(ReviewRow.first_seen_at) > contact, is_news))


def is_question() -> ColumnElement[bool]:
    """Return the condition on ReviewRow that it is a buyer's question: no figure of reviews counts
    one; `question_figures` counts them alone."""
    # Written out: a bound value would hide from SQLite that it has an index of just these.
    return col(ReviewRow.kind) == literal_column(f"'{Kind.QUESTION}'")


def has_questions(session: Session) -> bool:
    """Whether anybody has asked anything: most businesses are on no site where one can."""
    one = columns(col(ReviewRow.id)).where(is_question()).limit(1)
    return looked_up(session, "has questions", lambda: run(session, one).first() is not None)


def about_reviews(session: Session, query: Select[*Ts]) -> Select[*Ts]:
    """Leave out of a query of tickets those of buyers' questions."""
    if not has_questions(session):
        return query
    is_of_it = col(ReviewRow.id) == TicketRow.review_id
    return query.join(ReviewRow, is_of_it).where(~is_question())


def is_news(
    published_at: datetime | None, first_contact_at: datetime | None, found_late: bool
) -> bool:
    """Whether a review was written since its target is watched, or found late (core.readings)."""
    if published_at is None or first_contact_at is None or found_late:
        return True
    return published_at >= first_contact_at - LATE_MARGIN


def is_new(review: Mapping[str, Any], first_contact_at: datetime | None, role: str | None) -> bool:
    """Whether a review (its columns by name) counts as new when it was first seen, at a location
    of some role."""
    return (
        role in (None, "own")
        and review["kind"] != Kind.QUESTION
        and (first_contact_at is None or review["first_seen_at"] > first_contact_at)
        and is_news(review["published_at"], first_contact_at, review["found_late"])
    )


def came(
    session: Session,
    since: datetime,
    until: datetime,
    places: Collection[str] | None = None,
    source: str | None = None,
    about: Collection[str] = NAMED,
) -> dict[str, Came]:
    """Return what counts as new in [since, until), by place: at all own locations, or at `places`;
    from one source, where it is named. Whole days are taken as they were counted, the rest and
    what changed since from the reviews themselves. Which of NAMED are not asked for in `about` is
    not whole."""
    return by_place(came_of_pages(session, since, until, places, source, about))


def came_of_pages(
    session: Session,
    since: datetime,
    until: datetime,
    places: Collection[str] | None = None,
    source: str | None = None,
    about: Collection[str] = NAMED,
    *,
    apart: bool = True,
) -> dict[Page, Came]:
    """Return the same page by page, or of all TOGETHER, where they are not asked for `apart`."""
    found: dict[Page, Came] = defaultdict(Came)
    here, days = _here(session, places, source), WholeDays.within(since, until)
    if days.first == days.end:
        return _add_rows(session, found, _seen_in(since, until), here, apart=apart)
    for page, reviews, tones, wordless, named in day_counts.sums(
        session, days, here, about, apart=apart
    ):
        there = found[page]
        there.add_counts(reviews, tones, wordless)
        for what, kept in named:
            if apart:
                there.add_named(what, map(_numbers, sorted(kept)))
                continue
            # A page's days are few, those of all pages mostly alike.
            for each, days_alike in sorted(Counter(kept).items()):
                there.add_named(what, [_numbers(each)], days_alike)
    _add_rows(session, found, _seen_in(since, days.starts_at), here, apart=apart)
    _add_rows(session, found, _seen_in(days.ends_at, until), here, apart=apart)
    if day_counts.waits(session, days):
        _add_rows(session, found, here, marked=days, apart=apart)
    return found


def came_by_rows(
    session: Session,
    since: datetime,
    until: datetime,
    places: Collection[str] | None = None,
    source: str | None = None,
) -> dict[str, Came]:
    """Return the same, counted from the reviews alone."""
    here = _here(session, places, source)
    return by_place(_add_rows(session, defaultdict(Came), _seen_in(since, until), here))


def came_on(session: Session, days: WholeDays) -> dict[tuple[int, int], Came]:
    """Return what came on the days that wait to be counted, by (day, target's id), of those that
    have any."""
    found: dict[tuple[int, int], Came] = defaultdict(Came)
    by = (col(DayToCountRow.day), col(ReviewRow.target_id))
    for (day, target_id), alike in _alike(session, by, marked=days):
        found[day, target_id].add(alike)
    return found


def came_at_targets(session: Session, days: WholeDays) -> dict[int, Came]:
    """Return what came in some days, by target's id, counted from the reviews alone."""
    found: dict[int, Came] = defaultdict(Came)
    seen = _seen_in(days.starts_at, days.ends_at)
    for (target_id,), alike in _alike(session, (col(ReviewRow.target_id),), seen):
        found[target_id].add(alike)
    return found


def came_at(
    session: Session,
    since: datetime,
    until: datetime,
    places: Collection[str],
    source: str | None = None,
) -> tuple[Counter[str], Counter[str]]:
    """Return how many reviews, and complaints among them, count as new at each of some places."""
    found = came(session, since, until, places, source, ()) if places else {}
    return (
        Counter({place: each.reviews for place, each in found.items()}),
        Counter({place: each.complaints for place, each in found.items()}),
    )


def _add_rows(
    session: Session,
    found: dict[Page, Came],
    *where: ColumnElement[bool],
    marked: WholeDays | None = None,
    apart: bool = True,
) -> dict[Page, Came]:
    by = (col(TargetRow.location_key), col(TargetRow.source)) if apart else ()
    for page, alike in _alike(session, by, *where, marked=marked):
        found[cast(Page, page) if apart else TOGETHER].add(alike)
    return found


@lru_cache(4096)
def _numbers(kept: str) -> Sequence[tuple[str, int]]:
    return tuple(json.loads(kept).items())


def _alike(
    session: Session,
    by: Sequence[Any],
    *where: ColumnElement[bool],
    marked: WholeDays | None = None,
) -> Iterator[tuple[tuple[Any, ...], Alike]]:
    """Yield (values of `by`, reviews), counted in the database where they are alike: of those that
    count as new, fulfil the conditions, and were first seen on one of the marked days."""
    names: Callable[[str], tuple[str, ...]] = cache(lambda kept: tuple(set(json.loads(kept))))
    rows = rows_of(session, _counted_alike(by, where, marked), BATCH)
    for *values, tone, topics, praise, wordless, count in rows:
        yield tuple(values), Alike(tone, names(topics), names(praise), bool(wordless), count)


def _counted_alike(
    by: Sequence[Any], where: Sequence[ColumnElement[bool]], marked: WholeDays | None
) -> Select[Any]:
    """Ask for what reviews are counted by."""
    bare = func.coalesce(ReviewRow.title, ReviewRow.text, ReviewRow.pros, ReviewRow.cons)
    is_wordless = (
        (col(ReviewRow.rating) <= 2)
        & bare.is_(None)
        & col(ReviewRow.gone_at).is_(None)
        & col(TicketRow.id).is_(None)
        & col(ReviewRow.reply_text).is_(None)
    )
    alike = (
        *by,
        col(ReviewRow.tone),
        # As text: PostgreSQL compares no JSON.
        as_type(col(ReviewRow.topics), Text),
        as_type(col(ReviewRow.praise), Text),
        case((is_wordless, 1), else_=0),
    )
    each = columns(*(what.label(f"alike_{n}") for n, what in enumerate(alike))).select_from(
        ReviewRow
    )
    if marked is not None:
        each = each.join(DayToCountRow, day_counts.is_marked(marked))
    kinds = (
        each.join(TargetRow, col(TargetRow.id) == ReviewRow.target_id)
        .join(LocationRow, col(LocationRow.key) == TargetRow.location_key, isouter=True)
        .join(TicketRow, col(TicketRow.review_id) == ReviewRow.id, isouter=True)
        .where(~is_question(), is_no_past(), *where)
        .subquery()
    )
    keys = [kinds.c[f"alike_{n}"] for n in range(len(alike))]
    return columns(*keys, func.count()).group_by(*keys)


def _here(
    session: Session, places: Collection[str] | None, source: str | None
) -> ColumnElement[bool]:
    if places is not None:
        return are_at(session, places, source)
    # What the database has no row of any more was ours.
    is_own = func.coalesce(LocationRow.role, "own") == "own"
    return is_own if source is None else and_(is_own, col(TargetRow.source) == source)
