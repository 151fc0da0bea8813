"""A part of the simulated year of benchmarks/RESULTS.md: the same world, fewer places and days."""

from datetime import timedelta
from statistics import mean

import pytest

from benchmarks.simulation import Break, Figures, Outcome, places, run

SPAN = timedelta(days=60)


@pytest.fixture(scope="module")
def outcomes() -> list[Outcome]:
    return run(places(50)[3::10], seed=2, breaks=1, span=SPAN)


@pytest.fixture(scope="module")
def found(outcomes: list[Outcome]) -> Figures:
    return Figures.of(outcomes)


@pytest.mark.parametrize("kind", [Break.FROZEN, Break.CUT, Break.EMPTY])
def test_what_contradicts_the_counter_or_the_canaries_is_told_within_two_readings(
    found: Figures, kind: Break
) -> None:
    assert found.polls[kind]
    assert max(found.polls[kind]) <= 2


def test_silence_is_told_within_ln_of_a_years_gaps_and_one(found: Figures) -> None:
    assert len(found.beyond) == 5
    assert max(found.beyond) <= 0


def test_chance_is_told_at_most_once_a_place_and_year(found: Figures) -> None:
    assert mean(found.false) <= SPAN / timedelta(days=365)


def test_the_same_seed_gives_the_same_year() -> None:
    few = places(50)[10:11]
    once, again = (run(few, seed=3, breaks=1, span=timedelta(days=20)) for _ in range(2))
    assert once == again
