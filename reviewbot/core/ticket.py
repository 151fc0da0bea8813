"""What may be done with a ticket: one table from (state, action) to right, guard, next state and
effects. Pure: `store.tickets` loads the ticket, applies, and writes what the outcome asks for.

A person's press that does not fit raises Refused; what the site, the clock or the bot tell of a
ticket that has moved on changes nothing. Codes and parameters (who: a person's key or None):

viewer · own_text · no_draft · reason_needed · bad_time ·
already (state, who, at) · held (who, at) · not_holder (who) · not_now (state, action)

`store.tickets` adds unknown_ticket (number), not_your_location (location), stale_card (at),
draft_changed (who, at), publishing, no_other_draft, unknown_person (person) and, for a text that
lint refuses, "reply_" with lint's code and parameters.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from reviewbot.core.errors import Refused
from reviewbot.core.model import OPEN_STATES, Approval, Role, TicketState


class Action(StrEnum):
    """What happens to a ticket. The second half is told by the site, the clock and the bot."""

    PROPOSE = "propose"
    APPROVE = "approve"
    SEND_BACK = "send_back"
    TAKE = "take"
    RELEASE = "release"
    TRANSFER = "transfer"
    SNOOZE = "snooze"
    ANOTHER = "another"
    POSTED = "posted"
    ALREADY_ANSWERED = "already_answered"
    SKIP = "skip"
    UNDO_SKIP = "undo_skip"
    UNDO_PUBLISH = "undo_publish"
    ACCEPT_SITE_TEXT = "accept_site_text"
    REOPEN = "reopen"
    PUBLISHED = "published"
    PUBLISH_REFUSED = "publish_refused"
    OUTCOME_UNKNOWN = "outcome_unknown"
    REPLY_SEEN = "reply_seen"
    REPLY_VANISHED = "reply_vanished"
    NOT_CONFIRMED = "not_confirmed"
    MARK_STANDS = "mark_stands"
    EDITED = "edited"
    EDITED_WORSE = "edited_worse"
    CONFIRMED_GONE = "confirmed_gone"
    SEEN_AGAIN = "seen_again"


class Right(StrEnum):
    """The least right a cell asks for. APPROVER depends on the desk's `approval`."""

    STAFF = "staff"
    APPROVER = "approver"
    MACHINE = "machine"


class Effect(StrEnum):
    """What the store must do beside writing the ticket."""

    NEW_ROUND = "new_round"
    CLOSE_ROUND = "close_round"
    REOPEN_ROUND = "reopen_round"
    SEEN = "seen"
    MARK = "mark"
    ANSWER = "answer"
    SCHEDULE_PUBLISH = "schedule_publish"
    CANCEL_PUBLISH = "cancel_publish"
    LOOK_AGAIN = "look_again"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person's key and shown name with the role of this moment, or a machine."""

    key: str
    name: str
    role: Role | None = None


SITE = Actor("site", "site")
CLOCK = Actor("clock", "clock")
BOT = Actor("bot", "bot")
MACHINES = frozenset({SITE.key, CLOCK.key, BOT.key})


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket as the table sees it. People are keys; `draft_author` wrote the current draft
    (None: a template), `draft_id` is that draft."""

    state: TicketState
    holder: str | None = None
    held_at: datetime | None = None
    snoozed_until: datetime | None = None
    proposed_by: str | None = None
    approved_by: str | None = None
    approved_at: datetime | None = None
    posted_by: str | None = None
    posted_at: datetime | None = None
    publish_at: datetime | None = None
    skipped_by: str | None = None
    skip_reason: str | None = None
    failure: str | None = None
    site_differs: bool = False
    draft_id: int | None = None
    draft_author: str | None = None
    approved_draft_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One act with what comes with it.

    `new_text`: the draft was replaced by the act; `can_publish`, `publish_at`: the site takes
    replies from the bot, and when it will; `has_reply`, `differs`: what the reading shows.
    """

    action: Action
    actor: Actor
    now: datetime
    approval: Approval = Approval.MANAGER
    reason: str | None = None
    until: datetime | None = None
    to: str | None = None
    new_text: bool = False
    can_publish: bool = False
    publish_at: datetime | None = None
    has_reply: bool = False
    differs: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """The ticket after the act. `action` is what was really done (a press on approve without the
    right is a propose); `round_reason` names a new round."""

    ticket: Ticket
    action: Action
    changed: bool
    effects: frozenset[Effect] = frozenset()
    round_reason: str = ""


