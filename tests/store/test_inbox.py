import json
from datetime import timedelta

from reviewbot.store import inbox
from reviewbot.store.inbox import MAX_ATTEMPTS
from reviewbot.store.tables import InboxRow
from tests.store.house import MONDAY, House


def store(house: House, *updates: dict[str, object]) -> int:
    return house.db.write_now(lambda session: inbox.store_updates(session, updates, MONDAY))


def waiting(house: House) -> list[InboxRow]:
    return house.db.read_now(inbox.waiting)


def test_updates_are_stored_once_in_order_and_as_they_came(house: House) -> None:
    assert store(house, {"update_id": 8, "b": "\ud83d"}, {"update_id": 7, "a": "щ"}) == 2
    assert store(house, {"update_id": 8}) == 0
    rows = waiting(house)
    assert [row.update_id for row in rows] == [7, 8]
    assert json.loads(rows[1].raw) == {"update_id": 8, "b": "\ud83d"}


def test_the_offset_acknowledges_only_what_is_stored(house: House) -> None:
    assert house.db.read_now(inbox.next_offset) is None
    store(house, {"update_id": 7})
    assert house.db.read_now(inbox.next_offset) == 8


def test_after_a_week_of_silence_numbers_may_begin_anew(house: House) -> None:
    store(house, {"update_id": 900})
    later = MONDAY + timedelta(days=7)
    assert house.db.read_now(lambda session: inbox.next_offset(session, later)) is None
    store(house, {"update_id": 12})
    assert house.db.read_now(inbox.next_offset) == 13


def test_an_update_is_done_once(house: House) -> None:
    store(house, {"update_id": 7})
    [row] = waiting(house)
    assert row.id is not None
    number = row.id
    assert house.db.write_now(lambda session: inbox.done(session, number, MONDAY))
    assert not house.db.write_now(lambda session: inbox.done(session, number, MONDAY))
    assert waiting(house) == []


def test_an_update_that_always_fails_is_set_aside(house: House) -> None:
    store(house, {"update_id": 7}, {"update_id": 8})
    number = waiting(house)[0].id or 0
    parked = [
        house.db.write_now(lambda session: inbox.failed(session, number, "KeyError", MONDAY))
        for _ in range(MAX_ATTEMPTS)
    ]
    assert parked == [False] * (MAX_ATTEMPTS - 1) + [True]
    assert [row.update_id for row in waiting(house)] == [8]
    assert house.db.read_now(inbox.counts) == (1, 1)
