"""Rows written by statements rather than through the session: many at once, or unless there.

They go past the session's identity map: the row objects stay detached.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from operator import itemgetter
from types import SimpleNamespace
from typing import Any, TypeVar, cast

from sqlalchemy import ColumnDefault, Dialect, Table, func, select, text
from sqlalchemy.dialects import sqlite
from sqlmodel import Session, SQLModel

from reviewbot.store.database import run

R = TypeVar("R", bound=SQLModel)
Values = dict[str, Any]
"""A row's columns by name, all that may not be null among them; `id` is the database's to give."""


def insert_all(
    session: Session, kind: type[SQLModel], rows: Sequence[Values], *, unless_there: bool = False
) -> None:
    """Insert rows with the same columns by one statement."""
    if rows:
        connection = session.connection()
        prepared = _insert(kind, connection.dialect, tuple(rows[0]), unless_there)
        connection.exec_driver_sql(prepared.sql, prepared.parameters(rows))


def insert_numbered(session: Session, kind: type[SQLModel], rows: Sequence[Values]) -> list[int]:
    """The same; return the new ids, in order."""
    numbers = ids_for(session, kind, len(rows))
    numbered = zip(rows, numbers, strict=True)
    insert_all(session, kind, [{**row, "id": number} for row, number in numbered])
    return numbers


def ids_for(session: Session, kind: type[SQLModel], count: int) -> list[int]:
    """Return ids for so many new rows, ascending: nobody else is given them.

    There is one writer at a time. A server's sequence does not go back with a transaction that is
    undone; a file gives the next number, as it does by itself.
    """
    if not count:
        return []
    if session.get_bind().dialect.name == "postgresql":
        found = session.execute(_FROM_SEQUENCE, {"name": _table(kind).name, "count": count})
        return sorted(int(number) for number in found.scalars())
    last = run(session, _last_id(kind)).scalar() or 0
    return list(range(last + 1, last + 1 + count))


def plain(kind: type[R], values: Values) -> R:
    """Return a new row as an object that the session keeps no books about: it may be read and
    filled, and is stored by its `values_of`."""
    constants, made = _defaults(kind)
    fresh = {name: make() for name, make in made.items() if name not in values}
    return cast(R, SimpleNamespace(**{**constants, **fresh, **values}))


def insert_all_new(session: Session, kind: type[SQLModel], rows: Sequence[Values]) -> None:
    """The same, but for rows of which a unique key exists."""
    insert_all(session, kind, rows, unless_there=True)


def insert_new(session: Session, row: SQLModel) -> int | None:
    """Insert the row unless a unique key of it exists; return its id, None where it was there."""
    table = _table(type(row))
    statement = _unless_there(session, table).returning(_key(table))
    inserted = session.execute(statement, values_of(row)).scalar_one_or_none()
    return None if inserted is None else int(inserted)


def values_of(row: SQLModel) -> Values:
    """Return the columns of a new row."""
    if isinstance(row, SimpleNamespace):
        return dict(vars(row))
    return {
        column.key: getattr(row, column.key)
        for column in _table(type(row)).columns
        if not (column.primary_key and getattr(row, column.key) is None)
    }


@dataclass(frozen=True, slots=True)
class _Insert:
    """An INSERT as the driver takes it, and what makes rows into its parameters. SQLAlchemy makes
    the same of each row by a few calls a column: half of the time of storing it."""

    sql: str
    names: tuple[str, ...]
    defaults: Values
    processed: tuple[tuple[int, Callable[[Any], Any]], ...]
    is_positional: bool

    def parameters(self, rows: Sequence[Values]) -> list[Any]:
        """Return what the driver is given for rows."""
        of_row = itemgetter(*self.names)
        every = [list(of_row({**row, **self.defaults})) for row in rows]
        for place, process in self.processed:
            made: dict[int, Any] = {}  # most rows have the same instant, and one JSON for many
            for values in every:
                key = id(values[place])
                if key not in made:
                    made[key] = process(values[place])
                values[place] = made[key]
        if self.is_positional:
            return [tuple(values) for values in every]
        return [dict(zip(self.names, values, strict=True)) for values in every]


@lru_cache(maxsize=64)
def _insert(
    kind: type[SQLModel], dialect: Dialect, names: tuple[str, ...], unless_there: bool
) -> _Insert:
    table = _table(kind)
    columns = [column for column in table.columns if column.default or column.key in names]
    keys = tuple(column.key for column in columns)
    into = insert_into(table, dialect.name)
    statement = into.on_conflict_do_nothing() if unless_there else into
    compiled = statement.compile(dialect=dialect, column_keys=keys, for_executemany=True)
    kept = (column.type.dialect_impl(dialect).bind_processor(dialect) for column in columns)
    return _Insert(
        str(compiled),
        keys,
        {
            column.key: column.default.arg
            for column in columns
            if isinstance(column.default, ColumnDefault) and column.key not in names
        },
        tuple((place, process) for place, process in enumerate(kept) if process is not None),
        dialect.positional,
    )


@cache
def _last_id(kind: type[SQLModel]) -> Any:
    return select(func.max(_key(_table(kind))))


_FROM_SEQUENCE = text(
    "SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)"
)


@cache
def _defaults(kind: type[SQLModel]) -> tuple[Values, dict[str, Callable[[], Any]]]:
    """Return what a new row's columns are by default, and what makes those that are made anew."""
    constants: Values = {}
    made: dict[str, Callable[[], Any]] = {}
    for name, field in kind.model_fields.items():
        if isinstance(field.default, list | dict):
            made[name] = type(field.default)
        elif name != "id" and not field.is_required():
            constants[name] = field.default
    return constants, made


def _unless_there(session: Session, table: Table) -> Any:
    return insert_into(table, session.get_bind().dialect.name).on_conflict_do_nothing()


def insert_into(table: Table, dialect: str) -> Any:
    """Return the one statement that both databases understand a little differently: an INSERT
    that says what a conflict means."""
    if dialect != "postgresql":
        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql  # two MiB that a file does not need

    return postgresql.insert(table)


def _table(kind: type[SQLModel]) -> Table:
    table: Table = kind.__table__  # type: ignore[attr-defined]
    return table


def _key(table: Table) -> Any:
    return next(iter(table.primary_key.columns))
