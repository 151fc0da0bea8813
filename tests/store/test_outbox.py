from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select

from reviewbot.core.desk import Action
from reviewbot.core.model import OutboxKind
from reviewbot.core.setup import Chat
from reviewbot.store import outbox
from reviewbot.store.outbox import Claimed
from reviewbot.store.tables import CardRow, ChatRow, OutboxRow
from tests.store.house import MANAGERS, MONDAY, SUPPORT, House

SECOND = timedelta(seconds=1)


def claim(house: House, lane: int = SUPPORT, now: datetime = MONDAY) -> Claimed | None:
    return house.db.write_now(lambda session: outbox.claim(session, lane, now))


def sent(house: House, claimed: Claimed, message_id: int, now: datetime = MONDAY) -> None:
    house.db.write_now(
        lambda session: outbox.mark_sent(
            session, claimed.row_ids, message_id, claimed.first.chat_id or 0, now
        )
    )


def send_next(house: House, message_id: int, now: datetime = MONDAY) -> Claimed:
    claimed = claim(house, now=now)
    assert claimed is not None
    sent(house, claimed, message_id, now)
    return claimed


def put(house: House, kind: OutboxKind, key: str, chat: str = "support", **more: object) -> bool:
    return house.db.write_now(
        lambda session: outbox.put(
            session,
            kind,
            key,
            house.setup.chats[chat],
            {},
            MONDAY,
            **more,  # type: ignore[arg-type]
        )
    )


def cards(house: House) -> list[CardRow]:
    return house.db.read_now(lambda session: list(session.exec(select(CardRow))))


def test_a_dedupe_key_is_put_once(house: House) -> None:
    assert put(house, OutboxKind.NOTICE, "notice:1")
    assert not put(house, OutboxKind.NOTICE, "notice:1")
    assert len(house.outbox()) == 1


def test_kinds_go_in_order_then_by_age(house: House) -> None:
    for kind in reversed(OutboxKind):
        if kind is not OutboxKind.EDIT:
            put(house, kind, f"{kind}:1")
            put(house, kind, f"{kind}:2")
    order = []
    for number in range(2 * (len(OutboxKind) - 1)):
        order.append(send_next(house, number).first.dedupe_key)
    expected = [kind for kind in OutboxKind if kind is not OutboxKind.EDIT]
    assert order == [f"{kind}:{n}" for kind in expected for n in (1, 2)]


def test_a_lane_has_one_claim_and_an_expired_one_is_claimed_again(house: House) -> None:
    put(house, OutboxKind.NOTICE, "notice:1")
    put(house, OutboxKind.NOTICE, "notice:2")
    first = claim(house)
    assert first is not None
    assert claim(house, now=MONDAY + 59 * SECOND) is None
    lanes = house.db.read_now(lambda session: outbox.waiting_chats(session, MONDAY + 59 * SECOND))
    assert lanes == []
    again = claim(house, now=MONDAY + 60 * SECOND)
    assert again is not None
    assert (again.row_ids, again.first.attempts) == (first.row_ids, 2)


def test_what_is_postponed_waits_and_what_is_parked_stays_away(house: House) -> None:
    put(house, OutboxKind.NOTICE, "notice:1")
    claimed = claim(house)
    assert claimed is not None
    later = MONDAY + timedelta(minutes=5)
    house.db.write_now(lambda session: outbox.postpone(session, claimed.row_ids, later, "429"))
    assert claim(house, now=later - SECOND) is None
    assert claim(house, now=later) is not None
    house.db.write_now(lambda session: outbox.park(session, claimed.row_ids, "bad", later))
    assert claim(house, now=later + timedelta(days=1)) is None
    [row] = house.outbox()
    assert (row.error, row.parked_at) == ("bad", later)


