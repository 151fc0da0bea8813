"""How far a place is from the rating it is to have, and when it gets there at the present pace."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import ceil, inf

from reviewbot.core.trends.stars import FEW

MONTH = 30
"""Of so many last days the pace is made, and a month of a forecast."""

MOST_MONTHS = 60
"""What would take longer is not told as a date: nobody plans so far ahead."""

Month = tuple[int, float]
"""Reviews of the last month that we hold, and their mean stars."""


@dataclass(frozen=True, slots=True)
class Window:
    """The reviews a site weighs that makes its rating of the last `days` alone: (days since it was
    written, stars) of each, the oldest first; None: too much of these days was out of sight."""

    days: int
    reviews: Sequence[tuple[float, int]] | None


@dataclass(frozen=True, slots=True)
class SiteBorder:
    """What brings one site's rating of a place to the goal, as far as is known how it counts.

    `rating` is what it shows, made of `count` reviews (None: that is not known, since the site
    does not tell or, where `is_unseen`, since too much of its days was out of sight); of the last
    `days` where it weighs those alone, of which we may hold none. `step`: to what it rounds, None
    where it tells more digits. `border`: the mean from which it shows the goal. `least` and
    `most` five-star reviews in a row bring it there: what a rounded rating was before lies
    anywhere in its step. None: no number of them does, or it is not counted. `months` at the
    mean stars and the reviews of the last month there; None: never at this pace, or that is
    not known. `pace_of`: of so many reviews the pace is made, of fewer than FEW it is none;
    None: too much of the month was out of sight. `cost`: by how much the complaints of the
    month lowered the rating; None: not known."""

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
    months: float | None
    pace_of: int | None
    cost: float | None
    is_unseen: bool

    @property
    def is_reached(self) -> bool:
        return _is_shown(self.rating, self.goal)

    @property
    def is_counted(self) -> bool:
        """Whether it is known of how many reviews its rating is made."""
        return bool(self.count)

    @property
    def is_never(self) -> bool:
        """Whether enough came to say that this pace does not bring it there."""
        enough = self.pace_of is not None and self.pace_of >= FEW
        return self.is_counted and self.months is None and enough


@dataclass(frozen=True, slots=True)
class Forecast:
    """How far a place is from its goal: it is reached where each of its `sites` shows it.

    `rating` is the mean of what they show (None: none shows any), `cost` by how much the
    complaints of the last month lowered that; None: of one of them it is not known."""

    goal: float
    rating: float | None
    sites: tuple[SiteBorder, ...]
    cost: float | None

    @property
    def missing(self) -> tuple[SiteBorder, ...]:
        """Sites that do not show the goal yet."""
        return tuple(each for each in self.sites if not each.is_reached)

    @property
    def uncounted(self) -> SiteBorder | None:
        """The first of them of which nobody knows of how many reviews its rating is made."""
        return next((each for each in self.missing if not each.is_counted), None)

    @property
    def least(self) -> int | None:
        """Five-star reviews on all of them together, at least; None: not known, or no number."""
        return _sum([each.least for each in self.missing])

    @property
    def most(self) -> int | None:
        """The same, at most."""
        return _sum([each.most for each in self.missing])

    @property
    def slowest(self) -> SiteBorder:
        """The one of `missing` that decides when the place is there: what never comes there, else
        what cannot be told, else what takes longest."""

        def waits(each: SiteBorder) -> float:
            if each.is_never:
                return inf
            return MOST_MONTHS + 1.0 if each.months is None else each.months

        return max(self.missing, key=waits)


def _sum(numbers: Sequence[int | None]) -> int | None:
    known = [each for each in numbers if each is not None]
    return sum(known) if len(known) == len(numbers) else None


def forecast(
    goal: float, rating: float | None, sites: Sequence[tuple[SiteBorder, int | None]]
) -> Forecast:
    """Return how a place gets to its goal by the sites that show a rating, each with how many
    reviews it counts (None: it does not tell): so much it weighs in the rating of the place."""
    known = [(each.cost, count) for each, count in sites if each.cost is not None and count]
    cost = None
    if known and len(known) == len(sites):
        cost = sum(lost * count for lost, count in known) / sum(count for _, count in known)
    return Forecast(goal, rating, tuple(each for each, _ in sites), cost)


def site_border(
    place: str,
    source_title: Mapping[str, str],
    goal: float,
    shown: tuple[float, int | None],
    step: float | None,
    monthly: Month | None,
    bad: Month,
    window: Window | None = None,
    grown: int = 0,
) -> SiteBorder:
    """Return how one site that has `shown` a rating of a number of reviews (None: not told) gets
    to the goal at the pace of the month (None: not known, too much was out of sight); `bad`: its
    complaints; `window`: what it weighs, where those are the last days alone; `grown`: by how much
    its count grew in the month, stars without words among it."""
    rating, count = shown
    reviews = window.reviews if window is not None else None
    if window is not None:
        count = len(reviews) if reviews is not None else None
    wanted = border(goal, step)
    least, most = needed_between(goal, rating, count, step, reviews)
    months: float | None = 0.0
    n, mean = monthly or (0, 0.0)
    if not _is_shown(rating, goal):
        months = None
        if count and n >= FEW:
            if window is not None and reviews is not None:
                months = _months_of_window(wanted, rating, window.days, reviews, (n, mean))
            elif mean > wanted:
                months = count * (wanted - rating) / (max(n, grown) * (mean - wanted))
                months = months if months <= MOST_MONTHS else None
    return SiteBorder(
        place=place,
        source_title=source_title,
        goal=goal,
        rating=rating,
        count=count,
        step=step,
        days=window.days if window is not None else None,
        border=wanted,
        least=least,
        most=most,
        months=months,
        pace_of=None if monthly is None else n,
        cost=_cost(rating, count, bad) if monthly is not None and count else None,
        is_unseen=window is not None and reviews is None,
    )


def _cost(rating: float, count: int, bad: Month) -> float:
    bad_n, bad_mean = bad
    rest = count - bad_n
    if not bad_n or rest <= 0:
        return 0.0
    return max(0.0, (count * rating - bad_n * bad_mean) / rest - rating)


def _months_of_window(
    wanted: float, rating: float, days: int, reviews: Sequence[tuple[float, int]], monthly: Month
) -> float | None:
    """Look day by day what is left of the window and what has come: old complaints leave it."""
    n, mean = monthly
    beside = _beside(rating, reviews)  # of what comes, too
    for day in range(1, days + 1):
        kept = [stars + beside for age, stars in reviews if age + day < days]
        came = n * day / MONTH
        total = sum(kept) + came * min(5.0, mean + beside)
        if _is_shown(total / (len(kept) + came), wanted):
            return day / MONTH
    return None


def _beside(rating: float, reviews: Sequence[tuple[float, int]]) -> float:
    """By how much a site shows more than what we hold of its window: it may weigh stars without
    words, too."""
    return rating - sum(stars for _, stars in reviews) / len(reviews)


def five_stars_to(goal: float, rating: float, count: int) -> int | None:
    """Return how many five-star reviews in a row bring a mean of `count` to the goal; None: no
    number of them does."""
    if _is_shown(rating, goal):
        return 0
    return None if goal >= 5 else ceil(count * (goal - rating) / (5 - goal) - 1e-9)


def _five_stars_in_window(
    goal: float, rating: float, reviews: Sequence[tuple[float, int]]
) -> int | None:
    """Return the same where each of them takes the place of the oldest: at most all there are."""
    if _is_shown(rating, goal):
        return 0
    count = len(reviews)
    beside = _beside(rating, reviews)
    newest_first = [stars + beside for _, stars in reversed(reviews)]
    left = [0.0, *accumulate(newest_first)]
    return next(
        (n for n in range(1, count + 1) if left[count - n] + 5 * n >= count * (goal - 1e-9)), None
    )


def border(goal: float, step: float | None) -> float:
    """Return the mean from which a site that rounds to `step` shows the goal, or the next step
    above it: 4.8 where 4.75 is to be reached in tenths."""
    return goal if step is None else round(ceil(goal / step - 1e-6) * step - step / 2, 6)


def needed_between(
    goal: float,
    rating: float,
    count: int | None,
    step: float | None,
    window: Sequence[tuple[float, int]] | None = None,
) -> tuple[int | None, int | None]:
    """Return (least, most) five-star reviews that make a site show the goal; of a count that is
    not known, or none, neither. `window`: the reviews it weighs, where those are the last days
    alone."""
    if _is_shown(rating, goal):
        return 0, 0
    if not count:
        return None, None
    half = 0.0 if step is None else step / 2
    wanted = border(goal, step)

    def needed(start: float) -> int | None:
        if window is not None:
            return _five_stars_in_window(wanted, start, window)
        return five_stars_to(wanted, start, count)

    least, most = needed(min(rating + half, wanted)), needed(max(1.0, rating - half))
    # It does not show the goal yet: one review at least is needed.
    return (1 if least == 0 else least), most


def _is_shown(rating: float, goal: float) -> bool:
    return rating >= goal - 1e-9


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
