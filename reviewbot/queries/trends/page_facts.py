"""Gathers what the page of figures shows (core.trends.page)."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import col, select

from reviewbot.core.calendar.digest_days import Days, DigestFacts
from reviewbot.core.trends.concern import ConcernFacts
from reviewbot.core.trends.goal import Forecast, forecast
from reviewbot.core.trends.page import Beside, PageFacts
from reviewbot.core.trends.stars import Share, StarFigures
from reviewbot.queries.figures import middle
from reviewbot.queries.open_tickets import Among, queue
from reviewbot.queries.period_figures import names
from reviewbot.queries.trends import answering, site_ratings
from reviewbot.queries.trends.concern_facts import concern_facts
from reviewbot.queries.trends.written import WrittenReview, written
from reviewbot.store.tables import ConcernRow
from reviewbot.store.tx import Tx

QUEUE = 50
CONCERNS = 20
TOPICS = 3
SPARKS = 13
"""Weeks of a sparkline."""
MONTH = timedelta(days=30)


def page_facts(
    tx: Tx, places: tuple[str, ...], figures: DigestFacts, language: str, about: str = ""
) -> PageFacts:
    """Return what the page tells of these places in the days of `figures`, as of `now`."""
    days = figures.days
    replies = answering.replies(tx, places, days.since, min(days.until, tx.now))
    return PageFacts(
        at=tx.now,
        zone=figures.zone,
        about=about,
        figures=figures,
        forecasts=_forecasts(tx, places),
        sparklines=_sparklines(tx, places, days, figures.zone),
        groups={key: tx.settings.locations[key].groups for key in places},
        queue=tuple(queue(tx, None, limit=QUEUE, among=Among(tx.now, places, ready=False))),
        concerns=_concerns(tx, places, days, language),
        beside=_beside(tx, places, days),
        people=answering.by_person(tx, replies),
        templates=answering.by_template(replies),
        after_reply=answering.raised(replies),
    )


def _forecasts(tx: Tx, places: Collection[str]) -> dict[str, Forecast]:
    """Return how far the places with a goal are from it, by what their sites show."""
    found = {}
    for key in places:
        goal = tx.settings.locations[key].goal
        shown = list(site_ratings.shown_at(tx.session, (key,), tx.now).values())
        rating = site_ratings.mean(shown)
        if goal is None or rating is None:
            continue
        month = list(written(tx.session, (key,), tx.now - MONTH, tx.now))
        every, bad = _stars(month), _stars([each for each in month if each.is_complaint])
        found[key] = forecast(
            goal,
            rating,
            sum(count for _, count in shown),
            (every.n, every.mean or 0.0),
            (bad.n, bad.mean or 0.0),
        )
    return found


def _stars(reviews: Sequence[WrittenReview]) -> StarFigures:
    return StarFigures.of([each.rating for each in reviews if each.rating is not None])


def _sparklines(
    tx: Tx, places: Collection[str], days: Days, zone: str
) -> dict[str, tuple[float | None, ...]]:
    """Return the mean stars of each of the last weeks, by place, up to the end of the days."""
    here, since = ZoneInfo(zone), days.until - timedelta(weeks=SPARKS)
    weeks: dict[str, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    end: date = days.end
    for each in written(tx.session, places, since, days.until):
        if each.rating is not None:
            back = (end - each.written_at.astimezone(here).date()).days - 1
            weeks[each.place][min(back // 7, SPARKS - 1)].append(each.rating)
    return {
        key: tuple(
            sum(stars) / len(stars) if (stars := weeks[key].get(back)) else None
            for back in range(SPARKS - 1, -1, -1)
        )
        for key in places
    }


def _concerns(
    tx: Tx, places: Collection[str], days: Days, language: str
) -> tuple[ConcernFacts, ...]:
    rows = tx.session.exec(
        select(ConcernRow)
        .where(col(ConcernRow.location_key).in_(places), col(ConcernRow.found_at) >= days.since)
        .order_by(col(ConcernRow.id).desc())
        .limit(CONCERNS)
    ).all()
    shown = (concern_facts(tx, row.id or 0, language) for row in rows)
    return tuple(facts for facts in shown if facts is not None)


def _beside(tx: Tx, places: tuple[str, ...], days: Days) -> tuple[Beside, ...]:
    """Return ourselves and the competitors side by side; empty where there are none."""
    rivals = [place for place in tx.settings.locations.values() if place.role == "competitor"]
    if not rivals:
        return ()
    named = names(tx.settings)
    ours = named(places[0]) if len(places) == 1 else ""
    rows = [_one(tx, ours, places, days, is_ours=True)]
    rows += [_one(tx, named(rival.key), (rival.key,), days) for rival in rivals]
    return tuple(rows)


def _one(
    tx: Tx, name: str, places: tuple[str, ...], days: Days, *, is_ours: bool = False
) -> Beside:
    found = list(written(tx.session, places, days.since, days.until))
    telling = {source for source, facts in tx.sources.items() if facts.shows_replies}
    shown = [each for each in found if each.source in telling]
    bad, good = Counter[str](), Counter[str]()
    for each in found:
        good.update(set(each.praise))
        if each.is_complaint:
            bad.update(set(each.topics))
    times = [
        each.reply_at - each.written_at
        for each in shown
        if each.reply_at is not None and each.reply_at >= each.written_at
    ]
    until = min(days.until, tx.now)
    return Beside(
        name=name,
        is_ours=is_ours,
        site_rating=site_ratings.mean(site_ratings.shown_at(tx.session, places, until).values()),
        stars=_stars(found),
        complaints=Share(sum(each.is_complaint for each in found), len(found)),
        bad=tuple(topic for topic, _ in bad.most_common(TOPICS)),
        good=tuple(topic for topic, _ in good.most_common(TOPICS)),
        replies=Share(sum(each.is_answered for each in shown), len(shown)),
        reply_time=middle(times),
    )
