"""Reviews that are not on the site any more: counted patiently, believed late."""

from functools import partial

from sqlalchemy import func
from sqlmodel import Session, col, select

from reviewbot.core.readings.changes import GONE_AFTER, is_within, missing
from reviewbot.core.readings.health import Judgement
from reviewbot.core.readings.reading import Reading
from reviewbot.core.ticket import SITE, Act, Action
from reviewbot.store.database import padded
from reviewbot.store.tables import ReadingRow, ReviewRow, RevisionRow, TargetRow
from reviewbot.store.tickets import ticket_about
from reviewbot.store.tx import Tx
from reviewbot.workflow import act
from reviewbot.workflow.attempts import Attempted, attempt

GONE = "gone"
AWAITED = 2 * GONE_AFTER
"""A review went missing this lately: until it is believed gone or is back, its page is read in
full, for as long as a few readings should need."""


def count_missing(
    tx: Tx,
    target: TargetRow,
    reading: Reading,
    judgement: Judgement,
) -> int:
    """Count a healthy reading against each review that it should have shown and did not; return
    how many are gone by it. Beyond the site's depth or window absence says nothing, and what could
    not be read may be the very one."""
    if not judgement.is_sighted or reading.error is not None:
        return 0
    is_whole = reading.complete and not (reading.unchanged or reading.unreadable)
    if not (is_whole or reading.absent):
        return 0
    lost = select(ReviewRow).where(
        ReviewRow.target_id == target.id,
        col(ReviewRow.gone_at).is_(None),
        col(ReviewRow.last_seen_at) < tx.now,
    )
    if not is_whole:
        # Asked for alone, the site said that it has no such review.
        lost = lost.where(col(ReviewRow.external_id).in_(padded(reading.absent)))
    gone = 0
    for review in tx.session.exec(lost).all():
        within = is_within(
            review.published_at,
            tx.now,
            listed=len(reading.items),
            depth=reading.depth,
            window=reading.window,
        )
        if not within and review.external_id not in reading.absent:
            continue
        subject = Attempted("review", f"{target.key} {review.external_id}")
        gone += bool(attempt(tx, subject, partial(_count_one, tx, reading, review.id or 0)))
    tx.session.flush()
    return gone


def _count_one(tx: Tx, reading: Reading, review_id: int) -> bool:
    """Count the reading against one review; return whether it is gone by it."""
    review = tx.session.get_one(ReviewRow, review_id)
    count = missing(
        review.missed,
        review.missed_since,
        tx.now,
        counter_fell=_counter_fell(tx.session, review, reading),
    )
    review.missed, review.missed_since = count.missed, count.since
    tx.session.add(review)
    if count.gone:
        _gone(tx, review)
    return count.gone


def _counter_fell(session: Session, review: ReviewRow, reading: Reading) -> bool | None:
    """Whether the site counts fewer than when the review was last seen, and new ones since."""
    counter = reading.counters.reviews
    if counter is None:
        return None
    then = session.exec(
        select(ReadingRow.site_reviews)
        .where(
            ReadingRow.target_id == review.target_id,
            ReadingRow.read_at <= review.last_seen_at,
            col(ReadingRow.site_reviews).is_not(None),
        )
        .order_by(col(ReadingRow.id).desc())
        .limit(1)
    ).first()
    if then is None:
        return None
    since = session.exec(
        select(func.count())
        .select_from(ReviewRow)
        .where(
            ReviewRow.target_id == review.target_id,
            ReviewRow.first_seen_at > review.last_seen_at,
        )
    ).one()
    return counter < then + since


def _gone(tx: Tx, review: ReviewRow) -> None:
    assert review.id is not None
    review.gone_at = tx.now
    tx.session.add(
        RevisionRow(
            review_id=review.id,
            at=tx.now,
            change=GONE,
            fingerprint=review.fingerprint,
            rating=review.rating,
            title=review.title,
            text=review.text,
            pros=review.pros,
            cons=review.cons,
            reply_text=review.reply_text,
            tone=review.tone,
            topics=review.topics,
        )
    )
    tx.session.flush()
    ticket_id = ticket_about(tx.session, review.id)
    if ticket_id is not None:
        act.act(tx, ticket_id, Act(Action.CONFIRMED_GONE, SITE))
