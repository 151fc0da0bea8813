"""What people say about a review beside its reply: notes, and what they think of the verdict."""

import re
from typing import Any

from reviewbot.core.errors import Refused
from reviewbot.core.model import (
    OPEN_STATES,
    OUTCOME_STATES,
    DraftSource,
    Role,
    TicketState,
    Tone,
)
from reviewbot.core.readings.kept_reasons import read_reason
from reviewbot.core.readings.rules import is_complaint
from reviewbot.core.text import clean
from reviewbot.core.ticket import Act, Action, Actor
from reviewbot.drafting.drafts import Draft, choose
from reviewbot.drafting.goodwill import most_for, read_gesture
from reviewbot.queries.notes import STANDS_BESIDE, offered_in_all
from reviewbot.store import audit, drafts
from reviewbot.store.cases import Case, place_of
from reviewbot.store.queues import outbox
from reviewbot.store.tables import DraftRow, ReviewRow, TargetRow, VerdictFeedbackRow
from reviewbot.store.tickets import ticket_about
from reviewbot.store.tx import Tx
from reviewbot.words.vocabulary import NoticeCode
from reviewbot.workflow import act, open, rounds
from reviewbot.workflow.checks import case_of, check_person

NOTE_LENGTH = 2000
_INSTEAD = re.compile(
    r"\s*(?:вместо(?:\s+(?:него|этого|того|прежнего))?|instead)\b[\s,:]*", re.IGNORECASE
)
"""What a gesture begins with that takes the place of those before it."""


def whole(text: str) -> str | None:
    """Return a remark as it is kept. Raises Refused(note_too_long): nothing is cut unsaid."""
    words = clean(text, limit=NOTE_LENGTH + 1)
    if words and len(words) > NOTE_LENGTH:
        raise Refused("note_too_long", most=NOTE_LENGTH)
    return words


def note(tx: Tx, ticket_id: int, actor: Actor, text: str) -> None:
    """Write a note of a colleague into the ticket's history and onto its card."""
    case = case_of(tx, ticket_id)
    check_person(tx, case, actor)
    words = whole(text)
    if not words:
        return
    _onto_card(tx, case)
    audit.audit(tx, case, "note", actor.key, role=actor.role, note=words)
    tx.session.flush()
    outbox.put_edits(tx.session, ticket_id, case.ticket.revision, tx.now)


def _onto_card(tx: Tx, case: Case) -> None:
    if case.ticket.state in OPEN_STATES | OUTCOME_STATES:
        case.ticket.revision += 1
        tx.session.add(case.ticket)


def gesture(tx: Tx, ticket_id: int, actor: Actor, text: str) -> None:
    """Write down what a colleague offers the guest: in the history and on the card, never in the
    reply. It stands beside the earlier ones, or in their place where it is told so («вместо 300
    десерт»); all that was offered for a review is within what the role may.

    Raises Refused: gesture_calm, gesture_none, gesture_sum, gesture_above (most; given: what was
    offered before).
    """
    case = case_of(tx, ticket_id)
    check_person(tx, case, actor)
    most = gesture_limit(tx, case, actor)
    words = whole(text) or ""
    replaces = _INSTEAD.match(words)
    offered = read_gesture(_INSTEAD.sub("", words))
    given = offered_in_all(tx, case, but_this_round=replaces is not None)
    if offered.sum + given > most:
        raise Refused("gesture_above", most=most, given=given or None)
    more: dict[str, Any] = {} if replaces else {STANDS_BESIDE: True}
    _onto_card(tx, case)
    audit.audit(
        tx,
        case,
        "gesture",
        actor.key,
        role=actor.role,
        sum=offered.sum,
        note=offered.what or None,
        **more,
    )
    tx.session.flush()
    outbox.put_edits(tx.session, ticket_id, case.ticket.revision, tx.now)


def gesture_limit(tx: Tx, case: Case, actor: Actor) -> int:
    """Return how much somebody may offer here without asking. Raises Refused where nothing."""
    if case.review.tone != Tone.NEGATIVE:
        raise Refused("gesture_calm")
    sums = {Role(role): most for role, most in tx.settings.replies.goodwill.items()}
    most = most_for(actor.role, sums) if actor.role else 0
    if not most:
        raise Refused("gesture_none")
    return most


