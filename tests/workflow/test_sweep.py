"""Duties by the clock: sweeps at given instants, looked at through new sessions."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import Session, select

from reviewbot.core.facts import ReminderFacts
from reviewbot.core.model import Alerts, OutboxKind, Severity, TicketState, Tone, WorkKind
from reviewbot.core.settings import Pause, Step, StepTo
from reviewbot.core.ticket import SITE, Action
from reviewbot.queries.figures import Figures, summary
from reviewbot.queries.reminder_facts import reminder_facts
from reviewbot.store.queues import claims, lists
from reviewbot.store.queues.claims import Claimed
from reviewbot.store.tables import OutboxRow, PersonRow, WorkRow
from reviewbot.store.tx import Tx
from reviewbot.words.cards.reminders import reminder
from reviewbot.workflow.reminders import duty
from reviewbot.workflow.sweep import SweepResult, due_tickets, sweep
from tests.store.store_world import (
    MANAGERS,
    MONDAY,
    ON_SQLITE,
    PEOPLE,
    SUPPORT,
    StoreWorld,
    actor,
    at,
    clock,
)

YANDEX = "tverskaya/yandex_maps"
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


@pytest.fixture
def store_world(tmp_path: Path, database_path: str) -> Iterator[StoreWorld]:
    made = StoreWorld(tmp_path, database=database_path)
    yield made
    made.db.close()


def swept(store_world: StoreWorld, now: datetime, *, read: bool = True) -> SweepResult:
    """Sweep once; with `read` the target was read a moment ago, so nothing waits for a look."""
    if read:
        store_world.change_target(YANDEX, last_reading_at=now)
    return store_world.db.write_now(lambda session: sweep(store_world.tx(session, now)))


def run(
    store_world: StoreWorld, start: datetime, end: datetime, step: timedelta
) -> list[SweepResult]:
    results, now = [], start
    while now <= end:
        results.append(swept(store_world, now))
        now += step
    return results


def told(store_world: StoreWorld) -> list[tuple[str, int | None, list[str]]]:
    return [
        (row.kind, row.chat_id, [item["kind"] for item in row.payload["items"]])
        for row in store_world.outbox(OutboxKind.REMINDER, OutboxKind.ESCALATION)
    ]


def looks(store_world: StoreWorld) -> list[WorkRow]:
    return store_world.db.read_now(
        lambda session: list(
            session.exec(select(WorkRow).where(WorkRow.kind == WorkKind.POLL_NOW))
        )
    )


def test_friday_evening_is_due_on_monday_at_eleven_and_each_rung_fires_once(
    store_world: StoreWorld,
) -> None:
    store_world.pressed_start("sergey")
    number = store_world.ticket(now=at("2026-02-27 19:30"))
    assert store_world.round(number).reply_deadline == at("2026-03-02 11:00")
    results = run(
        store_world, at("2026-02-27 19:30"), at("2026-03-04 12:00"), timedelta(minutes=10)
    )
    assert sum(result.breaches for result in results) == 1
    assert store_world.round(number).breached_at == at("2026-03-02 11:00")
    sergey = PEOPLE["sergey"].telegram_id
    assert told(store_world) == [
        ("reminder", SUPPORT, ["warning"]),
        ("reminder", SUPPORT, ["warning"]),
        ("escalation", MANAGERS, ["breach"]),
        ("escalation", sergey, ["escalation"]),
        ("escalation", MANAGERS, ["escalation"]),
        ("escalation", MANAGERS, ["escalation"]),
    ]
    fired = [
        row.created_at for row in store_world.outbox(OutboxKind.REMINDER, OutboxKind.ESCALATION)
    ]
    assert fired == [
        at("2026-03-02 10:30"),
        at("2026-03-02 10:50"),
        at("2026-03-02 11:00"),
        at("2026-03-02 15:00"),
        at("2026-03-03 11:00"),
        at("2026-03-04 11:00"),
    ]


def test_what_passed_while_the_bot_was_down_is_caught_up_in_one_message(
    store_world: StoreWorld,
) -> None:
    number = store_world.ticket()
    back = at("2026-03-04 10:30")
    swept(store_world, back)
    assert store_world.round(number).breached_at == at("2026-03-02 12:00")
    assert told(store_world) == [
        ("escalation", SUPPORT, ["escalation"]),
        ("escalation", MANAGERS, ["escalation"]),
    ]
    swept(store_world, back + MINUTE)
    assert len(told(store_world)) == 2


def test_a_clock_set_back_doubles_nothing(store_world: StoreWorld) -> None:
    number = store_world.ticket()
    run(store_world, MONDAY, at("2026-03-02 12:30"), timedelta(minutes=10))
    before = told(store_world)
    assert len(before) == 3
    run(store_world, at("2026-03-02 11:30"), at("2026-03-02 12:30"), timedelta(minutes=10))
    assert told(store_world) == before
    assert store_world.round(number).breached_at == at("2026-03-02 12:00")


def test_many_tickets_make_one_message_per_chat(store_world: StoreWorld) -> None:
    numbers = [store_world.ticket() for _ in range(3)]
    swept(store_world, at("2026-03-02 12:00"))
    [to_chat, to_managers] = store_world.outbox(OutboxKind.REMINDER, OutboxKind.ESCALATION)
    assert [item["ticket"] for item in to_managers.payload["items"]] == numbers
    assert (to_chat.ticket_id, to_chat.kind) == (None, "escalation")


def test_nobody_is_warned_before_the_last_look(store_world: StoreWorld) -> None:
    number = store_world.ticket()
    swept(store_world, at("2026-03-02 11:28"), read=False)
    [look] = looks(store_world)
    assert look.ticket_id == number
    at_half = at("2026-03-02 11:30")
    swept(store_world, at_half, read=False)
    assert told(store_world) == []
    swept(store_world, at_half + MINUTE)
    assert told(store_world) == [("reminder", SUPPORT, ["warning"])]
    assert store_world.round(number).last_look_at == at_half + MINUTE


def test_a_look_that_never_comes_is_waited_for_three_minutes(store_world: StoreWorld) -> None:
    store_world.ticket()
    swept(store_world, at("2026-03-02 11:30"), read=False)
    swept(store_world, at("2026-03-02 11:32"), read=False)
    assert told(store_world) == []
    swept(store_world, at("2026-03-02 11:33"), read=False)
    assert len(told(store_world)) == 1


def test_a_stale_reading_after_the_deadline_is_no_last_look(store_world: StoreWorld) -> None:
    store_world.ticket()
    store_world.change_target(YANDEX, last_reading_at=at("2026-03-02 12:05"))
    swept(store_world, at("2026-03-03 10:00"), read=False)
    assert told(store_world) == []
    assert len(looks(store_world)) == 1


def test_a_blind_target_is_not_waited_for(store_world: StoreWorld) -> None:
    number = store_world.ticket()
    store_world.change_target(YANDEX, health="blocked", health_since=MONDAY)
    swept(store_world, at("2026-03-02 12:00"), read=False)
    assert store_world.round(number).breached_at == at("2026-03-02 12:00")
    assert looks(store_world) == []
    [row, _] = store_world.outbox(OutboxKind.ESCALATION)

    def facts(session: Session) -> datetime | None:
        [item] = reminder_facts(store_world.tx(session, MONDAY), row.payload)
        return item.card.blind_since

    assert store_world.db.read_now(facts) == MONDAY


def test_a_reply_seen_by_the_last_look_stops_everything(store_world: StoreWorld) -> None:
    number = store_world.ticket()
    swept(store_world, at("2026-03-02 11:28"), read=False)
    store_world.change_review(number, reply_text="Простите", reply_seen_at=at("2026-03-02 11:29"))
    store_world.act(number, Action.REPLY_SEEN, SITE, at("2026-03-02 11:29"))
    run(store_world, at("2026-03-02 11:30"), at("2026-03-02 13:00"), timedelta(minutes=10))
    assert told(store_world) == []
    assert store_world.round(number).breached_at is None


def test_reminders_follow_the_holder_in_private_or_in_the_chat(store_world: StoreWorld) -> None:
    store_world.pressed_start("ivan")
    first, second = store_world.ticket(), store_world.ticket()
    store_world.act(first, Action.TAKE, "ivan", MONDAY)
    store_world.act(second, Action.TAKE, "anna", MONDAY)
    swept(store_world, at("2026-03-02 11:48"))
    assert [
        (row.chat_id, [item["to"] for item in row.payload["items"]])
        for row in store_world.outbox(OutboxKind.REMINDER)
    ] == [(504, ["ivan"]), (SUPPORT, ["anna"])]
    [notice] = store_world.outbox(OutboxKind.NOTICE)
    assert notice.payload == {"code": "person_unreachable", "params": {"person": "Анна"}}
    # Anna never pressed /start: the chat's message names her.
    in_chat = store_world.outbox(OutboxKind.REMINDER)[1].payload
    [item] = store_world.db.read_now(
        lambda session: reminder_facts(store_world.tx(session, MONDAY), in_chat)
    )
    assert item.to == "Анна"


def test_taking_turns_the_chats_warnings_to_the_holder(store_world: StoreWorld) -> None:
    store_world.pressed_start("ivan")
    number = store_world.ticket()
    store_world.act(number, Action.TAKE, "ivan", MONDAY)
    swept(store_world, at("2026-03-02 11:31"))
    assert told(store_world) == [("reminder", PEOPLE["ivan"].telegram_id, ["warning"])]
    swept(store_world, at("2026-03-02 12:00"))
    assert (OutboxKind.ESCALATION, MANAGERS, ["breach"]) in told(store_world)


def test_a_competitors_review_is_nobodys_duty(store_world: StoreWorld) -> None:
    store_world.with_place("tverskaya", role="competitor")
    assert store_world.review() is None


def test_critical_at_night_wakes_the_one_on_duty_then_the_next(store_world: StoreWorld) -> None:
    store_world.pressed_start("marina", "anna")
    night = at("2026-03-02 23:30")
    number = store_world.ticket(now=night, severity=Severity.CRITICAL)
    run(store_world, night, night + timedelta(minutes=20), MINUTE)
    rows = store_world.outbox(OutboxKind.REMINDER, OutboxKind.ESCALATION)
    assert [(row.chat_id, row.created_at - night) for row in rows] == [
        (502, timedelta()),
        (503, timedelta(minutes=10)),
        (MANAGERS, timedelta(minutes=15)),
    ]
    assert not any(row.silent for row in rows)
    assert [row.payload["items"][0]["kind"] for row in rows] == ["seen", "seen", "seen_breach"]
    assert store_world.round(number).seen_breached_at == night + timedelta(minutes=15)


def test_critical_goes_to_whoever_is_on_duty_then(store_world: StoreWorld) -> None:
    """The file names Marina, then Anna; at night Marina is away and Oleg is her deputy; Ivan steps
    in between two steps."""
    people = {**PEOPLE, "marina": replace(PEOPLE["marina"], deputy="oleg")}
    store_world.settings = replace(store_world.settings, people=people)
    store_world.pressed_start("marina", "anna", "ivan", "oleg")
    night = at("2026-03-02 23:30")
    store_world.ticket(now=night, severity=Severity.CRITICAL)
    desk, by = store_world.settings.desks[""], actor("oleg")
    store_world.db.write_now(
        lambda rows: duty.go_away(store_world.tx(rows, night), people["marina"], night + DAY, by)
    )
    run(store_world, night, night + timedelta(minutes=9), MINUTE)
    store_world.db.write_now(
        lambda rows: duty.stand_in(
            store_world.tx(rows, night), desk, PEOPLE["ivan"], night.date(), by
        )
    )
    run(store_world, night + timedelta(minutes=9), night + timedelta(minutes=12), MINUTE)
    rows = store_world.outbox(OutboxKind.REMINDER, OutboxKind.ESCALATION)
    assert [row.chat_id for row in rows] == [501, 504], "Oleg for Marina, then who stepped in"


def test_two_at_once_are_told_to_each_on_duty_in_turn(store_world: StoreWorld) -> None:
    was = store_world.settings
    steps = (
        Step("0m on_duty", StepTo.ON_DUTY, after=clock(0 * MINUTE)),
        Step("10m next_on_duty", StepTo.NEXT_ON_DUTY, after=clock(10 * MINUTE)),
        Step("20m next_on_duty", StepTo.NEXT_ON_DUTY, after=clock(20 * MINUTE)),
    )
    store_world.settings = replace(
        was,
        desks={"": replace(was.desks[""], on_duty=("marina", "anna", "ivan"))},
        ladders=replace(was.ladders, seen={"critical": steps}),
    )
    store_world.pressed_start("marina", "anna", "ivan")
    for _ in range(2):
        store_world.ticket(severity=Severity.CRITICAL)
    run(store_world, MONDAY, MONDAY + 20 * MINUTE, 10 * MINUTE)
    rows = store_world.outbox(OutboxKind.REMINDER, OutboxKind.ESCALATION)
    addressed = [[item["to"] for item in row.payload["items"]] for row in rows]
    assert addressed == [["marina"] * 2, ["anna"] * 2, ["ivan"] * 2]


def test_taking_it_stops_the_seen_ladder(store_world: StoreWorld) -> None:
    store_world.pressed_start("marina", "anna")
    night = at("2026-03-02 23:30")
    number = store_world.ticket(now=night, severity=Severity.CRITICAL)
    swept(store_world, night)
    store_world.act(number, Action.TAKE, "marina", night + MINUTE)
    run(store_world, night, night + timedelta(minutes=30), MINUTE)
    assert len(told(store_world)) == 1
    assert store_world.round(number).seen_breached_at is None


def test_a_snooze_silences_reminders_but_not_the_breach(store_world: StoreWorld) -> None:
    number = store_world.ticket()
    store_world.act(number, Action.SNOOZE, "ivan", MONDAY, until=at("2026-03-02 12:30"))
    run(store_world, MONDAY, at("2026-03-02 12:20"), timedelta(minutes=10))
    assert told(store_world) == []
    assert store_world.round(number).breached_at == at("2026-03-02 12:00")
    swept(store_world, at("2026-03-02 12:30"))
    assert [kind for kind, _, _ in told(store_world)] == ["escalation", "escalation"]
    assert store_world.look(number).snoozed_until is None


def test_a_snooze_that_ends_early_says_so(store_world: StoreWorld) -> None:
    number = store_world.ticket(tone=Tone.MIXED, rating=3)
    store_world.act(number, Action.SNOOZE, "ivan", MONDAY, until=at("2026-03-02 11:10"))
    swept(store_world, at("2026-03-02 11:10"))
    assert told(store_world) == [("reminder", SUPPORT, ["warning"])]


def test_every_snooze_that_ends_says_so(store_world: StoreWorld) -> None:
    number = store_world.ticket(tone=Tone.MIXED, rating=3)
    for started, ended in (("11:00", "11:10"), ("11:20", "11:30")):
        begun, until = at(f"2026-03-02 {started}"), at(f"2026-03-02 {ended}")
        store_world.act(number, Action.SNOOZE, "ivan", begun, until=until)
        swept(store_world, until)
    assert told(store_world) == [("reminder", SUPPORT, ["warning"])] * 2


def test_posted_stops_reminders_and_comes_back_when_the_site_shows_nothing(
    store_world: StoreWorld,
) -> None:
    number = store_world.ticket()
    posted = at("2026-03-02 11:20")
    store_world.act(number, Action.ALREADY_ANSWERED, "ivan", posted)
    store_world.change_review(number, unanswered_seen_at=posted + timedelta(hours=40))
    run(store_world, posted, posted + timedelta(hours=49), timedelta(hours=1))
    assert told(store_world) == []
    assert store_world.look(number).state == TicketState.POSTED
    back = posted + timedelta(hours=49)
    store_world.change_review(number, unanswered_seen_at=back)
    swept(store_world, back + timedelta(hours=1))
    ticket = store_world.look(number)
    assert (ticket.state, ticket.round) == (TicketState.WAITING, 2)
    assert len(store_world.outbox(OutboxKind.ALERT)) == 2


def test_where_a_site_shows_no_replies_the_mark_stands(store_world: StoreWorld) -> None:
    yandex = replace(store_world.source_facts["yandex_maps"], shows_replies=False)
    store_world.source_facts = {**store_world.source_facts, "yandex_maps": yandex}
    number = store_world.ticket()
    posted = at("2026-03-02 11:20")
    store_world.act(number, Action.ALREADY_ANSWERED, "ivan", posted)
    run(store_world, posted, posted + timedelta(hours=47), timedelta(hours=1))
    assert store_world.look(number).state == TicketState.POSTED
    # Each reading shows the review, and never a reply.
    end = posted + timedelta(days=9)
    store_world.change_review(number, last_seen_at=end, unanswered_seen_at=end)
    run(store_world, posted + timedelta(hours=48), end, timedelta(hours=6))
    ticket, turn = store_world.look(number), store_world.round(number)
    assert (ticket.state, ticket.round, ticket.next_duty_at) == (TicketState.ANSWERED, 1, None)
    assert (turn.closed_at, turn.breached_at) == (posted + timedelta(hours=48), None)
    assert (told(store_world), looks(store_world)) == ([], [])
    assert len(store_world.outbox(OutboxKind.ALERT)) == 1

    def figures() -> Figures:
        since = MONDAY - timedelta(days=1)
        return store_world.db.read_now(
            lambda session: summary(session, since, end + MINUTE, end)
        ).total

    found = figures()
    assert (found.answered, found.marked, found.open) == (0, 1, 0)
    assert (found.in_time, found.in_time_marked, found.late) == (1, 1, 0)
    # A later round takes nothing from the one that ended well.
    store_world.act(number, Action.EDITED_WORSE, SITE, end)
    found = figures()
    assert (found.in_time, found.in_time_marked, found.late, found.running) == (1, 1, 0, 1)


def test_a_page_that_leaves_replies_out_proves_nothing_against_the_mark(
    store_world: StoreWorld,
) -> None:
    """A source may show replies through its API and say nothing of them on its public page."""
    number = store_world.ticket()
    store_world.act(number, Action.ALREADY_ANSWERED, "ivan", MONDAY)
    seen = MONDAY + timedelta(hours=47)
    store_world.change_review(number, last_seen_at=seen, unanswered_seen_at=None)
    run(store_world, MONDAY, MONDAY + timedelta(hours=49), timedelta(hours=1))
    assert store_world.look(number).state == TicketState.POSTED
    store_world.change_review(number, last_seen_at=MONDAY + timedelta(hours=49))
    run(
        store_world, MONDAY + timedelta(hours=50), MONDAY + timedelta(hours=60), timedelta(hours=1)
    )
    assert (store_world.look(number).state, store_world.round(number).n) == (
        TicketState.ANSWERED,
        1,
    )


def test_a_blind_site_brings_nothing_back(store_world: StoreWorld) -> None:
    number = store_world.ticket()
    store_world.act(number, Action.ALREADY_ANSWERED, "ivan", MONDAY)
    store_world.change_target(YANDEX, health="blocked", health_since=MONDAY)
    run(store_world, MONDAY, MONDAY + timedelta(hours=60), timedelta(hours=1))
    assert store_world.look(number).state == TicketState.POSTED
    assert looks(store_world) == []


def test_backlog_is_never_reminded_of(store_world: StoreWorld) -> None:
    store_world.ticket(backlog=True)
    run(store_world, MONDAY, MONDAY + timedelta(days=3), timedelta(hours=1))
    assert told(store_world) == []


def test_an_escalation_says_what_comes_next(store_world: StoreWorld) -> None:
    number = store_world.ticket()
    swept(store_world, at("2026-03-02 12:00"))
    rows = store_world.outbox(OutboxKind.ESCALATION)

    def read(session: Session, row: OutboxRow) -> tuple[datetime | None, str | None]:
        [item] = reminder_facts(
            Tx(session, store_world.settings, store_world.source_facts, at("2026-03-02 12:00")),
            row.payload,
        )
        assert item.card.number == number
        return item.next_at, item.next_to

    assert [
        store_world.db.read_now(lambda session, row=row: read(session, row)) for row in rows
    ] == [(at("2026-03-02 16:00"), "Сергей")] * len(rows)


@ON_SQLITE
def test_the_due_query_stays_on_the_partial_index(store_world: StoreWorld) -> None:
    """A full scan of a million tickets took half a second; the partial index 0.2 ms."""
    query = due_tickets(MONDAY).compile(
        store_world.db.engine, compile_kwargs={"literal_binds": True, "render_postcompile": True}
    )
    with store_world.db.engine.connect() as connection:
        plan = connection.execute(text(f"EXPLAIN QUERY PLAN {query}")).all()
    assert "USING COVERING INDEX ticket_duty" in str(plan)


@pytest.mark.parametrize("alerts", list(Alerts))
def test_no_choice_silences_what_one_answers_for(store_world: StoreWorld, alerts: Alerts) -> None:
    """Critical on duty, what one took, a rung in one's own name: whatever copies one asked for."""
    store_world.pressed_start("marina", "anna", "ivan", "sergey")

    def choose(session: Session) -> None:
        for row in session.exec(select(PersonRow)):
            row.alerts = alerts
            session.add(row)

    store_world.db.write_now(choose)
    critical, taken = store_world.ticket(severity=Severity.CRITICAL), store_world.ticket()
    store_world.act(taken, Action.TAKE, "ivan", MONDAY)
    for minutes in (0, 11, 50, 70, 330):
        swept(store_world, MONDAY + minutes * MINUTE)
    rows = store_world.outbox(OutboxKind.REMINDER, OutboxKind.ESCALATION)
    heard = {(row.chat_id, item["ticket"]) for row in rows for item in row.payload["items"]}
    marina, anna, ivan, sergey = (
        PEOPLE[key].telegram_id for key in ("marina", "anna", "ivan", "sergey")
    )
    assert heard >= {(marina, critical), (anna, critical), (ivan, taken), (sergey, taken)}


