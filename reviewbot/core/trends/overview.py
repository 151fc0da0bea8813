"""The figures above one review, of some places in a period: what a picture, a message, a page and
a file tell alike."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from reviewbot.core.trends.beside import Beside
from reviewbot.core.trends.stars import FEW, Share, StarFigures


@dataclass(frozen=True, slots=True)
class SiteRating:
    """One site: its own rating (the mean of its pages, weighted by their counts), and its change
    since the period began, of the pages known at both times."""

    source: str
    source_title: Mapping[str, str]
    now: float | None
    change: float | None
    is_unseen: bool = False


@dataclass(frozen=True, slots=True)
class PlaceStars:
    """A place: stars of what was written there, what came, and how much of it was a complaint."""

    key: str
    name: str
    stars: StarFigures
    new: int
    complaints: int
    is_unseen: bool = False

    @property
    def is_ranked(self) -> bool:
        """Whether there are enough reviews to set it beside others."""
        return self.stars.n >= FEW and not self.is_unseen


@dataclass(frozen=True, slots=True)
class DayFigures:
    """One day: stars of what was written on it. `is_unseen`: most pages were out of sight;
    `is_unfinished`: it is not over."""

    on: date
    stars: StarFigures
    is_unseen: bool = False
    is_unfinished: bool = False


@dataclass(frozen=True, slots=True)
class MeasureNamed:
    """What was done at a place, and since which day it counts."""

    on: date
    place: str
    what: str = ""


@dataclass(frozen=True, slots=True)
class TopicProblem:
    """A topic of complaints: how many of the period's complaints name it, where most of them come
    from (names, counts), and what one guest said. `before`: how many did in the period before,
    None where that cannot be compared. `number`: the review's, where it has one.
    `measures`: the newest first; `more_measures` are not named."""

    topic: str
    count: int
    before: int | None
    places: tuple[tuple[str, int], ...]
    quote: str = ""
    number: int | None = None
    measures: tuple[MeasureNamed, ...] = ()
    more_measures: int = 0


@dataclass(frozen=True, slots=True)
class ReplyTimes:
    """Replies seen on their sites in the period, by the clock from when the review was found:
    the middle time, and the time nine of ten kept. `over_time` (first day, middle, nine of ten)
    tells of the same days, day by day or week by week, counted as deadlines are, in working time
    where they are, and compares with `target`: the reply time most of them had, None where it is
    told in days. `rate`: of what was written in the
    period on sites that show replies, the share that has one now."""

    n: int = 0
    median: timedelta | None = None
    slowest: timedelta | None = None
    rate: Share = field(default_factory=Share)
    over_time: tuple[tuple[date, timedelta | None, timedelta | None], ...] = ()
    target: timedelta | None = None


@dataclass(frozen=True, slots=True)
class TopicTimes:
    """Topics of complaints over time: the days that equal stretches begin with (the first may be
    shorter), how many reviews were written in each, and how many of them complain of a topic. In
    the stretches of `unseen` most pages were out of sight for half of the days at least."""

    starts: tuple[date, ...] = ()
    written: tuple[int, ...] = ()
    complaints: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    unseen: tuple[bool, ...] = ()

    def shares(self, topic: str) -> tuple[float | None, ...]:
        """The share of reviews that complain of it, by stretch; None: nothing was written."""
        counts = zip(self.complaints[topic], self.written, strict=True)
        return tuple(bad / n if n else None for bad, n in counts)


@dataclass(frozen=True, slots=True)
class Named:
    """A name that guests praise: how many reviews do."""

    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Overview:
    """What is told of a period; `before` of the one before it, None where too much of either was
    out of sight to compare them. Places come as the operator lists them; `arrivals` and `answers`
    are counts by weekday (Monday first) and hour, of what has an hour. `topics` maps a topic to
    (complaints, praise)."""

    sites: tuple[SiteRating, ...] = ()
    places: tuple[PlaceStars, ...] = ()
    stars: StarFigures = field(default_factory=StarFigures)
    before: StarFigures | None = None
    days: tuple[DayFigures, ...] = ()
    replies: ReplyTimes = field(default_factory=ReplyTimes)
    topics: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    topic_times: TopicTimes = field(default_factory=TopicTimes)
    problems: tuple[TopicProblem, ...] = ()
    praised: tuple[Named, ...] = ()
    arrivals: tuple[tuple[int, ...], ...] = ()
    answers: tuple[tuple[int, ...], ...] = ()
    goal: float | None = None
    beside: tuple[Beside, ...] = ()

    @property
    def ranked(self) -> tuple[PlaceStars, ...]:
        """The places with enough reviews, the best first."""
        shown = [place for place in self.places if place.is_ranked]
        return tuple(sorted(shown, key=lambda place: (-(place.stars.mean or 0), place.name)))
