"""What people say about a ticket that leaves it as it is: notes, and what they think of the
verdict."""

from reviewbot.core.text import clean
from reviewbot.core.ticket import Actor
from reviewbot.store import audit
from reviewbot.store.tables import VerdictFeedbackRow
from reviewbot.store.tx import Tx
from reviewbot.workflow.checks import case_of, check_person

NOTE_LENGTH = 2000


def note(tx: Tx, ticket_id: int, actor: Actor, text: str) -> None:
    """Write a note of a colleague into the ticket's history; the card does not change."""
    case = case_of(tx, ticket_id)
    check_person(tx, case, actor)
    words = clean(text, limit=NOTE_LENGTH)
    if words:
        audit.audit(tx, case, "note", actor.key, role=actor.role, note=words)
        tx.session.flush()


def verdict_feedback(
    tx: Tx, ticket_id: int, actor: Actor, says: str, *, topic: str | None = None
) -> None:
    """Keep what a person says of the verdict: not_a_complaint, wrong_topic (with the right one)
    or is_a_complaint, with the rules that spoke."""
    case = case_of(tx, ticket_id)
    check_person(tx, case, actor)
    rules = [reason["rule"] for reason in case.review.reasons if reason.get("rule")]
    assert case.review.id is not None
    tx.session.add(
        VerdictFeedbackRow(
            review_id=case.review.id,
            at=tx.now,
            person=actor.key,
            says=says,
            topic=topic,
            rules=rules,
        )
    )
    audit.audit(tx, case, "feedback", actor.key, role=actor.role, says=says, topic=topic)
    tx.session.flush()
