"""What is over goes, in small batches; what keeps a thing from happening twice stays."""

import json
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import SQLModel, col, select, update

from reviewbot.core.desk import SITE, Action
from reviewbot.core.model import Health, OutboxKind, WorkKind
from reviewbot.store import greeting, inbox, outbox, pruning, work
from reviewbot.store.tables import (
    HostRow,
    InboxRow,
    OutboxRow,
    TargetRow,
    TargetStateRow,
    WorkRow,
)
from tests.store.house import MONDAY, SUPPORT, House

KEEP = timedelta(days=30)
LATER = MONDAY + timedelta(days=31)
ALWAYS = MONDAY + timedelta(days=1000)


def prune(house: House, now: datetime = LATER) -> int:
    """Until nothing is left, as the tick does."""
    gone = 0
    while went := house.db.write_now(lambda rows: pruning.prune(rows, now, KEEP)):
        gone += went
    return gone


def keys(house: House, table: Any = OutboxRow) -> list[str]:
    query = select(table.dedupe_key).order_by(table.id)
    return house.db.read_now(lambda rows: list(rows.exec(query)))


def send_all(house: House, at: datetime = MONDAY) -> None:
    house.db.write_now(
        lambda rows: rows.execute(
            update(OutboxRow).where(col(OutboxRow.sent_at).is_(None)).values(sent_at=at)
        )
    )


def put(house: House, key: str, at: datetime = MONDAY, kind: str = "notice", **more: Any) -> bool:
    chat = house.setup.chats["support"]
    return house.db.write_now(
        lambda rows: outbox.put(rows, OutboxKind(kind), key, chat, {}, at, **more)
    )


def put_sent(house: House, key: str, at: datetime = MONDAY, **more: Any) -> None:
    assert put(house, key, at, **more)
    send_all(house, at)


def newest(house: House) -> None:
    """A message of today: the newest row never goes."""
    put_sent(house, "notice:config:today", LATER)


def add(house: House, *rows: SQLModel) -> None:
    house.db.write_now(lambda session: session.add_all(rows))


def test_updates_go_once_handled_and_the_offset_stays(house: House) -> None:
    def fill(session: Any) -> None:
        updates = [{"update_id": 100 + n, "message": {"text": "тайна"}} for n in range(5)]
        inbox.store_updates(session, updates, MONDAY)
        rows = inbox.waiting(session)
        for row in rows[:3]:
            inbox.done(session, row.id or 0, MONDAY)
        for _ in range(inbox.MAX_ATTEMPTS):
            inbox.failed(session, rows[3].id or 0, "cannot", MONDAY)
        inbox.done(session, rows[4].id or 0, MONDAY)

    house.db.write_now(fill)
    assert prune(house, MONDAY + timedelta(days=29)) == 0
    before = house.db.read_now(inbox.next_offset)
    assert prune(house) == 4
    left = house.db.read_now(lambda rows: rows.exec(select(InboxRow)).all())
    assert [row.update_id for row in left] == [104], "the offset is told by the newest"
    assert house.db.read_now(inbox.next_offset) == before


def test_an_update_nobody_handled_stays_however_old(house: House) -> None:
    updates = [{"update_id": n} for n in (1, 2)]
    house.db.write_now(lambda rows: inbox.store_updates(rows, updates, MONDAY))
    assert prune(house, ALWAYS) == 0


def test_a_new_row_never_gets_the_number_of_one_that_went(house: House) -> None:
    """SQLite numbers anew from the last row there is, and keys are made of numbers."""
    for _ in range(3):
        made = house.db.write_now(lambda rows: work.put(rows, WorkKind.POLL_NOW, now=MONDAY))
        house.db.write_now(lambda rows, made=made: work.done(rows, made or 0, "due", MONDAY))
    prune(house)
    following = house.db.write_now(lambda rows: work.put(rows, WorkKind.POLL_NOW, now=LATER))
    assert (made, following) == (3, 4)
    put_sent(house, "one")
    put_sent(house, "two")
    prune(house)
    put(house, "three", LATER)
    ids = sorted(row.id or 0 for row in house.outbox())
    assert ids == [2, 3]


def test_what_was_sent_goes_and_what_was_not_stays(house: House) -> None:
    put_sent(house, "notice:config:2026-03-02")
    put_sent(house, "notice:config:2026-04-02", LATER)
    put(house, "given up")
    parked = house.outbox()[-1].id or 0
    house.db.write_now(lambda rows: outbox.park(rows, [parked], "cannot", MONDAY))
    put(house, "waiting")
    prune(house)
    assert keys(house) == ["notice:config:2026-04-02", "given up", "waiting"]


def test_what_belongs_to_an_open_ticket_stays_until_it_is_closed(house: House) -> None:
    number = house.ticket()
    send_all(house)
    house.act(number, Action.ALREADY_ANSWERED, "ivan", MONDAY)
    send_all(house)
    done = house.db.write_now(
        lambda rows: work.put(rows, WorkKind.POLL_NOW, now=MONDAY, ticket_id=number)
    )
    house.db.write_now(lambda rows: work.done(rows, done or 0, "due", MONDAY))
    house.db.write_now(lambda rows: work.put(rows, WorkKind.POLL_NOW, now=LATER))
    newest(house)
    assert prune(house) == 0
    house.act(number, Action.SKIP, "marina", LATER, reason="spam")
    alert = keys(house)[0]
    assert alert.startswith("alert:")
    assert prune(house) >= 2
    assert alert not in keys(house)
    assert house.db.read_now(lambda rows: list(rows.exec(select(WorkRow.id)))) == [2]


