"""Gathers what the page of figures shows (core.trends.page)."""

from collections import Counter, defaultdict
from collections.abc import Collection
from datetime import date, datetime, timedelta
from enum import Enum
from zoneinfo import ZoneInfo

from sqlalchemy import or_
from sqlmodel import Session, col, select

from reviewbot.core.calendar.digest_days import Days, DigestFacts
from reviewbot.core.facts import QueueLine
from reviewbot.core.surveys.scores import SurveyGroup
from reviewbot.core.trends.concern import ConcernFacts, ConcernKind, ListedMeasure
from reviewbot.core.trends.page import CONCERNS, LISTED, MEASURES, PageFacts, first_of_each
from reviewbot.queries.open_tickets import Among, Chosen, queue
from reviewbot.queries.surveys.survey_figures import guest_reports
from reviewbot.queries.trends import answering, goals, site_ratings
from reviewbot.queries.trends.concern_facts import concern_facts, measures_at, places_in
from reviewbot.queries.trends.places_meant import Meant
from reviewbot.queries.trends.written import on_source, written
from reviewbot.store.database import is_one_of
from reviewbot.store.tables import ConcernRow
from reviewbot.store.tx import Page, Tx

HELD = 10
"""Drops, and measures, that a file holds of each place, beyond those of all."""
MOST_HELD, MOST_QUEUED = 300, 4000
"""So many of all places together at the most: each takes its statements, and room in the file."""
PAGE_GROUPS = tuple(by for by in SurveyGroup if by is not SurveyGroup.VARIANT)
"""Variants are compared by `report guests`, which says whether they differ."""
SPARKS = 13
"""Weeks of a sparkline."""


class Lists(Enum):
    """Which lists a view holds: none (a file has them once), those of its places, or of each of
    its places and sites, to choose from in a file."""

    NONE = "none"
    OWN = "own"
    OF_EACH = "of each"


def page_facts(
    tx: Tx,
    about: Meant,
    figures: DigestFacts,
    source: str | None = None,
    *,
    people: bool = False,
    lists: Lists = Lists.OWN,
) -> PageFacts:
    """Return what the page tells of these places (of one source, where it is named) in the days of
    `figures`, as of `now`; with the figures of single `people` only where they are asked for;
    `lists`: whose open reviews it holds, and whether drops."""
    days, places = figures.days, about.places
    end = min(days.until, tx.now)
    replies = answering.replies(tx, places, days.since, end, source)
    concerns, more_concerns = _concerns(tx, places, days, lists)
    measures, more_measures = _measures(tx, places, lists)
    return PageFacts(
        at=tx.now,
        zone=figures.zone,
        about=about.name,
        figures=figures,
        site_ratings=_shown(tx, places, end, source),
        forecasts=goals.forecasts(tx, places, end, source),
        borders=goals.borders(tx, places, end, source),
        sparklines=_sparklines(tx, places, days, figures.zone, source),
        groups={key: tx.settings.locations[key].groups for key in places},
        queue=_queue(tx, places, source, lists),
        concerns=concerns,
        more_concerns=more_concerns,
        measures=measures,
        more_measures=more_measures,
        people=answering.by_person(tx, replies) if people else (),
        templates=answering.by_template(replies),
        effects=answering.effects(replies),
        guests=guest_reports(tx, places, days.since, days.until, PAGE_GROUPS),
    )


