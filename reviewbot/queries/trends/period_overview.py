"""Gathers the figures above one review for some places and days (core.trends.overview)."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import case, func
from sqlalchemy import select as columns
from sqlmodel import col

from reviewbot.core.calendar.digest_days import Days
from reviewbot.core.calendar.hours import moment_on
from reviewbot.core.model import SIGHTED
from reviewbot.core.settings import Span
from reviewbot.core.source_facts import title_of
from reviewbot.core.trends.overview import (
    DayFigures,
    Overview,
    PlaceStars,
    ReplyTimes,
    SiteRating,
)
from reviewbot.core.trends.stars import Share, StarFigures, quantile
from reviewbot.lexicons.dishes import dishes_for
from reviewbot.queries import period_figures
from reviewbot.queries.counting import came_at, decided
from reviewbot.queries.figures import middle
from reviewbot.queries.period_figures import Blind, Named
from reviewbot.queries.trends import main_problems, site_ratings
from reviewbot.queries.trends.side_by_side import beside
from reviewbot.queries.trends.topic_times import topic_times
from reviewbot.queries.trends.written import (
    WrittenReview,
    on_source,
    stars_by_page,
    stars_of,
    written,
)
from reviewbot.store.database import is_one_of
from reviewbot.store.tables import TargetRow
from reviewbot.store.tx import Tx

UNSEEN_SHARE = 0.5
"""A day on which more of the pages' time was out of sight is shaded: its figures are unknown."""
SLOWEST = 0.9


def overview(
    tx: Tx,
    places: Collection[str],
    days: Days,
    before: Days,
    zone: str,
    source: str | None = None,
) -> Overview:
    """Return what is told of these places (of one source, where it is named) in the days, and in
    those before to compare with."""
    named = period_figures.names(tx.settings)
    gaps = period_figures.blind(tx.session, places, days.since, days.until, source)
    now = on_source(written(tx.session, places, days.since, days.until), source)
    then = {
        page: stars
        for page, stars in stars_by_page(tx.session, places, before.since, before.until).items()
        if source in (None, page[1])
    }
    arrivals, answers = _by_hour(now, ZoneInfo(zone))
    stars, stars_before = stars_of(now), sum(then.values(), StarFigures())
    by_day = _days(now, days, zone, gaps)
    return Overview(
        sites=_sites(tx, places, days, now, then, source),
        places=_places(tx, places, days, now, then, gaps, named, source),
        stars=stars,
        before=stars_before,
        days=by_day,
        replies=_replies(tx, places, days, zone, now, source),
        topics=_topics(now),
        topic_times=topic_times(now, by_day, ZoneInfo(zone)),
        problems=main_problems.problems(tx.session, places, days, before, named, source),
        praised=main_problems.praised(
            tx.session,
            now,
            [person.name for person in tx.settings.people.values()],
            [tx.settings.locations[key].name for key in places if key in tx.settings.locations],
            dishes_for(tx.settings, places),
        ),
        arrivals=arrivals,
        answers=answers,
        goal=_goal(tx, places),
        beside=beside(tx, places, days, source),
    )


def _sites(
    tx: Tx,
    places: Collection[str],
    days: Days,
    now: Sequence[WrittenReview],
    then: Mapping[tuple[str, str], StarFigures],
    source: str | None,
) -> tuple[SiteRating, ...]:
    shown = site_ratings.by_source(tx.session, places, days.since, min(days.until, tx.now))
    unseen = unseen_sources(tx, places)
    return tuple(
        SiteRating(
            source=name,
            source_title=title_of(tx.sources, name),
            now=rating,
            change=change,
            ours=stars_of(each for each in now if each.source == name),
            before=sum(
                (stars for (_, source), stars in then.items() if source == name), StarFigures()
            ),
            is_unseen=name in unseen,
        )
        for name, (rating, change) in shown.items()
        if source in (None, name)
    )


def unseen_sources(tx: Tx, places: Collection[str]) -> set[str]:
    """Return the sites of which no page of these places is in sight now."""
    health = func.coalesce(TargetRow.health, "")
    is_seen = case((health.in_(("", *sorted(SIGHTED))), 1), else_=0)
    rows = tx.session.execute(
        columns(col(TargetRow.source), func.max(is_seen))
        .where(is_one_of(col(TargetRow.location_key), places), col(TargetRow.retired_at).is_(None))
        .group_by(col(TargetRow.source))
    )
    return {source for source, seen in rows if not seen}


