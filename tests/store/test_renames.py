"""A location with another key: its history follows where the file declares it, only there."""

from dataclasses import replace
from datetime import timedelta

from sqlmodel import Session, col, select

from reviewbot.core.desk import Action
from reviewbot.core.setup import Setup
from reviewbot.store import people, renames, reports, targets
from reviewbot.store.renames import Undeclared
from reviewbot.store.tables import (
    AuditRow,
    InviteRow,
    LocationRow,
    PersonRow,
    ReviewRow,
    TargetRow,
    TicketRow,
)
from tests.store.house import MONDAY, House


def renamed(setup: Setup, *formerly: str) -> Setup:
    """Tverskaya is called `centre` in the file now; its pages are the same."""
    place = replace(setup.locations["tverskaya"], key="centre", formerly=formerly)
    found = {}
    for key, entry in setup.targets.items():
        if entry.location == "tverskaya":
            key = key.replace("tverskaya", "centre")
            entry = replace(entry, target=replace(entry.target, key=key), location="centre")
        found[key] = entry
    return replace(
        setup,
        locations={"centre": place, "nevsky": setup.locations["nevsky"]},
        targets=found,
    )


def sync(house: House, setup: Setup) -> None:
    house.setup = setup
    house.db.write_now(lambda rows: targets.sync_setup(rows, setup, MONDAY + timedelta(days=1)))


def locations(house: House) -> list[str]:
    return house.db.read_now(
        lambda rows: list(rows.exec(select(TicketRow.location_key).order_by(col(TicketRow.id))))
    )


def test_what_is_declared_follows_and_the_desk_goes_on(house: House) -> None:
    number = house.ticket()
    house.ticket(target="nevsky/yandex_maps")
    sync(house, renamed(house.setup, "tverskaya"))
    assert locations(house) == ["centre", "nevsky"]
    house.act(number, Action.APPROVE, "marina", MONDAY + timedelta(days=1))

    def look(rows: Session) -> tuple[list[str], list[str], dict[str, object]]:
        kept = rows.exec(select(ReviewRow.external_id)).all()
        held = rows.exec(select(TargetRow.key).order_by(TargetRow.key)).all()
        [told] = rows.exec(select(AuditRow).where(AuditRow.action == "rename")).all()
        return list(kept), list(held), told.detail

    kept, held, told = house.db.read_now(look)
    assert kept == ["r1", "r2"]
    assert held[:2] == ["centre/google_business", "centre/yandex_maps"]
    assert told == {"from": "tverskaya", "to": "centre", "tickets": 1, "targets": 2, "people": 0}
    end = MONDAY + timedelta(days=2)
    figures = house.db.read_now(
        lambda rows: reports.summary(rows, MONDAY - timedelta(days=1), end, end)
    )
    assert figures.places["centre"].reviews == 1
    assert "tverskaya" not in figures.places


def test_done_again_it_changes_nothing(house: House) -> None:
    house.ticket()
    setup = renamed(house.setup, "tverskaya", "older")
    for _ in range(2):
        sync(house, setup)
    notes = house.db.read_now(
        lambda rows: rows.exec(select(AuditRow).where(AuditRow.action == "rename")).all()
    )
    assert len(notes) == 1


def test_who_was_invited_for_the_place_keeps_it(house: House) -> None:
    """Their places are named in the database: no file could be put right."""
    lena = PersonRow(
        telegram_id=507, key="lena", name="Лена", role="staff", only=["tverskaya", "group:spb"]
    )
    until = MONDAY + timedelta(hours=24)
    way_in = InviteRow(
        code_hash="1",
        role="staff",
        only=["nevsky", "tverskaya"],
        invited_by="oleg",
        created_at=MONDAY,
        expires_at=until,
    )
    house.db.write_now(lambda rows: rows.add_all((lena, way_in)))
    sync(house, renamed(house.setup, "tverskaya"))

    def sees(rows: Session) -> tuple[bool, list[str]]:
        waiting = rows.exec(select(InviteRow.only)).one()
        return people.may_see(rows, house.setup, "lena", "centre"), waiting

    assert house.db.read_now(sees) == (True, ["nevsky", "centre"])


def test_what_is_not_declared_stays_and_is_told(house: House) -> None:
    house.ticket()
    before = house.setup
    setup = renamed(before)
    told = [Undeclared("centre", "tverskaya", 1)]
    assert house.db.read_now(lambda rows: renames.undeclared(rows, setup)) == told
    sync(house, setup)
    assert locations(house) == ["tverskaya"]
    assert house.db.read_now(lambda rows: renames.undeclared(rows, setup)) == told
    sync(house, renamed(before, "tverskaya"))
    assert locations(house) == ["centre"], "declared later, it follows later"
    assert house.db.read_now(lambda rows: renames.undeclared(rows, house.setup)) == []
    assert "tverskaya" in house.db.read_now(renames.keys)


def test_the_row_of_the_former_key_stays_retired(house: House) -> None:
    sync(house, renamed(house.setup, "tverskaya"))
    row = house.db.read_now(lambda rows: rows.get(LocationRow, "tverskaya"))
    assert row is not None
    assert row.retired_at is not None
