"""What counts in a period: which reviews are new in it, which rounds were decided in it.

* A review counts from the day it was first seen, at a location of our own. What came with a first
  reading is the past, not news: it counts in no period. Competitors count nowhere.
* A round is decided when it is answered, at its deadline at the latest: so it counts once, in the
  period in which that was. In time, late, undecided: nothing is late that was not proved late.
"""

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, and_, case, func, or_, true
from sqlalchemy import cast as as_type
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from reviewbot.core.calendar.round_outcome import RoundFacts, RoundOutcome, outcome
from reviewbot.core.calendar.round_reasons import RoundReasons
from reviewbot.core.model import OPEN_STATES, Kind, Tone
from reviewbot.core.readings.changes import LATE_MARGIN
from reviewbot.store.database import is_one_of
from reviewbot.store.tables import (
    LocationRow,
    ReviewRow,
    TargetRow,
    TicketRoundRow,
    TicketRow,
)

BATCH = 500
"""Rows held in memory at a time."""
DECIDED = (RoundOutcome.IN_TIME, RoundOutcome.LATE, RoundOutcome.UNDECIDED)


@dataclass(frozen=True, slots=True)
class Arrived:
    """Reviews of a place that count as new and are alike, `count` of them. `wordless`: bare 1-2★
    that nobody got a ticket for."""

    location: str
    tone: str
    topics: Sequence[str]
    praise: Sequence[str]
    wordless: bool
    count: int

    @property
    def is_complaint(self) -> bool:
        return self.tone == Tone.NEGATIVE


@dataclass(frozen=True, slots=True)
class Decided:
    """A round whose deadline was kept or not, or of which that cannot be known, and when that was
    decided. `by_mark`: staff's word that no reading has confirmed."""

    location: str
    outcome: RoundOutcome
    decided_at: datetime
    clock_start_at: datetime
    answered_at: datetime | None
    by_mark: bool
    guest_wait: timedelta | None
    reasons: RoundReasons


