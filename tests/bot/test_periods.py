"""Days and lengths of time as people ask for their figures."""

from datetime import date

import pytest

from reviewbot.bot.handlers.staff.periods import length_in, stretch_in


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
        ("недели", None),
        ("days", None),
        ("2025", None),
        ("Невский", None),
        ("11а", None),
        ("", None),
    ],
)
def test_a_length_of_time(written: str, days: int | None) -> None:
    assert length_in(written) == days


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
        ("с февраля", date(2026, 2, 1), date(2026, 3, 11)),
        ("в феврале", date(2026, 2, 1), date(2026, 3, 1)),
        ("2025", date(2025, 1, 1), date(2026, 1, 1)),
        ("2026", date(2026, 1, 1), date(2026, 3, 11)),
        ("1905 года", date(1905, 1, 1), date(1906, 1, 1)),
        ("в 2025 году", date(2025, 1, 1), date(2026, 1, 1)),
        ("прошлый месяц", date(2026, 2, 1), date(2026, 3, 1)),
        ("last month", date(2026, 2, 1), date(2026, 3, 1)),
        ("за прошлую неделю", date(2026, 3, 2), date(2026, 3, 9)),
        ("last week", date(2026, 3, 2), date(2026, 3, 9)),
        ("прошлый квартал", date(2025, 10, 1), date(2026, 1, 1)),
        ("в прошлом году", date(2025, 1, 1), date(2026, 1, 1)),
        ("этот месяц", date(2026, 3, 1), date(2026, 3, 11)),
        ("this week", date(2026, 3, 9), date(2026, 3, 11)),
        ("с начала года", date(2026, 1, 1), date(2026, 3, 11)),
        ("1.02-10.02", date(2026, 2, 1), date(2026, 2, 11)),
        ("с 1 по 10 февраля", date(2026, 2, 1), date(2026, 2, 11)),
        ("from 1 to 10 February", date(2026, 2, 1), date(2026, 2, 11)),
        ("Feb 1-10", date(2026, 2, 1), date(2026, 2, 11)),
        ("1–10 февраля", date(2026, 2, 1), date(2026, 2, 11)),
        ("2026-02-01 - 2026-02-10", date(2026, 2, 1), date(2026, 2, 11)),
        ("с 24 декабря по 3 января", date(2025, 12, 24), date(2026, 1, 4)),
        ("с 1 по 31 марта", date(2026, 3, 1), date(2026, 3, 11)),
        ("с 1 по 10 мая", date(2025, 5, 1), date(2025, 5, 11)),
        ("с 1 февраля 2025 по 10 февраля", date(2025, 2, 1), date(2025, 2, 11)),
        ("с января по март", date(2026, 1, 1), date(2026, 3, 11)),
        ("с 1 февраля по вчера", date(2026, 2, 1), date(2026, 3, 10)),
        ("с понедельника по пятницу", date(2026, 3, 2), date(2026, 3, 7)),
        ("10.02.2026-1.02.2026", None, None),
        ("с 1 по 31 февраля", None, None),
        ("марта", None, None),
        ("2027", None, None),
        ("маркет", None, None),
        ("12 марта 2027", None, None),
        ("31.02", None, None),
    ],
)
def test_a_stretch_of_days_that_were(written: str, first: date | None, end: date | None) -> None:
    """Of a month that is not over the days up to today, which is in."""
    assert stretch_in(written, date(2026, 3, 10)) == ((first, end) if first and end else None)
