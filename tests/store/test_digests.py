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

from reviewbot.core.desk import CLOCK, SITE, Action
from reviewbot.core.digest import (
    DigestFacts,
    Due,
    Period,
    PlaceCount,
    RuleWord,
    TopicCount,
)
from reviewbot.core.model import OutboxKind, Severity, Tone
from reviewbot.core.setup import DigestTime
from reviewbot.store import outbox, tickets
from reviewbot.store.cards import Among
from reviewbot.store.digests import PAGE_UNITS, are_due, digest_facts, put_due, ready_page
from reviewbot.store.tables import (
    DigestSentRow,
    DraftRow,
    ReviewRow,
    TargetRow,
    TargetStateRow,
    TicketRow,
)
from tests.store.house import MANAGERS, MONDAY, ON_SQLITE, House, actor, at

TUESDAY = at("2026-03-03 09:15")
LONG_AGO = at("2025-12-01 09:00")
TVERSKAYA, NEVSKY = "tverskaya/yandex_maps", "nevsky/yandex_maps"
TIMES = {
    "daily": DigestTime(time(9, 15)),
    "weekly": DigestTime(time(9, 30), weekday=0),
    "monthly": DigestTime(time(10), monthday=1),
}


@pytest.fixture
def house(tmp_path: Path, database_path: str) -> Iterator[House]:
    made = House(tmp_path, database=database_path)
    made.setup = replace(made.setup, digest={"managers": TIMES})
    watched(made, LONG_AGO)
    yield made
    made.db.close()


def watched(house: House, since: datetime, read_at: datetime = TUESDAY) -> None:
    """Every page is known since, and was read lately."""
    for key in house.setup.targets:
        house.change_target(key, first_contact_at=since, last_reading_at=read_at)


def facts(
    house: House,
    period: Period = Period.DAILY,
    now: datetime = TUESDAY,
    chat: str = "managers",
    on: date | None = None,
) -> DigestFacts:
    due = Due(period, on or now.date())
    return house.db.read_now(
        lambda session: digest_facts(
            session, house.setup, house.sites, house.setup.chats[chat], due, now
        )
    )


def state(house: House, key: str, health: str, since: datetime) -> None:
    """A target changes its health, as a reading would write it."""

    def change(session: Session) -> None:
        row = session.exec(select(TargetRow).where(TargetRow.key == key)).one()
        row.health, row.health_since = health, since
        session.add(row)
        session.add(TargetStateRow(target_id=row.id or 0, health=health, since=since))

    house.db.write_now(change)


def change_last_review(house: House, **values: Any) -> None:
    def change(session: Session) -> None:
        row = session.exec(select(ReviewRow).order_by(col(ReviewRow.id).desc())).first()
        assert row is not None
        for name, value in values.items():
            setattr(row, name, value)
        session.add(row)

    house.db.write_now(change)


def put(house: House, now: datetime) -> int:
    due = house.db.read_now(lambda session: are_due(session, house.setup, now))
    count = house.db.write_now(lambda session: put_due(session, house.setup, now))
    assert due is (count > 0), "the look and the deed agree"
    return count


def sent(house: House, key: str, chat: str = "managers") -> None:
    """A digest went to a chat, long enough ago for its message to be pruned."""
    row = DigestSentRow(chat_key=chat, period=key, sent_at=MONDAY)
    house.db.write_now(lambda session: session.add(row))


def test_what_came_yesterday_is_counted_by_the_desks_days(house: House) -> None:
    house.ticket(now=at("2026-03-01 23:59"))
    house.ticket(now=at("2026-03-02 00:00"))
    house.ticket(now=at("2026-03-02 23:59"), target=NEVSKY, tone=Tone.MIXED, rating=3)
    house.ticket(now=at("2026-03-03 00:00"))
    figures = facts(house).figures
    assert (figures.new, figures.complaints) == (2, 1)
    sent(house, "daily:2026-03-01")
    assert facts(house).figures.new == 3