def verdict_feedback(
    tx: Tx, ticket_id: int, actor: Actor, says: str, *, topic: str | None = None
) -> None:
    """Keep what a person says of the verdict: not_a_complaint, wrong_topic (with the right one)
    or is_a_complaint, with the rules that spoke. The duty stays as it is."""
    case = case_of(tx, ticket_id)
    check_person(tx, case, actor)
    rules = [rule for each in case.review.reasons if (rule := read_reason(each).rule)]
    assert case.review.id is not None
    row = VerdictFeedbackRow(
        review_id=case.review.id,
        at=tx.now,
        person=actor.key,
        says=says,
        topic=topic,
        rules=rules,
    )
    tx.session.add(row)
    audit.audit(tx, case, "feedback", actor.key, role=actor.role, says=says, topic=topic)
    tx.session.flush()


def is_a_complaint(tx: Tx, ticket_id: int, actor: Actor) -> None:
    """Make a complaint of what was not flagged as one: the times of a complaint from now on, a
    card in its chat, a draft that apologises where nobody has written one.

    Raises Refused("is_complaint"), and what the ticket's table refuses: the caller rolls back.
    """
    case = case_of(tx, ticket_id)
    check_person(tx, case, actor)
    review, was_carded = case.review, case.ticket.carded
    if is_complaint(review.tone, review.severity):
        raise Refused("is_complaint")
    verdict_feedback(tx, ticket_id, actor, "is_a_complaint")
    review.tone = Tone.NEGATIVE
    tx.session.add(review)
    act.act(tx, ticket_id, Act(Action.IS_A_COMPLAINT, actor), _other_template(tx, case))
    if was_carded:
        rounds.tell_beside_cards(
            tx, case_of(tx, ticket_id), NoticeCode.FLAGGED, {"who": actor.name}
        )


def complaint_without_card(tx: Tx, review_id: int, actor: Actor) -> int:
    """Open a ticket for a review that got none and is a complaint; return its number.

    Raises Refused("is_complaint") where somebody was first, Refused("no_reply_time") where
    complaints get no time there: the caller rolls back.
    """
    review = tx.session.get_one(ReviewRow, review_id)
    target = tx.session.get_one(TargetRow, review.target_id)
    place = place_of(tx, target.location_key)
    if ticket_about(tx.session, review_id) is not None:
        raise Refused("is_complaint")
    review.tone = Tone.NEGATIVE
    tx.session.add(review)
    tx.session.flush()
    case = open.first_case(tx, review, target, place, by_tone=True)
    if case is None:
        raise Refused("no_reply_time")
    check_person(tx, case, actor)
    recent = drafts.recent_of(tx, place)
    draft = choose(tx.settings.replies, drafts.draft_ask(tx, review, target.source, place, recent))
    [number] = open.open_all(tx, [open.Opening(case, draft)])
    verdict_feedback(tx, number, actor, "is_a_complaint")
    return number


def wrong_topic(tx: Tx, ticket_id: int, actor: Actor, topic: str) -> None:
    """Put the right topic first; a template's draft that nobody has touched follows."""
    case = case_of(tx, ticket_id)
    verdict_feedback(tx, ticket_id, actor, "wrong_topic", topic=topic)
    review = case.review
    review.topics = [topic, *(each for each in review.topics[1:] if each != topic)]
    tx.session.add(review)
    tx.session.flush()
    template = _other_template(tx, case)
    if template is not None:
        act.act(tx, ticket_id, Act(Action.ANOTHER, actor), template)


def _other_template(tx: Tx, case: Case) -> Draft | None:
    """Return the template that fits the verdict as it stands now; None where a person's text or
    an approval would be lost, or the draft is that one already."""
    ticket = case.ticket
    if ticket.state not in (TicketState.WAITING, TicketState.FAILED):
        return None
    current = tx.session.get(DraftRow, ticket.draft_id) if ticket.draft_id else None
    if current is not None and current.author_kind != DraftSource.TEMPLATE:
        return None
    recent = drafts.recent_of(tx, case.place)
    ask = drafts.draft_ask(tx, case.review, case.target.source, case.place, recent)
    chosen = choose(tx.settings.replies, ask)
    same = current is not None and chosen is not None and current.template_id == chosen.template_id
    return None if same else chosen
