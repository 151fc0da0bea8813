"""Guests who asked to be forgotten: by which marks their reviews are known again.

The rows are the truth; the key of the marks, and a list of them, stand in a file beside the
database (of a server's database: in the folder the bot runs in). No backup holds the file: a
copy of the database alone does not tell who was forgotten, and one brought back forgets anew.
"""

import json
import logging
import os
import secrets
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, col, select

from reviewbot.core.contract import Item
from reviewbot.core.errors import ReviewbotError
from reviewbot.core.readings import forgotten_marks
from reviewbot.store.database import FOLLOW, PRIVATE, chunks, file_of
from reviewbot.store.tables import ForgottenRow
from reviewbot.words.operator_text import say

KEY_BYTES = 32
log = logging.getLogger(__name__)


class RegisterError(ReviewbotError):
    """The file of the forgotten cannot be read or written; the sentence says what to do."""


@dataclass(frozen=True, slots=True)
class Register:
    """The file: its key, and external ids by mark."""

    path: Path
    key: bytes = b""
    marks: Mapping[str, str] = field(default_factory=dict)


def path_of(session: Session) -> Path:
    """Return where the file of this database lies."""
    bound = session.get_bind()
    assert isinstance(bound, Engine)
    file = file_of(bound.url.render_as_string(hide_password=False))
    return beside(file) if file is not None else Path("reviewbot.forgotten")


def beside(database: Path) -> Path:
    """Return where the file of this database file lies."""
    return database.with_name(f"{database.name}.forgotten")


def register(path: Path) -> Register:
    """Return the file as it stands; without a key where there is none. Raises RegisterError."""
    try:
        written = json.loads(path.read_text())
        return Register(path, bytes.fromhex(written["key"]), dict(written["marks"]))
    except FileNotFoundError:
        return Register(path)
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise _cannot(path, error) from error


def with_key(path: Path) -> Register:
    """Return the file, made with a key of its own where there is none. Raises RegisterError."""
    found = register(path)
    if found.key:
        return found
    made = Register(path, secrets.token_bytes(KEY_BYTES))
    try:
        # Who comes second finds a whole file: it gets its name only with its key in it.
        os.link(_written(made), path)
    except FileExistsError:
        return register(path)
    except OSError as error:
        raise _cannot(path, error) from error
    finally:
        with suppress(OSError):
            _part(path).unlink(missing_ok=True)
    return made


def key_of(session: Session) -> bytes:
    """Return the key of this database's marks, made where there is none. Raises RegisterError."""
    return with_key(path_of(session)).key


def keep(session: Session) -> None:
    """Bring the file up to the committed rows. Raises RegisterError."""
    rows = session.exec(select(ForgottenRow)).all()
    _take(path_of(session), {row.mark: row.external_id for row in rows})


def keep_or_tell(session: Session) -> None:
    """The same; a file that cannot be written is told in the log, as are rows that cannot be read:
    it is brought up an hour later, and at the stop and the next start."""
    try:
        keep(session)
    except RegisterError as error:
        log.error("%s", error)
    except OperationalError as error:
        log.warning("who was forgotten cannot be read now, %s: it is tried again", error.orig)


def take_over(database: Path) -> None:
    """Bring the file up to a database that is about to be put aside, of whichever version it is: a
    kill may have come between its commit and the file. One that cannot be read tells nothing.
    Raises RegisterError."""
    if not database.exists():
        return
    marks: dict[str, str] = {}
    with suppress(sqlite3.Error), closing(sqlite3.connect(database)) as rows:
        marks.update(rows.execute("SELECT mark, external_id FROM forgotten"))
    _take(beside(database), marks)


def _take(path: Path, marks: Mapping[str, str]) -> None:
    """Add marks to the file. One that is lost is not made anew: marks of another key tell nothing,
    and `doctor` would be silent about it."""
    if not marks:
        return
    held = register(path)
    every = {**held.marks, **marks}
    if not held.key or every == held.marks:
        return
    try:
        _written(Register(path, held.key, every)).replace(path)
    except OSError as error:
        raise _cannot(path, error) from error


def add(session: Session, key: bytes, source: str, ref: str, item: Item, now: datetime) -> str:
    """Write a review's marks down, after the commit in the file too; return the id that stands for
    it from now on."""
    marks = forgotten_marks.marks_of(key, source, ref, item)
    external_id = f"{forgotten_marks.PREFIX}{marks[0]}"
    for mark in marks:
        if session.get(ForgottenRow, mark) is None:
            session.add(ForgottenRow(mark=mark, external_id=external_id, at=now))
    # At once: what a kill comes before, the next start does.
    session.info[FOLLOW] = keep_or_tell
    session.flush()
    return external_id


def missing(session: Session, held: Register) -> dict[str, str]:
    """Return the marks of the file that the rows lack: a copy of an earlier day was restored."""
    known: set[str] = set()
    for some in chunks(held.marks):
        known.update(
            session.exec(select(ForgottenRow.mark).where(col(ForgottenRow.mark).in_(some)))
        )
    return {mark: each for mark, each in held.marks.items() if mark not in known}


def is_anybody(session: Session) -> bool:
    """Whether anybody was forgotten at all."""
    return session.exec(select(ForgottenRow.mark).limit(1)).first() is not None


def lost(session: Session) -> Path | None:
    """Return the file where it is missing or damaged, and somebody was forgotten."""
    if not is_anybody(session):
        return None
    path = path_of(session)
    try:
        return None if register(path).key else path
    except RegisterError:
        return path


def without(session: Session, source: str, ref: str, items: Sequence[Item]) -> tuple[Item, ...]:
    """Return a reading's reviews, those of the forgotten as they may be kept.

    Without the file they cannot be told from others, and no review may be lost for that: `doctor`
    tells it.
    """
    if not items or not is_anybody(session):
        return tuple(items)
    try:
        key = register(path_of(session)).key
    except RegisterError as error:
        log.error("%s", error)
        return tuple(items)
    if not key:
        return tuple(items)
    return tuple(_each(session, key, source, ref, items))


def _each(
    session: Session, key: bytes, source: str, ref: str, items: Sequence[Item]
) -> Iterable[Item]:
    marks = [forgotten_marks.marks_of(key, source, ref, item) for item in items]
    known: dict[str, str] = {}
    for some in chunks(mark for each in marks for mark in each):
        rows = select(ForgottenRow).where(col(ForgottenRow.mark).in_(some))
        known.update((row.mark, row.external_id) for row in session.exec(rows))
    for item, own in zip(items, marks, strict=True):
        found = next((known[mark] for mark in own if mark in known), None)
        yield item if found is None else forgotten_marks.blank(item, found)


def _part(path: Path) -> Path:
    return path.with_name(f"{path.name}.{os.getpid()}.part")


def _written(made: Register) -> Path:
    """Write the file under a passing name, for its owner alone, and bring it to the disk."""
    part = _part(made.path)
    part.unlink(missing_ok=True)
    handle = os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, PRIVATE)
    with os.fdopen(handle, "w") as file:
        json.dump({"key": made.key.hex(), "marks": dict(made.marks)}, file)
        file.flush()
        os.fsync(file.fileno())
    return part


def _cannot(path: Path, error: Exception) -> RegisterError:
    reason = getattr(error, "strerror", None) or str(error)
    return RegisterError(
        say(
            "{path}, by which forgotten guests are known again, cannot be used: {reason}. Put it"
            " back as it was, or make it writable.",
            path=path,
            reason=reason,
        )
    )
