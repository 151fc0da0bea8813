"""Means, shares and quantiles of few reviews, each with the interval it can be trusted in.

Intervals hold 95 of 100 times. Under FEW reviews nothing is ranked and nothing compared: chance
would be told as news.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import sqrt
from typing import TypeVar

T = TypeVar("T", int, timedelta)

FEW = 10
SMALL = 30
"""A mean or a share of fewer carries its interval, wherever it is told."""
Z = 1.96
LEAST_SPREAD = 0.5
"""The spread of stars that is assumed at least: ten times 5★ do not prove that the next is one."""


@dataclass(frozen=True, slots=True)
class StarFigures:
    """StarFigures (1 to 5) of some reviews: how many, their sum, the sum of their squares."""

    n: int = 0
    total: float = 0.0
    squares: float = 0.0

    @classmethod
    def of(cls, ratings: Sequence[float]) -> "StarFigures":
        return cls(len(ratings), sum(ratings), sum(rating * rating for rating in ratings))

    def __add__(self, other: "StarFigures") -> "StarFigures":
        return StarFigures(
            self.n + other.n, self.total + other.total, self.squares + other.squares
        )

    @property
    def mean(self) -> float | None:
        return self.total / self.n if self.n else None

    @property
    def spread(self) -> float:
        """The standard deviation, LEAST_SPREAD at least."""
        if self.n < 2:
            return 1.0
        mean = self.total / self.n
        variance = (self.squares - self.n * mean * mean) / (self.n - 1)
        return max(sqrt(max(variance, 0.0)), LEAST_SPREAD)

    @property
    def interval(self) -> tuple[float, float] | None:
        """Where the mean of ever more such reviews would lie; None of none."""
        mean = self.mean
        if mean is None:
            return None
        half = Z * self.spread / sqrt(self.n)
        return max(1.0, mean - half), min(5.0, mean + half)

    @property
    def is_few(self) -> bool:
        return self.n < FEW


@dataclass(frozen=True, slots=True)
class Share:
    """`k` of `n`."""

    k: int = 0
    n: int = 0

    @property
    def value(self) -> float | None:
        return self.k / self.n if self.n else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Wilson's interval; None of none."""
        if not self.n:
            return None
        share, square = self.k / self.n, Z * Z
        middle = (share + square / (2 * self.n)) / (1 + square / self.n)
        half = sqrt(share * (1 - share) / self.n + square / (4 * self.n * self.n))
        half = half * Z / (1 + square / self.n)
        return max(0.0, middle - half), min(1.0, middle + half)


def difference(before: StarFigures, after: StarFigures) -> tuple[float, float, float] | None:
    """Return how much the mean changed and the interval of that; None: too few to say."""
    if before.is_few or after.is_few:
        return None
    change = after.total / after.n - before.total / before.n
    half = Z * sqrt(before.spread**2 / before.n + after.spread**2 / after.n)
    return change, change - half, change + half


def share_difference(before: Share, after: Share) -> tuple[float, float, float] | None:
    """The same for two shares (Newcombe's interval)."""
    if before.n < FEW or after.n < FEW or not before.interval or not after.interval:
        return None
    was, now = before.k / before.n, after.k / after.n
    (was_low, was_high), (now_low, now_high) = before.interval, after.interval
    change = now - was
    down = sqrt((now - now_low) ** 2 + (was_high - was) ** 2)
    up = sqrt((now_high - now) ** 2 + (was - was_low) ** 2)
    return change, change - down, change + up


def quantile(lengths: Sequence[T], share: float) -> T | None:
    """Return the length that `share` of them do not exceed (nearest rank); None of none."""
    if not lengths:
        return None
    ordered = sorted(lengths)
    place = -(-len(ordered) * round(share * 1000) // 1000)
    return ordered[max(0, min(len(ordered), place) - 1)]
