"""The audit: who did what to a ticket, when, and in which role. Rows are never changed."""

from datetime import datetime
from typing import Any

from reviewbot.store.cases import Case
from reviewbot.store.tables import (
    AuditRow,
)
from reviewbot.store.tx import Tx
from reviewbot.store.upserts import Values


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
    """Append what happened. Rows are never changed."""
    values = audit_values(
        case, action, actor, tx.now, role=role, before=before, text_hash=text_hash, **detail
    )
    tx.session.add(AuditRow(**values))


def audit_values(
    case: Case,
    action: str,
    actor: str,
    now: datetime,
    *,
    role: str | None = None,
    before: str | None = None,
    text_hash: str | None = None,
    **detail: Any,
) -> Values:
    """Return what happened as the columns of an audit row; of `detail` what is not None."""
    known = {key: value for key, value in detail.items() if value is not None}
    return {
        "at": now,
        "actor": actor,
        "role": role,
        "ticket_id": case.ticket_id,
        "action": action,
        "from_state": before,
        "to_state": case.ticket.state,
        "text_hash": text_hash,
        "detail": {"revision": case.ticket.revision, "round": case.ticket.round, **known},
    }
