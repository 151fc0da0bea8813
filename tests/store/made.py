"""Databases for tests: the tables are declared once a process and copied from there."""

import tempfile
from functools import cache
from pathlib import Path

from sqlmodel import SQLModel

from reviewbot.store.database import Database, is_file, url_of
from reviewbot.store.migrations import upgrade


@cache
def _empty() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "tables.sqlite3"
        db = Database(str(file))
        SQLModel.metadata.create_all(db.engine)
        db.close()
        return file.read_bytes()


def with_tables(database: Path | str) -> Database:
    """Open a database; a file that is not there yet gets today's tables, with no row."""
    name = str(database)
    if is_file(url_of(name)) and not Path(name).exists():
        Path(name).write_bytes(_empty())
    return Database(name)


def migrated(file: Path) -> Path:
    """Make a database as `migrate` does, which commands ask for its schema; return its file."""
    db = Database(str(file))
    upgrade.upgrade(db)
    db.close()
    return file
