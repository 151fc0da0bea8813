"""A guest is forgotten while a card with their words is on its way to Telegram."""

from datetime import timedelta

from reviewbot.core.model import OutboxKind
from reviewbot.store.queues import claims, outbox
from reviewbot.store.tables import TicketRow
from reviewbot.workflow.forgetting.forgotten_review import forget
from tests.store.store_world import MONDAY, SUPPORT, StoreWorld, actor

LATER = MONDAY + timedelta(seconds=1)


def test_a_card_on_its_way_is_shown_anew_once_it_is_there(store_world: StoreWorld) -> None:
    number = store_world.ticket()
    claimed = store_world.db.write_now(lambda rows: claims.claim(rows, SUPPORT, MONDAY))
    assert claimed is not None
    shown = store_world.look(number).revision

    def erase(review_id: int) -> None:
        store_world.db.write_now(
            lambda rows: forget(store_world.tx(rows, LATER), review_id, actor("oleg"), b"k" * 32)
        )

    erase(store_world.db.read_now(lambda rows: rows.get_one(TicketRow, number).review_id))
    # Telegram takes it now, with the guest's words.
    store_world.db.write_now(
        lambda rows: outbox.mark_sent(
            rows, claimed.row_ids, 77, claimed.first.chat_id or 0, LATER, shown=shown
        )
    )
    [edit] = [row for row in store_world.outbox(OutboxKind.EDIT) if row.sent_at is None]
    assert edit.ticket_id == number


def test_a_card_that_was_never_sent_is_never_sent(store_world: StoreWorld) -> None:
    number = store_world.ticket()
    store_world.db.write_now(
        lambda rows: forget(
            store_world.tx(rows, LATER),
            rows.get_one(TicketRow, number).review_id,
            actor("oleg"),
            b"k" * 32,
        )
    )
    assert store_world.outbox(OutboxKind.ALERT) == []
