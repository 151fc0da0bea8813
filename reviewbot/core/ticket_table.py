"""What may be done with a ticket: one table from (state, action) to who may, what must hold, where
it leads, which fields it changes and what follows; `workflow.act` writes what that asks for.

A person's press that does not fit raises Refused; what the site, the clock or the bot tell of a
ticket that has moved on changes nothing. Codes and parameters (who: a person's key or None):

viewer · own_text · no_draft · reason_needed · bad_time · already (state, who, at) · held (who, at)
· take_over (who, at, holder) · not_holder (who) · not_now (state, action)

`workflow.act` adds unknown_ticket (number), forgotten, not_your_location, stale_card (at),
draft_changed (who, at), publishing, no_other_draft, unknown_person (person) and, for a text that
lint refuses, "reply_" with lint's code and parameters.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from reviewbot.core import ticket_changes as changes
from reviewbot.core.errors import Refused
from reviewbot.core.model import Approval, Role, TicketState
from reviewbot.core.ticket import (
    MACHINES,
    Act,
    Action,
    Actor,
    Circumstances,
    Effect,
    Outcome,
    Right,
    Ticket,
    misfit,
)
from reviewbot.core.ticket_changes import Changes

Guard = Callable[[Ticket, Act, Circumstances], None]
"""Raises Refused where the act does not fit."""
Condition = Callable[[Ticket, Act, Circumstances], bool]


@dataclass(frozen=True, slots=True)
class Cell:
    """What an act does in a state. `to` None: the state stays as it is. Where the condition of
    `unless` holds, its cell says what changes and follows in place of this one."""

    right: Right
    to: TicketState | None = None
    guards: tuple[Guard, ...] = ()
    changes: Changes = changes.nothing
    effects: frozenset[Effect] = frozenset()
    unless: "tuple[Condition, Cell] | None" = None


def may_approve(role: Role | None, approval: Approval) -> bool:
    """Whether this role's press on approve approves (two_people also asks whose text it is)."""
    if approval is Approval.ANYONE:
        return role in (Role.STAFF, Role.MANAGER, Role.ADMIN)
    return role in (Role.MANAGER, Role.ADMIN)


def _leads(actor: Actor) -> bool:
    return actor.role in (Role.MANAGER, Role.ADMIN)


def _has_draft(ticket: Ticket, act: Act, met: Circumstances) -> None:
    if ticket.draft_id is None:
        raise Refused("no_draft")


def _not_the_same_proposal(ticket: Ticket, act: Act, met: Circumstances) -> None:
    if ticket.state is TicketState.PROPOSED and not met.new_text:
        raise Refused("already", state=ticket.state, who=ticket.proposed_by, at=None)


def _not_own_text(ticket: Ticket, act: Act, met: Circumstances) -> None:
    own = act.actor.key in (ticket.draft_author, ticket.proposed_by)
    if met.approval is Approval.TWO_PEOPLE and own:
        raise Refused("own_text")


def _free_to_take(ticket: Ticket, act: Act, met: Circumstances) -> None:
    holder, at = ticket.holder, ticket.held_at
    if holder is not None and (holder == act.actor.key or not _leads(act.actor)):
        raise Refused("held", who=holder, at=at)
    if holder not in (None, act.over):  # not even a manager, without knowing it
        raise Refused("take_over", who=holder, at=at, holder=holder)


def _holds(ticket: Ticket, act: Act, met: Circumstances) -> None:
    if ticket.holder is None or (ticket.holder != act.actor.key and not _leads(act.actor)):
        raise Refused("not_holder", who=ticket.holder)


def _not_anothers(ticket: Ticket, act: Act, met: Circumstances) -> None:
    if ticket.holder not in (None, act.actor.key) and not _leads(act.actor):
        raise Refused("not_holder", who=ticket.holder)


def _names_person(ticket: Ticket, act: Act, met: Circumstances) -> None:
    if not act.to:
        raise Refused("unknown_person", person=act.to)


def _has_reason(ticket: Ticket, act: Act, met: Circumstances) -> None:
    if not (act.reason or "").strip():
        raise Refused("reason_needed")


def _later(ticket: Ticket, act: Act, met: Circumstances) -> None:
    if act.until is None or act.until <= met.now:
        raise Refused("bad_time")


def _is_scheduled(ticket: Ticket, act: Act, met: Circumstances) -> None:
    if ticket.publish_at is None:
        raise Refused("not_now", state=ticket.state, action=act.action)


