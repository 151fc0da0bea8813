"""Open tickets: which of them a list is of, in which order, and how many of what kind."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, case, func, or_
from sqlmodel import col, select
from sqlmodel.sql.expression import Select

from reviewbot.core.calendar.ticket_clock import RUNNING, is_recorded
from reviewbot.core.facts import QueueLine
from reviewbot.core.model import SIGHTED, Severity, TicketState, Tone
from reviewbot.core.settings import Person
from reviewbot.core.source_facts import SURVEY, title_of
from reviewbot.queries.counting import is_question
from reviewbot.store import cases
from reviewbot.store.database import is_among, is_one_of
from reviewbot.store.days.pages import count_by_page
from reviewbot.store.people import name_of
from reviewbot.store.tables import (
    DraftRow,
    ReviewRow,
    TargetRow,
    TicketRoundRow,
    TicketRow,
)
from reviewbot.store.tx import Page, Tx

EXCERPT = 80
READY_LENGTH = 1200
"""Letters of a draft that can still be read in a list; longer ones are read on their cards."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What somebody narrowed a list of open tickets to; `holder` is a person's key."""

    place: str | None = None
    source: str | None = None
    holder: str | None = None
    overdue: bool = False
    complaints: bool = False


@dataclass(frozen=True, slots=True)
class Among:
    """Which open tickets a list is of: those of `places` (None: all). `ready`: good reviews with
    a draft nobody has touched, alone (True) or left aside unless overdue at `now` (False).
    `numbers`: those of a list that was sent (empty: any); `chosen`: what somebody asked for."""

    now: datetime
    places: tuple[str, ...] | None = None
    ready: bool | None = None
    numbers: tuple[int, ...] = ()
    chosen: Chosen = field(default_factory=Chosen)


def queue(
    tx: Tx,
    person: Person | None,
    limit: int | None = 10,
    offset: int = 0,
    among: Among | None = None,
) -> list[QueueLine]:
    """Return the open tickets a person can do something about, the most urgent first.

    Critical ones, then by deadline; those without one (the backlog) last. `person` None: all.
    """
    query = (
        to_do(tx, person, among)
        .order_by(
            (col(ReviewRow.severity) != Severity.CRITICAL),
            col(TicketRoundRow.reply_deadline).is_(None),
            col(TicketRoundRow.reply_deadline),
            col(TicketRow.id),
        )
        .limit(limit)
        .offset(offset)
    )
    return [
        QueueLine(
            number=ticket.id or 0,
            state=TicketState(ticket.state),
            source_title=title_of(tx.sources, target.source),
            location_name=cases.place_of(tx, ticket.location_key).name,
            rating=review.rating,
            excerpt=excerpt(review),
            reply_deadline=round_.reply_deadline,
            breached=is_recorded(round_.breached_at, round_.reply_deadline)
            or (round_.reply_deadline is not None and round_.reply_deadline < tx.now),
            holder=name_of(tx, ticket.holder),
            severity=Severity(review.severity),
            location=ticket.location_key,
            source=target.source,
        )
        for ticket, round_, review, target in tx.session.exec(query)
    ]


def queue_size(tx: Tx, person: Person | None, among: Among | None = None) -> int:
    """Return how many tickets `queue` would list in all."""
    rows = to_do(tx, person, among).with_only_columns(col(TicketRow.id)).subquery()
    return tx.session.exec(select(func.count()).select_from(rows)).one()


def open_by_place(
    tx: Tx, places: Collection[str] | None, chosen: Chosen | None = None
) -> tuple[int, list[tuple[str, int]], int]:
    """Return how many tickets of these places (None: of all) are open, how many of each place are
    overdue (most first), and how many of these are on pages out of sight. Good reviews whose draft
    waits for a word count as open only when overdue."""
    pages = _open_of_pages(tx, places, chosen)
    late: Counter[str] = Counter()
    for (place, _), each in pages.items():
        late[place] += each.late
    most = sorted(
        ((place, n) for place, n in late.items() if n), key=lambda each: (-each[1], each)
    )
    return (
        sum(each.open for each in pages.values()),
        most,
        sum(each.late_unseen for each in pages.values()),
    )


class _Open(NamedTuple):
    open: int
    late: int
    late_unseen: int


def _open_of_pages(
    tx: Tx, places: Collection[str] | None, chosen: Chosen | None
) -> Mapping[Page, _Open]:
    chosen = chosen or Chosen()
    if places is None:
        return _read_open(tx, None, chosen)
    key = ("open", replace(chosen, source=None))
    return tx.of_pages(
        key,
        places,
        chosen.source,
        lambda some, on: _read_open(tx, some, replace(chosen, source=on)),
    )


