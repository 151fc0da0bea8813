"""Everything the page of figures shows, as values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from reviewbot.core.calendar.digest_days import DigestFacts
from reviewbot.core.facts import QueueLine
from reviewbot.core.trends.concern import ConcernFacts
from reviewbot.core.trends.goal import Forecast
from reviewbot.core.trends.stars import Share, StarFigures


@dataclass(frozen=True, slots=True)
class Beside:
    """Ourselves (`is_ours`) or a competitor in the period: what the sites show, what was written,
    the topics complained of and praised most, and how it is answered."""

    name: str
    is_ours: bool
    site_rating: float | None
    stars: StarFigures
    complaints: Share
    bad: tuple[str, ...]
    good: tuple[str, ...]
    replies: Share
    reply_time: timedelta | None


@dataclass(frozen=True, slots=True)
class Answering:
    """Who answers, or with which template: replies seen in the period, how fast, how many in time,
    how many as the template had it, how many reviews got more stars after it."""

    name: str
    answered: int
    median: timedelta | None
    in_time: Share
    unchanged: Share
    raised: Share


@dataclass(frozen=True, slots=True)
class PageFacts:
    """One page: some places, some days. `groups` maps a place's key to its groups."""

    at: datetime
    zone: str
    about: str
    figures: DigestFacts
    forecasts: Mapping[str, Forecast]
    sparklines: Mapping[str, tuple[float | None, ...]]
    groups: Mapping[str, tuple[str, ...]]
    queue: tuple[QueueLine, ...]
    concerns: tuple[ConcernFacts, ...]
    beside: tuple[Beside, ...]
    people: tuple[Answering, ...]
    templates: tuple[Answering, ...]
    after_reply: Share
