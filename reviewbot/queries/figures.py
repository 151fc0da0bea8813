"""The figures of a period for `report`, place by place; a digest's are made in `period_figures`.

Both stand on the same rules: which reviews are new is said in `counting`, which rounds were
decided, and how, in `rounds.decided`.

* A complaint is a review of negative tone; the topics of a period are those of its complaints.
* Time during which a target could not be read is told as "unknown since", not as good news.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from operator import attrgetter
from statistics import median
from typing import Any

from sqlalchemy import case, func, literal_column
from sqlalchemy import select as columns
from sqlmodel import Session, col

from reviewbot.core.beside_reply.said import ComplaintOutcome
from reviewbot.core.calendar.round_outcome import RoundOutcome
from reviewbot.core.model import OPEN_STATES, OUTCOME_STATES, TicketState, Tone
from reviewbot.queries.card_facts import is_hidden
from reviewbot.queries.counting import about_reviews, came
from reviewbot.queries.diagnosis import blind_times
from reviewbot.queries.rounds.decided import Decided, decided
from reviewbot.store.database import run
from reviewbot.store.tables import (
    AuditRow,
    TargetRow,
    TicketRoundRow,
    TicketRow,
)


@dataclass(frozen=True, slots=True)
class BlindSince:
    """A target whose figures are unknown from an instant on."""

    location: str
    source: str
    since: datetime | None


@dataclass(frozen=True, slots=True)
class UnseenTarget:
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
    `reported` are complaints sent to sites in the period; `reported_removed`, `reported_refused`
    tell what came of them by now.
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
    reported: int = 0
    reported_removed: int = 0
    reported_refused: int = 0
    reactions: list[timedelta] = field(default_factory=list)
    guest_waits: list[timedelta] = field(default_factory=list)

    @classmethod
    def of_all(cls, every: Iterable["Figures"]) -> "Figures":
        """Return the figures of some places together."""
        total, listed = cls(), list(every)
        for name in _NUMBERS:
            setattr(total, name, sum(map(attrgetter(name), listed)))
        for each in listed:
            for counts, more in ((total.tones, each.tones), (total.topics, each.topics)):
                for what, count in more.items():
                    counts[what] += count
            total.reactions += each.reactions
            total.guest_waits += each.guest_waits
        return total

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


_NUMBERS = tuple(each.name for each in fields(Figures) if each.default == 0)


@dataclass(frozen=True, slots=True)
class Summary:
    """The figures of [since, until)."""

    since: datetime
    until: datetime
    total: Figures
    places: dict[str, Figures]
    blind: tuple[BlindSince, ...]
    unseen: tuple[UnseenTarget, ...] = ()


def summary(
    session: Session, since: datetime, until: datetime, now: datetime | None = None
) -> Summary:
    """Return the figures of a period; `now` (by default its end) decides what still runs."""
    now = now or until
    places: dict[str, Figures] = defaultdict(Figures)
    for place, came_there in came(session, since, until, about=("topics",)).items():
        places[place] = Figures(came_there.reviews, came_there.tones, came_there.topics)
    for each in decided(session, since, until, now, waits=True):
        _count_decided(places[each.location], each)
    for place, count, refuted in _breached(session, since, until):
        places[place].escalated += count
        places[place].refuted += refuted
    for standing in _standing(session, since, until, now):
        _count_standing(places[standing.location], standing)
    for place, outcome in _reported(session, since, until):
        figures = places[place]
        figures.reported += 1
        figures.reported_removed += outcome == ComplaintOutcome.REMOVED
        figures.reported_refused += outcome == ComplaintOutcome.REFUSED
    total = Figures.of_all(places.values())
    blind_for = blind_times(session, since, min(until, now))
    blind, unseen = [], []
    for number, place, source, health, since_when in _targets(session).all():
        if is_hidden(health):
            blind.append(BlindSince(place, source, since_when))
        if number in blind_for:
            unseen.append(UnseenTarget(place, source, blind_for[number]))
    places = dict(sorted(places.items()))
    return Summary(since, until, total, places, tuple(blind), tuple(unseen))


def _targets(session: Session) -> Any:
    """Return (id, place, source, health, since when) of all that are read: columns, since all
    there is of ten thousand takes long."""
    return run(
        session,
        columns(
            col(TargetRow.id),
            col(TargetRow.location_key),
            col(TargetRow.source),
            col(TargetRow.health),
            col(TargetRow.health_since),
        )
        .where(col(TargetRow.retired_at).is_(None))
        .order_by(col(TargetRow.key)),
    )


def _count_decided(figures: Figures, each: Decided) -> None:
    if each.outcome is RoundOutcome.IN_TIME:
        figures.in_time += 1
        figures.in_time_marked += each.by_mark
    elif each.outcome is RoundOutcome.LATE:
        figures.late += 1
        figures.late_marked += each.by_mark
        figures.late_open += each.answered_at is None
    else:
        figures.undecided += 1
    if each.answered_at is not None:
        figures.reactions.append(timedelta(microseconds=each.answered_at - each.clock_start_at))
    if each.guest_wait is not None:
        figures.guest_waits.append(each.guest_wait)


@dataclass(frozen=True, slots=True)
class _Standing:
    """How many rounds of a place that began in the period stand alike now."""

    location: str
    state: str
    is_confirmed: bool
    is_in_time: bool
    count: int


def _count_standing(figures: Figures, standing: _Standing) -> None:
    count = standing.count
    match standing.state:
        case TicketState.ANSWERED if standing.is_confirmed:
            figures.answered += count
        case TicketState.SKIPPED | TicketState.NOT_REACHED:
            figures.skipped += count
        case TicketState.ANSWERED | TicketState.POSTED:
            figures.marked += count
        case state if state in OUTCOME_STATES:
            figures.marked += count
        case TicketState.GONE:
            figures.gone += count
        case state if state in OPEN_STATES:
            figures.open += count
            figures.running += count * standing.is_in_time


def _standing(
    session: Session, since: datetime, until: datetime, now: datetime
) -> Iterator[_Standing]:
    """Count, in the database, the rounds that began in the period and are their tickets' last."""
    is_confirmed = case((col(TicketRoundRow.answered_by).is_not(None), 1), else_=0)
    is_in_time = case((col(TicketRoundRow.reply_deadline) > now, 1), else_=0)
    begun = about_reviews(
        session,
        columns(
            col(TicketRow.location_key),
            col(TicketRow.state),
            is_confirmed.label("is_confirmed"),
            is_in_time.label("is_in_time"),
        )
        .select_from(TicketRoundRow)
        .join(TicketRow, col(TicketRow.id) == TicketRoundRow.ticket_id)
        .where(
            col(TicketRoundRow.clock_start_at) >= since,
            col(TicketRoundRow.clock_start_at) < until,
            col(TicketRoundRow.n) == TicketRow.round,
        ),
    ).subquery()
    rows = run(session, columns(*begun.c, func.count()).group_by(*begun.c))
    for place, state, confirmed, in_time, count in rows.all():
        yield _Standing(place, state, bool(confirmed), bool(in_time), count)


