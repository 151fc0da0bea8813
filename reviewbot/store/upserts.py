"""Rows written by statements rather than through the session: many at once, or unless there.

They go past the session's identity map: the row objects stay detached.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain, repeat
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
TOGETHER = (25, 5, 1)
"""Rows of one INSERT into a file, as many as there are. Its triggers have SQLite keep what each
INSERT changes, within a savepoint until that ends: row by row a new review with its ticket took
11 to 14 µs more."""


def insert_all(
    session: Session,
    kind: type[SQLModel],
    rows: Sequence[Values],
    *,
    seldom: Sequence[str] = (),
    unless_there: bool = False,
) -> None:
    """Insert rows with the same columns by one statement; those that are `seldom` filled are left
    to the database where none of the rows has one: each cell takes its time, and there are two
    statements, not one for each of what rows may be without."""
    if rows:
        assert len(set(map(len, rows))) == 1, "a column of one row is a column of all"
        names = tuple(rows[0])
        if seldom and set(map(itemgetter(*seldom), rows)) == {(None,) * len(seldom)}:
            names = tuple(name for name in names if name not in seldom)
        connection = session.connection()
        prepared = _insert(kind, connection.dialect, names, unless_there)
        for statement, parameters in prepared.statements(rows):
            connection.exec_driver_sql(statement, parameters)


def ids_for(session: Session, counts: Mapping[type[SQLModel], int]) -> list[list[int]]:
    """Return ids for so many new rows of each kind, ascending: nobody else is given them.

    There is one writer at a time. A server's sequence does not go back with a transaction that is
    undone; a file gives the next number, as it does by itself.
    """
    if session.get_bind().dialect.name == "postgresql":
        return [_from_sequence(session, kind, count) for kind, count in counts.items()]
    last = run(session, _last_ids(tuple(counts))).one()
    return [
        list(range((known or 0) + 1, (known or 0) + 1 + count))
        for known, count in zip(last, counts.values(), strict=True)
    ]


def plain(kind: type[R], values: Values) -> R:
    """Return a new row as an object that the session keeps no books about: it may be read and
    filled, and is stored by its `values_of`: what it was given or filled with. The rest is what
    its columns are by default, and takes no time."""
    of_kind, made = _plain_of(kind)
    row = of_kind(**values)
    for name, make in made.items():
        if name not in values:
            vars(row)[name] = make()
    return cast(R, row)


def insert_all_new(session: Session, kind: type[SQLModel], rows: Sequence[Values]) -> None:
    """Insert rows, but for those of which a unique key exists."""
    insert_all(session, kind, rows, unless_there=True)


def insert_new(session: Session, row: SQLModel) -> int | None:
    """Insert the row unless a unique key of it exists; return its id, None where it was there."""
    table = _table(type(row))
    statement = _unless_there(session, table).returning(_key(table))
    inserted = session.execute(statement, values_of(row)).scalar_one_or_none()
    return None if inserted is None else int(inserted)


def values_of(row: SQLModel) -> Values:
    """Return the columns of a new row, but for those that a plain one was not given; these are not
    to be changed."""
    if isinstance(row, SimpleNamespace):
        return vars(row)
    return {
        column.key: getattr(row, column.key)
        for column in _table(type(row)).columns
        if not (column.primary_key and getattr(row, column.key) is None)
    }


@dataclass(frozen=True, slots=True)
class _Insert:
    """An INSERT as the driver takes it, and what makes rows into its parameters. SQLAlchemy makes
    the same of each row by a few calls a column: half of the time of storing it.

    `sql` by how many rows it inserts, most first. `of_row` takes a row's values in the order of
    `given`, places among `names`; `constants` stand in the others. `is_positional`: the driver
    takes values in order, not by name.
    """

    sql: tuple[tuple[int, str], ...]
    is_positional: bool
    names: tuple[str, ...]
    of_row: Callable[[Values], tuple[Any, ...]]
    given: tuple[tuple[int, Callable[[Any], Any] | None], ...]
    constants: tuple[Any, ...]

    def statements(self, rows: Sequence[Values]) -> Iterator[tuple[str, list[Any]]]:
        """Yield what inserts rows: statements, each with what the driver is given for them."""
        columns: list[Iterable[Any]] = list(map(repeat, self.constants))
        shown = zip(*map(self.of_row, rows), strict=True)
        for (place, process), values in zip(self.given, shown, strict=True):
            columns[place] = values if process is None else _processed(process, values)
        ready = list(zip(*columns, strict=False))
        if not self.is_positional:
            yield self.sql[0][1], [dict(zip(self.names, row, strict=True)) for row in ready]
            return
        done = 0
        for size, statement in self.sql:
            starts = range(done, len(ready) - size + 1, size)
            if starts:
                parts = (ready[start : start + size] for start in starts)
                yield statement, [tuple(chain.from_iterable(part)) for part in parts]
                done += len(starts) * size


def _processed(process: Callable[[Any], Any], values: tuple[Any, ...]) -> Iterable[Any]:
    """Return what the driver is given for a column. Most rows have the same instant, one JSON is
    that of many, and what is empty is alike."""
    if len(set(map(id, values))) == 1:
        return repeat(process(values[0]), len(values))
    keys = [id(value) if value else type(value) for value in values]
    each = dict(zip(keys, values, strict=True))
    made = {key: process(value) for key, value in each.items()}
    return [made[key] for key in keys]


@lru_cache(maxsize=64)
def _insert(
    kind: type[SQLModel], dialect: Dialect, names: tuple[str, ...], unless_there: bool
) -> _Insert:
    columns = [column for column in _table(kind).columns if column.default or column.key in names]
    keys = tuple(column.key for column in columns)
    into = insert_into(_table(kind), dialect.name)
    statement = into.on_conflict_do_nothing() if unless_there else into
    one = statement.compile(dialect=dialect, column_keys=keys, for_executemany=True)
    sql = [(1, str(one))]
    if dialect.positional:
        together = {size: statement.values([dict.fromkeys(keys)] * size) for size in TOGETHER}
        sql = [(size, str(each.compile(dialect=dialect))) for size, each in together.items()]
    given, constants = [], []
    for place, column in enumerate(columns):
        process = column.type.dialect_impl(dialect).bind_processor(dialect)
        constant = column.default.arg if isinstance(column.default, ColumnDefault) else None
        constants.append(process(constant) if process else constant)
        if column.key in names:
            given.append((place, process))
    return _Insert(
        tuple(sql),
        dialect.positional,
        keys,
        _row_of([keys[place] for place, _ in given]),
        tuple(given),
        tuple(constants),
    )


def _row_of(names: Sequence[str]) -> Callable[[Values], tuple[Any, ...]]:
    if len(names) == 1:
        return lambda row: (row[names[0]],)
    return itemgetter(*names)


@cache
def _last_ids(kinds: tuple[type[SQLModel], ...]) -> Any:
    return select(*(select(func.max(_key(_table(kind)))).scalar_subquery() for kind in kinds))


def _from_sequence(session: Session, kind: type[SQLModel], count: int) -> list[int]:
    found = session.execute(_FROM_SEQUENCE, {"name": _table(kind).name, "count": count})
    return sorted(int(number) for number in found.scalars())


_FROM_SEQUENCE = text(
    "SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)"
)


@cache
def _plain_of(
    kind: type[SQLModel],
) -> tuple[type[SimpleNamespace], dict[str, Callable[[], Any]]]:
    """Return the class of plain rows, which has what they are by default, and what makes those
    columns that are made anew."""
    constants, made = _defaults(kind)
    return type(kind.__name__, (SimpleNamespace,), constants), made


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
