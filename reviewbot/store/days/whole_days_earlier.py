"""An instant some whole days earlier, reckoned by the database."""

from datetime import datetime
from typing import Any

from sqlalchemy import literal_column
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction
from sqlmodel import UTCDateTime

from reviewbot.store.days.instants import DAY


class _Earlier(GenericFunction[datetime]):
    name = "earlier"
    inherit_cache = True
    type = UTCDateTime()


@compiles(_Earlier, "sqlite")
def _in_file(element: Any, compiler: Any, **kw: Any) -> str:
    at, days = (compiler.process(each, **kw) for each in element.clauses)
    return f"({at} - {days} * {DAY})"


@compiles(_Earlier, "postgresql")
def _on_server(element: Any, compiler: Any, **kw: Any) -> str:
    at, days = (compiler.process(each, **kw) for each in element.clauses)
    return f"({at} - interval '24 hours' * {days})"


def earlier(column: Any, days: int) -> Any:
    """Return the instant of a column less so many days of 24 hours."""
    return _Earlier(column, literal_column(str(days)))
