"""Who is given which time, when it ends and why, and which rungs of the ladder have come."""

import json
import re
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewbot.config import durations
from reviewbot.core.calendar.deadlines import deadline, times_for
from reviewbot.core.calendar.ladder import AT_THE_DEADLINE, due_steps, ladder, next_step, step_at
from reviewbot.core.settings import (
    Desk,
    Ladders,
    Pause,
    ReplyTimeEntry,
    Span,
    Step,
    Subject,
    Times,
    When,
)

MOSCOW = ZoneInfo("Europe/Moscow")
DESK = Desk("", "Europe/Moscow", (((time(10), time(19)),),) * 5 + ((), ()))
HOUR = Span(timedelta(hours=1))
CLOCK_DAY = Span(timedelta(hours=24), counts="clock")

STEPS = (
    Step("50% chat", "chat", percent=50),
    Step("80% holder", "holder", percent=80),
    Step("100% managers", "managers", percent=100),
    Step("+4h sergey", "sergey", after=Span(timedelta(hours=4))),
    Step("daily managers", "managers", daily=True),
)
SEEN_STEPS = (
    Step("0m on_duty", "on_duty", after=Span()),
    Step("10m next_on_duty", "next_on_duty", after=Span(timedelta(minutes=10))),
    Step("15m managers", "managers", after=Span(timedelta(minutes=15))),
)


def moscow(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=MOSCOW)


FRIDAY_EVENING = moscow("2026-03-06T20:00")
MONDAY_ELEVEN = moscow("2026-03-09T11:00")


def entry(name: str, when: When | None = None, **classes: Times) -> ReplyTimeEntry:
    return ReplyTimeEntry(name, when or When(), classes)


ENTRIES = (
    entry(
        "except: otzovik", When(source=("otzovik",)), negative=Times(reply=Span(8 * HOUR.length))
    ),
    entry(
        "reply_time",
        critical=Times(seen=Span(timedelta(minutes=15), counts="clock"), reply=HOUR),
        negative=Times(reply=HOUR),
        mixed=Times(reply=CLOCK_DAY),
        wordless=Times(),
    ),
)


@pytest.mark.parametrize(
    ("subject", "cls", "rule"),
    [
        (Subject("negative", "normal", "yandex_maps", "a"), "negative", "reply_time"),
        (Subject("negative", "normal", "otzovik", "a"), "negative", "except: otzovik"),
        (Subject("mixed", "normal", "otzovik", "a"), "mixed", "reply_time"),
        (Subject("positive", "critical", "otzovik", "a"), "critical", "reply_time"),
        (
            Subject("negative", "critical", "yandex_maps", "a", wordless=True),
            "critical",
            "reply_time",
        ),
    ],
)
def test_critical_comes_first_then_the_tone_each_from_its_first_entry(
    subject: Subject, cls: str, rule: str
) -> None:
    duties = times_for(ENTRIES, subject)
    assert duties
    assert (duties.cls, duties.rule) == (cls, rule)


def test_none_means_no_ticket() -> None:
    bare_stars = Subject("negative", "normal", "otzovik", "a", wordless=True)
    assert times_for(ENTRIES, bare_stars) is None
    assert times_for(ENTRIES, Subject("positive", "normal", "yandex_maps", "a")) is None


def test_a_friday_evening_review_is_due_on_monday_at_eleven() -> None:
    due = deadline(HOUR, FRIDAY_EVENING, DESK, rule="reply_time")
    assert due.at == MONDAY_ELEVEN
    assert due.why == (
        ("started", {"at": "2026-03-06T17:00:00+00:00"}),
        (
            "outside_hours",
            {"at": "2026-03-06T17:00:00+00:00", "opens": "2026-03-09T07:00:00+00:00"},
        ),
        (
            "interval",
            {
                "from": "2026-03-09T07:00:00+00:00",
                "to": "2026-03-09T08:00:00+00:00",
                "minutes": 60,
            },
        ),
        (
            "due",
            {"at": "2026-03-09T08:00:00+00:00", "span": "1h work", "rule": "reply_time"},
        ),
    )


def _documented() -> list[tuple[str, str, str]]:
    page = Path(__file__).parents[2] / "docs" / "reply-time.md"
    row = re.compile(r"^\| (\d{4}-\S+ \S+) \| (.+?) \| (\d{4}-\S+ \S+) \|$", re.MULTILINE)
    return row.findall(page.read_text(encoding="utf-8"))


def test_the_page_has_examples() -> None:
    assert len(_documented()) >= 7


@pytest.mark.parametrize(("seen", "written", "due"), _documented())
def test_the_documented_examples_are_true(seen: str, written: str, due: str) -> None:
    span = durations.span(written)
    assert span
    assert deadline(span, moscow(seen), DESK).at == moscow(due)


