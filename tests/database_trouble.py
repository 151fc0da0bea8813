"""A database in trouble, really: another connection holds it, or SQLite has no room or right."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.pool import Pool

from reviewbot.store.database import Database, file_of
from tests.patience import PATIENCE


class Failures:
    """Counts what the writing side of a database was refused."""

    def __init__(self, db: Database) -> None:
        self._loop = asyncio.get_running_loop()
        self._one = asyncio.Event()
        self.count = 0
        event.listen(db.engine, "handle_error", self._note)

    def _note(self, _context: Any) -> None:
        self.count += 1
        self._loop.call_soon_threadsafe(self._one.set)

    async def more(self, times: int = 1) -> None:
        """Wait until so many more statements were refused."""
        until = self.count + times
        async with asyncio.timeout(PATIENCE):
            while self.count < until:
                self._one.clear()
                await self._one.wait()


_told: dict[str, list[str]] = {}
"""What is to be set on the connections of a file."""


@event.listens_for(Pool, "checkout")
def _set(connection: Any, _record: Any, _proxy: Any) -> None:
    # Listened to from the beginning: whoever begins to while others take connections breaks them.
    if _told and isinstance(connection, sqlite3.Connection):
        *_, file = connection.execute("PRAGMA database_list").fetchone()
        for words in tuple(_told.get(file, ())):
            connection.execute(f"PRAGMA {words}")


def always(db: Database, words: str) -> None:
    """From now on, set something on whichever connection writes."""
    _told.setdefault(str(file_of(db.url)), []).append(words)


@contextmanager
def locked(db: Database) -> Iterator[None]:
    """Another process writes and does not come to an end; our own patience is cut to 20 ms."""
    always(db, "busy_timeout=20")
    other = sqlite3.connect(Path(db.url.removeprefix("sqlite:///")), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


@contextmanager
def read_only(db: Database) -> Iterator[None]:
    """As on a file system that became read-only: SQLite's own refusal."""
    always(db, "query_only=ON")
    try:
        yield
    finally:
        always(db, "query_only=OFF")


@contextmanager
def full(db: Database) -> Iterator[None]:
    """The disk is full: not one page more."""
    with db.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    always(db, f"max_page_count={pages}")
    try:
        yield
    finally:
        always(db, "max_page_count=1000000")
