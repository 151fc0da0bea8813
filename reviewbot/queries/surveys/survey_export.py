"""Surveys for people's spreadsheets: a row for each link of one guest, and for each other score.

Nothing in it says who the guest is; what they wrote stands in the export of reviews.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, col, select

from reviewbot.core.model import OUTCOME_STATES
from reviewbot.core.source_facts import SURVEY
from reviewbot.core.surveys.survey import Mood, Scale, mood_of
from reviewbot.queries.counting import BATCH
from reviewbot.queries.surveys.survey_figures import IN_TIME, is_made_elsewhere, scale_elsewhere
from reviewbot.store.surveys.guest_tables import GuestLinkRow, SurveyRow
from reviewbot.store.tables import ReviewRow, TargetRow, TicketRoundRow, TicketRow

SURVEY_COLUMNS = (
    "location",
    "source",
    "asked_at",
    "visit",
    "segment",
    "item",
    "variant",
    "visited_at",
    "scale",
    "score",
    "mood",
    "scored_at",
    "number",
    "outcome",
    "reached_at",
    "reached_in_24h",
    "solved",
)


def survey_lines(session: Session) -> Iterator[dict[str, Any]]:
    """Yield SURVEY_COLUMNS, oldest first: what the bot asked, then what tables brought.

    `asked_at`: when a link for one guest was given, empty for a place's. `reached_in_24h` is of
    low scores only, as the figures count it; `solved` what the guest said of it days later.
    """
    asked = (
        select(GuestLinkRow, SurveyRow, TicketRow, TicketRoundRow.marked_at)
        .join(SurveyRow, col(SurveyRow.link_id) == GuestLinkRow.id, isouter=True)
        .join(TicketRow, col(TicketRow.review_id) == SurveyRow.review_id, isouter=True)
        .join(TicketRoundRow, _first_round(), isouter=True)
        .where(or_(col(GuestLinkRow.reusable).is_(False), col(SurveyRow.scored_at).is_not(None)))
        .order_by(col(GuestLinkRow.id), col(SurveyRow.id))
        .execution_options(yield_per=BATCH)
    )
    for link, survey, ticket, marked_at in session.exec(asked):
        asked_of: dict[str, Any] = {
            "location": link.location_key,
            "source": SURVEY,
            "asked_at": None if link.reusable else link.created_at,
            "visit": link.visit_id,
            "segment": link.segment,
            "item": link.item,
            "visited_at": link.visited_at,
            "variant": survey.variant if survey is not None else link.variant,
        }
        if survey is not None and survey.score is not None:
            asked_of |= _scored(Scale(survey.scale), survey.score, survey.scored_at, marked_at)
            asked_of |= {"solved": survey.solved}
        yield _whole(asked_of, ticket)
    brought = (
        select(ReviewRow, TargetRow, TicketRow, TicketRoundRow.marked_at)
        .join(TargetRow, col(TargetRow.id) == ReviewRow.target_id)
        .join(TicketRow, col(TicketRow.review_id) == ReviewRow.id, isouter=True)
        .join(TicketRoundRow, _first_round(), isouter=True)
        .where(is_made_elsewhere())
        .order_by(col(ReviewRow.id))
        .execution_options(yield_per=BATCH)
    )
    for review, target, ticket, marked_at in session.exec(brought):
        scale = scale_elsewhere(review)
        if scale is not None:
            at = review.published_at or review.first_seen_at
            line: dict[str, Any] = {
                "location": target.location_key,
                "source": target.source,
                **{name: review.site.get(name) for name in ("segment", "item")},
                "visited_at": review.site.get("visited"),
                **_scored(scale, int(review.score or 0), at, marked_at),
            }
            yield _whole(line, ticket)


def _first_round() -> ColumnElement[bool]:
    return and_(col(TicketRoundRow.ticket_id) == col(TicketRow.id), col(TicketRoundRow.n) == 1)


def _scored(
    scale: Scale, score: int, at: datetime | None, marked_at: datetime | None
) -> dict[str, Any]:
    mood, in_time = mood_of(scale, score), None
    if mood is Mood.LOW:
        in_time = at is not None and marked_at is not None and marked_at <= at + IN_TIME
    return {
        "scale": scale,
        "score": score,
        "mood": mood,
        "scored_at": at,
        "reached_at": marked_at,
        "reached_in_24h": in_time,
    }


def _whole(line: dict[str, Any], ticket: TicketRow | None) -> dict[str, Any]:
    outcome = ticket.state if ticket and ticket.state in OUTCOME_STATES else None
    known = {"number": ticket.id if ticket else None, "outcome": outcome, **line}
    return {name: known.get(name) for name in SURVEY_COLUMNS}
