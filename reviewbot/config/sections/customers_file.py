"""Reads the table of customers at the start and end of periods: CSV, UTF-8."""

from csv import DictReader
from io import StringIO
from pathlib import Path

from reviewbot.config.durations import Mistake
from reviewbot.core.surveys.churn import Customers
from reviewbot.words.operator_text import say

COLUMNS = ("place", "period", "start", "end", "new")


def read_customers(path: Path) -> tuple[Customers, ...]:
    """Return the lines of a table. Raises Mistake: what is wrong, and in which line."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Mistake(
            say(
                "{path} cannot be read: {why}",
                path=path,
                why=getattr(error, "strerror", None) or error,
            )
        ) from None
    first = text.partition("\n")[0]
    lines = DictReader(StringIO(text, newline=""), delimiter=";" if ";" in first else ",")
    missing = [each for each in COLUMNS if each not in (lines.fieldnames or ())]
    if missing:
        columns, names = ", ".join(COLUMNS), ", ".join(missing)
        raise Mistake(say("Missing columns: {names}. Needed: {all}.", names=names, all=columns))
    found = []
    for number, line in enumerate(lines, 2):
        try:
            counts = [int(line[name] or "") for name in ("start", "end", "new")]
            each = Customers(line["place"] or "", line["period"] or "", *counts)
            each.churn  # noqa: B018 - refuses what cannot be true
        except ValueError as error:
            sentence = say("{path}, line {n}: {why}", path=path, n=number, why=error)
            raise Mistake(sentence) from None
        found.append(each)
    return tuple(found)
