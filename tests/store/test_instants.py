"""Instants come back from the file as the aware UTC they were, to the microsecond."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import func, literal, text
from sqlalchemy.exc import StatementError
from sqlmodel import Session, col, select

from reviewbot.store.hosts import HostTurn, keep_turns
from reviewbot.store.tables import HostRow
from tests.store.made import with_tables

NIGHT = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "moment",
    [
        None,
        NIGHT,
        NIGHT.replace(microsecond=7),
        NIGHT.astimezone(timezone(timedelta(hours=5, minutes=45))),
    ],
)
def test_an_instant_is_kept_as_it_was(tmp_path: Path, moment: datetime | None) -> None:
    db = with_tables(tmp_path / "one.sqlite3")
    db.write_now(lambda rows: rows.add(HostRow(name="a", next_allowed_at=moment)))

    def found(rows: Session) -> list[datetime | None]:
        whole = rows.exec(select(HostRow)).one().next_allowed_at
        same = rows.exec(select(HostRow.name).where(col(HostRow.next_allowed_at) == moment)).one()
        assert same == "a"
        return [whole, rows.exec(select(func.max(HostRow.next_allowed_at))).one()]

    for at in db.read_now(found):
        assert at == moment
        assert at is None or at.tzinfo is UTC
    db.close()


def test_order_is_that_of_time_whatever_zone_it_was_given_in(tmp_path: Path) -> None:
    db = with_tables(tmp_path / "one.sqlite3")
    far = (NIGHT + timedelta(minutes=1)).astimezone(timezone(timedelta(hours=-9)))

    def put(rows: Session) -> None:
        rows.add(HostRow(name="first", next_allowed_at=NIGHT))
        rows.add(HostRow(name="second", next_allowed_at=far))

    db.write_now(put)
    later = select(HostRow.name).where(col(HostRow.next_allowed_at) > NIGHT)
    assert db.read_now(lambda rows: rows.exec(later).all()) == ["second"]
    db.close()


@pytest.mark.parametrize("kept", ["2026-03-02 09:20:20+00:00", "2026-03-02 09:20:20.000000"])
def test_what_an_earlier_version_wrote_is_read(tmp_path: Path, kept: str) -> None:
    db = with_tables(tmp_path / "one.sqlite3")
    words = "INSERT INTO host (name, backoff_step, retry_after_until) VALUES ('a', 0, :kept)"
    db.write_now(lambda rows: rows.execute(text(words), {"kept": kept}))
    row = db.read_now(lambda rows: rows.exec(select(HostRow)).one())
    assert row.retry_after_until == datetime(2026, 3, 2, 9, 20, 20, tzinfo=UTC)
    db.close()


def test_what_is_held_is_kept_like_every_instant(tmp_path: Path) -> None:
    db = with_tables(tmp_path / "one.sqlite3")
    db.write_now(lambda rows: keep_turns(rows, [HostTurn("a", None, NIGHT)]))
    kept = select(HostRow.name).where(col(HostRow.retry_after_until) == NIGHT)
    assert db.read_now(lambda rows: rows.exec(kept).all()) == ["a"]
    db.close()


def test_what_is_bound_without_its_type_compares_as_well(tmp_path: Path) -> None:
    """As a text it would be later than every instant."""
    db = with_tables(tmp_path / "one.sqlite3")
    db.write_now(lambda rows: rows.add(HostRow(name="a", next_allowed_at=NIGHT)))
    before = text("SELECT name FROM host WHERE next_allowed_at < :now")
    for now, names in ((NIGHT, []), (NIGHT + timedelta(seconds=1), ["a"])):
        found = db.read_now(
            lambda rows, now=now: rows.execute(before, {"now": now}).scalars().all()
        )
        assert found == names
    typed = select(HostRow.name).where(literal(NIGHT) >= col(HostRow.next_allowed_at))
    assert db.read_now(lambda rows: rows.exec(typed).all()) == ["a"]
    db.close()


def test_a_time_of_no_zone_is_refused(tmp_path: Path) -> None:
    db = with_tables(tmp_path / "one.sqlite3")
    bare = NIGHT.replace(tzinfo=None)
    with pytest.raises(StatementError):
        db.write_now(lambda rows: rows.add(HostRow(name="a", next_allowed_at=bare)))
    db.close()
