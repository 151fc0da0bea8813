"""The audit: who did what to a ticket, when, and in which role. Rows are never changed."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from reviewbot.core.model import TicketState
from reviewbot.core.ticket import BOT, Action
from reviewbot.store.cases import Case
from reviewbot.store.database import chunks
from reviewbot.store.tables import AuditRow, TicketRow
from reviewbot.store.tx import Tx
from reviewbot.store.upserts import Values

OPENED = "opened"
_FIRST = {"revision": 1, "round": 1}
"""Of an opening that is always so: its rows do not keep it."""


def audit(
    tx: Tx,
    case: Case,
    action: str,
    actor: str,
    *,
    role: str | None = None,
    before: str | None = None,
    text_hash: str | None = None,
    **detail: Any,
) -> None:
    """Append what happened; of `detail` what is not None. Rows are never changed."""
    known = {key: value for key, value in detail.items() if value is not None}
    tx.session.add(
        AuditRow(
            at=tx.now,
            actor=actor,
            role=role,
            ticket_id=case.ticket_id,
            action=action,
            from_state=before,
            to_state=case.ticket.state,
            text_hash=text_hash,
            detail={"revision": case.ticket.revision, "round": case.ticket.round, **known},
        )
    )


def opening(case: Case, now: datetime) -> Values:
    """Return that a ticket was opened as the columns of an audit row."""
    return {
        "at": now,
        "actor": BOT.key,
        "ticket_id": case.ticket_id,
        "action": OPENED,
        "to_state": case.ticket.state,
        "detail": {"backlog": True} if case.ticket.backlog else {},
    }


def detail_of(row: AuditRow) -> dict[str, Any]:
    """Return the whole detail of what happened."""
    return {**_FIRST, **row.detail} if row.action == OPENED else row.detail


@dataclass(slots=True)
class RoundActs:
    """What came of a round of a ticket, as the audit has it: the text that stood approved at its
    end, by whom, who posted it, whether it was skipped; `drafts` are the texts it brought, but for
    a ticket's first. The ticket itself tells of its last round alone."""

    approved: int | None = None
    approved_by: str | None = None
    posted_by: str | None = None
    is_skipped: bool = False
    drafts: set[int] = field(default_factory=set)


def acts_of(ticket: TicketRow) -> RoundActs:
    """Return what came of a ticket's present round: the ticket itself tells it."""
    return RoundActs(
        ticket.approved_draft_id,
        ticket.approved_by,
        ticket.posted_by,
        ticket.state == TicketState.SKIPPED,
    )


def rounds_of(session: Session, tickets: Collection[int]) -> dict[int, dict[int, RoundActs]]:
    """Return the rounds of tickets in which anything was done, by ticket and number."""
    found: dict[int, dict[int, RoundActs]] = defaultdict(lambda: defaultdict(RoundActs))
    for some in chunks(sorted(tickets)):
        rows = select(AuditRow).where(col(AuditRow.ticket_id).in_(some))
        for row in session.exec(rows.order_by(col(AuditRow.id))):
            acts = found[row.ticket_id or 0][row.detail.get("round", 1)]
            if row.to_state is None:
                continue
            if row.detail.get("text"):
                acts.drafts.add(row.detail.get("draft_id") or 0)
            if row.to_state in (TicketState.WAITING, TicketState.PROPOSED):
                acts.approved = acts.approved_by = None
            if row.action in (Action.APPROVE, Action.AUTO_THANK):
                acts.approved, acts.approved_by = row.detail.get("draft_id"), row.actor
            if row.action in (Action.POSTED, Action.ALREADY_ANSWERED, Action.PUBLISHED):
                acts.posted_by = row.actor
            if row.action == Action.UNDO_POSTED:
                acts.posted_by = None
            acts.is_skipped = row.to_state == TicketState.SKIPPED
    return found
