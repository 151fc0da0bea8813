from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import Session, select

from reviewbot.core.model import OutboxKind
from reviewbot.core.settings import Chat
from reviewbot.core.ticket import Action
from reviewbot.store import chats
from reviewbot.store.queues import claims, lists, outbox, sending_pace, unsent
from reviewbot.store.queues.claims import Claimed
from reviewbot.store.tables import CardRow, ChatRow, OutboxRow
from reviewbot.workflow.chats import disable_chat, move_chat
from tests.store.store_world import MANAGERS, MONDAY, ON_SQLITE, SUPPORT, StoreWorld

SECOND = timedelta(seconds=1)


def claim(store_world: StoreWorld, lane: int = SUPPORT, now: datetime = MONDAY) -> Claimed | None:
    return store_world.db.write_now(lambda session: claims.claim(session, lane, now))


def sent(
    store_world: StoreWorld, claimed: Claimed, message_id: int, now: datetime = MONDAY
) -> None:
    store_world.db.write_now(
        lambda session: outbox.mark_sent(
            session, claimed.row_ids, message_id, claimed.first.chat_id or 0, now
        )
    )


def send_next(store_world: StoreWorld, message_id: int, now: datetime = MONDAY) -> Claimed:
    claimed = claim(store_world, now=now)
    assert claimed is not None
    sent(store_world, claimed, message_id, now)
    return claimed


def put(
    store_world: StoreWorld, kind: OutboxKind, key: str, chat: str = "support", **more: object
) -> bool:
    return store_world.db.write_now(
        lambda session: outbox.put(
            session,
            kind,
            key,
            store_world.settings.chats[chat],
            {},
            MONDAY,
            **more,  # type: ignore[arg-type]
        )
    )


def cards(store_world: StoreWorld) -> list[CardRow]:
    return store_world.db.read_now(lambda session: list(session.exec(select(CardRow))))


def test_a_dedupe_key_is_put_once(store_world: StoreWorld) -> None:
    assert put(store_world, OutboxKind.NOTICE, "notice:1")
    assert not put(store_world, OutboxKind.NOTICE, "notice:1")
    assert len(store_world.outbox()) == 1


def test_kinds_go_in_order_then_by_age(store_world: StoreWorld) -> None:
    for kind in reversed(OutboxKind):
        if kind is not OutboxKind.EDIT:
            put(store_world, kind, f"{kind}:1")
            put(store_world, kind, f"{kind}:2")
    order: list[str] = []
    # One message each, but for handoffs and for all that the ladder says, which are one.
    for number in range(2 * (len(OutboxKind) - 1) - 4):
        order += [row.dedupe_key for row in send_next(store_world, number).rows]
    ladder = (OutboxKind.REMINDER, OutboxKind.ESCALATION)
    expected = [kind for kind in OutboxKind if kind not in (OutboxKind.EDIT, *ladder)]
    expected[1:1] = ladder
    assert order == [f"{kind}:{n}" for kind in expected for n in (1, 2)]
    assert claim(store_world) is None


def test_a_lane_has_one_claim_and_an_expired_one_is_claimed_again(store_world: StoreWorld) -> None:
    put(store_world, OutboxKind.NOTICE, "notice:1")
    put(store_world, OutboxKind.NOTICE, "notice:2")
    first = claim(store_world)
    assert first is not None
    assert claim(store_world, now=MONDAY + 59 * SECOND) is None
    lanes = store_world.db.read_now(
        lambda session: outbox.waiting_chats(session, MONDAY + 59 * SECOND)
    )
    assert lanes == []
    again = claim(store_world, now=MONDAY + 60 * SECOND)
    assert again is not None
    assert (again.row_ids, again.first.attempts) == (first.row_ids, 2)


def test_what_is_postponed_waits_and_what_is_parked_stays_away(store_world: StoreWorld) -> None:
    put(store_world, OutboxKind.NOTICE, "notice:1")
    claimed = claim(store_world)
    assert claimed is not None
    later = MONDAY + timedelta(minutes=5)
    store_world.db.write_now(
        lambda session: unsent.postpone(session, claimed.row_ids, later, "429")
    )
    assert claim(store_world, now=later - SECOND) is None
    assert claim(store_world, now=later) is not None
    store_world.db.write_now(lambda session: unsent.park(session, claimed.row_ids, "bad", later))
    assert claim(store_world, now=later + timedelta(days=1)) is None
    [row] = store_world.outbox()
    assert (row.error, row.parked_at) == ("bad", later)