def test_lanes_are_chats_with_something_to_send_now(house: House) -> None:
    put(house, OutboxKind.NOTICE, "notice:1", "managers", not_before=MONDAY + SECOND)
    put(house, OutboxKind.NOTICE, "notice:2", not_before=MONDAY)
    put(house, OutboxKind.NOTICE, "notice:3", "operator", not_before=MONDAY + timedelta(days=1))
    lanes = house.db.read_now(lambda session: outbox.waiting_chats(session, MONDAY + SECOND))
    assert lanes == [SUPPORT, MANAGERS]
    assert house.db.read_now(outbox.next_due_at) == MONDAY


def test_a_chat_told_to_wait_and_a_dead_one_are_no_lanes(house: House) -> None:
    put(house, OutboxKind.NOTICE, "notice:1")
    put(house, OutboxKind.NOTICE, "notice:2", "managers")

    def trouble(session: Session) -> None:
        outbox.hold_chat(session, SUPPORT, MONDAY + timedelta(minutes=1))
        outbox.disable_chat(session, MANAGERS, "kicked", MONDAY)

    house.db.write_now(trouble)

    def lanes(now: datetime) -> list[int]:
        return house.db.read_now(lambda session: outbox.waiting_chats(session, now))

    assert lanes(MONDAY) == []
    assert lanes(MONDAY + timedelta(minutes=1)) == [SUPPORT]
    assert house.db.write_now(lambda session: outbox.revive_chat(session, MANAGERS))
    assert lanes(MONDAY + timedelta(minutes=1)) == [SUPPORT, MANAGERS]


def test_a_dead_chats_messages_go_to_the_next_one(house: House) -> None:
    house.ticket()
    put(house, OutboxKind.REPLY, "reply:1")
    moved = house.db.write_now(
        lambda session: outbox.disable_chat(
            session, SUPPORT, "kicked", MONDAY, house.setup.chats["managers"]
        )
    )
    assert moved == 1
    claimed = claim(house, MANAGERS)
    assert claimed is not None
    assert claimed.first.kind == OutboxKind.ALERT
    assert [row.kind for row in house.outbox() if row.parked_at] == [OutboxKind.REPLY]


def test_a_new_alert_avoids_the_dead_chat(house: House) -> None:
    house.db.write_now(lambda session: outbox.disable_chat(session, SUPPORT, "kicked", MONDAY))
    house.ticket()
    assert [row.chat_key for row in house.outbox()] == ["operator"]


def test_a_group_that_became_a_supergroup_is_followed(house: House) -> None:
    house.ticket()
    send_next(house, 77)
    put(house, OutboxKind.NOTICE, "notice:1")
    house.db.write_now(lambda session: outbox.move_chat(session, SUPPORT, -100777, MONDAY))
    put(house, OutboxKind.NOTICE, "notice:2")
    waiting = [row.chat_id for row in house.outbox(OutboxKind.NOTICE)]
    assert waiting == [-100777, -100777]
    assert cards(house)[0].dead_at == MONDAY


def test_an_alert_becomes_a_card_that_follows_the_ticket(house: House) -> None:
    number = house.ticket()
    send_next(house, 77)
    [card] = cards(house)
    assert (card.message_id, card.thread_id, card.shown_revision) == (77, 12, 1)
    house.act(number, Action.TAKE, "ivan", MONDAY)
    house.act(number, Action.APPROVE, "marina", MONDAY)
    edits = house.outbox(OutboxKind.EDIT)
    assert [row.dedupe_key for row in edits] == [f"edit:{card.id}:3"]
    sent(house, claim(house) or pytest.fail("no edit"), 77)
    assert cards(house)[0].shown_revision == 3
    assert claim(house) is None


def test_a_card_sent_after_the_ticket_moved_on_is_edited_at_once(house: House) -> None:
    number = house.ticket()
    claimed = claim(house)
    assert claimed is not None
    house.act(number, Action.TAKE, "ivan", MONDAY)
    assert house.outbox(OutboxKind.EDIT) == []
    sent(house, claimed, 77)
    assert len(house.outbox(OutboxKind.EDIT)) == 1