def _places(
    tx: Tx,
    places: Collection[str],
    days: Days,
    now: Sequence[WrittenReview],
    then: Mapping[tuple[str, str], StarFigures],
    gaps: Blind,
    named: Named,
    source: str | None,
) -> tuple[PlaceStars, ...]:
    ratings: dict[str, list[int]] = defaultdict(list)
    earlier: dict[str, StarFigures] = defaultdict(StarFigures)
    for each in now:
        if each.rating is not None:
            ratings[each.place].append(each.rating)
    for (place, _), stars in then.items():
        earlier[place] += stars
    new, complaints = came_at(tx.session, days.since, days.until, places, source)
    hidden = gaps.places(days)
    return tuple(
        PlaceStars(
            key=key,
            name=named(key),
            stars=StarFigures.of(ratings[key]),
            before=earlier[key],
            new=new[key],
            complaints=complaints[key],
            is_unseen=key in hidden,
        )
        for key in places
    )


def _days(
    now: Sequence[WrittenReview], days: Days, zone: str, gaps: Blind
) -> tuple[DayFigures, ...]:
    by_day: dict[date, list[int]] = defaultdict(list)
    here = ZoneInfo(zone)
    for each in now:
        if each.rating is not None:
            by_day[each.written_at.astimezone(here).date()].append(each.rating)
    found = []
    for n in range((days.end - days.first).days):
        on = days.first + timedelta(days=n)
        found.append(DayFigures(on, StarFigures.of(by_day[on]), _is_unseen(on, zone, gaps)))
    return tuple(found)


def _is_unseen(on: date, zone: str, gaps: Blind) -> bool:
    after = on + timedelta(days=1)
    day = Days(on, after, moment_on(zone, on, time()), moment_on(zone, after, time()))
    return bool(gaps.spans) and gaps.share(day) > UNSEEN_SHARE


def _replies(
    tx: Tx,
    places: Collection[str],
    days: Days,
    zone: str,
    now: Sequence[WrittenReview],
    source: str | None,
) -> ReplyTimes:
    lengths: list[timedelta] = []
    targets: Counter[Span] = Counter()
    weeks: dict[date, list[timedelta]] = defaultdict(list)
    here = ZoneInfo(zone)
    for each in decided(tx.session, days.since, days.until, tx.now, places, source):
        if each.answered_at is None or each.by_mark:
            continue
        lengths.append(each.answered_at - each.clock_start_at)
        if each.reasons.reply is not None:
            targets[each.reasons.reply.span] += 1
        on = each.decided_at.astimezone(here).date()
        weeks[on - timedelta(days=on.weekday())].append(period_figures.counted_time(tx, each))
    target = targets.most_common(1)[0][0] if targets else None
    telling = {name for name, facts in tx.sources.items() if facts.shows_replies}
    shown = [each for each in now if each.source in telling]
    return ReplyTimes(
        n=len(lengths),
        median=middle(lengths),
        slowest=quantile(lengths, SLOWEST),
        rate=Share(sum(each.is_answered for each in shown), len(shown)),
        by_week=_by_week(days.first, days.last, weeks),
        target=target.length if target is not None and not target.days else None,
    )


def _by_week(
    first: date, last: date, weeks: Mapping[date, list[timedelta]]
) -> tuple[tuple[date, timedelta | None, timedelta | None], ...]:
    monday, found = first - timedelta(days=first.weekday()), []
    while monday <= last:
        lengths = weeks.get(monday, [])
        found.append((monday, middle(lengths), quantile(lengths, SLOWEST)))
        monday += timedelta(days=7)
    return tuple(found)


def _topics(now: Sequence[WrittenReview]) -> dict[str, tuple[int, int]]:
    """Return (complaints, praise) by topic, what is spoken of most first."""
    bad: Counter[str] = Counter()
    good: Counter[str] = Counter()
    for each in now:
        good.update(set(each.praise))
        if each.is_complaint:
            bad.update(set(each.topics))
    order = sorted(bad | good, key=lambda topic: (-bad[topic], -good[topic], topic))
    return {topic: (bad[topic], good[topic]) for topic in order}


def _by_hour(
    now: Sequence[WrittenReview], zone: ZoneInfo
) -> tuple[tuple[tuple[int, ...], ...], tuple[tuple[int, ...], ...]]:
    """Return arrivals and answers by weekday and hour, of those that have an hour."""
    arrivals = [[0] * 24 for _ in range(7)]
    answers = [[0] * 24 for _ in range(7)]
    for each in now:
        _count(arrivals, each.written_at if each.has_hour else None, zone)
        _count(answers, each.reply_at if each.has_hour else None, zone)
    return tuple(map(tuple, arrivals)), tuple(map(tuple, answers))


def _count(table: list[list[int]], at: datetime | None, zone: ZoneInfo) -> None:
    if at is not None:
        local = at.astimezone(zone)
        table[local.weekday()][local.hour] += 1


def _goal(tx: Tx, places: Collection[str]) -> float | None:
    """The goal these places have in common, if they have one."""
    known = [tx.settings.locations[key].goal for key in places if key in tx.settings.locations]
    return known[0] if known and len(set(known)) == 1 else None