def counted(
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
    contact = col(TargetRow.first_contact_at)
    return and_(
        col(ReviewRow.first_seen_at) >= since,
        col(ReviewRow.first_seen_at) < until,
        or_(contact.is_(None), col(ReviewRow.first_seen_at) > contact),
        _is_own(places, col(TargetRow.location_key)),
        true() if source is None else col(TargetRow.source) == source,
        is_question() if questions else ~is_question(),
    )


def is_question() -> ColumnElement[bool]:
    """Return the condition on ReviewRow that it is a buyer's question: no figure of reviews counts
    one; `question_figures` counts them alone."""
    return col(ReviewRow.kind) == Kind.QUESTION


def open_on(session: Session, target_ids: Collection[int | None]) -> int:
    """Return how many tickets about reviews of some pages are open."""
    return session.exec(
        select(func.count())
        .select_from(TicketRow)
        .join(ReviewRow, col(ReviewRow.id) == TicketRow.review_id)
        .where(
            col(ReviewRow.target_id).in_(target_ids),
            col(TicketRow.state).in_(sorted(OPEN_STATES)),
        )
    ).one()


def is_news(
    published_at: datetime | None, first_contact_at: datetime | None, found_late: bool
) -> bool:
    """Whether a review was written since its target is watched, or found late (core.readings)."""
    if published_at is None or first_contact_at is None or found_late:
        return True
    return published_at >= first_contact_at - LATE_MARGIN


def arrived(
    session: Session,
    since: datetime,
    until: datetime,
    places: Collection[str] | None = None,
    source: str | None = None,
) -> Iterator[Arrived]:
    """Yield what counts as new in [since, until), counted where reviews are alike: at all own
    locations, or at `places`; from one source, where it is named."""
    kinds = _alike(since, until, places, source).subquery()
    alike = [each for each in kinds.c if each.name not in ("published_at", "contact_at")]
    rows = session.execute(
        columns(
            *alike, func.min(kinds.c.published_at), func.min(kinds.c.contact_at), func.count()
        ).group_by(*alike)
    )
    names: Callable[[str], tuple[str, ...]] = cache(lambda kept: tuple(json.loads(kept)))
    for place, tone, topics, praise, wordless, asked, published_at, contact_at, count in rows:
        if asked is None or is_news(published_at, contact_at, found_late=False):
            yield Arrived(place, tone, names(topics), names(praise), bool(wordless), count)


def came_at(
    session: Session,
    since: datetime,
    until: datetime,
    places: Collection[str],
    source: str | None = None,
) -> tuple[Counter[str], Counter[str]]:
    """Return how many reviews, and complaints among them, count as new at each of some places."""
    new, complaints = Counter[str](), Counter[str]()
    for review in arrived(session, since, until, places, source) if places else ():
        new[review.location] += review.count
        complaints[review.location] += review.is_complaint * review.count
    return new, complaints


def _alike(
    since: datetime, until: datetime, places: Collection[str] | None, source: str | None
) -> Select[Any]:
    """Ask for what reviews are counted by. `asked`: the number of a review written before its
    target was watched; whether that one is news is `is_news`'s to say."""
    bare = func.coalesce(ReviewRow.title, ReviewRow.text, ReviewRow.pros, ReviewRow.cons)
    is_wordless = (
        (col(ReviewRow.rating) <= 2)
        & bare.is_(None)
        & col(ReviewRow.gone_at).is_(None)
        & col(TicketRow.id).is_(None)
        & col(ReviewRow.reply_text).is_(None)
    )
    published_at, contact_at = col(ReviewRow.published_at), col(TargetRow.first_contact_at)
    is_plain = or_(
        published_at.is_(None),
        contact_at.is_(None),
        col(ReviewRow.found_late).is_(True),
        published_at >= contact_at,
    )
    return (
        columns(
            col(TargetRow.location_key),
            col(ReviewRow.tone),
            # As text: PostgreSQL compares no JSON.
            as_type(col(ReviewRow.topics), Text).label("topics"),
            as_type(col(ReviewRow.praise), Text).label("praise"),
            case((is_wordless, 1), else_=0).label("wordless"),
            case((is_plain, None), else_=ReviewRow.id).label("asked"),
            published_at,
            contact_at.label("contact_at"),
        )
        .select_from(ReviewRow)
        .join(TargetRow, col(TargetRow.id) == ReviewRow.target_id)
        .join(LocationRow, col(LocationRow.key) == TargetRow.location_key, isouter=True)
        .join(TicketRow, col(TicketRow.review_id) == ReviewRow.id, isouter=True)
        .where(counted(since, until, places, source))
    )


def decided(
    session: Session,
    since: datetime,
    until: datetime,
    now: datetime,
    places: Collection[str] | None = None,
    source: str | None = None,
    *,
    questions: bool = False,
) -> Iterator[Decided]:
    """Yield the rounds of reviews (or of questions) decided in [since, until): at all own
    locations, or at `places`; of one source, where it is named."""
    # Columns, not rows: a month of a large business is many thousands.
    query = (
        columns(
            col(TicketRoundRow.n),
            col(TicketRow.round),
            col(TicketRow.state),
            col(TicketRoundRow.reply_deadline),
            col(TicketRoundRow.marked_at),
            col(TicketRoundRow.answered_after),
            col(TicketRoundRow.answered_by),
            col(TicketRoundRow.refuted),
            col(TicketRoundRow.why),
            col(ReviewRow.unanswered_seen_at),
            col(TicketRoundRow.clock_start_at),
            col(TicketRoundRow.closed_at),
            col(ReviewRow.published_at),
            col(TicketRow.location_key),
        )
        .select_from(TicketRoundRow)
        .join(TicketRow, col(TicketRow.id) == TicketRoundRow.ticket_id)
        .join(ReviewRow, col(ReviewRow.id) == TicketRow.review_id)
        .where(
            # Decided after it began, and at its deadline at the latest. Places are sorted out
            # below: asked for them, SQLite reads every ticket they ever had.
            col(TicketRoundRow.reply_deadline) >= since,
            # Not to be looked up by its index, which would read every round there ever was: of
            # two bounds, one each way, SQLite may choose either.
            func.coalesce(TicketRoundRow.clock_start_at, TicketRoundRow.clock_start_at) < until,
            is_question() if questions else ~is_question(),
        )
    )
    if source is not None:
        on_it = select(TargetRow.id).where(TargetRow.source == source)
        query = query.where(col(ReviewRow.target_id).in_(on_it))
    rows = session.execute(query.execution_options(yield_per=BATCH))
    here = frozenset(places) if places is not None else _own_places(session)
    for *facts, why, without, start, closed_at, published_at, key in rows:
        if key not in here:
            continue
        n, current, state, due, marked_at, after, by, refuted = facts
        reasons = RoundReasons.read(why)
        stands = reasons.mark_stands
        round_ = RoundFacts(n, current, state, due, marked_at, after, by, refuted, stands, without)
        ended, at = outcome(round_, now), decided_at(round_, closed_at)
        if ended not in DECIDED or at is None or not since <= at < until:
            continue
        answered_at = round_.answered_at
        waited = n == 1 and answered_at is not None and published_at is not None
        yield Decided(
            location=key,
            outcome=ended,
            decided_at=at,
            clock_start_at=start,
            answered_at=answered_at,
            by_mark=marked_at is not None and by is None and round_.mark_counts,
            guest_wait=answered_at - published_at
            if waited and published_at <= answered_at
            else None,
            reasons=reasons,
        )


def decided_at(round_: RoundFacts, closed_at: datetime | None) -> datetime | None:
    """Return when a round counts; None: it has no deadline. A reply counts on the day it was seen:
    that of its own date may have been told already."""
    if round_.reply_deadline is None:
        return None
    known_at = (
        round_.marked_at if round_.mark_counts else None,
        closed_at if round_.answered_by else None,
    )
    return min(at for at in (round_.reply_deadline, *known_at) if at is not None)


def _is_own(places: Collection[str] | None, key: Any) -> ColumnElement[bool]:
    """What the database has no row of any more was ours."""
    if places is not None:
        return is_one_of(key, places)
    return func.coalesce(LocationRow.role, "own") == "own"


def _own_places(session: Session) -> frozenset[str]:
    keys = session.exec(select(TicketRow.location_key).distinct())
    competitors = session.exec(select(LocationRow.key).where(LocationRow.role != "own"))
    return frozenset(keys) - frozenset(competitors)