def _differs(ticket: Ticket, act: Act, met: Circumstances) -> None:
    if not ticket.site_differs:
        raise Refused("not_now", state=ticket.state, action=act.action)


def _of_survey(ticket: Ticket, act: Act, met: Circumstances) -> None:
    if not met.is_survey:
        raise Refused("not_now", state=ticket.state, action=act.action)


def _by_hand(ticket: Ticket, act: Act, met: Circumstances) -> bool:
    return not met.can_publish


def _by_a_person(ticket: Ticket, act: Act, met: Circumstances) -> None:
    if ticket.posted_by in MACHINES:
        raise Refused("not_now", state=ticket.state, action=act.action)


def _is_to_be_approved(ticket: Ticket, act: Act, met: Circumstances) -> bool:
    """Whether it was not approved, or would go to the site at once were it approved again."""
    return not ticket.approved_by or met.can_publish


def _has_no_proposal(ticket: Ticket, act: Act, met: Circumstances) -> bool:
    return not (ticket.proposed_by or ticket.approved_by)


def _was_proposed(ticket: Ticket, act: Act, met: Circumstances) -> bool:
    return bool(ticket.proposed_by)


def _has_no_reply(ticket: Ticket, act: Act, met: Circumstances) -> bool:
    return not act.has_reply


def _also(*effects: Effect) -> frozenset[Effect]:
    return frozenset(effects)


_S, _A, _E = TicketState, Action, Effect
_STAFF, _APPROVER, _MACHINE = Right.STAFF, Right.APPROVER, Right.MACHINE
_UNSETTLED = "waiting proposed failed"
_UNPOSTED = "waiting proposed approved failed"
_OPEN = "waiting proposed approved posted failed"
_OUTCOMES = "reached not_reached solved refused"

_BY_HAND = Cell(_APPROVER, _S.APPROVED, (), changes.approve, _also(_E.SEEN))
_APPROVED_CELL = Cell(
    _APPROVER,
    _S.APPROVED,
    (_has_draft, _not_own_text),
    changes.approve,
    _also(_E.SEEN, _E.SCHEDULE_PUBLISH),
    unless=(_by_hand, _BY_HAND),
)
_POSTED = Cell(_STAFF, _S.POSTED, (), changes.post, _also(_E.SEEN, _E.MARK, _E.CANCEL_PUBLISH))
_UNPOSTED_CELL = Cell(
    _STAFF,
    _S.APPROVED,
    (_by_a_person,),
    changes.unpost,
    _also(_E.UNMARK),
    unless=(
        _is_to_be_approved,
        Cell(
            _STAFF,
            _S.PROPOSED,
            (),
            changes.unpost_unapproved,
            _also(_E.UNMARK),
            unless=(
                _has_no_proposal,
                Cell(_STAFF, _S.WAITING, (), changes.unpost_unapproved, _also(_E.UNMARK)),
            ),
        ),
    ),
)
"""Marked by mistake: it goes back to where its text stood."""
_CLOSED_BY_ITSELF = Cell(
    _MACHINE, _S.SKIPPED, (), changes.closed_by_itself, _also(_E.CLOSE_ROUND, _E.CANCEL_PUBLISH)
)
_NEW_ROUND = Cell(_MACHINE, _S.WAITING, (), changes.anew, _also(_E.NEW_ROUND))


def _ends(state: TicketState, *effects: Effect) -> Cell:
    """A survey's ticket ends by what came of it."""
    also = _also(_E.SEEN, _E.CLOSE_ROUND, _E.CANCEL_PUBLISH, *effects)
    return Cell(_STAFF, state, (_of_survey,), changes.post, also)


def _moves_on(state: TicketState) -> Cell:
    """The guest was reached before: when that was stays."""
    return Cell(_STAFF, state, (_of_survey,))


def _asked_again(right: Right, effect: Effect) -> Cell:
    """The text was approved for another review: nothing is posted, and it is asked for again."""
    also = _also(effect, _E.CANCEL_PUBLISH)
    return Cell(right, _S.PROPOSED, (), changes.propose_again, also)


