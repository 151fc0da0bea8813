from collections import Counter
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session

from reviewbot.core.model import Health, OutboxKind, Tone
from reviewbot.core.ticket import CLOCK, SITE, Action
from reviewbot.core.trends.names_in_texts import Listener, heard
from reviewbot.queries import diagnosis, exports, health_facts
from reviewbot.queries import figures as reports
from reviewbot.queries.counting import came, came_of_pages
from reviewbot.queries.figures import Figures, Summary
from reviewbot.queries.trends.written import (
    Praise,
    WrittenReview,
    stars_by_page,
    stars_of,
    was_written,
    written,
)
from reviewbot.queries.written.counts import WrittenCounts, count_written
from reviewbot.store.database import FEW_KEYS
from reviewbot.store.days import strung
from reviewbot.store.queues import inbox, unsent
from reviewbot.store.tables import MeasureRow
from reviewbot.workflow.chats import disable_chat
from reviewbot.workflow.sweep import sweep
from tests.store.store_world import MONDAY, SUPPORT, StoreWorld, at
from tests.trends_world import Past

DUE = at("2026-03-02 12:00")
EVENING = at("2026-03-02 18:00")
YANDEX = "tverskaya/yandex_maps"


def figures(store_world: StoreWorld, now: datetime = EVENING) -> Summary:
    start = MONDAY - timedelta(days=1)
    return store_world.db.read_now(
        lambda session: reports.summary(session, start, start + timedelta(days=7), now)
    )


def total(store_world: StoreWorld, now: datetime = EVENING) -> Figures:
    return figures(store_world, now).total


def seen_on_site(store_world: StoreWorld, number: int, after: datetime, by: datetime) -> None:
    store_world.change_review(
        number, unanswered_seen_at=after, reply_text="Простите", reply_seen_at=by
    )
    store_world.act(number, Action.REPLY_SEEN, SITE, by)


def breach(store_world: StoreWorld, now: datetime = DUE) -> None:
    store_world.change_target(YANDEX, last_reading_at=now)
    store_world.db.write_now(lambda session: sweep(store_world.tx(session, now)))


@pytest.mark.parametrize(
    ("after", "by", "what"),
    [
        ("11:10", "11:40", "in_time"),
        ("12:10", "12:40", "late"),
        ("11:40", "12:20", "undecided"),
    ],
)
def test_the_interval_on_the_site_decides_in_three_values(
    store_world: StoreWorld, after: str, by: str, what: str
) -> None:
    number = store_world.ticket()
    seen_on_site(store_world, number, at(f"2026-03-02 {after}"), at(f"2026-03-02 {by}"))
    found = total(store_world)
    assert {name: getattr(found, name) for name in ("in_time", "late", "undecided")} == {
        "in_time": 0,
        "late": 0,
        "undecided": 0,
        what: 1,
    }
    assert found.answered == 1


def test_marked_is_told_apart_until_it_is_confirmed(store_world: StoreWorld) -> None:
    number = store_world.ticket()
    store_world.act(number, Action.ALREADY_ANSWERED, "ivan", at("2026-03-02 11:30"))
    found = total(store_world)
    assert (found.in_time, found.in_time_marked, found.marked, found.answered) == (1, 1, 1, 0)
    # Moderation showed it only after the deadline: the team had done its part in time.
    seen_on_site(store_world, number, at("2026-03-02 12:30"), at("2026-03-02 13:00"))
    found = total(store_world)
    assert (found.in_time, found.in_time_marked, found.marked, found.answered) == (1, 0, 0, 1)
    assert found.reaction == timedelta(minutes=30)
    assert found.guest_wait == timedelta(minutes=60)


def test_a_mark_the_site_never_confirmed_does_not_count(store_world: StoreWorld) -> None:
    number = store_world.ticket()
    store_world.act(number, Action.ALREADY_ANSWERED, "ivan", at("2026-03-02 11:30"))
    back = at("2026-03-04 12:00")
    store_world.change_review(number, unanswered_seen_at=back)
    store_world.act(number, Action.NOT_CONFIRMED, CLOCK, back)
    found = total(store_world, back)
    assert (found.in_time, found.late, found.running, found.reactions) == (0, 1, 1, [])