def test_lanes_are_chats_with_something_to_send_now(store_world: StoreWorld) -> None:
    put(store_world, OutboxKind.NOTICE, "notice:1", "managers", not_before=MONDAY + SECOND)
    put(store_world, OutboxKind.NOTICE, "notice:2", not_before=MONDAY)
    put(
        store_world,
        OutboxKind.NOTICE,
        "notice:3",
        "operator",
        not_before=MONDAY + timedelta(days=1),
    )
    lanes = store_world.db.read_now(lambda session: outbox.waiting_chats(session, MONDAY + SECOND))
    assert lanes == [SUPPORT, MANAGERS]
    assert store_world.db.read_now(outbox.next_due_at) == MONDAY


def test_a_chat_told_to_wait_and_a_dead_one_are_no_lanes(store_world: StoreWorld) -> None:
    put(store_world, OutboxKind.NOTICE, "notice:1")
    put(store_world, OutboxKind.NOTICE, "notice:2", "managers")

    def trouble(session: Session) -> None:
        chats.hold_chat(session, SUPPORT, MONDAY + timedelta(minutes=1))
        disable_chat(session, MANAGERS, "kicked", MONDAY)

    store_world.db.write_now(trouble)

    def lanes(now: datetime) -> list[int]:
        return store_world.db.read_now(lambda session: outbox.waiting_chats(session, now))

    assert lanes(MONDAY) == []
    assert lanes(MONDAY + timedelta(minutes=1)) == [SUPPORT]
    assert store_world.db.write_now(lambda session: chats.revive_chat(session, MANAGERS))
    assert lanes(MONDAY + timedelta(minutes=1)) == [SUPPORT, MANAGERS]


def test_a_dead_chats_messages_go_to_the_next_one(store_world: StoreWorld) -> None:
    store_world.ticket()
    put(store_world, OutboxKind.REPLY, "reply:1")
    moved = store_world.db.write_now(
        lambda session: disable_chat(
            session,
            SUPPORT,
            "kicked",
            MONDAY,
            store_world.settings.chats["managers"],
        )
    )
    assert moved == 1
    claimed = claim(store_world, MANAGERS)
    assert claimed is not None
    assert claimed.first.kind == OutboxKind.ALERT
    assert [row.kind for row in store_world.outbox() if row.parked_at] == [OutboxKind.REPLY]


def test_a_new_alert_avoids_the_dead_chat(store_world: StoreWorld) -> None:
    store_world.db.write_now(lambda session: disable_chat(session, SUPPORT, "kicked", MONDAY))
    store_world.ticket()
    assert [row.chat_key for row in store_world.outbox()] == ["managers"]


def test_a_group_that_became_a_supergroup_is_followed(store_world: StoreWorld) -> None:
    store_world.ticket()
    send_next(store_world, 77)
    put(store_world, OutboxKind.NOTICE, "notice:1")
    store_world.db.write_now(lambda session: move_chat(session, SUPPORT, -100777, MONDAY))
    put(store_world, OutboxKind.NOTICE, "notice:2")
    waiting = [row.chat_id for row in store_world.outbox(OutboxKind.NOTICE)]
    assert waiting == [-100777, -100777]
    assert cards(store_world)[0].dead_at == MONDAY


def test_an_alert_becomes_a_card_that_follows_the_ticket(store_world: StoreWorld) -> None:
    number = store_world.ticket()
    send_next(store_world, 77)
    [card] = cards(store_world)
    assert (card.message_id, card.thread_id, card.shown_revision) == (77, 12, 1)
    store_world.act(number, Action.TAKE, "ivan", MONDAY)
    store_world.act(number, Action.APPROVE, "marina", MONDAY)
    edits = store_world.outbox(OutboxKind.EDIT)
    assert [row.dedupe_key for row in edits] == [f"edit:{card.id}:3"]
    sent(store_world, claim(store_world) or pytest.fail("no edit"), 77)
    assert cards(store_world)[0].shown_revision == 3
    assert claim(store_world) is None


