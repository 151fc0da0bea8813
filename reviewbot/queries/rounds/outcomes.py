"""How one round of a ticket ended, as far as it can be known: in three values, never guessed.

Said once, as the database judges it: conditions on a TicketRoundRow joined with its TicketRow.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, false, func, literal_column, null, or_, true
from sqlalchemy import select as columns
from sqlalchemy.orm import aliased
from sqlmodel import col

from reviewbot.core.calendar.round_outcome import RoundOutcome
from reviewbot.core.calendar.round_reasons import MARK_STANDS
from reviewbot.core.model import TicketState
from reviewbot.store.tables import ReviewRow, TicketRoundRow, TicketRow

_due, _marked = col(TicketRoundRow.reply_deadline), col(TicketRoundRow.marked_at)
_after, _by = col(TicketRoundRow.answered_after), col(TicketRoundRow.answered_by)
_state = col(TicketRow.state)
_about = aliased(ReviewRow)
_unanswered_seen_at = (
    columns(col(_about.unanswered_seen_at))
    .where(col(_about.id) == TicketRow.review_id)
    .correlate(TicketRow)
    .scalar_subquery()
)
"""Of its review, which is looked up for the few of which nothing else tells."""
_SET_ASIDE = (TicketState.SKIPPED, TicketState.NOT_REACHED)


def _is_current() -> ColumnElement[bool]:
    return col(TicketRoundRow.n) == TicketRow.round


def _mark_counts() -> ColumnElement[bool]:
    """Whether staff's mark of a round stands: nothing has refuted it; or the round ended by it,
    since the site shows no replies to look for."""
    why: Any = col(TicketRoundRow.why)
    stands = func.coalesce(why[MARK_STANDS].as_boolean(), False)
    return or_(_is_current(), _by.is_not(None), stands)


def answered_at() -> ColumnElement[Any]:
    """When it was answered: marked by staff or first seen on the site, whichever was first."""
    return case(
        # Without a mark there is none to be refuted.
        (_marked.is_(None), _by),
        (_marked < _by, _marked),
        (_by.is_not(None), _by),
        (_mark_counts(), _marked),
        else_=null(),
    )


def is_by_mark() -> ColumnElement[bool]:
    """Whether it is answered by staff's word alone, which no reading has confirmed."""
    # As a case: of a bare condition SQLite reckons each part, and would read every round's JSON.
    return case((and_(_marked.is_not(None), _by.is_(None), _mark_counts()), true()), else_=false())


def _is_set_aside() -> ColumnElement[bool]:
    """Whether it was skipped, its guest was not reached, or it went from the site without an
    answer: nothing else ends a round that has neither a mark nor an answer."""
    return or_(
        and_(_is_current(), _is(*_SET_ASIDE)),
        and_(_marked.is_(None), _by.is_(None), or_(~_is_current(), _is(TicketState.GONE))),
    )


def _is(*states: TicketState) -> ColumnElement[bool]:
    return or_(*(_state == _word(state) for state in states))


def outcome(now: datetime) -> ColumnElement[str]:
    """Whether a round kept its deadline (a RoundOutcome's text).

    Staff's mark decides unless the site, where it shows replies at all, then showed none (the
    round ended unconfirmed); else the interval decides; a round without an answer is late when the
    review was seen without a reply after the deadline.
    """
    in_time, late = _word(RoundOutcome.IN_TIME), _word(RoundOutcome.LATE)
    undecided = _word(RoundOutcome.UNDECIDED)
    is_marked = and_(_marked.is_not(None), _mark_counts())
    return case(
        (_is_set_aside(), _word(RoundOutcome.SET_ASIDE)),
        (_due.is_(None), _word(RoundOutcome.NO_DEADLINE)),
        (col(TicketRoundRow.refuted).is_(True), in_time),
        (and_(is_marked, _marked <= _due), in_time),
        (is_marked, late),
        (_by <= _due, in_time),
        (and_(_by.is_not(None), _after >= _due), late),
        (_by.is_not(None), undecided),
        (_due > now, _word(RoundOutcome.RUNNING)),
        (_unanswered_seen_at >= _due, late),
        else_=undecided,
    )


def decided_at() -> ColumnElement[Any]:
    """When a round counts; NULL: it has no deadline. A reply counts on the day it was seen: that
    of its own date may have been told already."""
    closed = col(TicketRoundRow.closed_at)
    is_marked = and_(_marked < _due, _mark_counts())
    is_closed = and_(closed < _due, _by.is_not(None))
    return case(
        (and_(is_marked, is_closed, closed < _marked), closed),
        (is_marked, _marked),
        (is_closed, closed),
        else_=_due,
    )


def _word(value: str) -> ColumnElement[str]:
    """Written out: a statement with a dozen parameters more is slower to be begun."""
    return literal_column(f"'{value}'")
