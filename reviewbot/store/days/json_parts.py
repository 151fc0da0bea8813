"""Some parts of a JSON column as one short text: of thousands of rows that is less than each part
alone, and much less than the whole."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Text, literal_column
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction


class _Parts(GenericFunction[str]):
    name = "parts"
    inherit_cache = True
    type = Text()


@compiles(_Parts, "sqlite")
def _in_file(element: Any, compiler: Any, **kw: Any) -> str:
    column, *paths = (compiler.process(each, **kw) for each in element.clauses)
    told = ", ".join(f"'$.{path}'" for path in paths)
    # Joined with a text it is one: of bare JSON, also where it is cast, `strung` makes lists.
    return f"(json_extract({column}, {told}) || '')"


@compiles(_Parts, "postgresql")
def _on_server(element: Any, compiler: Any, **kw: Any) -> str:
    column, *paths = (compiler.process(each, **kw) for each in element.clauses)
    told = ", ".join(f"{column} #> '{{{path.replace('.', ',')}}}'" for path in paths)
    return f"CAST(json_build_array({told}) AS TEXT)"


def parts_of(column: Any, paths: Sequence[Sequence[str]]) -> Any:
    """Return the parts of a JSON column at some paths (of plain words), two at least, as the text
    of a JSON list; null for what it does not hold."""
    return _Parts(column, *(literal_column(".".join(path)) for path in paths))