def test_a_ticket_that_raises_is_told_once_and_the_others_go_on(store_world: StoreWorld) -> None:
    stuck, well = store_world.ticket(target="nevsky/yandex_maps"), store_world.ticket()
    store_world.with_place("nevsky", paused=Pause(date(2026, 3, 2), date.max))
    noon = at("2026-03-02 12:00")
    swept(store_world, noon)
    assert store_world.round(well).breached_at == noon
    assert [row.payload["items"][0]["ticket"] for row in store_world.outbox(OutboxKind.ESCALATION)]
    assert store_world.look(stuck).next_duty_at == noon + timedelta(minutes=10)
    swept(store_world, noon + timedelta(minutes=10))
    notices = [row.payload for row in store_world.outbox(OutboxKind.NOTICE)]
    assert [each["params"]["ticket"] for each in notices if each["code"] == "stuck"] == [stuck]
    store_world.with_place("nevsky", paused=None)
    store_world.change_target("nevsky/yandex_maps", last_reading_at=noon + timedelta(minutes=20))
    swept(store_world, noon + timedelta(minutes=20))
    assert store_world.round(stuck).breached_at == noon


def test_every_breach_is_told_by_number(store_world: StoreWorld) -> None:
    numbers = [store_world.ticket() for _ in range(45)]
    swept(store_world, at("2026-03-02 12:00"))
    told_of = [
        reminder([_card_of(store_world, item) for item in row.payload["items"]], "ru").html
        for row in store_world.outbox(OutboxKind.ESCALATION)
        if row.chat_id == MANAGERS
    ]
    [one] = told_of
    assert all(f"№ {number}" in one for number in numbers)


