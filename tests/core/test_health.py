"""Whether a reading is believed, and when the next one is due."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewbot.core.errors import (
    Blocked,
    CollectError,
    Denied,
    LayoutChanged,
    OwnFault,
    RateLimited,
    TargetGone,
    Unreachable,
)
from reviewbot.core.model import SIGHTED, Health
from reviewbot.core.readings.arrival_rate import Silence
from reviewbot.core.readings.health import (
    Evidence,
    backoff,
    blind_time,
    judge,
    next_poll,
    tells_people,
)

QUIET = Silence(9.0, 8.0, datetime(2026, 3, 1, tzinfo=UTC))

CASES: list[tuple[Evidence, Health, str]] = [
    (Evidence(listed=50, new=2), Health.OK, ""),
    (Evidence(unchanged=True), Health.UNCHANGED, ""),
    (Evidence(first_contact=True, listed=10), Health.OK, ""),
    (Evidence(first_contact=True), Health.UNCONFIRMED, "nothing on the page"),
    (Evidence(first_contact=True, counter=0), Health.EMPTY, ""),
    (Evidence(first_contact=True, counter=12), Health.SUSPICIOUS, "counts 12"),
    (Evidence(held=3), Health.SUSPICIOUS, "3 reviews were there"),
    (Evidence(held=3, counter=0), Health.SUSPICIOUS, "3 reviews were there"),
    (Evidence(before=Health.UNCONFIRMED), Health.UNCONFIRMED, ""),
    (Evidence(before=Health.EMPTY), Health.EMPTY, ""),
    (Evidence(listed=9, unreadable=1), Health.DEGRADED, "1 of 10"),
    (Evidence(unreadable=9), Health.LAYOUT_CHANGED, "none of 9"),
    (Evidence(listed=10, canaries=5, canaries_seen=2, reaches=True), Health.SUSPICIOUS, "3 of"),
    (Evidence(listed=10, canaries=5, canaries_seen=3, reaches=True), Health.OK, ""),
    (Evidence(listed=10, canaries=5, canaries_seen=0), Health.OK, ""),
    (Evidence(listed=10, canaries=2, canaries_seen=0, reaches=True), Health.OK, ""),
    (Evidence(listed=60, complete=True, held=100, recognised=60), Health.SUSPICIOUS, "40 of 100"),
    (Evidence(listed=98, complete=True, held=100, recognised=98), Health.OK, ""),
    (
        Evidence(
            listed=60, complete=True, held=100, recognised=60, counter=60, counter_before=100
        ),
        Health.OK,
        "",
    ),
    (Evidence(listed=600, complete=True, depth=600, held=900, recognised=600), Health.OK, ""),
    (Evidence(listed=10, counter=11, counter_before=10), Health.OK, ""),
    (Evidence(listed=10, counter=11, counter_before=10, doubts=1), Health.SUSPICIOUS, "rose"),
    (Evidence(listed=10, new=1, counter=13, counter_before=10, doubts=1), Health.OK, ""),
    (Evidence(listed=20, complete=True, counter=100, doubts=1), Health.SUSPICIOUS, "lists 20"),
    (
        Evidence(listed=80, complete=True, counter=100, lacking_before=20, doubts=1),
        Health.OK,
        "",
    ),
    (Evidence(unchanged=True, silence=QUIET), Health.SUSPICIOUS, "about 9 reviews"),
    (Evidence(listed=10, new=1, silence=QUIET), Health.OK, ""),
]


@pytest.mark.parametrize(("evidence", "health", "cause"), CASES)
def test_how_a_reading_ends(evidence: Evidence, health: Health, cause: str) -> None:
    judgement = judge(evidence)
    assert (judgement.health, cause in judgement.cause) == (health, True)
    assert bool(judgement.cause) == (health not in SIGHTED or health is Health.DEGRADED)


@pytest.mark.parametrize(
    ("error", "health"),
    [
        (Blocked("captcha"), Health.BLOCKED),
        (RateLimited("slow"), Health.RATE_LIMITED),
        (Denied("no"), Health.DENIED),
        (TargetGone("no"), Health.TARGET_GONE),
        (LayoutChanged("no"), Health.LAYOUT_CHANGED),
        (OwnFault("no"), Health.OWN_FAULT),
        (Unreachable("no"), Health.UNREACHABLE),
    ],
)
def test_an_error_outweighs_whatever_was_read(error: CollectError, health: Health) -> None:
    assert judge(Evidence(error=error, listed=10, new=3, doubts=1)).health is health


def test_a_doubt_is_kept_through_readings_that_say_nothing_of_it() -> None:
    first = judge(Evidence(listed=10, counter=11, counter_before=10))
    assert first.doubts == 1
    failed = judge(Evidence(error=Unreachable("no"), doubts=first.doubts))
    assert failed.doubts == 1
    assert judge(Evidence(listed=10, counter=10, counter_before=10, doubts=1)).doubts == 0


@given(
    st.builds(
        Evidence,
        unchanged=st.booleans(),
        listed=st.integers(0, 50),
        unreadable=st.integers(0, 5),
        complete=st.booleans(),
        new=st.integers(0, 5),
        held=st.integers(0, 100),
        recognised=st.integers(0, 50),
        counter=st.none() | st.integers(0, 200),
        counter_before=st.none() | st.integers(0, 200),
        doubts=st.integers(0, 3),
    )
)
def test_an_empty_list_against_what_we_hold_is_never_good_news(evidence: Evidence) -> None:
    if evidence.unchanged or evidence.listed or not evidence.held:
        return
    assert judge(evidence).health not in SIGHTED


def test_a_block_is_left_for_hours_each_time_longer() -> None:
    hours = [backoff(step, 0.0) / timedelta(hours=1) for step in range(1, 8)]
    assert hours == [2, 4, 8, 16, 24, 24, 24]
    assert backoff(1, 0.99) > backoff(1, 0.0)


EVERY, SLOWEST = timedelta(minutes=30), timedelta(hours=3)


@pytest.mark.parametrize(
    ("health", "gap", "failures", "pressing", "minutes"),
    [
        (Health.OK, None, 0, False, 30),
        (Health.OK, timedelta(minutes=40), 0, False, 30),
        (Health.UNCHANGED, timedelta(hours=4), 0, False, 60),
        (Health.OK, timedelta(days=4), 0, False, 180),
        (Health.OK, timedelta(days=4), 0, True, 30),
        (Health.SUSPICIOUS, timedelta(days=4), 1, False, 30),
        (Health.UNREACHABLE, None, 1, False, 30),
        (Health.UNREACHABLE, None, 3, False, 120),
        (Health.UNREACHABLE, None, 30, False, 180),
        (Health.DENIED, None, 1, True, 720),
        (Health.TARGET_GONE, None, 1, False, 720),
        (Health.LAYOUT_CHANGED, None, 1, False, 30),
        (Health.LAYOUT_CHANGED, None, 2, False, 360),
        (Health.OWN_FAULT, None, 1, False, 30),
        (Health.OWN_FAULT, None, 2, False, 360),
    ],
)
def test_when_to_read_again(
    health: Health, gap: timedelta | None, failures: int, pressing: bool, minutes: int
) -> None:
    pause = next_poll(
        health,
        every=EVERY,
        every_max=SLOWEST,
        expected_gap=gap,
        failures=failures,
        pressing=pressing,
        jitter=0.5,
    )
    assert pause == timedelta(minutes=minutes)


@given(st.sampled_from(list(Health)), st.floats(0, 0.999), st.integers(0, 1000), st.booleans())
def test_no_reading_comes_much_sooner_than_the_operator_allows(
    health: Health, jitter: float, failures: int, pressing: bool
) -> None:
    pause = next_poll(
        health,
        every=EVERY,
        every_max=SLOWEST,
        expected_gap=timedelta(hours=2),
        failures=failures,
        pressing=pressing,
        jitter=jitter,
    )
    assert EVERY * 0.9 <= pause <= timedelta(hours=14)


def test_people_are_told_at_once_but_of_what_passes_by_itself() -> None:
    assert not tells_people(Health.OK, 0)
    assert not tells_people(Health.UNREACHABLE, 1)
    assert tells_people(Health.UNREACHABLE, 2)
    assert tells_people(Health.BLOCKED, 1)
    assert tells_people(Health.SUSPICIOUS, 1)


@pytest.mark.parametrize(
    ("changes", "hours"),
    [
        ([], 0),
        ([(0, "ok")], 0),
        ([(-5, "blocked")], 10),
        ([(2, "blocked")], 8),
        ([(2, "blocked"), (4, "ok")], 2),
        ([(-5, "blocked"), (1, "unreachable"), (4, "ok"), (9, "suspicious")], 5),
        ([(-5, "blocked"), (-1, "ok")], 0),
        ([(12, "blocked")], 0),
        ([(2, "blocked"), (12, "ok")], 8),
    ],
)
def test_blind_time_is_what_lies_within_the_period(
    changes: list[tuple[int, str]], hours: int
) -> None:
    start = datetime(2026, 3, 2, tzinfo=UTC)
    since = [(start + timedelta(hours=hour), state) for hour, state in changes]
    found = blind_time(since, start, start + timedelta(hours=10))
    assert found == timedelta(hours=hours)
