"""A ticket, what may happen to it, and what came of it; `ticket_table` says what is allowed."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from reviewbot.core.errors import Refused
from reviewbot.core.model import OPEN_STATES, OUTCOME_STATES, Approval, Role, TicketState


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
    UNDO_POSTED = "undo_posted"
    IS_A_COMPLAINT = "is_a_complaint"
    ACCEPT_SITE_TEXT = "accept_site_text"
    REOPEN = "reopen"
    REACHED = "reached"
    NOT_REACHED = "not_reached"
    SOLVED = "solved"
    REFUSED = "refused"
    UNDO_OUTCOME = "undo_outcome"
    AUTO_THANK = "auto_thank"
    MACHINE_DRAFT = "machine_draft"
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
    NOT_OURS = "not_ours"
    OURS_AGAIN = "ours_again"
    FORGOTTEN = "forgotten"
    GUEST_SAYS_SOLVED = "guest_says_solved"
    GUEST_SAYS_UNSOLVED = "guest_says_unsolved"


OUTCOMES = (Action.REACHED, Action.SOLVED, Action.NOT_REACHED, Action.REFUSED)
"""How staff end a survey's ticket, in the order they are offered; each leads to its state."""


class Right(StrEnum):
    """The least right a cell asks for. APPROVER depends on the desk's `approval`."""

    STAFF = "staff"
    APPROVER = "approver"
    MACHINE = "machine"


class Effect(StrEnum):
    """What must be done beside writing the ticket."""

    NEW_ROUND = "new_round"
    CLOSE_ROUND = "close_round"
    REOPEN_ROUND = "reopen_round"
    SEEN = "seen"
    MARK = "mark"
    UNMARK = "unmark"
    ANSWER = "answer"
    SCHEDULE_PUBLISH = "schedule_publish"
    CANCEL_PUBLISH = "cancel_publish"
    DECLINE = "decline"
    LOOK_AGAIN = "look_again"
    TELL_EDIT = "tell_edit"


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


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody does to a ticket, and what comes with it.

    `revision` is that of the card pressed. `text` is a person's own (propose, approve), written
    in message `message_id` of `chat_id`. `reason` goes with skip, send_back and a failed
    publication, `until` with snooze, `to` (a person's key) with transfer, `over` with take: from
    whose hands, as the one who takes it was told; `has_reply` with seen_again.
    """

    action: Action
    actor: Actor
    revision: int | None = None
    text: str | None = None
    chat_id: int | None = None
    message_id: int | None = None
    reason: str | None = None
    until: datetime | None = None
    to: str | None = None
    over: str | None = None
    has_reply: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What an act meets. `approval` is the desk's; `new_text`: the draft was replaced by the act;
    `can_publish`, `publish_at`: the site takes replies from the bot, and when it will; `differs`:
    the site shows another text than the one approved; `is_survey`: no site shows the review."""

    now: datetime
    approval: Approval = Approval.MANAGER
    new_text: bool = False
    can_publish: bool = False
    publish_at: datetime | None = None
    differs: bool = False
    is_survey: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """The ticket after the act. `action` is what was really done (a press on approve without the
    right is a propose); `round_reason` names a new round."""

    ticket: Ticket
    action: Action
    changed: bool
    effects: frozenset[Effect] = frozenset()
    round_reason: str = ""


def misfit(ticket: Ticket, act: Act) -> Refused:
    """Return the refusal that tells most: who was there first, or that it makes no sense now."""
    state = ticket.state
    who = {
        TicketState.PROPOSED: (ticket.proposed_by, None),
        TicketState.APPROVED: (ticket.approved_by, ticket.approved_at),
        TicketState.POSTED: (ticket.posted_by, ticket.posted_at),
        TicketState.SKIPPED: (ticket.skipped_by, None),
        **dict.fromkeys(OUTCOME_STATES, (ticket.posted_by, ticket.posted_at)),
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
        Action.UNDO_POSTED,
        Action.UNDO_OUTCOME,
        Action.REOPEN,
    )
    if settled or beaten or undone:
        return Refused("already", state=state, who=who[0], at=who[1])
    return Refused("not_now", state=state, action=act.action)
