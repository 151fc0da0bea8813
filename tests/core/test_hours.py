"""Working hours: tables of cases, the nights the clocks change, and what must hold always."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewbot.core.calendar import hours
from reviewbot.core.calendar.open_time import MICROSECOND, OpenTime, instant_of, number_of
from reviewbot.core.settings import Desk, Pause, Span

MOSCOW = ZoneInfo("Europe/Moscow")
NEW_YORK = ZoneInfo("America/New_York")

TEN_TO_SEVEN = ((time(10), time(19)),)
OFFICE = Desk("", "Europe/Moscow", (TEN_TO_SEVEN,) * 5 + ((), ()))
WITH_LUNCH = ((time(9), time(13)), (time(14), time(18)))
CAFE = Desk("", "Europe/Moscow", (WITH_LUNCH,) * 5 + (((time(10), time(16)),), ()))
ROUND_THE_CLOCK = Desk("", "America/New_York", (((time(), time()),),) * 7)
NIGHT = Desk("", "America/New_York", (((time(22), time(6)),),) * 7)


def moscow(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=MOSCOW)


def work(hours_: float = 0, days: int = 0) -> Span:
    return Span(timedelta(hours=hours_), days)


# 2026-03-06 is a Friday.
@pytest.mark.parametrize(
    ("desk", "start", "span", "due"),
    [
        pytest.param(OFFICE, "2026-03-06T20:00", work(1), "2026-03-09T11:00", id="friday evening"),
        pytest.param(OFFICE, "2026-03-06T18:30", work(1), "2026-03-09T10:30", id="over a weekend"),
        pytest.param(OFFICE, "2026-03-06T18:00", work(1), "2026-03-06T19:00", id="till closing"),
        pytest.param(OFFICE, "2026-03-08T03:00", work(10), "2026-03-10T11:00", id="two days"),
        pytest.param(CAFE, "2026-03-06T12:30", work(1), "2026-03-06T14:30", id="over lunch"),
        pytest.param(CAFE, "2026-03-06T17:00", work(2), "2026-03-07T11:00", id="into saturday"),
        pytest.param(OFFICE, "2026-03-03T15:02", work(days=1), "2026-03-04T15:02", id="a day"),
        pytest.param(OFFICE, "2026-03-06T15:00", work(days=1), "2026-03-09T15:00", id="day, fri"),
        pytest.param(
            OFFICE, "2026-03-06T20:00", work(days=1), "2026-03-10T10:00", id="day from opening"
        ),
        pytest.param(OFFICE, "2026-03-03T11:00", work(days=3), "2026-03-06T11:00", id="3 days"),
        pytest.param(
            OFFICE, "2026-03-03T18:00", work(2, days=1), "2026-03-05T11:00", id="day and hours"
        ),
        pytest.param(
            CAFE, "2026-03-06T17:00", work(days=1), "2026-03-07T16:00", id="day ends earlier"
        ),
        pytest.param(
            CAFE, "2026-03-06T09:15", work(days=1), "2026-03-07T10:00", id="day starts later"
        ),
        pytest.param(
            OFFICE,
            "2026-03-06T20:00",
            Span(timedelta(hours=24), counts="clock"),
            "2026-03-07T20:00",
            id="clock",
        ),
        pytest.param(OFFICE, "2026-03-07T20:00", work(0), "2026-03-07T20:00", id="no time at all"),
    ],
)
def test_when_a_span_is_over(desk: Desk, start: str, span: Span, due: str) -> None:
    assert hours.add_work(desk, moscow(start), span) == moscow(due)


def test_holidays_close_and_moved_days_open() -> None:
    desk = Desk(
        "",
        "Europe/Moscow",
        OFFICE.hours,
        closed=frozenset({date(2026, 3, 9)}),
        worked=frozenset({date(2026, 3, 7)}),
        worked_like=4,
    )
    start = moscow("2026-03-06T18:30")
    assert hours.add_work(desk, start, work(1)) == moscow("2026-03-07T10:30")
    assert hours.add_work(desk, start, work(10)) == moscow("2026-03-10T10:30")
    assert hours.next_working_day_start(desk, moscow("2026-03-07T12:00")) == moscow(
        "2026-03-10T10:00"
    )


def test_a_shortened_day_ends_an_hour_early() -> None:
    short = frozenset({date(2026, 3, 6), date(2026, 3, 7)})
    office = replace(OFFICE, shortened=short)
    assert hours.add_work(office, moscow("2026-03-06T17:30"), work(1)) == moscow(
        "2026-03-09T10:30"
    )
    assert not hours.is_open(office, moscow("2026-03-06T18:00"))
    evening = (*WITH_LUNCH, (time(19), time(19, 30)))
    cafe = replace(CAFE, hours=(evening,) * 7, shortened=short)
    assert hours.working_time(
        cafe, moscow("2026-03-06T00:00"), moscow("2026-03-07T00:00")
    ) == timedelta(hours=7, minutes=30)
    assert not hours.is_open(cafe, moscow("2026-03-06T17:30"))
    assert hours.is_open(cafe, moscow("2026-03-06T17:29"))
    night = replace(NIGHT, shortened=frozenset({date(2026, 1, 6)}))
    day = datetime(2026, 1, 7, 4, 59, tzinfo=NEW_YORK)
    assert hours.is_open(night, day)
    assert not hours.is_open(night, day + timedelta(minutes=1))


def test_a_pause_stops_every_clock_in_the_locations_days() -> None:
    pause = Pause(date(2026, 3, 4), date(2026, 3, 8), "ремонт")
    start = moscow("2026-03-03T18:30")

    def due(span: Span, zone: str) -> datetime:
        return hours.add_work(OFFICE, start, span, pause=pause, pause_zone=zone)

    assert due(work(1), "Europe/Moscow") == moscow("2026-03-09T10:30")
    clock = Span(timedelta(hours=24), counts="clock")
    assert due(clock, "Europe/Moscow") == moscow("2026-03-09T18:30")
    # In Vladivostok the 4th begins at 17:00 of Moscow, before the start, and the 9th too.
    assert due(clock, "Asia/Vladivostok") == moscow("2026-03-09T17:00")
    assert due(Span(timedelta(hours=1), counts="clock"), "Asia/Vladivostok") == moscow(
        "2026-03-08T18:00"
    )
    assert not hours.is_open(
        OFFICE, moscow("2026-03-05T12:00"), pause=pause, pause_zone="Europe/Moscow"
    )


def test_a_pause_of_ten_years_is_stepped_over() -> None:
    pause = Pause(date(2026, 3, 4), date(2036, 3, 3))
    due = hours.add_work(
        OFFICE, moscow("2026-03-03T18:30"), work(1), pause=pause, pause_zone="Europe/Moscow"
    )
    assert due == moscow("2036-03-04T10:30")


# In New York the clocks go forward on 2026-03-08 at 02:00 and back on 2026-11-01 at 02:00.
@pytest.mark.parametrize(
    ("desk", "begin", "end", "real_hours"),
    [
        (ROUND_THE_CLOCK, "2026-03-08T00:00", "2026-03-09T00:00", 23),
        (ROUND_THE_CLOCK, "2026-11-01T00:00", "2026-11-02T00:00", 25),
        (NIGHT, "2026-03-07T12:00", "2026-03-08T12:00", 7),
        (NIGHT, "2026-10-31T12:00", "2026-11-01T12:00", 9),
    ],
)
def test_the_night_of_the_change_lasts_as_long_as_it_lasts(
    desk: Desk, begin: str, end: str, real_hours: int
) -> None:
    first = datetime.fromisoformat(begin).replace(tzinfo=NEW_YORK)
    last = datetime.fromisoformat(end).replace(tzinfo=NEW_YORK)
    assert hours.working_time(desk, first, last) == timedelta(hours=real_hours)
    assert hours.add_work(desk, first, work(real_hours)) == min(
        last,
        datetime.fromisoformat(end).replace(hour=6, tzinfo=NEW_YORK) if desk is NIGHT else last,
    )


@pytest.mark.parametrize(
    ("shifts", "day", "real_minutes"),
    [
        # 02:30 does not exist: the shift ends, or begins, with the change itself.
        (((time(1), time(2, 30)),), date(2026, 3, 8), 60),
        (((time(2, 30), time(4)),), date(2026, 3, 8), 60),
        # 01:30 comes twice: one shift, and two that meet there, work both hours once.
        (((time(1), time(3)),), date(2026, 11, 1), 180),
        (((time(0), time(1, 30)), (time(1, 30), time(3))), date(2026, 11, 1), 240),
    ],
)
def test_shifts_that_end_inside_the_change(
    shifts: tuple[tuple[time, time], ...], day: date, real_minutes: int
) -> None:
    desk = Desk("", "America/New_York", (shifts,) * 7)
    begin = datetime.combine(day, time(), tzinfo=NEW_YORK)
    end = datetime.combine(day, time(23), tzinfo=NEW_YORK)
    assert hours.working_time(desk, begin, end) == timedelta(minutes=real_minutes)


def test_a_desk_that_never_opens_says_so() -> None:
    desk = Desk("nobody", "Europe/Moscow", ((),) * 7)
    with pytest.raises(hours.NoHours, match="nobody"):
        hours.add_work(desk, moscow("2026-03-06T20:00"), work(1))


@pytest.mark.parametrize(
    ("quiet", "wall", "is_quiet"),
    [
        ((time(22), time(9)), "23:00", True),
        ((time(22), time(9)), "08:59", True),
        ((time(22), time(9)), "09:00", False),
        ((time(22), time(9)), "21:59", False),
        ((time(13), time(14)), "13:30", True),
        ((time(13), time(14)), "14:00", False),
        (None, "03:00", False),
    ],
)
def test_quiet_hours_may_run_over_midnight(
    quiet: tuple[time, time] | None, wall: str, is_quiet: bool
) -> None:
    desk = Desk("", "Europe/Moscow", OFFICE.hours, quiet=quiet)
    assert hours.is_quiet(desk, moscow(f"2026-03-04T{wall}")) is is_quiet


def test_closing_time_is_closed_and_opening_time_is_open() -> None:
    assert hours.is_open(OFFICE, moscow("2026-03-06T10:00"))
    assert not hours.is_open(OFFICE, moscow("2026-03-06T19:00"))
    assert hours.next_opening(OFFICE, moscow("2026-03-06T12:00")) == moscow("2026-03-06T12:00")


zones = st.sampled_from(
    # Offsets of quarters, a change at midnight (Santiago), one of half an hour (Lord Howe).
    [
        "Europe/Moscow",
        "America/New_York",
        "America/Santiago",
        "Australia/Lord_Howe",
        "Asia/Kathmandu",
    ]
)
walls = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30]))
shifts = st.lists(st.tuples(walls, walls), max_size=3).map(tuple)
weeks = st.tuples(*[shifts] * 7).filter(any)
days = st.dates(date(2026, 1, 1), date(2027, 12, 31))
desks = st.builds(
    Desk,
    key=st.just(""),
    zone=zones,
    hours=weeks,
    closed=st.frozensets(days, max_size=20),
    worked=st.frozensets(days, max_size=5),
    worked_like=st.integers(0, 6),
)
instants = st.datetimes(
    datetime.fromisoformat("2026-01-01"),
    datetime.fromisoformat("2027-06-01"),
    timezones=st.just(UTC),
)
pauses = st.none() | st.builds(
    lambda day, length: Pause(day, day + timedelta(days=length)), days, st.integers(0, 60)
)
lengths = st.integers(1, 60 * 80).map(lambda minutes: timedelta(minutes=minutes))


@given(desks, instants, lengths, pauses, zones)
def test_the_working_time_until_the_deadline_is_the_span(
    desk: Desk, start: datetime, length: timedelta, pause: Pause | None, zone: str
) -> None:
    due = hours.add_work(desk, start, Span(length), pause=pause, pause_zone=zone)
    assert hours.working_time(desk, start, due, pause=pause, pause_zone=zone) == length
    assert due >= start + length


@given(desks, instants, instants, lengths, st.integers(0, 3), pauses)
def test_who_starts_later_is_not_due_earlier(
    desk: Desk,
    one: datetime,
    other: datetime,
    length: timedelta,
    day_count: int,
    pause: Pause | None,
) -> None:
    first, second = sorted((one, other))
    span = Span(length, day_count)
    assert hours.add_work(desk, first, span, pause=pause) <= hours.add_work(
        desk, second, span, pause=pause
    )


@given(desks, st.lists(instants, min_size=3, max_size=3), pauses)
def test_working_time_adds_up_and_is_never_longer_than_the_time(
    desk: Desk, moments: list[datetime], pause: Pause | None
) -> None:
    first, middle, last = sorted(moments)

    def between(start: datetime, end: datetime) -> timedelta:
        return hours.working_time(desk, start, end, pause=pause)

    whole = between(first, last)
    assert whole == between(first, middle) + between(middle, last)
    assert timedelta() <= whole <= last - first


@given(desks, instants, pauses)
def test_the_next_opening_is_open_and_nothing_before_it(
    desk: Desk, at: datetime, pause: Pause | None
) -> None:
    opens = hours.next_opening(desk, at, pause=pause)
    assert hours.is_open(desk, opens, pause=pause)
    assert hours.working_time(desk, at, opens, pause=pause) == timedelta()
    day = hours.next_working_day(desk, at.date(), pause=pause)
    assert day > at.date()
    assert hours.is_working_day(desk, day, pause=pause)


@given(desks, st.lists(instants, min_size=4, max_size=4), pauses, zones)
def test_many_times_added_up_at_once_are_those_counted_one_by_one(
    desk: Desk, moments: list[datetime], pause: Pause | None, zone: str
) -> None:
    since, until, *_ = moments
    told = OpenTime(desk, since, max(since, until), pause, zone)
    for start, end in (*pairwise(moments), *pairwise(sorted(moments))):
        counted = told.working(number_of(start), number_of(end)) * MICROSECOND
        assert counted == hours.working_time(desk, start, end, pause=pause, pause_zone=zone)
        assert instant_of(number_of(start)) == start
