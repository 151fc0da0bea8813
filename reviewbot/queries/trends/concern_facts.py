"""What a concern's card says, gathered from its row; measures and whether they helped."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import func, literal_column, or_
from sqlmodel import Session, col, select

from reviewbot.core.calendar.digest_days import Days, Unseen
from reviewbot.core.calendar.hours import moment_on
from reviewbot.core.model import COMPLAINING, NOT_THIS_PLACE, OPEN_STATES, TicketState
from reviewbot.core.source_facts import title_of
from reviewbot.core.trends.concern import (
    MEASURED,
    ConcernFacts,
    ConcernKind,
    ConcernState,
    ListedMeasure,
    MeasureFacts,
    MeasureTaken,
    OwedReply,
    Sign,
)
from reviewbot.core.trends.names_in_texts import ReviewWords
from reviewbot.core.trends.overview import Named
from reviewbot.core.trends.page import first_of_each
from reviewbot.core.trends.stars import Share, StarFigures
from reviewbot.lexicons.advice import advice_for
from reviewbot.lexicons.dishes import dishes_for
from reviewbot.queries.notes import measures_noted, noted_for
from reviewbot.queries.period_figures import names
from reviewbot.queries.sight.out_of_sight import blind, without_made_up
from reviewbot.queries.sight.unseen_sites import unseen
from reviewbot.queries.trends.main_problems import named_in
from reviewbot.queries.trends.written import as_first_seen, stars_of, written
from reviewbot.store.database import is_one_of, padded
from reviewbot.store.people import name_of
from reviewbot.store.tables import (
    ConcernRow,
    DraftRow,
    ReviewRow,
    TargetRow,
    TicketRoundRow,
    TicketRow,
)
from reviewbot.store.tx import Tx

IS_COMPLAINING = col(ReviewRow.tone).in_([literal_column(f"'{tone}'") for tone in COMPLAINING])
"""The condition on ReviewRow. Written out: of a list that is bound the statement is written anew
each time."""
SHOWN = 10
"""Measures in one list: each takes three lines, and a message holds 4,096 letters."""
LISTED = timedelta(days=365)
"""So long ago at the most a listed measure was taken."""


def measures_of(tx: Tx, row: ConcernRow) -> tuple[MeasureFacts, ...]:
    """Return what was done about it and whether it helped, as of now."""
    taken = Sign.from_json(row.facts).measures
    return tuple(_told(tx, row.location_key, row.topic, each) for each in taken)


def measures_at(
    tx: Tx, places: Collection[str], shown: int = SHOWN, of_each: int = 0
) -> tuple[tuple[ListedMeasure, ...], Counter[str]]:
    """Return so many measures at these places, `of_each` at least, and whether they helped: first
    those that still wait, the soonest first, then those of the last year, the newest first; and
    how many more there are of each place."""
    found = sorted((*_marked(tx, places), *_noted(tx, places)), key=_in_order)
    kept, left = first_of_each(found, lambda each: each.place, shown, of_each)
    return tuple(_listed(tx, each) for each in kept), left


class _Measure(NamedTuple):
    """A measure before it is compared."""

    place: str
    topic: str | None
    taken: MeasureTaken
    number: int | None = None
    due_at: datetime | None = None


def _in_order(measure: _Measure) -> tuple[bool, int]:
    on = date.fromisoformat(measure.taken.on).toordinal()
    return measure.due_at is None, on if measure.due_at else -on


def _marked(tx: Tx, places: Collection[str]) -> Iterator[_Measure]:
    """What stands on a concern's card, or was said without one."""
    first = (tx.now - LISTED).date()
    for row in tx.session.exec(
        select(ConcernRow).where(is_one_of(col(ConcernRow.location_key), places))
    ):
        sign = Sign.from_json(row.facts)
        # What was noted for a review is listed as such.
        if row.kind == ConcernKind.MEASURE and sign.tickets:
            continue
        for taken in sign.measures:
            if date.fromisoformat(taken.on) >= first:
                yield _Measure(row.location_key, row.topic, taken)


def _noted(tx: Tx, places: Collection[str]) -> Iterator[_Measure]:
    """What was noted for single reviews."""
    for number, place, topics, noted in measures_noted(tx, places, tx.now - LISTED):
        zone = ZoneInfo(tx.settings.locations[place].zone)
        on = (noted.done_at or noted.due_at).astimezone(zone).date()
        taken = MeasureTaken(on.isoformat(), noted.who, noted.what)
        due_at = None if noted.done_at else noted.due_at
        yield _Measure(place, topics[0] if topics else None, taken, number, due_at)