_ROWS: tuple[tuple[str, Action, Cell], ...] = (
    (
        _UNSETTLED,
        _A.PROPOSE,
        Cell(
            _STAFF,
            _S.PROPOSED,
            (_has_draft, _not_the_same_proposal),
            changes.propose,
            _also(_E.SEEN),
        ),
    ),
    (_UNSETTLED, _A.APPROVE, _APPROVED_CELL),
    # Bare good stars, where the operator lets the bot thank by itself.
    ("waiting", _A.AUTO_THANK, replace(_APPROVED_CELL, right=_MACHINE)),
    ("waiting proposed", _A.ANOTHER, Cell(_STAFF, _S.WAITING, (), changes.unpropose)),
    ("waiting", _A.MACHINE_DRAFT, Cell(_MACHINE)),
    ("failed", _A.ANOTHER, Cell(_STAFF, None, (), changes.unpropose)),
    (
        "proposed approved",
        _A.SEND_BACK,
        Cell(_STAFF, _S.WAITING, (), changes.send_back, _also(_E.CANCEL_PUBLISH)),
    ),
    (_UNPOSTED, _A.TAKE, Cell(_STAFF, None, (_free_to_take,), changes.take, _also(_E.SEEN))),
    (_UNPOSTED, _A.RELEASE, Cell(_STAFF, None, (_holds,), changes.release)),
    (_UNPOSTED, _A.TRANSFER, Cell(_STAFF, None, (_names_person, _not_anothers), changes.transfer)),
    (_UNPOSTED, _A.SNOOZE, Cell(_STAFF, None, (_later,), changes.snooze)),
    ("approved failed", _A.POSTED, _POSTED),
    (_UNPOSTED, _A.ALREADY_ANSWERED, _POSTED),
    (
        _OPEN,
        _A.SKIP,
        Cell(
            _STAFF,
            _S.SKIPPED,
            (_has_reason,),
            changes.skip,
            _also(_E.CLOSE_ROUND, _E.CANCEL_PUBLISH, _E.SEEN, _E.DECLINE),
        ),
    ),
    (
        "skipped",
        _A.UNDO_SKIP,
        Cell(_STAFF, _S.WAITING, (), changes.undo_skip, _also(_E.REOPEN_ROUND, _E.CANCEL_PUBLISH)),
    ),
    (
        "approved",
        _A.UNDO_PUBLISH,
        Cell(
            _STAFF,
            _S.WAITING,
            (_is_scheduled,),
            changes.unapprove,
            _also(_E.CANCEL_PUBLISH),
            unless=(
                _was_proposed,
                Cell(_STAFF, _S.PROPOSED, (), changes.unapprove, _also(_E.CANCEL_PUBLISH)),
            ),
        ),
    ),
    ("posted", _A.UNDO_POSTED, _UNPOSTED_CELL),
    (f"{_UNPOSTED} not_reached", _A.REACHED, _ends(_S.REACHED, _E.MARK)),
    (f"{_UNPOSTED} not_reached", _A.SOLVED, _ends(_S.SOLVED, _E.MARK)),
    (f"{_UNPOSTED} not_reached", _A.REFUSED, _ends(_S.REFUSED, _E.MARK)),
    (_UNPOSTED, _A.NOT_REACHED, _ends(_S.NOT_REACHED)),
    ("reached", _A.SOLVED, _moves_on(_S.SOLVED)),
    ("reached", _A.REFUSED, _moves_on(_S.REFUSED)),
    (
        _OUTCOMES,
        _A.UNDO_OUTCOME,
        Cell(_STAFF, _S.WAITING, (), changes.unpost, _also(_E.UNMARK, _E.REOPEN_ROUND)),
    ),
    ("reached solved", _A.GUEST_SAYS_SOLVED, Cell(_MACHINE, _S.SOLVED)),
    ("reached solved", _A.GUEST_SAYS_UNSOLVED, _NEW_ROUND),
    ("waiting proposed failed", _A.IS_A_COMPLAINT, Cell(_STAFF, effects=_also(_E.LOOK_AGAIN))),
    # What was approved as thanks must not stand under a complaint.
    ("approved", _A.IS_A_COMPLAINT, _asked_again(_STAFF, _E.LOOK_AGAIN)),
    # The place is no longer in the operator's file, or no longer ours.
    (_UNPOSTED, _A.NOT_OURS, _CLOSED_BY_ITSELF),
    (
        "skipped",
        _A.OURS_AGAIN,
        Cell(_MACHINE, _S.WAITING, (), changes.undo_skip, _also(_E.REOPEN_ROUND)),
    ),
    # The guest asked for it: nothing of the review is left to be answered.
    (_OPEN, _A.FORGOTTEN, _CLOSED_BY_ITSELF),
    (f"answered skipped gone {_OUTCOMES}", _A.FORGOTTEN, Cell(_MACHINE)),
    ("answered", _A.ACCEPT_SITE_TEXT, Cell(_STAFF, None, (_differs,), changes.accept_site_text)),
    ("answered", _A.REOPEN, replace(_NEW_ROUND, right=_STAFF)),
    # "proposed": the guest's edit crossed a reply that was on its way already.
    (
        "proposed approved failed",
        _A.PUBLISHED,
        Cell(_MACHINE, _S.POSTED, (), changes.post, _also(_E.MARK)),
    ),
    ("approved", _A.PUBLISH_REFUSED, Cell(_MACHINE, _S.FAILED, (), changes.refused_by_site)),
    ("approved", _A.OUTCOME_UNKNOWN, Cell(_MACHINE, _S.FAILED, (), changes.unknown_outcome)),
    (
        _OPEN,
        _A.REPLY_SEEN,
        Cell(
            _MACHINE,
            _S.ANSWERED,
            (),
            changes.answered,
            _also(_E.ANSWER, _E.CLOSE_ROUND, _E.CANCEL_PUBLISH),
        ),
    ),
    ("answered", _A.REPLY_VANISHED, _NEW_ROUND),
    ("posted", _A.NOT_CONFIRMED, _NEW_ROUND),
    # The site shows no replies to look for: staff's word is all there will be.
    ("posted", _A.MARK_STANDS, Cell(_MACHINE, _S.ANSWERED, effects=_also(_E.CLOSE_ROUND))),
    # The text was approved for another review: what is not posted yet is decided anew.
    (
        "waiting proposed failed posted",
        _A.EDITED_WORSE,
        Cell(_MACHINE, effects=_also(_E.LOOK_AGAIN)),
    ),
    ("approved", _A.EDITED_WORSE, _asked_again(_MACHINE, _E.LOOK_AGAIN)),
    (f"skipped answered {_OUTCOMES}", _A.EDITED_WORSE, _NEW_ROUND),
    (
        f"waiting proposed posted failed answered skipped {_OUTCOMES}",
        _A.EDITED,
        Cell(_MACHINE),
    ),
    ("approved", _A.EDITED, _asked_again(_MACHINE, _E.TELL_EDIT)),
    (
        f"{_OPEN} answered skipped {_OUTCOMES}",
        _A.CONFIRMED_GONE,
        Cell(_MACHINE, _S.GONE, (), changes.gone, _also(_E.CLOSE_ROUND, _E.CANCEL_PUBLISH)),
    ),
    (
        "gone",
        _A.SEEN_AGAIN,
        Cell(
            _MACHINE,
            _S.ANSWERED,
            (),
            changes.seen_again,
            _also(_E.ANSWER),
            unless=(_has_no_reply, _NEW_ROUND),
        ),
    ),
)

