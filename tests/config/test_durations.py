"""The small grammars: lengths of time, reply times, weeks."""

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewbot.config import durations
from reviewbot.config.durations import Mistake
from reviewbot.core.settings import Span

MINUTES = st.integers(min_value=1, max_value=60 * 24 * 400)


@given(MINUTES)
def test_a_length_is_read_as_it_is_written(minutes: int) -> None:
    length = timedelta(minutes=minutes)
    assert durations.duration(durations.brief(length)) == length


@given(
    days=st.integers(0, 60),
    minutes=st.integers(0, 5000),
    counts=st.sampled_from(["work", "clock"]),
)
def test_a_reply_time_is_read_as_it_prints_itself(days: int, minutes: int, counts: str) -> None:
    span = Span(timedelta(minutes=minutes), days, "work" if counts == "work" else "clock")
    if not days and not minutes:
        with pytest.raises(durations.Mistake):
            durations.span(str(span))
    else:
        assert durations.span(str(span)) == span


def test_a_working_day_is_not_24_hours() -> None:
    assert durations.span("3d work") == Span(days=3)
    assert durations.span("1d 2h work") == Span(timedelta(hours=2), days=1)
    assert durations.span("none") is None


@pytest.mark.parametrize("text", ["", "1", "h", "1 hour", "1h2", "-1h", "1.5h", "1h 99999999999d"])
def test_what_is_no_length_is_refused(text: str) -> None:
    with pytest.raises(durations.Mistake):
        durations.duration(text)


@pytest.mark.parametrize(
    "text", ["25:00-26:00", "9:60-10:00", "10:00", "10:00-10:00", "24:00-1:00"]
)
def test_what_is_no_interval_is_refused(text: str) -> None:
    with pytest.raises(durations.Mistake):
        durations.interval(text)


def test_midnight_ends_a_day() -> None:
    assert durations.interval("18:00-24:00") == (time(18), time(0))
    assert durations.interval("00:00-24:00") == (time(0), time(0))
    assert durations.brief_interval((time(18), time(0))) == "18:00-24:00"


def test_days_may_run_over_the_weekend() -> None:
    assert durations.weekdays("sat-mon") == (5, 6, 0)
    assert durations.weekdays("mon,wed - thu") == (0, 2, 3)


@pytest.mark.parametrize("far", ["9999-12-31", "0001-01-01", date.max])
def test_a_date_nothing_can_be_added_to_is_refused(far: object) -> None:
    with pytest.raises(Mistake, match="no date of this century"):
        durations.day(far)
