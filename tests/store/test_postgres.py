"""What must hold on PostgreSQL itself: its schema, one writer, reads that only read, one bot."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlmodel import Session, SQLModel, select

from reviewbot.store.bot_lock import ServerLock, is_held
from reviewbot.store.database import Database, shown
from reviewbot.store.migrations import upgrade
from reviewbot.store.tables import LocationRow
from tests.store.postgres import Cluster, cut_holder


@pytest.fixture
def new(server: Cluster) -> Iterator[Database]:
    """A database without tables."""
    with server.empty() as url, closing(Database(url)) as made:
        yield made


@pytest.fixture
def db(server: Cluster) -> Iterator[Database]:
    with closing(Database(server.with_tables())) as made:
        yield made


def name_of(rows: Session) -> str:
    return rows.exec(select(LocationRow.name)).one()


def test_its_operator_migrates_it_and_it_becomes_the_tables_of_the_code(new: Database) -> None:
    with pytest.raises(upgrade.SchemaError, match=r"lacks migrations 0001.*reviewbot migrate"):
        upgrade.prepare(new)
    assert upgrade.upgrade(new) == upgrade.known()
    assert upgrade.prepare(new) == []
    with new.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_its_partial_indexes_are_those_of_the_code(new: Database, server: Cluster) -> None:
    """Alembic does not compare the conditions of an index, so they are compared as SQL."""
    partial = text("SELECT indexdef FROM pg_indexes WHERE indexdef LIKE '%WHERE%' ORDER BY 1")
    upgrade.upgrade(new)
    with server.empty() as url, closing(Database(url)) as plain:
        SQLModel.metadata.create_all(plain.engine)
        with new.engine.connect() as one, plain.engine.connect() as other:
            migrated = one.execute(partial).scalars().all()
            assert migrated == other.execute(partial).scalars().all()
    assert any("ticket_duty" in index for index in migrated)


def test_a_failed_migration_leaves_nothing(new: Database) -> None:
    with new.engine.begin() as connection:
        connection.execute(text("CREATE TABLE work (id INTEGER)"))
    with pytest.raises(DBAPIError, match="already exists"):
        upgrade.upgrade(new)
    with new.engine.connect() as connection:
        assert upgrade.current(connection) is None


def test_no_increment_is_lost_between_processes(db: Database) -> None:
    """Read, reckon, write: two connections that both do so would lose steps without the lock."""
    db.write_now(lambda rows: rows.add(LocationRow(key="a", name="0")))

    def step(rows: Session) -> None:
        row = rows.get_one(LocationRow, "a")
        row.name = str(int(row.name) + 1)
        rows.add(row)

    with closing(Database(db.url)) as other, ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(each.write_now, step) for each in (db, other) * 60]:
            done.result()
    assert db.read_now(name_of) == "120"


def test_who_waits_for_a_writer_too_long_is_told_so_as_by_sqlite(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reviewbot.store.database.BUSY_TIMEOUT_MS", 20)
    with closing(Database(db.url)) as other, db.engine.begin():
        with pytest.raises(OperationalError, match="lock timeout"):
            other.write_now(lambda rows: rows.add(LocationRow(key="a", name="A")))
        assert other.read_now(lambda rows: rows.exec(select(LocationRow)).all()) == []


def test_a_reading_transaction_sees_one_moment_and_cannot_write(db: Database) -> None:
    db.write_now(lambda rows: rows.add(LocationRow(key="a", name="before")))

    def rename(rows: Session) -> None:
        rows.get_one(LocationRow, "a").name = "after"

    def look_twice(rows: Session) -> list[str]:
        first = name_of(rows)
        db.write_now(rename)
        return [first, name_of(rows)]

    assert db.read_now(look_twice) == ["before", "before"]
    assert db.read_now(name_of) == "after"

    def sneak(rows: Session) -> None:
        rows.add(LocationRow(key="b", name="B"))
        rows.flush()

    with pytest.raises(DBAPIError, match="read-only transaction"):
        db.read_now(sneak)


async def test_a_restarted_server_costs_no_write(db: Database, server: Cluster) -> None:
    await db.write(lambda rows: rows.add(LocationRow(key="a", name="A")))
    assert await db.read(name_of) == "A"
    await asyncio.to_thread(server.restart)
    assert await db.read(name_of) == "A"
    await db.write(lambda rows: rows.add(LocationRow(key="b", name="B")))


def test_one_bot_per_database(server: Cluster) -> None:
    url = server.with_tables()
    first, second = ServerLock(url), ServerLock(url)
    assert not is_held(url)
    assert first.take()
    assert is_held(url)
    assert not second.take()
    with server.empty() as elsewhere, closing(ServerLock(elsewhere)) as neighbour:
        assert not is_held(elsewhere)
        assert neighbour.take(), "another database is another installation"
    first.close()
    assert not is_held(url)
    assert second.take()
    second.close()


def test_a_lock_that_was_lost_and_is_free_is_taken_again(server: Cluster) -> None:
    url = server.with_tables()
    with closing(ServerLock(url)) as lock:
        assert lock.take()
        cut_holder(url)
        assert not is_held(url)
        assert lock.is_ours()
        assert is_held(url)
        server.restart()
        assert lock.is_ours()
        assert is_held(url)


def test_a_lock_that_another_took_meanwhile_is_not_ours(server: Cluster) -> None:
    url = server.with_tables()
    with closing(ServerLock(url)) as first, closing(ServerLock(url)) as second:
        assert first.take()
        cut_holder(url)
        assert second.take()
        assert not first.is_ours()
        assert second.is_ours()


def test_a_server_that_is_away_makes_nobody_else_the_bot(server: Cluster) -> None:
    url = server.with_tables()
    with closing(ServerLock(url)) as lock:
        assert lock.take()
        with server.away():
            assert lock.is_ours()
        assert not is_held(url)
        assert lock.is_ours()
        assert is_held(url)


def test_a_password_is_not_shown() -> None:
    assert shown("postgresql://bot:s3cret@db/reviews") == "postgresql://bot:***@db/reviews"
    assert shown("/var/lib/reviewbot.sqlite3") == "/var/lib/reviewbot.sqlite3"
