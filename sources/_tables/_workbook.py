"""Workbooks as rows of cells: XLSX by openpyxl, XLS and ODS by calamine.

Nothing is computed: a formula is the value its program stored, or (XLSX) its own text. A cell that
is merged over several rows counts in each of them. Raises LayoutChanged alone.
"""

import csv
import io
import itertools
import re
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any, NamedTuple
from xml.etree.ElementTree import iterparse

from reviewbot.core.contract import LayoutChanged
from sources._markup import fold_heading

WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How zipped workbooks and those of the nineties begin."""


class Most(NamedTuple):
    """What is read of a workbook at most: rows, columns, bytes that it unpacks into, and tags in
    it: a cell has four, and each takes a reader a hundred bytes or more."""

    rows: int
    columns: int
    unpacked: int
    tags: int = 6_000_000


Records = list[tuple[int, list[Any]]]
Rank = Callable[[Iterable[tuple[int, list[Any]]]], int]
"""How well the first rows of a sheet look like a table's; 0: not at all."""

_QUIETLY = Lock()
_OF_TABLES = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_ODS = b"application/vnd.oasis.opendocument.spreadsheet"
# What a damaged workbook makes openpyxl and zipfile raise; found by damaging files.
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    csv.Error,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    ArithmeticError,
    AssertionError,
    OSError,
    EOFError,
    SyntaxError,
    RuntimeError,
)


class _NoSheet(LookupError):
    pass


def records_of(
    content: bytes, sheet: str, rank: Rank, most: Most
) -> tuple[Records, tuple[str, ...]]:
    """Return the rows of one sheet, numbered from 1: the one named, else the one whose first rows
    look most like a table (a cover sheet does not), else the first. And, where none is named, the
    sheets that look as much like one and are not read."""
    try:
        if content.startswith(b"PK"):
            _refuse_bombs(content, most)
        if content.startswith(b"PK") and _ODS not in content[:200]:
            return _of_xlsx(content, sheet, rank, most)
        return _of_calamine(content, sheet, rank, most)
    except _NoSheet as error:
        raise LayoutChanged(str(error.args[0])) from None
    except _BROKEN as error:
        raise LayoutChanged(f"the workbook cannot be read: {type(error).__name__}") from None


def _chosen(
    names: list[str], sheet: str, ranks: Callable[[int], tuple[int, bool]]
) -> tuple[int, tuple[str, ...]]:
    """Which sheet is read, and which are not though they could be. Raises _NoSheet where the one
    that is named is not there."""
    if sheet:
        folded = [fold_heading(name) for name in names]
        if fold_heading(sheet) not in folded:
            told = ", ".join(names)
            raise _NoSheet(f'the workbook has no sheet "{sheet}"; there are: {told[:200]}')
        return folded.index(fold_heading(sheet)), ()
    ranked = [ranks(place) for place in range(len(names))]
    best = max(range(len(ranked)), key=lambda place: (ranked[place], -place), default=0)
    alike = [
        name
        for place, name in enumerate(names)
        # One heading alone («имя», "date") makes no table of reviews; an empty one hides nothing.
        if place != best
        and ranked[place] == ranked[best]
        and ranked[place][0] > 1
        and ranked[place][1]
    ]
    return best, tuple(alike)


def _ranked(rank: Rank, records: Records) -> tuple[int, bool]:
    """How well a sheet's first rows look like a table's, and whether anything stands below."""
    filled = sum(any(cell is not None for cell in cells) for _, cells in records)
    return rank(records), filled > 1


def _of_xlsx(
    content: bytes, sheet: str, rank: Rank, most: Most
) -> tuple[Records, tuple[str, ...]]:
    # openpyxl warns of parts it does not keep; nothing is written back. What is ignored is the
    # process's, and pages are parsed in threads: one workbook at a time.
    with _QUIETLY, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        name, found, others = _sheet(content, sheet, rank, most, values=False)
        if any(_is_formula(cell) for _, cells in found for cell in cells):
            _, stored, _ = _sheet(content, name, rank, most, values=True)
            for (_, cells), (_, shown) in zip(found, stored):  # noqa: B905
                for place, value in enumerate(shown[: len(cells)]):
                    if _is_formula(cells[place]) and value is not None:
                        cells[place] = value
    if _has_merged(content):
        with _opened(content) as book:
            _spread(found, book.get_sheet_by_name(name).merged_cell_ranges)
    return found, others


