"""The database: one writer thread, a few readers, no network inside a transaction.

SQLite: WAL; every write transaction is BEGIN IMMEDIATE (under SQLAlchemy's default 600 of 800
concurrent increments were lost without an error), reads begin deferred so that they never block
the writer. PostgreSQL is held to the same: whoever writes, a command beside the bot too, first
takes one lock of the database; a read sees one snapshot and cannot write.
"""

import asyncio
import json
import os
import re
from collections.abc import Callable, Hashable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar, cast
from urllib.parse import unquote, urlsplit

from sqlalchemy import (
    JSON,
    ColumnElement,
    Connection,
    CursorResult,
    DateTime,
    Engine,
    Executable,
    PoolProxiedConnection,
    bindparam,
    create_engine,
    event,
    func,
    literal,
    make_url,
    select,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction
from sqlmodel import Session, UTCDateTime

from reviewbot.core.errors import ConfigError, Problem
from reviewbot.core.text import word_key
from reviewbot.store.days.instants import Instant

T = TypeVar("T")
WHICH = "A database is a file, or postgresql://user@host/name; no other kind is known."
NO_DRIVER = "PostgreSQL needs psycopg, and it is not installed."
DRIVER = "pip install 'psycopg[binary]'"
BUSY_TIMEOUT_MS = 5_000
IDLE_TIMEOUT_MS = 60_000
"""A writer that died with its machine holds the others up for no longer."""
PRIVATE = 0o600
"""The mode of files that hold what guests and staff wrote."""
CONNECT_TIMEOUT = 10
"""Seconds."""
MOST_VALUES = 500
"""Of one list in a statement: SQLite takes 32,766, PostgreSQL plans short lists well."""
FEW_KEYS = 50
_BEGINS = "how the next transaction of a connection begins"
WRITES = 0x72657631
"""The advisory lock that writers take for the length of a transaction, in PostgreSQL."""


def url_of(database: str) -> str:
    """Return an SQLAlchemy URL for a file path, `:memory:` excluded, or a URL as it is.

    Raises ConfigError where it is a URL of another kind of database.
    """
    if "://" in database:
        if not database.startswith(("sqlite://", "postgresql://", "postgresql+psycopg://")):
            raise ConfigError((Problem("database.path", WHICH),))
        return database.replace("postgresql://", "postgresql+psycopg://", 1)
    return f"sqlite:///{Path(database.removeprefix('file:')).expanduser()}"


def is_file(url: str) -> bool:
    """Whether this URL, as `url_of` gives it, is a SQLite file's."""
    return url.startswith("sqlite")


def file_of(database: str) -> Path | None:
    """Return the database's file with no link in its way; None where it is a server's."""
    if not is_file(url_of(database)):
        return None
    url = make_url(url_of(database))
    name = url.database or ""
    if name.startswith("file:") and "uri" in url.query:
        name = unquote(urlsplit(name).path)
    return Path(os.path.realpath(Path(name).expanduser()))


def make_private(file: Path) -> None:
    """Make the file, for its owner alone, where it is not there yet: what SQLite puts beside it
    gets the same mode. An existing file is not touched. Raises OSError."""
    with suppress(FileExistsError):
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, PRIVATE))


def open_to_others(database: str) -> list[Path]:
    """Return the database's file and those beside it that others on this machine may read or
    write: they hold what guests and staff wrote."""
    file = file_of(database)
    if file is None:
        return []
    beside = (Path(f"{file}{end}") for end in ("-wal", "-shm", ".lock", ".forgotten"))
    return [each for each in (file, *beside) if each.exists() and each.stat().st_mode & 0o077]


def shown(database: str) -> str:
    """Return a database's name for people: a password in it is not."""
    return make_url(database).render_as_string() if "://" in database else database


def as_json(value: Any) -> str:
    """Return what a JSON column holds, in as few bytes as it needs. Half of a surrogate pair is no
    text to a database: it stays escaped."""
    # Most columns of most rows; the encoder is made anew for each value.
    if value == [] or value == {}:
        return "[]" if value == [] else "{}"
    shown = _SHORT.encode(value)
    return shown if shown.isascii() or not _SURROGATE.search(shown) else _ESCAPED.encode(value)


def from_json(kept: str) -> Any:
    """The other way round. Half of the JSON columns of a review are empty."""
    return [] if kept == "[]" else {} if kept == "{}" else json.loads(kept)


_SHORT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_ESCAPED = json.JSONEncoder(separators=(",", ":"))
_SURROGATE = re.compile("[\ud800-\udfff]")


def _engines(url: str) -> tuple[Engine, Engine]:
    """Return one that writes and one that reads. Of a file they share compiled statements."""
    if not is_file(url):
        return _server(url, writes=True), _server(url, writes=False)
    reads = _file(url)
    writes = reads.execution_options()

    @event.listens_for(writes, "begin")
    def start(connection: Connection) -> None:
        connection.connection.info[_BEGINS] = "BEGIN IMMEDIATE"

    return writes, reads


