"""Copies of a database: whole under load, for their owner alone, let go of when they are many."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, select

from reviewbot.store.backups import copy, folder
from reviewbot.store.backups.copy import BackupError
from reviewbot.store.database import Database
from reviewbot.store.migrations import upgrade
from reviewbot.store.tables import MeasureRow
from tests.patience import PATIENCE
from tests.store.store_world import MONDAY


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database(str(tmp_path / "bot.sqlite3"))
    upgrade.upgrade(made)
    yield made
    made.close()


def pairs(session: Session) -> list[float]:
    return list(session.exec(select(MeasureRow.value).where(MeasureRow.name == "pair")))


def test_a_copy_under_load_is_of_one_moment_and_its_checks_hold(
    database: Database, tmp_path: Path
) -> None:
    """Somebody writes two rows a transaction, without a pause."""
    ended = threading.Event()
    begun = threading.Event()

    def write() -> None:
        while not ended.is_set():
            database.write_now(
                lambda rows: rows.add_all(
                    MeasureRow(at=MONDAY, name="pair", value=float(n)) for n in range(2)
                )
            )
            begun.set()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert begun.wait(PATIENCE)
        for number in range(8):
            copy.write(tmp_path / "bot.sqlite3", tmp_path / f"{number}.copy", MONDAY)
    finally:
        ended.set()
        writer.join()
    for number in range(8):
        file = tmp_path / f"{number}.copy"
        copy.check(file)
        restored = Database(str(file))
        values = restored.read_now(pairs)
        restored.close()
        assert len(values) >= 2
        assert values.count(0.0) == values.count(1.0)
        assert copy.taken_at(file) == MONDAY


def test_a_copy_is_one_file_for_its_owner_and_the_unfinished_leaves_nothing(
    database: Database, tmp_path: Path
) -> None:
    place = tmp_path / "copies"
    copy.write(tmp_path / "bot.sqlite3", place / "a", MONDAY)
    assert [path.name for path in place.iterdir()] == ["a"]
    assert (place / "a").stat().st_mode & 0o777 == 0o600
    assert place.stat().st_mode & 0o777 == 0o700
    with pytest.raises(BackupError, match="is the database itself"):
        copy.write(tmp_path / "bot.sqlite3", tmp_path / "bot.sqlite3", MONDAY)
    (tmp_path / "file").touch()
    with pytest.raises(BackupError, match="No copy could be written"):
        copy.write(tmp_path / "bot.sqlite3", tmp_path / "file" / "b", MONDAY)


def test_a_database_that_cannot_be_read_is_no_fault_of_the_copys_place(tmp_path: Path) -> None:
    """It was said that no copy could be written, of a place with all the room there is."""
    file = tmp_path / "bot.sqlite3"
    file.write_bytes(b"nobody's database, but long enough to be one" * 20)
    with pytest.raises(BackupError, match=r"bot\.sqlite3 cannot be read: file is not a database"):
        copy.write(file, tmp_path / "copies" / "a", MONDAY)
    assert list((tmp_path / "copies").iterdir()) == []


def test_what_is_no_sound_database_is_no_copy(database: Database, tmp_path: Path) -> None:
    for name, content in (("text", b"no database" * 400), ("empty", b"")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(BackupError, match="is no"):
            copy.check(tmp_path / name)
    with closing(sqlite3.connect(tmp_path / "foreign")) as rows:
        rows.execute("CREATE TABLE dish (name TEXT)")
    with pytest.raises(BackupError, match="no database of reviewbot"):
        copy.check(tmp_path / "foreign")
    copy.write(tmp_path / "bot.sqlite3", tmp_path / "torn", MONDAY)
    whole = (tmp_path / "torn").read_bytes()
    (tmp_path / "torn").write_bytes(whole[: len(whole) // 2] + b"\xff" * (len(whole) // 2))
    with pytest.raises(BackupError, match="no sound database"):
        copy.check(tmp_path / "torn")


def test_the_folder_says_when_the_next_is_due_and_keeps_the_newest(
    database: Database, tmp_path: Path
) -> None:
    place, day = tmp_path / "copies", timedelta(days=1)
    assert folder.is_due(place, day, MONDAY)
    for number in range(4):
        folder.add(tmp_path / "bot.sqlite3", place, 3, MONDAY + number * day)
    (place / "notes.txt").touch()
    assert [at for at, _ in folder.written(place)] == [MONDAY + n * day for n in (3, 2, 1)]
    assert not folder.is_due(place, day, MONDAY + 3.9 * day)
    assert folder.is_due(place, day, MONDAY + 4 * day)
    assert folder.is_due(place, day, MONDAY - day), "a clock set back: those count for nothing"
    assert (place / "notes.txt").exists()