def test_a_card_sent_after_the_ticket_moved_on_is_edited_at_once(store_world: StoreWorld) -> None:
    number = store_world.ticket()
    claimed = claim(store_world)
    assert claimed is not None
    store_world.act(number, Action.TAKE, "ivan", MONDAY)
    assert store_world.outbox(OutboxKind.EDIT) == []
    sent(store_world, claimed, 77)
    assert len(store_world.outbox(OutboxKind.EDIT)) == 1


def test_an_edit_that_shows_nothing_new_is_dropped(store_world: StoreWorld) -> None:
    number = store_world.ticket()
    claimed = claim(store_world)
    assert claimed is not None
    store_world.db.write_now(
        lambda session: outbox.mark_sent(session, claimed.row_ids, 77, SUPPORT, MONDAY, shown=2)
    )
    store_world.act(number, Action.TAKE, "ivan", MONDAY)
    assert claim(store_world) is None
    assert store_world.outbox(OutboxKind.EDIT) == []


def test_a_card_that_was_lost_and_sent_anew_keeps_its_place(store_world: StoreWorld) -> None:
    number = store_world.ticket()
    send_next(store_world, 77)
    store_world.act(number, Action.TAKE, "ivan", MONDAY)
    sent(store_world, claim(store_world) or pytest.fail("no edit"), 99)
    assert [card.message_id for card in cards(store_world)] == [99]
    found = store_world.db.read_now(
        lambda session: outbox.card_message(session, number, SUPPORT, 12)
    )
    assert found == 99


def test_a_card_left_behind_by_its_group_is_not_edited(store_world: StoreWorld) -> None:
    number = store_world.ticket()
    send_next(store_world, 77)
    store_world.db.write_now(lambda session: move_chat(session, SUPPORT, -1009, MONDAY))
    store_world.act(number, Action.TAKE, "ivan", MONDAY)
    assert store_world.outbox(OutboxKind.EDIT) == []


def test_six_alerts_at_once_are_one_list_without_cards(store_world: StoreWorld) -> None:
    for _ in range(6):
        store_world.ticket()
    claimed = send_next(store_world, 77)
    assert (claimed.is_bundle, len(claimed.rows)) == (True, 6)
    assert cards(store_world) == []
    assert {row.bundle_id for row in store_world.outbox()} == {claimed.first.id}
    times = store_world.db.read_now(
        lambda session: sending_pace.sent_times(session, SUPPORT, MONDAY - SECOND)
    )
    assert len(times) == 1


def test_five_alerts_at_once_are_five_cards(store_world: StoreWorld) -> None:
    for _ in range(5):
        store_world.ticket()
    for message_id in range(5):
        assert not send_next(store_world, message_id).is_bundle
    assert len(cards(store_world)) == 5


def test_a_long_flood_comes_in_lists_that_fit(store_world: StoreWorld) -> None:
    for _ in range(25):
        store_world.ticket()
    assert len(send_next(store_world, 1).rows) == lists.LIST_LENGTH
    assert len(send_next(store_world, 2).rows) == 5


def test_a_bundle_lost_before_the_mark_is_claimed_whole_again(store_world: StoreWorld) -> None:
    for _ in range(6):
        store_world.ticket()
    claim(store_world)
    again = claim(store_world, now=MONDAY + claims.LEASE)
    assert again is not None
    assert len(again.rows) == 6


def test_a_card_opened_from_a_list_is_kept_in_step(store_world: StoreWorld) -> None:
    number = store_world.ticket(backlog=True)
    store_world.db.write_now(
        lambda session: outbox.put(
            session,
            OutboxKind.REPLY,
            "reply:1",
            "id:504",
            {"view": "card", "params": {}},
            MONDAY,
            ticket_id=number,
        )
    )
    claimed = claim(store_world, 504)
    assert claimed is not None
    sent(store_world, claimed, 5)
    store_world.act(number, Action.TAKE, "ivan", MONDAY)
    [edit] = store_world.outbox(OutboxKind.EDIT)
    assert (edit.chat_id, edit.chat_key) == (504, "id:504")


