"""When a digest is due, which days and places it is about, what of it is worth a line."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewbot.core.calendar import digest_days
from reviewbot.core.calendar.digest_days import Due, Period, PlaceCount, RuleWord, TopicCount
from reviewbot.core.readings.health import blind_spans, blind_time, merged
from reviewbot.core.settings import Chat, DigestTime, Location, Route, Settings, When
from tests.store.store_world import PEOPLE, at
from tests.store.store_world import settings as world_settings

MOSCOW, BERLIN = "Europe/Moscow", "Europe/Berlin"
DAILY = {"daily": DigestTime(time(9, 15))}
EVERY = {
    **DAILY,
    "weekly": DigestTime(time(9, 30), weekday=0),
    "monthly": DigestTime(time(10), monthday=1),
}


def keys(now: str, times: dict[str, DigestTime] = EVERY) -> list[str]:
    return [each.key for each in digest_days.due(times, MOSCOW, at(now))]


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-03-03 00:00", []),
        ("2026-03-03 09:14", []),
        ("2026-03-03 09:15", ["daily:2026-03-03"]),
        ("2026-03-03 23:59", ["daily:2026-03-03"]),
        ("2026-03-04 00:00", []),
        ("2026-03-02 09:29", ["daily:2026-03-02"]),
        ("2026-03-02 09:30", ["daily:2026-03-02", "weekly:2026-03-02"]),
        ("2026-03-01 10:00", ["daily:2026-03-01", "monthly:2026-03-01"]),
        ("2026-06-01 12:00", ["daily:2026-06-01", "weekly:2026-06-01", "monthly:2026-06-01"]),
    ],
)
def test_a_digest_is_due_from_its_time_to_midnight(now: str, expected: list[str]) -> None:
    assert keys(now) == expected


def test_a_chat_without_times_is_told_nothing() -> None:
    assert keys("2026-06-01 12:00", {}) == []


@pytest.mark.parametrize(
    ("day", "wall", "instant"),
    [
        # 29 March 2026: 02:00 becomes 03:00 in Berlin; 25 October: 03:00 becomes 02:00.
        (date(2026, 3, 29), time(2, 30), datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
        (date(2026, 3, 29), time(9, 15), datetime(2026, 3, 29, 7, 15, tzinfo=UTC)),
        (date(2026, 3, 28), time(9, 15), datetime(2026, 3, 28, 8, 15, tzinfo=UTC)),
        (date(2026, 10, 25), time(2, 30), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        (date(2026, 10, 25), time(9, 15), datetime(2026, 10, 25, 8, 15, tzinfo=UTC)),
    ],
)
def test_the_wall_clock_decides_also_when_it_is_changed(
    day: date, wall: time, instant: datetime
) -> None:
    times = {"daily": DigestTime(wall)}
    assert digest_days.due(times, BERLIN, instant - timedelta(seconds=1)) == ()
    assert digest_days.due(times, BERLIN, instant) == (Due(Period.DAILY, day),)


@given(
    minutes=st.integers(0, 60 * 24 * 400),
    wall=st.times(),
    zone=st.sampled_from([MOSCOW, BERLIN, "America/Sao_Paulo", "Asia/Kamchatka"]),
)
def test_each_day_has_one_key_for_each_period(minutes: int, wall: time, zone: str) -> None:
    """Whenever somebody looks, what is due carries the date of that zone, so it goes once."""
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    found = digest_days.due({"daily": DigestTime(wall)}, zone, now)
    days = digest_days.days_of(Period.DAILY, date(2026, 1, 2), zone)
    assert days.until - days.since == timedelta(days=1)
    for due in found:
        assert due.on == digest_days.days_of(Period.DAILY, due.on, zone).end
        assert digest_days.days_of(due.period, due.on, zone).until <= now


def test_days_are_of_the_zone_and_may_have_23_hours() -> None:
    days = digest_days.days_of(Period.DAILY, date(2026, 3, 30), BERLIN)
    assert days.until - days.since == timedelta(hours=23)
    assert (days.first, days.last) == (date(2026, 3, 29), date(2026, 3, 29))


@pytest.mark.parametrize(
    ("period", "on", "first", "before"),
    [
        (Period.DAILY, "2026-03-03", "2026-03-02", None),
        (Period.WEEKLY, "2026-03-02", "2026-02-23", "2026-02-16"),
        (Period.MONTHLY, "2026-03-01", "2026-02-01", "2026-01-01"),
        (Period.MONTHLY, "2026-01-28", "2025-12-28", "2025-11-28"),
        (Period.RECENT, "2026-03-03", "2026-02-01", "2026-01-02"),
    ],
)
def test_a_period_ends_with_yesterday(
    period: Period, on: str, first: str, before: str | None
) -> None:
    days = digest_days.days_of(period, date.fromisoformat(on), MOSCOW)
    assert (days.first.isoformat(), days.end.isoformat()) == (first, on)
    assert days.since == at(f"{first} 00:00")
    earlier = digest_days.days_before(period, days, MOSCOW)
    assert (earlier and earlier.first.isoformat()) == before
    assert earlier is None or earlier.until == days.since


@pytest.mark.parametrize(
    ("last_on", "first"),
    [
        (None, "2026-03-02"),
        ("2026-03-02", "2026-03-02"),
        ("2026-02-27", "2026-02-27"),
        ("2026-02-24", "2026-02-24"),
        ("2026-02-23", "2026-03-02"),
    ],
)
def test_a_day_reaches_back_to_the_last_digest_within_a_week(
    last_on: str | None, first: str
) -> None:
    last = date.fromisoformat(last_on) if last_on else None
    days = digest_days.days_of(Period.DAILY, date(2026, 3, 3), MOSCOW, last)
    assert days.first.isoformat() == first
    week = digest_days.days_of(Period.WEEKLY, date(2026, 3, 2), MOSCOW, last)
    assert week.first.isoformat() == "2026-02-23"


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (None, "2026-03-03"),
        (DigestTime(time(9)), "2026-03-03"),
        (DigestTime(time(9), weekday=2), "2026-02-25"),
        (DigestTime(time(9), monthday=4), "2026-02-04"),
    ],
)
def test_the_newest_day_of_a_digest(at: DigestTime | None, day: str) -> None:
    assert digest_days.last_day(at, date(2026, 3, 3)).isoformat() == day


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("09:15", DigestTime(time(9, 15))),
        ("mon 09:30", DigestTime(time(9, 30), weekday=0)),
        ("28 10:00", DigestTime(time(10), monthday=28)),
    ],
)
def test_a_time_is_written_as_it_is_read(written: str, moment: DigestTime) -> None:
    assert str(moment) == written


def routed(*routes: Route) -> Settings:
    world = world_settings()
    places = {
        **world.locations,
        "arbat": Location("arbat", "Точка, Арбат 7", groups=("petrov",)),
        "rival": Location("rival", "Чужое кафе", role="competitor"),
    }
    chats = {**world.chats, "petrov": Chat("petrov", -1003), "boss": Chat("boss", -1004)}
    petr = Chat("petr", PEOPLE["petr"].telegram_id, person="petr")
    return replace(world, locations=places, routes=routes, chats={**chats, "petr": petr})


PETROV = Route("petrov", When(group=("petrov",)), "petrov", ("managers",))
ALL = ("tverskaya", "nevsky", "arbat")


@pytest.mark.parametrize(
    ("routes", "chat", "places"),
    [
        ((), "support", ALL),
        ((), "managers", ALL),
        ((), "boss", ALL),
        ((), "petr", ("nevsky",)),
        ((PETROV,), "petrov", ("arbat",)),
        ((PETROV,), "support", ("tverskaya", "nevsky")),
        ((PETROV,), "managers", ALL),
        ((Route("bad", When(severity=("critical",)), "petrov"),), "petrov", ALL),
        ((Route("bad", When(group=("petrov",), rating=(1,)), "petrov"),), "petrov", ("arbat",)),
        ((Route("bad", When(group=("petrov",), rating=(1,)), "petrov"),), "support", ALL),
        ((Route("one", When(location=("nevsky",)), "boss", ("petrov",)),), "petrov", ("nevsky",)),
        # Whoever left the group, or misspelt it, is told nothing rather than everything.
        ((Route("gone", When(group=("ivanov",)), "petrov"),), "petrov", ()),
        ((Route("all", When(), "boss"),), "support", ()),
    ],
)
def test_a_chat_is_told_of_the_places_whose_cards_it_gets(
    routes: tuple[Route, ...], chat: str, places: tuple[str, ...]
) -> None:
    settings = routed(*routes)
    assert digest_days.places_of(settings, settings.chats[chat]) == places


@pytest.mark.parametrize(("chat", "places"), [("boss", ("arbat",)), ("managers", ALL)])
def test_a_places_own_chat_is_shown_that_place(chat: str, places: tuple[str, ...]) -> None:
    settings = routed()
    own = replace(settings.locations["arbat"], place_chat=chat)
    settings = replace(settings, locations={**settings.locations, "arbat": own})
    assert digest_days.places_of(settings, settings.chats[chat]) == places
    ours = replace(settings, operator_chat="boss")
    assert digest_days.places_of(ours, ours.chats["boss"]) == ALL


def test_the_desk_of_its_places_decides_the_clock_where_it_is_one() -> None:
    settings = routed()
    far = replace(settings.desks[""], key="petrov", zone="Asia/Omsk")
    places = {**settings.locations, "arbat": replace(settings.locations["arbat"], desk="petrov")}
    settings = replace(settings, desks={**settings.desks, "petrov": far}, locations=places)
    assert digest_days.desk_for(settings, ["arbat"]).zone == "Asia/Omsk"
    assert digest_days.desk_for(settings, ["arbat", "nevsky"]).zone == MOSCOW
    assert digest_days.desk_for(settings, []).zone == MOSCOW


def test_topics_name_the_place_that_most_come_from() -> None:
    counts = {
        ("waiting", "a"): 2,
        ("waiting", "b"): 2,
        ("staff", "a"): 3,
        ("staff", "b"): 2,
        ("price", "b"): 1,
        ("noise", "b"): 1,
    }
    assert digest_days.topics_told(counts) == (
        TopicCount("staff", 5, "a"),
        TopicCount("waiting", 4),
        TopicCount("noise", 1, "b"),
    )


def test_the_worst_have_several_complaints_and_somebody_to_be_worse_than() -> None:
    reviews = {"a": 20, "b": 14, "c": 19, "d": 3}
    assert digest_days.worst(reviews, {"a": 3, "b": 3, "c": 1}) == (
        PlaceCount("b", 3, 14),
        PlaceCount("a", 3, 20),
    )
    assert digest_days.worst({"a": 20, "b": 2}, {"a": 2, "b": 2}) == (PlaceCount("a", 2, 20),), (
        "two of two are chance: no ranking under ten"
    )
    assert digest_days.worst({"a": 9}, {"a": 9}) == ()


def test_nobody_is_calm_who_was_not_seen() -> None:
    reviews = {"a": 20, "b": 14, "c": 9, "d": 3}
    assert digest_days.calm(reviews, {"b": 1}, {"a"}) == (PlaceCount("c", 0, 9),)
    assert digest_days.calm({"a": 20}, {}, ()) == ()


def test_rules_are_named_that_were_judged_often_and_wrong_too_often() -> None:
    rules = [
        RuleWord("fine", 9, 10),
        RuleWord("rare", 0, 4),
        RuleWord("bad", 3, 8),
        RuleWord("worse", 1, 8),
    ]
    assert digest_days.least_precise(rules) == (RuleWord("worse", 1, 8), RuleWord("bad", 3, 8))


HOUR = timedelta(hours=1)
START = at("2026-03-02 00:00")


def test_spans_out_of_sight() -> None:
    changes = [
        (START - HOUR, "blocked"),
        (START + HOUR, "denied"),
        (START + 2 * HOUR, "ok"),
        (START + 3 * HOUR, "unreachable"),
    ]
    end = START + 5 * HOUR
    spans = [(START, START + 2 * HOUR), (START + 3 * HOUR, end)]
    assert blind_spans(changes, START, end) == spans
    assert blind_time(changes, START, end) == 4 * HOUR
    assert blind_spans([], START, end) == []
    assert merged([*spans, (START + 2 * HOUR, START + 3 * HOUR)]) == [(START, end)]
    assert merged(reversed(spans)) == spans
