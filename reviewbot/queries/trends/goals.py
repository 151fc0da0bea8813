"""How far places are from the rating they are to have: in all, and on each of their sites."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlmodel import col, select

from reviewbot.core.calendar.digest_days import Days
from reviewbot.core.source_facts import title_of
from reviewbot.core.trends.goal import (
    MONTH,
    Forecast,
    SiteBorder,
    Window,
    forecast,
    site_border,
    step_of,
)
from reviewbot.queries.period_figures import names
from reviewbot.queries.sight.out_of_sight import blind, without_made_up
from reviewbot.queries.trends import site_ratings
from reviewbot.queries.trends.written import WrittenReview, stars_of, written
from reviewbot.store.tables import TargetRow
from reviewbot.store.tx import Page, Tx


class _Told(NamedTuple):
    """What one target asks for, and what it shows."""

    key: str
    border: SiteBorder
    shown: site_ratings.ShownRating


def forecasts(tx: Tx, places: Collection[str], source: str | None = None) -> dict[str, Forecast]:
    """Return how far the places with a goal are from it, by what their sites show (one site, where
    it is named)."""
    every: dict[str, list[_Told]] = defaultdict(list)
    for (place, _), told in _every(tx, places, source).items():
        every[place] += told
    found = {}
    for key in places:
        sites = [(each.border, each.shown.count) for each in every.get(key, ())]
        goal, rating = (
            tx.settings.locations[key].goal,
            site_ratings.mean(each.shown for each in every.get(key, ())),
        )
        if goal is not None and rating is not None:
            found[key] = forecast(goal, rating, sites)
    return found


def borders(tx: Tx, places: Collection[str], source: str | None = None) -> tuple[SiteBorder, ...]:
    """Return what each site of the places with a goal asks for (one site, where it is named)."""
    told = [each for pages in _every(tx, places, source).values() for each in pages]
    return tuple(each.border for each in sorted(told, key=lambda each: each.key))


def _every(tx: Tx, places: Collection[str], source: str | None) -> Mapping[Page, list[_Told]]:
    return tx.of_pages("borders", places, source, lambda some, on: _read(tx, some, on))


def _read(tx: Tx, places: Collection[str], source: str | None) -> dict[Page, list[_Told]]:
    aimed = [key for key in places if tx.settings.locations[key].goal is not None]
    if not aimed:
        return {}
    # How a site rounds shows in all its ratings, those of other places and competitors too.
    shown = site_ratings.shown_at(tx, list(tx.settings.locations), tx.now)
    rows = tx.session.exec(select(TargetRow).where(col(TargetRow.id).in_(shown))).all()
    every: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        every[row.source].append(shown[row.id or 0].rating)
    steps = {on: step_of(ratings) for on, ratings in every.items()}
    named = names(tx.settings)
    found: dict[Page, list[_Told]] = defaultdict(list)
    for key in aimed:
        pages = [row for row in rows if row.location_key == key and source in (None, row.source)]
        days = max([MONTH, *(_days_of(tx, row.source) or 0 for row in pages)])
        recent = list(written(tx.session, (key,), tx.now - timedelta(days=days), tx.now))
        for row in pages:
            here = [each for each in recent if each.target_id == row.id]
            seen = shown[row.id or 0]
            told = _border(tx, row, seen, steps[row.source], named(key), here)
            found[key, row.source].append(_Told(row.key, told, seen))
    return found


def _days_of(tx: Tx, source: str) -> int | None:
    """Of how many last days a site makes its rating; None: of all, as far as is known."""
    facts = tx.sources.get(source)
    return facts.rating_days if facts else None


def _border(
    tx: Tx,
    row: TargetRow,
    shown: site_ratings.ShownRating,
    step: float | None,
    place: str,
    recent: list[WrittenReview],
) -> SiteBorder:
    def since(days: int) -> list[WrittenReview]:
        return [each for each in recent if each.written_at >= tx.now - timedelta(days=days)]

    def is_seen(days: int) -> bool:
        return _is_seen(tx, row.location_key, tx.now - timedelta(days=days), row.source)

    days = _days_of(tx, row.source)
    every = stars_of(since(MONTH))
    bad = stars_of([each for each in since(min(MONTH, days or MONTH)) if each.is_complaint])
    window = None
    if days is not None:
        weighed = [
            ((tx.now - each.written_at) / timedelta(days=1), each.rating)
            for each in since(days)
            if each.rating is not None
        ]
        window = Window(days, weighed if is_seen(days) else None)
    return site_border(
        place,
        title_of(tx.sources, row.source),
        tx.settings.locations[row.location_key].goal or 0.0,
        (shown.rating, shown.count),
        step,
        (every.n, every.mean or 0.0) if is_seen(MONTH) else None,
        (bad.n, bad.mean or 0.0),
        window,
    )


def _is_seen(tx: Tx, place: str, since: datetime, source: str) -> bool:
    """Whether enough of the time since then was in sight to count what was written."""
    gaps = without_made_up(tx, blind(tx, (place,), since, tx.now, source))
    return not gaps.is_too_much(Days(since.date(), tx.now.date(), since, tx.now))
