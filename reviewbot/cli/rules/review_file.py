"""Reviews in a person's file: CSV or JSON Lines, told apart by what is in it."""

import csv
import io
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reviewbot.cli.terminal import fail
from reviewbot.core.text import clean

TEXTS = ("title", "text", "pros", "cons")
MAX_FIELD = 10 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class FileRow:
    """One row of the file, as far as the classifier is concerned; `other` is the rest."""

    title: str | None
    text: str | None
    pros: str | None
    cons: str | None
    rating: int | None
    language: str | None
    other: dict[str, Any]


def read_rows(file: str) -> list[FileRow]:
    """Return the rows of a file, or of standard input for "-".

    A `stars` column is the answer of a labelled set: it is kept in `other`, never used. Ends with
    a sentence where the file cannot be read.
    """
    text = _text(file)
    stripped = text.lstrip()
    lines = _json_lines(text, file) if stripped[:1] in ("{", "[") else _csv(text, file)
    return [_row(number, line) for number, line in enumerate(lines, 1)]


def _text(file: str) -> str:
    try:
        content = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except FileNotFoundError:
        fail(f"There is no file {file}.", code=2)
    except OSError as error:
        fail(f"{file} cannot be read: {error.strerror or error}.", code=2)
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        fail(f"{file} is not UTF-8 text. Save it as UTF-8 (in a spreadsheet: CSV UTF-8).", code=2)


def _json_lines(text: str, file: str) -> Iterator[dict[str, Any]]:
    if text.lstrip().startswith("["):
        try:
            values = json.loads(text)
        except ValueError as error:
            fail(f"{file} is not JSON: {error}.", code=2)
        numbered = list(enumerate(values, 1))
    else:
        numbered = []
        # Not splitlines: U+2028 and U+0085 may stand inside a JSON string as they are.
        for number, line in enumerate(text.split("\n"), 1):
            if not line.strip():
                continue
            try:
                numbered.append((number, json.loads(line)))
            except ValueError as error:
                fail(f"{file}, line {number}: not JSON: {error}.", code=2)
    for number, value in numbered:
        if not isinstance(value, dict):
            fail(f"{file}, line {number}: a review is a JSON object.", code=2)
        if not any(name in value for name in TEXTS):
            fail(f"{file}, line {number}: there is no `text`.", code=2)
        yield value


def _csv(text: str, file: str) -> Iterator[dict[str, Any]]:
    csv.field_size_limit(MAX_FIELD)
    head = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=head.count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    names = [(name or "").strip().lower() for name in reader.fieldnames or ()]
    if "text" not in names:
        said = ", ".join(name for name in names if name) or "nothing"
        fail(f"{file} has no column `text`; it has: {said[:200]}.", code=2)
    reader.fieldnames = names
    try:
        yield from reader
    except csv.Error as error:
        fail(f"{file}, line {reader.line_num}: {error}.", code=2)


def _row(number: int, line: dict[str, Any]) -> FileRow:
    texts = {name: _said(line.get(name)) for name in TEXTS}
    known = {*TEXTS, "rating", "language"}
    return FileRow(
        **texts,
        rating=_rating(line.get("rating"), number),
        language=_said(line.get("language")),
        other={key: value for key, value in line.items() if key not in known and key},
    )


def _said(value: object) -> str | None:
    """Return a text as it would be stored: the verdict on it is the same."""
    return None if value is None else clean(str(value))


def _rating(value: object, number: int) -> int | None:
    if value is None or value == "":
        return None
    try:
        rating = round(float(str(value).replace(",", ".")))
    except (ValueError, OverflowError):
        fail(f"Row {number}: the rating {str(value)[:40]!r} is not a number from 1 to 5.", code=2)
    if rating == 0:
        return None
    if not 1 <= rating <= 5:
        fail(f"Row {number}: the rating {rating} is not from 1 to 5.", code=2)
    return rating