def test_an_edit_that_shows_nothing_new_is_dropped(house: House) -> None:
    number = house.ticket()
    claimed = claim(house)
    assert claimed is not None
    house.db.write_now(
        lambda session: outbox.mark_sent(session, claimed.row_ids, 77, SUPPORT, MONDAY, shown=2)
    )
    house.act(number, Action.TAKE, "ivan", MONDAY)
    assert claim(house) is None
    assert house.outbox(OutboxKind.EDIT) == []


def test_a_card_that_was_lost_and_sent_anew_keeps_its_place(house: House) -> None:
    number = house.ticket()
    send_next(house, 77)
    house.act(number, Action.TAKE, "ivan", MONDAY)
    sent(house, claim(house) or pytest.fail("no edit"), 99)
    assert [card.message_id for card in cards(house)] == [99]
    found = house.db.read_now(lambda session: outbox.card_message(session, number, SUPPORT, 12))
    assert found == 99


def test_a_card_left_behind_by_its_group_is_not_edited(house: House) -> None:
    number = house.ticket()
    send_next(house, 77)
    house.db.write_now(lambda session: outbox.move_chat(session, SUPPORT, -1009, MONDAY))
    house.act(number, Action.TAKE, "ivan", MONDAY)
    assert house.outbox(OutboxKind.EDIT) == []


def test_six_alerts_at_once_are_one_list_without_cards(house: House) -> None:
    for _ in range(6):
        house.ticket()
    claimed = send_next(house, 77)
    assert (claimed.is_bundle, len(claimed.rows)) == (True, 6)
    assert cards(house) == []
    assert {row.bundle_id for row in house.outbox()} == {claimed.first.id}
    times = house.db.read_now(lambda session: outbox.sent_times(session, SUPPORT, MONDAY - SECOND))
    assert len(times) == 1


def test_five_alerts_at_once_are_five_cards(house: House) -> None:
    for _ in range(5):
        house.ticket()
    for message_id in range(5):
        assert not send_next(house, message_id).is_bundle
    assert len(cards(house)) == 5


def test_a_long_flood_comes_in_lists_that_fit(house: House) -> None:
    for _ in range(25):
        house.ticket()
    assert len(send_next(house, 1).rows) == outbox.LIST_LENGTH
    assert len(send_next(house, 2).rows) == 5


def test_a_bundle_lost_before_the_mark_is_claimed_whole_again(house: House) -> None:
    for _ in range(6):
        house.ticket()
    claim(house)
    again = claim(house, now=MONDAY + outbox.LEASE)
    assert again is not None
    assert len(again.rows) == 6


def test_a_card_opened_from_a_list_is_kept_in_step(house: House) -> None:
    number = house.ticket(backlog=True)
    house.db.write_now(
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
    claimed = claim(house, 504)
    assert claimed is not None
    sent(house, claimed, 5)
    house.act(number, Action.TAKE, "ivan", MONDAY)
    [edit] = house.outbox(OutboxKind.EDIT)
    assert (edit.chat_id, edit.chat_key) == (504, "id:504")


def test_chats_remember_what_was_learned(house: House) -> None:
    house.db.write_now(lambda session: outbox.disable_chat(session, 504, "blocked", MONDAY))
    row = house.db.read_now(lambda session: session.get_one(ChatRow, 504))
    assert (row.dead_since, row.reason) == (MONDAY, "blocked")


def test_chats_of_the_config_and_private_ones_share_a_lane(house: House) -> None:
    chat = Chat("operator", 501, person="oleg")

    def both(session: Session) -> None:
        outbox.put(session, OutboxKind.NOTICE, "a", chat, {}, MONDAY)
        outbox.put(session, OutboxKind.NOTICE, "b", "id:501", {}, MONDAY)

    house.db.write_now(both)
    assert house.db.read_now(lambda session: outbox.waiting_chats(session, MONDAY)) == [501]
    rows = house.db.read_now(lambda session: list(session.exec(select(OutboxRow.chat_key))))
    assert sorted(rows) == ["id:501", "operator"]
