"""What scores say together: NPS, CSAT, CES, response; pure arithmetic.

Intervals hold 95 times of 100. Without answers a figure is None, never zero.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import sqrt

from reviewbot.core.surveys.survey import RANGES, Mood, Scale, mood_of

Z = 1.96


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with the interval around it, and of how many answers it is."""

    value: float
    low: float
    high: float
    count: int


def nps(scores: Mapping[int, int]) -> Estimate | None:
    """Return the Net Promoter Score (−100 to 100) of counts by score.

    The interval is the adjusted Wald one (Rocks, 2016): three answers more, shared 1 : 2 : 1, so
    that a few equal answers are not taken for certainty.
    """
    count = sum(scores.values())
    if not count:
        return None
    moods = dict.fromkeys(Mood, 0)
    for score, number in scores.items():
        moods[mood_of(Scale.NPS, score)] += number
    value = 100 * (moods[Mood.HIGH] - moods[Mood.LOW]) / count
    more = count + 3
    high, low = (moods[Mood.HIGH] + 0.75) / more, (moods[Mood.LOW] + 0.75) / more
    centre, spread = high - low, Z * sqrt((high + low - (high - low) ** 2) / more)
    least, most = 100 * max(centre - spread, -1), 100 * min(centre + spread, 1)
    return Estimate(value, min(least, value), max(most, value), count)


def csat(scores: Mapping[int, int]) -> Estimate | None:
    """Return the share of content guests (0 to 100), with Wilson's interval."""
    content = sum(number for score, number in scores.items() if score >= 4)
    return share(content, sum(scores.values()))


def ces(scores: Mapping[int, int]) -> Estimate | None:
    """Return the mean of the scores (1 to 7), with the interval of a mean."""
    return mean([score for score, number in scores.items() for _ in range(number)], 1, 7)


def mean(values: Sequence[float], least: float, most: float) -> Estimate | None:
    """Return the mean of values from `least` to `most`, with the interval of a mean."""
    count = len(values)
    if not count:
        return None
    found = sum(values) / count
    if count == 1:
        return Estimate(found, least, most, 1)
    spread = Z * sqrt(sum((value - found) ** 2 for value in values) / (count - 1) / count)
    return Estimate(found, max(found - spread, least), min(found + spread, most), count)


def share(part: int, count: int) -> Estimate | None:
    """Return part of count in percent, with Wilson's interval."""
    if not count:
        return None
    p, squared = part / count, Z**2
    centre = (p + squared / (2 * count)) / (1 + squared / count)
    spread = Z * sqrt(p * (1 - p) / count + squared / (4 * count**2)) / (1 + squared / count)
    least, most = max(centre - spread, 0.0), min(centre + spread, 1.0)
    return Estimate(100 * p, 100 * min(least, p), 100 * max(most, p), count)


SCORE_OF = {Scale.NPS: nps, Scale.CSAT: csat, Scale.CES: ces}
"""The figure of each scale."""


def counted(scores: Sequence[int]) -> dict[int, int]:
    """Return how often each score was given."""
    return {score: scores.count(score) for score in sorted(set(scores))}


class SurveyGroup(StrEnum):
    """By what figures are told apart. HOUR is that of the visit, by the place's clock;
    VARIANT the way of asking that chance gave."""

    ALL = "all"
    PLACE = "place"
    GROUP = "group"
    MONTH = "month"
    SEGMENT = "segment"
    ITEM = "item"
    HOUR = "hour"
    VARIANT = "variant"


@dataclass(slots=True)
class SurveyFigures:
    """Figures of some surveys. `asked` counts links for one guest given in the period, `answered`
    those of them that got a score; a place's link is opened by who likes, so it is in neither."""

    asked: int = 0
    answered: int = 0
    low: int = 0
    reached: int = 0
    scores: dict[Scale, list[int]] = field(default_factory=lambda: defaultdict(list))

    def score(self, scale: Scale) -> Estimate | None:
        """Return NPS, CSAT or CES; None where nobody was asked so."""
        return SCORE_OF[scale](counted(self.scores.get(scale, [])))

    @property
    def drawn(self) -> Estimate | None:
        """Return the mean of all scores drawn onto 1 to 5."""
        drawn = [
            1 + 4 * (score - RANGES[scale][0]) / (RANGES[scale][-1] - RANGES[scale][0])
            for scale, scores in self.scores.items()
            for score in scores
        ]
        return mean(drawn, 1, 5)

    @property
    def stars(self) -> float | None:
        """Return the same, to stand beside ratings on sites."""
        drawn = self.drawn
        return drawn.value if drawn else None

    @property
    def response(self) -> Estimate | None:
        """Return the share of those asked who answered, in percent."""
        return share(self.answered, self.asked)

    @property
    def reached_share(self) -> Estimate | None:
        """Return the share of unhappy guests whom staff marked within 24 hours, in percent."""
        return share(self.reached, self.low)


@dataclass(frozen=True, slots=True)
class GuestReport:
    """Figures by name, and beside those of places, of groups and of all the rating their sites
    show at the end of the period."""

    figures: Mapping[str, SurveyFigures]
    sites: Mapping[str, float | None]
