"""Gathers the figures above one review for some places and days (core.trends.overview)."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date, time, timedelta

from sqlalchemy import case, func
from sqlalchemy import select as columns
from sqlmodel import col

from reviewbot.core.calendar.digest_days import Days
from reviewbot.core.calendar.hours import moment_on
from reviewbot.core.calendar.open_time import MICROSECOND
from reviewbot.core.model import SIGHTED
from reviewbot.core.source_facts import title_of
from reviewbot.core.trends.came import Came
from reviewbot.core.trends.names_in_texts import Listener, WordsSaid
from reviewbot.core.trends.overview import (
    DayFigures,
    Named,
    Overview,
    PlaceStars,
    ReplyTimes,
    SiteRating,
)
from reviewbot.core.trends.place_names import Name
from reviewbot.core.trends.stars import StarFigures, quantile
from reviewbot.lexicons.dishes import dishes_for
from reviewbot.queries import period_figures
from reviewbot.queries.figures import middle_number
from reviewbot.queries.period_figures import PeriodRows
from reviewbot.queries.sight.out_of_sight import Blind, blind, hidden_places
from reviewbot.queries.trends import main_problems, site_ratings
from reviewbot.queries.trends.side_by_side import beside
from reviewbot.queries.trends.topic_times import topic_times
from reviewbot.queries.trends.written import stars_by_page
from reviewbot.queries.written.counts import WrittenCounts, count_written
from reviewbot.store.days.pages import are_at
from reviewbot.store.tables import TargetRow
from reviewbot.store.tx import Page, Tx

UNSEEN_SHARE = 0.5
"""A day on which more of the pages' time was out of sight is shaded: its figures are unknown."""
SLOWEST = 0.9
FORTNIGHT = timedelta(days=14)


def overview(
    found: PeriodRows, came_before: PeriodRows | None, written_before: PeriodRows | None
) -> Overview:
    """Return what is told of some places in some days, and in those before: of what came then,
    and of what was written then, where that can be compared."""
    tx, places, days, source = found.tx, found.places, found.days, found.source
    named = period_figures.names(tx.settings)
    gaps = blind(tx, places, days.since, days.until, source)
    now = _written(found)
    by_day = _days(now, found, gaps)
    return Overview(
        sites=_sites(found),
        places=_places(found, now, gaps, named),
        stars=now.stars(),
        before=_stars(written_before) if written_before is not None else None,
        days=by_day,
        replies=_replies(found, now),
        topics=_topics(now),
        topic_times=topic_times(now, by_day),
        problems=main_problems.problems(found, came_before, named),
        praised=_praised(found, now.said),
        arrivals=tuple(map(tuple, now.arrivals)),
        answers=tuple(map(tuple, now.answers)),
        goal=_goal(tx, places),
        beside=beside(tx, places, days, source),
    )


def _written(found: PeriodRows) -> WrittenCounts:
    tx, days, counts = found.tx, found.days, WrittenCounts()

    def read(places: Collection[str], source: str | None) -> Mapping[Page, WrittenCounts]:
        listener = Listener(_staff(tx), dishes_for(tx.settings, places))
        span, apart = (days.since, days.until, found.zone), tx.once is not None
        return count_written(tx.session, places, *span, source, listener=listener, apart=apart)

    for each in found.of_pages("written", read).values():
        counts += each
    return counts


def _staff(tx: Tx) -> list[str]:
    return [person.name for person in tx.settings.people.values()]


def _stars(rows: PeriodRows) -> StarFigures:
    """The stars of what was written, counted in the database."""
    days, session, apart = rows.days, rows.tx.session, rows.tx.once is not None
    pages = rows.of_pages(
        "stars",
        lambda places, source: stars_by_page(
            session, places, days.since, days.until, source, apart=apart
        ),
    )
    return sum(pages.values(), StarFigures())


def _praised(found: PeriodRows, said: WordsSaid) -> tuple[Named, ...]:
    tx = found.tx
    own = [tx.settings.locations[key].name for key in found.places if key in tx.settings.locations]
    dishes, people = dishes_for(tx.settings, found.places), tx.settings.people_figures
    return main_problems.named_of(said, _staff(tx), own, dishes, people=people)