def _listed(tx: Tx, measure: _Measure) -> ListedMeasure:
    place, topic, taken, number, due_at = measure
    return ListedMeasure(
        place=names(tx.settings)(place),
        zone=tx.settings.locations[place].zone,
        topic=topic,
        told=_told(tx, place, topic, taken),
        number=number,
        due_at=due_at,
        location=place,
    )


def _told(tx: Tx, place: str, topic: str | None, taken: MeasureTaken) -> MeasureFacts:
    zone, on = tx.settings.locations[place].zone, date.fromisoformat(taken.on)
    at = moment_on(zone, on, time())
    end = min(at + MEASURED, tx.now)
    before, stars_before = _figures(tx, place, topic, at - MEASURED, at)
    since, stars_since = _figures(tx, place, topic, at, end)
    return MeasureFacts(
        on=on,
        by=name_of(tx, taken.by) or taken.by,
        what=taken.what,
        before=before,
        since=since,
        stars_before=stars_before,
        stars_since=stars_since,
        unseen=_unseen(tx, place, at, max(at, end)),
    )


def _unseen(tx: Tx, place: str, at: datetime, end: datetime) -> tuple[Unseen, ...]:
    """Return which sites were out of sight, where that was too much of the days before or since to
    compare them."""
    here, start = (place,), at - MEASURED
    gaps = without_made_up(tx, blind(tx, here, start, end))
    stretches = (Days(start.date(), at.date(), start, at), Days(at.date(), end.date(), at, end))
    if not any(gaps.is_too_much(each) for each in stretches):
        return ()
    return unseen(tx, here, gaps, start, names(tx.settings))


def _figures(
    tx: Tx, place: str, topic: str | None, since: datetime, until: datetime
) -> tuple[Share, StarFigures]:
    reviews = as_first_seen(tx.session, list(written(tx.session, (place,), since, until)))
    named = [
        each for each in reviews if each.is_complaint and (topic is None or topic in each.topics)
    ]
    return Share(len(named), len(reviews)), stars_of(reviews)


def places_in(tx: Tx, row: ConcernRow) -> frozenset[str]:
    """Return every place that a concern is of: who may not see them all may not see it."""
    numbers = Sign.from_json(row.facts).tickets
    places = select(TicketRow.location_key).where(col(TicketRow.id).in_(padded(numbers)))
    # One that is in the file no more is nobody's.
    found = set(tx.session.exec(places.distinct())) & set(tx.settings.locations)
    return frozenset(found | {row.location_key})


def is_unwatched(tx: Tx, concern_id: int) -> bool:
    """Whether the place of a concern is in the file no more."""
    row = tx.session.get(ConcernRow, concern_id)
    return row is not None and row.location_key not in tx.settings.locations


def taken_back(session: Session, numbers: Collection[int]) -> dict[int, str]:
    """Return which of these reviews are gone, or no complaints any more; each with its site."""
    rows = session.exec(
        select(TicketRow.id, TargetRow.source)
        .join(ReviewRow, col(ReviewRow.id) == TicketRow.review_id)
        .join(TargetRow, col(TargetRow.id) == ReviewRow.target_id)
        .where(
            col(TicketRow.id).in_(padded(numbers)),
            or_(
                col(TicketRow.state) == TicketState.GONE,
                col(ReviewRow.gone_at).is_not(None),
                col(ReviewRow.tone).not_in(COMPLAINING),
            ),
        )
    )
    return {number or 0: source for number, source in rows}


def _without(sign: Sign, gone: Mapping[int, str], kind: ConcernKind) -> Sign:
    """What was found without those taken back; figures of days are compared anew once a day."""
    kept = tuple(number for number in sign.tickets if number not in gone)
    if not kind.is_sudden:
        return replace(sign, tickets=kept)
    n = len(kept)
    left = Counter(sign.sources) - Counter(gone.values())
    return replace(sign, tickets=kept, n=n, complaints=n, mentions=n, sources=left)


def unanswered(session: Session, numbers: Collection[int]) -> int:
    """Return how many of these reviews wait for an answer."""
    return session.exec(
        select(func.count())
        .select_from(TicketRow)
        .where(col(TicketRow.id).in_(padded(numbers)), col(TicketRow.state).in_(OPEN_STATES))
    ).one()


def _unnamed(sign: Sign, kind: ConcernKind) -> int:
    """How many reviews behind a drop or a burst are too old for its row to hold their numbers."""
    if kind.is_sudden:
        return 0
    behind = sign.complaints if kind is ConcernKind.DROP else sign.mentions
    return max(0, behind - sign.unnumbered - len(sign.tickets))


