"""The figures of a period, each defined here once: for digests, `report`, exports and charts.

* A review counts from the day it was first seen, at a location of our own. What came with a first
  reading is the past, not news: it counts in no period. Competitors count nowhere.
* A complaint is a review of negative tone; the topics of a period are those of its complaints.
* A round is decided when it is answered, at its deadline at the latest: so it counts once, in the
  period in which that was. In time, late, undecided: nothing is late that was not proved late.
* Time during which a target could not be read is told as "unknown since", not as good news.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from reviewbot.core.calendar.round_outcome import Outcome, Turn, outcome
from reviewbot.core.model import OPEN_STATES, TicketState, Tone
from reviewbot.core.readings.changes import LATE_MARGIN
from reviewbot.queries.card_facts import is_blind
from reviewbot.queries.diagnosis import blind_times
from reviewbot.store.cases import MARK_STANDS
from reviewbot.store.tables import (
    LocationRow,
    ReviewRow,
    TargetRow,
    TicketRoundRow,
    TicketRow,
)

BATCH = 500
DECIDED = (Outcome.IN_TIME, Outcome.LATE, Outcome.UNDECIDED)


@dataclass(frozen=True, slots=True)
class Arrived:
    """A review that counts as new. `wordless`: bare 1-2★ that nobody got a ticket for."""

    location: str
    tone: str
    topics: Sequence[str]
    praise: Sequence[str]
    wordless: bool

    @property
    def is_complaint(self) -> bool:
        return self.tone == Tone.NEGATIVE


@dataclass(frozen=True, slots=True)
class Decided:
    """A round whose deadline was kept or not, or of which that cannot be known, and when that was
    decided. `by_mark`: staff's word that no reading has confirmed."""

    location: str
    outcome: Outcome
    decided_at: datetime
    clock_start_at: datetime
    answered_at: datetime | None
    by_mark: bool
    is_answered: bool
    guest_wait: timedelta | None
    why: dict[str, Any]


@dataclass(frozen=True, slots=True)
class BlindSince:
    """A target whose figures are unknown from an instant on."""

    location: str
    source: str
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Unseen:
    """A target that was out of sight for a part of the period."""

    location: str
    source: str
    blind_for: timedelta


@dataclass(slots=True)
class Figures:
    """Figures of one place, or of all.

    `reviews`, `tones`, `topics` are of what arrived in the period; `in_time`, `late`, `undecided`
    of the rounds decided in it; `answered` to `running` tell how the rounds that began in it stand
    now; `escalated`, `refuted` are the breaches recorded in it.

    `in_time` and `late` are sums of what a reading confirmed and what staff marked and no reading
    has seen yet; the second alone is `in_time_marked`, `late_marked`. `late_open` of the late are
    not answered at all. `undecided`: the deadline lies inside the interval in which the reply
    appeared, or nobody has seen since whether there is one. `reaction` is the middle time by the
    clock from the round's start to the answer, `guest_wait` the one from publication.
    """

    reviews: int = 0
    tones: Counter[str] = field(default_factory=Counter)
    topics: Counter[str] = field(default_factory=Counter)
    answered: int = 0
    marked: int = 0
    skipped: int = 0
    gone: int = 0
    open: int = 0
    in_time: int = 0
    in_time_marked: int = 0
    late: int = 0
    late_marked: int = 0
    late_open: int = 0
    undecided: int = 0
    running: int = 0
    escalated: int = 0
    refuted: int = 0
    reactions: list[timedelta] = field(default_factory=list)
    guest_waits: list[timedelta] = field(default_factory=list)

    @property
    def complaints(self) -> int:
        return self.tones[Tone.NEGATIVE]

    @property
    def reaction(self) -> timedelta | None:
        return middle(self.reactions)

    @property
    def guest_wait(self) -> timedelta | None:
        return middle(self.guest_waits)

    def to_json(self) -> dict[str, Any]:
        """Return the figures under their names; times in minutes."""
        plain = {
            name: getattr(self, name)
            for name in self.__slots__
            if name not in ("tones", "topics", "reactions", "guest_waits")
        }
        return {
            **plain,
            "complaints": self.complaints,
            "tones": dict(self.tones),
            "topics": dict(self.topics.most_common()),
            "reaction_minutes": _minutes(self.reaction),
            "guest_wait_minutes": _minutes(self.guest_wait),
        }


