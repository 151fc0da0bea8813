"""Instants cut to their hour in the database, so that many are counted as one.

A zone that lies whole hours from UTC needs no more to tell the day and the hour of the clock; of
others the minute is kept.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Text, literal_column
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction

_HOUR, _MINUTE = 13, 16
"""Characters of an instant up to its hour, and to its minute."""


class _Beginning(GenericFunction[str]):
    """The first characters of an instant of UTC, as a file keeps it."""

    name = "beginning"
    inherit_cache = True
    type = Text()


@compiles(_Beginning, "sqlite")
def _in_file(element: Any, compiler: Any, **kw: Any) -> str:
    at, length = (compiler.process(each, **kw) for each in element.clauses)
    return f"substr({at}, 1, {length})"


@compiles(_Beginning, "postgresql")
def _on_server(element: Any, compiler: Any, **kw: Any) -> str:
    at, length = (compiler.process(each, **kw) for each in element.clauses)
    return f"left(to_char({at} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI'), {length})"


@dataclass(frozen=True, slots=True)
class Cut:
    """How far instants are cut."""

    length: int

    def of(self, column: Any) -> Any:
        """Return an instant's beginning, a text."""
        return _Beginning(column, literal_column(str(self.length)))

    def read(self, told: str) -> datetime:
        """Return the instant that such a beginning tells."""
        return datetime.fromisoformat(
            f"{told}:00+00:00" if self.length == _HOUR else f"{told}+00:00"
        )


def cut_for(zone: str, since: datetime, until: datetime) -> Cut:
    """Return how far instants may be cut that lie between two, or a year about them."""
    is_whole = _is_whole(zone, since.year - 1, until.year + 1)
    return Cut(_HOUR if is_whole else _MINUTE)


@lru_cache(256)
def _is_whole(zone: str, first: int, last: int) -> bool:
    here = ZoneInfo(zone)
    offsets = (
        datetime(year, month, 1, tzinfo=UTC).astimezone(here).utcoffset()
        for year in range(first, last + 1)
        for month in range(1, 13)
    )
    return all(offset is not None and offset.total_seconds() % 3600 == 0 for offset in offsets)
