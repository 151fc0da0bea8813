"""What a concern's card says, gathered from its row."""

from collections.abc import Collection
from datetime import date, datetime, time

from sqlalchemy import func
from sqlmodel import Session, col, select

from reviewbot.core.calendar.digest_days import Days, Unseen
from reviewbot.core.calendar.hours import moment_on
from reviewbot.core.model import NOT_THIS_PLACE, OPEN_STATES, TicketState
from reviewbot.core.source_facts import title_of
from reviewbot.core.trends.concern import (
    MEASURED,
    ConcernFacts,
    ConcernKind,
    ConcernState,
    MeasureFacts,
    OwedReply,
    Sign,
)
from reviewbot.core.trends.overview import Named
from reviewbot.core.trends.stars import Share, StarFigures
from reviewbot.lexicons.advice import advice_for
from reviewbot.lexicons.dishes import dishes_for
from reviewbot.queries.period_figures import blind, names, unseen
from reviewbot.queries.trends.main_problems import named_in
from reviewbot.queries.trends.written import stars_of, written
from reviewbot.store.database import padded
from reviewbot.store.people import name_of
from reviewbot.store.tables import ConcernRow, DraftRow, ReviewRow, TicketRoundRow, TicketRow
from reviewbot.store.tx import Tx


def measures_of(tx: Tx, row: ConcernRow) -> tuple[MeasureFacts, ...]:
    """Return what was done about it and whether it helped, as of now."""
    zone = tx.settings.locations[row.location_key].zone
    found = []
    for written_on, by, what in Sign.from_json(row.facts).measures:
        on = date.fromisoformat(written_on)
        at = moment_on(zone, on, time())
        end = min(at + MEASURED, tx.now)
        before, stars_before = _figures(tx, row, at - MEASURED, at)
        since, stars_since = _figures(tx, row, at, end)
        found.append(
            MeasureFacts(
                on=on,
                by=name_of(tx, by) or by,
                what=what,
                before=before,
                since=since,
                stars_before=stars_before,
                stars_since=stars_since,
                unseen=_unseen(tx, row, at, max(at, end)),
            )
        )
    return tuple(found)


def _unseen(tx: Tx, row: ConcernRow, at: datetime, end: datetime) -> tuple[Unseen, ...]:
    """Return which sites were out of sight, where that was too much of the days before or since to
    compare them."""
    here, start = (row.location_key,), at - MEASURED
    gaps = blind(tx.session, here, start, end)
    stretches = (Days(start.date(), at.date(), start, at), Days(at.date(), end.date(), at, end))
    if not any(gaps.is_too_much(each) for each in stretches):
        return ()
    return unseen(tx, here, gaps, start, names(tx.settings))


def _figures(
    tx: Tx, row: ConcernRow, since: datetime, until: datetime
) -> tuple[Share, StarFigures]:
    reviews = list(written(tx.session, (row.location_key,), since, until))
    named = [
        each
        for each in reviews
        if each.is_complaint and (row.topic is None or row.topic in each.topics)
    ]
    return Share(len(named), len(reviews)), stars_of(reviews)


def places_in(tx: Tx, row: ConcernRow) -> frozenset[str]:
    """Return every place that a concern is of: who may not see them all may not see it."""
    numbers = Sign.from_json(row.facts).tickets
    places = select(TicketRow.location_key).where(col(TicketRow.id).in_(padded(numbers)))
    # One that is in the file no more is nobody's.
    found = set(tx.session.exec(places.distinct())) & set(tx.settings.locations)
    return frozenset(found | {row.location_key})


def concern_facts(tx: Tx, concern_id: int, language: str) -> ConcernFacts | None:
    """Return the facts as of now; None: there is no such concern, or its place is ours no more."""
    row = tx.session.get(ConcernRow, concern_id)
    place = tx.settings.locations.get(row.location_key) if row else None
    if row is None or place is None:
        return None
    sign = Sign.from_json(row.facts)
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
        number=concern_id,
        kind=ConcernKind(row.kind),
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
        replies=_replies(tx, sign) if row.kind == ConcernKind.SAME_TEXT else (),
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
    texts = tx.session.exec(
        select(ReviewRow.text, ReviewRow.cons)
        .join(TicketRow, col(TicketRow.review_id) == ReviewRow.id)
        .where(col(TicketRow.id).in_(padded(sign.tickets)))
    )
    return named_in(
        [" ".join(part for part in parts if part) for parts in texts],
        [person.name for person in settings.people.values()],
        [settings.locations[row.location_key].name],
        dishes_for(settings, (row.location_key,)),
    )


def _replies(tx: Tx, sign: Sign) -> tuple[OwedReply, ...]:
    """Return the reviews that say the same, where they stand at several places."""
    rows = tx.session.exec(
        select(TicketRow)
        .where(col(TicketRow.id).in_(padded(sign.tickets)))
        .order_by(col(TicketRow.id))
    ).all()
    if len({row.location_key for row in rows}) < 2:
        return ()
    named = names(tx.settings)
    return tuple(
        OwedReply(
            row.id or 0,
            row.location_key,
            named(row.location_key),
            TicketState(row.state),
            not_here=row.state == TicketState.SKIPPED and row.skip_reason == NOT_THIS_PLACE,
        )
        for row in rows
    )