def _queue(
    tx: Tx, places: Collection[str], source: str | None, lists: Lists
) -> tuple[QueueLine, ...]:
    """Return the most urgent open reviews: of all the places together, or so many of each place
    and site."""
    if lists is Lists.NONE:
        return ()
    among = Among(tx.now, tuple(places), ready=False, chosen=Chosen(source=source))
    if lists is Lists.OWN:
        return tuple(queue(tx, None, limit=LISTED, among=among))
    pages = sum(each.location in places for each in tx.settings.targets.values())
    found = queue(tx, None, limit=None, among=among)
    of_each = min(LISTED, MOST_QUEUED // max(1, pages))
    return first_of_each(found, lambda line: (line.location, line.source), LISTED, of_each)[0]


def _measures(
    tx: Tx, places: Collection[str], lists: Lists
) -> tuple[tuple[ListedMeasure, ...], Counter[str]]:
    if lists is Lists.NONE:
        return (), Counter()
    return measures_at(tx, places, MEASURES, _held(places, lists))


def _held(places: Collection[str], lists: Lists) -> int:
    """Return how many of each place a list holds besides those of all."""
    return min(HELD, MOST_HELD // max(1, len(places))) if lists is Lists.OF_EACH else 0


def _shown(tx: Tx, places: Collection[str], at: datetime, source: str | None) -> dict[str, float]:
    """Return the rating that the sites of each place show; none of a place where none does."""
    shown = site_ratings.by_place(tx, places, at, source)
    means = {place: site_ratings.mean(pages) for place, pages in shown.items()}
    return {place: rating for place, rating in means.items() if rating is not None}


def _sparklines(
    tx: Tx, places: Collection[str], days: Days, zone: str, source: str | None
) -> dict[str, tuple[float | None, ...]]:
    """Return the mean stars of each of the last weeks, by place, up to the end of the days."""
    pages = tx.of_pages(
        ("weeks", days.until, zone),
        places,
        source,
        lambda some, on: _weeks(tx.session, some, on, days, zone),
    )
    weeks: dict[str, Weeks] = {key: [(0, 0)] * SPARKS for key in places}
    for (place, _), of_page in pages.items():
        pairs = zip(weeks[place], of_page, strict=True)
        weeks[place] = [(n + more_n, stars + more) for (n, stars), (more_n, more) in pairs]
    return {
        key: tuple(stars / n if n else None for n, stars in each) for key, each in weeks.items()
    }


Weeks = list[tuple[int, int]]
"""How many gave how many stars in all, the oldest week first."""


def _weeks(
    session: Session, places: Collection[str], source: str | None, days: Days, zone: str
) -> dict[Page, Weeks]:
    here, since = ZoneInfo(zone), days.until - timedelta(weeks=SPARKS)
    weeks: dict[Page, Weeks] = defaultdict(lambda: [(0, 0)] * SPARKS)
    end: date = days.end
    for each in on_source(written(session, places, since, days.until, in_order=False), source):
        if each.rating is not None:
            back = (end - each.written_at.astimezone(here).date()).days - 1
            at = max(0, SPARKS - 1 - back // 7)
            n, stars = weeks[each.place, each.source][at]
            weeks[each.place, each.source][at] = (n + 1, stars + each.rating)
    return weeks


def _concerns(
    tx: Tx, places: Collection[str], days: Days, lists: Lists
) -> tuple[tuple[ConcernFacts, ...], Counter[str]]:
    """Return what stood at any time of the days, what still stands first, then the newest; and how
    many more there are of each place."""
    if lists is Lists.NONE:
        return (), Counter()
    rows = tx.session.exec(
        select(ConcernRow)
        .where(
            is_one_of(col(ConcernRow.location_key), places),
            col(ConcernRow.kind) != ConcernKind.MEASURE,
            col(ConcernRow.found_at) < days.until,
            or_(col(ConcernRow.ended_at).is_(None), col(ConcernRow.ended_at) >= days.since),
        )
        .order_by(
            col(ConcernRow.ended_at).is_not(None),
            col(ConcernRow.found_at).desc(),
            col(ConcernRow.id).desc(),
        )
    ).all()
    ours = (row for row in rows if places_in(tx, row) <= set(places))
    of_each = _held(places, lists)
    kept, left = first_of_each(ours, lambda row: row.location_key, CONCERNS, of_each)
    shown = (concern_facts(tx, row.id or 0, tx.settings.language) for row in kept)
    return tuple(facts for facts in shown if facts is not None), left
