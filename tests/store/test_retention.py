"""What is over goes, in small batches; what keeps a thing from happening twice stays."""

import json
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import SQLModel, col, select, update

from reviewbot.core.model import Health, OutboxKind, WorkKind
from reviewbot.core.ticket import SITE, Action
from reviewbot.store.privacy import retention
from reviewbot.store.queues import inbox, outbox, sending_pace, unsent, work
from reviewbot.store.tables import (
    HostRow,
    InboxRow,
    OutboxRow,
    TargetRow,
    TargetStateRow,
    WorkRow,
)
from reviewbot.workflow.readings import first_contact
from tests.store.store_world import MONDAY, SUPPORT, StoreWorld

KEEP = timedelta(days=30)
LATER = MONDAY + timedelta(days=31)
ALWAYS = MONDAY + timedelta(days=1000)


def prune(store_world: StoreWorld, now: datetime = LATER) -> int:
    """Until nothing is left, as the tick does."""
    gone = 0
    while went := store_world.db.write_now(lambda rows: retention.prune(rows, now, KEEP)):
        gone += went
    return gone


def keys(store_world: StoreWorld, table: Any = OutboxRow) -> list[str]:
    query = select(table.dedupe_key).order_by(table.id)
    return store_world.db.read_now(lambda rows: list(rows.exec(query)))


def send_all(store_world: StoreWorld, at: datetime = MONDAY) -> None:
    store_world.db.write_now(
        lambda rows: rows.execute(
            update(OutboxRow).where(col(OutboxRow.sent_at).is_(None)).values(sent_at=at)
        )
    )


def put(
    store_world: StoreWorld, key: str, at: datetime = MONDAY, kind: str = "notice", **more: Any
) -> bool:
    chat = store_world.settings.chats["support"]
    return store_world.db.write_now(
        lambda rows: outbox.put(rows, OutboxKind(kind), key, chat, {}, at, **more)
    )


def put_sent(store_world: StoreWorld, key: str, at: datetime = MONDAY, **more: Any) -> None:
    assert put(store_world, key, at, **more)
    send_all(store_world, at)


def newest(store_world: StoreWorld) -> None:
    """A message of today: the newest row never goes."""
    put_sent(store_world, "notice:config:today", LATER)


def add(store_world: StoreWorld, *rows: SQLModel) -> None:
    store_world.db.write_now(lambda session: session.add_all(rows))


def test_updates_go_once_handled_and_the_offset_stays(store_world: StoreWorld) -> None:
    def fill(session: Any) -> None:
        updates = [{"update_id": 100 + n, "message": {"text": "тайна"}} for n in range(5)]
        inbox.store_updates(session, updates, MONDAY)
        rows = inbox.waiting(session)
        for row in rows[:3]:
            inbox.done(session, row.id or 0, MONDAY)
        for _ in range(inbox.MAX_ATTEMPTS):
            inbox.failed(session, rows[3].id or 0, "cannot", MONDAY)
        inbox.done(session, rows[4].id or 0, MONDAY)

    store_world.db.write_now(fill)
    assert prune(store_world, MONDAY + timedelta(days=29)) == 0
    before = store_world.db.read_now(inbox.next_offset)
    assert prune(store_world) == 4
    left = store_world.db.read_now(lambda rows: rows.exec(select(InboxRow)).all())
    assert [row.update_id for row in left] == [104], "the offset is told by the newest"
    assert store_world.db.read_now(inbox.next_offset) == before


def test_an_update_nobody_handled_stays_however_old(store_world: StoreWorld) -> None:
    updates = [{"update_id": n} for n in (1, 2)]
    store_world.db.write_now(lambda rows: inbox.store_updates(rows, updates, MONDAY))
    assert prune(store_world, ALWAYS) == 0


def test_a_new_row_never_gets_the_number_of_one_that_went(store_world: StoreWorld) -> None:
    """SQLite numbers anew from the last row there is, and keys are made of numbers."""
    for _ in range(3):
        made = store_world.db.write_now(lambda rows: work.put(rows, WorkKind.POLL_NOW, now=MONDAY))
        store_world.db.write_now(lambda rows, made=made: work.done(rows, made or 0, "due", MONDAY))
    prune(store_world)
    following = store_world.db.write_now(lambda rows: work.put(rows, WorkKind.POLL_NOW, now=LATER))
    assert (made, following) == (3, 4)
    put_sent(store_world, "one")
    put_sent(store_world, "two")
    prune(store_world)
    put(store_world, "three", LATER)
    ids = sorted(row.id or 0 for row in store_world.outbox())
    assert ids == [2, 3]


def test_what_was_sent_goes_and_what_was_not_stays(store_world: StoreWorld) -> None:
    put_sent(store_world, "notice:config:2026-03-02")
    put_sent(store_world, "notice:config:2026-04-02", LATER)
    put(store_world, "given up")
    parked = store_world.outbox()[-1].id or 0
    store_world.db.write_now(lambda rows: unsent.park(rows, [parked], "cannot", MONDAY))
    put(store_world, "waiting")
    prune(store_world)
    assert keys(store_world) == ["notice:config:2026-04-02", "given up", "waiting"]


def test_what_belongs_to_an_open_ticket_stays_until_it_is_closed(store_world: StoreWorld) -> None:
    number = store_world.ticket()
    send_all(store_world)
    store_world.act(number, Action.ALREADY_ANSWERED, "ivan", MONDAY)
    send_all(store_world)
    done = store_world.db.write_now(
        lambda rows: work.put(rows, WorkKind.POLL_NOW, now=MONDAY, ticket_id=number)
    )
    store_world.db.write_now(lambda rows: work.done(rows, done or 0, "due", MONDAY))
    store_world.db.write_now(lambda rows: work.put(rows, WorkKind.POLL_NOW, now=LATER))
    newest(store_world)
    assert prune(store_world) == 0
    store_world.act(number, Action.SKIP, "marina", LATER, reason="spam")
    alert = keys(store_world)[0]
    assert alert.startswith("alert:")
    assert prune(store_world) >= 2
    assert alert not in keys(store_world)
    assert store_world.db.read_now(lambda rows: list(rows.exec(select(WorkRow.id)))) == [2]


