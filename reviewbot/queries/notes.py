"""What colleagues said: notes, why a text was sent back, what the guest is offered, what the place
was asked."""

from sqlmodel import col, select

from reviewbot.core.beside_reply.said import BesideReply, GestureFacts, NoteFacts, PlaceFacts
from reviewbot.core.parse_time import instant
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


def beside_reply(tx: Tx, case: Case) -> BesideReply:
    """Return what was asked and done beside a ticket's reply."""
    return BesideReply(may_ask=bool(case.place.place_chat), place=_place(tx, case))


def _place(tx: Tx, case: Case) -> PlaceFacts | None:
    """Return the last question to the place, with its last answer."""
    rows = select(AuditRow).where(
        AuditRow.ticket_id == case.ticket_id,
        col(AuditRow.action).in_(("place_asked", "place_answered")),
    )
    answer = None
    for row in tx.session.exec(rows.order_by(col(AuditRow.id).desc())):
        if row.action == "place_answered":
            answer = answer or row
            continue
        due_at = instant(row.detail.get("due_at")) or row.at
        is_to_it = answer is not None and answer.detail.get("question") == row.detail["question"]
        return PlaceFacts(
            name_of(tx, row.actor) or row.actor,
            str(row.detail.get("note") or ""),
            due_at,
            str(answer.detail.get("note") or "") if answer and is_to_it else None,
            str(answer.detail.get("name") or "") if answer and is_to_it else "",
        )
    return None
