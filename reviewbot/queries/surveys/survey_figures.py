"""What guests answered in a period, per place, group, month or segment: one definition for all who
tell it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, func
from sqlmodel import col, select

from reviewbot.core.contract import Kind
from reviewbot.core.source_facts import SURVEY
from reviewbot.core.surveys.scores import GuestReport, SurveyFigures, SurveyGroup
from reviewbot.core.surveys.survey import SCALE_UP_TO, Mood, Scale, mood_of
from reviewbot.queries.trends import site_ratings
from reviewbot.store import cases
from reviewbot.store.database import chunks, is_one_of
from reviewbot.store.days.pages import are_at
from reviewbot.store.surveys.guest_tables import GuestLinkRow, SurveyRow
from reviewbot.store.tables import ReviewRow, TargetRow, TicketRoundRow, TicketRow
from reviewbot.store.tx import Tx

IN_TIME = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class _Visit:
    """What an answer is told apart by."""

    location: str
    segment: str | None = None
    item: str | None = None
    visited_at: datetime | None = None
    variant: str | None = None


def _visit(link: GuestLinkRow, variant: str | None) -> _Visit:
    return _Visit(link.location_key, link.segment, link.item, link.visited_at, variant)


def guest_reports(
    tx: Tx,
    places: Collection[str],
    start: datetime,
    end: datetime,
    groups: Collection[SurveyGroup],
) -> dict[SurveyGroup, GuestReport]:
    """Return the figures of what was asked and answered in [start, end), told apart in each of
    these ways; of a place in several groups, in each of them. "" is what has no name."""
    found = {by: defaultdict[str, SurveyFigures](SurveyFigures) for by in groups}
    asked = tx.of_places(("guests", start, end), places, lambda some: _asked(tx, some, start, end))
    here = frozenset(places)
    for given in asked.given:
        if given.visit.location not in here:
            continue
        for by, figures in found.items():
            for name in _names(tx, given.visit, given.at, by):
                figures[name].asked += 1
                figures[name].answered += given.answered
    for answer in asked.answers:
        if answer.place not in here:
            continue
        marked = asked.marked_at.get(answer.review_id or 0)
        is_low = mood_of(answer.scale, answer.score) is Mood.LOW
        in_time = marked is not None and marked <= answer.scored_at + IN_TIME
        for by, figures in found.items():
            for name in _names(tx, answer.visit, answer.scored_at, by):
                figures[name].scores[answer.scale].append(answer.score)
                figures[name].low += is_low
                figures[name].reached += is_low and in_time
    return {
        by: GuestReport(dict(sorted(figures.items())), _sites(tx, places, figures, end, by))
        for by, figures in found.items()
    }


def survey_figures(
    tx: Tx, places: Collection[str], start: datetime, end: datetime, by: SurveyGroup
) -> Mapping[str, SurveyFigures]:
    """Return the figures of `guest_reports` told apart in one way."""
    return guest_reports(tx, places, start, end, (by,))[by].figures


def _sites(
    tx: Tx, places: Collection[str], names: Iterable[str], end: datetime, by: SurveyGroup
) -> dict[str, float | None]:
    """Return what the sites of the same places show at the end of the period, by name."""
    asked = tuple(names)
    if not asked or by not in (SurveyGroup.ALL, SurveyGroup.PLACE, SurveyGroup.GROUP):
        return {}
    of = {key: _names(tx, _Visit(key), end, by) for key in places}
    found = {}
    for name in asked:
        own = [key for key, its_names in of.items() if name in its_names]
        found[name] = site_ratings.mean(site_ratings.shown_at(tx, own, end).values())
    return found


@dataclass(frozen=True, slots=True)
class _Given:
    """A link for one guest that was handed out; whether it got a score."""

    visit: _Visit
    at: datetime
    answered: bool


def _given(tx: Tx, places: Collection[str], start: datetime, end: datetime) -> Iterator[_Given]:
    rows = select(GuestLinkRow, SurveyRow.scored_at).outerjoin(
        SurveyRow, col(SurveyRow.link_id) == GuestLinkRow.id
    )
    for link, scored_at in tx.session.exec(
        rows.where(
            is_one_of(col(GuestLinkRow.location_key), places),
            col(GuestLinkRow.reusable).is_(False),
            GuestLinkRow.created_at >= start,
            GuestLinkRow.created_at < end,
        )
    ):
        yield _Given(_visit(link, link.variant), link.created_at, scored_at is not None)


@dataclass(frozen=True, slots=True)
class _Answer:
    """A score, wherever it was asked for; `review_id` of the review it became."""

    place: str
    visit: _Visit
    scale: Scale
    score: int
    scored_at: datetime
    review_id: int | None


@dataclass(frozen=True, slots=True)
class _Asked:
    """What guests were asked and answered; `marked_at`: when staff marked the ticket of an
    answer, by its review."""

    given: Sequence[_Given]
    answers: Sequence[_Answer]
    marked_at: Mapping[int, datetime]


def _asked(tx: Tx, places: Collection[str], start: datetime, end: datetime) -> _Asked:
    answers = [*_answers(tx, places, start, end), *_elsewhere(tx, places, start, end)]
    marked_at = _marked(tx, [answer.review_id for answer in answers if answer.review_id])
    return _Asked(list(_given(tx, places, start, end)), answers, marked_at)


def _answers(tx: Tx, places: Collection[str], start: datetime, end: datetime) -> Iterator[_Answer]:
    """Yield what guests answered the bot."""
    rows = select(SurveyRow, GuestLinkRow).join(
        GuestLinkRow, col(SurveyRow.link_id) == GuestLinkRow.id
    )
    for survey, link in tx.session.exec(
        rows.where(
            is_one_of(col(SurveyRow.location_key), places),
            col(SurveyRow.scored_at) >= start,
            col(SurveyRow.scored_at) < end,
        ).order_by(col(SurveyRow.id))
    ):
        assert survey.score is not None
        assert survey.scored_at is not None
        scale, at = Scale(survey.scale), survey.scored_at
        visit = _visit(link, survey.variant)
        yield _Answer(survey.location_key, visit, scale, survey.score, at, survey.review_id)


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
            is_made_elsewhere(),
            are_at(tx.session, places),
            # Nothing is seen before it is written: so the index of first sights bounds it.
            col(ReviewRow.first_seen_at) >= start,
            at >= start,
            at < end,
        ).order_by(col(ReviewRow.first_seen_at), col(ReviewRow.id))
    ):
        scale, scored_at = scale_elsewhere(review), review.published_at or review.first_seen_at
        if scale is not None and review.score is not None:
            score = int(review.score)
            visit = _told_visit(place, review)
            yield _Answer(place, visit, scale, score, scored_at, review.id)


def is_made_elsewhere() -> ColumnElement[bool]:
    """The condition for answers that a table brought, of reviews with their targets."""
    return and_(col(ReviewRow.kind) == Kind.SURVEY, col(TargetRow.source) != SURVEY)


def scale_elsewhere(review: ReviewRow) -> Scale | None:
    """Return the scale of a score that a table brought, by the best mark there; None: it is
    counted in none of the figures."""
    is_whole = review.score is not None and review.score.is_integer()
    return SCALE_UP_TO.get(review.scale or 0) if is_whole else None


def _told_visit(place: str, review: ReviewRow) -> _Visit:
    """What the table says of the visit."""
    site = review.site
    visited = site.get("visited")
    at = datetime.fromisoformat(visited) if visited else None
    return _Visit(place, site.get("segment"), site.get("item"), at)


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
        case SurveyGroup.VARIANT:
            return (visit.variant or "",)
