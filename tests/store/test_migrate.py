import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text
from sqlmodel import Session, SQLModel, select
from typer.testing import CliRunner, Result

from reviewbot.cli import app
from reviewbot.store.backups.copy import BackupError
from reviewbot.store.database import Database
from reviewbot.store.migrations import upgrade
from reviewbot.store.tables import LocationRow, PersonRow
from tests.store import migration_kills
from tests.store.migration_kills import OLD

SCHEMA = text("SELECT type, name, tbl_name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database(str(tmp_path / "50%.sqlite3"))
    yield made
    made.close()


def schema(connection: Connection) -> set[tuple[Any, ...]]:
    return {tuple(row) for row in connection.execute(SCHEMA) if row.name != "alembic_version"}


def test_migrations_lead_to_the_tables_of_the_code(database: Database, tmp_path: Path) -> None:
    upgrade.upgrade(database)
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []
        migrated = schema(connection)
    plain = Database(str(tmp_path / "plain.sqlite3"))
    SQLModel.metadata.create_all(plain.engine)
    with plain.engine.connect() as connection:
        assert schema(connection) == migrated
    plain.close()


def test_partial_indexes_are_partial(database: Database, tmp_path: Path) -> None:
    """Alembic does not compare the conditions of an index, so they are compared as SQL."""

    def conditions(connection: Connection) -> dict[str, str]:
        rows = connection.execute(
            text("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql LIKE '%WHERE%'")
        )
        return {row.name: " ".join(row.sql.split()) for row in rows}

    upgrade.upgrade(database)
    plain = Database(str(tmp_path / "plain.sqlite3"))
    SQLModel.metadata.create_all(plain.engine)
    with database.engine.connect() as one, plain.engine.connect() as other:
        assert conditions(one) == conditions(other)
        assert "ticket_duty" in conditions(one)
    plain.close()


def test_an_empty_database_is_migrated_once(database: Database) -> None:
    assert upgrade.prepare(database) == upgrade.known()
    assert upgrade.prepare(database) == []
    database.write_now(lambda session: session.add(LocationRow(key="a", name="A")))
    names = database.read_now(lambda session: session.exec(select(LocationRow.name)).all())
    assert names == ["A"]


def test_nobody_gets_copies_who_could_not_ask_for_them(database: Database) -> None:
    """Before 0002 every person's row said "all", and nothing read it."""
    config = Config()
    config.set_main_option("script_location", str(upgrade.FOLDER).replace("%", "%%"))
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.execute(
            text(
                "INSERT INTO person (telegram_id, key, name, only, alerts)"
                " VALUES (502, 'marina', 'Марина', '[]', 'all')"
            )
        )
    upgrade.upgrade(database)
    assert database.read_now(lambda rows: rows.get_one(PersonRow, 502)).alerts == "critical"


def test_a_newer_database_is_refused_untouched(database: Database) -> None:
    upgrade.upgrade(database)

    def pretend(session: Session) -> None:
        session.connection().execute(text("UPDATE alembic_version SET version_num = '9999'"))

    database.write_now(pretend)
    with pytest.raises(upgrade.SchemaError, match=r"schema 9999.*newer version"):
        upgrade.prepare(database)


def test_tables_nobody_migrated_are_refused(database: Database) -> None:
    SQLModel.metadata.create_all(database.engine)
    with pytest.raises(upgrade.SchemaError, match="no schema version"):
        upgrade.prepare(database)


def test_a_failed_migration_leaves_nothing(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("CREATE TABLE work (id INTEGER)"))
    with pytest.raises(Exception, match="already exists"):
        upgrade.upgrade(database)
    with database.engine.connect() as connection:
        assert schema(connection) == {("table", "work", "work")}


def test_a_file_is_copied_before_it_is_migrated_and_the_copy_leads_back(tmp_path: Path) -> None:
    file = tmp_path / "old.sqlite3"
    before = migration_kills.installed(file)
    database = Database(str(file))
    assert upgrade.upgrade(database)[-1] == upgrade.known()[-1]
    database.close()
    saved = tmp_path / f"old.sqlite3.schema-{OLD}"
    assert saved.stat().st_mode & 0o777 == 0o600
    assert migration_kills.counts(saved) == before
    with closing(sqlite3.connect(saved)) as rows:
        assert rows.execute("SELECT version_num FROM alembic_version").fetchone() == (OLD,)


def test_without_room_for_the_copy_nothing_is_migrated(tmp_path: Path) -> None:
    file = tmp_path / "old.sqlite3"
    migration_kills.installed(file)
    (tmp_path / f"old.sqlite3.schema-{OLD}.part").mkdir()
    database = Database(str(file))
    with pytest.raises(BackupError, match="No copy could be written"):
        upgrade.prepare(database)
    with database.engine.connect() as connection:
        assert upgrade.current(connection) == OLD
    database.close()


def test_a_killed_migration_is_whole_or_not_there(tmp_path: Path) -> None:
    """One of the dozens that `make reliability` tries."""
    assert migration_kills.fault_after_kill(tmp_path / "killed.sqlite3", 8) == ""


def migrate(file: Path, *more: str) -> Result:
    return CliRunner().invoke(app, ["migrate", "--database", str(file), *more])


def test_migrate_check_tries_it_on_a_copy_and_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "old.sqlite3"
    before = migration_kills.installed(file)
    done = migrate(file, "--check")
    assert done.exit_code == 1, done.output
    assert "It runs through on a copy." in done.output
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == []
    with closing(sqlite3.connect(file)) as rows:
        assert rows.execute("SELECT version_num FROM alembic_version").fetchone() == (OLD,)
    done = migrate(file)
    assert done.exit_code == 0, done.output
    assert f"What was before: {file}.schema-{OLD}" in done.output
    done = migrate(file, "--check")
    assert (done.exit_code, done.output) == (0, "✓ The database is up to date.\n")
    assert migration_kills.counts(file) == before
