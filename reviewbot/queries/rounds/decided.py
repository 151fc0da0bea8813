"""Which rounds were decided in a period, and how.

A round is decided when it is answered, at its deadline at the latest: so it counts once, in the
period in which that was. In time, late, undecided: nothing is late that was not proved late.
Instants are whole microseconds since 1970 here: there are thousands of them.
"""

from collections.abc import Callable, Collection, Iterator
from datetime import datetime, timedelta
from itertools import repeat
from typing import NamedTuple

from sqlalchemy import and_, case, func, null
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from reviewbot.core.calendar.open_time import number_of
from reviewbot.core.calendar.round_outcome import RoundOutcome
from reviewbot.core.calendar.round_reasons import REPLY_SPAN, reply_span
from reviewbot.core.settings import Span
from reviewbot.queries.counting import has_questions, is_question
from reviewbot.queries.rounds import outcomes
from reviewbot.store.days.json_parts import parts_of
from reviewbot.store.days.strung import columns_in_parts, microseconds
from reviewbot.store.tables import LocationRow, ReviewRow, TargetRow, TicketRoundRow, TicketRow

_DECIDED = {
    each.value: each for each in (RoundOutcome.IN_TIME, RoundOutcome.LATE, RoundOutcome.UNDECIDED)
}


class Decided(NamedTuple):
    """A round whose deadline was kept or not, or of which that cannot be known, and when that was
    decided. `by_mark`: staff's word that no reading has confirmed; `target_id`, `guest_wait` and
    `reply_span` (its time) where they were asked for."""

    location: str
    target_id: int | None
    outcome: RoundOutcome
    decided_at: int
    clock_start_at: int
    answered_at: int | None
    by_mark: bool
    guest_wait: timedelta | None
    reply_span: Span | None


def decided(
    session: Session,
    since: datetime,
    until: datetime,
    now: datetime,
    places: Collection[str] | None = None,
    source: str | None = None,
    *,
    questions: bool = False,
    targets: bool = False,
    waits: bool = False,
    spans: bool = False,
) -> Iterator[Decided]:
    """Yield the rounds of reviews (or of questions) decided in [since, until): at all own
    locations, or at `places`; of one source, where it is named; their targets, how long guests
    waited, their reply times, where these are asked for."""
    answered_at, published_at = outcomes.answered_at(), col(ReviewRow.published_at)
    waited_from = case(
        (and_(col(TicketRoundRow.n) == 1, published_at <= answered_at), published_at),
        else_=null(),
    )
    asked = (
        *((col(ReviewRow.target_id),) if targets else ()),
        *((microseconds(waited_from),) if waits else ()),
        *((parts_of(col(TicketRoundRow.why), REPLY_SPAN),) if spans else ()),
    )
    query = (
        columns(
            col(TicketRow.location_key),
            outcomes.outcome(now),
            microseconds(outcomes.decided_at()),
            microseconds(col(TicketRoundRow.clock_start_at)),
            microseconds(answered_at),
            outcomes.is_by_mark(),
            *asked,
        )
        .select_from(TicketRoundRow)
        .join(TicketRow, col(TicketRow.id) == TicketRoundRow.ticket_id)
        .where(
            # Not to be looked up by its index, which would read every round there ever was: of
            # two bounds, one each way, SQLite may choose either.
            func.coalesce(TicketRoundRow.clock_start_at, TicketRoundRow.clock_start_at) < until,
        )
    )
    # The reviews lie apart: to look each up takes half of the time.
    if targets or waits or questions or source is not None or has_questions(session):
        query = query.join(ReviewRow, col(ReviewRow.id) == TicketRow.review_id).where(
            is_question() if questions else ~is_question()
        )
    if source is not None:
        on_it = select(TargetRow.id).where(TargetRow.source == source)
        query = query.where(col(ReviewRow.target_id).in_(on_it))
    is_asked = _own_places(session) if places is None else frozenset(places).__contains__
    first, end = number_of(since), number_of(until)
    # Decided after it began, and at its deadline at the latest. Places are sorted out below: asked
    # for them, SQLite reads every ticket they ever had.
    due = col(TicketRoundRow.reply_deadline)
    for found in columns_in_parts(session, query, due, since):
        keys, ended, at, started, answered, by_mark, *more = found
        none, left = repeat(None), iter(more)
        rows = zip(
            keys,
            next(left) if targets else none,
            map(_DECIDED.get, ended),
            at,
            started,
            answered,
            map(bool, by_mark),
            map(_between, next(left), answered) if waits else none,
            map(reply_span, next(left)) if spans else none,
            strict=False,
        )
        # In the database each of the two would judge anew when it was decided.
        counted = [
            row
            for row in rows
            if row[2] is not None and first <= row[3] < end and is_asked(row[0])
        ]
        yield from map(Decided._make, counted)


def _between(start: int | None, end: int | None) -> timedelta | None:
    return None if start is None or end is None else timedelta(microseconds=end - start)


def _own_places(session: Session) -> Callable[[str], bool]:
    """What the database has no row of any more was ours."""
    others = session.exec(select(LocationRow.key).where(LocationRow.role != "own"))
    competitors = frozenset(others)
    return lambda key: key not in competitors
