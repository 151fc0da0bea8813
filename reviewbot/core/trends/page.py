"""Everything the page of figures shows, as values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from reviewbot.core.calendar.digest_days import DigestFacts
from reviewbot.core.facts import QueueLine
from reviewbot.core.surveys.scores import GuestReport, SurveyGroup
from reviewbot.core.trends.concern import ConcernFacts, ListedMeasure
from reviewbot.core.trends.goal import Forecast, SiteBorder
from reviewbot.core.trends.past import PastFigures
from reviewbot.core.trends.stars import Share

LISTED = 50
"""Open reviews that are listed of whatever is chosen."""


@dataclass(frozen=True, slots=True)
class Answering:
    """Who answers, or with which template: replies seen in the period, how fast, how many in time,
    how many as the template had it, how many reviews got more stars after it, how many another
    text."""

    name: str
    answered: int
    median: timedelta | None
    in_time: Share
    unchanged: Share
    raised: Share
    changed: Share


class ReplySpeed(StrEnum):
    """How soon a reply came, by the clock from when the review was found."""

    HOUR = "hour"
    DAY = "day"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class ReplyEffects:
    """What came of our replies: of all, by how soon they came, by the topic complained of."""

    every: Answering
    by_speed: Mapping[ReplySpeed, Answering]
    by_topic: Mapping[str, Answering]


@dataclass(frozen=True, slots=True)
class PageFacts:
    """One page: some places, some days. `site_ratings` are what the sites of each place show at
    the end of the days; `concerns` stood at some time of them (`more_concerns` are not told),
    `measures` wait or were taken in the last year;
    `groups` maps a place's key to its groups;
    `guests` are what they answered in the days; `past` is told where it was asked for."""

    at: datetime
    zone: str
    about: str
    figures: DigestFacts
    site_ratings: Mapping[str, float]
    forecasts: Mapping[str, Forecast]
    borders: tuple[SiteBorder, ...]
    sparklines: Mapping[str, tuple[float | None, ...]]
    groups: Mapping[str, tuple[str, ...]]
    queue: tuple[QueueLine, ...]
    concerns: tuple[ConcernFacts, ...]
    more_concerns: int
    measures: tuple[ListedMeasure, ...]
    more_measures: int
    people: tuple[Answering, ...]
    templates: tuple[Answering, ...]
    effects: ReplyEffects
    guests: Mapping[SurveyGroup, GuestReport]
    past: PastFigures | None = None
