"""Days as people write them."""

from datetime import date

import pytest

from reviewbot.bot.handlers.staff.dates import (
    day_in,
    impossible_day,
    length_in,
    past_day_in,
    past_day_within,
    stretch_in,
)

MONDAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("04.03", "2026-03-04"),
        ("1.3", "2026-03-01"),
        ("31.12.2026", "2026-12-31"),
        ("2026-12-31", "2026-12-31"),
        ("сегодня", "2026-03-02"),
        ("до завтра", "2026-03-03"),
        ("послезавтра", "2026-03-04"),
        ("Tomorrow", "2026-03-03"),
        ("until Friday", "2026-03-06"),
        ("до пятницы", "2026-03-06"),
        ("в среду", "2026-03-04"),
        ("fri", "2026-03-06"),
        ("вс", "2026-03-08"),
        ("понедельник", "2026-03-09"),
        ("до 5 декабря", "2026-12-05"),
        ("5 дек.", "2026-12-05"),
        ("1 марта", "2026-03-01"),
        ("1 сентября", "2026-09-01"),
        ("5 мая 2027 г.", "2027-05-05"),
        ("until Dec 5", "2026-12-05"),
        ("December 5th", "2026-12-05"),
        ("5th of", None),
        ("5 Dec 2026", "2026-12-05"),
        ("dec 5, 2026", "2026-12-05"),
        ("вчера", None),
        ("31.02", None),
        ("30 февраля", None),
        ("5 столов", None),
        ("стол 5", None),
        ("март", None),
        ("", None),
    ],
)
def test_a_day_to_come(written: str, day: str | None) -> None:
    found = day_in(written, MONDAY)
    assert (found.isoformat() if found else None) == day


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("31.02", "31.02"),
        ("Тверская, 30 февраля, касса", "30 февраля"),
        ("until June 31st", "June 31st"),
        ("29.02.2027 касса", "29.02.2027"),
        ("29.02.2028 касса", None),
        ("кофе по 35.50", None),
        ("мартини 35", None),
        ("31.03 касса", None),
        ("", None),
    ],
)
def test_a_day_that_no_year_has_is_named(written: str, said: str | None) -> None:
    assert impossible_day(written) == said


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("вчера", "2026-03-01"),
        ("с пятницы", "2026-02-27"),
        ("since Monday", "2026-02-23"),
        ("31.12", "2025-12-31"),
        ("с 24 февраля", "2026-02-24"),
        ("Dec 5", "2025-12-05"),
        ("31.12.2026", "2026-12-31"),
        ("завтра", None),
        ("29 февраля", None),
    ],
)
def test_a_day_that_was(written: str, day: str | None) -> None:
    found = past_day_in(written, MONDAY)
    assert (found.isoformat() if found else None) == day


@pytest.mark.parametrize(
    ("written", "days"),
    [
        ("7", 7),
        ("7d", 7),
        ("7 дней", 7),
        ("2 недели", 14),
        ("неделя", 7),
        ("за последнюю неделю", 7),
        ("месяц", 30),
        ("last month", 30),
        ("3 мес.", 90),
        ("квартал", 90),
        ("the quarter", 90),
        ("год", 365),
        ("a year", 365),
        ("д", None),
        ("Невский", None),
        ("11а", None),
        ("", None),
    ],
)
def test_a_length_of_time(written: str, days: int | None) -> None:
    assert length_in(written) == days


@pytest.mark.parametrize(
    ("written", "day", "rest"),
    [
        ("вторая касса, 24.02", "2026-02-24", "вторая касса"),
        ("24.02 вторая касса", "2026-02-24", "вторая касса"),
        ("с 24 февраля вторая касса", "2026-02-24", "вторая касса"),
        ("вторая касса 24 февраля", "2026-02-24", "вторая касса"),
        ("вторая касса с 24 февраля 2026 г.", "2026-02-24", "вторая касса"),
        ("since Monday a second till", "2026-02-23", "a second till"),
        ("вторая касса, новый бариста, вчера", "2026-03-01", "вторая касса, новый бариста"),
        ("24.02", "2026-02-24", ""),
        ("вторая касса", None, "вторая касса"),
        ("2 кассы", None, "2 кассы"),
        ("24.02, 25.02 касса", None, "касса"),
    ],
)
def test_a_day_beside_what_was_done(written: str, day: str | None, rest: str) -> None:
    found, left = past_day_within(written, MONDAY)
    assert (found.isoformat() if found else None, left) == (day, rest)


@pytest.mark.parametrize(
    ("written", "first", "end"),
    [
        ("март", date(2026, 3, 1), date(2026, 3, 11)),
        ("за февраль", date(2026, 2, 1), date(2026, 3, 1)),
        ("December", date(2025, 12, 1), date(2026, 1, 1)),
        ("март 2025", date(2025, 3, 1), date(2025, 4, 1)),
        ("yesterday", date(2026, 3, 9), date(2026, 3, 10)),
        ("за 1 марта", date(2026, 3, 1), date(2026, 3, 2)),
        ("с 1 марта", date(2026, 3, 1), date(2026, 3, 11)),
        ("маркет", None, None),
        ("12 марта 2027", None, None),
        ("31.02", None, None),
    ],
)
def test_a_stretch_of_days_that_were(written: str, first: date | None, end: date | None) -> None:
    """Of a month that is not over the days up to today, which is in."""
    assert stretch_in(written, date(2026, 3, 10)) == ((first, end) if first and end else None)
