"""Migration 0031: the instants of a file, texts before, are numbers, each the same instant."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Column, Table, text
from sqlalchemy import select as columns
from sqlmodel import Session, SQLModel, col, select

from reviewbot.store.backups import copy
from reviewbot.store.database import Database
from reviewbot.store.days import day_marks
from reviewbot.store.days.instants import kept_instant
from reviewbot.store.migrations import upgrade
from reviewbot.store.tables import DayCountRow, DayToCountRow, MeasureRow, ReviewRow
from tests.store import migration_kills
from tests.store.kept_instants import instants, not_numbers

BEFORE = "0030"
NIGHT = datetime(2026, 3, 1, 23, 59, 59, tzinfo=UTC)
SPELLED = {
    "2026-03-01 23:59:59.000000": NIGHT,
    "2026-03-01 23:59:59.999999": NIGHT + timedelta(microseconds=999_999),
    "2026-03-01 23:59:59": NIGHT,
    "2026-03-01 23:59:59+00:00": NIGHT,
    "2026-03-02 00:00:00.000007+00:00": NIGHT + timedelta(seconds=1, microseconds=7),
    "2026-03-01T23:59:59.25": NIGHT + timedelta(microseconds=250_000),
    "1969-12-31 23:59:59.999999": datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
    "0001-01-01 00:00:00.000000": datetime.min.replace(tzinfo=UTC),
    "9999-12-31 23:59:59.999999": datetime.max.replace(tzinfo=UTC),
}


def before(file: Path) -> None:
    """Make the file of a version that kept texts."""
    config = Config()
    config.set_main_option("script_location", str(upgrade.FOLDER))
    database = Database(str(file))
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, BEFORE)
    database.close()


def upgraded(file: Path) -> Database:
    database = Database(str(file))
    assert upgrade.prepare(database) == upgrade.known()[upgrade.known().index(BEFORE) + 1 :]
    assert not_numbers(file) == []
    return database


def filled(column: "Column[Any]", number: int) -> Any:
    """A value for a column that must have one."""
    if column.nullable:
        return None
    for key in column.foreign_keys:
        return filled(key.column, number)
    kind = column.type.python_type
    return "[]" if kind is dict else f"{column.name}{number}" if kind is str else number


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Every instant of every table has each spelling once."""
    made = tmp_path / "old.sqlite3"
    before(made)
    known = {name: [c for table, c in instants() if table == name] for name, _ in instants()}
    with closing(sqlite3.connect(made)) as rows:
        for name, own in known.items():
            table = SQLModel.metadata.tables[name]
            for number in range(1, len(SPELLED) + 1):
                put(rows, table, number, dict.fromkeys(own, list(SPELLED)[number - 1]))
            # Those that may be missing are.
            least = {each: NIGHT.isoformat() for each in own if not table.c[each].nullable}
            put(rows, table, number + 1, least)
        rows.commit()
    return made


def put(rows: sqlite3.Connection, table: Table, number: int, given: dict[str, Any]) -> None:
    values = {column.name: filled(column, number) for column in table.columns} | given
    names, marks = ", ".join(f'"{each}"' for each in values), ", ".join("?" * len(values))
    rows.execute(
        f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})',
        list(values.values()),
    )


def test_each_is_the_instant_it_was(file: Path) -> None:
    database = upgraded(file)
    wanted = list(SPELLED.values())

    def found(rows: Session) -> None:
        for name, column in instants():
            table = SQLModel.metadata.tables[name]
            own, put_as = table.c[column], "day" if "day" in table.c else "rowid"
            kept = rows.execute(columns(own).order_by(text(put_as))).scalars().all()
            assert kept[:-1] == wanted, f"{name}.{column}"
            assert kept[-1] == (None if own.nullable else NIGHT), f"{name}.{column}"

    database.read_now(found)
    database.close()
    copy.check(file.with_name(f"{file.name}.schema-{BEFORE}"))


def test_they_compare_and_order_as_instants(file: Path) -> None:
    database = upgraded(file)

    def found(rows: Session) -> tuple[Sequence[datetime | None], ...]:
        seen = col(ReviewRow.first_seen_at)
        return (
            rows.exec(select(ReviewRow.first_seen_at).order_by(seen, col(ReviewRow.id))).all(),
            rows.exec(select(ReviewRow.gone_at).where(seen > NIGHT).order_by(seen)).all(),
            rows.exec(select(ReviewRow.first_seen_at).where(seen == NIGHT)).all(),
        )

    ordered, later, same = database.read_now(found)
    every = [*SPELLED.values(), NIGHT]
    assert list(ordered) == sorted(every)
    assert list(later) == sorted(each for each in every if each > NIGHT)
    assert list(same) == [NIGHT] * every.count(NIGHT)
    database.close()