def test_the_past_that_a_first_reading_brings_is_no_news(house: House) -> None:
    watched(house, MONDAY)
    house.ticket(now=MONDAY, backlog=True)
    house.ticket(now=MONDAY + timedelta(hours=1))
    change_last_review(house, published_at=MONDAY - timedelta(days=9))
    assert facts(house).figures.new == 0
    change_last_review(house, found_late=True)
    assert facts(house).figures.new == 1
    assert facts(house).watched_since == MONDAY
    assert facts(house, now=at("2026-03-04 09:15")).watched_since is None


def test_topics_and_praise(house: House) -> None:
    for target in (TVERSKAYA, TVERSKAYA, NEVSKY):
        house.ticket(target=target)
    change_last_review(house, topics=["staff", "waiting"])
    house.ticket(target=NEVSKY, tone=Tone.POSITIVE, rating=5)
    change_last_review(house, topics=["price"], praise=["food", "staff"])
    house.ticket(target=TVERSKAYA, tone=Tone.POSITIVE, rating=5)
    change_last_review(house, topics=[], praise=["staff"])
    figures = facts(house).figures
    assert figures.topics == (
        TopicCount("waiting", 3, "Тверская 12"),
        TopicCount("staff", 1, "Невский 40"),
    )
    assert figures.praise == TopicCount("staff", 2)


def test_bare_stars_without_a_ticket_are_told_unless_answered(house: House) -> None:
    for rating in (1, 2, 3):
        house.review(text=None, rating=rating, tone=Tone.NEGATIVE if rating < 3 else Tone.MIXED)
    assert facts(house).figures.wordless == (PlaceCount("Тверская 12", 2),)
    house.review(text=None, rating=1, target=NEVSKY)
    change_last_review(house, reply_text="Простите")
    house.ticket(rating=1)
    assert facts(house).figures.wordless == (PlaceCount("Тверская 12", 2),)


def test_a_deadline_counts_once_on_the_day_it_was_decided(house: House) -> None:
    """In time when answered, late at the deadline, whatever happens afterwards."""
    in_time = house.ticket()
    house.act(in_time, Action.ALREADY_ANSWERED, "ivan", at("2026-03-02 11:30"))
    late = house.ticket()
    house.change_review(late, unanswered_seen_at=at("2026-03-02 12:30"))
    told = facts(house).figures
    assert (told.in_time, told.marked, told.late, told.undecided) == (1, 1, 1, 0)
    assert told.usual == timedelta(minutes=30)

    house.act(late, Action.ALREADY_ANSWERED, "ivan", at("2026-03-03 12:30"))
    again = facts(house).figures
    assert (again.in_time, again.late) == (1, 1)
    wednesday = facts(house, now=at("2026-03-04 09:15")).figures
    assert wednesday.decided == 0, "it was told as late already"
    week = facts(house, Period.WEEKLY, at("2026-03-09 09:30")).figures
    assert (week.in_time, week.late) == (1, 1)
    # 30 minutes, and from Monday 11:00 to Tuesday 12:30 in the desk's hours: 8 h + 2.5 h.
    assert week.usual == (timedelta(minutes=30) + timedelta(hours=10.5)) / 2


def test_what_nobody_can_know_is_undecided(house: House) -> None:
    number = house.ticket()
    house.change_review(number, unanswered_seen_at=at("2026-03-02 11:40"))
    assert facts(house).figures.undecided == 1
    house.change_review(number, reply_text="Простите", reply_seen_at=at("2026-03-02 12:20"))
    house.act(number, Action.REPLY_SEEN, SITE, at("2026-03-02 12:20"))
    figures = facts(house).figures
    assert (figures.in_time, figures.late, figures.undecided) == (0, 0, 1)


def test_a_mark_that_was_refuted_is_not_in_time(house: House) -> None:
    number = house.ticket()
    house.act(number, Action.ALREADY_ANSWERED, "ivan", at("2026-03-02 11:30"))
    assert facts(house).figures.in_time == 1
    back = at("2026-03-04 12:00")
    house.change_review(number, unanswered_seen_at=back)
    house.act(number, Action.NOT_CONFIRMED, CLOCK, back)
    figures = facts(house).figures
    assert (figures.in_time, figures.late) == (0, 1)


