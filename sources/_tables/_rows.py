"""Files as `table` and `feed` find them: CSV, JSON lines, workbooks become headings and cells.

Nothing is computed here: a formula is the value its program stored, or else its own text. Raises
LayoutChanged alone (`file_address`: Denied); what is too large is cut and said.
"""

import csv
import itertools
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any
from urllib.parse import quote

from reviewbot.core.contract import Denied, LayoutChanged, Payload, Unreadable
from sources._challenges import raise_for_challenge
from sources._charsets import text_of
from sources._markup import fold_heading, sample
from sources._schema._loose_json import loose_values
from sources._tables._pages_of_cells import records_of_markup
from sources._tables._workbook import WORKBOOKS, Most, records_of

# A field of more than 131,072 letters must not hide the rest of the table: items cut their texts.
csv.field_size_limit(2**27)

MAX_ROWS = 20_000
"""Rows of one file that are read: more would hold up everything else for seconds."""
MAX_COLUMNS = 200
MAX_UNPACKED = 128 * 1024 * 1024
MAX_RECORDS = 5 * MAX_ROWS
"""With those that are empty."""
MOST_LINES = 200
"""Lines of one quoted cell: behind a quote that is open for longer, the rows were swallowed."""
HEADING_ROWS = 20
"""Exports put titles and periods above their headings; further down they are not looked for."""

MOST_BROKEN = 200
"""Objects of a broken list that are told; behind so many the file is no list of them."""

_NEXT_OBJECT = re.compile(r"\}\s*,?\s*\{")
_DELIMITERS = (";", ",", "\t", "|")
_SEP_LINE = re.compile(r"\ufeff?sep=(.)\r?\n", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Rows:
    """A file's rows: (number, as people count them; cells by folded heading). `broken` are rows
    that could not even be split."""

    headings: tuple[str, ...]
    rows: tuple[tuple[int, dict[str, Any]], ...]
    broken: tuple[Unreadable, ...] = ()


Fits = Callable[[Iterable[str]], int]
"""Says how many wanted columns a set of folded headings has."""


def file_address(ref: str) -> str:
    """The address to ask for: a page's own, or "file:" and the path. Raises Denied for neither."""
    if ref.lower().startswith(("http://", "https://")):
        return ref
    path = ref.removeprefix("file://")
    windows = PureWindowsPath(path)
    if windows.drive:
        return windows.as_uri()
    if not PurePosixPath(path).is_absolute():
        raise Denied(f'"{ref}" is neither an address nor a whole path: write "/folder/file.csv"')
    return f"file://{quote(path)}"


def read_rows(
    payload: Payload, fits: Fits, *, delimiter: str = "", encoding: str = "", sheet: str = ""
) -> Rows:
    """Read a file by what it holds, whatever it is called. `fits` finds the row of headings.

    Raises LayoutChanged where it is no table, or no row of it fits.
    """
    content = payload.content
    if content.startswith(WORKBOOKS):
        # One row more than is read tells that there are more.
        most = Most(MAX_ROWS + HEADING_ROWS + 1, MAX_COLUMNS, MAX_UNPACKED)
        records, others = records_of(content, sheet, partial(_rank, fits), most)
        told = _tabled(records, fits)
        beside = [
            Unreadable(f"the sheet {name} is not read: name it in `sheet`, or join the two")
            for name in others
        ]
        return replace(told, broken=(*told.broken, *beside))
    if encoding:
        payload = replace(payload, encoding=encoding)
    text = payload.text if encoding else text_of(content, payload.encoding)
    start = text.lstrip("\ufeff \t\r\n")[:200]
    if not start:
        raise LayoutChanged("the file is empty")
    if start.startswith("<"):
        if cells := records_of_markup(text, partial(_rank, fits), MAX_COLUMNS):
            return _tabled(cells, fits)
        raise_for_challenge(payload)
        raise LayoutChanged("a web page or XML in place of a table", status=payload.status)
    if start.startswith(("{", "[{", "[ {", "[\n", "[\r", "[]")):
        return _json_rows(text.lstrip("\ufeff"), fits)
    return _comma_separated(text, fits, delimiter)


def _comma_separated(text: str, fits: Fits, delimiter: str) -> Rows:
    if told := _SEP_LINE.match(text):  # Excel's own hint
        delimiter, text = delimiter or told[1], text[told.end() :]
    best: tuple[tuple[int, int], str] | None = None
    for mark in (delimiter,) if delimiter else _DELIMITERS:
        head = list(itertools.islice(_records(text, mark), HEADING_ROWS))
        for _, cells in head:
            rank = (fits(fold_heading(cell) for cell in cells), len(cells))
            if best is None or rank > best[0]:
                best = (rank, mark)
    return _tabled(_records(text, best[1] if best else ","), fits)


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[Any]]]:
    """The rows as (number of the record, cells). A quote that a text merely begins with, or that
    is never closed, is a letter of that text: it must not swallow the rows below it."""
    lines = text.splitlines(keepends=True) if "\x0b" not in text else text.split("\n")
    shapes: Counter[tuple[int, str]] = Counter()
    place, number = 0, 0
    while place < len(lines):
        number += 1
        try:
            cells, taken = _record(lines, place, delimiter, shapes)
        except csv.Error as error:
            raise LayoutChanged(f"row {number}: {error}") from None
        shapes[len(cells), _shape(cells)] += 1
        place += taken
        yield number, cells[:MAX_COLUMNS]


