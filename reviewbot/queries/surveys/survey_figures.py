"""What guests answered in a period, per place, group, month or segment: one definition for all who
tell it."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlmodel import col, select

from reviewbot.core.surveys.scores import SurveyFigures
from reviewbot.core.surveys.survey import Mood, Scale, mood_of
from reviewbot.store import cases
from reviewbot.store.surveys.guest_tables import GuestLinkRow, SurveyRow
from reviewbot.store.tables import TicketRoundRow, TicketRow
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
        for name in _names(tx, link, link.created_at, by):
            found[name].asked += 1
            found[name].answered += scored_at is not None
    marked_at = _marked(tx, places, start, end)
    answers = select(SurveyRow, GuestLinkRow).join(
        GuestLinkRow, col(SurveyRow.link_id) == GuestLinkRow.id
    )
    for survey, link in tx.session.exec(
        answers.where(
            col(SurveyRow.location_key).in_(list(places)),
            col(SurveyRow.scored_at) >= start,
            col(SurveyRow.scored_at) < end,
        ).order_by(col(SurveyRow.id))
    ):
        assert survey.score is not None
        assert survey.scored_at is not None
        scale = Scale(survey.scale)
        marked = marked_at.get(survey.review_id or 0)
        is_low = mood_of(scale, survey.score) is Mood.LOW
        for name in _names(tx, link, survey.scored_at, by):
            found[name].scores[scale].append(survey.score)
            found[name].low += is_low
            in_time = marked is not None and marked <= survey.scored_at + IN_TIME
            found[name].reached += is_low and in_time
    return dict(sorted(found.items()))


def _marked(
    tx: Tx, places: Collection[str], start: datetime, end: datetime
) -> dict[int, datetime]:
    """Return when staff marked the tickets of these surveys in their first round, by review."""
    rows = tx.session.exec(
        select(TicketRow.review_id, TicketRoundRow.marked_at)
        .join(TicketRoundRow, col(TicketRoundRow.ticket_id) == TicketRow.id)
        .join(SurveyRow, col(SurveyRow.review_id) == TicketRow.review_id)
        .where(
            col(SurveyRow.location_key).in_(list(places)),
            col(SurveyRow.scored_at) >= start,
            col(SurveyRow.scored_at) < end,
            TicketRoundRow.n == 1,
            col(TicketRoundRow.marked_at).is_not(None),
        )
    )
    return {review_id: at for review_id, at in rows if at is not None}


def _names(tx: Tx, link: GuestLinkRow, at: datetime, by: SurveyGroup) -> tuple[str, ...]:
    place = cases.place_of(tx, link.location_key)
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
            visited = link.visited_at
            return (f"{visited.astimezone(ZoneInfo(place.zone)):%H}",) if visited else ("",)
        case SurveyGroup.SEGMENT:
            return (link.segment or "",)
        case SurveyGroup.ITEM:
            return (link.item or "",)
