"""Everything the page of figures shows, as values."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from reviewbot.core.calendar.digest_days import DigestFacts
from reviewbot.core.facts import QueueLine
from reviewbot.core.surveys.scores import GuestReport, SurveyGroup
from reviewbot.core.trends.concern import ConcernFacts, ListedMeasure
from reviewbot.core.trends.goal import Forecast, SiteBorder
from reviewbot.core.trends.past import PastFigures
from reviewbot.core.trends.stars import Share

LISTED, CONCERNS, MEASURES = 50, 20, 50
"""Open reviews, drops and incidents, and measures that are listed of whatever is chosen."""

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)


def first_of_each(
    found: Iterable[T], of: Callable[[T], K], shown: int, of_each: int
) -> tuple[tuple[T, ...], Counter[K]]:
    """Return the first so many of all, with the first so many `of` each besides, in their order;
    and how many of each are left out."""
    kept, seen, left = [], Counter[K](), Counter[K]()
    for nth, each in enumerate(found):
        key = of(each)
        seen[key] += 1
        if nth < shown or seen[key] <= of_each:
            kept.append(each)
        else:
            left[key] += 1
    return tuple(kept), left


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

    def to_json(self) -> dict[str, Any]:
        """Return the figures as files have them; of each share how many it was asked of."""
        minutes = self.median and round(self.median.total_seconds() / 60)
        found: dict[str, Any] = {"replies": self.answered, "reaction_minutes": minutes}
        for name in ("in_time", "unchanged", "raised", "changed"):
            share = getattr(self, name)
            found |= {name: share.k, f"{name}_of": share.n}
        return found


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
    the end of the days; `concerns` stood at some time of them, `measures` wait or were taken in
    the last year; `more_concerns` and `more_measures`: how many of each place are not held;
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
    more_concerns: Mapping[str, int]
    measures: tuple[ListedMeasure, ...]
    more_measures: Mapping[str, int]
    people: tuple[Answering, ...]
    templates: tuple[Answering, ...]
    effects: ReplyEffects
    guests: Mapping[SurveyGroup, GuestReport]
    past: PastFigures | None = None