def _sheet(
    content: bytes, sheet: str, rank: Rank, most: Most, *, values: bool
) -> tuple[str, Records, tuple[str, ...]]:
    from openpyxl import load_workbook

    book = load_workbook(
        io.BytesIO(content), read_only=True, data_only=values, keep_links=False, rich_text=False
    )
    try:

        def read(place: int, count: int) -> Records:
            told = book.worksheets[place].iter_rows(values_only=True, max_col=most.columns)
            kept = itertools.islice(told, count)
            return [(number, list(cells)) for number, cells in enumerate(kept, start=1)]

        names = [each.title for each in book.worksheets]
        place, others = _chosen(names, sheet, lambda number: _ranked(rank, read(number, 50)))
        return names[place], read(place, most.rows), others
    finally:
        book.close()


def _of_calamine(
    content: bytes, sheet: str, rank: Rank, most: Most
) -> tuple[Records, tuple[str, ...]]:
    def read(book: Any, place: int, count: int) -> Records:
        told = book.get_sheet_by_index(place).to_python(skip_empty_area=False, nrows=count)
        return [
            (number, [None if cell == "" else cell for cell in cells[: most.columns]])
            for number, cells in enumerate(told, start=1)
        ]

    with _opened(content) as book:
        names = book.sheet_names
        place, others = _chosen(names, sheet, lambda number: _ranked(rank, read(book, number, 50)))
        found = read(book, place, most.rows)
        read_one = book.get_sheet_by_index(place)
        _spread(found, read_one.merged_cell_ranges or _spanned(content, read_one.name))
    return found, others


def _spanned(content: bytes, sheet: str) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Yield what an ODS merges over several rows, which calamine does not tell."""
    if not content.startswith(b"PK"):
        return
    here, row, column = False, 0, 0
    with zipfile.ZipFile(io.BytesIO(content)) as packed, packed.open("content.xml") as told:
        # Entities are refused before (`_refuse_bombs`).
        for event, element in iterparse(told, ("start", "end")):  # noqa: S314
            name = element.tag.rpartition("}")[2]
            if name == "table":
                here, row = event == "start" and element.get(f"{_OF_TABLES}name") == sheet, 0
            elif here and name == "table-row" and event == "start":
                column = 0
            elif here and name == "table-row":
                row += int(element.get(f"{_OF_TABLES}number-rows-repeated", 1))
                element.clear()
            elif here and name in ("table-cell", "covered-table-cell") and event == "start":
                span = int(element.get(f"{_OF_TABLES}number-rows-spanned", 1))
                if span > 1:
                    yield (row, column), (row + span - 1, column)
                column += int(element.get(f"{_OF_TABLES}number-columns-repeated", 1))


@contextmanager
def _opened(content: bytes) -> Iterator[Any]:
    """The workbook as calamine reads it. Raises ValueError where it cannot, also later on."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        yield CalamineWorkbook.from_filelike(io.BytesIO(content))
    except CalamineError as error:
        raise ValueError(str(error)) from None


def _spread(found: Records, ranges: Any) -> None:
    """Give each row the cell that is merged over it; a heading over columns stays one cell."""
    for (first, column), (last, _) in ranges or ():
        if first >= len(found) or column >= len(found[first][1]):
            continue
        value = found[first][1][column]
        for _, cells in found[first + 1 : last + 1]:
            if column < len(cells) and cells[column] is None:
                cells[column] = value


def _is_formula(cell: Any) -> bool:
    return isinstance(cell, str) and cell.startswith("=")


def _has_merged(content: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        sheets = [name for name in packed.namelist() if name.startswith("xl/worksheets/sheet")]
        return any(b"<mergeCell " in packed.read(name) for name in sheets)


_STRETCH = re.compile(rb"[^<]{1048576}")
"""Between two tags: a cell holds 32,767 letters, and a million attributes take minutes."""


def _refuse_bombs(content: bytes, most: Most) -> None:
    """Raise LayoutChanged for what unpacks into more than a table, or declares XML entities."""
    tags = 0
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        parts = packed.infolist()
        if sum(part.file_size for part in parts) > most.unpacked or len(parts) > 5_000:
            raise LayoutChanged("the workbook unpacks into too much")
        for part in parts:
            if part.filename.endswith((".xml", ".rels")):
                # In full, which also finds a part that is longer than it says.
                unpacked = packed.read(part)
                if b"<!DOCTYPE" in unpacked[:4096]:
                    raise LayoutChanged("the workbook declares XML entities")
                tags += unpacked.count(b"<")
                if tags > most.tags or _STRETCH.search(unpacked):
                    raise LayoutChanged(
                        "the workbook holds more cells than are read: export a shorter period"
                    )
