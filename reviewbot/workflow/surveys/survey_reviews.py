"""A survey that ended becomes a review of kind survey: classified and counted as every other.

An unhappy guest, or one who asks to be contacted, opens a ticket (`reply_time.survey`). No site
shows it, so nothing is read, posted or looked for: its target is retired from the start.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlmodel import select

from reviewbot.core.classifier.score import PAST_REVIEWS
from reviewbot.core.contract import Kind, Precision
from reviewbot.core.model import Health, Verdict
from reviewbot.core.readings.kept_reasons import words_of
from reviewbot.core.source_facts import SURVEY
from reviewbot.core.surveys.survey import RANGES, Mood, Scale, mood_of
from reviewbot.core.ticket import BOT, Act, Action
from reviewbot.store import cases, reviews
from reviewbot.store.surveys.guest_tables import SurveyRow
from reviewbot.store.tables import ReviewRow, TargetRow
from reviewbot.store.tickets import ticket_about
from reviewbot.store.tx import Tx
from reviewbot.workflow import act, open
from reviewbot.workflow.forgetting import sent_messages, traces
from reviewbot.workflow.open import Opening, first_case
from reviewbot.workflow.readings.shown_reviews import ClassifierFor

PATIENCE = timedelta(hours=1)
"""So long a guest may pause; then what they said so far is taken in, and the survey is over."""
_STARS = {Mood.LOW: 2, Mood.MIDDLE: 4, Mood.HIGH: 5}
"""What a score is to the classifier, which knows stars."""
CONTACT = "contact"
"""The key of a review's `site` that says how to reach the guest."""


def take_in(tx: Tx, survey_id: int, classifier_for: ClassifierFor) -> int | None:
    """Make a survey a review; return the number of its ticket, None where it needs none."""
    survey = tx.session.get(SurveyRow, survey_id)
    if survey is None or survey.review_id is not None or survey.score is None:
        return None
    mood = mood_of(Scale(survey.scale), survey.score)
    target = _target(tx, survey.location_key)
    verdict = _verdict(tx, survey, mood, classifier_for)
    words = words_of(None, survey.words, survey.praised, None)
    review = ReviewRow(**_values(tx, survey, target), **reviews.verdict_values(verdict, words))
    tx.session.add(review)
    tx.session.flush()
    survey.review_id, survey.ended_at = review.id, survey.ended_at or tx.now
    tx.session.add(survey)
    if mood is not Mood.LOW and not survey.contact:
        return None
    place = cases.place_of(tx, survey.location_key)
    case = first_case(tx, review, target, place)
    return open.open_all(tx, [Opening(case, None)])[0] if case is not None else None


def forget_review(tx: Tx, review_id: int) -> None:
    """Remove what a guest wrote from the review it became, and from what staff were told; its
    ticket ends."""
    review = tx.session.get_one(ReviewRow, review_id)
    ticket_id = ticket_about(tx.session, review_id)
    quoting = sent_messages.quoting(tx, review, ticket_id)
    listed = [*quoting, *sent_messages.lists(tx, review, ticket_id)]
    others = traces.erase(tx.session, review, ticket_id, tx.now, listed)
    review.text = review.pros = review.language = review.verdict_language = None
    review.site, review.reasons, review.topics, review.praise = {}, [], [], []
    review.forgotten_at = tx.now
    tx.session.add(review)
    tx.session.flush()
    if ticket_id is not None:
        act.act(tx, ticket_id, Act(Action.CONFIRMED_GONE, BOT))
    sent_messages.take_back(tx, review, ticket_id, quoting)
    sent_messages.tell_without(tx, others)


def _target(tx: Tx, location: str) -> TargetRow:
    known = select(TargetRow).where(TargetRow.source == SURVEY, TargetRow.location_key == location)
    target = tx.session.exec(known).first()
    if target is None:
        target = TargetRow(
            key=f"{SURVEY}:{location}",
            location_key=location,
            source=SURVEY,
            ref=location,
            health=Health.OK,
            first_contact_at=tx.now,
            retired_at=tx.now,
        )
        tx.session.add(target)
        tx.session.flush()
    return target


def _verdict(tx: Tx, survey: SurveyRow, mood: Mood, classifier_for: ClassifierFor) -> Verdict:
    """The classifier's word; what the guest pressed is the first of the topics, and the score
    stands where it speaks of stars."""
    past = reviews.latest_texts(tx.session, survey.location_key, PAST_REVIEWS)
    verdict = (
        classifier_for(survey.location_key)
        .knowing(past)
        .classify(rating=_STARS[mood], text=survey.words, pros=survey.praised)
    )
    score = f"{survey.score}/{RANGES[Scale(survey.scale)][-1]}"
    reasons = tuple(
        replace(each, words=score) if each.rule == "stars" else each for each in verdict.reasons
    )
    topics = tuple(dict.fromkeys([*survey.topics, *verdict.topics]))
    return replace(verdict, topics=topics, reasons=reasons)


def _values(tx: Tx, survey: SurveyRow, target: TargetRow) -> dict[str, Any]:
    return {
        "target_id": target.id,
        "external_id": f"{SURVEY}:{survey.id}",
        "fingerprint": f"{SURVEY}:{survey.id}",
        "kind": Kind.SURVEY,
        "score": float(survey.score or 0),
        "scale": float(RANGES[Scale(survey.scale)][-1]),
        "text": survey.words,
        "pros": survey.praised,
        "language": survey.language,
        "published_at": survey.scored_at,
        "published_precision": Precision.SECOND,
        "site": {CONTACT: survey.contact} if survey.contact else {},
        "can_reply": False,
        "first_seen_at": tx.now,
        "last_seen_at": tx.now,
    }