def _file(url: str) -> Engine:
    # An error that names its parameters would carry guests' texts and the raw updates to the log.
    engine = create_engine(
        url,
        connect_args={"check_same_thread": False},
        hide_parameters=True,
        json_serializer=as_json,
        json_deserializer=from_json,
    )
    engine.dialect.colspecs = {**engine.dialect.colspecs, UTCDateTime: Instant, DateTime: Instant}
    # As they stand: written by SQLAlchemy each takes as long as many a statement.
    engine.dialect.do_begin = _begin  # type: ignore[method-assign]
    engine.dialect.do_savepoint = _savepoint  # type: ignore[method-assign]
    engine.dialect.do_release_savepoint = _release  # type: ignore[method-assign]

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        # The driver must not begin transactions by itself.
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
        # What is deleted is gone from the file, too: guests may ask to be forgotten.
        connection.execute("PRAGMA secure_delete=ON")
        connection.create_function("word_key", 1, word_key, deterministic=True)

    return engine


def _begin(dbapi_connection: PoolProxiedConnection) -> None:
    dbapi_connection.cursor().execute(dbapi_connection.info.pop(_BEGINS, "BEGIN"))


def _savepoint(connection: Connection, name: str) -> None:
    connection.exec_driver_sql(f"SAVEPOINT {name}")


def _release(connection: Connection, name: str) -> None:
    connection.exec_driver_sql(f"RELEASE SAVEPOINT {name}")


def _server(url: str, *, writes: bool) -> Engine:
    if not writes:
        return server_engine(
            url,
            pool_pre_ping=True,
            isolation_level="REPEATABLE READ",
            execution_options={"postgresql_readonly": True},
        )
    engine = server_engine(url, pool_pre_ping=True)

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        # Statements rather than libpq's `options`, which connection poolers refuse.
        connection.execute(f"SET lock_timeout = {BUSY_TIMEOUT_MS}")
        connection.execute(f"SET idle_in_transaction_session_timeout = {IDLE_TIMEOUT_MS}")
        connection.commit()

    @event.listens_for(engine, "begin")
    def start(connection: Any) -> None:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITES})")

    return engine


def server_engine(url: str, connect: dict[str, Any] | None = None, **options: Any) -> Engine:
    """Return an engine for PostgreSQL. `connect` are libpq's parameters.

    Raises ConfigError where none can be made of the URL.
    """
    given = {"connect_timeout": CONNECT_TIMEOUT, **(connect or {})}
    try:
        return create_engine(
            url, connect_args=given, hide_parameters=True, json_serializer=as_json, **options
        )
    except ModuleNotFoundError:
        raise ConfigError((Problem("database.path", NO_DRIVER, DRIVER),)) from None
    except (ArgumentError, ValueError):  # the message quotes the URL, which may hold a password
        raise ConfigError((Problem("database.path", "This is no address.", WHICH),)) from None


_ANNOUNCED = "something to send"
_KNOWN = "what was looked up once, in a transaction that only reads"
FOLLOW = "what reads the rows right after the commit, and does not raise"
COMMITTED = "what is called right after the commit, and does not raise"


def announce(session: Session) -> None:
    """Say that this transaction leaves something to be sent: its commit wakes who sends."""
    session.info[_ANNOUNCED] = True