TABLE: Mapping[tuple[TicketState, Action], Cell] = {
    (TicketState(state), action): cell
    for states, action, cell in _ROWS
    for state in states.split()
}
"""(state, action) → cell. What is not here is refused to people and ignored of machines."""


def apply(ticket: Ticket, act: Act, met: Circumstances) -> Outcome:
    """Return the ticket after the act. Raises Refused where a person's act does not fit."""
    cell = TABLE.get((ticket.state, act.action))
    is_machine = act.actor.key in MACHINES and act.actor.role is None
    if cell is None:
        if is_machine:
            return Outcome(ticket, act.action, changed=False)
        _check_role(act.actor)
        raise misfit(ticket, act)
    if (cell.right is Right.MACHINE) != is_machine:
        raise Refused("viewer") if not is_machine else ValueError(f"{act.action} by {act.actor}")
    if not is_machine:
        _check_role(act.actor)
    if cell.right is Right.APPROVER and not may_approve(act.actor.role, met.approval):
        return apply(ticket, replace(act, action=Action.PROPOSE), met)
    for guard in cell.guards:
        guard(ticket, act, met)
    while cell.unless is not None and cell.unless[0](ticket, act, met):
        cell = cell.unless[1]
    after = replace(ticket, state=cell.to or ticket.state, **cell.changes(ticket, act, met))
    reason = act.action.value if Effect.NEW_ROUND in cell.effects else ""
    return Outcome(after, act.action, True, cell.effects, reason)


def _check_role(actor: Actor) -> None:
    if actor.role not in (Role.STAFF, Role.MANAGER, Role.ADMIN):
        raise Refused("viewer")