def test_what_nobody_answered_is_late_only_where_we_could_see(store_world: StoreWorld) -> None:
    number = store_world.ticket()
    assert total(store_world, MONDAY).running == 1
    store_world.change_target(YANDEX, health="blocked", health_since=at("2026-03-02 11:30"))
    found = figures(store_world)
    assert (found.total.late, found.total.undecided) == (0, 1)
    assert [(each.location, each.since) for each in found.blind] == [
        ("tverskaya", at("2026-03-02 11:30"))
    ]
    store_world.change_target(YANDEX, health="ok")
    assert total(store_world).undecided == 1
    store_world.change_review(number, unanswered_seen_at=at("2026-03-02 12:30"))
    assert (total(store_world).late, total(store_world).late_open) == (1, 1)


def test_escalated_counts_breaches_and_refuted_ones_apart(store_world: StoreWorld) -> None:
    late, refuted = store_world.ticket(), store_world.ticket()
    breach(store_world)
    seen_on_site(store_world, late, at("2026-03-02 12:30"), at("2026-03-02 13:00"))
    store_world.change_review(refuted, reply_at=at("2026-03-02 11:30"))
    seen_on_site(store_world, refuted, at("2026-03-02 11:20"), at("2026-03-02 13:00"))
    found = total(store_world)
    assert (found.escalated, found.refuted, found.late, found.in_time) == (2, 1, 1, 1)


def test_places_add_up_and_set_aside_is_no_lateness(store_world: StoreWorld) -> None:
    store_world.ticket()
    skipped = store_world.ticket(target="nevsky/yandex_maps")
    store_world.act(skipped, Action.SKIP, "ivan", MONDAY, reason="spam")
    store_world.ticket(tone=Tone.POSITIVE, rating=5)
    found = figures(store_world)
    assert set(found.places) == {"tverskaya", "nevsky"}
    assert (found.total.reviews, found.total.complaints, found.total.skipped) == (3, 2, 1)
    assert found.places["nevsky"].late == 0
    assert found.total.to_json()["topics"] == {"waiting": 2}, "those of complaints"


def test_health_names_what_is_wrong(store_world: StoreWorld) -> None:
    store_world.ticket()
    store_world.change_target(
        YANDEX, health="blocked", health_since=MONDAY, failures=3, next_poll_at=EVENING
    )
    store_world.db.write_now(lambda session: disable_chat(session, SUPPORT, "kicked", MONDAY))
    store_world.db.write_now(
        lambda session: inbox.store_updates(session, [{"update_id": 1}], MONDAY)
    )
    found = store_world.db.read_now(
        lambda session: health_facts.health(store_world.tx(session, EVENING))
    )
    [blind] = found.blind
    assert (blind.health, blind.since, blind.locations, blind.all_locations) == (
        Health.BLOCKED,
        MONDAY,
        1,
        False,
    )
    assert (blind.open_tickets, blind.operator, blind.attempts) == (1, "Олег", 3)
    assert found.dead_chats == ("support",)
    assert (found.open_tickets, found.overdue, found.inbox_waiting) == (1, 1, 1)
    assert (found.outbox_waiting, found.outbox_oldest) == (1, MONDAY)
    assert found.states == {"ok": 3, "blocked": 1}


def test_health_knows_how_telegram_is_until_it_is_well_again(store_world: StoreWorld) -> None:
    def telegram(now: datetime) -> tuple[str, datetime | None]:
        found = store_world.db.read_now(
            lambda session: health_facts.health(store_world.tx(session, now))
        )
        examined = store_world.db.read_now(lambda session: diagnosis.examine(session, now))
        assert (examined.telegram, examined.telegram_since) == (
            found.telegram,
            found.telegram_since,
        )
        assert examined.is_well is not bool(found.telegram)
        return found.telegram, found.telegram_since

    def became(state: str, when: datetime) -> None:
        row = MeasureRow(at=when, name="telegram", subject=state, value=float(state == "ok"))
        store_world.db.write_now(lambda session: session.add(row))

    assert telegram(MONDAY) == ("", None)
    became("ok", MONDAY)
    became("unreachable", MONDAY + timedelta(minutes=1))
    became("refused", MONDAY + timedelta(minutes=2))
    # What is wrong is the newest word; since when, the first: a restart amid it changes nothing.
    assert telegram(EVENING) == ("refused", MONDAY + timedelta(minutes=1))
    became("ok", MONDAY + timedelta(minutes=3))
    assert telegram(EVENING) == ("", None)


