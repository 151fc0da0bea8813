"""The views a page's file holds: its figures by period, place or group, and site."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from itertools import product

from reviewbot.core.settings import Settings
from reviewbot.core.trends.page import PageFacts
from reviewbot.queries.trends.page_facts import Lists
from reviewbot.queries.trends.past_audit import past_audit
from reviewbot.queries.trends.places_meant import Meant, meant
from reviewbot.store.tx import ReadOnce, Tx
from reviewbot.words.trends.page import DAYS, Choice, PageView, sources_read
from reviewbot.words.trends.pictures import Chart, offered
from reviewbot.workflow.digests import page_of

MOST_VIEWS = 240
"""A file with more would be slow to make and to open; what is left out says so when chosen."""

FEW = 3
"""Choices of one period that are read each by itself; of more, what they are made of is read once,
page by page."""

Draw = Callable[[PageFacts, Chart], str | None]


def views_of(
    tx: Tx, about: Meant, chosen: Choice, until: date | None, draw: Draw
) -> Sequence[PageView]:
    """Return the view of `chosen` and, after it, those of everything else that may be chosen of
    the same places."""
    views: list[PageView] = []
    choices = choices_within(tx.settings, about, chosen)
    of_days = Counter(choice.days for choice in choices)
    shared = replace(tx, once=ReadOnce(about.places))
    for choice in choices:
        # Of one or two choices the rows are counted in the database, which holds less.
        tx = shared if of_days[choice.days] > FEW else replace(tx, once=None)
        scope = meant(tx.settings, about.places, choice.place) if choice.place else about
        if scope is None:
            continue
        source = choice.source or None
        # Lists are the same whatever the days: the file has them once, to choose from.
        lists = Lists.NONE if views else Lists.OF_EACH
        facts = page_of(tx, scope, choice.days, until, source, people=choice.people, lists=lists)
        if not views:
            facts = replace(facts, past=past_audit(tx, about.places))
        wanted = _DRAWN[min(_distance(choice, chosen), 2)]
        charts = [
            drawn
            for chart in offered(facts.figures)
            if (wanted is None or chart in wanted) and (drawn := draw(facts, chart)) is not None
        ]
        views.append(PageView(choice, facts, charts))
    return views


_DRAWN = (None, (Chart.RATING, Chart.TOPIC_TIMES), (Chart.RATING,))
"""The pictures of a view (None: all) by how many choices it is away from the one asked for: these
views are many, and their tables tell the rest."""


def choices_within(settings: Settings, about: Meant, chosen: Choice) -> Sequence[Choice]:
    """Return the choices a file holds, `chosen` first, those nearest to it before others."""
    own = [settings.locations[key] for key in about.places]
    groups = sorted({group for each in own for group in each.groups})
    places = ["", *groups, *(about.places if len(own) > 1 else ())]
    sites = sources_read(settings, about.places)
    sources = ["", *(sites if len(sites) > 1 else ())]
    if chosen.source:
        sources = [chosen.source]
    every = product(sorted({*DAYS, chosen.days}), places, sources)
    found = [Choice(*each, people=chosen.people) for each in every]
    return sorted(found, key=lambda each: _distance(each, chosen))[:MOST_VIEWS]


def _distance(each: Choice, chosen: Choice) -> int:
    return (
        (each.days != chosen.days) + (each.place != chosen.place) + (each.source != chosen.source)
    )
