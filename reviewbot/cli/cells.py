"""Values as CSV cells, JSON lines and terminal tables write them."""

import csv
import json as json_module
import sys
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, TextIO

from rich.console import Console
from rich.padding import Padding
from rich.table import Table

from reviewbot.cli.terminal import Terminal, out

WIDE = 200
"""How many columns a table gets that no terminal limits."""


def write_csv(file: TextIO, columns: Iterable[str], rows: Iterable[Mapping[str, Any]]) -> None:
    """Write rows as CSV in which no spreadsheet finds a formula."""
    names = list(columns)
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(names)
    for row in rows:
        writer.writerow([cell(row.get(name)) for name in names])


def cell(value: Any) -> str | int | float:
    """Return a value as a CSV cell. Text that a spreadsheet would calculate gets an apostrophe
    (OWASP, CSV injection); numbers stay numbers."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, list):
        plain = all(isinstance(each, str) for each in value)
        value = "; ".join(value) if plain else as_json(value)
    text = as_json(value) if isinstance(value, dict) else str(value)
    risky = text.lstrip(" \u00a0")[:1] in (
        "=",
        "+",
        "-",
        "@",
        "\t",
        "\r",
        "\n",
        "＝",
        "＋",
        "－",
        "＠",
    )
    return f"'{text}" if risky or text[:1] in ("\t", "\r", "\n") else text


def table_console(file: TextIO) -> Console:
    """Return where a table goes: the terminal with its own width, anything else with WIDE."""
    if file is sys.stdout and out.is_terminal:
        return out
    return Terminal(file=file, width=WIDE, highlight=False)


def print_table(table: Table, file: TextIO) -> None:
    """Print a table; on a terminal too narrow for its columns each row by itself, as the names of
    its columns with their values: a column cut to two letters tells nothing."""
    console = table_console(file)
    boundless = console.options.update(width=sys.maxsize)
    if console.measure(table, options=boundless).minimum <= console.width:
        console.print(table)
        return
    if table.title:
        console.print(table.title, style="italic")
    names = [str(column.header) for column in table.columns]
    for first, *rest in zip(*(column.cells for column in table.columns), strict=True):
        console.print(f"{names[0]} {first}".strip(), style="bold")
        told = (f"{name} {cell}" for name, cell in zip(names[1:], rest, strict=True) if cell)
        console.print(Padding(" · ".join(told), (0, 0, 0, 2)), soft_wrap=False)
    if table.caption:
        console.print(table.caption, style="italic")


def as_json(value: Any) -> str:
    def plain(each: Any) -> Any:
        return each.isoformat() if isinstance(each, datetime) else str(each)

    return json_module.dumps(value, ensure_ascii=False, default=plain)