def _read_open(tx: Tx, places: Collection[str] | None, chosen: Chosen) -> dict[Page, _Open]:
    is_late = is_overdue(tx.now)
    # What guests told us has no page: its target is retired, and nothing of it is out of sight.
    is_watched = col(TargetRow.retired_at).is_(None) | (col(TargetRow.source) == SURVEY)
    is_read = col(TargetRow.health).in_(sorted(SIGHTED)) & is_watched
    here = tuple(places) if places is not None else None
    among = Among(tx.now, here, ready=False, chosen=chosen)
    page = (col(TicketRow.location_key), col(TargetRow.source))
    rows = tx.session.execute(
        to_do(tx, None, among)
        .with_only_columns(
            *page,
            func.count(),
            func.sum(case((is_late, 1), else_=0)),
            func.sum(case((is_late & ~is_read, 1), else_=0)),
        )
        .group_by(*page)
    )
    return {(place, on): _Open(*counts) for place, on, *counts in rows}


def ready_size(tx: Tx, places: tuple[str, ...], source: str | None) -> int:
    """Return how many good reviews of these places (on one source, where it is named) wait for a
    word."""

    def read(some: Collection[str], on: str | None) -> dict[Page, int]:
        among = Among(tx.now, tuple(some), ready=True, chosen=Chosen(source=on))
        return count_by_page(tx.session, to_do(tx, None, among), TicketRow.location_key)

    return sum(tx.of_pages("ready", places, source, read).values())


def excerpt(review: ReviewRow) -> str:
    """Return the beginning of a review on one line."""
    words = " ".join(filter(None, (review.title, review.text, review.cons, review.pros)))
    line = " ".join(words.split())
    return line if len(line) <= EXCERPT else line[: EXCERPT - 1].rstrip() + "…"


def to_do(
    tx: Tx, person: Person | None, among: Among | None = None
) -> Select[TicketRow, TicketRoundRow, ReviewRow, TargetRow]:
    """Return the query for what somebody can do something about, in no order."""
    query = (
        select(TicketRow, TicketRoundRow, ReviewRow, TargetRow)
        .join(TicketRoundRow, cases.is_present_round())
        .join(ReviewRow, col(ReviewRow.id) == TicketRow.review_id)
        .join(TargetRow, col(TargetRow.id) == ReviewRow.target_id)
        .where(col(TicketRow.state).in_(sorted(RUNNING)))
    )
    if person is not None and person.only:
        places: Sequence[str] = [
            key for key in tx.settings.locations if tx.settings.may_see(person, key)
        ]
        query = query.where(is_one_of(col(TicketRow.location_key), places))
    if among is None:
        return query
    if among.places is not None:
        query = query.where(is_among(col(TicketRow.location_key), among.places))
    if among.numbers:
        query = query.where(col(TicketRow.id).in_(among.numbers))
    if among.ready:
        query = query.where(_is_ready())
    elif among.ready is not None:
        query = query.where(~_is_ready() | is_overdue(among.now))
    return _narrowed(query, among.chosen, among.now)


def _narrowed(
    query: Select[TicketRow, TicketRoundRow, ReviewRow, TargetRow], chosen: Chosen, now: datetime
) -> Select[TicketRow, TicketRoundRow, ReviewRow, TargetRow]:
    if chosen.place is not None:
        query = query.where(col(TicketRow.location_key) == chosen.place)
    if chosen.source is not None:
        query = query.where(col(TargetRow.source) == chosen.source)
    if chosen.holder is not None:
        query = query.where(col(TicketRow.holder) == chosen.holder)
    if chosen.overdue:
        query = query.where(is_overdue(now))
    if chosen.complaints:
        query = query.where(is_complaint())
    return query


def is_overdue(now: datetime) -> ColumnElement[bool]:
    """Of `to_do`: whose reply is late."""
    return func.coalesce(col(TicketRoundRow.reply_deadline) < now, False)


def is_complaint() -> ColumnElement[bool]:
    """Of `to_do`: what was flagged."""
    return or_(col(ReviewRow.tone) == Tone.NEGATIVE, col(ReviewRow.severity) == Severity.CRITICAL)


def _is_ready() -> ColumnElement[bool]:
    """A good review, free to take, whose draft waits for nothing but a word."""
    readable = select(DraftRow.id).where(
        DraftRow.id == TicketRow.draft_id, func.length(DraftRow.text) <= READY_LENGTH
    )
    return and_(
        col(ReviewRow.tone) == Tone.POSITIVE,
        ~is_question(),
        col(ReviewRow.severity) != Severity.CRITICAL,
        col(ReviewRow.needs_human).is_(False),
        func.coalesce(ReviewRow.can_reply, True),
        col(TicketRow.state) == TicketState.WAITING,
        col(TicketRow.holder).is_(None),
        readable.correlate(TicketRow).exists(),
    )
