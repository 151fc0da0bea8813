"""A target's own rhythm: learned from its reviews, blind to nights and Sundays."""

import math
from datetime import UTC, datetime, timedelta
from random import Random  # noqa: TID251 - dice with a seed, for a simulation
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewbot.core.rhythm import Rhythm, bearable, expected, learn, silence

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
