"""Whose turn it is after an act, and who must hear it; `workflow.handoffs` puts the messages.

A card is edited without a sound, so a handoff is a message of its own. Nobody gets one for what
they did themselves, and nobody is asked for what the one who acted could have done alone.
"""

from dataclasses import dataclass
from enum import StrEnum

from reviewbot.core.model import Approval, TicketState
from reviewbot.core.ticket import Act, Action, Circumstances, Outcome, Ticket
from reviewbot.core.ticket_table import may_approve


class HandoffKind(StrEnum):
    """What the person told has to do, or what is not theirs any more."""

    APPROVE = "approve"
    POST = "post"
    RECEIVE = "receive"
    REWORK = "rework"
    LOST = "lost"
    """Somebody else took it, handed it on or let it go."""
    DECLINED = "declined"
    """Who was handed it gave it back."""


@dataclass(frozen=True, slots=True)
class Handoff:
    """One person to be told. `to` None: whoever approves for the location."""

    kind: HandoffKind
    to: str | None


def handoffs_after(
    before: Ticket, act: Act, outcome: Outcome, met: Circumstances
) -> tuple[Handoff, ...]:
    """Return who must hear of an act that changed `before` into the outcome's ticket."""
    after, by = outcome.ticket, act.actor.key
    told = [*_next_turn(before, act, outcome, met), *_holders(before, after, outcome.action)]
    return tuple(each for each in told if each.to != by)


def still_holds(kind: HandoffKind, to: str | None, state: TicketState, holder: str | None) -> bool:
    """Whether a handoff that waited (for others, for the night to end) is still worth saying."""
    match kind:
        case HandoffKind.APPROVE:
            return state is TicketState.PROPOSED
        case HandoffKind.POST:
            return state is TicketState.APPROVED
        case HandoffKind.REWORK:
            return state is TicketState.WAITING
        case HandoffKind.RECEIVE:
            return holder == to
        case HandoffKind.LOST:
            return holder != to
        case HandoffKind.DECLINED:
            return holder is None


def _next_turn(
    before: Ticket, act: Act, outcome: Outcome, met: Circumstances
) -> tuple[Handoff, ...]:
    after = outcome.ticket
    if outcome.action is Action.SEND_BACK:
        return _to(HandoffKind.REWORK, before.proposed_by or before.draft_author or before.holder)
    proposed = after.state is TicketState.PROPOSED and before.state is not TicketState.PROPOSED
    if proposed and not _could_approve(act, met):
        # What was approved before it changed goes back to the same person.
        return (Handoff(HandoffKind.APPROVE, before.approved_by),)
    if outcome.action is Action.APPROVE and after.publish_at is None:
        return _to(HandoffKind.POST, before.holder or before.proposed_by or before.draft_author)
    return ()


def _could_approve(act: Act, met: Circumstances) -> bool:
    alone = met.approval is not Approval.TWO_PEOPLE
    return alone and may_approve(act.actor.role, met.approval)


def _holders(before: Ticket, after: Ticket, action: Action) -> tuple[Handoff, ...]:
    if action not in (Action.TAKE, Action.TRANSFER, Action.RELEASE):
        return ()
    if after.holder == before.holder:
        return ()
    given = action is Action.TRANSFER
    return (
        *(_to(HandoffKind.RECEIVE, after.holder) if given else ()),
        *_to(HandoffKind.LOST, before.holder),
    )


def _to(kind: HandoffKind, key: str | None) -> tuple[Handoff, ...]:
    return (Handoff(kind, key),) if key else ()
