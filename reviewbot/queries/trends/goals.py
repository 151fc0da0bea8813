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


def _by_key(told: _Told) -> str:
    return told.key


def forecasts(
    tx: Tx, places: Collection[str], at: datetime, source: str | None = None
) -> dict[str, Forecast]:
    """Return how far the places with a goal were from it at an instant, by what their sites showed
    (one site, where it is named)."""
    every: dict[str, list[_Told]] = defaultdict(list)
    for (place, _), told in _every(tx, places, at, source).items():
        every[place] += told
    found = {}
    for key in places:
        goal, told = tx.settings.locations[key].goal, sorted(every[key], key=_by_key)
        if goal is not None:
            rating = site_ratings.mean(each.shown for each in told)
            found[key] = forecast(goal, rating, [(e.border, e.shown.count) for e in told])
    return found


def borders(
    tx: Tx, places: Collection[str], at: datetime, source: str | None = None
) -> tuple[SiteBorder, ...]:
    """Return what each site of the places with a goal asked for (one site, where it is named)."""
    told = [each for pages in _every(tx, places, at, source).values() for each in pages]
    return tuple(each.border for each in sorted(told, key=_by_key))


def _every(
    tx: Tx, places: Collection[str], at: datetime, source: str | None
) -> Mapping[Page, list[_Told]]:
    return tx.of_pages(("borders", at), places, source, lambda some, on: _read(tx, some, at, on))


def _read(
    tx: Tx, places: Collection[str], at: datetime, source: str | None
) -> dict[Page, list[_Told]]:
    aimed = [key for key in places if tx.settings.locations[key].goal is not None]
    if not aimed:
        return {}
    # How a site rounds shows in all its ratings, those of other places and competitors too.
    shown = site_ratings.shown_at(tx, list(tx.settings.locations), at)
    before = site_ratings.shown_at(tx, aimed, at - timedelta(days=MONTH))
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
        recent = list(written(tx.session, (key,), at - timedelta(days=days), at))
        for row in pages:
            here = [each for each in recent if each.target_id == row.id]
            seen, was = shown[row.id or 0], before.get(row.id or 0)
            page = _Page(row, named(key), steps[row.source], seen, was, here, at)
            found[key, row.source].append(_Told(row.key, _border(tx, page), seen))
    return found


def _days_of(tx: Tx, source: str) -> int | None:
    """Of how many last days a site makes its rating; None: of all, as far as is known."""
    facts = tx.sources.get(source)
    return facts.rating_days if facts else None


class _Page(NamedTuple):
    """A target with a goal: its place's name, to what its site rounds, what it showed at an
    instant and (None: nothing) a month before, and the reviews written lately, oldest first."""

    row: TargetRow
    place: str
    step: float | None
    shown: site_ratings.ShownRating
    before: site_ratings.ShownRating | None
    recent: list[WrittenReview]
    at: datetime

    def since(self, days: int) -> list[WrittenReview]:
        """Return those of so many last days."""
        return [e for e in self.recent if e.written_at >= self.at - timedelta(days=days)]

    @property
    def grown(self) -> int:
        """By how much its count grew in the month; 0: not known."""
        then = self.before.count if self.before is not None else None
        now = self.shown.count
        return max(0, now - then) if now is not None and then is not None else 0


def _border(tx: Tx, page: _Page) -> SiteBorder:
    row = page.row
    days = _days_of(tx, row.source)
    every = stars_of(page.since(MONTH))
    complaints = [e for e in page.since(min(MONTH, days or MONTH)) if e.is_complaint]
    bad = stars_of(complaints)
    window = None
    if days is not None:
        weighed = [
            ((page.at - each.written_at) / timedelta(days=1), each.rating)
            for each in page.since(days)
            if each.rating is not None
        ]
        window = Window(days, weighed if _is_seen(tx, page, days) else None)
    return site_border(
        page.place,
        title_of(tx.sources, row.source),
        tx.settings.locations[row.location_key].goal or 0.0,
        (page.shown.rating, page.shown.count),
        page.step,
        (every.n, every.mean or 0.0) if _is_seen(tx, page, MONTH) else None,
        (bad.n, bad.mean or 0.0),
        window,
        page.grown,
    )


def _is_seen(tx: Tx, page: _Page, days: int) -> bool:
    """Whether enough of so many last days was in sight to count what was written."""
    since, row = page.at - timedelta(days=days), page.row
    gaps = without_made_up(tx, blind(tx, (row.location_key,), since, page.at, row.source))
    return not gaps.is_too_much(Days(since.date(), page.at.date(), since, page.at))
