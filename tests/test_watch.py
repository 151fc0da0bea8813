"""Duties by the clock: sweeps at given instants, looked at through new sessions."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import Session, select

from reviewbot.core.desk import SITE, Action
from reviewbot.core.model import Alerts, OutboxKind, Severity, TicketState, Tone, WorkKind
from reviewbot.core.setup import Pause
from reviewbot.store.cards import reminder_facts
from reviewbot.store.reports import Figures, summary
from reviewbot.store.tables import OutboxRow, PersonRow, WorkRow
from reviewbot.watch import SweepResult, due_tickets, sweep
from tests.store.house import MANAGERS, MONDAY, ON_SQLITE, PEOPLE, SUPPORT, House, at

YANDEX = "tverskaya/yandex_maps"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def house(tmp_path: Path, database_path: str) -> Iterator[House]:
    made = House(tmp_path, database=database_path)
    yield made
    made.db.close()


def swept(house: House, now: datetime, *, read: bool = True) -> SweepResult:
    """Sweep once; with `read` the target was read a moment ago, so nothing waits for a look."""
    if read:
        house.change_target(YANDEX, last_reading_at=now)
    return house.db.write_now(lambda session: sweep(session, house.setup, house.sites, now))


def run(house: House, start: datetime, end: datetime, step: timedelta) -> list[SweepResult]:
    results, now = [], start
    while now <= end:
        results.append(swept(house, now))
        now += step
    return results


def told(house: House) -> list[tuple[str, int | None, list[str]]]:
    return [
        (row.kind, row.chat_id, [item["kind"] for item in row.payload["items"]])
        for row in house.outbox(OutboxKind.REMINDER, OutboxKind.ESCALATION)
    ]


def looks(house: House) -> list[WorkRow]:
    return house.db.read_now(
        lambda session: list(
            session.exec(select(WorkRow).where(WorkRow.kind == WorkKind.POLL_NOW))
        )
    )


def test_friday_evening_is_due_on_monday_at_eleven_and_each_rung_fires_once(
    house: House,
) -> None:
    house.pressed_start("sergey")
    number = house.ticket(now=at("2026-02-27 19:30"))
    assert house.round(number).reply_deadline == at("2026-03-02 11:00")
    results = run(house, at("2026-02-27 19:30"), at("2026-03-04 12:00"), timedelta(minutes=10))
    assert sum(result.breaches for result in results) == 1
    assert house.round(number).breached_at == at("2026-03-02 11:00")
    sergey = PEOPLE["sergey"].telegram_id
    assert told(house) == [
        ("reminder", SUPPORT, ["warning"]),
        ("reminder", SUPPORT, ["warning"]),
        ("escalation", MANAGERS, ["breach"]),
        ("escalation", sergey, ["escalation"]),
        ("escalation", MANAGERS, ["escalation"]),
        ("escalation", MANAGERS, ["escalation"]),
    ]
    fired = [row.created_at for row in house.outbox(OutboxKind.REMINDER, OutboxKind.ESCALATION)]
    assert fired == [
        at("2026-03-02 10:30"),
        at("2026-03-02 10:50"),
        at("2026-03-02 11:00"),
        at("2026-03-02 15:00"),
        at("2026-03-03 11:00"),
        at("2026-03-04 11:00"),
    ]


def test_what_passed_while_the_bot_was_down_is_caught_up_in_one_message(house: House) -> None:
    number = house.ticket()
    back = at("2026-03-04 10:30")
    swept(house, back)
    assert house.round(number).breached_at == at("2026-03-02 12:00")
    assert told(house) == [
        ("escalation", SUPPORT, ["escalation"]),
        ("escalation", MANAGERS, ["escalation"]),
    ]
    swept(house, back + MINUTE)
    assert len(told(house)) == 2


def test_a_clock_set_back_doubles_nothing(house: House) -> None:
    number = house.ticket()
    run(house, MONDAY, at("2026-03-02 12:30"), timedelta(minutes=10))
    before = told(house)
    assert len(before) == 3
    run(house, at("2026-03-02 11:30"), at("2026-03-02 12:30"), timedelta(minutes=10))
    assert told(house) == before
    assert house.round(number).breached_at == at("2026-03-02 12:00")


def test_many_tickets_make_one_message_per_chat(house: House) -> None:
    numbers = [house.ticket() for _ in range(3)]
    swept(house, at("2026-03-02 12:00"))
    [to_chat, to_managers] = house.outbox(OutboxKind.REMINDER, OutboxKind.ESCALATION)
    assert [item["ticket"] for item in to_managers.payload["items"]] == numbers
    assert (to_chat.ticket_id, to_chat.kind) == (None, "escalation")


def test_nobody_is_warned_before_the_last_look(house: House) -> None:
    number = house.ticket()
    swept(house, at("2026-03-02 11:28"), read=False)
    [look] = looks(house)
    assert look.ticket_id == number
    at_half = at("2026-03-02 11:30")
    swept(house, at_half, read=False)
    assert told(house) == []
    swept(house, at_half + MINUTE)
    assert told(house) == [("reminder", SUPPORT, ["warning"])]
    assert house.round(number).last_look_at == at_half + MINUTE


def test_a_look_that_never_comes_is_waited_for_three_minutes(house: House) -> None:
    house.ticket()
    swept(house, at("2026-03-02 11:30"), read=False)
    swept(house, at("2026-03-02 11:32"), read=False)
    assert told(house) == []
    swept(house, at("2026-03-02 11:33"), read=False)
    assert len(told(house)) == 1


def test_a_stale_reading_after_the_deadline_is_no_last_look(house: House) -> None:
    house.ticket()
    house.change_target(YANDEX, last_reading_at=at("2026-03-02 12:05"))
    swept(house, at("2026-03-03 10:00"), read=False)
    assert told(house) == []
    assert len(looks(house)) == 1


def test_a_blind_target_is_not_waited_for(house: House) -> None:
    number = house.ticket()
    house.change_target(YANDEX, health="blocked", health_since=MONDAY)
    swept(house, at("2026-03-02 12:00"), read=False)
    assert house.round(number).breached_at == at("2026-03-02 12:00")
    assert looks(house) == []
    [row, _] = house.outbox(OutboxKind.ESCALATION)

    def facts(session: Session) -> datetime | None:
        [item] = reminder_facts(session, house.setup, house.sites, row.payload, MONDAY)
        return item.card.blind_since

    assert house.db.read_now(facts) == MONDAY


def test_a_reply_seen_by_the_last_look_stops_everything(house: House) -> None:
    number = house.ticket()
    swept(house, at("2026-03-02 11:28"), read=False)
    house.change_review(number, reply_text="Простите", reply_seen_at=at("2026-03-02 11:29"))
    house.act(number, Action.REPLY_SEEN, SITE, at("2026-03-02 11:29"))
    run(house, at("2026-03-02 11:30"), at("2026-03-02 13:00"), timedelta(minutes=10))
    assert told(house) == []
    assert house.round(number).breached_at is None


def test_reminders_follow_the_holder_in_private_or_in_the_chat(house: House) -> None:
    house.pressed_start("ivan")
    first, second = house.ticket(), house.ticket()
    house.act(first, Action.TAKE, "ivan", MONDAY)
    house.act(second, Action.TAKE, "anna", MONDAY)
    swept(house, at("2026-03-02 11:48"))
    assert [
        (row.chat_id, [item["to"] for item in row.payload["items"]])
        for row in house.outbox(OutboxKind.REMINDER)
    ] == [(504, ["ivan"]), (SUPPORT, ["anna"])]
    [notice] = house.outbox(OutboxKind.NOTICE)
    assert notice.payload == {"code": "person_unreachable", "params": {"person": "Анна"}}
    # Anna never pressed /start: the chat's message names her.
    in_chat = house.outbox(OutboxKind.REMINDER)[1].payload
    [item] = house.db.read_now(
        lambda session: reminder_facts(session, house.setup, house.sites, in_chat, MONDAY)
    )
    assert item.to == "Анна"


def test_taking_turns_the_chats_warnings_to_the_holder(house: House) -> None:
    house.pressed_start("ivan")
    number = house.ticket()
    house.act(number, Action.TAKE, "ivan", MONDAY)
    swept(house, at("2026-03-02 11:31"))
    assert told(house) == [("reminder", PEOPLE["ivan"].telegram_id, ["warning"])]
    swept(house, at("2026-03-02 12:00"))
    assert (OutboxKind.ESCALATION, MANAGERS, ["breach"]) in told(house)


def test_a_competitors_review_is_nobodys_duty(house: House) -> None:
    house.with_place("tverskaya", role="competitor")
    assert house.review() is None


def test_critical_at_night_wakes_the_one_on_duty_then_the_next(house: House) -> None:
    house.pressed_start("marina", "anna")
    night = at("2026-03-02 23:30")
    number = house.ticket(now=night, severity=Severity.CRITICAL)
    run(house, night, night + timedelta(minutes=20), MINUTE)
    rows = house.outbox(OutboxKind.REMINDER, OutboxKind.ESCALATION)
    assert [(row.chat_id, row.created_at - night) for row in rows] == [
        (502, timedelta()),
        (503, timedelta(minutes=10)),
        (MANAGERS, timedelta(minutes=15)),
    ]
    assert not any(row.silent for row in rows)
    assert [row.payload["items"][0]["kind"] for row in rows] == ["seen", "seen", "seen_breach"]
    assert house.round(number).seen_breached_at == night + timedelta(minutes=15)


def test_taking_it_stops_the_seen_ladder(house: House) -> None:
    house.pressed_start("marina", "anna")
    night = at("2026-03-02 23:30")
    number = house.ticket(now=night, severity=Severity.CRITICAL)
    swept(house, night)
    house.act(number, Action.TAKE, "marina", night + MINUTE)
    run(house, night, night + timedelta(minutes=30), MINUTE)
    assert len(told(house)) == 1
    assert house.round(number).seen_breached_at is None


def test_a_snooze_silences_reminders_but_not_the_breach(house: House) -> None:
    number = house.ticket()
    house.act(number, Action.SNOOZE, "ivan", MONDAY, until=at("2026-03-02 12:30"))
    run(house, MONDAY, at("2026-03-02 12:20"), timedelta(minutes=10))
    assert told(house) == []
    assert house.round(number).breached_at == at("2026-03-02 12:00")
    swept(house, at("2026-03-02 12:30"))
    assert [kind for kind, _, _ in told(house)] == ["escalation", "escalation"]
    assert house.look(number).snoozed_until is None


def test_a_snooze_that_ends_early_says_so(house: House) -> None:
    number = house.ticket(tone=Tone.MIXED, rating=3)
    house.act(number, Action.SNOOZE, "ivan", MONDAY, until=at("2026-03-02 11:10"))
    swept(house, at("2026-03-02 11:10"))
    assert told(house) == [("reminder", SUPPORT, ["warning"])]


def test_every_snooze_that_ends_says_so(house: House) -> None:
    number = house.ticket(tone=Tone.MIXED, rating=3)
    for started, ended in (("11:00", "11:10"), ("11:20", "11:30")):
        begun, until = at(f"2026-03-02 {started}"), at(f"2026-03-02 {ended}")
        house.act(number, Action.SNOOZE, "ivan", begun, until=until)
        swept(house, until)
    assert told(house) == [("reminder", SUPPORT, ["warning"])] * 2


def test_posted_stops_reminders_and_comes_back_when_the_site_shows_nothing(
    house: House,
) -> None:
    number = house.ticket()
    posted = at("2026-03-02 11:20")
    house.act(number, Action.ALREADY_ANSWERED, "ivan", posted)
    house.change_review(number, unanswered_seen_at=posted + timedelta(hours=40))
    run(house, posted, posted + timedelta(hours=49), timedelta(hours=1))
    assert told(house) == []
    assert house.look(number).state == TicketState.POSTED
    back = posted + timedelta(hours=49)
    house.change_review(number, unanswered_seen_at=back)
    swept(house, back + timedelta(hours=1))
    ticket = house.look(number)
    assert (ticket.state, ticket.round) == (TicketState.WAITING, 2)
    assert len(house.outbox(OutboxKind.ALERT)) == 2


def test_where_a_site_shows_no_replies_the_mark_stands(house: House) -> None:
    yandex = replace(house.sites["yandex_maps"], shows_replies=False)
    house.sites = {**house.sites, "yandex_maps": yandex}
    number = house.ticket()
    posted = at("2026-03-02 11:20")
    house.act(number, Action.ALREADY_ANSWERED, "ivan", posted)
    run(house, posted, posted + timedelta(hours=47), timedelta(hours=1))
    assert house.look(number).state == TicketState.POSTED
    # Each reading shows the review, and never a reply.
    end = posted + timedelta(days=9)
    house.change_review(number, last_seen_at=end, unanswered_seen_at=end)
    run(house, posted + timedelta(hours=48), end, timedelta(hours=6))
    ticket, turn = house.look(number), house.round(number)
    assert (ticket.state, ticket.round, ticket.next_duty_at) == (TicketState.ANSWERED, 1, None)
    assert (turn.closed_at, turn.breached_at) == (posted + timedelta(hours=48), None)
    assert (told(house), looks(house)) == ([], [])
    assert len(house.outbox(OutboxKind.ALERT)) == 1

    def figures() -> Figures:
        since = MONDAY - timedelta(days=1)
        return house.db.read_now(lambda session: summary(session, since, end + MINUTE, end)).total

    found = figures()
    assert (found.answered, found.marked, found.open) == (0, 1, 0)
    assert (found.in_time, found.in_time_marked, found.late) == (1, 1, 0)
    # A later round takes nothing from the one that ended well.
    house.act(number, Action.EDITED_WORSE, SITE, end)
    found = figures()
    assert (found.in_time, found.in_time_marked, found.late, found.running) == (1, 1, 0, 1)


def test_a_page_that_leaves_replies_out_proves_nothing_against_the_mark(house: House) -> None:
    """A source may show replies through its API and say nothing of them on its public page."""
    number = house.ticket()
    house.act(number, Action.ALREADY_ANSWERED, "ivan", MONDAY)
    seen = MONDAY + timedelta(hours=47)
    house.change_review(number, last_seen_at=seen, unanswered_seen_at=None)
    run(house, MONDAY, MONDAY + timedelta(hours=49), timedelta(hours=1))
    assert house.look(number).state == TicketState.POSTED
    house.change_review(number, last_seen_at=MONDAY + timedelta(hours=49))
    run(house, MONDAY + timedelta(hours=50), MONDAY + timedelta(hours=60), timedelta(hours=1))
    assert (house.look(number).state, house.round(number).n) == (TicketState.ANSWERED, 1)


def test_a_blind_site_brings_nothing_back(house: House) -> None:
    number = house.ticket()
    house.act(number, Action.ALREADY_ANSWERED, "ivan", MONDAY)
    house.change_target(YANDEX, health="blocked", health_since=MONDAY)
    run(house, MONDAY, MONDAY + timedelta(hours=60), timedelta(hours=1))
    assert house.look(number).state == TicketState.POSTED
    assert looks(house) == []


def test_a_pause_declared_later_gives_the_days_back(house: House) -> None:
    number = house.ticket()
    house.with_place("tverskaya", paused=Pause(date(2026, 3, 2), date(2026, 3, 4), "ремонт"))
    swept(house, at("2026-03-02 12:00"))
    turn = house.round(number)
    assert turn.breached_at is None
    assert turn.reply_deadline == at("2026-03-05 11:00")
    assert house.look(number).next_duty_at == at("2026-03-05 10:28")


def test_backlog_is_never_reminded_of(house: House) -> None:
    house.ticket(backlog=True)
    run(house, MONDAY, MONDAY + timedelta(days=3), timedelta(hours=1))
    assert told(house) == []


def test_an_escalation_says_what_comes_next(house: House) -> None:
    number = house.ticket()
    swept(house, at("2026-03-02 12:00"))
    rows = house.outbox(OutboxKind.ESCALATION)

    def read(session: Session, row: OutboxRow) -> tuple[datetime | None, str | None]:
        [item] = reminder_facts(
            session, house.setup, house.sites, row.payload, at("2026-03-02 12:00")
        )
        assert item.card.number == number
        return item.next_at, item.next_to

    assert [house.db.read_now(lambda session, row=row: read(session, row)) for row in rows] == [
        (at("2026-03-02 16:00"), "Сергей")
    ] * len(rows)


@ON_SQLITE
def test_the_due_query_stays_on_the_partial_index(house: House) -> None:
    """A full scan of a million tickets took half a second; the partial index 0.2 ms."""
    query = due_tickets(MONDAY).compile(
        house.db.engine, compile_kwargs={"literal_binds": True, "render_postcompile": True}
    )
    with house.db.engine.connect() as connection:
        plan = connection.execute(text(f"EXPLAIN QUERY PLAN {query}")).all()
    assert "USING COVERING INDEX ticket_duty" in str(plan)


@pytest.mark.parametrize("alerts", list(Alerts))
def test_no_choice_silences_what_one_answers_for(house: House, alerts: Alerts) -> None:
    """Critical on duty, what one took, a rung in one's own name: whatever copies one asked for."""
    house.pressed_start("marina", "anna", "ivan", "sergey")

    def choose(session: Session) -> None:
        for row in session.exec(select(PersonRow)):
            row.alerts = alerts
            session.add(row)

    house.db.write_now(choose)
    critical, taken = house.ticket(severity=Severity.CRITICAL), house.ticket()
    house.act(taken, Action.TAKE, "ivan", MONDAY)
    for minutes in (0, 11, 50, 70, 330):
        swept(house, MONDAY + minutes * MINUTE)
    rows = house.outbox(OutboxKind.REMINDER, OutboxKind.ESCALATION)
    heard = {(row.chat_id, item["ticket"]) for row in rows for item in row.payload["items"]}
    marina, anna, ivan, sergey = (
        PEOPLE[key].telegram_id for key in ("marina", "anna", "ivan", "sergey")
    )
    assert heard >= {(marina, critical), (anna, critical), (ivan, taken), (sergey, taken)}
