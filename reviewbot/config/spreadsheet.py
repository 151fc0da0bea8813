"""Reads locations_file: many locations as the rows of a table, .xlsx or .csv.

Columns by their heading: key, name, contact, groups, formerly, zone, and links: any number of
columns whose heading starts with "link" or is a source's name. Russian headings are known too.
Several groups, former keys or links in one cell stand apart by blanks, commas or line ends.
"""

import csv
import re
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from reviewbot.config.durations import Mistake
from reviewbot.config.problems import Problems, unknown
from reviewbot.config.schema import LinkTable, LocationTable
from reviewbot.words.operator_text import say

COLUMNS = {
    "key": ("key", "ключ", "код"),
    "name": ("name", "название", "имя", "точка"),
    "contact": ("contact", "контакт", "телефон"),
    "groups": ("groups", "group", "группы", "группа"),
    "formerly": ("formerly", "прежний ключ", "прежний код"),
    "time_zone": ("zone", "time_zone", "time zone", "часовой пояс", "пояс"),
}
_LINKS = ("link", "url", "ссылк")
_LINKED = ("links", "url", "ссылки")
_GROUP_BREAK = re.compile(r"[,;\n]+")
_LINK_BREAK = re.compile(r"[\s,;]+(?=https?://|[a-z][a-z0-9_]*:)|\s+")


def read(
    path: str, file: Path, sources: Iterable[str], problems: Problems
) -> dict[str, LocationTable]:
    """Return the rows as location tables; notes rows and columns that cannot be used."""
    rows = problems.read(path, _rows, file)
    if rows is None:
        return {}
    (_, header), *body = rows or [(1, [])]
    meanings = _meanings(path, file, header, tuple(sources), problems)
    if "key" not in meanings:
        problems.add(path, say("{file} has no column `key`.", file=file.name), _known_columns())
        return {}
    found: dict[str, LocationTable] = {}
    for number, cells in body:
        row = _row(meanings, cells)
        if row is None:
            continue
        key, table = row
        if not key:
            problems.add(
                path, say("{file}, row {number} has no key.", file=file.name, number=number)
            )
        elif key in found:
            problems.add(
                path,
                say(
                    '{file}, row {number}: the key "{key}" is there already.',
                    file=file.name,
                    number=number,
                    key=key,
                ),
            )
        else:
            found[key] = table
    return found


def _rows(file: Path) -> list[tuple[int, list[str]]]:
    """Return the rows that hold something, numbered as a spreadsheet shows them."""
    try:
        if file.suffix.lower() == ".xlsx":
            rows = list(_xlsx(file))
        elif file.suffix.lower() in (".csv", ".tsv"):
            rows = list(_csv(file))
        else:
            raise Mistake(say("{file} is neither .xlsx nor .csv.", file=file.name))
    except (OSError, ValueError) as error:
        if isinstance(error, Mistake):
            raise
        raise Mistake(
            say("{file} cannot be read: {error}.", file=file.name, error=error)
        ) from None
    return [(number, cells) for number, cells in enumerate(rows, start=1) if any(cells)]


def _csv(file: Path) -> Iterator[list[str]]:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        text = file.read_text(encoding="cp1251", errors="replace")  # what Excel saves in Russia
    first = text.partition("\n")[0]
    mark = max(";\t,", key=first.count)
    for row in csv.reader(text.splitlines(keepends=True), delimiter=mark):
        yield [cell.strip() for cell in row]


def _xlsx(file: Path) -> Iterator[list[str]]:
    # Only now: most files of places are CSV, or there is none.
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = openpyxl.load_workbook(file, read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError):
        raise Mistake(
            say("{file} is no Excel workbook.", file=file.name), say("Save it as .xlsx or .csv.")
        ) from None
    try:
        sheet = book.worksheets[0]
        for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
            yield [_cell(value, number) for value in row]
    finally:
        book.close()


def _cell(value: Any, row: int) -> str:
    """Return a cell's text. Excel keeps 15 digits of a number and turns the rest to zeros: what
    is left of 2GIS's 17 digits is another place's number. Raises Mistake."""
    if isinstance(value, int | float) and abs(value) >= 10**15:
        raise Mistake(
            say(
                "Row {row} holds a number of more than 15 digits, which Excel has rounded.",
                row=row,
            ),
            say("Make the column text and enter it anew, or paste the link."),
        )
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).strip()


def _meanings(
    path: str, file: Path, header: list[str], sources: tuple[str, ...], problems: Problems
) -> dict[str, list[int]]:
    """Return which columns mean what: a field of COLUMNS, "links", or "links:source"."""
    meanings: dict[str, list[int]] = {}
    for index, title in enumerate(header):
        name = title.casefold()
        field = next((key for key, titles in COLUMNS.items() if name in titles), None)
        if name.startswith(_LINKS):
            field = "links"
        elif name in sources:
            field = f"links:{name}"
        if field is not None:
            meanings.setdefault(field, []).append(index)
        elif name:
            titles = [each for known in COLUMNS.values() for each in known]
            sentence, _ = unknown("column", title, [*titles, *_LINKED, *sources])
            problems.warn(
                path,
                say("{file}: {sentence}", file=file.name, sentence=sentence),
                _known_columns(),
            )
    return meanings


def _row(meanings: dict[str, list[int]], cells: list[str]) -> tuple[str, LocationTable] | None:
    def text(field: str) -> str:
        found = [cells[at] for at in meanings.get(field, ()) if at < len(cells)]
        return next((cell for cell in found if cell), "")

    links: list[LinkTable] = []
    for field, columns in meanings.items():
        kind, _, source = field.partition(":")
        if kind != "links":
            continue
        for at in columns:
            for link in _LINK_BREAK.split(cells[at] if at < len(cells) else ""):
                if link:
                    plain = source and "://" not in link and not link.startswith(f"{source}:")
                    links.append(LinkTable(url=f"{source}:{link}" if plain else link))
    table = LocationTable(
        name=text("name") or None,
        contact=text("contact"),
        groups=[each.strip() for each in _GROUP_BREAK.split(text("groups")) if each.strip()],
        time_zone=text("time_zone") or None,
        formerly=[each.strip() for each in _GROUP_BREAK.split(text("formerly")) if each.strip()],
        links=links,
    )
    key = text("key")
    return (key, table) if key or links or table.name else None


def _known_columns() -> str:
    return say(
        "Columns: {names}, or a source's name for its links.", names=", ".join((*COLUMNS, "links"))
    )
