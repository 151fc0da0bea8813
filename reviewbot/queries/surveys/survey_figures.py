"""What guests answered in a period, per place, group, month or segment: one definition for all who
tell it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import func
from sqlmodel import col, select

from reviewbot.core.contract import Kind
from reviewbot.core.source_facts import SURVEY
from reviewbot.core.surveys.scores import SurveyFigures
from reviewbot.core.surveys.survey import SCALE_UP_TO, Mood, Scale, mood_of
from reviewbot.store import cases
from reviewbot.store.reviews import chunks
from reviewbot.store.surveys.guest_tables import GuestLinkRow, SurveyRow
from reviewbot.store.tables import ReviewRow, TargetRow, TicketRoundRow, TicketRow
from reviewbot.store.tx import Tx

IN_TIME = timedelta(hours=24)


class SurveyGroup(StrEnum):
    """By what figures are told apart. HOUR is that of the visit, by the place's clock."""

    ALL = "all"
    PLACE = "place"
    GROUP = "group"
    MONTH = "month"
    SEGMENT = "segment"
    ITEM = "item"
    HOUR = "hour"


@dataclass(frozen=True, slots=True)
class _Visit:
    """What an answer is told apart by."""

    location: str
    segment: str | None = None
    item: str | None = None
    visited_at: datetime | None = None


def _visit(link: GuestLinkRow) -> _Visit:
    return _Visit(link.location_key, link.segment, link.item, link.visited_at)


def survey_figures(
    tx: Tx, places: Collection[str], start: datetime, end: datetime, by: SurveyGroup
) -> dict[str, SurveyFigures]:
    """Return the figures of what was asked and answered in [start, end), by name; of a place in
    several groups, in each of them. "" is what has no name."""
    found = defaultdict[str, SurveyFigures](SurveyFigures)
    within = col(GuestLinkRow.location_key).in_(list(places))
    given = select(GuestLinkRow, SurveyRow.scored_at).outerjoin(
        SurveyRow, col(SurveyRow.link_id) == GuestLinkRow.id
    )
    for link, scored_at in tx.session.exec(
        given.where(
            within,
            col(GuestLinkRow.reusable).is_(False),
            GuestLinkRow.created_at >= start,
            GuestLinkRow.created_at < end,
        )
    ):
        for name in _names(tx, _visit(link), link.created_at, by):
            found[name].asked += 1
            found[name].answered += scored_at is not None
    answers = [*_answers(tx, places, start, end), *_elsewhere(tx, places, start, end)]
    marked_at = _marked(tx, [answer.review_id for answer in answers if answer.review_id])
    for answer in answers:
        marked = marked_at.get(answer.review_id or 0)
        is_low = mood_of(answer.scale, answer.score) is Mood.LOW
        for name in _names(tx, answer.visit, answer.scored_at, by):
            found[name].scores[answer.scale].append(answer.score)
            found[name].low += is_low
            in_time = marked is not None and marked <= answer.scored_at + IN_TIME
            found[name].reached += is_low and in_time
    return dict(sorted(found.items()))


@dataclass(frozen=True, slots=True)
class _Answer:
    """A score, wherever it was asked for; `review_id` of the review it became."""

    visit: _Visit
    scale: Scale
    score: int
    scored_at: datetime
    review_id: int | None


def _answers(tx: Tx, places: Collection[str], start: datetime, end: datetime) -> Iterator[_Answer]:
    """Yield what guests answered the bot."""
    rows = select(SurveyRow, GuestLinkRow).join(
        GuestLinkRow, col(SurveyRow.link_id) == GuestLinkRow.id
    )
    for survey, link in tx.session.exec(
        rows.where(
            col(SurveyRow.location_key).in_(list(places)),
            col(SurveyRow.scored_at) >= start,
            col(SurveyRow.scored_at) < end,
        ).order_by(col(SurveyRow.id))
    ):
        assert survey.score is not None
        assert survey.scored_at is not None
        scale, at = Scale(survey.scale), survey.scored_at
        yield _Answer(_visit(link), scale, survey.score, at, survey.review_id)


def _elsewhere(
    tx: Tx, places: Collection[str], start: datetime, end: datetime
) -> Iterator[_Answer]:
    """Yield the scores of surveys made elsewhere that a table brought; how many were asked there
    nobody knows."""
    at = func.coalesce(ReviewRow.published_at, ReviewRow.first_seen_at)
    rows = select(ReviewRow, TargetRow.location_key).join(
        TargetRow, col(TargetRow.id) == ReviewRow.target_id
    )
    for review, place in tx.session.exec(
        rows.where(
            ReviewRow.kind == Kind.SURVEY,
            TargetRow.source != SURVEY,
            col(TargetRow.location_key).in_(list(places)),
            # Nothing is seen before it is written: so the index of first sights bounds it.
            col(ReviewRow.first_seen_at) >= start,
            at >= start,
            at < end,
        ).order_by(col(ReviewRow.id))
    ):
        scale = SCALE_UP_TO.get(review.scale or 0)
        if scale is None or review.score is None or not review.score.is_integer():
            continue
        scored_at = review.published_at or review.first_seen_at
        yield _Answer(_Visit(place), scale, int(review.score), scored_at, review.id)


def _marked(tx: Tx, review_ids: Iterable[int]) -> dict[int, datetime]:
    """Return when staff marked the tickets of these answers in their first round, by review."""
    found: dict[int, datetime] = {}
    for some in chunks(review_ids):
        rows = tx.session.exec(
            select(TicketRow.review_id, TicketRoundRow.marked_at)
            .join(TicketRoundRow, col(TicketRoundRow.ticket_id) == TicketRow.id)
            .where(
                col(TicketRow.review_id).in_(some),
                TicketRoundRow.n == 1,
                col(TicketRoundRow.marked_at).is_not(None),
            )
        )
        found.update((review_id, at) for review_id, at in rows if at is not None)
    return found


def _names(tx: Tx, visit: _Visit, at: datetime, by: SurveyGroup) -> tuple[str, ...]:
    place = cases.place_of(tx, visit.location)
    match by:
        case SurveyGroup.ALL:
            return ("",)
        case SurveyGroup.PLACE:
            return (place.key,)
        case SurveyGroup.GROUP:
            return place.groups or ("",)
        case SurveyGroup.MONTH:
            return (f"{at.astimezone(ZoneInfo(place.zone)):%Y-%m}",)
        case SurveyGroup.HOUR:
            visited = visit.visited_at
            return (f"{visited.astimezone(ZoneInfo(place.zone)):%H}",) if visited else ("",)
        case SurveyGroup.SEGMENT:
            return (visit.segment or "",)
        case SurveyGroup.ITEM:
            return (visit.item or "",)