def test_what_was_set_aside_is_nobodys_lateness(house: House) -> None:
    number = house.ticket()
    house.act(number, Action.SKIP, "ivan", at("2026-03-02 15:00"), reason="spam")
    told = facts(house)
    assert (told.figures.decided, told.figures.undecided, told.open) == (0, 0, 0)


def test_open_and_overdue_name_the_places_and_what_is_hidden(house: House) -> None:
    house.ticket()
    for _ in range(2):
        house.ticket(target=NEVSKY)
    house.ticket(now=at("2026-03-03 09:00"))
    posted = house.ticket()
    house.act(posted, Action.ALREADY_ANSWERED, "ivan", MONDAY)
    told = facts(house)
    assert told.open == 4
    assert told.overdue == (PlaceCount("Невский 40", 2), PlaceCount("Тверская 12", 1))
    assert told.overdue_unseen == 0
    state(house, NEVSKY, "blocked", at("2026-03-03 08:00"))
    assert facts(house).overdue_unseen == 2
    house.change_target(TVERSKAYA, retired_at=at("2026-03-03 08:00"))
    assert facts(house).overdue_unseen == 3, "nobody reads a page that left the file"


def good(house: House, **about: Any) -> int:
    return house.ticket(**{"tone": Tone.POSITIVE, "rating": 5, **about})


def test_good_reviews_with_a_ready_draft_are_apart_from_the_open_ones(house: House) -> None:
    first = good(house)
    for _ in range(2):
        good(house, target=NEVSKY)
    assert (facts(house).open, facts(house).ready) == (0, 3)
    house.act(first, Action.TAKE, "ivan", MONDAY)
    assert (facts(house).open, facts(house).ready) == (1, 2)
    good(house, severity=Severity.CRITICAL)
    good(house)
    change_last_review(house, needs_human=True)
    good(house)
    change_last_review(house, can_reply=False)
    assert (facts(house).open, facts(house).ready) == (4, 2)
    late = at("2026-03-10 12:00")
    assert (facts(house, now=late).open, facts(house, now=late).ready) == (6, 2)
    assert sum(place.count for place in facts(house, now=late).overdue) == 6


