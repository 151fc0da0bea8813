"""Rows written by statements rather than through the session: many at once, or unless there.

They go past the session's identity map: the row objects stay detached.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel

Values = dict[str, Any]
"""A row's columns by name, all that may not be null among them; `id` is the database's to give."""


def insert_all(session: Session, kind: type[SQLModel], rows: Sequence[Values]) -> None:
    """Insert rows with the same columns by one statement."""
    if rows:
        session.execute(insert(_table(kind)), list(rows))


def insert_numbered(session: Session, kind: type[SQLModel], rows: Sequence[Values]) -> list[int]:
    """The same; return the new ids, in order."""
    if not rows:
        return []
    table = _table(kind)
    statement = insert(table).returning(_key(table), sort_by_parameter_order=True)
    return [int(row[0]) for row in session.execute(statement, list(rows))]


def insert_all_new(session: Session, kind: type[SQLModel], rows: Sequence[Values]) -> None:
    """The same, but for rows of which a unique key exists."""
    if rows:
        session.execute(_unless_there(session, _table(kind)), list(rows))


def insert_new(session: Session, row: SQLModel) -> int | None:
    """Insert the row unless a unique key of it exists; return its id, None where it was there."""
    table = _table(type(row))
    statement = _unless_there(session, table).returning(_key(table))
    inserted = session.execute(statement, values_of(row)).scalar_one_or_none()
    return None if inserted is None else int(inserted)


def values_of(row: SQLModel) -> Values:
    """Return the columns of a new row."""
    return {
        column.key: getattr(row, column.key)
        for column in _table(type(row)).columns
        if not (column.primary_key and getattr(row, column.key) is None)
    }


def _unless_there(session: Session, table: Table) -> Any:
    # The one statement that both databases understand a little differently.
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    return dialect.insert(table).on_conflict_do_nothing()


def _table(kind: type[SQLModel]) -> Table:
    table: Table = kind.__table__  # type: ignore[attr-defined]
    return table


def _key(table: Table) -> Any:
    return next(iter(table.primary_key.columns))
