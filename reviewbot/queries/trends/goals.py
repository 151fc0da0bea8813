"""How far places are from the rating they are to have: in all, and on each of their sites."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta
from operator import itemgetter

from sqlmodel import col, select

from reviewbot.core.calendar.digest_days import Days
from reviewbot.core.source_facts import title_of
from reviewbot.core.trends.goal import (
    Forecast,
    SiteBorder,
    border,
    forecast,
    needed_between,
    step_of,
)
from reviewbot.queries.period_figures import names
from reviewbot.queries.sight.out_of_sight import blind, without_made_up
from reviewbot.queries.trends import site_ratings
from reviewbot.queries.trends.written import on_source, stars_of, written
from reviewbot.store.tables import TargetRow
from reviewbot.store.tx import Page, Tx

MONTH = timedelta(days=30)


def forecasts(tx: Tx, places: Collection[str], source: str | None = None) -> dict[str, Forecast]:
    """Return how far the places with a goal are from it, by what their sites show (one site, where
    it is named)."""
    found = tx.of_places(("forecasts", source), places, lambda some: _forecasts(tx, some, source))
    return {key: found[key] for key in places if key in found}


def _forecasts(tx: Tx, places: Collection[str], source: str | None) -> dict[str, Forecast]:
    found = {}
    pages = site_ratings.by_place(tx, places, tx.now, source)
    for key in places:
        goal, shown = tx.settings.locations[key].goal, pages.get(key, [])
        rating = site_ratings.mean(shown)
        if goal is None or rating is None:
            continue
        since = tx.now - MONTH
        month = list(on_source(written(tx.session, (key,), since, tx.now), source))
        every, bad = stars_of(month), stars_of([each for each in month if each.is_complaint])
        found[key] = forecast(
            goal,
            rating,
            site_ratings.counted(shown),
            (every.n, every.mean or 0.0) if _is_seen(tx, key, since, source) else None,
            (bad.n, bad.mean or 0.0),
        )
    return found


def _is_seen(tx: Tx, place: str, since: datetime, source: str | None) -> bool:
    """Whether enough of the time since then was in sight to count what was written."""
    gaps = without_made_up(tx, blind(tx, (place,), since, tx.now, source))
    return not gaps.is_too_much(Days(since.date(), tx.now.date(), since, tx.now))


def borders(tx: Tx, places: Collection[str], source: str | None = None) -> tuple[SiteBorder, ...]:
    """Return what each site of the places with a goal asks for (one site, where it is named)."""
    pages = tx.of_pages("borders", places, source, lambda some, on: _borders(tx, some, on))
    every = sorted((each for borders in pages.values() for each in borders), key=itemgetter(0))
    return tuple(told for _, told in every)


def _borders(
    tx: Tx, places: Collection[str], source: str | None
) -> dict[Page, list[tuple[str, SiteBorder]]]:
    """Return the same page by page, each with its target's key."""
    aimed = [key for key in places if tx.settings.locations[key].goal is not None]
    if not aimed:
        return {}
    # How a site rounds shows in all its ratings, those of other places and competitors too.
    shown = site_ratings.shown_at(tx, list(tx.settings.locations), tx.now)
    rows = tx.session.exec(select(TargetRow).where(col(TargetRow.id).in_(shown))).all()
    every: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        every[row.source].append(shown[row.id or 0].rating)
    named = names(tx.settings)
    found: dict[Page, list[tuple[str, SiteBorder]]] = defaultdict(list)
    for row in rows:
        if row.location_key in aimed and source in (None, row.source):
            step, place = step_of(every[row.source]), named(row.location_key)
            told = _border(tx, row, shown[row.id or 0], step, place)
            found[row.location_key, row.source].append((row.key, told))
    return found


def _border(
    tx: Tx, row: TargetRow, shown: site_ratings.ShownRating, step: float | None, place: str
) -> SiteBorder:
    goal = tx.settings.locations[row.location_key].goal or 0.0
    facts = tx.sources.get(row.source)
    days = facts.rating_days if facts else None
    rating, count = shown.rating, shown.count
    if days is not None:
        since = tx.now - timedelta(days=days)
        recent = written(tx.session, (row.location_key,), since, tx.now)
        count = stars_of(on_source(recent, row.source)).n or None
        if not _is_seen(tx, row.location_key, since, row.source):
            count = None
    least, most = needed_between(goal, rating, count, step)
    return SiteBorder(
        place=place,
        source_title=title_of(tx.sources, row.source),
        goal=goal,
        rating=rating,
        count=count,
        step=step,
        days=days,
        border=border(goal, step),
        least=least,
        most=most,
    )