def _breached(
    session: Session, since: datetime, until: datetime
) -> Iterator[tuple[str, int, int]]:
    """Yield (place, how many breaches were recorded in the period, how many of them refuted)."""
    refuted = func.sum(case((col(TicketRoundRow.refuted).is_(True), 1), else_=0))
    query = (
        columns(col(TicketRow.location_key), func.count(), refuted)
        .select_from(TicketRoundRow)
        .join(TicketRow, col(TicketRow.id) == TicketRoundRow.ticket_id)
        .where(
            col(TicketRoundRow.breached_at) >= since,
            col(TicketRoundRow.breached_at) < until,
        )
        .group_by(col(TicketRow.location_key))
    )
    rows = run(session, about_reviews(session, query))
    for place, count, of_them in rows:
        yield place, count, int(of_them)


def _reported(session: Session, since: datetime, until: datetime) -> Iterator[tuple[str, str]]:
    """Yield the place of each review that its site was asked to remove in the period, and what is
    known of that last."""
    rows = session.execute(
        columns(
            col(TicketRow.location_key), col(TicketRow.id), col(AuditRow.at), col(AuditRow.detail)
        )
        .select_from(AuditRow)
        .join(TicketRow, col(TicketRow.id) == AuditRow.ticket_id)
        .where(
            # Written out: a bound value would hide from SQLite that its index holds just these.
            col(AuditRow.action) == literal_column("'site_complaint'"),
            col(AuditRow.at) >= since,
        )
        .order_by(col(AuditRow.at), col(AuditRow.id))
    )
    last: dict[int, tuple[str, str]] = {}
    for place, number, at, detail in rows:
        outcome = str(detail.get("outcome"))
        if number in last or (outcome == ComplaintOutcome.SENT and at < until):
            last[number] = (place, outcome)
    yield from last.values()


def middle(lengths: Sequence[timedelta]) -> timedelta | None:
    """Return the median, None of nothing."""
    if not lengths:
        return None
    return timedelta(seconds=median(each.total_seconds() for each in lengths))


def middle_number(lengths: Sequence[int]) -> timedelta | None:
    """Return the same of lengths in microseconds."""
    return timedelta(seconds=median(each / 1_000_000 for each in lengths)) if lengths else None


def _minutes(length: timedelta | None) -> float | None:
    return None if length is None else round(length.total_seconds() / 60, 1)