def test_health_of_a_quiet_house_is_good(store_world: StoreWorld) -> None:
    found = store_world.db.read_now(
        lambda session: health_facts.health(store_world.tx(session, MONDAY))
    )
    assert found.blind == ()
    assert (found.outbox_parked, found.inbox_parked, found.overdue) == (0, 0, 0)
    assert found.last_reading_at == MONDAY


def test_exports_hold_every_column(store_world: StoreWorld) -> None:
    number = store_world.ticket()
    store_world.act(number, Action.ALREADY_ANSWERED, "ivan", MONDAY)
    back = MONDAY + timedelta(hours=48)
    store_world.change_review(number, unanswered_seen_at=back)
    store_world.act(number, Action.NOT_CONFIRMED, CLOCK, back)
    [review] = store_world.db.read_now(lambda session: list(exports.reviews(session)))
    assert tuple(review) == exports.REVIEW_COLUMNS
    assert (review["location"], review["source"], review["rating"]) == (
        "tverskaya",
        "yandex_maps",
        1,
    )
    rounds = store_world.db.read_now(lambda session: list(exports.tickets(session, EVENING)))
    assert [tuple(each) for each in rounds] == [exports.TICKET_COLUMNS] * 2
    assert [(each["number"], each["round"], each["round_reason"]) for each in rounds] == [
        (number, 1, "new"),
        (number, 2, "not_confirmed"),
    ]
    assert [each["outcome"] for each in rounds] == ["late", "running"]
    assert rounds[0]["url"] is None
    assert rounds[0]["external_id"] == "r1"


def test_parked_messages_show(store_world: StoreWorld) -> None:
    store_world.ticket()
    [row] = store_world.outbox(OutboxKind.ALERT)
    store_world.db.write_now(lambda session: unsent.park(session, [row.id or 0], "bad", MONDAY))
    found = store_world.db.read_now(
        lambda session: health_facts.health(store_world.tx(session, MONDAY))
    )
    assert (found.outbox_parked, found.outbox_waiting) == (1, 0)


def test_alike_reviews_are_counted_and_the_old_one_among_them_is_not(
    store_world: StoreWorld,
) -> None:
    store_world.change_target(YANDEX, first_contact_at=MONDAY - timedelta(hours=12))
    numbers = [store_world.ticket() for _ in range(4)]
    found = total(store_world)
    assert (found.reviews, found.topics) == (4, {"waiting": 4})
    long_ago = MONDAY - timedelta(days=400)
    store_world.change_review(numbers[0], published_at=long_ago)
    store_world.change_review(numbers[1], published_at=long_ago, found_late=True)
    store_world.change_review(numbers[2], published_at=None)
    found = total(store_world)
    assert (found.reviews, found.topics) == (3, {"waiting": 3})
    assert found.tones == {Tone.NEGATIVE: 3}


