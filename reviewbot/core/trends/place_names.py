"""The names of places in a digest, changed alike wherever they stand."""

from collections.abc import Callable
from dataclasses import replace

from reviewbot.core.calendar.digest_days import (
    CompetitorNews,
    DigestFacts,
    PeriodFigures,
    PlaceCount,
    TopicCount,
)
from reviewbot.core.trends.overview import Overview

Name = Callable[[str], str]
"""What a place is called, by its key or by another name of it."""


def renamed(facts: DigestFacts, name: Name) -> DigestFacts:
    """Return the same facts of places that are called otherwise."""
    overview = facts.overview
    return replace(
        facts,
        name=facts.name and name(facts.name),
        figures=_figures(facts.figures, name),
        overdue=_counts(facts.overdue, name),
        unseen=tuple(
            replace(each, place=each.place and name(each.place)) for each in facts.unseen
        ),
        competitors=tuple(
            CompetitorNews(name(each.name), each.new, each.complaints)
            for each in facts.competitors
        ),
        overview=None if overview is None else _overview(overview, name),
    )


def _figures(figures: PeriodFigures, name: Name) -> PeriodFigures:
    return replace(
        figures,
        wordless=_counts(figures.wordless, name),
        worst=_counts(figures.worst, name),
        calm=_counts(figures.calm, name),
        topics=tuple(_topic(each, name) for each in figures.topics),
        praise=None if figures.praise is None else _topic(figures.praise, name),
    )


def _counts(places: tuple[PlaceCount, ...], name: Name) -> tuple[PlaceCount, ...]:
    return tuple(replace(each, name=name(each.name)) for each in places)


def _topic(topic: TopicCount, name: Name) -> TopicCount:
    return replace(topic, place=topic.place and name(topic.place))


def _overview(overview: Overview, name: Name) -> Overview:
    problems = tuple(
        replace(
            each,
            places=tuple((name(place), n) for place, n in each.places),
            measures=tuple(replace(done, place=name(done.place)) for done in each.measures),
        )
        for each in overview.problems
    )
    places = tuple(replace(each, name=name(each.name)) for each in overview.places)
    return replace(overview, problems=problems, places=places)