def test_a_ticket_that_opens_again_alerts_once_more_and_no_more_than_that(
    store_world: StoreWorld,
) -> None:
    number = store_world.ticket()
    send_all(store_world)
    store_world.act(number, Action.SKIP, "marina", MONDAY, reason="spam")
    newest(store_world)
    prune(store_world)
    store_world.act(number, Action.EDITED_WORSE, SITE, LATER)
    fresh = store_world.outbox(OutboxKind.ALERT)
    assert [(row.ticket_id, row.round) for row in fresh] == [(number, 2)]
    store_world.act(number, Action.SKIP, "marina", LATER, reason="spam")
    store_world.act(number, Action.UNDO_SKIP, "marina", LATER)
    assert [row.round for row in store_world.outbox(OutboxKind.ALERT)] == [2]


def test_people_are_not_greeted_again(store_world: StoreWorld) -> None:
    def greet(at: datetime) -> bool:
        return store_world.db.write_now(lambda rows: first_contact.greet(store_world.tx(rows, at)))

    assert greet(MONDAY)
    send_all(store_world)
    newest(store_world)
    prune(store_world, ALWAYS)
    assert not greet(ALWAYS)


def test_notices_of_a_blind_host_or_target_stay_while_it_is_blind(store_world: StoreWorld) -> None:
    since = MONDAY.isoformat()
    of_host = f"notice:blind:host:yandex_maps.test:{since}:blocked:support"
    of_target = f"notice:blind:target:1:{since}:suspicious:support"
    past = f"notice:blind:host:google_business.test:{since}:blocked:support"
    past_target = f"notice:blind:target:11:{since}:target_gone:support"
    back = f"notice:sighted:host:google_business.test:{since}:ok:support"
    for key in (of_host, of_target, past, past_target, back):
        put_sent(store_world, key)
    newest(store_world)
    add(store_world, HostRow(name="yandex_maps.test", bad_since=MONDAY))
    store_world.db.write_now(
        lambda rows: rows.execute(
            update(TargetRow).where(col(TargetRow.id) == 1).values(health=Health.SUSPICIOUS)
        )
    )
    prune(store_world)
    assert keys(store_world)[:-1] == [of_host, of_target]


def test_a_file_of_the_watched_folder_is_not_met_as_a_new_one(store_world: StoreWorld) -> None:
    for key in ("file:1:2:/pages/a.html", "ring:1:mail"):
        made = store_world.db.write_now(
            lambda rows, key=key: work.put(rows, WorkKind.IMPORT_FILE, now=MONDAY, dedupe_key=key)
        )
        store_world.db.write_now(
            lambda rows, made=made: work.done(rows, made or 0, "done", MONDAY)
        )
    store_world.db.write_now(lambda rows: work.put(rows, WorkKind.POLL_NOW, now=LATER))
    prune(store_world)
    assert keys(store_world, WorkRow) == ["file:1:2:/pages/a.html", None]


def test_samples_of_past_troubles_are_forgotten_and_the_newest_is_kept(
    store_world: StoreWorld,
) -> None:
    def state(target: int, at: datetime) -> TargetStateRow:
        return TargetStateRow(target_id=target, health="blocked", since=at, sample="<html>")

    day = timedelta(days=1)
    add(store_world, state(1, MONDAY), state(1, MONDAY + day), state(2, MONDAY))
    prune(store_world)
    states = store_world.db.read_now(
        lambda rows: rows.exec(select(TargetStateRow).order_by(col(TargetStateRow.id))).all()
    )
    assert [row.sample for row in states] == [None, "<html>", "<html>"]
    assert len(states) == 3


def test_a_batch_is_small(store_world: StoreWorld) -> None:
    chat = store_world.settings.chats["support"]
    messages = [
        outbox.message(OutboxKind.REPLY, f"reply:{n}:0", chat, {}, MONDAY) for n in range(500)
    ]
    store_world.db.write_now(lambda rows: outbox.put_all(rows, messages))
    send_all(store_world)
    newest(store_world)
    sizes = [
        store_world.db.write_now(lambda rows: retention.prune(rows, LATER, KEEP)) for _ in range(4)
    ]
    assert sizes == [200, 200, 100, 0]


def test_pacing_still_knows_what_was_sent_lately(store_world: StoreWorld) -> None:
    put_sent(store_world, "one", LATER - timedelta(minutes=1))
    put_sent(store_world, "two", LATER)
    prune(store_world)
    times = store_world.db.read_now(
        lambda rows: sending_pace.sent_times(rows, SUPPORT, LATER - timedelta(minutes=5))
    )
    assert len(times) == 2


def test_nothing_people_wrote_to_the_bot_is_left(store_world: StoreWorld) -> None:
    told = {"update_id": 1, "message": {"text": "мой телефон 501000009"}}
    store_world.db.write_now(lambda rows: inbox.store_updates(rows, [told], MONDAY))
    store_world.db.write_now(lambda rows: inbox.done(rows, 1, MONDAY))
    store_world.db.write_now(lambda rows: inbox.store_updates(rows, [{"update_id": 2}], LATER))
    prune(store_world)
    raw = store_world.db.read_now(lambda rows: rows.exec(select(InboxRow.raw)).all())
    assert [json.loads(each) for each in raw] == [{"update_id": 2}]