@dataclass(frozen=True, slots=True)
class Summary:
    """The figures of [since, until)."""

    since: datetime
    until: datetime
    total: Figures
    places: dict[str, Figures]
    blind: tuple[BlindSince, ...]
    unseen: tuple[Unseen, ...] = ()


def counted(
    since: datetime, until: datetime, places: Collection[str] | None = None
) -> ColumnElement[bool]:
    """Return the condition on ReviewRow joined with TargetRow and LocationRow by which a review
    counts as new in [since, until); of all own locations, or of `places`."""
    contact = col(TargetRow.first_contact_at)
    return and_(
        col(ReviewRow.first_seen_at) >= since,
        col(ReviewRow.first_seen_at) < until,
        or_(contact.is_(None), col(ReviewRow.first_seen_at) > contact),
        _is_own(places, col(TargetRow.location_key)),
    )


def is_news(
    published_at: datetime | None, first_contact_at: datetime | None, found_late: bool
) -> bool:
    """Whether a review was written since its target is watched, or found late (core.readings)."""
    if published_at is None or first_contact_at is None or found_late:
        return True
    return published_at >= first_contact_at - LATE_MARGIN


def arrived(
    session: Session, since: datetime, until: datetime, places: Collection[str] | None = None
) -> Iterator[Arrived]:
    """Yield what counts as new in [since, until): at all own locations, or at `places`."""
    bare = func.coalesce(ReviewRow.title, ReviewRow.text, ReviewRow.pros, ReviewRow.cons)
    is_wordless = (
        (col(ReviewRow.rating) <= 2)
        & bare.is_(None)
        & col(ReviewRow.gone_at).is_(None)
        & col(TicketRow.id).is_(None)
        & col(ReviewRow.reply_text).is_(None)
    )
    rows = session.execute(
        columns(
            col(ReviewRow.published_at),
            col(TargetRow.first_contact_at),
            col(ReviewRow.found_late),
            col(TargetRow.location_key),
            col(ReviewRow.tone),
            col(ReviewRow.topics),
            col(ReviewRow.praise),
            case((is_wordless, 1), else_=0),
        )
        .select_from(ReviewRow)
        .join(TargetRow, col(TargetRow.id) == ReviewRow.target_id)
        .join(LocationRow, col(LocationRow.key) == TargetRow.location_key, isouter=True)
        .join(TicketRow, col(TicketRow.review_id) == ReviewRow.id, isouter=True)
        .where(counted(since, until, places))
        .execution_options(yield_per=BATCH)
    )
    for published_at, contact_at, found_late, place, tone, topics, praise, wordless in rows:
        if is_news(published_at, contact_at, found_late):
            yield Arrived(place, tone, topics, praise, bool(wordless))


def decided(
    session: Session,
    since: datetime,
    until: datetime,
    now: datetime,
    places: Collection[str] | None = None,
) -> Iterator[Decided]:
    """Yield the rounds decided in [since, until): at all own locations, or at `places`."""
    # Columns, not rows: a month of a large business is many thousands.
    rows = session.execute(
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
            col(TicketRoundRow.clock_start_at) < until,
        )
        .execution_options(yield_per=BATCH)
    )
    here = frozenset(places) if places is not None else _own_places(session)
    for *facts, why, without, start, closed_at, published_at, key in rows:
        if key not in here:
            continue
        n, current, state, due, marked_at, after, by, refuted = facts
        stands = MARK_STANDS in why
        turn = Turn(n, current, state, due, marked_at, after, by, refuted, stands, without)
        ended, at = outcome(turn, now), decided_at(turn, closed_at)
        if ended not in DECIDED or at is None or not since <= at < until:
            continue
        answered_at = turn.answered_at
        waited = n == 1 and answered_at is not None and published_at is not None
        yield Decided(
            location=key,
            outcome=ended,
            decided_at=at,
            clock_start_at=start,
            answered_at=answered_at,
            by_mark=marked_at is not None and by is None and turn.mark_counts,
            is_answered=answered_at is not None,
            guest_wait=answered_at - published_at
            if waited and published_at <= answered_at
            else None,
            why=why,
        )


def decided_at(turn: Turn, closed_at: datetime | None) -> datetime | None:
    """Return when a round counts; None: it has no deadline. A reply counts on the day it was seen:
    that of its own date may have been told already."""
    if turn.reply_deadline is None:
        return None
    known_at = (
        turn.marked_at if turn.mark_counts else None,
        closed_at if turn.answered_by else None,
    )
    return min(at for at in (turn.reply_deadline, *known_at) if at is not None)


