"""The reviews of a guest who asked to be forgotten: name, words and pictures go, counts stay.

Their tickets end, their cards and every message about them say that they were removed, and
nothing of them is sent any more.
"""

from collections.abc import Iterable

from reviewbot.core.model import Kind
from reviewbot.core.readings import forgotten_marks as marks
from reviewbot.core.readings.changes import fingerprint
from reviewbot.core.ticket import BOT, Act, Action, Actor
from reviewbot.store import reviews
from reviewbot.store.privacy import forgotten
from reviewbot.store.tables import AuditRow, ReviewRow, TargetRow
from reviewbot.store.tickets import ticket_about
from reviewbot.store.tx import Tx
from reviewbot.workflow import act
from reviewbot.workflow.forgetting import sent_messages, traces

FORGET = "forget"
"""The audit's word for it."""


def forget_all(tx: Tx, review_ids: Iterable[int], actor: Actor, key: bytes) -> int:
    """Forget these reviews; return how many were not forgotten yet."""
    return sum(forget(tx, review_id, actor, key) for review_id in review_ids)


def forget(tx: Tx, review_id: int, actor: Actor, key: bytes) -> bool:
    """Forget what a review says and who wrote it; return False where that was done already.

    `key` is the register's (store.privacy.forgotten.key_of).
    """
    review = tx.session.get_one(ReviewRow, review_id)
    if review.forgotten_at is not None:
        return False
    ticket_id = ticket_about(tx.session, review_id)
    quoting = sent_messages.quoting(tx, review, ticket_id)
    listed = [*quoting, *sent_messages.lists(tx, review, ticket_id)]
    sent_messages.end_searches(tx, review_id)
    others = traces.erase(tx.session, review, ticket_id, tx.now, listed)
    _blank(tx, review, key)
    if ticket_id is not None:
        act.act(tx, ticket_id, Act(Action.FORGOTTEN, BOT))
    sent_messages.take_back(tx, review, ticket_id, quoting)
    sent_messages.tell_without(tx, others)
    tx.session.add(
        AuditRow(at=tx.now, actor=actor.key, role=actor.role, ticket_id=ticket_id, action=FORGET)
    )
    tx.session.flush()
    return True


def _blank(tx: Tx, review: ReviewRow, key: bytes) -> None:
    session, target = tx.session, tx.session.get_one(TargetRow, review.target_id)
    stored = reviews.load(session, review.target_id, [review.external_id])[review.external_id]
    item = stored.known().item
    if review.kind == Kind.SURVEY:  # no site shows it again
        external_id = review.external_id
    else:
        external_id = forgotten.add(session, key, target.source, target.ref, item, tx.now)
    kept = marks.blank(item, external_id)
    for name in ("title", "text", "pros", "cons", "author", "translation", "language", "url"):
        setattr(review, name, None)
    review.external_id, review.fingerprint = external_id, fingerprint(kept)
    review.reply_text, review.reply_state = None, kept.reply_state
    review.photos, review.site, review.praise, review.hints, review.reasons = [], {}, [], [], []
    review.verdict_language, review.forgotten_at = None, tx.now
    session.add(review)
    session.flush()