Guard = Callable[[Ticket, Act], None]
"""Raises Refused where the act does not fit."""


@dataclass(frozen=True, slots=True)
class Cell:
    """`to` None: the state stays as it is, or depends on facts (`_arrive`)."""

    right: Right
    to: TicketState | None = None
    effects: frozenset[Effect] = frozenset()
    guards: tuple[Guard, ...] = ()


def may_approve(role: Role | None, approval: Approval) -> bool:
    """Whether this role's press on approve approves (two_people also asks whose text it is)."""
    if approval is Approval.ANYONE:
        return role in (Role.STAFF, Role.MANAGER, Role.ADMIN)
    return role in (Role.MANAGER, Role.ADMIN)


def _leads(actor: Actor) -> bool:
    return actor.role in (Role.MANAGER, Role.ADMIN)


def _has_draft(ticket: Ticket, act: Act) -> None:
    if ticket.draft_id is None:
        raise Refused("no_draft")


def _not_the_same_proposal(ticket: Ticket, act: Act) -> None:
    if ticket.state is TicketState.PROPOSED and not act.new_text:
        raise Refused("already", state=ticket.state, who=ticket.proposed_by, at=None)


def _not_own_text(ticket: Ticket, act: Act) -> None:
    own = act.actor.key in (ticket.draft_author, ticket.proposed_by)
    if act.approval is Approval.TWO_PEOPLE and own:
        raise Refused("own_text")


def _free_to_take(ticket: Ticket, act: Act) -> None:
    if ticket.holder == act.actor.key:
        raise Refused("held", who=ticket.holder, at=ticket.held_at)
    if ticket.holder is not None and not _leads(act.actor):
        raise Refused("held", who=ticket.holder, at=ticket.held_at)


def _holds(ticket: Ticket, act: Act) -> None:
    if ticket.holder is None or (ticket.holder != act.actor.key and not _leads(act.actor)):
        raise Refused("not_holder", who=ticket.holder)


def _not_anothers(ticket: Ticket, act: Act) -> None:
    if ticket.holder not in (None, act.actor.key) and not _leads(act.actor):
        raise Refused("not_holder", who=ticket.holder)


def _names_person(ticket: Ticket, act: Act) -> None:
    if not act.to:
        raise Refused("unknown_person", person=act.to)


def _has_reason(ticket: Ticket, act: Act) -> None:
    if not (act.reason or "").strip():
        raise Refused("reason_needed")


def _later(ticket: Ticket, act: Act) -> None:
    if act.until is None or act.until <= act.now:
        raise Refused("bad_time")


def _is_scheduled(ticket: Ticket, act: Act) -> None:
    if ticket.publish_at is None:
        raise Refused("not_now", state=ticket.state, action=act.action)


def _differs(ticket: Ticket, act: Act) -> None:
    if not ticket.site_differs:
        raise Refused("not_now", state=ticket.state, action=act.action)


