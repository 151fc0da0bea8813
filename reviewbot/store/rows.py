"""One statement both databases understand a little differently: insert unless it is there."""

from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel


def insert_new(session: Session, row: SQLModel) -> int | None:
    """Insert the row unless a unique key of it exists; return its id, None where it was there.

    Goes past the session's identity map: the row object itself stays detached.
    """
    table: Table = type(row).__table__  # type: ignore[attr-defined]
    values: dict[str, Any] = {
        column.name: getattr(row, column.name)
        for column in table.columns
        if not (column.primary_key and getattr(row, column.name) is None)
    }
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table).values(values).on_conflict_do_nothing()
    key = next(iter(table.primary_key.columns))
    inserted = session.execute(statement.returning(key)).scalar_one_or_none()
    return None if inserted is None else int(inserted)
