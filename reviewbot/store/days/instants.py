"""How a SQLite file keeps instants: as whole microseconds since 1970, UTC. Eight bytes where the
text takes 26; every column of them has the same, for SQLite puts each number before each text.

PostgreSQL has a type for them.
"""

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import DateTime

from reviewbot.core.calendar.open_time import instant_of, number_of

SECOND = 1_000_000
DAY = 86_400 * SECOND
"""As statements of ours for SQLite reckon with them."""
NUMBERS_SINCE = "0031"
"""The schema before had texts: what is written into a file of one is a text, too."""


class Instant(DateTime):
    """Instants as SQLite keeps them, read and written in one step: the usual four took long."""

    def result_processor(self, _dialect: Any, _coltype: Any) -> Callable[[Any], datetime | None]:
        return read_instant

    def bind_processor(self, _dialect: Any) -> Callable[[datetime | None], int | None]:
        return kept_instant


def read_instant(kept: int | str | None) -> datetime | None:
    """Return the instant that a file keeps, or a copy of an earlier version, as a text."""
    if kept is None:
        return None
    if isinstance(kept, str):
        # Some were written with their zone, and without a fraction where it is none.
        return datetime.fromisoformat(kept if kept.endswith("+00:00") else kept + "+00:00")
    return instant_of(kept)


def kept_instant(moment: datetime | None) -> int | None:
    """The other way round."""
    if moment is None:
        return None
    if moment.tzinfo is not UTC:
        if moment.utcoffset() is None:
            raise ValueError("An instant needs its time zone.")
        moment = moment.astimezone(UTC)
    return _number(moment)


# Most instants of a transaction are the one at which it happens.
_number = lru_cache(maxsize=256)(number_of)


# Whatever is bound without its type: the driver would write a text, which is more than any number.
sqlite3.register_adapter(datetime, kept_instant)
