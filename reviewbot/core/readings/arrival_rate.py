"""How often a target gets reviews, by weekday and hour, and when its silence is too long. Pure.

Gaps are counted in expected reviews rather than in days: a night or a Sunday on which nobody
writes adds nothing to the silence. With gaps like a Poisson process of known rate, silence of
ln(N) expected reviews is seen once in N gaps, which is the number of false notices allowed a year.
"""

import math
import operator
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

LEARN_FROM = 8
"""Fewer reviews than this say nothing about a rhythm."""
LEARN_WITHIN = timedelta(days=180)
LEAST_OBSERVED = timedelta(days=14)
FALSE_PER_YEAR = 0.6
MOST_AHEAD = 1.5
_PRIOR_DAYS = 2.0
_PRIOR_HOURS = 0.25


@dataclass(frozen=True, slots=True)
class Rhythm:
    """A learned rate: `per_day` reviews on an average day; weights of weekdays (Monday first) and
    hours, each with mean 1; `learned` how many reviews it was learned from."""

    per_day: float
    weekdays: tuple[float, ...]
    hours: tuple[float, ...]
    learned: int

    @property
    def gap(self) -> timedelta:
        """The average time between two reviews."""
        return timedelta(days=1 / self.per_day)


@dataclass(frozen=True, slots=True)
class Silence:
    """`expected`: how many reviews the rhythm promised since the last one; `bearable`: how many
    are still chance."""

    expected: float
    bearable: float
    since: datetime

    @property
    def too_long(self) -> bool:
        return self.expected > self.bearable

    @property
    def cause(self) -> str:
        return (
            f"nothing new since {self.since:%Y-%m-%d %H:%M} UTC, "
            f"where about {self.expected:.0f} reviews were to be expected"
        )


def learn(
    arrivals: Sequence[datetime], now: datetime, zone: tzinfo = UTC, *, hours_known: bool = True
) -> Rhythm | None:
    """Return the rhythm of the half year of `arrivals` (aware) up to the last one, or None with
    too few, or none for half a year.

    `hours_known`: false where the dates have no time of day; every hour weighs the same then.
    """
    past = sorted(moment for moment in arrivals if moment <= now)
    if not past or past[-1] < now - LEARN_WITHIN:
        return None
    # The silence after the last one teaches nothing: it is what the rhythm is asked about.
    recent = [moment for moment in past if moment >= past[-1] - LEARN_WITHIN]
    if len(recent) < LEARN_FROM:
        return None
    # Yet a burst of one day is not the rhythm of a year.
    end = max(recent[-1], min(now, recent[0] + LEAST_OBSERVED))
    local = [moment.astimezone(zone) for moment in recent]
    days = _days_observed(local[0], end.astimezone(zone))
    if sum(days) <= 0:
        return None
    weekdays = _weights([moment.weekday() for moment in local], days, _PRIOR_DAYS)
    hours = [moment.hour for moment in local] if hours_known else []
    return Rhythm(
        per_day=(len(recent) - 1) / sum(map(operator.mul, days, weekdays)),
        weekdays=weekdays,
        hours=_weights(hours, (1.0,) * 24, _PRIOR_HOURS),
        learned=len(recent),
    )


def _days_observed(start: datetime, end: datetime) -> list[float]:
    """How many Mondays, Tuesdays … lie between two local instants, parts of days counted."""
    days = [0.0] * 7
    moment = start
    while moment < end:
        midnight = (moment + _DAY).replace(hour=0, minute=0, second=0, microsecond=0)
        until = min(midnight, end)
        days[moment.weekday()] += (until - moment) / _DAY
        moment = until
    return days


def _weights(values: Sequence[int], observed: Sequence[float], prior: float) -> tuple[float, ...]:
    """Rates of each slot with mean 1, drawn towards equal ones where there is little to see:
    two weeks less a Friday say nothing against Fridays."""
    slots = len(observed)
    pseudo = prior * math.sqrt(slots)
    counts = [pseudo] * slots
    for value in values:
        counts[value] += 1
    share = len(values) / sum(observed)
    rates = [count / (pseudo + days * share) for count, days in zip(counts, observed, strict=True)]
    return tuple(rate * slots / sum(rates) for rate in rates)


def expected(rhythm: Rhythm, since: datetime, until: datetime, zone: tzinfo = UTC) -> float:
    """Return how many reviews the rhythm promises between two instants."""
    if until <= since:
        return 0.0
    moment = since.astimezone(zone)
    weekday, hour = moment.weekday(), moment.hour
    left = (until.astimezone(zone) - moment) / _HOUR
    part = 1 - (moment.minute * 60 + moment.second + moment.microsecond / 1e6) / 3600
    total = 0.0
    while left > 0:
        total += min(part, left) * rhythm.weekdays[weekday] * rhythm.hours[hour]
        left -= part
        part, hour = 1.0, hour + 1
        if hour == 24:
            weekday, hour = (weekday + 1) % 7, 0
            while left >= 24:
                total += rhythm.weekdays[weekday] * 24
                weekday, left = (weekday + 1) % 7, left - 24
    return total * rhythm.per_day / 24


_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)


def limit(rhythm: Rhythm) -> float:
    """Return how many expected reviews may pass until a silent break is told at the latest."""
    return math.log(max(rhythm.per_day * 365, 2.0)) + 1


def bearable(rhythm: Rhythm) -> float:
    """Return how many expected reviews may stay away by chance, with about 0.6 false notices a
    year: ln(gaps a year) and a little for a rate learned from few, never above the limit."""
    gaps = max(rhythm.per_day * 365, 2.0)
    learned = rhythm.learned * math.expm1(math.log(gaps / FALSE_PER_YEAR) / rhythm.learned)
    return min(limit(rhythm), learned)


def silence(
    rhythm: Rhythm | None,
    last_new_at: datetime | None,
    now: datetime,
    zone: tzinfo = UTC,
    *,
    next_look: timedelta = timedelta(),
) -> Silence | None:
    """Return the silence since the last new review; None where no rhythm is known.

    `next_look`: how long until the target is read again. A silence that would be beyond the limit
    by then is too long now; by MOST_AHEAD reviews at most, or chance would be told too often.
    """
    if rhythm is None or last_new_at is None or rhythm.per_day <= 0:
        return None
    since = expected(rhythm, last_new_at, now, zone)
    ahead = min(expected(rhythm, now, now + next_look, zone), MOST_AHEAD)
    return Silence(since, min(bearable(rhythm), limit(rhythm) - ahead), last_new_at)
