"""What colleagues said of a review: notes, and why its text was sent back."""

from sqlmodel import col, select

from reviewbot.core.facts import (
    NoteFacts,
)
from reviewbot.store.cases import Case
from reviewbot.store.people import name_of
from reviewbot.store.tables import (
    AuditRow,
)
from reviewbot.store.tx import Tx

MOST_NOTES = 3


def last_notes(tx: Tx, case: Case) -> tuple[NoteFacts, ...]:
    """Return the last notes of a ticket, and why it was sent back, oldest first."""
    said_by = col(AuditRow.action).in_(("note", "send_back"))
    rows = select(AuditRow).where(AuditRow.ticket_id == case.ticket_id, said_by)
    newest = tx.session.exec(rows.order_by(col(AuditRow.id).desc()).limit(MOST_NOTES * 2))
    said = [
        NoteFacts(row.at, name_of(tx, row.actor) or row.actor, text)
        for row in newest
        if (text := row.detail.get("note") or row.detail.get("reason"))
    ]
    return tuple(reversed(said[:MOST_NOTES]))
