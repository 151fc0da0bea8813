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
from reviewbot.words.language import Language
from reviewbot.words.operator_language import in_words

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


def read_rows(file: str, t: Language) -> list[FileRow]:
    """Return the rows of a file, or of standard input for "-".

    A `stars` column is the answer of a labelled set: it is kept in `other`, never used. Ends with
    a sentence where the file cannot be read.
    """
    text = _text(file, t)
    stripped = text.lstrip()
    lines = _json_lines(text, file, t) if stripped[:1] in ("{", "[") else _csv(text, file, t)
    return [_row(number, line, t) for number, line in enumerate(lines, 1)]


def _text(file: str, t: Language) -> str:
    try:
        content = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except FileNotFoundError:
        fail(t("There is no file {file}.", file=file), code=2)
    except OSError as error:
        reason = in_words(error.strerror or error, t.language)
        fail(t("{file} cannot be read: {reason}.", file=file, reason=reason), code=2)
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        fail(
            t(
                "{file} is not UTF-8 text. Save it as UTF-8 (in a spreadsheet: CSV UTF-8).",
                file=file,
            ),
            code=2,
        )


def _json_lines(text: str, file: str, t: Language) -> Iterator[dict[str, Any]]:
    if text.lstrip().startswith("["):
        try:
            values = json.loads(text)
        except ValueError as error:
            fail(t("{file} is not JSON: {error}.", file=file, error=error), code=2)
        numbered = list(enumerate(values, 1))
    else:
        numbered = []
        # Not splitlines: U+2028 and U+0085 may stand inside a JSON string as they are.
        for number, line in enumerate(text.split("\n"), 1):
            if not line.strip():
                continue
            try:
                numbered.append((number, json.loads(line)))
            except json.JSONDecodeError as error:
                place = t("{file}, line {n}", file=file, n=number)
                wrong = t("not JSON from character {n} on.", n=error.colno)
                fail(f"{place}: {wrong}", code=2)
    for number, value in numbered:
        place = t("{file}, line {n}", file=file, n=number)
        if not isinstance(value, dict):
            wrong = t("a review is a JSON object.")
            fail(f"{place}: {wrong}", code=2)
        if not any(name in value for name in TEXTS):
            wrong = t("there is no `text`.")
            fail(f"{place}: {wrong}", code=2)
        yield value


def _csv(text: str, file: str, t: Language) -> Iterator[dict[str, Any]]:
    csv.field_size_limit(MAX_FIELD)
    head = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=head.count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    names = [(name or "").strip().lower() for name in reader.fieldnames or ()]
    if "text" not in names:
        said = ", ".join(name for name in names if name) or t("nothing")
        sentence = t("{file} has no column `text`; it has: {names}.", file=file, names=said[:200])
        fail(sentence, code=2)
    reader.fieldnames = names
    try:
        yield from reader
    except csv.Error as error:
        place = t("{file}, line {n}", file=file, n=reader.line_num)
        fail(f"{place}: {error}.", code=2)


def _row(number: int, line: dict[str, Any], t: Language) -> FileRow:
    texts = {name: _said(line.get(name)) for name in TEXTS}
    known = {*TEXTS, "rating", "language"}
    return FileRow(
        **texts,
        rating=_rating(line.get("rating"), number, t),
        language=_said(line.get("language")),
        other={key: value for key, value in line.items() if key not in known and key},
    )


def _said(value: object) -> str | None:
    """Return a text as it would be stored: the verdict on it is the same."""
    return None if value is None else clean(str(value))


def _rating(value: object, number: int, t: Language) -> int | None:
    if value is None or value == "":
        return None
    try:
        rating = round(float(str(value).replace(",", ".")))
    except (ValueError, OverflowError):
        written = repr(str(value)[:40])
        sentence = t(
            "Row {n}: the rating {written} is not a number from 1 to 5.", n=number, written=written
        )
        fail(sentence, code=2)
    if rating == 0:
        return None
    if not 1 <= rating <= 5:
        fail(
            t("Row {n}: the rating {rating} is not from 1 to 5.", n=number, rating=rating), code=2
        )
    return rating