def _record(
    lines: list[str], place: int, delimiter: str, shapes: Mapping[tuple[int, str], int]
) -> tuple[list[Any], int]:
    """The cells of the record that begins on a line, and how many lines it has."""
    line = lines[place]
    if '"' not in line:
        return next(csv.reader([line], delimiter=delimiter), []), 1
    quotes = line.count('"')
    last = place
    while quotes % 2 and last + 1 < len(lines) and last - place < MOST_LINES:
        last += 1
        quotes += lines[last].count('"')
    if quotes % 2 == 0:
        try:
            cells = next(csv.reader(lines[place : last + 1], delimiter=delimiter, strict=True), [])
        except csv.Error:
            pass
        else:
            swallowed = (_plain_cells(each, delimiter) for each in lines[place + 1 : last + 1])
            if not any(shapes.get((len(each), _shape(each))) for each in swallowed if each[1:]):
                return cells, last - place + 1
    return _plain_cells(line, delimiter), 1


def _plain_cells(line: str, delimiter: str) -> list[Any]:
    """The cells of a line in which a quote is a letter, but for cells that are whole in quotes."""
    cells = next(csv.reader([line], delimiter=delimiter, quoting=csv.QUOTE_NONE), [])
    whole = re.compile(r'"((?:[^"]|"")*)"')
    return [
        found[1].replace('""', '"') if (found := whole.fullmatch(cell)) else cell for cell in cells
    ]


def _shape(cells: list[Any]) -> str:
    """How a row begins, with any digit for any other: rows of one table begin alike."""
    first = str(cells[0]).strip() if cells else ""
    return re.sub(r"\d", "0", first) if re.search(r"\d", first) else ""


def _json_rows(text: str, fits: Fits) -> Rows:
    """Lines of JSON objects, or one list of them; values inside objects as "outer.inner"."""
    entries = _json_entries(text, fits)
    rows: list[tuple[int, dict[str, Any]]] = []
    broken: list[Unreadable] = []
    headings: dict[str, None] = {}
    for count, (number, entry) in enumerate(entries):
        if count == MAX_ROWS:
            broken.append(_cut())
            break
        if not isinstance(entry, dict):
            broken.append(Unreadable(f"row {number}: not a JSON object", sample(entry)))
            continue
        cells = _flat(entry)
        headings.update(dict.fromkeys(cells))
        rows.append((number, cells))
    if broken and not rows:
        raise LayoutChanged(f"none of {len(broken)} lines can be read; the first: {broken[0].why}")
    return Rows(tuple(headings), tuple(rows), tuple(broken))


def _json_entries(text: str, fits: Fits) -> Iterable[tuple[int, Any]]:
    """What may be rows: of one list, of the lists in a cabinet's answer, or line by line. Of a
    file that is cut off or broken what is whole, and what is not, as text."""
    lines = [(n, line) for n, line in enumerate(text.splitlines(), start=1) if line.strip()]
    is_list = text.lstrip().startswith("[")
    if not is_list and len(lines) > 1 and not isinstance(_object(lines[0][1]), str):
        return ((number, _object(line)) for number, line in lines)
    values = loose_values(text)  # perhaps with a comma too many
    if values is None:
        entries = list(_whole_ones(text))
        if not any(isinstance(entry, dict) for entry in entries):
            raise LayoutChanged("the file is not JSON: nothing in it can be read")
        return enumerate(entries, start=1)
    if len(values) == 1 and isinstance(values[0], list):
        values = values[0]
    if any(isinstance(value, dict) and fits(_flat(value)) for value in values):
        return enumerate(values, start=1)
    return enumerate(_inner_lists(values, fits) or values, start=1)


