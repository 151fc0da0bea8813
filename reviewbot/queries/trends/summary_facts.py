"""Gathers what a chat's pinned summary says (core.trends.summary)."""

from collections.abc import Collection
from datetime import datetime, timedelta

from reviewbot.core.calendar.digest_days import PlaceCount, desk_for
from reviewbot.core.source_facts import title_of
from reviewbot.core.trends.overview import SiteRating
from reviewbot.core.trends.summary import SummaryFacts
from reviewbot.queries import period_figures
from reviewbot.queries.open_tickets import open_by_place
from reviewbot.queries.sight.out_of_sight import all_in_sight
from reviewbot.queries.sight.unseen_sites import unseen_now
from reviewbot.queries.trends import site_ratings
from reviewbot.queries.trends.period_overview import unseen_sources
from reviewbot.store.tx import Tx

CHANGE_OVER = timedelta(days=30)


def summary_facts(tx: Tx, places: tuple[str, ...], since: datetime) -> SummaryFacts:
    """Return how these places stand now. `since`: from when on they are known to stand so."""
    named = period_figures.names(tx.settings)
    open_, overdue, overdue_unseen = open_by_place(tx, places)
    return SummaryFacts(
        zone=desk_for(tx.settings, places).zone,
        at=tx.now,
        since=since,
        locations=len(places),
        name=named(places[0]) if len(places) == 1 else None,
        open=open_,
        overdue=tuple(PlaceCount(named(place), count) for place, count in overdue),
        overdue_unseen=overdue_unseen,
        sites=_sites(tx, places),
        unseen=unseen_now(tx, places, named),
        all_in_sight=all_in_sight(tx.session, places),
    )


def _sites(tx: Tx, places: Collection[str]) -> tuple[SiteRating, ...]:
    shown = site_ratings.by_source(tx, places, tx.now - CHANGE_OVER, tx.now)
    unseen = unseen_sources(tx, places)
    return tuple(
        SiteRating(name, title_of(tx.sources, name), now, change, name in unseen)
        for name, (now, change) in shown.items()
    )