def test_indexes_and_triggers_are_those_of_before(file: Path) -> None:
    database = upgraded(file)
    plain = Database(str(file.with_name("plain.sqlite3")))
    SQLModel.metadata.create_all(plain.engine)
    query = text(
        "SELECT name, sql FROM sqlite_master"
        " WHERE type IN ('index', 'trigger') AND tbl_name != 'alembic_version'"
    )
    with database.engine.connect() as one, plain.engine.connect() as other:
        made = {name: " ".join(str(sql).split()) for name, sql in one.execute(query)}
        assert made == {name: " ".join(str(sql).split()) for name, sql in other.execute(query)}
    plain.close()
    database.close()


def test_no_day_is_counted_anew(tmp_path: Path) -> None:
    """The triggers that mark changed reviews do not take this for a change."""
    file = tmp_path / "counted.sqlite3"
    before(file)
    database = Database(str(file))
    with database.engine.begin() as connection:
        day_marks.install(connection)
    database.close()
    with closing(sqlite3.connect(file)) as rows:
        rows.execute("DROP TRIGGER day_review_new")
        for name in ("location", "target", "review"):
            given = {each: NIGHT.isoformat(" ") for table, each in instants() if table == name}
            put(rows, SQLModel.metadata.tables[name], 1, given)
        rows.execute(
            "INSERT INTO day_count (day, target_id, reviews, negative, mixed, neutral, positive,"
            " wordless) VALUES (20513, 1, 1, 0, 0, 0, 0, 0)"
        )
        rows.commit()
    database = upgraded(file)
    assert len(database.read_now(lambda rows: rows.exec(select(DayCountRow)).all())) == 1
    assert database.read_now(lambda rows: rows.exec(select(DayToCountRow)).all()) == []
    # From now on it is marked as ever.
    database.write_now(lambda rows: rows.execute(text("UPDATE review SET tone = 'negative'")))
    [marked] = database.read_now(lambda rows: rows.exec(select(DayToCountRow)).all())
    starts = datetime(2026, 3, 1, tzinfo=UTC)
    assert (marked.day, marked.starts_at, marked.ends_at) == (
        20513,
        starts,
        starts + timedelta(days=1),
    )
    database.close()


def test_a_database_of_the_first_version_comes_through(tmp_path: Path) -> None:
    file = tmp_path / "first.sqlite3"
    migration_kills.installed(file)
    database = Database(str(file))
    upgrade.prepare(database)
    assert not_numbers(file) == []

    def waiting(rows: Session) -> set[tuple[int, int]]:
        return {(row.day, row.target_id) for row in rows.exec(select(DayToCountRow))}

    def seen(rows: Session) -> set[tuple[int, int]]:
        reviews = rows.exec(select(ReviewRow.first_seen_at, ReviewRow.target_id))
        epoch = datetime(1970, 1, 1, tzinfo=UTC)
        return {((at - epoch).days, target) for at, target in reviews}

    assert database.read_now(waiting) == database.read_now(seen) != set()
    marks = database.read_now(lambda rows: rows.exec(select(DayToCountRow)).all())
    assert all(row.ends_at - row.starts_at == timedelta(days=1) for row in marks)
    assert all(kept_instant(row.starts_at) == row.day * 86_400_000_000 for row in marks)
    database.close()


@pytest.mark.parametrize("is_old", [True, False])
def test_a_copy_tells_when_it_was_taken_as_its_version_reads_it(
    tmp_path: Path, is_old: bool
) -> None:
    file, taken = tmp_path / "now.sqlite3", tmp_path / "copy"
    before(file)
    if not is_old:
        upgraded(file).close()
    copy.write(file, taken, NIGHT)
    assert copy.taken_at(taken) == NIGHT
    with closing(sqlite3.connect(taken)) as rows:
        kept = "2026-03-01 23:59:59.000000" if is_old else 1_772_409_599_000_000
        assert rows.execute("SELECT at FROM measure").fetchall() == [(kept,)]
    if is_old:
        database = upgraded(taken)
        [measure] = database.read_now(lambda rows: rows.exec(select(MeasureRow)).all())
        assert measure.at == NIGHT
        database.close()
