"""From rows to what endpoints are told: one pass over what the audit and the reviews have new.

Whoever acts knows nothing of endpoints: each act leaves a line in the audit in its own
transaction, ids only grow, and one writer writes. So a cursor misses nothing and repeats nothing,
also after a crash. A new endpoint hears of what happens from then on.
"""

from collections.abc import Collection, Iterator
from datetime import timedelta
from typing import Any

from sqlmodel import Session, col, func, select

from reviewbot.core.connections import Endpoint, Event, event_of
from reviewbot.core.model import Kind
from reviewbot.core.settings import Settings
from reviewbot.core.trends.concern import ConcernKind
from reviewbot.drafting.shown_name import shown_author
from reviewbot.queries.trends.concern_facts import places_in
from reviewbot.store import people
from reviewbot.store.audit import detail_of
from reviewbot.store.cases import place_of
from reviewbot.store.queues import deliveries
from reviewbot.store.tables import (
    AuditRow,
    ConcernRow,
    DraftRow,
    EventCursorRow,
    ReviewRow,
    TargetRow,
    TicketRoundRow,
    TicketRow,
)
from reviewbot.store.tx import Tx

MANY = 200
"""Rows of one transaction."""
HISTORY = timedelta(days=1)
"""What was published longer before the first reading than a site's date is coarse is history."""

Told = tuple[Event, str, Collection[str], dict[str, Any]]
"""The event, its key, the locations it is about, and what is told."""


def is_anything_new(session: Session, settings: Settings) -> bool:
    """Whether `gather` would do something; reads only, so an idle bot leaves the disk alone."""
    newest = _newest(session)
    for key in settings.endpoints:
        cursor = session.get(EventCursorRow, key)
        if cursor is None or _is_behind(cursor, *newest):
            return True
    return False


def gather(tx: Tx) -> bool:
    """Put what is new into the queue of every endpoint that wants it; return whether there may be
    more."""
    more = False
    for endpoint in tx.settings.endpoints.values():
        cursor = tx.session.get(EventCursorRow, endpoint.key)
        if cursor is None:
            audit_id, review_id, incident_id = _newest(tx.session)
            cursor = EventCursorRow(
                endpoint=endpoint.key,
                audit_id=audit_id,
                review_id=review_id,
                incident_id=incident_id,
            )
            tx.session.add(cursor)
            continue
        for event, key, places, data in (
            *_reviews(tx, cursor),
            *_acts(tx, cursor),
            *_incidents(tx, cursor),
        ):
            if event in endpoint.events and _are_theirs(tx.settings, endpoint, places):
                put(tx, endpoint, event, key, data)
        audit_id, review_id, incident_id = _newest(tx.session)
        more = more or _is_behind(cursor, audit_id, review_id, incident_id)
        tx.session.add(cursor)
    tx.session.flush()
    return more


def put(tx: Tx, endpoint: Endpoint, event: Event, key: str, data: dict[str, Any]) -> bool:
    """Put an event into the queue of an endpoint, once for its key."""
    at = data.pop("at", None) or tx.now.isoformat()
    payload = {"type": event, "timestamp": at, "data": data}
    return deliveries.put(
        tx.session, deliveries.webhook(endpoint.key), event, f"{event}:{key}", payload, tx.now
    )


def _newest(session: Session) -> tuple[int, int, int]:
    audit_id = session.exec(select(func.max(AuditRow.id))).one()
    review_id = session.exec(select(func.max(ReviewRow.id))).one()
    incident_id = session.exec(select(func.max(ConcernRow.id))).one()
    return audit_id or 0, review_id or 0, incident_id or 0


def _is_behind(cursor: EventCursorRow, audit_id: int, review_id: int, incident_id: int) -> bool:
    return (
        cursor.audit_id < audit_id
        or cursor.review_id < review_id
        or cursor.incident_id < incident_id
    )


def _are_theirs(settings: Settings, endpoint: Endpoint, places: Collection[str]) -> bool:
    return all(_is_theirs(settings, endpoint, place) for place in places)


def _is_theirs(settings: Settings, endpoint: Endpoint, location: str) -> bool:
    place = settings.locations.get(location)
    if place is not None and place.role != "own":
        return False
    groups = place.groups if place else ()
    wanted = endpoint.only
    return not wanted or location in wanted or any(f"group:{each}" in wanted for each in groups)