def concern_facts(tx: Tx, concern_id: int, language: str) -> ConcernFacts | None:
    """Return the facts as of now; None: there is no such concern, or its place is ours no more."""
    row = tx.session.get(ConcernRow, concern_id)
    place = tx.settings.locations.get(row.location_key) if row else None
    if row is None or place is None:
        return None
    told, kind = Sign.from_json(row.facts), ConcernKind(row.kind)
    gone = taken_back(tx.session, told.tickets)
    sign = _without(told, gone, kind)
    due_at = tx.session.exec(
        select(func.min(TicketRoundRow.reply_deadline))
        .join(TicketRow, col(TicketRow.id) == TicketRoundRow.ticket_id)
        .where(
            col(TicketRow.id).in_(padded(sign.tickets)),
            col(TicketRow.state).in_(OPEN_STATES),
            TicketRoundRow.n == TicketRow.round,
        )
    ).one()
    return ConcernFacts(
        measures=measures_of(tx, row),
        noted=noted_for(tx, told.tickets),
        number=concern_id,
        kind=kind,
        state=ConcernState(row.state),
        place=names(tx.settings)(row.location_key),
        topic=row.topic,
        sign=sign,
        zone=tx.settings.desk_of(row.location_key).zone,
        at=tx.now,
        found_at=row.found_at,
        ended_at=row.ended_at,
        by=name_of(tx, row.acted_by) if row.acted_by else None,
        cause=row.cause,
        until=row.until,
        due_at=due_at,
        advice=advice_for(tx.settings, row.location_key, row.topic, language),
        source_titles={source: title_of(tx.sources, source) for source in sign.sources},
        own_topics=tx.settings.topics,
        location=row.location_key,
        taken_back=len(gone),
        unanswered=unanswered(tx.session, sign.tickets),
        unnamed=_unnamed(told, kind),
        replies=_replies(tx, told) if row.kind == ConcernKind.SAME_TEXT else (),
        named=_named(tx, row, sign),
        draft=_draft(tx, sign) if row.kind == ConcernKind.INCIDENT else "",
    )


def quoted_in(session: Session, tickets: Collection[int]) -> tuple[int, str] | None:
    """Return the draft that the card of an incident quotes, and its ticket: the first that waits
    for an approval. None: none does."""
    drafted = session.exec(
        select(TicketRow.id, DraftRow.text)
        .join(DraftRow, col(TicketRow.draft_id) == DraftRow.id)
        .where(
            col(TicketRow.id).in_(padded(tickets)),
            col(TicketRow.state).in_((TicketState.WAITING, TicketState.PROPOSED)),
        )
        .order_by(col(TicketRow.id))
        .limit(1)
    ).first()
    return (drafted[0] or 0, drafted[1]) if drafted else None


def _draft(tx: Tx, sign: Sign) -> str:
    quoted = quoted_in(tx.session, sign.tickets)
    return quoted[1] if quoted else ""


def _named(tx: Tx, row: ConcernRow, sign: Sign) -> tuple[Named, ...]:
    """Return whom and what the reviews behind it name; one text says nothing of what recurs."""
    if row.kind == ConcernKind.SAME_TEXT:
        return ()
    settings = tx.settings
    rows = tx.session.exec(
        select(ReviewRow.author, ReviewRow.text, ReviewRow.cons)
        .join(TicketRow, col(TicketRow.review_id) == ReviewRow.id)
        .where(col(TicketRow.id).in_(padded(sign.tickets)))
    )
    return named_in(
        [ReviewWords("\n".join(filter(None, parts)), author or "") for author, *parts in rows],
        [person.name for person in settings.people.values()],
        [settings.locations[row.location_key].name],
        dishes_for(settings, (row.location_key,)),
        people=settings.people_figures,
    )


def _replies(tx: Tx, sign: Sign) -> tuple[OwedReply, ...]:
    """Return the reviews that say the same, where they stand at several places."""
    rows = tx.session.exec(
        select(TicketRow, TargetRow.source)
        .join(ReviewRow, col(ReviewRow.id) == TicketRow.review_id)
        .join(TargetRow, col(TargetRow.id) == ReviewRow.target_id)
        .where(col(TicketRow.id).in_(padded(sign.tickets)))
        .order_by(col(TicketRow.id))
    ).all()
    at_place = Counter(row.location_key for row, _ in rows)
    if len(at_place) < 2:
        return ()
    named = names(tx.settings)
    return tuple(
        OwedReply(
            row.id or 0,
            row.location_key,
            named(row.location_key),
            TicketState(row.state),
            not_here=row.state == TicketState.SKIPPED and row.skip_reason == NOT_THIS_PLACE,
            source_title=title_of(tx.sources, source) if at_place[row.location_key] > 1 else None,
        )
        for row, source in rows
    )