def test_chats_remember_what_was_learned(store_world: StoreWorld) -> None:
    store_world.db.write_now(lambda session: disable_chat(session, 504, "blocked", MONDAY))
    row = store_world.db.read_now(lambda session: session.get_one(ChatRow, ("staff", 504)))
    assert (row.dead_since, row.reason) == (MONDAY, "blocked")


def test_chats_of_the_config_and_private_ones_share_a_lane(store_world: StoreWorld) -> None:
    chat = Chat("operator", 501, person="oleg")

    def both(session: Session) -> None:
        outbox.put(session, OutboxKind.NOTICE, "a", chat, {}, MONDAY)
        outbox.put(session, OutboxKind.NOTICE, "b", "id:501", {}, MONDAY)

    store_world.db.write_now(both)
    assert store_world.db.read_now(lambda session: outbox.waiting_chats(session, MONDAY)) == [501]
    rows = store_world.db.read_now(lambda session: list(session.exec(select(OutboxRow.chat_key))))
    assert sorted(rows) == ["id:501", "operator"]


def test_a_row_of_a_kind_nobody_knows_holds_up_no_other(store_world: StoreWorld) -> None:
    put(store_world, OutboxKind.NOTICE, "of a later version")
    put(store_world, OutboxKind.NOTICE, "well")

    def from_later(session: Session) -> None:
        row = session.exec(select(OutboxRow).order_by("id")).first()
        assert row is not None
        row.kind = "of_a_later_version"

    store_world.db.write_now(from_later)
    claimed = claim(store_world)
    assert claimed is not None
    assert claimed.first.dedupe_key == "well"


def test_a_chat_tells_when_its_next_message_may_go(store_world: StoreWorld) -> None:
    """A look that writes nothing: a claim in vain would cost a transaction each time."""

    def ready(now: datetime) -> datetime | None:
        return store_world.db.read_now(lambda session: claims.ready_at(session, SUPPORT, now))

    assert ready(MONDAY) is None
    for _ in range(5):
        store_world.ticket()
    assert ready(MONDAY) == MONDAY
    claimed = claim(store_world)
    assert claimed is not None
    assert ready(MONDAY + SECOND) == MONDAY + claims.LEASE
    store_world.db.write_now(
        lambda session: outbox.mark_sent(session, claimed.row_ids, 1, SUPPORT, MONDAY)
    )
    for message_id in range(2, 6):
        send_next(store_world, message_id)
    store_world.ticket()
    assert claim(store_world, now=MONDAY + SECOND) is None
    assert ready(MONDAY + SECOND) == MONDAY + timedelta(minutes=1), "the sixth waits for company"
    put(store_world, OutboxKind.NOTICE, "notice:1", not_before=MONDAY + 9 * SECOND)
    assert ready(MONDAY + SECOND) == MONDAY + 9 * SECOND


@ON_SQLITE
def test_the_next_message_is_found_however_many_wait(store_world: StoreWorld) -> None:
    put(store_world, OutboxKind.REPLY, "later", not_before=MONDAY + 9 * SECOND)
    for number in range(3):
        put(store_world, OutboxKind.REPLY, f"reply:{number}")
    put(store_world, OutboxKind.NOTICE, "notice", not_before=MONDAY + SECOND)
    plan: list[str] = []

    def found(session: Session) -> Claimed | None:
        connection = session.connection()

        def note(_on: Any, _cursor: Any, asked: str, values: Any, *_rest: Any) -> None:
            if asked.startswith(("SELECT", "WITH")) and "outbox.sent_at IS NULL" in asked:
                steps = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}", values)
                plan.extend(step[3] for step in steps)

        event.listen(connection, "before_cursor_execute", note)
        claimed = claims.claim(session, SUPPORT, MONDAY)
        event.remove(connection, "before_cursor_execute", note)
        return claimed

    claimed = store_world.db.write_now(found)
    assert claimed is not None
    assert claimed.first.dedupe_key == "reply:0", "the oldest that is due, not the first put"
    reads = [step for step in plan if "outbox" in step]
    assert reads
    assert all(step.startswith("SEARCH outbox") and "USING INDEX" in step for step in reads), reads
    assert not [step for step in plan if "TEMP B-TREE" in step], "nothing is put in order"
