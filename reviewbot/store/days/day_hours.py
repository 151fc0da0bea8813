"""Instants cut to their hour in the database, so that many are counted as one.

A zone that lies whole hours from UTC needs no more to tell the day and the hour of the clock; of
others the minute is kept.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Integer, literal_column
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction

from reviewbot.store.days.instants import SECOND

_FIRST = datetime.min.replace(tzinfo=UTC)
"""Hours are counted from here: none is negative, which the two databases would round apart."""
_BEFORE_1970 = (datetime(1970, 1, 1, tzinfo=UTC) - _FIRST) // timedelta(seconds=1)


class _Whole(GenericFunction[int]):
    """How many whole spans of so many seconds lie between `_FIRST` and an instant."""

    name = "whole"
    inherit_cache = True
    type = Integer()


@compiles(_Whole, "sqlite")
def _in_file(element: Any, compiler: Any, **kw: Any) -> str:
    at, seconds = (compiler.process(each, **kw) for each in element.clauses)
    return f"(({at} + {_BEFORE_1970 * SECOND}) / ({seconds} * {SECOND}))"


@compiles(_Whole, "postgresql")
def _on_server(element: Any, compiler: Any, **kw: Any) -> str:
    at, seconds = (compiler.process(each, **kw) for each in element.clauses)
    since = f"extract(epoch FROM {at}) + {_BEFORE_1970}"
    return f"CAST(floor(({since}) / {seconds}) AS INTEGER)"


@dataclass(frozen=True, slots=True)
class Cut:
    """To how many seconds instants are cut."""

    seconds: int

    def of(self, column: Any) -> Any:
        """Return an instant cut, a whole number."""
        return _Whole(column, literal_column(str(self.seconds)))

    def read(self, told: int) -> datetime:
        """Return the instant that such a number tells."""
        return _FIRST + told * timedelta(seconds=self.seconds)


def cut_for(zone: str, since: datetime, until: datetime) -> Cut:
    """Return how far instants may be cut that lie between two, or a year about them."""
    is_whole = _is_whole(zone, since.year - 1, until.year + 1)
    return Cut(3600 if is_whole else 60)


@lru_cache(256)
def _is_whole(zone: str, first: int, last: int) -> bool:
    here = ZoneInfo(zone)
    offsets = (
        datetime(year, month, 1, tzinfo=UTC).astimezone(here).utcoffset()
        for year in range(first, last + 1)
        for month in range(1, 13)
    )
    return all(offset is not None and offset.total_seconds() % 3600 == 0 for offset in offsets)