def test_lists_of_sites_that_are_looked_at_one_after_another_are_one_message(
    store_world: StoreWorld,
) -> None:
    pages = ("tverskaya/yandex_maps", "tverskaya/google_business")
    numbers = [store_world.ticket(target=page) for page in pages for _ in range(2)]
    noon = at("2026-03-02 12:00")
    for seconds, page in zip((0, 19), pages, strict=True):
        now = noon + timedelta(seconds=seconds)
        store_world.change_target(page, last_reading_at=now)
        swept(store_world, now, read=False)
    assert len([row for row in told(store_world) if row[1] == MANAGERS]) == 2
    soon = noon + timedelta(seconds=20)
    assert claim(store_world, MANAGERS, soon) is None
    claimed = claim(store_world, MANAGERS, noon + timedelta(seconds=30))
    assert claimed is not None
    assert [number for row in claimed.rows for number in lists.told_of(row)] == numbers
    assert claim(store_world, MANAGERS, noon + timedelta(minutes=5)) is None


def claim(store_world: StoreWorld, chat: int, now: datetime) -> Claimed | None:
    return store_world.db.write_now(lambda rows: claims.claim(rows, chat, now, timedelta(hours=1)))


def test_what_must_be_taken_at_once_waits_for_no_list(store_world: StoreWorld) -> None:
    store_world.pressed_start("marina")
    store_world.ticket(severity=Severity.CRITICAL)
    swept(store_world, MONDAY)
    [row] = store_world.outbox(OutboxKind.REMINDER)
    assert row.not_before == MONDAY


def _card_of(store_world: StoreWorld, item: dict[str, object]) -> ReminderFacts:
    def facts(session: Session) -> ReminderFacts:
        [found] = reminder_facts(store_world.tx(session, MONDAY), {"items": [item]})
        return found

    return store_world.db.read_now(facts)
