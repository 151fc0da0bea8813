"""Whether two ways of asking differ: a difference with the interval around it; pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from math import hypot

from reviewbot.core.surveys.scores import Estimate, SurveyFigures
from reviewbot.core.surveys.survey import Scale

FEW = 10
"""Of fewer on either side no difference is told: chance would pass for one."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What the second has more than the first, with the interval that holds 95 times of 100.
    `is_told`: whether both are of enough, and zero lies outside of it."""

    value: float
    low: float
    high: float
    is_told: bool


def difference(first: Estimate | None, second: Estimate | None) -> Difference | None:
    """Return the second figure less the first. The interval is made of both of theirs (MOVER:
    Zou and Donner, 2008), so of the same methods. None: one of them has no answers."""
    if first is None or second is None:
        return None
    value = second.value - first.value
    low = value - hypot(second.value - second.low, first.high - first.value)
    high = value + hypot(second.high - second.value, first.value - first.low)
    is_enough = min(first.count, second.count) >= FEW
    return Difference(value, low, high, is_enough and (low > 0 or high < 0))


@dataclass(frozen=True, slots=True)
class ComparedVariants:
    """Two variants by name, and what the second has more of: response (percent), and score.
    `scale` None: they asked on several, so that the scores are drawn onto 1 to 5."""

    first: str
    second: str
    response: Difference | None
    scale: Scale | None
    score: Difference | None


def compared_variants(figures: Mapping[str, SurveyFigures]) -> list[ComparedVariants]:
    """Return each two variants beside each other; what has no name was asked in none."""
    named = sorted(name for name in figures if name)
    return [_compared(first, second, figures) for first, second in combinations(named, 2)]


def _compared(first: str, second: str, figures: Mapping[str, SurveyFigures]) -> ComparedVariants:
    one, other = figures[first], figures[second]
    response = difference(one.response, other.response)
    scales = {scale for each in (one, other) for scale, scores in each.scores.items() if scores}
    scale = next(iter(scales)) if len(scales) == 1 else None
    scores = (one.drawn, other.drawn) if scale is None else (one.score(scale), other.score(scale))
    return ComparedVariants(first, second, response, scale, difference(*scores))