def _inner_lists(values: list[Any], fits: Fits) -> list[Any]:
    """The entries of the lists of objects inside values: of those that look most like reviews
    ("answered" and "unanswered", a list for each page); of none, the longest."""
    waiting = list(values)
    found: list[tuple[int, list[Any]]] = []
    while waiting:
        value = waiting.pop(0)
        if isinstance(value, dict):
            waiting += [each for each in value.values() if isinstance(each, dict | list)]
        elif isinstance(value, list):
            objects = [each for each in value if isinstance(each, dict)]
            if rank := max((fits(_flat(each)) for each in objects[:HEADING_ROWS]), default=0):
                found.append((rank, value))
            else:
                waiting += objects
    most = max((rank for rank, _ in found), default=0)
    return [entry for rank, value in found if rank * 3 > most * 2 for entry in value]


def _whole_ones(text: str) -> Iterator[Any]:
    """The objects of a list that is broken somewhere: those that are whole, and of the others the
    text that they begin with."""
    decoder, place = json.JSONDecoder(strict=False), text.find("{")
    broken = 0
    while place >= 0 and broken <= MOST_BROKEN:
        try:
            value, end = decoder.raw_decode(text, place)
        except (ValueError, RecursionError):
            broken += 1
            yield text[place : place + 300]
            found = _NEXT_OBJECT.search(text, place + 1)
            place = found.end() - 1 if found else -1
        else:
            yield value
            place = text.find("{", end)


def _object(line: str) -> Any:
    try:
        return json.loads(line, strict=False)
    except (ValueError, RecursionError):
        return line


def _flat(entry: dict[str, Any]) -> dict[str, Any]:
    """Values by folded heading, those of objects inside by "outer.inner"."""
    cells: dict[str, Any] = {}
    waiting: list[tuple[str, dict[str, Any]]] = [("", entry)]
    while waiting and len(cells) < MAX_COLUMNS:
        prefix, holder = waiting.pop()
        for key, value in holder.items():
            if isinstance(value, dict):
                waiting.append((f"{prefix}{key}.", value))
            else:
                cells.setdefault(fold_heading(f"{prefix}{key}"), value)
    return cells


def _tabled(records: Iterable[tuple[int, list[Any]]], fits: Fits) -> Rows:
    """Find the row of headings and give the rows below it their names."""
    waiting = iter(records)
    head = list(itertools.islice(waiting, HEADING_ROWS))
    ranked = [fits(_names(cells)) for _, cells in head]
    if not head or max(ranked) == 0:
        told = "; ".join(", ".join(_names(cells)[:10]) for _, cells in head[:2])
        raise LayoutChanged(
            "no row of headings is known: name the columns in `columns`; the file begins with: "
            f"{told[:200]}"
        )
    place, headings = _headings([cells for _, cells in head], ranked, fits)
    rows: list[tuple[int, dict[str, Any]]] = []
    broken: list[Unreadable] = []
    for number, cells in itertools.chain(head[place + 1 :], waiting):
        if len(rows) == MAX_ROWS or number > MAX_RECORDS:
            broken.append(_cut())
            break
        named = {
            name: cell
            for name, cell in zip(headings, cells, strict=False)
            if name and not (cell is None or (isinstance(cell, str) and not cell.strip()))
        }
        if named:
            rows.append((number, named))
    return Rows(tuple(headings), tuple(rows), tuple(broken))


def _headings(head: list[list[Any]], ranked: list[int], fits: Fits) -> tuple[int, list[str]]:
    """The last row of the headings and what they are: of two rows of them ("Review" over "mark"
    and "text") the lower one names a column where it says anything."""
    place = ranked.index(max(ranked))
    own = _names(head[place])
    for near in (place - 1, place + 1):
        other = _names(head[near]) if 0 <= near < len(head) else []
        said = {name for name in other if name}
        upper, lower = (other, own) if near < place else (own, other)
        both = [down or up for up, down in itertools.zip_longest(upper, lower, fillvalue="")]
        if said and fits(said) == len(said) and fits(both) > ranked[place]:
            return max(place, near), both
    return place, own


def _rank(fits: Fits, records: Iterable[tuple[int, list[Any]]]) -> int:
    """How well the first rows of a sheet look like headings."""
    head = itertools.islice(records, HEADING_ROWS)
    return max((fits(_names(cells)) for _, cells in head), default=0)


def _names(cells: Iterable[Any]) -> list[str]:
    return ["" if cell is None else fold_heading(cell) for cell in cells]


def _cut() -> Unreadable:
    return Unreadable(f"more than {MAX_ROWS} rows: the rest is not read; export a shorter period")