def test_why_tells_of_days_of_the_clock_and_of_a_pause() -> None:
    codes = [code for code, _ in deadline(Span(HOUR.length, 1), FRIDAY_EVENING, DESK).why]
    assert codes == ["started", "outside_hours", "days", "interval", "due"]
    pause = Pause(date(2026, 3, 7), date(2026, 3, 10), "ремонт")
    due = deadline(CLOCK_DAY, FRIDAY_EVENING, DESK, pause, "Europe/Moscow")
    assert due.at == moscow("2026-03-11T20:00")
    assert [code for code, _ in due.why] == ["started", "paused", "clock", "due"]
    assert dict(due.why)["clock"]["minutes"] == 24 * 60
    assert dict(due.why)["paused"]["reason"] == "ремонт"


@given(
    st.integers(0, 60 * 24 * 400).map(lambda minute: FRIDAY_EVENING + timedelta(minutes=minute)),
    st.integers(1, 5000),
)
def test_the_intervals_of_why_add_up_to_the_span(start: datetime, minutes: int) -> None:
    due = deadline(Span(timedelta(minutes=minutes)), start, DESK)
    told = [params for code, params in due.why if code == "interval"]
    assert sum(params["minutes"] for params in told) == minutes
    assert told[-1]["to"] == due.at.isoformat()
    assert json.loads(json.dumps(due.why)) == [list(fact) for fact in due.why]


@pytest.mark.parametrize(
    ("step", "at"),
    [
        (STEPS[0], "2026-03-09T10:30"),
        (STEPS[1], "2026-03-09T10:48"),
        (STEPS[2], "2026-03-09T11:00"),
        (STEPS[3], "2026-03-09T15:00"),
        (STEPS[4], "2026-03-10T11:00"),
        (Step("150% oleg", "oleg", percent=150), "2026-03-09T11:30"),
    ],
)
def test_when_a_rung_fires(step: Step, at: str) -> None:
    assert step_at(step, FRIDAY_EVENING, MONDAY_ELEVEN, DESK) == moscow(at)


def test_a_clock_spans_ladder_runs_by_the_clock_but_daily_on_working_days() -> None:
    due = moscow("2026-03-07T20:00")

    def fires(step: Step) -> datetime:
        return step_at(step, FRIDAY_EVENING, due, DESK, counts="clock")

    assert fires(STEPS[0]) == moscow("2026-03-07T08:00")
    assert fires(STEPS[3]) == moscow("2026-03-08T00:00")
    # Saturday 20:00 comes again on Monday, when the desk closes at seven.
    assert fires(STEPS[4]) == moscow("2026-03-09T19:00")


def test_a_seen_ladder_counts_from_the_start() -> None:
    due = FRIDAY_EVENING + timedelta(minutes=15)
    fires = [
        step_at(step, FRIDAY_EVENING, due, DESK, counts="clock", seen=True) for step in SEEN_STEPS
    ]
    assert fires == [FRIDAY_EVENING + timedelta(minutes=each) for each in (0, 10, 15)]
    # In working hours nobody is woken for it.
    assert step_at(SEEN_STEPS[0], FRIDAY_EVENING, due, DESK, seen=True) == moscow(
        "2026-03-09T10:00"
    )


def names(now: str, done: tuple[str, ...] = ()) -> list[str]:
    due = due_steps(STEPS, done, FRIDAY_EVENING, MONDAY_ELEVEN, DESK, moscow(now))
    return [step.name for step in due]


def test_rungs_come_one_by_one() -> None:
    assert names("2026-03-09T10:29") == []
    assert names("2026-03-09T10:30") == ["50% chat"]
    assert names("2026-03-09T10:50", ("50% chat",)) == ["80% holder"]
    assert names("2026-03-09T11:00", ("50% chat", "80% holder")) == ["100% managers"]


def test_after_a_long_absence_each_rung_comes_once_and_one_day_of_many() -> None:
    assert names("2026-03-22T12:00") == [
        "50% chat",
        "80% holder",
        "100% managers",
        "+4h sergey",
        "daily managers#2026-03-20",
    ]


def test_the_sweep_after_the_absence_finds_nothing_more() -> None:
    done = tuple(names("2026-03-22T12:00"))
    assert names("2026-03-23T10:59", done) == []
    assert names("2026-03-23T11:00", done) == ["daily managers#2026-03-23"]


def test_a_rung_put_below_one_that_was_climbed_never_comes() -> None:
    done = {"100% managers"}
    climbing = [step for step in STEPS if step.percent]
    assert len(climbing) > 1
    later = moscow("2026-03-02 18:00")
    assert due_steps(climbing, done, FRIDAY_EVENING, MONDAY_ELEVEN, DESK, later) == []
    assert next_step(climbing, done, FRIDAY_EVENING, MONDAY_ELEVEN, DESK, later) is None


