"""The operator's file changes while tickets are open: what moves, what stands, what is closed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from reviewbot.core.model import OutboxKind, Severity, TicketState, Tone
from reviewbot.core.settings import Desk, Ladders, Pause, Step, StepTo, Times
from reviewbot.core.ticket import SITE, Action
from reviewbot.workflow import changed_file, remarks
from reviewbot.workflow.changed_file import Consequences
from reviewbot.workflow.sweep import sweep
from tests.store.store_world import MONDAY, StoreWorld, actor, at, clock

NOW = at("2026-03-02 11:10")
YANDEX = "tverskaya/yandex_maps"


@pytest.fixture
def store_world(tmp_path: Path, database_path: str) -> Iterator[StoreWorld]:
    made = StoreWorld(tmp_path, database=database_path)
    yield made
    made.db.close()


def with_desk(store_world: StoreWorld, **changes: object) -> None:
    desk: Desk = replace(store_world.settings.desks[""], **changes)  # type: ignore[arg-type]
    store_world.settings = replace(store_world.settings, desks={"": desk})


def with_times(store_world: StoreWorld, **times: Times) -> None:
    [entry] = store_world.settings.reply_time
    changed = replace(entry, classes={**entry.classes, **times})
    store_world.settings = replace(store_world.settings, reply_time=(changed,))


def without_place(store_world: StoreWorld, key: str) -> None:
    kept = store_world.settings
    places = {name: place for name, place in kept.locations.items() if name != key}
    pages = {name: page for name, page in kept.targets.items() if page.location != key}
    store_world.settings = replace(kept, locations=places, targets=pages)


def reloaded(store_world: StoreWorld, now: datetime) -> Consequences:
    """What `check` would tell, then the reload itself: they agree."""
    told = store_world.db.read_now(
        lambda session: changed_file.expected(store_world.tx(session, now))
    )
    done = store_world.db.write_now(
        lambda session: changed_file.follow(store_world.tx(session, now))
    )
    assert told == done
    return done


def swept(store_world: StoreWorld, now: datetime) -> None:
    store_world.change_target(YANDEX, last_reading_at=now)
    store_world.db.write_now(lambda session: sweep(store_world.tx(session, now)))


def ladder_messages(store_world: StoreWorld) -> list[str]:
    rows = store_world.outbox(OutboxKind.REMINDER, OutboxKind.ESCALATION)
    return [item["kind"] for row in rows for item in row.payload["items"]]


def test_nothing_changes_without_a_change(store_world: StoreWorld) -> None:
    number = store_world.ticket()
    store_world.ticket(severity=Severity.CRITICAL)
    store_world.ticket(tone=Tone.MIXED, rating=3)
    before = store_world.look(number)
    assert reloaded(store_world, NOW) == Consequences()
    assert store_world.look(number) == before
    assert store_world.outbox(OutboxKind.NOTICE) == []


def test_a_closed_day_moves_open_deadlines_and_is_told(store_world: StoreWorld) -> None:
    number = store_world.ticket()
    with_desk(store_world, closed=frozenset({date(2026, 3, 2)}))
    assert reloaded(store_world, NOW) == Consequences(later=1)
    assert store_world.round(number).reply_deadline == at("2026-03-03 11:00")
    assert store_world.look(number).next_duty_at == at("2026-03-03 10:28")
    [notice] = store_world.outbox(OutboxKind.NOTICE)
    assert notice.payload["code"] == "file_followed"
    assert notice.payload["params"]["later"] == 1
    assert "deadline_moved" in [row.action for row in store_world.audit(number)]
    assert reloaded(store_world, NOW) == Consequences()


def test_a_shortened_day_moves_open_deadlines_too(store_world: StoreWorld) -> None:
    number = store_world.ticket(now=at("2026-03-02 17:30"))
    assert store_world.round(number).reply_deadline == at("2026-03-02 18:30")
    with_desk(store_world, shortened=frozenset({date(2026, 3, 2)}))
    assert reloaded(store_world, at("2026-03-02 17:40")) == Consequences(later=1)
    assert store_world.round(number).reply_deadline == at("2026-03-03 10:30")


def test_longer_hours_move_a_deadline_nearer_but_make_nobody_late(store_world: StoreWorld) -> None:
    evening = at("2026-03-02 18:50")
    number = store_world.ticket(now=evening)
    assert store_world.round(number).reply_deadline == at("2026-03-03 10:50")
    week = tuple(
        tuple((begin, end.replace(hour=22)) for begin, end in day)
        for day in store_world.settings.desks[""].hours
    )
    with_desk(store_world, hours=week)
    # Counted anew it was due at 19:50: nobody could know.
    assert reloaded(store_world, at("2026-03-02 20:30")) == Consequences()
    assert reloaded(store_world, at("2026-03-02 19:10")) == Consequences(earlier=1)
    assert store_world.round(number).reply_deadline == at("2026-03-02 19:50")


def test_a_breach_stays_and_the_moved_deadline_is_armed_again(store_world: StoreWorld) -> None:
    number = store_world.ticket()
    for minute in (31, 49, 61):
        swept(store_world, MONDAY + timedelta(minutes=minute))
    before = len(ladder_messages(store_world))
    due = at("2026-03-02 12:00")
    assert store_world.round(number).breached_at == due
    with_desk(store_world, closed=frozenset({date(2026, 3, 2)}))
    assert reloaded(store_world, at("2026-03-02 13:00")) == Consequences(later=1)
    assert store_world.round(number).breached_at == due
    moved = store_world.audit(number)[-1]
    assert (moved.action, moved.detail["breach_stays"]) == ("deadline_moved", True)
    for moment in ("10:31", "10:49", "11:00"):
        swept(store_world, at(f"2026-03-03 {moment}"))
    assert ladder_messages(store_world)[before:] == ["warning", "warning", "breach"]
    assert store_world.round(number).breached_at == at("2026-03-03 11:00")


def test_a_ladder_that_is_restored_reminds_again_today(store_world: StoreWorld) -> None:
    ladders = store_world.settings.ladders
    store_world.settings = replace(
        store_world.settings, ladders=Ladders(reply={"negative": ()}, seen={})
    )
    number = store_world.ticket()
    swept(store_world, at("2026-03-02 12:00"))
    assert store_world.look(number).next_duty_at is None
    store_world.settings = replace(store_world.settings, ladders=ladders)
    now = at("2026-03-02 12:30")
    reloaded(store_world, now)
    duty = store_world.look(number).next_duty_at
    assert duty is not None
    assert duty <= now
    swept(store_world, now)
    assert ladder_messages(store_world) != []


def test_a_pause_declared_later_gives_the_days_back(store_world: StoreWorld) -> None:
    number = store_world.ticket()
    store_world.with_place("tverskaya", paused=Pause(date(2026, 3, 2), date(2026, 3, 4), "ремонт"))
    assert reloaded(store_world, at("2026-03-02 11:50")) == Consequences(later=1)
    turn = store_world.round(number)
    assert turn.breached_at is None
    assert turn.reply_deadline == at("2026-03-05 11:00")
    assert store_world.look(number).next_duty_at == at("2026-03-05 10:28")


def test_a_pause_withdrawn_early_ends_by_then(store_world: StoreWorld) -> None:
    number = store_world.ticket()
    store_world.with_place("tverskaya", paused=Pause(date(2026, 3, 2), date(2026, 3, 8), "ремонт"))
    reloaded(store_world, at("2026-03-02 11:10"))
    assert store_world.round(number).reply_deadline == at("2026-03-09 11:00")
    store_world.with_place("tverskaya", paused=None)
    assert reloaded(store_world, at("2026-03-04 09:00")) == Consequences(earlier=1)
    assert store_world.round(number).reply_deadline == at("2026-03-04 11:00")
    [_, notice] = store_world.outbox(OutboxKind.NOTICE)
    assert notice.payload["params"]["earlier"] == 1
    # Its half of the time is half of this hour, and the pause that is over stays given.
    assert store_world.look(number).next_duty_at == at("2026-03-04 10:28")
    assert reloaded(store_world, at("2026-03-04 09:30")) == Consequences()


def test_a_class_set_to_none_stops_its_clocks(store_world: StoreWorld) -> None:
    open_, late = store_world.ticket(now=at("2026-03-02 11:30")), store_world.ticket()
    swept(store_world, at("2026-03-02 12:01"))
    given = store_world.settings.reply_time[0].classes["negative"]
    with_times(store_world, negative=Times())
    assert reloaded(store_world, at("2026-03-02 12:10")) == Consequences(stopped=2)
    for number in (open_, late):
        assert store_world.look(number).next_duty_at is None
        assert store_world.look(number).state == TicketState.WAITING
    assert store_world.round(open_).reply_deadline is None
    assert store_world.round(late).breached_at == at("2026-03-02 12:00")
    before = len(ladder_messages(store_world))
    swept(store_world, at("2026-03-04 12:00"))
    assert len(ladder_messages(store_world)) == before
    with_times(store_world, negative=given)
    assert reloaded(store_world, at("2026-03-04 12:00")) == Consequences(resumed=2)
    assert store_world.round(open_).reply_deadline == at("2026-03-04 13:00")


def test_what_stands_without_a_time_can_still_be_called_a_complaint(
    store_world: StoreWorld,
) -> None:
    number = store_world.ticket(tone=Tone.MIXED, rating=3)
    with_times(store_world, mixed=Times())
    assert reloaded(store_world, NOW) == Consequences(stopped=1)
    assert store_world.round(number).reply_deadline is None
    store_world.db.write_now(
        lambda session: remarks.is_a_complaint(
            store_world.tx(session, at("2026-03-02 12:00")), number, actor("ivan")
        )
    )
    assert store_world.round(number).reply_deadline == at("2026-03-02 13:00")
    assert store_world.look(number).next_duty_at == at("2026-03-02 12:28")
    assert reloaded(store_world, at("2026-03-02 12:10")) == Consequences()


def test_tickets_of_a_removed_place_are_closed_and_come_back(store_world: StoreWorld) -> None:
    number, posted = store_world.ticket(), store_world.ticket()
    elsewhere = store_world.ticket(target="nevsky/yandex_maps")
    store_world.act(posted, Action.ALREADY_ANSWERED, "ivan", NOW)
    whole = store_world.settings
    without_place(store_world, "tverskaya")
    assert reloaded(store_world, at("2026-03-02 11:20")) == Consequences(closed=2)
    ticket = store_world.look(number)
    assert (ticket.state, ticket.skip_reason) == (TicketState.SKIPPED, "not_ours")
    assert ticket.next_duty_at is None
    assert store_world.look(posted).state == TicketState.ANSWERED
    assert store_world.look(elsewhere).state == TicketState.WAITING
    [notice] = store_world.outbox(OutboxKind.NOTICE)
    assert notice.payload["params"]["closed"] == 2
    store_world.settings = whole
    assert reloaded(store_world, at("2026-03-02 11:25")) == Consequences(back=1)
    assert store_world.look(number).state == TicketState.WAITING
    assert store_world.look(number).next_duty_at == at("2026-03-02 11:28")


def test_a_place_back_after_its_deadline_starts_its_clocks_anew(store_world: StoreWorld) -> None:
    number = store_world.ticket()
    whole = store_world.settings
    without_place(store_world, "tverskaya")
    reloaded(store_world, at("2026-03-02 11:20"))
    store_world.settings = whole
    back_at = at("2026-03-10 12:00")
    assert reloaded(store_world, back_at).back == 1
    turn = store_world.round(number)
    assert (turn.reply_deadline, turn.breached_at) == (at("2026-03-10 13:00"), None)


def test_a_place_that_became_a_competitor_is_not_ours(store_world: StoreWorld) -> None:
    number = store_world.ticket()
    store_world.with_place("tverskaya", role="competitor")
    assert reloaded(store_world, NOW) == Consequences(closed=1)
    assert store_world.look(number).state == TicketState.SKIPPED


def test_a_page_under_another_key_is_still_ours(store_world: StoreWorld) -> None:
    """Its key changed and nobody wrote `formerly`: `check` tells, nothing is closed."""
    number = store_world.ticket()
    places = dict(store_world.settings.locations)
    places["arbat"] = replace(places.pop("tverskaya"), key="arbat")
    store_world.settings = replace(store_world.settings, locations=places)
    assert reloaded(store_world, NOW) == Consequences()
    assert store_world.look(number).state == TicketState.WAITING


def test_a_skip_of_a_person_is_not_undone(store_world: StoreWorld) -> None:
    number = store_world.ticket()
    store_world.act(number, Action.SKIP, "ivan", NOW, reason="spam")
    assert reloaded(store_world, NOW) == Consequences()
    assert store_world.look(number).state == TicketState.SKIPPED


def test_a_sharpened_deadline_counts_its_steps_from_the_edit(store_world: StoreWorld) -> None:
    """A review of yesterday became critical: nobody is woken three times in one second."""
    store_world.pressed_start("marina", "anna")
    number = store_world.ticket(tone=Tone.MIXED, rating=3)
    edited = at("2026-03-03 10:30")
    store_world.change_review(number, severity=Severity.CRITICAL, tone=Tone.NEGATIVE, rating=1)
    store_world.act(number, Action.EDITED_WORSE, SITE, edited)
    assert store_world.round(number).seen_deadline == edited + timedelta(minutes=15)
    swept(store_world, edited)
    assert ladder_messages(store_world) == ["seen"]
    swept(store_world, edited + timedelta(minutes=9))
    assert ladder_messages(store_world) == ["seen"]
    swept(store_world, edited + timedelta(minutes=10))
    assert ladder_messages(store_world) == ["seen", "seen"]


def test_the_percents_of_a_sharpened_deadline_are_of_its_own_time(store_world: StoreWorld) -> None:
    halves = Ladders(
        reply={
            "mixed": (Step("50% chat", StepTo.CHAT, percent=50),),
            "negative": (Step("50% chat", StepTo.CHAT, percent=50),),
        }
    )
    store_world.settings = replace(store_world.settings, ladders=halves)
    with_times(store_world, negative=Times(reply=clock(timedelta(hours=2))))
    number = store_world.ticket(tone=Tone.MIXED, rating=3)
    swept(store_world, MONDAY + timedelta(hours=12))
    assert ladder_messages(store_world) == ["warning"]
    edited = MONDAY + timedelta(hours=20)
    store_world.change_review(number, tone=Tone.NEGATIVE, rating=1)
    store_world.act(number, Action.EDITED_WORSE, SITE, edited)
    assert store_world.round(number).reply_deadline == edited + timedelta(hours=2)
    swept(store_world, edited + timedelta(minutes=59))
    assert ladder_messages(store_world) == ["warning"]
    swept(store_world, edited + timedelta(minutes=60))
    assert ladder_messages(store_world) == ["warning", "warning"]