def test_a_page_of_good_reviews_holds_five_or_what_fits(house: House) -> None:
    numbers = [good(house) for _ in range(7)]
    wanted = Among(TUESDAY, ("tverskaya", "nevsky"), ready=True)

    def page(offset: int, person: str | None = None) -> list[int]:
        who = house.setup.people[person] if person else None
        found = house.db.read_now(
            lambda session: ready_page(session, house.setup, who, wanted, offset)
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

    house.db.write_now(lengthen)
    assert page(0) == numbers[:3]


def test_time_out_of_sight_is_told_by_site(house: House) -> None:
    night = at("2026-03-03 02:00")
    for key in (TVERSKAYA, NEVSKY):
        state(house, key, "blocked", night)
        state(house, key, "ok", at("2026-03-03 07:30"))
    state(house, "nevsky/google_business", "unreachable", at("2026-03-02 12:00"))
    state(house, "nevsky/google_business", "ok", at("2026-03-02 12:10"))
    told = facts(house)
    [gap] = told.unseen
    assert gap.source_title["ru"] == "Яндекс"
    assert (gap.since, gap.until, gap.spells) == (night, at("2026-03-03 07:30"), 1)
    assert (gap.places, gap.of, gap.place) == (2, 2, None)
    assert told.all_in_sight
    state(house, NEVSKY, "blocked", at("2026-03-03 09:10"))
    [gap] = facts(house).unseen
    assert (gap.until, gap.spells) == (None, 2)
    assert not facts(house).all_in_sight


def test_places_hidden_one_after_another_are_not_a_site_hidden_all_that_time(
    house: House,
) -> None:
    for key, hour in ((TVERSKAYA, 2), (NEVSKY, 4)):
        state(house, key, "unreachable", at(f"2026-03-03 0{hour}:00"))
        state(house, key, "ok", at(f"2026-03-03 0{hour + 1}:00"))
    [gap] = facts(house).unseen
    assert (gap.length, gap.at_most) == (timedelta(hours=2), timedelta(hours=1))
    state(house, NEVSKY, "blocked", at("2026-03-03 06:00"))
    state(house, TVERSKAYA, "blocked", at("2026-03-03 06:00"))
    [gap] = facts(house).unseen
    assert (gap.length, gap.at_most) == (timedelta(hours=5.25), timedelta(hours=4.25))


def test_pages_nobody_read_since_are_told(house: House) -> None:
    assert facts(house).unread == 0
    house.change_target(TVERSKAYA, last_reading_at=at("2026-03-02 17:00"))
    assert facts(house).unread == 1
    house.change_target(TVERSKAYA, last_reading_at=at("2026-03-02 17:00"), health="blocked")
    assert facts(house).unread == 0, "that is told with the site"


def test_a_week_is_compared_only_where_both_were_seen(house: House) -> None:
    monday = at("2026-03-02 09:30")
    house.ticket(now=at("2026-02-24 12:00"))
    for _ in range(2):
        house.ticket(now=at("2026-02-17 12:00"))
    told = facts(house, Period.WEEKLY, monday)
    assert told.figures.new == 1
    assert told.before is not None
    assert told.before.new == 2

    for key in (TVERSKAYA, NEVSKY):
        state(house, key, "blocked", at("2026-02-18 00:00"))
        state(house, key, "ok", at("2026-02-21 00:00"))
    told = facts(house, Period.WEEKLY, monday)
    assert (told.before, told.uncompared) == (None, True)
    assert told.unseen == (), "that was the week before"

    watched(house, at("2026-02-18 00:00"))
    told = facts(house, Period.WEEKLY, monday)
    assert (told.before, told.uncompared) == (None, False)


def test_the_worst_and_the_calm_places_of_a_week(house: House) -> None:
    day = at("2026-02-24 12:00")
    for _ in range(2):
        house.ticket(now=day, target=NEVSKY)
    for _ in range(6):
        good(house, now=day)
    monday = at("2026-03-02 09:30")
    figures = facts(house, Period.WEEKLY, monday).figures
    assert figures.worst == (PlaceCount("Невский 40", 2, 2),)
    assert figures.calm == (PlaceCount("Тверская 12", 0, 6),)
    state(house, TVERSKAYA, "blocked", at("2026-02-25 12:00"))
    state(house, TVERSKAYA, "ok", at("2026-02-25 13:00"))
    assert facts(house, Period.WEEKLY, monday).figures.calm == (), "nobody knows"


def test_reviews_gone_from_their_sites_are_counted(house: House) -> None:
    house.ticket()
    change_last_review(house, gone_at=at("2026-03-02 20:00"))
    assert facts(house).figures.gone == 1


def test_a_month_tells_the_rules_that_staff_found_wrong(house: House) -> None:
    reason = {"rule": "ru.staff.nagl", "words": "нагл", "points": 1.4, "topic": "staff"}
    for place in range(6):
        number = house.ticket(target=NEVSKY if place == 5 else TVERSKAYA)
        house.change_review(number, reasons=[reason])
        if place < 3:
            house.act(number, Action.ALREADY_ANSWERED, "ivan", MONDAY)
            continue
        house.db.write_now(
            lambda session, number=number: tickets.verdict_feedback(  # type: ignore[misc]
                session, house.setup, number, actor("ivan"), "not_a_complaint", MONDAY
            )
        )
    april = at("2026-04-01 10:00")
    assert facts(house, Period.MONTHLY, april).rules == (RuleWord("ru.staff.nagl", 3, 6),)
    assert facts(house, Period.WEEKLY, at("2026-03-09 09:30")).rules == ()
    only = replace(house.setup.chats["managers"], key="petr", person="petr")
    house.setup = replace(house.setup, chats={**house.setup.chats, "petr": only})
    assert facts(house, Period.MONTHLY, april, "petr").rules == (), (
        "one of his places' says little"
    )


def test_a_chat_is_told_of_its_own_places(house: House) -> None:
    house.ticket()
    house.ticket(target=NEVSKY)
    petr = replace(house.setup.chats["managers"], key="petr", person="petr")
    house.setup = replace(house.setup, chats={**house.setup.chats, "petr": petr})
    told = facts(house, chat="petr")
    assert (told.locations, told.name, told.figures.new, told.open) == (1, "Невский 40", 1, 1)


def test_a_digest_is_put_once_whatever_the_clock_does(house: House) -> None:
    assert put(house, at("2026-03-03 09:14")) == 0
    assert put(house, TUESDAY) == 1
    assert put(house, TUESDAY + timedelta(hours=5)) == 0
    assert put(house, TUESDAY) == 0, "the clock was set back"
    later = {"managers": {"daily": DigestTime(time(18))}}
    house.setup = replace(house.setup, digest=later)
    assert put(house, at("2026-03-03 18:30")) == 0, "the operator chose another time"
    watched(house, LONG_AGO, at("2026-03-04 18:00"))
    assert put(house, at("2026-03-04 18:30")) == 1
    rows = house.outbox(OutboxKind.DIGEST)
    assert [(row.chat_id, row.payload["on"]) for row in rows] == [
        (MANAGERS, "2026-03-03"),
        (MANAGERS, "2026-03-04"),
    ]
    assert [row.silent for row in rows] == [False, False]


def test_it_is_not_put_twice_when_its_message_is_forgotten(house: House) -> None:
    assert put(house, TUESDAY) == 1
    house.db.write_now(
        lambda session: [session.delete(row) for row in house.outbox(OutboxKind.DIGEST)]
    )
    assert put(house, TUESDAY) == 0
    sent = house.db.read_now(lambda session: session.exec(select(DigestSentRow)).all())
    assert [(row.chat_key, row.period) for row in sent] == [("managers", "daily:2026-03-03")]


def test_it_waits_for_pages_that_nobody_read_since(house: House) -> None:
    house.change_target(NEVSKY, last_reading_at=at("2026-03-01 12:00"))
    assert put(house, TUESDAY) == 1
    [row] = house.outbox(OutboxKind.DIGEST)
    assert row.not_before == TUESDAY + timedelta(minutes=20)


def test_at_night_it_makes_no_sound(house: House) -> None:
    house.setup = replace(house.setup, digest={"managers": {"daily": DigestTime(time(7))}})
    assert put(house, at("2026-03-03 07:00")) == 1
    [row] = house.outbox(OutboxKind.DIGEST)
    assert row.silent


def test_nobody_is_told_of_a_time_before_the_first_reading(house: House) -> None:
    watched(house, TUESDAY - timedelta(minutes=5))
    assert put(house, TUESDAY) == 0
    house.change_target(NEVSKY, first_contact_at=None)
    watched(house, MONDAY)
    assert put(house, TUESDAY) == 1


def test_a_dead_chat_gets_none_and_what_waited_stays_out_of_other_chats(house: House) -> None:
    assert put(house, TUESDAY) == 1
    support = house.setup.chats["support"]
    house.db.write_now(
        lambda session: outbox.disable_chat(session, MANAGERS, "kicked", TUESDAY, support)
    )
    [row] = house.outbox(OutboxKind.DIGEST)
    assert (row.chat_id, row.parked_at) == (MANAGERS, TUESDAY)
    watched(house, LONG_AGO, at("2026-03-04 09:00"))
    assert put(house, at("2026-03-04 09:15")) == 0
    house.db.write_now(lambda session: outbox.revive_chat(session, MANAGERS))
    assert put(house, at("2026-03-04 12:00")) == 1
    sent(house, "daily:2026-03-01")
    told = facts(house, now=at("2026-03-04 12:00"))
    assert told.days.first == date(2026, 3, 1), "what never reached the chat is told now"


def test_a_backlog_is_owed_without_a_deadline(house: House) -> None:
    house.ticket(backlog=True)
    told = facts(house)
    assert (told.open, told.overdue, told.figures.decided) == (1, (), 0)
    number = house.db.read_now(lambda session: session.exec(select(TicketRow.id)).one())
    assert house.round(number or 0).reply_deadline is None


def test_a_round_that_was_skipped_is_nobodys_lateness_when_the_ticket_comes_back(
    house: House,
) -> None:
    number = house.ticket()
    house.act(number, Action.SKIP, "ivan", at("2026-03-02 11:20"), reason="spam")
    house.change_review(number, unanswered_seen_at=at("2026-03-03 08:00"))
    house.act(number, Action.EDITED_WORSE, SITE, at("2026-03-03 08:00"))
    assert house.round(number).n == 2
    figures = facts(house).figures
    assert (figures.decided, figures.undecided) == (0, 0)


def test_a_round_that_went_with_its_review_is_left_out_unless_it_was_answered(
    house: House,
) -> None:
    unanswered, answered = house.ticket(), house.ticket()
    house.act(answered, Action.ALREADY_ANSWERED, "ivan", at("2026-03-02 11:30"))
    for number in (unanswered, answered):
        house.change_review(number, unanswered_seen_at=at("2026-03-02 12:30"))
        house.act(number, Action.CONFIRMED_GONE, SITE, at("2026-03-02 13:00"))
    figures = facts(house).figures
    assert (figures.in_time, figures.late, figures.undecided) == (1, 0, 0)


def test_a_reply_counts_on_the_day_it_was_seen_though_its_own_date_is_earlier(
    house: House,
) -> None:
    """Its day was told before anybody could know."""
    number = house.ticket(now=at("2026-03-02 18:30"))
    seen = at("2026-03-03 10:00")
    house.change_review(number, reply_at=at("2026-03-02 20:00"), reply_seen_at=seen)
    house.act(number, Action.REPLY_SEEN, SITE, seen)
    assert facts(house, now=seen).figures.decided == 0
    assert facts(house, now=at("2026-03-04 09:15")).figures.in_time == 1


def test_the_time_to_an_answer_ends_when_it_was_there_not_when_it_was_marked(
    house: House,
) -> None:
    number = house.ticket()
    house.act(number, Action.ALREADY_ANSWERED, "ivan", at("2026-03-02 15:00"))
    seen = at("2026-03-02 15:30")
    house.change_review(number, reply_at=at("2026-03-02 11:20"), reply_seen_at=seen)
    house.act(number, Action.REPLY_SEEN, SITE, seen)
    figures = facts(house).figures
    assert (figures.in_time, figures.usual) == (1, timedelta(minutes=20))


def test_bare_stars_that_are_gone_ask_for_nothing(house: House) -> None:
    house.review(text=None, rating=1)
    change_last_review(house, gone_at=at("2026-03-02 20:00"))
    assert facts(house).figures.wordless == ()


@ON_SQLITE
@pytest.mark.parametrize("period", Period)
def test_figures_are_read_by_index_however_many_reviews_there_are(
    house: House, period: Period
) -> None:
    asked: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, query: str, params: Any, _context: Any, _many: bool) -> None:
        if query.startswith("SELECT"):
            asked.append((query, params))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        facts(house, period)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    with house.db.engine.connect() as connection:
        plans = [
            step[3]
            for query, params in asked
            for step in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", params)
        ]
    by_key = r"PRIMARY KEY|ticket_id=\? AND|review_id=\?|review_id\)"
    by_time = r"first_seen_at>|gone_at>|reply_deadline>|state=\?"
    large = [plan for plan in plans if re.search(r" (review|ticket|ticket_round) ?", plan)]
    assert len(large) > 8
    assert [plan for plan in large if not re.search(f"{by_key}|{by_time}", plan)] == []
