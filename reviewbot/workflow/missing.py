"""Reviews that are not on the site any more: counted patiently, believed late."""

from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from reviewbot.core import ticket
from reviewbot.core.readings.changes import GONE_AFTER, is_within, missing
from reviewbot.core.readings.health import Judgement
from reviewbot.core.readings.reading import Reading
from reviewbot.core.settings import Settings
from reviewbot.core.source_facts import Sites
from reviewbot.core.ticket import Action
from reviewbot.store.tables import ReadingRow, ReviewRow, RevisionRow, TargetRow, TicketRow
from reviewbot.workflow import act

GONE = "gone"
AWAITED = 2 * GONE_AFTER


def count_missing(
    session: Session,
    settings: Settings,
    sites: Sites,
    target: TargetRow,
    reading: Reading,
    judgement: Judgement,
    now: datetime,
) -> int:
    """Count a healthy reading against each review that it should have shown and did not; return
    how many are gone by it. Beyond the site's depth or window absence says nothing, and what could
    not be read may be the very one."""
    if not judgement.is_sighted or reading.error is not None:
        return 0
    lost = select(ReviewRow).where(
        ReviewRow.target_id == target.id,
        col(ReviewRow.gone_at).is_(None),
        col(ReviewRow.last_seen_at) < now,
    )
    if not reading.complete or reading.unchanged or reading.unreadable:
        if not reading.absent:
            return 0
        # Asked for alone, the site said that it has no such review.
        lost = lost.where(col(ReviewRow.external_id).in_(reading.absent))
    gone = 0
    for review in session.exec(lost).all():
        within = is_within(
            review.published_at,
            now,
            listed=len(reading.items),
            depth=reading.depth,
            window=reading.window,
        )
        if not within and review.external_id not in reading.absent:
            continue
        count = missing(
            review.missed,
            review.missed_since,
            now,
            counter_fell=_counter_fell(session, review, reading),
        )
        review.missed, review.missed_since = count.missed, count.since
        session.add(review)
        if count.gone:
            _gone(session, settings, sites, review, now)
            gone += 1
    session.flush()
    return gone


def is_awaited(session: Session, target: TargetRow, now: datetime) -> bool:
    """Whether a review went missing lately: until it is believed gone or is back, its page is
    read in full, for as long as a few readings should need."""
    lately = select(ReviewRow.id).where(
        ReviewRow.target_id == target.id,
        col(ReviewRow.gone_at).is_(None),
        col(ReviewRow.missed_since) > now - AWAITED,
    )
    return session.exec(lately.limit(1)).first() is not None


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


def _gone(
    session: Session, settings: Settings, sites: Sites, review: ReviewRow, now: datetime
) -> None:
    assert review.id is not None
    review.gone_at = now
    session.add(
        RevisionRow(
            review_id=review.id,
            at=now,
            change=GONE,
            fingerprint=review.fingerprint,
            rating=review.rating,
            title=review.title,
            text=review.text,
            pros=review.pros,
            cons=review.cons,
            reply_text=review.reply_text,
            tone=review.tone,
        )
    )
    session.flush()
    ticket_id = session.exec(select(TicketRow.id).where(TicketRow.review_id == review.id)).first()
    if ticket_id is not None:
        act.act(session, settings, sites, ticket_id, Action.CONFIRMED_GONE, ticket.SITE, now)
