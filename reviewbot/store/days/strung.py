"""Thousands of rows at once: the database strings each column together, a JSON list, which is read
as a whole. Row by row they take more than twice as long."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Integer, Select, Text, bindparam
from sqlalchemy import select as columns
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction
from sqlmodel import Session

from reviewbot.store.database import run

AT_ONCE = 4_000
"""Rows in memory at a time, about."""
_NEVER = datetime.max.replace(tzinfo=UTC)


class _Strung(GenericFunction[str]):
    """All values of a column as a JSON list."""

    name = "strung"
    inherit_cache = True
    type = Text()


@compiles(_Strung, "sqlite")
def _in_file(element: Any, compiler: Any, **kw: Any) -> str:
    return f"json_group_array({compiler.process(element.clauses, **kw)})"


@compiles(_Strung, "postgresql")
def _on_server(element: Any, compiler: Any, **kw: Any) -> str:
    return f"CAST(json_agg({compiler.process(element.clauses, **kw)}) AS TEXT)"


class _Microseconds(GenericFunction[int]):
    name = "microseconds"
    inherit_cache = True
    type = Integer()


@compiles(_Microseconds, "sqlite")
def _as_kept(element: Any, compiler: Any, **kw: Any) -> str:
    return str(compiler.process(element.clauses, **kw))


@compiles(_Microseconds, "postgresql")
def _of_instant(element: Any, compiler: Any, **kw: Any) -> str:
    at = compiler.process(element.clauses, **kw)
    return f"CAST(extract(epoch FROM {at}) * 1000000 AS BIGINT)"


def microseconds(column: Any) -> Any:
    """Return an instant as whole microseconds since 1970, which `columns_of` can tell."""
    return _Microseconds(column)


def columns_of(session: Session, query: Select[*tuple[Any, ...]]) -> list[list[Any]]:
    """Return what a query finds, column by column, all of it in memory: whole numbers, texts, None
    (of fractions SQLite tells 15 digits). The lists hold the same rows in the same order, which
    is no particular one."""
    return _read(session, _strung(query))


def columns_in_parts(
    session: Session, query: Select[*tuple[Any, ...]], at: Any, since: datetime
) -> Iterator[list[list[Any]]]:
    """Yield the same of the rows from an instant of theirs on, AT_ONCE in memory at a time, about:
    `at` has an index, which tells where a part of them ends."""
    starts, ends = bindparam("starts", type_=at.type), bindparam("ends", type_=at.type)
    part = _strung(query.where(at >= starts, at < ends))
    next_part = columns(at).where(at >= starts).order_by(at).offset(AT_ONCE).limit(1)
    start: datetime | None = since
    while start is not None:
        end = run(session, next_part, {"starts": start}).scalar()
        if end is not None and end <= start:
            end = start + timedelta(microseconds=1)
        yield _read(session, part, {"starts": start, "ends": end or _NEVER})
        start = end


def _strung(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    strung = (_Strung(each) for each in query.selected_columns)
    return query.with_only_columns(*strung, maintain_column_froms=True)


def _read(session: Session, strung: Select[*tuple[Any, ...]], values: Any = None) -> list[Any]:
    return [json.loads(each or "[]") for each in run(session, strung, values).one()]
