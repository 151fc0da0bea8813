"""Once a day the operator hears what is parked, dead or blind still."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session

from reviewbot.core.model import OutboxKind
from reviewbot.store import chats
from reviewbot.store.queues import deliveries
from reviewbot.store.tables import InboxRow, OutboxRow
from reviewbot.words.notices import notice
from reviewbot.words.vocabulary import NoticeCode
from reviewbot.workflow.chats import disable_chat
from reviewbot.workflow.sweep import is_anything_due, sweep
from tests.store.store_world import MANAGERS, MONDAY, OPERATOR, StoreWorld, at

DAY = timedelta(days=1)


def swept(store_world: StoreWorld, now: Any) -> list[OutboxRow]:
    """Sweep, where something is due; return the notices there are."""
    if store_world.db.read_now(lambda rows: is_anything_due(store_world.tx(rows, now))):
        store_world.db.write_now(lambda rows: sweep(store_world.tx(rows, now)))
    found = store_world.outbox(OutboxKind.NOTICE)
    return [row for row in found if row.payload["code"] == NoticeCode.TROUBLES]


def spoil(store_world: StoreWorld) -> None:
    """A parked alert, an edit nobody misses, a press given up, a dead chat, a blind page."""

    def work(rows: Session) -> None:
        values: dict[str, Any] = {"chat_key": "support", "chat_id": -1001, "created_at": MONDAY}
        values |= {"not_before": MONDAY, "parked_at": MONDAY, "error": "no rights"}
        rows.add(OutboxRow(kind=OutboxKind.ALERT, dedupe_key="a", **values))
        rows.add(OutboxRow(kind=OutboxKind.EDIT, dedupe_key="e", **values))
        rows.add(InboxRow(update_id=7, raw="{}", received_at=MONDAY, parked_at=MONDAY))
        disable_chat(rows, MANAGERS, "kicked", MONDAY)
        disable_chat(rows, 777, "a stranger who left", MONDAY)

    store_world.db.write_now(work)
    store_world.change_target(
        "nevsky/yandex_maps", health="blocked", health_since=MONDAY - DAY, last_reading_at=MONDAY
    )


def test_what_is_wrong_is_told_once_a_day_until_it_is_mended(store_world: StoreWorld) -> None:
    assert swept(store_world, at("2026-03-02 09:29")) == []
    assert swept(store_world, at("2026-03-02 09:31")) == [], "all is well"
    spoil(store_world)
    assert swept(store_world, at("2026-03-02 18:00")) == [], "told when it happened"
    assert swept(store_world, at("2026-03-03 09:29")) == []
    [told] = swept(store_world, at("2026-03-03 09:31"))
    assert told.chat_id == OPERATOR
    assert len(swept(store_world, at("2026-03-03 23:00"))) == 1
    assert len(swept(store_world, at("2026-03-03 09:30"))) == 1, "the clock was set back"

    def mend(rows: Session) -> None:
        chats.revive_chat(rows, MANAGERS)
        rows.get_one(OutboxRow, 1).parked_at = None

    store_world.db.write_now(mend)
    store_world.change_target("nevsky/yandex_maps", health="ok")
    assert len(swept(store_world, at("2026-03-04 10:00"))) == 1, "the press is of the day before"


@pytest.mark.parametrize(
    ("language", "pieces"),
    [
        ("ru", ("не исправлено", "Яндекс", "managers", "Отложено 1 недоставленное", "раз в день")),
        ("en", ("Not mended", "Yandex", "managers", "1 message set aside", "once a day")),
    ],
)
def test_it_says_what_and_what_to_do(
    store_world: StoreWorld, language: str, pieces: tuple[str, ...]
) -> None:
    spoil(store_world)
    assert swept(store_world, at("2026-03-01 12:00")) == [], "the first day is silent"
    [told] = swept(store_world, at("2026-03-02 12:00"))
    shown = notice(
        NoticeCode.TROUBLES, told.payload["params"], language, "Europe/Moscow", now=MONDAY
    )
    for piece in (*pieces, "reviewbot doctor --resend"):
        assert piece in shown.html, shown.html
    assert "777" not in shown.html


def test_deliveries_given_up_are_told_on_their_day_alone(store_world: StoreWorld) -> None:
    evening = MONDAY.replace(hour=17)
    swept(store_world, evening)

    def give_up(rows: Session) -> None:
        deliveries.put(rows, "webhook:crm", "x", "1", {}, evening)
        row = deliveries.next_due(rows, "webhook:crm", evening)
        assert row is not None
        deliveries.fail(rows, row.id or 0, "410", evening, for_good=True)

    store_world.db.write_now(give_up)
    [told] = swept(store_world, evening + timedelta(hours=16))
    assert told.payload["params"]["deliveries"] == 1
    assert len(swept(store_world, evening + timedelta(hours=40))) == 1
