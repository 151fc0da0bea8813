"""How far a place is from the rating it is to have, and when it gets there at the present pace."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from math import ceil

from reviewbot.core.trends.stars import FEW

MOST_MONTHS = 60
"""What would take longer is not told as a date: nobody plans so far ahead."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """`needed` five-star reviews in a row bring the rating of `count` to the goal; None: no number
    of them does (a goal of 5), or a site does not tell its count. `months` at the mean stars and
    the reviews of a month now; None: never, at this pace, or that pace is not known. `cost`: by
    how much the last month's complaints lowered the rating; None: not known. `pace_of`: of so many
    reviews the pace is made; of fewer than FEW it is none."""

    goal: float
    rating: float
    count: int | None
    needed: int | None
    months: float | None
    cost: float | None
    is_pace_known: bool = True
    pace_of: int = FEW

    @property
    def is_pace_of_few(self) -> bool:
        """Whether too few came to say how long it takes."""
        return self.pace_of < FEW

    @property
    def is_reached(self) -> bool:
        return self.rating >= self.goal


Month = tuple[int, float]
"""Reviews of the last month, and their mean stars."""


def forecast(
    goal: float, rating: float, count: int | None, monthly: Month | None, bad: Month
) -> Forecast:
    """Return how a rating of `count` reviews (None: its site does not tell) gets to the goal at
    the pace of the month (None: not known, too much was out of sight); `bad`: its complaints."""
    if count is None:
        return Forecast(goal, rating, None, None, None, None, is_pace_known=monthly is not None)
    needed = five_stars_to(goal, rating, count)
    n, mean = monthly or (0, 0.0)
    months: float | None = 0.0
    if rating < goal:
        months = None
        if n >= FEW and mean > goal:
            months = count * (goal - rating) / (n * (mean - goal))
            months = months if months <= MOST_MONTHS else None
    bad_n, bad_mean = bad
    rest = count - bad_n
    cost = 0.0
    if bad_n and rest > 0:
        cost = max(0.0, (count * rating - bad_n * bad_mean) / rest - rating)
    known = monthly is not None
    return Forecast(goal, rating, count, needed, months, cost if known else None, known, n)


def five_stars_to(goal: float, rating: float, count: int) -> int | None:
    """Return how many five-star reviews in a row bring a mean of `count` to the goal; None: no
    number of them does."""
    if rating >= goal - 1e-9:
        return 0
    return None if goal >= 5 else ceil(count * (goal - rating) / (5 - goal) - 1e-9)


@dataclass(frozen=True, slots=True)
class SiteBorder:
    """What brings one site's rating of a place to the goal, as far as is known how it counts.

    `rating` is what it shows, made of `count` reviews (None: that is not known); of the last
    `days` where it weighs those alone. `step`: to what it rounds, None where it tells more digits.
    `border`: the mean from which it shows the goal. `least` and `most` five-star reviews in a row
    bring it there: what a rounded rating was before lies anywhere in its step. None: no number of
    them does, or the count is not known."""

    place: str
    source_title: Mapping[str, str]
    goal: float
    rating: float
    count: int | None
    step: float | None
    days: int | None
    border: float
    least: int | None
    most: int | None


def border(goal: float, step: float | None) -> float:
    """Return the mean from which a site that rounds to `step` shows the goal, or the next step
    above it: 4.8 where 4.75 is to be reached in tenths."""
    return goal if step is None else round(ceil(goal / step - 1e-6) * step - step / 2, 6)


def needed_between(
    goal: float, rating: float, count: int | None, step: float | None
) -> tuple[int | None, int | None]:
    """Return (least, most) five-star reviews that make a site show the goal; of a count that is
    not known, neither."""
    if rating >= goal - 1e-9:
        return 0, 0
    if count is None:
        return None, None
    half = 0.0 if step is None else step / 2
    wanted = border(goal, step)
    least = five_stars_to(wanted, min(rating + half, wanted), count)
    most = five_stars_to(wanted, max(1.0, rating - half), count)
    # It does not show the goal yet: one review at least is needed.
    return (1 if least == 0 else least), most


def step_of(ratings: Collection[float]) -> float | None:
    """Return to what a site rounds, by what it shows: a tenth where no rating has a second digit,
    a half where four different ones are all halves; None: finer, or nothing is known."""

    def all_are(step: float) -> bool:
        return all(abs(each / step - round(each / step)) < 1e-6 for each in ratings)

    if not ratings:
        return None
    if len(set(ratings)) >= 4 and all_are(0.5):
        return 0.5
    return 0.1 if all_are(0.1) else None
