"""A location with another key: its history follows where the file declares it, only there."""

from dataclasses import replace
from datetime import timedelta

from sqlmodel import Session, col, select

from reviewbot.core.settings import Settings
from reviewbot.core.ticket import Action
from reviewbot.queries import figures as reports
from reviewbot.store import location_renames, people, targets
from reviewbot.store.location_renames import Undeclared
from reviewbot.store.tables import (
    AuditRow,
    InviteRow,
    LocationRow,
    PersonRow,
    ReviewRow,
    TargetRow,
    TicketRow,
)
from tests.store.store_world import MONDAY, StoreWorld


def renamed(settings: Settings, *formerly: str) -> Settings:
    """Tverskaya is called `centre` in the file now; its pages are the same."""
    place = replace(settings.locations["tverskaya"], key="centre", formerly=formerly)
    found = {}
    for key, entry in settings.targets.items():
        if entry.location == "tverskaya":
            key = key.replace("tverskaya", "centre")
            entry = replace(entry, target=replace(entry.target, key=key), location="centre")
        found[key] = entry
    return replace(
        settings,
        locations={"centre": place, "nevsky": settings.locations["nevsky"]},
        targets=found,
    )


def sync(store_world: StoreWorld, settings: Settings) -> None:
    store_world.settings = settings
    store_world.db.write_now(
        lambda rows: targets.sync_settings(rows, settings, MONDAY + timedelta(days=1))
    )


def locations(store_world: StoreWorld) -> list[str]:
    return store_world.db.read_now(
        lambda rows: list(rows.exec(select(TicketRow.location_key).order_by(col(TicketRow.id))))
    )


def test_what_is_declared_follows_and_the_desk_goes_on(store_world: StoreWorld) -> None:
    number = store_world.ticket()
    store_world.ticket(target="nevsky/yandex_maps")
    sync(store_world, renamed(store_world.settings, "tverskaya"))
    assert locations(store_world) == ["centre", "nevsky"]
    store_world.act(number, Action.APPROVE, "marina", MONDAY + timedelta(days=1))

    def look(rows: Session) -> tuple[list[str], list[str], dict[str, object]]:
        kept = rows.exec(select(ReviewRow.external_id)).all()
        held = rows.exec(select(TargetRow.key).order_by(TargetRow.key)).all()
        [told] = rows.exec(select(AuditRow).where(AuditRow.action == "rename")).all()
        return list(kept), list(held), told.detail

    kept, held, told = store_world.db.read_now(look)
    assert kept == ["r1", "r2"]
    assert held[:2] == ["centre/google_business", "centre/yandex_maps"]
    assert told == {"from": "tverskaya", "to": "centre", "tickets": 1, "targets": 2, "people": 0}
    end = MONDAY + timedelta(days=2)
    figures = store_world.db.read_now(
        lambda rows: reports.summary(rows, MONDAY - timedelta(days=1), end, end)
    )
    assert figures.places["centre"].reviews == 1
    assert "tverskaya" not in figures.places


def test_done_again_it_changes_nothing(store_world: StoreWorld) -> None:
    store_world.ticket()
    settings = renamed(store_world.settings, "tverskaya", "older")
    for _ in range(2):
        sync(store_world, settings)
    notes = store_world.db.read_now(
        lambda rows: rows.exec(select(AuditRow).where(AuditRow.action == "rename")).all()
    )
    assert len(notes) == 1


def test_who_was_invited_for_the_place_keeps_it(store_world: StoreWorld) -> None:
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
    store_world.db.write_now(lambda rows: rows.add_all((lena, way_in)))
    sync(store_world, renamed(store_world.settings, "tverskaya"))

    def sees(rows: Session) -> tuple[bool, list[str]]:
        waiting = rows.exec(select(InviteRow.only)).one()
        return people.may_see(store_world.tx(rows), "lena", "centre"), waiting

    assert store_world.db.read_now(sees) == (True, ["nevsky", "centre"])


def test_what_is_not_declared_stays_and_is_told(store_world: StoreWorld) -> None:
    store_world.ticket()
    before = store_world.settings
    settings = renamed(before)
    told = [Undeclared("centre", "tverskaya", 1)]
    assert (
        store_world.db.read_now(lambda rows: location_renames.undeclared(rows, settings)) == told
    )
    sync(store_world, settings)
    assert locations(store_world) == ["tverskaya"]
    assert (
        store_world.db.read_now(lambda rows: location_renames.undeclared(rows, settings)) == told
    )
    sync(store_world, renamed(before, "tverskaya"))
    assert locations(store_world) == ["centre"], "declared later, it follows later"
    assert (
        store_world.db.read_now(
            lambda rows: location_renames.undeclared(rows, store_world.settings)
        )
        == []
    )
    assert "tverskaya" in store_world.db.read_now(location_renames.keys)


def test_the_row_of_the_former_key_stays_retired(store_world: StoreWorld) -> None:
    sync(store_world, renamed(store_world.settings, "tverskaya"))
    row = store_world.db.read_now(lambda rows: rows.get(LocationRow, "tverskaya"))
    assert row is not None
    assert row.retired_at is not None
