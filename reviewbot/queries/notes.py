"""What colleagues said: notes, why a text was sent back, what the guest is offered."""

from sqlmodel import col, select

from reviewbot.core.facts import GestureFacts, NoteFacts
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


def last_gesture(tx: Tx, case: Case) -> GestureFacts | None:
    """Return what was offered to the guest last in the present round, if anything."""
    rows = select(AuditRow).where(
        AuditRow.ticket_id == case.ticket_id, AuditRow.action == "gesture"
    )
    row = tx.session.exec(rows.order_by(col(AuditRow.id).desc()).limit(1)).first()
    if row is None or row.detail.get("round", 1) != case.ticket.round:
        return None
    who = name_of(tx, row.actor) or row.actor
    return GestureFacts(who, int(row.detail["sum"]), str(row.detail.get("note") or ""))
