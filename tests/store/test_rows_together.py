"""Rows that come together go into the database by few statements, and are what each alone is."""

from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import event
from sqlmodel import col, select

from reviewbot.core.model import OutboxKind
from reviewbot.store.queues import outbox
from reviewbot.store.tables import AuditRow, OutboxRow
from reviewbot.store.upserts import TOGETHER, Values, insert_all, insert_all_new
from tests.store.store_world import MONDAY, StoreWorld

MOST = TOGETHER[0]
NUMBERS = (1, MOST - 1, MOST, MOST + 1, 2 * MOST + 8)


def acts(count: int) -> list[Values]:
    """Audit rows that differ in an instant, a JSON and what may be null."""
    return [
        {
            "at": MONDAY + timedelta(minutes=number % 3),
            "actor": f"a{number}",
            "role": "staff" if number % 2 else None,
            "action": "noted",
            "detail": [{}, {"n": 1}, {"n": True}, {"n": []}][number % 4],
        }
        for number in range(count)
    ]


def messages(count: int) -> list[Values]:
    chat = outbox.private(77)
    return [
        outbox.message(OutboxKind.NOTICE, f"told:{number}", chat, {"n": number}, MONDAY)
        for number in range(count)
    ]


@pytest.mark.parametrize("count", NUMBERS)
def test_all_are_there_in_order_with_what_each_holds(store_world: StoreWorld, count: int) -> None:
    store_world.db.write_now(lambda rows: insert_all(rows, AuditRow, acts(count)))
    kept = store_world.db.read_now(
        lambda rows: rows.exec(select(AuditRow).order_by(col(AuditRow.id))).all()
    )
    shown = [{name: getattr(row, name) for name in acts(1)[0]} for row in kept]
    assert shown == acts(count)
    # 1 and true are equal, and not the same.
    assert [repr(row["detail"]) for row in shown] == [repr(row["detail"]) for row in acts(count)]
    assert all(row.ticket_id is None and row.from_state is None for row in kept)


def test_what_is_seldom_filled_is_kept_where_one_row_alone_has_it(store_world: StoreWorld) -> None:
    told = [[None, None], [None, "seen"], ["waiting", None]]
    for states in told:
        rows = [
            {**act, "from_state": state, "text_hash": None}
            for act, state in zip(acts(2), states, strict=True)
        ]
        insert = partial(insert_all, kind=AuditRow, rows=rows, seldom=("from_state", "text_hash"))
        store_world.db.write_now(insert)
    kept = store_world.db.read_now(
        lambda session: session.exec(select(AuditRow).order_by(col(AuditRow.id))).all()
    )
    assert [row.from_state for row in kept] == [state for states in told for state in states]
    assert [row.role for row in kept] == [None, "staff"] * 3


def test_a_row_with_a_column_of_its_own_is_refused(store_world: StoreWorld) -> None:
    first, second = acts(2)
    with pytest.raises(AssertionError, match="column"):
        store_world.db.write_now(
            lambda rows: insert_all(rows, AuditRow, [first, {**second, "text_hash": "x"}])
        )


@pytest.mark.parametrize("count", NUMBERS)
def test_what_is_there_already_is_left_out_wherever_it_stands(
    store_world: StoreWorld, count: int
) -> None:
    known = {0, count // 2, count - 1}
    every = messages(count)
    store_world.db.write_now(
        lambda rows: insert_all_new(
            rows, OutboxRow, [{**every[n], "payload": {"n": "old"}} for n in sorted(known)]
        )
    )
    store_world.db.write_now(lambda rows: insert_all_new(rows, OutboxRow, [*every, every[0]]))
    kept = store_world.outbox(OutboxKind.NOTICE)
    told = {row.dedupe_key: row.payload["n"] for row in kept}
    assert len(kept) == count
    assert told == {f"told:{n}": "old" if n in known else n for n in range(count)}
    # What no row names is as the table has it.
    assert {(row.bot, row.attempts, row.silent, row.sent_at) for row in kept} == {
        ("staff", 0, False, None)
    }


def test_however_many_come_their_statements_are_few(store_world: StoreWorld) -> None:
    said: list[str] = []

    @event.listens_for(store_world.db.engine, "before_cursor_execute")
    def remember(_c: object, _k: object, statement: str, *_rest: object) -> None:
        said.append(statement)

    for count in range(1, 2 * MOST + 4):
        store_world.db.write_now(lambda rows, n=count: insert_all(rows, AuditRow, acts(n)))
    # A connection keeps what it prepared.
    inserts = [each for each in said if each.startswith("INSERT INTO audit")]
    assert len(set(inserts)) <= len(TOGETHER)
