"""What a digest says, out of real rows: each figure by a case that would be told wrongly."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlmodel import Session, col, select

from reviewbot.core.calendar import digest_days
from reviewbot.core.calendar.digest_days import (
    DigestFacts,
    Due,
    Period,
    PlaceCount,
    RuleWord,
    TopicCount,
)
from reviewbot.core.model import OutboxKind, Severity, Tone
from reviewbot.core.settings import DigestTime
from reviewbot.core.ticket import CLOCK, SITE, Action
from reviewbot.queries.open_tickets import Among
from reviewbot.store import chats
from reviewbot.store.tables import (
    DigestSentRow,
    DraftRow,
    ReviewRow,
    TargetRow,
    TargetStateRow,
    TicketRow,
)
from reviewbot.words.language import words_in
from reviewbot.words.trends.pictures import rating_panel
from reviewbot.workflow import remarks
from reviewbot.workflow.chats import disable_chat
from reviewbot.workflow.digests import (
    PAGE_UNITS,
    are_due,
    digest_facts,
    period_facts,
    put_due,
    ready_page,
)
from tests.store.store_world import MANAGERS, MONDAY, ON_SQLITE, StoreWorld, actor, at
from tests.trends_world import Past

TUESDAY = at("2026-03-03 09:15")
LONG_AGO = at("2025-12-01 09:00")
TVERSKAYA, NEVSKY = "tverskaya/yandex_maps", "nevsky/yandex_maps"
TIMES = {
    "daily": DigestTime(time(9, 15)),
    "weekly": DigestTime(time(9, 30), weekday=0),
    "monthly": DigestTime(time(10), monthday=1),
}


@pytest.fixture
def store_world(tmp_path: Path, database_path: str) -> Iterator[StoreWorld]:
    made = StoreWorld(tmp_path, database=database_path)
    made.settings = replace(made.settings, digest={"managers": TIMES})
    watched(made, LONG_AGO)
    yield made
    made.db.close()


def watched(store_world: StoreWorld, since: datetime, read_at: datetime = TUESDAY) -> None:
    """Every page is known since, and was read lately."""
    for key in store_world.settings.targets:
        store_world.change_target(key, first_contact_at=since, last_reading_at=read_at)


def facts(
    store_world: StoreWorld,
    period: Period = Period.DAILY,
    now: datetime = TUESDAY,
    chat: str = "managers",
    on: date | None = None,
) -> DigestFacts:
    due = Due(period, on or now.date())
    return store_world.db.read_now(
        lambda session: digest_facts(
            store_world.tx(session, now),
            store_world.settings.chats[chat],
            due,
        )
    )


def state(store_world: StoreWorld, key: str, health: str, since: datetime) -> None:
    """A target changes its health, as a reading would write it."""

    def change(session: Session) -> None:
        row = session.exec(select(TargetRow).where(TargetRow.key == key)).one()
        row.health, row.health_since = health, since
        session.add(row)
        session.add(TargetStateRow(target_id=row.id or 0, health=health, since=since))

    store_world.db.write_now(change)


def change_last_review(store_world: StoreWorld, **values: Any) -> None:
    def change(session: Session) -> None:
        row = session.exec(select(ReviewRow).order_by(col(ReviewRow.id).desc())).first()
        assert row is not None
        for name, value in values.items():
            setattr(row, name, value)
        session.add(row)

    store_world.db.write_now(change)


def put(store_world: StoreWorld, now: datetime) -> int:
    due = store_world.db.read_now(lambda session: are_due(store_world.tx(session, now)))
    count = store_world.db.write_now(lambda session: put_due(store_world.tx(session, now)))
    assert due is (count > 0), "the look and the deed agree"
    return count


def sent(store_world: StoreWorld, key: str, chat: str = "managers") -> None:
    """A digest went to a chat, long enough ago for its message to be pruned."""
    row = DigestSentRow(chat_key=chat, period=key, sent_at=MONDAY)
    store_world.db.write_now(lambda session: session.add(row))


def test_a_digest_that_raises_is_told_and_the_others_go(store_world: StoreWorld) -> None:
    store_world.settings = replace(
        store_world.settings, digest={"no chat": TIMES, **store_world.settings.digest}
    )
    assert put(store_world, TUESDAY) == 1
    notices = [row.payload for row in store_world.outbox(OutboxKind.NOTICE)]
    assert [each["params"] for each in notices if each["code"] == "stuck"] != []
    assert [row.payload["chat"] for row in store_world.outbox(OutboxKind.DIGEST)] == ["managers"]


def test_what_came_yesterday_is_counted_by_the_desks_days(store_world: StoreWorld) -> None:
    store_world.ticket(now=at("2026-03-01 23:59"))
    store_world.ticket(now=at("2026-03-02 00:00"))
    store_world.ticket(now=at("2026-03-02 23:59"), target=NEVSKY, tone=Tone.MIXED, rating=3)
    store_world.ticket(now=at("2026-03-03 00:00"))
    figures = facts(store_world).figures
    assert (figures.new, figures.complaints) == (2, 1)
    sent(store_world, "daily:2026-03-01")
    assert facts(store_world).figures.new == 3


def test_the_past_that_a_first_reading_brings_is_no_news(store_world: StoreWorld) -> None:
    watched(store_world, MONDAY)
    store_world.ticket(now=MONDAY, backlog=True)
    store_world.ticket(now=MONDAY + timedelta(hours=1))
    change_last_review(store_world, published_at=MONDAY - timedelta(days=9))
    assert facts(store_world).figures.new == 0
    change_last_review(store_world, found_late=True)
    assert facts(store_world).figures.new == 1
    assert facts(store_world).watched_since == MONDAY
    assert facts(store_world, now=at("2026-03-04 09:15")).watched_since is None


def test_topics_and_praise(store_world: StoreWorld) -> None:
    for target in (TVERSKAYA, TVERSKAYA, NEVSKY):
        store_world.ticket(target=target)
    change_last_review(store_world, topics=["staff", "waiting"])
    store_world.ticket(target=NEVSKY, tone=Tone.POSITIVE, rating=5)
    change_last_review(store_world, topics=["price"], praise=["food", "staff"])
    store_world.ticket(target=TVERSKAYA, tone=Tone.POSITIVE, rating=5)
    change_last_review(store_world, topics=[], praise=["staff"])
    figures = facts(store_world).figures
    assert figures.topics == (
        TopicCount("waiting", 3, "Тверская 12"),
        TopicCount("staff", 1, "Невский 40"),
    )
    assert figures.praise == TopicCount("staff", 2)


def test_bare_stars_without_a_ticket_are_told_unless_answered(store_world: StoreWorld) -> None:
    for rating in (1, 2, 3):
        store_world.review(
            text=None, rating=rating, tone=Tone.NEGATIVE if rating < 3 else Tone.MIXED
        )
    assert facts(store_world).figures.wordless == (PlaceCount("Тверская 12", 2),)
    store_world.review(text=None, rating=1, target=NEVSKY)
    change_last_review(store_world, reply_text="Простите")
    store_world.ticket(rating=1)
    assert facts(store_world).figures.wordless == (PlaceCount("Тверская 12", 2),)


def test_a_deadline_counts_once_on_the_day_it_was_decided(store_world: StoreWorld) -> None:
    """In time when answered, late at the deadline, whatever happens afterwards."""
    in_time = store_world.ticket()
    store_world.act(in_time, Action.ALREADY_ANSWERED, "ivan", at("2026-03-02 11:30"))
    late = store_world.ticket()
    store_world.change_review(late, unanswered_seen_at=at("2026-03-02 12:30"))
    told = facts(store_world).figures
    assert (told.in_time, told.marked, told.late, told.undecided) == (1, 1, 1, 0)
    assert told.usual == timedelta(minutes=30)

    store_world.act(late, Action.ALREADY_ANSWERED, "ivan", at("2026-03-03 12:30"))
    again = facts(store_world).figures
    assert (again.in_time, again.late) == (1, 1)
    wednesday = facts(store_world, now=at("2026-03-04 09:15")).figures
    assert wednesday.decided == 0, "it was told as late already"
    week = facts(store_world, Period.WEEKLY, at("2026-03-09 09:30")).figures
    assert (week.in_time, week.late) == (1, 1)
    # 30 minutes, and from Monday 11:00 to Tuesday 12:30 in the desk's hours: 8 h + 2.5 h.
    assert week.usual == (timedelta(minutes=30) + timedelta(hours=10.5)) / 2


def test_what_nobody_can_know_is_undecided(store_world: StoreWorld) -> None:
    number = store_world.ticket()
    store_world.change_review(number, unanswered_seen_at=at("2026-03-02 11:40"))
    assert facts(store_world).figures.undecided == 1
    store_world.change_review(number, reply_text="Простите", reply_seen_at=at("2026-03-02 12:20"))
    store_world.act(number, Action.REPLY_SEEN, SITE, at("2026-03-02 12:20"))
    figures = facts(store_world).figures
    assert (figures.in_time, figures.late, figures.undecided) == (0, 0, 1)


def test_a_mark_that_was_refuted_is_not_in_time(store_world: StoreWorld) -> None:
    number = store_world.ticket()
    store_world.act(number, Action.ALREADY_ANSWERED, "ivan", at("2026-03-02 11:30"))
    assert facts(store_world).figures.in_time == 1
    back = at("2026-03-04 12:00")
    store_world.change_review(number, unanswered_seen_at=back)
    store_world.act(number, Action.NOT_CONFIRMED, CLOCK, back)
    figures = facts(store_world).figures
    assert (figures.in_time, figures.late) == (0, 1)


def test_what_was_set_aside_is_nobodys_lateness(store_world: StoreWorld) -> None:
    number = store_world.ticket()
    store_world.act(number, Action.SKIP, "ivan", at("2026-03-02 15:00"), reason="spam")
    told = facts(store_world)
    assert (told.figures.decided, told.figures.undecided, told.open) == (0, 0, 0)


def test_open_and_overdue_name_the_places_and_what_is_hidden(store_world: StoreWorld) -> None:
    store_world.ticket()
    for _ in range(2):
        store_world.ticket(target=NEVSKY)
    store_world.ticket(now=at("2026-03-03 09:00"))
    posted = store_world.ticket()
    store_world.act(posted, Action.ALREADY_ANSWERED, "ivan", MONDAY)
    told = facts(store_world)
    assert told.open == 4
    assert told.overdue == (PlaceCount("Невский 40", 2), PlaceCount("Тверская 12", 1))
    assert told.overdue_unseen == 0
    state(store_world, NEVSKY, "blocked", at("2026-03-03 08:00"))
    assert facts(store_world).overdue_unseen == 2
    store_world.change_target(TVERSKAYA, retired_at=at("2026-03-03 08:00"))
    assert facts(store_world).overdue_unseen == 3, "nobody reads a page that left the file"


def good(store_world: StoreWorld, **about: Any) -> int:
    return store_world.ticket(**{"tone": Tone.POSITIVE, "rating": 5, **about})


def test_good_reviews_with_a_ready_draft_are_apart_from_the_open_ones(
    store_world: StoreWorld,
) -> None:
    first = good(store_world)
    for _ in range(2):
        good(store_world, target=NEVSKY)
    assert (facts(store_world).open, facts(store_world).ready) == (0, 3)
    store_world.act(first, Action.TAKE, "ivan", MONDAY)
    assert (facts(store_world).open, facts(store_world).ready) == (1, 2)
    good(store_world, severity=Severity.CRITICAL)
    good(store_world)
    change_last_review(store_world, needs_human=True)
    good(store_world)
    change_last_review(store_world, can_reply=False)
    assert (facts(store_world).open, facts(store_world).ready) == (4, 2)
    late = at("2026-03-10 12:00")
    assert (facts(store_world, now=late).open, facts(store_world, now=late).ready) == (6, 2)
    assert sum(place.count for place in facts(store_world, now=late).overdue) == 6


def test_a_page_of_good_reviews_holds_five_or_what_fits(store_world: StoreWorld) -> None:
    numbers = [good(store_world) for _ in range(7)]
    wanted = Among(TUESDAY, ("tverskaya", "nevsky"), ready=True)

    def page(offset: int, person: str | None = None) -> list[int]:
        who = store_world.settings.people[person] if person else None
        found = store_world.db.read_now(
            lambda session: ready_page(store_world.tx(session), who, wanted, offset)
        )
        return [each.ticket_id for each in found]

    assert page(0) == numbers[:5]
    assert page(5) == numbers[5:]
    assert page(7) == []
    assert page(0, "petr") == [], "he works for Petersburg alone"

    def lengthen(session: Session) -> None:
        for row in session.exec(select(DraftRow)).all():
            row.text = "🙂" * (PAGE_UNITS // 2 // 3)
            session.add(row)

    store_world.db.write_now(lengthen)
    assert page(0) == numbers[:3]


def test_time_out_of_sight_is_told_by_site(store_world: StoreWorld) -> None:
    night = at("2026-03-03 02:00")
    for key in (TVERSKAYA, NEVSKY):
        state(store_world, key, "blocked", night)
        state(store_world, key, "ok", at("2026-03-03 07:30"))
    state(store_world, "nevsky/google_business", "unreachable", at("2026-03-02 12:00"))
    state(store_world, "nevsky/google_business", "ok", at("2026-03-02 12:10"))
    told = facts(store_world)
    [gap] = told.unseen
    assert gap.source_title["ru"] == "Яндекс"
    assert (gap.since, gap.until, gap.spells) == (night, at("2026-03-03 07:30"), 1)
    assert (gap.places, gap.of, gap.place) == (2, 2, None)
    assert told.all_in_sight
    state(store_world, NEVSKY, "blocked", at("2026-03-03 09:10"))
    now, past = facts(store_world).unseen
    assert (now.since, now.until) == (at("2026-03-03 09:10"), None)
    assert (now.places, now.of, now.place) == (1, 2, "Невский 40"), "the other is read"
    assert (past.until, past.places) == (at("2026-03-03 07:30"), 2)
    assert not facts(store_world).all_in_sight


def test_places_hidden_one_after_another_are_not_a_site_hidden_all_that_time(
    store_world: StoreWorld,
) -> None:
    for key, hour in ((TVERSKAYA, 2), (NEVSKY, 4)):
        state(store_world, key, "unreachable", at(f"2026-03-03 0{hour}:00"))
        state(store_world, key, "ok", at(f"2026-03-03 0{hour + 1}:00"))
    [gap] = facts(store_world).unseen
    assert (gap.length, gap.at_most) == (timedelta(hours=2), timedelta(hours=1))
    state(store_world, NEVSKY, "blocked", at("2026-03-03 06:00"))
    state(store_world, TVERSKAYA, "blocked", at("2026-03-03 06:00"))
    now, past = facts(store_world).unseen
    assert (now.since, now.until, now.places) == (at("2026-03-03 06:00"), None, 2)
    assert (past.length, past.at_most) == (timedelta(hours=2), timedelta(hours=1))


def test_what_lasts_is_told_since_it_began_and_not_since_the_period_did(
    store_world: StoreWorld,
) -> None:
    state(store_world, NEVSKY, "blocked", at("2026-02-10 10:00"))
    [gap] = facts(store_world).unseen
    assert gap.since == at("2026-02-10 10:00")


def test_pages_nobody_read_since_are_told(store_world: StoreWorld) -> None:
    assert facts(store_world).unread == 0
    store_world.change_target(TVERSKAYA, last_reading_at=at("2026-03-02 17:00"))
    assert facts(store_world).unread == 1
    store_world.change_target(TVERSKAYA, last_reading_at=at("2026-03-02 17:00"), health="blocked")
    assert facts(store_world).unread == 0, "that is told with the site"


def test_a_week_is_compared_only_where_both_were_seen(store_world: StoreWorld) -> None:
    monday = at("2026-03-02 09:30")
    store_world.ticket(now=at("2026-02-24 12:00"))
    for _ in range(2):
        store_world.ticket(now=at("2026-02-17 12:00"))
    told = facts(store_world, Period.WEEKLY, monday)
    assert told.figures.new == 1
    assert told.before is not None
    assert told.before.new == 2

    for key in (TVERSKAYA, NEVSKY):
        state(store_world, key, "blocked", at("2026-02-18 00:00"))
        state(store_world, key, "ok", at("2026-02-21 00:00"))
    told = facts(store_world, Period.WEEKLY, monday)
    assert (told.before, told.uncompared) == (None, True)
    assert told.unseen == (), "that was the week before"

    watched(store_world, at("2026-02-18 00:00"))
    told = facts(store_world, Period.WEEKLY, monday)
    assert (told.before, told.uncompared) == (None, False)


def test_a_day_that_is_not_over_is_compared_with_the_same_hours(store_world: StoreWorld) -> None:
    for hour in (9, 10, 15, 19):
        store_world.ticket(now=at(f"2026-03-02 {hour:02}:00"))
    store_world.ticket(now=at("2026-03-03 09:10"))
    now = at("2026-03-03 10:30")
    store_world.change_target(TVERSKAYA, last_reading_at=now)
    today = digest_days.days_back(1, date(2026, 3, 4), "Europe/Moscow")
    told = store_world.db.read_now(
        lambda rows: period_facts(
            store_world.tx(rows, now), ("tverskaya",), Period.RECENT, today, "Europe/Moscow"
        )
    )
    assert told.before is not None
    assert (told.figures.new, told.before.new) == (1, 2)
    assert told.overview is not None
    assert told.overview.days[-1].is_unfinished
    panel = rating_panel(told.overview, words_in("ru"))
    assert (panel.is_unfinished, panel.labels[-1]) == (True, "сегодня…")


def test_what_a_later_reading_finds_of_the_past_waits_for_no_card(store_world: StoreWorld) -> None:
    monday = at("2026-03-02 12:00")
    past = Past(store_world)
    for written_at in (LONG_AGO - timedelta(days=400), monday - timedelta(hours=2)):
        past.day(monday, stars=(2,), published_at=written_at, first_seen_at=monday)
    # A quarter of an hour less than a day before watching began is none of the past.
    edge = LONG_AGO - timedelta(hours=23, minutes=45)
    past.day(monday, stars=(2,), published_at=edge, first_seen_at=monday)
    told = facts(store_world)
    assert (told.figures.new, told.uncarded) == (2, 2)


def test_the_worst_and_the_calm_places_of_a_week(store_world: StoreWorld) -> None:
    day = at("2026-02-24 12:00")
    monday = at("2026-03-02 09:30")
    for _ in range(2):
        store_world.ticket(now=day, target=NEVSKY)
    assert facts(store_world, Period.WEEKLY, monday).figures.worst == (), "too few to say"
    for _ in range(8):
        good(store_world, now=day, target=NEVSKY)
    for _ in range(6):
        good(store_world, now=day)
    figures = facts(store_world, Period.WEEKLY, monday).figures
    assert figures.worst == (PlaceCount("Невский 40", 2, 10),)
    assert figures.calm == (PlaceCount("Тверская 12", 0, 6),)
    state(store_world, TVERSKAYA, "blocked", at("2026-02-25 12:00"))
    state(store_world, TVERSKAYA, "ok", at("2026-02-25 13:00"))
    calm = facts(store_world, Period.WEEKLY, monday).figures.calm
    assert calm == figures.calm, "an hour of a week is no reason to say nothing"
    state(store_world, TVERSKAYA, "blocked", at("2026-02-25 14:00"))
    state(store_world, TVERSKAYA, "ok", at("2026-02-27 14:00"))
    assert facts(store_world, Period.WEEKLY, monday).figures.calm == (), "nobody knows"


def test_reviews_gone_from_their_sites_are_counted(store_world: StoreWorld) -> None:
    store_world.ticket()
    change_last_review(store_world, gone_at=at("2026-03-02 20:00"))
    assert facts(store_world).figures.gone == 1


def test_a_month_tells_the_rules_that_staff_found_wrong(store_world: StoreWorld) -> None:
    reason = {"rule": "ru.staff.nagl", "words": "нагл", "points": 1.4, "topic": "staff"}
    for place in range(6):
        number = store_world.ticket(target=NEVSKY if place == 5 else TVERSKAYA)
        store_world.change_review(number, reasons=[reason])
        if place < 3:
            store_world.act(number, Action.ALREADY_ANSWERED, "ivan", MONDAY)
            continue
        store_world.db.write_now(
            lambda session, number=number: remarks.verdict_feedback(
                store_world.tx(session, MONDAY),
                number,
                actor("ivan"),
                "not_a_complaint",
            )
        )
    april = at("2026-04-01 10:00")
    assert facts(store_world, Period.MONTHLY, april).rules == (RuleWord("ru.staff.nagl", 3, 6),)
    assert facts(store_world, Period.WEEKLY, at("2026-03-09 09:30")).rules == ()
    only = replace(store_world.settings.chats["managers"], key="petr", person="petr")
    store_world.settings = replace(
        store_world.settings, chats={**store_world.settings.chats, "petr": only}
    )
    assert facts(store_world, Period.MONTHLY, april, "petr").rules == (), (
        "one of his places' says little"
    )


def test_a_chat_is_told_of_its_own_places(store_world: StoreWorld) -> None:
    store_world.ticket()
    store_world.ticket(target=NEVSKY)
    petr = replace(store_world.settings.chats["managers"], key="petr", person="petr")
    store_world.settings = replace(
        store_world.settings, chats={**store_world.settings.chats, "petr": petr}
    )
    told = facts(store_world, chat="petr")
    assert (told.locations, told.name, told.figures.new, told.open) == (1, "Невский 40", 1, 1)


def test_a_digest_is_put_once_whatever_the_clock_does(store_world: StoreWorld) -> None:
    assert put(store_world, at("2026-03-03 09:14")) == 0
    assert put(store_world, TUESDAY) == 1
    assert put(store_world, TUESDAY + timedelta(hours=5)) == 0
    assert put(store_world, TUESDAY) == 0, "the clock was set back"
    later = {"managers": {"daily": DigestTime(time(18))}}
    store_world.settings = replace(store_world.settings, digest=later)
    assert put(store_world, at("2026-03-03 18:30")) == 0, "the operator chose another time"
    watched(store_world, LONG_AGO, at("2026-03-04 18:00"))
    assert put(store_world, at("2026-03-04 18:30")) == 1
    rows = store_world.outbox(OutboxKind.DIGEST)
    assert [(row.chat_id, row.payload["on"]) for row in rows] == [
        (MANAGERS, "2026-03-03"),
        (MANAGERS, "2026-03-04"),
    ]
    assert [row.silent for row in rows] == [False, False]


def test_it_is_not_put_twice_when_its_message_is_forgotten(store_world: StoreWorld) -> None:
    assert put(store_world, TUESDAY) == 1
    store_world.db.write_now(
        lambda session: [session.delete(row) for row in store_world.outbox(OutboxKind.DIGEST)]
    )
    assert put(store_world, TUESDAY) == 0
    sent = store_world.db.read_now(lambda session: session.exec(select(DigestSentRow)).all())
    assert [(row.chat_key, row.period) for row in sent] == [("managers", "daily:2026-03-03")]


def test_it_waits_for_pages_that_nobody_read_since(store_world: StoreWorld) -> None:
    store_world.change_target(NEVSKY, last_reading_at=at("2026-03-01 12:00"))
    assert put(store_world, TUESDAY) == 1
    [row] = store_world.outbox(OutboxKind.DIGEST)
    assert row.not_before == TUESDAY + timedelta(minutes=20)


def test_at_night_it_makes_no_sound(store_world: StoreWorld) -> None:
    store_world.settings = replace(
        store_world.settings, digest={"managers": {"daily": DigestTime(time(7))}}
    )
    assert put(store_world, at("2026-03-03 07:00")) == 1
    [row] = store_world.outbox(OutboxKind.DIGEST)
    assert row.silent


def test_nobody_is_told_of_a_time_before_the_first_reading(store_world: StoreWorld) -> None:
    watched(store_world, TUESDAY - timedelta(minutes=5))
    assert put(store_world, TUESDAY) == 0
    store_world.change_target(NEVSKY, first_contact_at=None)
    watched(store_world, MONDAY)
    assert put(store_world, TUESDAY) == 1


def test_a_dead_chat_gets_none_and_what_waited_stays_out_of_other_chats(
    store_world: StoreWorld,
) -> None:
    assert put(store_world, TUESDAY) == 1
    support = store_world.settings.chats["support"]
    store_world.db.write_now(
        lambda session: disable_chat(session, MANAGERS, "kicked", TUESDAY, support)
    )
    [row] = store_world.outbox(OutboxKind.DIGEST)
    assert (row.chat_id, row.parked_at) == (MANAGERS, TUESDAY)
    watched(store_world, LONG_AGO, at("2026-03-04 09:00"))
    assert put(store_world, at("2026-03-04 09:15")) == 0
    store_world.db.write_now(lambda session: chats.revive_chat(session, MANAGERS))
    assert put(store_world, at("2026-03-04 12:00")) == 1
    sent(store_world, "daily:2026-03-01")
    told = facts(store_world, now=at("2026-03-04 12:00"))
    assert told.days.first == date(2026, 3, 1), "what never reached the chat is told now"


def test_a_backlog_is_owed_without_a_deadline(store_world: StoreWorld) -> None:
    store_world.ticket(backlog=True)
    told = facts(store_world)
    assert (told.open, told.overdue, told.figures.decided) == (1, (), 0)
    number = store_world.db.read_now(lambda session: session.exec(select(TicketRow.id)).one())
    assert store_world.round(number or 0).reply_deadline is None


def test_a_round_that_was_skipped_is_nobodys_lateness_when_the_ticket_comes_back(
    store_world: StoreWorld,
) -> None:
    number = store_world.ticket()
    store_world.act(number, Action.SKIP, "ivan", at("2026-03-02 11:20"), reason="spam")
    store_world.change_review(number, unanswered_seen_at=at("2026-03-03 08:00"))
    store_world.act(number, Action.EDITED_WORSE, SITE, at("2026-03-03 08:00"))
    assert store_world.round(number).n == 2
    figures = facts(store_world).figures
    assert (figures.decided, figures.undecided) == (0, 0)


def test_a_round_that_went_with_its_review_is_left_out_unless_it_was_answered(
    store_world: StoreWorld,
) -> None:
    unanswered, answered = store_world.ticket(), store_world.ticket()
    store_world.act(answered, Action.ALREADY_ANSWERED, "ivan", at("2026-03-02 11:30"))
    for number in (unanswered, answered):
        store_world.change_review(number, unanswered_seen_at=at("2026-03-02 12:30"))
        store_world.act(number, Action.CONFIRMED_GONE, SITE, at("2026-03-02 13:00"))
    figures = facts(store_world).figures
    assert (figures.in_time, figures.late, figures.undecided) == (1, 0, 0)


def test_a_reply_counts_on_the_day_it_was_seen_though_its_own_date_is_earlier(
    store_world: StoreWorld,
) -> None:
    """Its day was told before anybody could know."""
    number = store_world.ticket(now=at("2026-03-02 18:30"))
    seen = at("2026-03-03 10:00")
    store_world.change_review(number, reply_at=at("2026-03-02 20:00"), reply_seen_at=seen)
    store_world.act(number, Action.REPLY_SEEN, SITE, seen)
    assert facts(store_world, now=seen).figures.decided == 0
    assert facts(store_world, now=at("2026-03-04 09:15")).figures.in_time == 1


def test_the_time_to_an_answer_ends_when_it_was_there_not_when_it_was_marked(
    store_world: StoreWorld,
) -> None:
    number = store_world.ticket()
    store_world.act(number, Action.ALREADY_ANSWERED, "ivan", at("2026-03-02 15:00"))
    seen = at("2026-03-02 15:30")
    store_world.change_review(number, reply_at=at("2026-03-02 11:20"), reply_seen_at=seen)
    store_world.act(number, Action.REPLY_SEEN, SITE, seen)
    figures = facts(store_world).figures
    assert (figures.in_time, figures.usual) == (1, timedelta(minutes=20))


def test_bare_stars_that_are_gone_ask_for_nothing(store_world: StoreWorld) -> None:
    store_world.review(text=None, rating=1)
    change_last_review(store_world, gone_at=at("2026-03-02 20:00"))
    assert facts(store_world).figures.wordless == ()


@ON_SQLITE
@pytest.mark.parametrize("period", Period)
def test_figures_are_read_by_index_however_many_reviews_there_are(
    store_world: StoreWorld, period: Period
) -> None:
    asked: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, query: str, params: Any, _context: Any, _many: bool) -> None:
        if query.startswith("SELECT"):
            asked.append((query, params))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        facts(store_world, period)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    with store_world.db.engine.connect() as connection:
        plans = [
            step[3]
            for query, params in asked
            for step in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", params)
        ]
    by_key = r"PRIMARY KEY|ticket_id=\? AND|review_id=\?|review_id\)"
    by_time = r"first_seen_at>|gone_at>|reply_deadline>|state=\?"
    # Whether there is any question: the first of an index that holds nothing else.
    by_time += "|INDEX review_question$"
    large = [plan for plan in plans if re.search(r" (review|ticket|ticket_round) ?", plan)]
    assert len(large) > 8
    assert [plan for plan in large if not re.search(f"{by_key}|{by_time}", plan)] == []
