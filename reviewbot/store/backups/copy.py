"""Writes a whole copy of a SQLite database, also under load, and says whether a copy is sound.

SQLite's own online copy is made in one step: in WAL mode it sees one moment and holds up no
writer. A copy is written under another name, checked, and gets its name only then: what bears the
name of a backup is one.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path

from reviewbot.core.errors import ReviewbotError
from reviewbot.store.database import make_private
from reviewbot.store.days.instants import NUMBERS_SINCE, kept_instant, read_instant
from reviewbot.words.operator_text import say

UNFINISHED = ".part"
TAKEN = "backup"
"""The measure that a copy holds of itself: when it was taken."""
PATIENCE = 30.0
"""Seconds to wait for a lock on the database."""


class BackupError(ReviewbotError):
    """A copy could not be made or is not sound; the sentence says why and what to do."""


def write(database: Path, copy: Path, now: datetime) -> None:
    """Copy the database to a file of its own, readable by its owner alone.

    An existing `copy` is replaced, once the new one is sound. Raises BackupError.
    """
    if not database.exists():
        raise BackupError(say("There is no database {path} yet.", path=database))
    if copy.exists() and copy.samefile(database):
        raise BackupError(
            say("{path} is the database itself. Name another file.", path=copy),
        )
    part = copy.with_name(copy.name + UNFINISHED)
    try:
        copy.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
        make_private(part)
        _fill(database, part, now)
        check(part)
        _write_through(part)
        part.replace(copy)
        _write_through(copy.parent)
    except (OSError, sqlite3.Error) as error:
        raise BackupError(
            say(
                "No copy could be written to {path}: {reason}. The database is untouched.",
                path=copy,
                reason=_reason(error),
            )
        ) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def check(copy: Path) -> None:
    """Raise BackupError unless the file is a sound database of reviewbot."""
    if copy.is_dir():
        raise BackupError(say("{path} is a folder.", path=copy))
    if not copy.is_file():
        raise BackupError(say("There is no file {path}.", path=copy))
    try:
        with _opened(copy, "ro") as rows:
            found = rows.execute("PRAGMA integrity_check").fetchall()
            strays = rows.execute("PRAGMA foreign_key_check").fetchall()
            tables = {name for (name,) in rows.execute("SELECT name FROM sqlite_master")}
    except sqlite3.Error as error:
        raise BackupError(
            say("{path} is no sound database: {reason}.", path=copy, reason=error)
        ) from error
    if found != [("ok",)] or strays:
        reason = found[0][0] if found != [("ok",)] else say("rows that belong to none")
        raise BackupError(say("{path} is no sound database: {reason}.", path=copy, reason=reason))
    if not {"alembic_version", "ticket"} <= tables:
        raise BackupError(say("{path} is no database of reviewbot.", path=copy))


def taken_at(copy: Path) -> datetime | None:
    """Return when a copy was taken, by its own note; of one made by other means, when its database
    was last at work. None: nothing ever happened in it."""
    with _opened(copy, "ro") as rows:
        for query in (
            f"SELECT max(at) FROM measure WHERE name = '{TAKEN}'",  # noqa: S608 - a constant
            "SELECT max(at) FROM (SELECT max(last_reading_at) AS at FROM target UNION"
            " SELECT max(received_at) FROM inbox UNION SELECT max(at) FROM audit)",
        ):
            (written,) = rows.execute(query).fetchone()
            if written is not None:
                return read_instant(written)
    return None


def _fill(database: Path, part: Path, now: datetime) -> None:
    with _readable(database) as source, _opened(part, "rw") as target:
        source.backup(target)
        # One file, whole by itself: nothing of it may lie in a -wal that nobody takes along.
        target.execute("PRAGMA journal_mode=DELETE")
        if target.execute("SELECT 1 FROM sqlite_master WHERE name = 'measure'").fetchone():
            older = "SELECT 1 FROM alembic_version WHERE version_num < ?"
            is_older = target.execute(older, (NUMBERS_SINCE,)).fetchone()
            stamp = now.strftime("%Y-%m-%d %H:%M:%S.%f") if is_older else kept_instant(now)
            target.execute("DELETE FROM measure WHERE name = ?", (TAKEN,))
            target.execute(
                "INSERT INTO measure (at, name, subject, value) VALUES (?, ?, '', 0)",
                (stamp, TAKEN),
            )


@contextmanager
def _readable(database: Path) -> Iterator[sqlite3.Connection]:
    """What is wrong with the database (no right, no room for its log) is no fault of the copy's
    place. Raises BackupError."""
    with ExitStack() as ending:
        try:
            rows = ending.enter_context(_opened(database, "ro"))
            rows.execute("SELECT 1 FROM sqlite_master").fetchone()
        except sqlite3.Error as error:
            raise BackupError(
                say(
                    "{path} cannot be read: {reason}. Is there room where it lies, and may this "
                    "user read and write it? No copy was made.",
                    path=database,
                    reason=error,
                )
            ) from error
        yield rows


@contextmanager
def _opened(file: Path, mode: str) -> Iterator[sqlite3.Connection]:
    address = f"{file.absolute().as_uri()}?mode={mode}"
    with closing(
        sqlite3.connect(address, uri=True, timeout=PATIENCE, isolation_level=None)
    ) as rows:
        yield rows


def _write_through(path: Path) -> None:
    """Bring a file or folder to the disk itself."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
