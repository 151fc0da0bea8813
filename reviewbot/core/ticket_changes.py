"""Which fields of a ticket an act changes, and to what: one function a kind of change, named in
the cells of `ticket_table`."""

from collections.abc import Callable, Mapping
from typing import Any

from reviewbot.core.ticket import Act, Circumstances, Ticket

Changes = Callable[[Ticket, Act, Circumstances], Mapping[str, Any]]
"""The fields of the ticket that the act changes, with their new values."""


def nothing(ticket: Ticket, act: Act, met: Circumstances) -> Mapping[str, Any]:
    return {}


_ANEW: Mapping[str, Any] = {
    "holder": None,
    "held_at": None,
    "snoozed_until": None,
    "proposed_by": None,
    "approved_by": None,
    "approved_at": None,
    "posted_by": None,
    "posted_at": None,
    "publish_at": None,
    "skipped_by": None,
    "skip_reason": None,
    "failure": None,
    "site_differs": False,
    "approved_draft_id": None,
}
_UNAPPROVED: Mapping[str, Any] = {
    "approved_by": None,
    "approved_at": None,
    "publish_at": None,
    "approved_draft_id": None,
    "failure": None,
}


def anew(ticket: Ticket, act: Act, met: Circumstances) -> Mapping[str, Any]:
    return _ANEW


def unapprove(ticket: Ticket, act: Act, met: Circumstances) -> Mapping[str, Any]:
    return _UNAPPROVED


def propose(ticket: Ticket, act: Act, met: Circumstances) -> Mapping[str, Any]:
    return {**_UNAPPROVED, "proposed_by": act.actor.key}


def approve(ticket: Ticket, act: Act, met: Circumstances) -> Mapping[str, Any]:
    return {
        "approved_by": act.actor.key,
        "approved_at": met.now,
        "approved_draft_id": ticket.draft_id,
        "publish_at": met.publish_at if met.can_publish else None,
        "failure": None,
    }


def send_back(ticket: Ticket, act: Act, met: Circumstances) -> Mapping[str, Any]:
    return {**_UNAPPROVED, "proposed_by": None}


def unpropose(ticket: Ticket, act: Act, met: Circumstances) -> Mapping[str, Any]:
    return {"proposed_by": None}


def take(ticket: Ticket, act: Act, met: Circumstances) -> Mapping[str, Any]:
    return {"holder": act.actor.key, "held_at": met.now, "snoozed_until": None}


def release(ticket: Ticket, act: Act, met: Circumstances) -> Mapping[str, Any]:
    return {"holder": None, "held_at": None}


def transfer(ticket: Ticket, act: Act, met: Circumstances) -> Mapping[str, Any]:
    return {"holder": act.to, "held_at": met.now, "snoozed_until": None}


def snooze(ticket: Ticket, act: Act, met: Circumstances) -> Mapping[str, Any]:
    return {"snoozed_until": act.until}


def post(ticket: Ticket, act: Act, met: Circumstances) -> Mapping[str, Any]:
    return {
        "posted_by": act.actor.key,
        "posted_at": met.now,
        "publish_at": None,
        "failure": None,
    }


def unpost(ticket: Ticket, act: Act, met: Circumstances) -> Mapping[str, Any]:
    return {"posted_by": None, "posted_at": None}


def unpost_unapproved(ticket: Ticket, act: Act, met: Circumstances) -> Mapping[str, Any]:
    return {**propose_again(ticket, act, met), **unpost(ticket, act, met)}


def skip(ticket: Ticket, act: Act, met: Circumstances) -> Mapping[str, Any]:
    reason = (act.reason or "").strip()
    return {"skipped_by": act.actor.key, "skip_reason": reason, "publish_at": None}


def closed_by_itself(ticket: Ticket, act: Act, met: Circumstances) -> Mapping[str, Any]:
    return {
        "skipped_by": act.actor.key,
        "skip_reason": act.action.value,
        "publish_at": None,
        "snoozed_until": None,
    }


def undo_skip(ticket: Ticket, act: Act, met: Circumstances) -> Mapping[str, Any]:
    return {
        **_UNAPPROVED,
        "proposed_by": None,
        "skipped_by": None,
        "skip_reason": None,
        "posted_by": None,
        "posted_at": None,
    }


def accept_site_text(ticket: Ticket, act: Act, met: Circumstances) -> Mapping[str, Any]:
    return {"site_differs": False}


def refused_by_site(ticket: Ticket, act: Act, met: Circumstances) -> Mapping[str, Any]:
    return {"failure": act.reason or act.action.value, "publish_at": None}


def unknown_outcome(ticket: Ticket, act: Act, met: Circumstances) -> Mapping[str, Any]:
    return {"failure": act.action.value, "publish_at": None}


def answered(ticket: Ticket, act: Act, met: Circumstances) -> Mapping[str, Any]:
    return {"site_differs": met.differs, "publish_at": None, "snoozed_until": None}


def propose_again(ticket: Ticket, act: Act, met: Circumstances) -> Mapping[str, Any]:
    return {**_UNAPPROVED, "proposed_by": ticket.proposed_by or ticket.approved_by}


def gone(ticket: Ticket, act: Act, met: Circumstances) -> Mapping[str, Any]:
    return {"publish_at": None, "snoozed_until": None}


def seen_again(ticket: Ticket, act: Act, met: Circumstances) -> Mapping[str, Any]:
    return {"site_differs": met.differs}