class Database:
    """Doors to the rows: `write` and `read` run a function of a Session in one transaction.

    A function given to `write` may run again after it raised, so it must not act on the world.
    After each commit the events in `wakers` are set. What is in `senders` is called where the
    transaction announced something to send: a sender is not to be woken by its own marks.
    """

    def __init__(self, database: str) -> None:
        self.url = url_of(database)
        if (file := file_of(database)) is not None:
            with suppress(OSError):  # told by the driver, when it is opened
                make_private(file)
        self._write_engine, self._read_engine = _engines(self.url)
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="store-write")
        self._readers = ThreadPoolExecutor(3, thread_name_prefix="store-read")
        self.wakers: list[asyncio.Event] = []
        self.senders: list[Callable[[], None]] = []

    @property
    def engine(self) -> Engine:
        """The writing engine, for migrations and bulk statements of the command line."""
        return self._write_engine

    async def write(self, work: Callable[[Session], T]) -> T:
        """Run `work` in the writer thread in one transaction; commit, wake, return its value."""
        loop = asyncio.get_running_loop()
        result, is_announced = await loop.run_in_executor(self._writer, self._written, work)
        for waker in self.wakers:
            waker.set()
        for tell in self.senders if is_announced else ():
            tell()
        return result

    async def read(self, work: Callable[[Session], T]) -> T:
        """Run `work` on a snapshot in a reader thread; it must not write."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self.read_now, work)

    def write_now(self, work: Callable[[Session], T]) -> T:
        """The same as `write`, here and now: for commands and tests."""
        return self._written(work)[0]

    def _written(self, work: Callable[[Session], T]) -> tuple[T, bool]:
        with Session(self._write_engine, expire_on_commit=False) as session, session.begin():
            result, info = work(session), session.info
        if COMMITTED in info:
            info[COMMITTED]()
        if FOLLOW in info:
            self.read_now(info[FOLLOW])
        return result, _ANNOUNCED in info

    def read_now(self, work: Callable[[Session], T]) -> T:
        """The same as `read`, here and now."""
        with Session(self._read_engine, expire_on_commit=False, info={_KNOWN: {}}) as session:
            return work(session)

    def write_anew(self) -> None:
        """Write a SQLite file anew without the free pages of earlier versions; others wait."""
        if is_file(self.url):
            self._outside_transactions("VACUUM")

    async def empty_log(self) -> bool:
        """The same as `empty_log_now`, in the writer thread."""
        return await asyncio.get_running_loop().run_in_executor(self._writer, self.empty_log_now)

    def empty_log_now(self) -> bool:
        """Let SQLite fold its write-ahead log, which holds pages as they were, into the file and
        cut it. Return False where others were in the way; nothing is lost by that."""
        if not is_file(self.url):
            return True
        return not self._outside_transactions("PRAGMA wal_checkpoint(TRUNCATE)")[0]

    def _outside_transactions(self, statement: str) -> Any:
        """Run what SQLite refuses within a transaction; return its first row."""
        with closing(self._write_engine.raw_connection()) as connection:
            return connection.cursor().execute(statement).fetchone()

    def close(self) -> None:
        self._writer.shutdown(wait=True)
        self._readers.shutdown(wait=True)
        self._write_engine.dispose()
        self._read_engine.dispose()


def run(
    session: Session, statement: Executable, values: Any = None
) -> CursorResult[*tuple[Any, ...]]:
    """Execute a statement of columns, in the session's transaction and after what it holds. By
    the session itself it takes twice as long: it looks for objects among the columns."""
    if session.autoflush:
        session.flush()
    return session.connection().execute(statement, values)


def looked_up(session: Session, key: Hashable, look: Callable[[], T]) -> T:
    """Return what is looked up: once in a transaction that only reads, for what many ask there;
    anew each time in one that writes."""
    known = session.info.get(_KNOWN)
    if known is None:
        return look()
    if key not in known:
        known[key] = look()
    return cast(T, known[key])


def rows_of(session: Session, query: Executable, batch: int) -> Iterable[Any]:
    """Return what a query of columns finds, a batch in memory at a time."""
    found = run(session, query.execution_options(yield_per=batch))
    return chain.from_iterable(found.partitions())


class _Listed(GenericFunction[Any]):
    """A JSON list as rows of one column, `value`."""

    name = "listed"
    inherit_cache = True


@compiles(_Listed)
def _as_rows(element: Any, compiler: Any, **kw: Any) -> str:
    kind = "json_each" if compiler.dialect.name == "sqlite" else "json_array_elements_text"
    return f"{kind}({compiler.process(element.clauses, **kw)})"


def is_one_of(column: Any, keys: Iterable[str]) -> ColumnElement[bool]:
    """Return the condition that a column holds one of these keys: one parameter, however many
    there are. A statement of 2,000 parameters takes 20 ms to be written."""
    listed = _Listed(literal(list(keys), JSON)).table_valued("value")
    return cast(ColumnElement[bool], column.in_(select(listed.c.value)))


def is_given(column: Any, name: str) -> ColumnElement[bool]:
    """The same for a statement that is built once: the list is its parameter `name`."""
    listed = _Listed(bindparam(name, type_=JSON)).table_valued("value")
    return cast(ColumnElement[bool], column.in_(select(sql_cast(listed.c.value, column.type))))


def is_among(column: Any, keys: Iterable[str]) -> ColumnElement[bool]:
    """The same, where rows are bounded by a time or a state, too: those of many keys are so read
    and sorted out. Looked up key by key they lie apart: three times as long, or fifty."""
    listed = list(keys)
    return is_one_of(column if len(listed) <= FEW_KEYS else func.coalesce(column, column), listed)


def padded(values: Iterable[T]) -> list[T]:
    """Return the values of a list (`IN`) with the last one repeated up to a power of two: of the
    128 statements that a connection keeps, one for each length of a list took 20 MB."""
    listed = list(values)
    wanted = 1 << (len(listed) - 1).bit_length() if listed else 0
    return listed + listed[-1:] * (wanted - len(listed))


def chunks(values: Iterable[T]) -> Iterator[list[T]]:
    """Yield the values in lists for a statement's `IN`; some come twice (see `padded`)."""
    every = list(values)
    for start in range(0, len(every), MOST_VALUES):
        yield padded(every[start : start + MOST_VALUES])