def _table() -> dict[tuple[TicketState, Action], Cell]:
    """Lay the table out: (state, action) → cell. What is not here is refused or ignored."""
    s, a, e = TicketState, Action, Effect
    table: dict[tuple[TicketState, Action], Cell] = {}

    def put(
        states: str,
        action: Action,
        right: Right,
        to: TicketState | None = None,
        *guards: Guard,
        effects: frozenset[Effect] = frozenset(),
    ) -> None:
        for state in states.split():
            table[s(state), action] = Cell(right, to, effects, guards)

    def also(*effects: Effect) -> frozenset[Effect]:
        return frozenset(effects)

    staff, machine = Right.STAFF, Right.MACHINE
    unsettled = "waiting proposed failed"
    unposted = "waiting proposed approved failed"
    every_open = "waiting proposed approved posted failed"
    closing = also(e.CLOSE_ROUND, e.CANCEL_PUBLISH)

    put(
        unsettled,
        a.PROPOSE,
        staff,
        s.PROPOSED,
        _has_draft,
        _not_the_same_proposal,
        effects=also(e.SEEN),
    )
    put(
        unsettled,
        a.APPROVE,
        Right.APPROVER,
        s.APPROVED,
        _has_draft,
        _not_own_text,
        effects=also(e.SEEN, e.SCHEDULE_PUBLISH),
    )
    put("waiting proposed", a.ANOTHER, staff, s.WAITING)
    put("failed", a.ANOTHER, staff)
    put("proposed approved", a.SEND_BACK, staff, s.WAITING, effects=also(e.CANCEL_PUBLISH))
    put(unposted, a.TAKE, staff, None, _free_to_take, effects=also(e.SEEN))
    put(unposted, a.RELEASE, staff, None, _holds)
    put(unposted, a.TRANSFER, staff, None, _names_person, _not_anothers)
    put(unposted, a.SNOOZE, staff, None, _later)
    put(
        "approved failed",
        a.POSTED,
        staff,
        s.POSTED,
        effects=also(e.SEEN, e.MARK, e.CANCEL_PUBLISH),
    )
    put(
        unposted,
        a.ALREADY_ANSWERED,
        staff,
        s.POSTED,
        effects=also(e.SEEN, e.MARK, e.CANCEL_PUBLISH),
    )
    put(every_open, a.SKIP, staff, s.SKIPPED, _has_reason, effects=closing | {e.SEEN})
    put("skipped", a.UNDO_SKIP, staff, s.WAITING, effects=also(e.REOPEN_ROUND))
    put(
        "approved",
        a.UNDO_PUBLISH,
        staff,
        None,
        _is_scheduled,
        effects=also(e.CANCEL_PUBLISH),
    )
    put("answered", a.ACCEPT_SITE_TEXT, staff, None, _differs)
    put("answered", a.REOPEN, staff, s.WAITING, effects=also(e.NEW_ROUND))

    put("approved failed", a.PUBLISHED, machine, s.POSTED, effects=also(e.MARK))
    put("approved", a.PUBLISH_REFUSED, machine, s.FAILED)
    put("approved", a.OUTCOME_UNKNOWN, machine, s.FAILED)
    put(every_open, a.REPLY_SEEN, machine, s.ANSWERED, effects=closing | {e.ANSWER})
    put("answered", a.REPLY_VANISHED, machine, s.WAITING, effects=also(e.NEW_ROUND))
    put("posted", a.NOT_CONFIRMED, machine, s.WAITING, effects=also(e.NEW_ROUND))
    # The site shows no replies to look for: staff's word is all there will be.
    put("posted", a.MARK_STANDS, machine, s.ANSWERED, effects=also(e.CLOSE_ROUND))
    # The text was approved for another review: what is not posted yet is decided anew.
    put("waiting proposed failed posted", a.EDITED_WORSE, machine, effects=also(e.LOOK_AGAIN))
    put(
        "approved",
        a.EDITED_WORSE,
        machine,
        s.PROPOSED,
        effects=also(e.LOOK_AGAIN, e.CANCEL_PUBLISH),
    )
    put("skipped answered", a.EDITED_WORSE, machine, s.WAITING, effects=also(e.NEW_ROUND))
    put(f"{every_open} answered skipped", a.EDITED, machine)
    put(f"{every_open} answered skipped", a.CONFIRMED_GONE, machine, s.GONE, effects=closing)
    put("gone", a.SEEN_AGAIN, machine)
    return table


TABLE = _table()


def apply(ticket: Ticket, act: Act) -> Outcome:
    """Return the ticket after the act. Raises Refused where a person's act does not fit."""
    cell = TABLE.get((ticket.state, act.action))
    is_machine = act.actor.key in MACHINES and act.actor.role is None
    if cell is None:
        if is_machine:
            return Outcome(ticket, act.action, changed=False)
        _check_role(act.actor)
        raise _misfit(ticket, act)
    if (cell.right is Right.MACHINE) != is_machine:
        raise Refused("viewer") if not is_machine else ValueError(f"{act.action} by {act.actor}")
    if not is_machine:
        _check_role(act.actor)
    if cell.right is Right.APPROVER and not may_approve(act.actor.role, act.approval):
        return apply(ticket, replace(act, action=Action.PROPOSE))
    for guard in cell.guards:
        guard(ticket, act)
    after, effects, reason = _arrive(ticket, act, cell)
    return Outcome(after, act.action, changed=True, effects=effects, round_reason=reason)


def _check_role(actor: Actor) -> None:
    if actor.role not in (Role.STAFF, Role.MANAGER, Role.ADMIN):
        raise Refused("viewer")