def test_a_ticket_that_opens_again_alerts_once_more_and_no_more_than_that(house: House) -> None:
    number = house.ticket()
    send_all(house)
    house.act(number, Action.SKIP, "marina", MONDAY, reason="spam")
    newest(house)
    prune(house)
    house.act(number, Action.EDITED_WORSE, SITE, LATER)
    fresh = house.outbox(OutboxKind.ALERT)
    assert [(row.ticket_id, row.round) for row in fresh] == [(number, 2)]
    house.act(number, Action.SKIP, "marina", LATER, reason="spam")
    house.act(number, Action.UNDO_SKIP, "marina", LATER)
    assert [row.round for row in house.outbox(OutboxKind.ALERT)] == [2]


def test_people_are_not_greeted_again(house: House) -> None:
    def greet(at: datetime) -> bool:
        return house.db.write_now(lambda rows: greeting.greet(rows, house.setup, house.sites, at))

    assert greet(MONDAY)
    send_all(house)
    newest(house)
    prune(house, ALWAYS)
    assert not greet(ALWAYS)


def test_notices_of_a_blind_host_or_target_stay_while_it_is_blind(house: House) -> None:
    since = MONDAY.isoformat()
    of_host = f"notice:blind:host:yandex_maps.test:{since}:blocked:support"
    of_target = f"notice:blind:target:1:{since}:suspicious:support"
    past = f"notice:blind:host:google_business.test:{since}:blocked:support"
    past_target = f"notice:blind:target:11:{since}:target_gone:support"
    back = f"notice:sighted:host:google_business.test:{since}:ok:support"
    for key in (of_host, of_target, past, past_target, back):
        put_sent(house, key)
    newest(house)
    add(house, HostRow(name="yandex_maps.test", bad_since=MONDAY))
    house.db.write_now(
        lambda rows: rows.execute(
            update(TargetRow).where(col(TargetRow.id) == 1).values(health=Health.SUSPICIOUS)
        )
    )
    prune(house)
    assert keys(house)[:-1] == [of_host, of_target]


def test_a_file_of_the_watched_folder_is_not_met_as_a_new_one(house: House) -> None:
    for key in ("file:1:2:/pages/a.html", "ring:1:mail"):
        made = house.db.write_now(
            lambda rows, key=key: work.put(rows, WorkKind.IMPORT_FILE, now=MONDAY, dedupe_key=key)
        )
        house.db.write_now(lambda rows, made=made: work.done(rows, made or 0, "done", MONDAY))
    house.db.write_now(lambda rows: work.put(rows, WorkKind.POLL_NOW, now=LATER))
    prune(house)
    assert keys(house, WorkRow) == ["file:1:2:/pages/a.html", None]


def test_samples_of_past_troubles_are_forgotten_and_the_newest_is_kept(house: House) -> None:
    def state(target: int, at: datetime) -> TargetStateRow:
        return TargetStateRow(target_id=target, health="blocked", since=at, sample="<html>")

    day = timedelta(days=1)
    add(house, state(1, MONDAY), state(1, MONDAY + day), state(2, MONDAY))
    prune(house)
    states = house.db.read_now(
        lambda rows: rows.exec(select(TargetStateRow).order_by(col(TargetStateRow.id))).all()
    )
    assert [row.sample for row in states] == [None, "<html>", "<html>"]
    assert len(states) == 3


def test_a_batch_is_small(house: House) -> None:
    chat = house.setup.chats["support"]
    messages = [
        outbox.message(OutboxKind.REPLY, f"reply:{n}:0", chat, {}, MONDAY) for n in range(500)
    ]
    house.db.write_now(lambda rows: outbox.put_all(rows, messages))
    send_all(house)
    newest(house)
    sizes = [house.db.write_now(lambda rows: pruning.prune(rows, LATER, KEEP)) for _ in range(4)]
    assert sizes == [200, 200, 100, 0]


def test_pacing_still_knows_what_was_sent_lately(house: House) -> None:
    put_sent(house, "one", LATER - timedelta(minutes=1))
    put_sent(house, "two", LATER)
    prune(house)
    times = house.db.read_now(
        lambda rows: outbox.sent_times(rows, SUPPORT, LATER - timedelta(minutes=5))
    )
    assert len(times) == 2


def test_nothing_people_wrote_to_the_bot_is_left(house: House) -> None:
    told = {"update_id": 1, "message": {"text": "мой телефон 501000009"}}
    house.db.write_now(lambda rows: inbox.store_updates(rows, [told], MONDAY))
    house.db.write_now(lambda rows: inbox.done(rows, 1, MONDAY))
    house.db.write_now(lambda rows: inbox.store_updates(rows, [{"update_id": 2}], LATER))
    prune(house)
    raw = house.db.read_now(lambda rows: rows.exec(select(InboxRow.raw)).all())
    assert [json.loads(each) for each in raw] == [{"update_id": 2}]