def _sites(found: PeriodRows) -> tuple[SiteRating, ...]:
    tx, places, days, only = found.tx, found.places, found.days, found.source
    shown = site_ratings.by_source(tx, places, days.since, min(days.until, tx.now))
    unseen = unseen_sources(tx, places)
    return tuple(
        SiteRating(
            source=name,
            source_title=title_of(tx.sources, name),
            now=rating,
            change=change,
            is_unseen=name in unseen,
        )
        for name, (rating, change) in shown.items()
        if only in (None, name)
    )


def unseen_sources(tx: Tx, places: Collection[str]) -> set[str]:
    """Return the sites of which no page of these places is in sight now."""
    health = func.coalesce(TargetRow.health, "")
    is_seen = case((health.in_(("", *sorted(SIGHTED))), 1), else_=0)
    rows = tx.session.execute(
        columns(col(TargetRow.source), func.max(is_seen))
        .where(are_at(tx.session, places), col(TargetRow.retired_at).is_(None))
        .group_by(col(TargetRow.source))
    )
    return {source for source, seen in rows if not seen}


def _places(
    found: PeriodRows,
    now: WrittenCounts,
    gaps: Blind,
    named: Name,
) -> tuple[PlaceStars, ...]:
    stars, none, nothing = now.stars_by_place(), StarFigures(), Came()
    hidden = hidden_places(found.tx, gaps, found.days)
    return tuple(
        PlaceStars(
            key=key,
            name=named(key),
            stars=stars.get(key, none),
            new=found.came.get(key, nothing).reviews,
            complaints=found.came.get(key, nothing).complaints,
            is_unseen=key in hidden,
        )
        for key in found.places
    )


def _days(now: WrittenCounts, found: PeriodRows, gaps: Blind) -> tuple[DayFigures, ...]:
    days, zone, by_day = found.days, found.zone, now.stars_on()
    return tuple(
        DayFigures(
            on,
            by_day.get(on, StarFigures()),
            _is_unseen(on, zone, gaps),
            moment_on(zone, on + timedelta(days=1), time()) > found.tx.now,
        )
        for n in range((days.end - days.first).days)
        if (on := days.first + timedelta(days=n))
    )


def _is_unseen(on: date, zone: str, gaps: Blind) -> bool:
    after = on + timedelta(days=1)
    day = Days(on, after, moment_on(zone, on, time()), moment_on(zone, after, time()))
    return bool(gaps.pages) and gaps.share(day) > UNSEEN_SHARE


def _replies(found: PeriodRows, now: WrittenCounts) -> ReplyTimes:
    decided, days = found.decided, found.days
    lengths, targets = decided.by_clock, decided.spans
    target = targets.most_common(1)[0][0] if targets else None
    telling = {name for name, facts in found.tx.sources.items() if facts.shows_replies}
    return ReplyTimes(
        n=len(lengths),
        median=middle_number(lengths),
        slowest=_slowest(lengths),
        rate=now.answered(telling),
        over_time=_over_time(days, decided.by_day),
        target=target.length if target is not None and not target.days else None,
    )


def _over_time(
    days: Days, by_day: Mapping[date, list[int]]
) -> tuple[tuple[date, timedelta | None, timedelta | None], ...]:
    """Return the middle and the ninth of ten of each stretch of the days: of each day, or, of more
    than a fortnight, of each week, counted back from the end."""
    length = 1 if days.end - days.first <= FORTNIGHT else 7
    found, end = [], days.end
    while end > days.first:
        first = max(days.first, end - timedelta(days=length))
        several = (first + timedelta(days=n) for n in range((end - first).days))
        lengths = [each for on in several for each in by_day.get(on, ())]
        found.append((first, middle_number(lengths), _slowest(lengths)))
        end = first
    return tuple(found[::-1])


def _slowest(lengths: Sequence[int]) -> timedelta | None:
    slowest = quantile(lengths, SLOWEST)
    return None if slowest is None else slowest * MICROSECOND


def _topics(now: WrittenCounts) -> dict[str, tuple[int, int]]:
    """Return (complaints, praise) by topic, what is spoken of most first."""
    bad, good = Counter[str](), now.praise()
    for (_, topic), count in now.complaints_on().items():
        bad[topic] += count
    order = sorted(bad | good, key=lambda topic: (-bad[topic], -good[topic], topic))
    return {topic: (bad[topic], good[topic]) for topic in order}


def _goal(tx: Tx, places: Collection[str]) -> float | None:
    """The goal these places have in common, if they have one."""
    known = [tx.settings.locations[key].goal for key in places if key in tx.settings.locations]
    return known[0] if known and len(set(known)) == 1 else None
