"""Chats that moved or died: who hears instead."""

from dataclasses import replace

from sqlmodel import Session

from reviewbot.core.model import OutboxKind
from reviewbot.core.settings import Chat, Route, When
from reviewbot.workflow import chats
from tests.store.store_world import MANAGERS, MONDAY, OPERATOR, SUPPORT, StoreWorld

MOVED = -1009


def moved_and_dead(store_world: StoreWorld) -> None:
    def work(session: Session) -> None:
        chats.move_chat(session, SUPPORT, MOVED, MONDAY)
        chats.lose_chat(store_world.tx(session), MOVED, "kicked")

    store_world.db.write_now(work)


def test_a_group_that_moved_and_then_died_is_dead(store_world: StoreWorld) -> None:
    store_world.ticket()
    moved_and_dead(store_world)
    [waiting] = store_world.outbox(OutboxKind.ALERT)
    assert waiting.chat_id == MANAGERS
    store_world.ticket()
    assert {row.chat_id for row in store_world.outbox(OutboxKind.ALERT)} == {MANAGERS}


def test_what_waits_for_a_dead_chat_does_not_go_to_one_that_moved_and_died(
    store_world: StoreWorld,
) -> None:
    moved_and_dead(store_world)
    instead = store_world.db.read_now(
        lambda session: chats.next_chat(store_world.tx(session), MANAGERS)
    )
    assert instead is not None
    assert instead.key == "operator"


def test_what_waited_goes_where_the_next_chat_moved_to(store_world: StoreWorld) -> None:
    store_world.ticket()

    def work(session: Session) -> None:
        chats.move_chat(session, MANAGERS, MOVED, MONDAY)
        chats.lose_chat(store_world.tx(session), SUPPORT, "kicked")

    store_world.db.write_now(work)
    assert [row.chat_id for row in store_world.outbox(OutboxKind.ALERT)] == [MOVED]


def test_what_waits_goes_to_no_chat_of_other_places(store_world: StoreWorld) -> None:
    """A franchisee's group stands in for nobody whose places are not its own."""
    settings = store_world.settings
    store_world.settings = replace(
        settings,
        chats={**settings.chats, "franchise": Chat("franchise", -1003)},
        routes=(Route("spb", When(group=("spb",)), "franchise"),),
    )
    store_world.ticket()

    def work(session: Session) -> None:
        for chat_id in (SUPPORT, MANAGERS, OPERATOR):
            chats.lose_chat(store_world.tx(session), chat_id, "kicked")

    store_world.db.write_now(work)
    [waiting] = store_world.outbox(OutboxKind.ALERT)
    assert waiting.chat_id > 0, "a person's own chat"
    store_world.ticket()
    assert -1003 not in {row.chat_id for row in store_world.outbox(OutboxKind.ALERT)}
