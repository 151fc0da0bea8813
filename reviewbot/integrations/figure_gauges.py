"""The figures of the places as gauges: what sites show, what came, how deadlines were kept.

They are those of /stats, of all own places together: few lines, however many places there are.
What is not known is no line: a nought would read as "none".
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from prometheus_client.metrics_core import GaugeMetricFamily, Metric

from reviewbot.core.calendar import digest_days
from reviewbot.core.calendar.digest_days import Days, PeriodFigures
from reviewbot.queries import period_figures
from reviewbot.queries.period_figures import PeriodRows
from reviewbot.queries.sight.out_of_sight import blind
from reviewbot.queries.trends import site_ratings
from reviewbot.queries.trends.period_overview import unseen_sources
from reviewbot.store.tx import Tx
from reviewbot.workflow.digests import local_date, watched_since

SPANS = (7, 30)
"""Days, today included."""


@dataclass(frozen=True, slots=True)
class SpanFigures:
    """Some days. `unseen`: the share of them that a page was out of sight, on the average;
    `figures` are None where that is too much, or nobody watched from their beginning on."""

    unseen: float
    figures: PeriodFigures | None


@dataclass(frozen=True, slots=True)
class GaugeFacts:
    """`ratings` by source, of those in sight that show one; `spans` by the number of days."""

    ratings: Mapping[str, float]
    spans: Mapping[int, SpanFigures]


def gauge_facts(tx: Tx) -> GaugeFacts:
    """Return the figures of all own places, as of `now`."""
    own = tuple(key for key, each in tx.settings.locations.items() if each.role == "own")
    zone = digest_days.desk_for(tx.settings, own).zone
    tomorrow = local_date(zone, tx.now) + timedelta(days=1)
    shown = site_ratings.by_source(tx, own, tx.now, tx.now)
    hidden = unseen_sources(tx, own)
    return GaugeFacts(
        {
            source: rating
            for source, (rating, _) in shown.items()
            if rating is not None and source not in hidden
        },
        {n: _span(tx, own, digest_days.days_back(n, tomorrow, zone), zone) for n in SPANS},
    )


def _span(tx: Tx, own: tuple[str, ...], days: Days, zone: str) -> SpanFigures:
    gaps = blind(tx, own, days.since, tx.now)
    unseen = gaps.share(days)
    watched = watched_since(tx.session, own)
    is_known = watched is not None and watched <= days.since and not gaps.is_too_much(days)
    named, found = period_figures.names(tx.settings), PeriodRows(tx, own, days, zone)
    return SpanFigures(unseen, period_figures.figures(found, named) if is_known else None)


def gauges(facts: GaugeFacts) -> Iterable[Metric]:
    rating = GaugeMetricFamily(
        "reviewbot_site_rating",
        "The rating a site shows, the mean of its pages by what it counts there.",
        labels=["source"],
    )
    for source, value in sorted(facts.ratings.items()):
        rating.add_metric([source], value)
    yield rating
    new, complaints, unseen = (
        GaugeMetricFamily(f"reviewbot_{name}", doc, labels=["days"])
        for name, doc in (
            ("reviews_new", "Reviews that came in the last days, today included."),
            ("complaints_new", "Complaints among them."),
            ("out_of_sight_ratio", "The share of these days that pages were out of sight."),
        )
    )
    replies = GaugeMetricFamily(
        "reviewbot_deadlines",
        "Deadlines decided in these days: in_time, late, or undecided where nobody can know.",
        labels=["days", "outcome"],
    )
    for days, span in facts.spans.items():
        unseen.add_metric([str(days)], span.unseen)
        if (found := span.figures) is None:
            continue
        new.add_metric([str(days)], found.new)
        complaints.add_metric([str(days)], found.complaints)
        for outcome in ("in_time", "late", "undecided"):
            replies.add_metric([str(days), outcome], getattr(found, outcome))
    yield from (new, complaints, replies, unseen)
