"""Past reviews with what staff said of their verdicts: what rules are tried out on."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlmodel import Session, col, select

from reviewbot.queries.counting import is_question
from reviewbot.store.tables import (
    ReviewRow,
    TargetRow,
    TicketRow,
    VerdictFeedbackRow,
)

NOT_A_COMPLAINT, IS_A_COMPLAINT = "not_a_complaint", "is_a_complaint"


@dataclass(frozen=True, slots=True)
class Past:
    """A stored review, its place and target's `ref`, and staff's last word on it, or None."""

    review: ReviewRow
    location: str
    source: str
    is_complaint: bool | None
    ref: str


def past_reviews(session: Session) -> Iterator[Past]:
    """Yield every review that is not forgotten, in the order they were first seen; a buyer's
    question is none."""
    said: dict[int, bool] = {}
    words = select(VerdictFeedbackRow).order_by(
        col(VerdictFeedbackRow.at), col(VerdictFeedbackRow.id)
    )
    for word in session.exec(words):
        if word.says in (NOT_A_COMPLAINT, IS_A_COMPLAINT):
            said[word.review_id] = word.says == IS_A_COMPLAINT
    rows = (
        select(ReviewRow, TargetRow)
        .join(TargetRow, col(TargetRow.id) == col(ReviewRow.target_id))
        .where(col(ReviewRow.forgotten_at).is_(None), ~is_question())
        .order_by(col(ReviewRow.first_seen_at), col(ReviewRow.id))
        .execution_options(yield_per=1_000)
    )
    for review, target in session.exec(rows):
        said_last = said.get(review.id or 0)
        yield Past(review, target.location_key, target.source, said_last, target.ref)


def review_of_ticket(session: Session, number: int) -> Past | None:
    """Return the review that staff know by this №, or None."""
    row = session.exec(
        select(ReviewRow, TargetRow)
        .join(TargetRow, col(TargetRow.id) == col(ReviewRow.target_id))
        .join(TicketRow, col(TicketRow.review_id) == col(ReviewRow.id))
        .where(col(TicketRow.id) == number)
    ).first()
    if row is None:
        return None
    review, target = row
    return Past(review, target.location_key, target.source, None, target.ref)
