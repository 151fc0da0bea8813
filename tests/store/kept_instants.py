"""In what form the instants of a file are kept."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from sqlmodel import SQLModel, UTCDateTime

from reviewbot.store.surveys.guest_tables import SurveyRow
from reviewbot.store.tables import ReviewRow

assert ReviewRow.metadata is SurveyRow.metadata


def instants() -> Iterator[tuple[str, str]]:
    """Yield (table, column) of every instant that is kept."""
    for table in SQLModel.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, UTCDateTime):
                yield table.name, column.name


def not_numbers(file: Path) -> list[str]:
    """Return the columns of instants in which anything but numbers stands: SQLite puts those
    before whatever else there is, so a single text compares wrongly in silence."""
    with closing(sqlite3.connect(file)) as rows:
        return [
            f"{table}.{column}: {kept}"
            for table, column in instants()
            for (kept,) in rows.execute(
                f'SELECT "{column}" FROM "{table}" '
                f"WHERE typeof(\"{column}\") NOT IN ('integer', 'null') LIMIT 1"
            )
        ]
