"""How far a place is from the rating it is to have, and when it gets there at the present pace."""

from dataclasses import dataclass
from math import ceil

MOST_MONTHS = 60
"""What would take longer is not told as a date: nobody plans so far ahead."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """`needed` five-star reviews in a row bring the rating to the goal; None: no number of them
    does (a goal of 5). `months` at `pace` (the mean stars and the reviews of a month now); None:
    never, at this pace. `cost`: by how much the last month's complaints lowered the rating."""

    goal: float
    rating: float
    count: int
    needed: int | None
    months: float | None
    cost: float

    @property
    def is_reached(self) -> bool:
        return self.rating >= self.goal


def forecast(
    goal: float, rating: float, count: int, monthly: tuple[int, float], bad: tuple[int, float]
) -> Forecast:
    """Return how a rating of `count` reviews gets to the goal. `monthly`: reviews of the last
    month and their mean stars; `bad`: the complaints among them and theirs."""
    needed: int | None = 0
    if rating < goal:
        needed = None if goal >= 5 else ceil(count * (goal - rating) / (5 - goal) - 1e-9)
    n, mean = monthly
    months: float | None = 0.0
    if rating < goal:
        months = None
        if n and mean > goal:
            months = count * (goal - rating) / (n * (mean - goal))
            months = months if months <= MOST_MONTHS else None
    bad_n, bad_mean = bad
    rest = count - bad_n
    cost = 0.0
    if bad_n and rest > 0:
        cost = max(0.0, (count * rating - bad_n * bad_mean) / rest - rating)
    return Forecast(goal, rating, count, needed, months, cost)