def _reviews(tx: Tx, cursor: EventCursorRow) -> Iterator[Told]:
    rows = tx.session.exec(
        select(ReviewRow, TargetRow)
        .join(TargetRow, col(TargetRow.id) == ReviewRow.target_id)
        .where(col(ReviewRow.id) > cursor.review_id)
        .order_by(col(ReviewRow.id))
        .limit(MANY)
    ).all()
    for review, target in rows:
        cursor.review_id = review.id or 0
        if not _is_history(review, target):
            at = review.first_seen_at.isoformat()
            told = {"at": at, "review": _review(tx, review, target)}
            is_question = review.kind == Kind.QUESTION
            event = Event.QUESTION_FOUND if is_question else Event.REVIEW_FOUND
            yield event, str(review.id), (target.location_key,), told


def _is_history(review: ReviewRow, target: TargetRow) -> bool:
    """Whether a review was there before the first reading of its page."""
    first = target.first_contact_at
    if first is None or review.first_seen_at <= first:
        return True
    return review.published_at is not None and review.published_at < first - HISTORY


def _acts(tx: Tx, cursor: EventCursorRow) -> Iterator[Told]:
    rows = tx.session.exec(
        select(AuditRow)
        .where(col(AuditRow.id) > cursor.audit_id)
        .order_by(col(AuditRow.id))
        .limit(MANY)
    ).all()
    for row in rows:
        cursor.audit_id = row.id or 0
        event = event_of(row.action, row.from_state, row.to_state)
        # What was there on the first day is history.
        if event is None or row.ticket_id is None or row.detail.get("backlog"):
            continue
        ticket = tx.session.get_one(TicketRow, row.ticket_id)
        review = tx.session.get_one(ReviewRow, ticket.review_id)
        target = tx.session.get_one(TargetRow, review.target_id)
        told = {
            "at": row.at.isoformat(),
            "ticket": _ticket(tx, ticket, row),
            "review": _review(tx, review, target),
        }
        yield event, str(row.id), (ticket.location_key,), told


def _incidents(tx: Tx, cursor: EventCursorRow) -> Iterator[Told]:
    rows = tx.session.exec(
        select(ConcernRow)
        .where(col(ConcernRow.id) > cursor.incident_id)
        .order_by(col(ConcernRow.id))
        .limit(MANY)
    ).all()
    for row in rows:
        cursor.incident_id = row.id or 0
        if row.kind == ConcernKind.MEASURE:
            continue
        place = place_of(tx, row.location_key)
        told = {
            "at": row.found_at.isoformat(),
            "incident": {
                "number": row.id,
                "kind": row.kind,
                "topic": row.topic,
                "location": place.key,
                "location_name": place.name,
                "facts": row.facts,
            },
        }
        yield Event.INCIDENT_OPENED, str(row.id), places_in(tx, row), told


def _ticket(tx: Tx, ticket: TicketRow, row: AuditRow) -> dict[str, Any]:
    number = int(detail_of(row).get("round") or ticket.round)
    round_ = tx.session.exec(
        select(TicketRoundRow).where(
            TicketRoundRow.ticket_id == ticket.id, TicketRoundRow.n == number
        )
    ).first()
    draft_id = row.detail.get("draft_id") or ticket.approved_draft_id
    draft = tx.session.get(DraftRow, draft_id) if draft_id else None
    person = people.person_of(tx, row.actor)
    deadline = round_.reply_deadline if round_ else None
    return {
        "number": ticket.id,
        "round": number,
        "state": row.to_state,
        "by": person.name if person else row.actor,
        "deadline": deadline.isoformat() if deadline else None,
        "reply": draft.text if draft else None,
    }


def _review(tx: Tx, review: ReviewRow, target: TargetRow) -> dict[str, Any]:
    place = place_of(tx, target.location_key)
    published = review.published_at
    return {
        "id": f"{target.key}:{review.external_id}",
        "kind": review.kind,
        "source": target.source,
        "location": place.key,
        "location_name": place.name,
        "url": review.url or target.url,
        "author": shown_author(review.author, tx.settings.author_names),
        "rating": review.rating,
        "title": review.title,
        "text": review.text,
        "pros": review.pros,
        "cons": review.cons,
        "published_at": published.isoformat() if published else None,
        "seen_at": review.first_seen_at.isoformat(),
        "tone": review.tone,
        "severity": review.severity,
        "topics": list(review.topics),
    }
