"""How often a target gets reviews, by weekday and hour, and when its silence is too long. Pure.

Gaps are counted in expected reviews rather than in days: a night or a Sunday on which nobody
writes adds nothing to the silence. With gaps like a Poisson process of known rate, silence of
ln(N) expected reviews is seen once in N gaps, which is the number of false notices allowed a year.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

LEARN_FROM = 8
"""Fewer reviews than this say nothing about a rhythm."""
LEARN_WITHIN = timedelta(days=180)
FALSE_PER_YEAR = 0.6
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
    """Return the rhythm of the last half year of `arrivals` (aware), or None with too few.

    `hours_known`: false where the dates have no time of day; every hour weighs the same then.
    """
    since = now - LEARN_WITHIN
    recent = sorted(moment for moment in arrivals if since <= moment <= now)
    if len(recent) < LEARN_FROM:
        return None
    # From the first arrival known: a target of two weeks has no empty half year behind it.
    days = (now - recent[0]).total_seconds() / 86_400
    if days <= 0:
        return None
    local = [moment.astimezone(zone) for moment in recent]
    hours = [moment.hour for moment in local] if hours_known else []
    return Rhythm(
        per_day=(len(recent) - 1) / days,
        weekdays=_weights([moment.weekday() for moment in local], 7, _PRIOR_DAYS),
        hours=_weights(hours, 24, _PRIOR_HOURS),
        learned=len(recent),
    )


def _weights(values: Sequence[int], slots: int, prior: float) -> tuple[float, ...]:
    """Shares of each slot with mean 1, drawn towards equal ones where there is little to see."""
    pseudo = prior * math.sqrt(slots)
    counts = [pseudo] * slots
    for value in values:
        counts[value] += 1
    total = sum(counts)
    return tuple(count * slots / total for count in counts)


def expected(rhythm: Rhythm, since: datetime, until: datetime, zone: tzinfo = UTC) -> float:
    """Return how many reviews the rhythm promises between two instants."""
    if until <= since:
        return 0.0
    total = 0.0
    moment = since.astimezone(zone)
    end = until.astimezone(zone)
    while moment < end:
        if moment.hour == moment.minute == moment.second == 0 and end - moment >= _DAY:
            total += rhythm.weekdays[moment.weekday()] * 24
            moment += _DAY
            continue
        step = (moment + _HOUR).replace(minute=0, second=0, microsecond=0)
        until_step = min(step, end)
        share = (until_step - moment) / _HOUR
        total += share * rhythm.weekdays[moment.weekday()] * rhythm.hours[moment.hour]
        moment = until_step
    return total * rhythm.per_day / 24


_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)


def bearable(rhythm: Rhythm) -> float:
    """Return how many expected reviews may stay away by chance, with about 0.6 false notices a
    year: ln(gaps a year) and a little for a rate learned from few, never above ln + 1."""
    gaps = max(rhythm.per_day * 365, 2.0)
    exact = math.log(gaps) + 1
    learned = rhythm.learned * math.expm1(math.log(gaps / FALSE_PER_YEAR) / rhythm.learned)
    return min(exact, learned)


def silence(
    rhythm: Rhythm | None, last_new_at: datetime | None, now: datetime, zone: tzinfo = UTC
) -> Silence | None:
    """Return the silence since the last new review; None where no rhythm is known."""
    if rhythm is None or last_new_at is None or rhythm.per_day <= 0:
        return None
    return Silence(expected(rhythm, last_new_at, now, zone), bearable(rhythm), last_new_at)
