"""Figures of a period and the state of the house.

Figures are three-valued: in time, late, undecided. Nothing is late that was not proved late, and
time during which a target could not be read is told as "unknown since", not as good news.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from reviewbot.core.calendar.round_outcome import Outcome, Turn, outcome
from reviewbot.core.facts import BlindFacts, HealthFacts
from reviewbot.core.model import OPEN_STATES, Health, TicketState, Tone
from reviewbot.core.settings import Settings
from reviewbot.core.source_facts import Sources, title_of
from reviewbot.queries.card_facts import is_blind, operator_name
from reviewbot.queries.diagnosis import PERIOD, blind_times
from reviewbot.store.cases import place_of, turn_of
from reviewbot.store.queues import inbox
from reviewbot.store.tables import (
    ChatRow,
    HostRow,
    OutboxRow,
    ReviewRow,
    TargetRow,
    TicketRoundRow,
    TicketRow,
    WorkRow,
)
from reviewbot.store.tx import Tx

BATCH = 500


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
    """Figures of the reviews first seen, and the rounds begun, in [since, until)."""

    since: datetime
    until: datetime
    total: Figures
    places: dict[str, Figures]
    blind: tuple[BlindSince, ...]
    unseen: tuple[Unseen, ...] = ()


def summary(
    session: Session, since: datetime, until: datetime, now: datetime | None = None
) -> Summary:
    """Return the figures of a period; `now` (by default its end) decides what still runs."""
    now = now or until
    places: dict[str, Figures] = defaultdict(Figures)
    total = Figures()
    for review, place in _reviews(session, since, until):
        for figures in (total, places[place]):
            figures.reviews += 1
            figures.tones[review.tone] += 1
            figures.topics.update(review.topics)
    for turn, ticket, review in _rounds(session, since, until):
        facts = turn_of(turn, ticket, review)
        for figures in (total, places[ticket.location_key]):
            _count(figures, facts, outcome(facts, now), turn, ticket, review)
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


def health(tx: Tx) -> HealthFacts:
    """Return what /health and `reviewbot doctor` tell."""
    targets = tx.session.exec(select(TargetRow).where(col(TargetRow.retired_at).is_(None))).all()
    unsent = (col(OutboxRow.sent_at).is_(None), col(OutboxRow.parked_at).is_(None))
    waiting, oldest = tx.session.exec(
        select(func.count(), func.min(OutboxRow.created_at)).where(
            *unsent, OutboxRow.not_before <= tx.now
        )
    ).one()
    parked = tx.session.exec(
        select(func.count()).where(col(OutboxRow.parked_at).is_not(None))
    ).one()
    updates, bad_updates = inbox.counts(tx.session)
    work = tx.session.exec(
        select(func.count()).where(
            col(WorkRow.done_at).is_(None), col(WorkRow.cancelled_at).is_(None)
        )
    ).one()
    dead = tx.session.exec(select(ChatRow).where(col(ChatRow.dead_since).is_not(None))).all()
    is_open = col(TicketRow.state).in_(sorted(OPEN_STATES))
    overdue = tx.session.exec(
        select(func.count())
        .select_from(TicketRow)
        .join(
            TicketRoundRow,
            (col(TicketRoundRow.ticket_id) == TicketRow.id)
            & (col(TicketRoundRow.n) == TicketRow.round),
        )
        .where(
            is_open,
            col(TicketRow.state) != TicketState.POSTED,
            col(TicketRoundRow.reply_deadline) < tx.now,
        )
    ).one()
    read = [row.last_reading_at for row in targets if row.last_reading_at]
    telegram, telegram_since = inbox.trouble(tx.session) or ("", None)
    return HealthFacts(
        at=tx.now,
        zone=tx.settings.zone,
        targets=len(targets),
        states=dict(Counter(row.health for row in targets if row.health)),
        blind=_blind(
            Tx(tx.session, tx.settings, tx.sources or {}, tx.now),
            [row for row in targets if is_blind(row)],
        ),
        outbox_waiting=waiting,
        outbox_oldest=oldest,
        outbox_parked=parked,
        inbox_waiting=updates,
        inbox_parked=bad_updates,
        work_waiting=work,
        dead_chats=tuple(_chat_name(tx.settings, row) for row in dead),
        telegram=telegram,
        telegram_since=telegram_since,
        open_tickets=tx.session.exec(select(func.count()).where(is_open)).one(),
        overdue=overdue,
        last_reading_at=max(read, default=None),
        unseen=_unseen(tx.session, tx.sources or {}, targets, tx.now),
    )


def _count(
    figures: Figures,
    facts: Turn,
    ended: Outcome,
    turn: TicketRoundRow,
    ticket: TicketRow,
    review: ReviewRow,
) -> None:
    is_current = turn.n == ticket.round
    if is_current:
        is_confirmed = turn.answered_by is not None
        figures.answered += ticket.state == TicketState.ANSWERED and is_confirmed
        figures.marked += ticket.state == TicketState.POSTED
        figures.marked += ticket.state == TicketState.ANSWERED and not is_confirmed
        figures.skipped += ticket.state == TicketState.SKIPPED
        figures.gone += ticket.state == TicketState.GONE
        figures.open += ticket.state in OPEN_STATES and ticket.state != TicketState.POSTED
    figures.escalated += turn.breached_at is not None
    figures.refuted += turn.refuted
    only_marked = turn.marked_at is not None and turn.answered_by is None
    if ended is Outcome.IN_TIME:
        figures.in_time += 1
        figures.in_time_marked += only_marked
    elif ended is Outcome.LATE:
        figures.late += 1
        figures.late_marked += only_marked and facts.mark_counts
        figures.late_open += not only_marked and turn.answered_by is None
    elif ended is Outcome.UNDECIDED:
        figures.undecided += 1
    elif ended is Outcome.RUNNING:
        figures.running += 1
    done_at = facts.answered_at
    if done_at is None:
        return
    figures.reactions.append(done_at - turn.clock_start_at)
    if turn.n == 1 and review.published_at and review.published_at <= done_at:
        figures.guest_waits.append(done_at - review.published_at)


def _reviews(
    session: Session, since: datetime, until: datetime
) -> Iterator[tuple[ReviewRow, str]]:
    yield from session.exec(
        select(ReviewRow, TargetRow.location_key)
        .join(TargetRow, col(TargetRow.id) == ReviewRow.target_id)
        .where(ReviewRow.first_seen_at >= since, ReviewRow.first_seen_at < until)
        .execution_options(yield_per=BATCH)
    )


def _rounds(
    session: Session, since: datetime, until: datetime
) -> Iterator[tuple[TicketRoundRow, TicketRow, ReviewRow]]:
    yield from session.exec(
        select(TicketRoundRow, TicketRow, ReviewRow)
        .join(TicketRow, col(TicketRow.id) == TicketRoundRow.ticket_id)
        .join(ReviewRow, col(ReviewRow.id) == TicketRow.review_id)
        .where(TicketRoundRow.clock_start_at >= since, TicketRoundRow.clock_start_at < until)
        .execution_options(yield_per=BATCH)
    )


def _blind(tx: Tx, targets: list[TargetRow]) -> tuple[BlindFacts, ...]:
    """Return one entry per host and state, those longest out of sight first."""
    groups: dict[tuple[str, str, str], list[TargetRow]] = defaultdict(list)
    for target in targets:
        groups[target.host, target.source, target.health].append(target)
    found = []
    for (name, source, state), rows in groups.items():
        host = tx.session.get(HostRow, name)
        whole = tx.session.exec(
            select(func.count()).where(
                TargetRow.host == name,
                TargetRow.source == source,
                col(TargetRow.retired_at).is_(None),
            )
        ).one()
        open_tickets = tx.session.exec(
            select(func.count())
            .select_from(TicketRow)
            .join(ReviewRow, col(ReviewRow.id) == TicketRow.review_id)
            .where(
                col(ReviewRow.target_id).in_([row.id for row in rows]),
                col(TicketRow.state).in_(sorted(OPEN_STATES)),
            )
        ).one()
        since = [row.health_since for row in rows if row.health_since]
        tries = [row.next_poll_at for row in rows if row.next_poll_at]
        places = {row.location_key for row in rows}
        found.append(
            BlindFacts(
                host=name,
                source=source,
                source_title=title_of(tx.sources, source),
                health=Health(state),
                since=min(since) if since else tx.now,
                zone=tx.settings.zone,
                locations=len(places),
                all_locations=len(rows) == whole,
                open_tickets=open_tickets,
                next_try_at=min(tries, default=None),
                cause=(host.cause or "") if host else "",
                attempts=max(row.failures for row in rows),
                operator=operator_name(tx.settings),
                location_name=place_of(tx, next(iter(places))).name if len(places) == 1 else None,
            )
        )
    return tuple(sorted(found, key=lambda each: each.since))


def _unseen(
    session: Session, sites: Sources, targets: Sequence[TargetRow], now: datetime
) -> tuple[tuple[Mapping[str, str], float], ...]:
    """Return the share of the last week that the pages of each source were out of sight."""
    blind_for = blind_times(session, now - PERIOD, now)
    pages = Counter(row.source for row in targets)
    lost: dict[str, timedelta] = defaultdict(timedelta)
    for row in targets:
        lost[row.source] += blind_for.get(row.id, timedelta())
    return tuple(
        (title_of(sites, source), lost[source] / (PERIOD * pages[source]))
        for source in sorted(lost)
        if lost[source]
    )


def _chat_name(settings: Settings, row: ChatRow) -> str:
    names = [chat.key for chat in settings.chats.values() if chat.chat_id == row.chat_id]
    person = settings.person_by_id(row.chat_id)
    return names[0] if names else person.name if person else row.title or str(row.chat_id)


def middle(lengths: Sequence[timedelta]) -> timedelta | None:
    """Return the median, None of nothing."""
    if not lengths:
        return None
    return timedelta(seconds=median(each.total_seconds() for each in lengths))


def _minutes(length: timedelta | None) -> float | None:
    return None if length is None else round(length.total_seconds() / 60, 1)
