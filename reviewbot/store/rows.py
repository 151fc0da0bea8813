"""Rows written by statements rather than through the session: many at once, or unless there.

They go past the session's identity map: the row objects stay detached.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel


def insert_all(session: Session, rows: Sequence[SQLModel]) -> list[int]:
    """Insert new rows of one table by one statement; return their ids, in order."""
    if not rows:
        return []
    table = _table(rows[0])
    key = next(iter(table.primary_key.columns))
    statement = insert(table).returning(key, sort_by_parameter_order=True)
    result = session.execute(statement, [_values(table, row) for row in rows])
    return [int(row[0]) for row in result]


def insert_new(session: Session, row: SQLModel) -> int | None:
    """Insert the row unless a unique key of it exists; return its id, None where it was there."""
    table = _table(row)
    key = next(iter(table.primary_key.columns))
    statement = _unless_there(session, table).returning(key)
    inserted = session.execute(statement, _values(table, row)).scalar_one_or_none()
    return None if inserted is None else int(inserted)


def insert_all_new(session: Session, rows: Sequence[SQLModel]) -> None:
    """Insert those rows of one table of which no unique key exists."""
    if rows:
        table = _table(rows[0])
        session.execute(_unless_there(session, table), [_values(table, row) for row in rows])


def _unless_there(session: Session, table: Table) -> Any:
    # The one statement that both databases understand a little differently.
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    return dialect.insert(table).on_conflict_do_nothing()


def _table(row: SQLModel) -> Table:
    table: Table = type(row).__table__  # type: ignore[attr-defined]
    return table


def _values(table: Table, row: SQLModel) -> dict[str, Any]:
    """Return the row's columns; a key the database is to give is left out."""
    return {
        column.key: getattr(row, column.key)
        for column in table.columns
        if not (column.primary_key and getattr(row, column.key) is None)
    }
