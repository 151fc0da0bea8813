"""Plurals, dates and spans of time, as people say them."""

from datetime import UTC, date, datetime, timedelta

import pytest

from reviewbot.words.language import filled, words_in
from tests.words.facts_for_words import ZONE, moscow

RU, EN = words_in("ru"), words_in("en")


@pytest.mark.parametrize(
    ("count", "ru", "en"),
    [
        (0, "0 новых жалоб", "0 new complaints"),
        (1, "1 новая жалоба", "1 new complaint"),
        (2, "2 новые жалобы", "2 new complaints"),
        (5, "5 новых жалоб", "5 new complaints"),
        (11, "11 новых жалоб", "11 new complaints"),
        (12, "12 новых жалоб", "12 new complaints"),
        (21, "21 новая жалоба", "21 new complaints"),
        (22, "22 новые жалобы", "22 new complaints"),
        (111, "111 новых жалоб", "111 new complaints"),
    ],
)
def test_plurals(count: int, ru: str, en: str) -> None:
    assert RU.plural("{n} new complaint", "{n} new complaints", count) == ru
    assert EN.plural("{n} new complaint", "{n} new complaints", count) == en


@pytest.mark.parametrize(
    ("month", "ru", "en"),
    [
        (1, "3 янв", "3 Jan"),
        (2, "3 февр", "3 Feb"),
        (3, "3 мар", "3 Mar"),
        (5, "3 мая", "3 May"),
        (9, "3 сент", "3 Sep"),
        (11, "3 нояб", "3 Nov"),
    ],
)
def test_days_are_short_and_without_dots(month: int, ru: str, en: str) -> None:
    day = moscow(12, month=month)
    assert RU.day(day, ZONE, day) == ru
    assert EN.day(day, ZONE, day) == en


def test_an_instant_is_read_in_the_desks_zone() -> None:
    late = datetime(2026, 3, 3, 21, 30, tzinfo=UTC)
    assert RU.stamp(late, ZONE) == "4 мар, 00:30"
    assert RU.stamp(late, "Asia/Vladivostok") == "4 мар, 07:30"
    assert RU.stamp(late, "no such zone") == "3 мар, 21:30"
    assert RU.stamp(late, ZONE, moscow(12)) == "4 мар, 00:30"
    assert RU.stamp(late, ZONE, moscow(12, day=4)) == "00:30"


def test_borders_name_the_weekday_within_six_days() -> None:
    now = moscow(12)
    assert RU.border(moscow(15, 2), ZONE, now) == "15:02"
    assert RU.border(moscow(11, day=9), ZONE, now) == "пн 11:00"
    assert RU.border(moscow(11, day=10), ZONE, now) == "10 мар, 11:00"
    assert RU.border(moscow(11, day=1), ZONE, now) == "вс 11:00"
    assert EN.border(moscow(11, day=9), ZONE, now) == "Mon 11:00"
    assert EN.border(moscow(11).replace(year=2027), ZONE, now) == "3 Mar 2027, 11:00"


@pytest.mark.parametrize(
    ("span", "ru", "en"),
    [
        (timedelta(), "0 мин", "0 min"),
        (timedelta(minutes=24), "24 мин", "24 min"),
        (timedelta(hours=1), "1 ч", "1 h"),
        (timedelta(hours=1, minutes=20), "1 ч 20 мин", "1 h 20 min"),
        (timedelta(days=1), "1 день", "1 day"),
        (timedelta(days=2, hours=3, minutes=4), "2 дня 3 ч", "2 days 3 h"),
        (timedelta(days=5), "5 дней", "5 days"),
        (timedelta(minutes=-5), "0 мин", "0 min"),
    ],
)
def test_spans_of_time(span: timedelta, ru: str, en: str) -> None:
    assert RU.lasting(span) == ru
    assert EN.lasting(span) == en


@pytest.mark.parametrize(
    ("written", "ru", "en"),
    [
        ("1h work", "1 ч", "1 h"),
        ("15m clock", "15 мин", "15 min"),
        ("1h 30m work", "1 ч 30 мин", "1 h 30 min"),
        ("1d work", "1 рабочий день", "1 working day"),
        ("3d work", "3 рабочих дня", "3 working days"),
        ("5d work", "5 рабочих дней", "5 working days"),
        ("2d clock", "2 дня", "2 days"),
        ("soon", "soon", "soon"),
    ],
)
def test_reply_times_as_the_config_writes_them(written: str, ru: str, en: str) -> None:
    assert RU.span(written) == ru
    assert EN.span(written) == en


def test_an_unknown_language_is_english() -> None:
    assert words_in("de").language == "en"


def test_a_slot_is_replaced_and_nothing_else_is() -> None:
    assert filled("{a} {b} {a.b} {0}", {"a": "{b}", "b": 2}) == "{b} 2 {a.b} {0}"


def test_a_period_of_one_day_is_one_day() -> None:
    on = date(2026, 4, 1)
    assert words_in("ru").date_span(on, on, on) == "1 апр"
    assert words_in("ru").date_span(on, on) == "1 апр 2026"


def test_a_small_share_is_not_none() -> None:
    assert words_in("ru").percent(1 / 277) == "менее 1\N{NO-BREAK SPACE}%"
    assert words_in("en").percent(1 / 277) == "under 1\N{NO-BREAK SPACE}%"
    assert words_in("ru").percent(0.0) == "0\N{NO-BREAK SPACE}%"
    assert words_in("ru").percent_bound(1 / 277) == "0\N{NO-BREAK SPACE}%"
