"""At which places targets are: few places are looked up, of many the others."""

import pytest
from sqlmodel import Session, col, select

from reviewbot.store.days.json_parts import parts_of
from reviewbot.store.days.pages import are_at
from reviewbot.store.tables import TargetRow, TicketRoundRow
from tests.store.store_world import StoreWorld


@pytest.mark.parametrize("few", [0, 50])
def test_others_stay_out_also_those_met_in_the_same_transaction(
    store_world: StoreWorld, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reviewbot.store.days.pages.FEW_KEYS", few)

    def known(rows: Session) -> set[str]:
        return set(rows.exec(select(TargetRow.location_key)))

    every = store_world.db.read_now(known)
    names = (*sorted(every), *(f"place{n}" for n in range(51)))

    def found(rows: Session, *of: str) -> set[str]:
        return set(rows.exec(select(TargetRow.location_key).where(are_at(rows, of or names))))

    assert store_world.db.read_now(found) == every
    left_out, *others = names
    assert store_world.db.read_now(lambda rows: found(rows, *others)) == every - {left_out}

    def moved(rows: Session) -> set[str]:
        before = found(rows, *others)
        for row in rows.exec(select(TargetRow).where(TargetRow.location_key == others[0])):
            row.location_key = left_out
        rows.flush()
        return before - found(rows, *others)

    assert store_world.db.write_now(moved) == {others[0]}


def test_parts_of_a_json_column_are_one_list(store_world: StoreWorld) -> None:
    number = store_world.ticket()
    why = {"reply": {"span": 'ein "Tag"', "minutes": 90.5}, "rule": "x"}
    store_world.change_round(number, why=why)
    paths = (("reply", "span"), ("reply", "minutes"), ("reply", "days"), ("none", "at"))

    def told(rows: Session) -> str:
        return rows.exec(select(parts_of(col(TicketRoundRow.why), paths))).one()

    kept = store_world.db.read_now(told)
    assert kept.replace(" ", "") == '["ein\\"Tag\\"",90.5,null,null]'
