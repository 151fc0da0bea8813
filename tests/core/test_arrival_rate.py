"""A target's own rhythm: learned from its reviews, blind to nights and Sundays."""

import math
from datetime import UTC, datetime, timedelta
from random import Random  # noqa: TID251 - dice with a seed, for a simulation
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewbot.core.readings.arrival_rate import Rhythm, bearable, expected, learn, silence

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
MOSCOW = ZoneInfo("Europe/Moscow")
EVEN = Rhythm(2.0, (1.0,) * 7, (1.0,) * 24, 100)


def test_a_few_reviews_say_nothing() -> None:
    assert learn([NOW - timedelta(days=n) for n in range(7)], NOW) is None
    assert silence(None, NOW, NOW) is None


def test_the_rate_is_that_of_the_time_observed() -> None:
    found = learn([NOW - timedelta(days=n / 3) for n in range(60)], NOW)
    assert found is not None
    assert found.per_day == pytest.approx(3, rel=0.05)


def test_weekends_and_nights_are_learned() -> None:
    working = [
        moment
        for n in range(24 * 120)
        if (moment := NOW - timedelta(hours=n)).astimezone(MOSCOW).weekday() < 5
        and 10 <= moment.astimezone(MOSCOW).hour < 20
    ]
    found = learn(working, NOW, MOSCOW)
    assert found is not None
    friday = datetime(2026, 2, 27, 20, tzinfo=MOSCOW)
    weekend = expected(found, friday, friday + timedelta(days=2, hours=13), MOSCOW)
    monday = expected(
        found, friday + timedelta(days=2, hours=14), friday + timedelta(days=2, hours=24), MOSCOW
    )
    assert monday == pytest.approx(10, rel=0.2)
    assert weekend < monday / 4


@given(st.integers(0, 5000), st.integers(0, 5000), st.integers(0, 5000))
def test_what_is_expected_adds_up(first: int, second: int, offset: int) -> None:
    start = NOW + timedelta(minutes=offset)
    middle = start + timedelta(minutes=first)
    end = middle + timedelta(minutes=second)
    shape = Rhythm(3.0, (1, 2, 1, 1, 1, 0.5, 0.5), tuple(float(n % 2 * 2) for n in range(24)), 100)
    whole = expected(shape, start, end, MOSCOW)
    parts = expected(shape, start, middle, MOSCOW) + expected(shape, middle, end, MOSCOW)
    assert whole == pytest.approx(parts, abs=1e-6)


def test_an_even_rhythm_is_counted_in_days() -> None:
    assert expected(EVEN, NOW, NOW + timedelta(days=10), UTC) == pytest.approx(20)
    assert expected(EVEN, NOW, NOW - timedelta(days=10), UTC) == 0


@pytest.mark.parametrize("per_day", [0.1, 1.0, 30.0])
def test_silence_is_told_within_ln_of_a_years_gaps_and_one(per_day: float) -> None:
    gaps = per_day * 365
    for learned in (8, 50, 400):
        found = bearable(Rhythm(per_day, EVEN.weekdays, EVEN.hours, learned))
        assert math.log(gaps) - 0.01 < found <= math.log(gaps) + 1


@pytest.mark.parametrize("per_day", [0.3, 3.0, 20.0])
def test_chance_alone_makes_at_most_about_one_false_notice_a_year(per_day: float) -> None:
    dice = Random(7)
    false_notices, years = 0, 8
    for _ in range(years):
        moment, gaps = NOW, []
        while moment < NOW + timedelta(days=365):
            step = timedelta(days=dice.expovariate(per_day))
            gaps.append(step)
            moment += step
        shape = Rhythm(per_day, EVEN.weekdays, EVEN.hours, 200)
        false_notices += sum(gap / timedelta(days=1) * per_day > bearable(shape) for gap in gaps)
    assert false_notices / years <= 1.3


def test_the_silence_that_is_asked_about_teaches_nothing() -> None:
    arrivals = [NOW - timedelta(days=n * 9) for n in range(20)]
    then, later = (learn(arrivals, NOW + timedelta(days=after)) for after in (0, 60))
    assert then is not None
    assert then == later
    assert learn(arrivals, NOW + timedelta(days=181)) is None


def test_a_burst_of_one_day_is_not_a_rhythm_of_hundreds_a_week() -> None:
    burst = [NOW - timedelta(minutes=10 * n) for n in range(10)]
    found = learn(burst, NOW + timedelta(days=3))
    assert found is not None
    assert found.per_day < 5
    later = learn(burst, NOW + timedelta(days=30))
    assert later is not None
    assert later.per_day < 1


def test_days_of_the_week_weigh_by_how_often_they_were_seen() -> None:
    # Ten days from a Saturday on: two of Saturday, Sunday and Monday, one of the others.
    start = datetime(2026, 2, 21, tzinfo=MOSCOW)
    found = learn([start + timedelta(hours=n) for n in range(240)], NOW, MOSCOW)
    assert found is not None
    assert max(found.weekdays) - min(found.weekdays) < 0.1


def test_a_silence_beyond_the_limit_at_the_next_look_is_told_now() -> None:
    now = NOW + timedelta(days=bearable(EVEN) / 2) - timedelta(hours=1)
    soon, late = (silence(EVEN, NOW, now, next_look=timedelta(hours=hours)) for hours in (0.5, 12))
    assert soon is not None
    assert late is not None
    assert (soon.too_long, late.too_long) == (False, True)
    assert soon.expected == late.expected
    far = silence(EVEN, NOW, NOW + timedelta(days=1), next_look=timedelta(days=30))
    assert far is not None
    assert not far.too_long