@pytest.mark.parametrize("most_others", [0, FEW_KEYS])
@pytest.mark.parametrize("source", [None, "yandex_maps"])
@pytest.mark.parametrize(
    ("few", "rated"), [(("tverskaya", "nevsky"), 8), (("tverskaya",), 6), (("nevsky",), 2)]
)
def test_many_places_are_told_as_few_are(
    store_world: StoreWorld,
    few: tuple[str, ...],
    rated: int,
    source: str | None,
    most_others: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Other places, of which there are none, a few or more than are listed, stay out."""
    past = Past(store_world)
    past.watched_since(MONDAY - timedelta(days=90))
    with past.together():
        for back in (1, 3, 20):
            past.day(MONDAY - timedelta(days=back), stars=(5, 1, 3), topic="food")
            past.day(MONDAY - timedelta(days=back), "nevsky/google_business", stars=(4,))
    many = (*few, *(f"place{n}" for n in range(FEW_KEYS)))
    since, until = MONDAY - timedelta(days=10), MONDAY

    def told(rows: Session, places: tuple[str, ...]) -> list[object]:
        return [
            list(written(rows, places, since, until)),
            stars_by_page(rows, places, since, until, source),
            stars_by_page(rows, places, since, until, source, apart=False),
            count_written(rows, places, since, until, "Europe/Berlin", source, apart=True),
            came(rows, since, until, places, source),
            came_of_pages(rows, since, until, places, source, apart=False),
        ]

    of_few = store_world.db.read_now(lambda rows: told(rows, few))
    monkeypatch.setattr("reviewbot.store.days.pages.FEW_KEYS", most_others)
    assert store_world.db.read_now(lambda rows: told(rows, many)) == of_few
    stars = store_world.db.read_now(lambda rows: stars_by_page(rows, few, since, until))
    assert sum(each.n for each in stars.values()) == rated


def heat(moments: list[datetime]) -> list[list[int]]:
    found = Counter((at.weekday(), at.hour) for at in moments)
    return [[found[day, hour] for hour in range(24)] for day in range(7)]


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe"])
@pytest.mark.parametrize(("source", "at_once"), [(None, 7), ("yandex_maps", strung.AT_ONCE)])
def test_what_the_database_counts_is_what_its_reviews_say(
    store_world: StoreWorld,
    zone: str,
    source: str | None,
    at_once: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(strung, "AT_ONCE", at_once)
    past, here = Past(store_world), ZoneInfo(zone)
    with past.together():
        for back in range(40):
            on = MONDAY + timedelta(days=27 - back)
            past.day(on, stars=(5, 1, 3), topic=("food", "staff")[back % 2])
            past.day(on, "nevsky/google_business", stars=(4, 2))
            past.day(on, stars=(5,), reply_text="Ждём.", reply_at=on + timedelta(hours=back))
            past.day(on, stars=(4,), published_at=None, rating=None)
            past.day(
                on, stars=(5,), text="Спасибо Марине, суп хорош, шеф тоже", pros='и "Анна"\n\\'
            )
            past.day(on, stars=(5,), text=None, pros="Шеф Марина", author="Марина")
    places = ("tverskaya", "nevsky")
    since, until = MONDAY - timedelta(days=8, hours=3), MONDAY + timedelta(days=27)

    def same(rows: Session) -> list[WrittenReview]:
        every = list(written(rows, places, since, until))
        these = [each for each in every if source in (None, each.source)]
        span = (since, until, zone, source)
        people = (["Марина", "Шеф"], {"soup": ("суп",)})
        listener = Listener(*people)
        found = count_written(rows, places, *span, listener=listener)["", ""]
        apart = WrittenCounts()
        for each in count_written(rows, places, *span, listener=listener, apart=True).values():
            apart += each
        assert apart == found
        assert found.said == heard(
            Praise(rows, was_written(rows, places, *span[:2], source)), *people
        )
        assert all((found.said.capitals, found.said.dishes, found.said.small))
        day = {each.review_id: each.written_at.astimezone(here).date() for each in these}
        assert found.stars() == stars_of(these)
        assert found.stars_by_place().get("nevsky") == (
            None if source else stars_of([each for each in these if each.place == "nevsky"])
        )
        assert found.written_on() == Counter(day.values())
        assert found.stars_on() == {
            on: stars_of([each for each in these if day[each.review_id] == on])
            for on in day.values()
        }
        complaints = [each for each in these if each.is_complaint]
        assert found.complaints_on() == Counter(
            (day[each.review_id], topic) for each in complaints for topic in each.topics
        )
        assert found.praise() == Counter(topic for each in these for topic in each.praise)
        answered = found.answered({"yandex_maps"})
        on_it = [each for each in these if each.source == "yandex_maps"]
        assert answered.n == len(on_it)
        assert answered.k == sum(each.is_answered for each in on_it)
        timed = [each for each in these if each.has_hour]
        assert found.arrivals == heat([each.written_at.astimezone(here) for each in timed])
        replied = [each.reply_at.astimezone(here) for each in timed if each.reply_at]
        assert found.answers == heat(replied)
        return these

    assert len(store_world.db.read_now(same)) > 90