def test_what_comes_next() -> None:
    done = [step.name for step in STEPS[:4]]

    def following(done: list[str], now: str) -> tuple[str, datetime] | None:
        step = next_step(STEPS, done, FRIDAY_EVENING, MONDAY_ELEVEN, DESK, moscow(now))
        return (step.name, step.at) if step else None

    assert following([], "2026-03-06T20:00") == ("50% chat", moscow("2026-03-09T10:30"))
    assert following([], "2026-03-09T12:00") == ("50% chat", moscow("2026-03-09T10:30"))
    assert following(done[:3], "2026-03-09T12:00") == ("+4h sergey", moscow("2026-03-09T15:00"))
    tuesday = ("daily managers#2026-03-10", moscow("2026-03-10T11:00"))
    assert following(done, "2026-03-09T16:00") == tuesday
    thursday = ("daily managers#2026-03-12", moscow("2026-03-12T11:00"))
    assert following([*done, tuesday[0]], "2026-03-13T10:00") == thursday
    assert following([*done, "daily managers#2026-03-13"], "2026-03-13T12:00") == (
        "daily managers#2026-03-16",
        moscow("2026-03-16T11:00"),
    )


def test_a_ladder_without_daily_ends() -> None:
    done = [step.name for step in STEPS[:4]]
    now = moscow("2026-03-09T16:00")
    assert next_step(STEPS[:4], done, FRIDAY_EVENING, MONDAY_ELEVEN, DESK, now) is None


def test_daily_rungs_wait_for_the_pause_to_end() -> None:
    pause = Pause(date(2026, 3, 10), date(2026, 3, 20))
    at = step_at(
        STEPS[4], FRIDAY_EVENING, MONDAY_ELEVEN, DESK, pause=pause, pause_zone="Europe/Moscow"
    )
    assert at == moscow("2026-03-23T11:00")


@given(
    st.lists(st.integers(0, 60 * 24 * 40), min_size=1, max_size=12).map(sorted),
    st.sampled_from(["work", "clock"]),
)
def test_however_the_sweeps_fall_no_rung_fires_twice(minutes: list[int], counts: str) -> None:
    """Sweeps at any moments of forty days, each marking what it fired."""
    span = HOUR if counts == "work" else CLOCK_DAY
    due_at = deadline(span, FRIDAY_EVENING, DESK).at
    fired: list[str] = []
    for minute in minutes:
        now = FRIDAY_EVENING + timedelta(minutes=minute)
        coming = next_step(STEPS, fired, FRIDAY_EVENING, due_at, DESK, now, counts=counts)
        due = due_steps(STEPS, fired, FRIDAY_EVENING, due_at, DESK, now, counts=counts)
        # The wake-up time and the sweep agree on whether there is anything to do.
        assert coming
        assert bool(due) == (coming.at <= now)
        assert sum("daily" in step.name for step in due) <= 1
        fired += [step.name for step in due]
    assert len(fired) == len(set(fired))


def test_a_class_without_a_ladder_is_still_told_at_its_deadline() -> None:
    ladders = Ladders(reply={"negative": STEPS, "positive": ()}, seen={"critical": SEEN_STEPS})
    assert ladder(ladders, "negative") == STEPS
    assert ladder(ladders, "mixed") == AT_THE_DEADLINE
    assert ladder(ladders, "positive") == ()
    assert ladder(ladders, "critical", seen=True) == SEEN_STEPS
    assert ladder(ladders, "negative", seen=True) == ()


@given(
    st.integers(0, 60 * 24 * 400).map(lambda minute: FRIDAY_EVENING + timedelta(minutes=minute)),
    st.integers(1, 3000),
    st.integers(0, 3),
    st.sampled_from(["work", "clock"]),
)
def test_rungs_keep_their_order(start: datetime, minutes: int, days: int, counts: str) -> None:
    due = deadline(Span(timedelta(minutes=minutes), days, counts), start, DESK).at
    fires = [step_at(step, start, due, DESK, counts=counts) for step in STEPS]
    assert [start, *fires[:4]] == sorted([start, *fires[:4]])
    assert fires[2] == due < fires[4]


def test_a_daily_rung_keeps_its_time_of_day_when_the_clocks_change() -> None:
    zone = ZoneInfo("America/New_York")
    desk = Desk("", "America/New_York", (((time(10), time(19)),),) * 7)
    start = datetime(2026, 3, 6, 10, tzinfo=zone)
    due = deadline(HOUR, start, desk).at
    fired: list[str] = []
    moments = []
    for day in (7, 8, 9):
        now = datetime(2026, 3, day, 12, tzinfo=zone)
        (rung,) = due_steps(STEPS[4:], fired, start, due, desk, now)
        fired.append(rung.name)
        moments.append(rung.at.astimezone(zone).time())
    assert fired == [f"daily managers#2026-03-0{day}" for day in (7, 8, 9)]
    assert moments == [time(11)] * 3
