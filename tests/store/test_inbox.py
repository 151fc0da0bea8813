import json
from datetime import timedelta

from reviewbot.store.queues import inbox
from reviewbot.store.queues.inbox import MAX_ATTEMPTS
from reviewbot.store.tables import InboxRow
from tests.store.store_world import MONDAY, StoreWorld


def store(store_world: StoreWorld, *updates: dict[str, object]) -> int:
    return store_world.db.write_now(lambda session: inbox.store_updates(session, updates, MONDAY))


def waiting(store_world: StoreWorld) -> list[InboxRow]:
    return store_world.db.read_now(inbox.waiting)


def test_updates_are_stored_once_in_order_and_as_they_came(store_world: StoreWorld) -> None:
    assert store(store_world, {"update_id": 8, "b": "\ud83d"}, {"update_id": 7, "a": "щ"}) == 2
    assert store(store_world, {"update_id": 8}) == 0
    rows = waiting(store_world)
    assert [row.update_id for row in rows] == [7, 8]
    assert json.loads(rows[1].raw) == {"update_id": 8, "b": "\ud83d"}


def test_the_offset_acknowledges_only_what_is_stored(store_world: StoreWorld) -> None:
    assert store_world.db.read_now(inbox.next_offset) is None
    store(store_world, {"update_id": 7})
    assert store_world.db.read_now(inbox.next_offset) == 8


def test_after_a_week_of_silence_numbers_may_begin_anew(store_world: StoreWorld) -> None:
    store(store_world, {"update_id": 900})
    later = MONDAY + timedelta(days=7)
    assert store_world.db.read_now(lambda session: inbox.next_offset(session, later)) is None
    store(store_world, {"update_id": 12})
    assert store_world.db.read_now(inbox.next_offset) == 13


def test_an_update_is_done_once(store_world: StoreWorld) -> None:
    store(store_world, {"update_id": 7})
    [row] = waiting(store_world)
    assert row.id is not None
    number = row.id
    assert store_world.db.write_now(lambda session: inbox.done(session, number, MONDAY))
    assert not store_world.db.write_now(lambda session: inbox.done(session, number, MONDAY))
    assert waiting(store_world) == []


def test_an_update_that_always_fails_is_set_aside(store_world: StoreWorld) -> None:
    store(store_world, {"update_id": 7}, {"update_id": 8})
    number = waiting(store_world)[0].id or 0
    parked = [
        store_world.db.write_now(lambda session: inbox.failed(session, number, "KeyError", MONDAY))
        for _ in range(MAX_ATTEMPTS)
    ]
    assert parked == [False] * (MAX_ATTEMPTS - 1) + [True]
    assert [row.update_id for row in waiting(store_world)] == [8]
    assert store_world.db.read_now(inbox.counts) == (1, 1)