def summary(
    session: Session, since: datetime, until: datetime, now: datetime | None = None
) -> Summary:
    """Return the figures of a period; `now` (by default its end) decides what still runs."""
    now = now or until
    places: dict[str, Figures] = defaultdict(Figures)
    total = Figures()
    for review in arrived(session, since, until):
        for figures in (total, places[review.location]):
            figures.reviews += 1
            figures.tones[review.tone] += 1
            if review.is_complaint:
                figures.topics.update(review.topics)
    for each in decided(session, since, until, now):
        for figures in (total, places[each.location]):
            _count_decided(figures, each)
    for turn, ticket in _rounds(session, since, until):
        for figures in (total, places[ticket.location_key]):
            _count_state(figures, turn, ticket, (since, until), now)
    targets = session.exec(
        select(TargetRow).where(col(TargetRow.retired_at).is_(None)).order_by(TargetRow.key)
    ).all()
    blind = tuple(
        BlindSince(row.location_key, row.source, row.health_since)
        for row in targets
        if is_blind(row)
    )
    blind_for = blind_times(session, since, min(until, now))
    unseen = tuple(
        Unseen(row.location_key, row.source, blind_for[row.id])
        for row in targets
        if row.id in blind_for
    )
    return Summary(since, until, total, dict(sorted(places.items())), blind, unseen)


def _is_own(places: Collection[str] | None, key: Any) -> ColumnElement[bool]:
    """What the database has no row of any more was ours."""
    if places is not None:
        return and_(key.in_(places))
    return func.coalesce(LocationRow.role, "own") == "own"


def _own_places(session: Session) -> frozenset[str]:
    keys = session.exec(select(TicketRow.location_key).distinct())
    competitors = session.exec(select(LocationRow.key).where(LocationRow.role != "own"))
    return frozenset(keys) - frozenset(competitors)


def _count_decided(figures: Figures, each: Decided) -> None:
    if each.outcome is Outcome.IN_TIME:
        figures.in_time += 1
        figures.in_time_marked += each.by_mark
    elif each.outcome is Outcome.LATE:
        figures.late += 1
        figures.late_marked += each.by_mark
        figures.late_open += not each.is_answered
    else:
        figures.undecided += 1
    if each.answered_at is not None:
        figures.reactions.append(each.answered_at - each.clock_start_at)
    if each.guest_wait is not None:
        figures.guest_waits.append(each.guest_wait)


def _count_state(
    figures: Figures,
    turn: TicketRoundRow,
    ticket: TicketRow,
    period: tuple[datetime, datetime],
    now: datetime,
) -> None:
    since, until = period
    if turn.breached_at is not None and since <= turn.breached_at < until:
        figures.escalated += 1
        figures.refuted += turn.refuted
    if turn.n != ticket.round or not since <= turn.clock_start_at < until:
        return
    is_confirmed = turn.answered_by is not None
    figures.answered += ticket.state == TicketState.ANSWERED and is_confirmed
    figures.marked += ticket.state == TicketState.POSTED
    figures.marked += ticket.state == TicketState.ANSWERED and not is_confirmed
    figures.skipped += ticket.state == TicketState.SKIPPED
    figures.gone += ticket.state == TicketState.GONE
    is_open = ticket.state in OPEN_STATES and ticket.state != TicketState.POSTED
    figures.open += is_open
    figures.running += is_open and turn.reply_deadline is not None and now < turn.reply_deadline


def _rounds(
    session: Session, since: datetime, until: datetime
) -> Iterator[tuple[TicketRoundRow, TicketRow]]:
    """Yield the rounds that began, or whose breach was recorded, in the period."""
    begun = col(TicketRoundRow.clock_start_at)
    breached = col(TicketRoundRow.breached_at)
    yield from session.exec(
        select(TicketRoundRow, TicketRow)
        .join(TicketRow, col(TicketRow.id) == TicketRoundRow.ticket_id)
        .where(
            or_(
                and_(begun >= since, begun < until),
                and_(breached >= since, breached < until),
            )
        )
        .execution_options(yield_per=BATCH)
    )


def middle(lengths: Sequence[timedelta]) -> timedelta | None:
    """Return the median, None of nothing."""
    if not lengths:
        return None
    return timedelta(seconds=median(each.total_seconds() for each in lengths))


def _minutes(length: timedelta | None) -> float | None:
    return None if length is None else round(length.total_seconds() / 60, 1)