def _misfit(ticket: Ticket, act: Act) -> Refused:
    """Return the refusal that tells most: who was there first, or that it makes no sense now."""
    state = ticket.state
    who = {
        TicketState.PROPOSED: (ticket.proposed_by, None),
        TicketState.APPROVED: (ticket.approved_by, ticket.approved_at),
        TicketState.POSTED: (ticket.posted_by, ticket.posted_at),
        TicketState.SKIPPED: (ticket.skipped_by, None),
    }.get(state, (None, None))
    settled = state not in OPEN_STATES or state is TicketState.POSTED
    beaten = (
        act.action in (Action.APPROVE, Action.PROPOSE, Action.ANOTHER)
        and state is TicketState.APPROVED
    )
    undone = state is TicketState.WAITING and act.action in (
        Action.SEND_BACK,
        Action.UNDO_SKIP,
        Action.UNDO_PUBLISH,
        Action.REOPEN,
    )
    if settled or beaten or undone:
        return Refused("already", state=state, who=who[0], at=who[1])
    return Refused("not_now", state=state, action=act.action)


_FRESH: dict[str, Any] = {
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
_UNAPPROVED: dict[str, Any] = {
    "approved_by": None,
    "approved_at": None,
    "publish_at": None,
    "approved_draft_id": None,
    "failure": None,
}


def _arrive(ticket: Ticket, act: Act, cell: Cell) -> tuple[Ticket, frozenset[Effect], str]:
    """Return the ticket's fields after the act, the effects, and the reason of a new round."""
    effects, to, reason = cell.effects, cell.to or ticket.state, ""
    who, now = act.actor.key, act.now
    changes: dict[str, Any] = {}
    match act.action:
        case Action.PROPOSE:
            changes = {**_UNAPPROVED, "proposed_by": who}
        case Action.APPROVE:
            changes = {
                "approved_by": who,
                "approved_at": now,
                "approved_draft_id": ticket.draft_id,
                "publish_at": act.publish_at if act.can_publish else None,
                "failure": None,
            }
            if not act.can_publish:
                effects -= {Effect.SCHEDULE_PUBLISH}
        case Action.SEND_BACK:
            changes = {**_UNAPPROVED, "proposed_by": None}
        case Action.ANOTHER:
            changes = {"proposed_by": None}
        case Action.TAKE:
            changes = {"holder": who, "held_at": now, "snoozed_until": None}
        case Action.RELEASE:
            changes = {"holder": None, "held_at": None}
        case Action.TRANSFER:
            changes = {"holder": act.to, "held_at": now, "snoozed_until": None}
        case Action.SNOOZE:
            changes = {"snoozed_until": act.until}
        case Action.POSTED | Action.ALREADY_ANSWERED | Action.PUBLISHED:
            changes = {"posted_by": who, "posted_at": now, "publish_at": None, "failure": None}
        case Action.SKIP:
            reason_text = (act.reason or "").strip()
            changes = {"skipped_by": who, "skip_reason": reason_text, "publish_at": None}
        case Action.UNDO_SKIP:
            changes = {**_UNAPPROVED, "skipped_by": None, "skip_reason": None}
            changes |= {"posted_by": None, "posted_at": None, "proposed_by": None}
        case Action.UNDO_PUBLISH:
            to = TicketState.PROPOSED if ticket.proposed_by else TicketState.WAITING
            changes = dict(_UNAPPROVED)
        case Action.ACCEPT_SITE_TEXT:
            changes = {"site_differs": False}
        case Action.PUBLISH_REFUSED:
            changes = {"failure": act.reason or act.action.value, "publish_at": None}
        case Action.OUTCOME_UNKNOWN:
            changes = {"failure": act.action.value, "publish_at": None}
        case Action.REPLY_SEEN:
            changes = {"site_differs": act.differs, "publish_at": None, "snoozed_until": None}
        case Action.EDITED_WORSE if ticket.state is TicketState.APPROVED:
            by = ticket.proposed_by or ticket.approved_by
            changes = {**_UNAPPROVED, "proposed_by": by}
        case Action.CONFIRMED_GONE:
            changes = {"publish_at": None, "snoozed_until": None}
        case Action.SEEN_AGAIN:
            to = TicketState.ANSWERED if act.has_reply else TicketState.WAITING
            added = Effect.ANSWER if act.has_reply else Effect.NEW_ROUND
            effects |= {added}
            changes = {"site_differs": act.differs}
    if Effect.NEW_ROUND in effects:
        changes = dict(_FRESH)
        reason = act.action.value
    return replace(ticket, state=to, **changes), effects, reason
