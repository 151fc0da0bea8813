"""Rows for people's spreadsheets and other programs: plain values under stable names, streamed."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from reviewbot.core.calendar.round_outcome import outcome
from reviewbot.queries.figures import BATCH
from reviewbot.store.cases import turn_of
from reviewbot.store.tables import ReviewRow, TargetRow, TicketRoundRow, TicketRow

REVIEW_COLUMNS = (
    "location",
    "source",
    "external_id",
    "kind",
    "rating",
    "title",
    "text",
    "pros",
    "cons",
    "author",
    "published_at",
    "published_precision",
    "edited_at",
    "language",
    "url",
    "reply_text",
    "reply_at",
    "first_seen_at",
    "last_seen_at",
    "gone_at",
    "tone",
    "severity",
    "topics",
    "reasons",
)

TICKET_COLUMNS = (
    "number",
    "location",
    "source",
    "external_id",
    "rating",
    "tone",
    "severity",
    "state",
    "round",
    "round_reason",
    "clock_start_at",
    "seen_deadline",
    "seen_done_at",
    "reply_deadline",
    "breached_at",
    "refuted",
    "marked_at",
    "answered_after",
    "answered_by",
    "outcome",
    "backlog",
    "holder",
    "proposed_by",
    "approved_by",
    "posted_by",
    "skipped_by",
    "skip_reason",
    "opened_at",
    "closed_at",
    "url",
)


def reviews(session: Session) -> Iterator[dict[str, Any]]:
    """Yield every review as REVIEW_COLUMNS, oldest first, without holding them in memory."""
    rows = session.exec(
        select(ReviewRow, TargetRow)
        .join(TargetRow, col(TargetRow.id) == ReviewRow.target_id)
        .where(col(ReviewRow.forgotten_at).is_(None))
        .order_by(col(ReviewRow.id))
        .execution_options(yield_per=BATCH)
    )
    for review, target in rows:
        told = {name: getattr(review, name, None) for name in REVIEW_COLUMNS}
        yield {**told, "location": target.location_key, "source": target.source}
        session.expunge(review)


def tickets(session: Session, now: datetime) -> Iterator[dict[str, Any]]:
    """Yield every round of every ticket as TICKET_COLUMNS, in the order of numbers."""
    rows = session.exec(
        select(TicketRoundRow, TicketRow, ReviewRow, TargetRow)
        .join(TicketRow, col(TicketRow.id) == TicketRoundRow.ticket_id)
        .join(ReviewRow, col(ReviewRow.id) == TicketRow.review_id)
        .join(TargetRow, col(TargetRow.id) == ReviewRow.target_id)
        .order_by(col(TicketRow.id), col(TicketRoundRow.n))
        .execution_options(yield_per=BATCH)
    )
    for turn, ticket, review, target in rows:
        told: dict[str, Any] = {}
        for name in TICKET_COLUMNS:
            for row in (turn, ticket, review):
                if hasattr(row, name):
                    told[name] = getattr(row, name)
                    break
        ended = outcome(turn_of(turn, ticket, review), now)
        yield {name: told.get(name) for name in TICKET_COLUMNS} | {
            "number": ticket.id,
            "location": ticket.location_key,
            "source": target.source,
            "round": turn.n,
            "round_reason": turn.reason,
            "outcome": ended,
        }
        session.expunge(turn)


def authors(session: Session, target_key: str) -> list[str]:
    """Return everybody known to have written at a target, for taking their names out."""
    named = (
        select(ReviewRow.author)
        .join(TargetRow, col(TargetRow.id) == ReviewRow.target_id)
        .where(TargetRow.key == target_key, col(ReviewRow.author).is_not(None))
        .distinct()
    )
    return sorted(name for name in session.exec(named) if name)
