"""The table of customers at the start and end of periods, and the churn it gives (CCR)."""

import sys
from collections.abc import Sequence
from csv import DictReader
from dataclasses import asdict
from io import StringIO
from pathlib import Path

from rich.table import Table

from reviewbot.cli.cells import table_console, write_csv
from reviewbot.cli.terminal import fail, out, print_json
from reviewbot.core.surveys.scores import Customers
from reviewbot.words import N_
from reviewbot.words.language import Language

COLUMNS = ("place", "period", "start", "end", "new")
FORMULA = N_("100 × (customers at the start − (customers at the end − new ones)) / at the start")


def read(path: Path, t: Language) -> list[Customers]:
    """Return the lines of a table; exit with what is wrong, and in which line."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        fail(t("{path} cannot be read: {why}", path=path, why=error), code=2)
    first = text.partition("\n")[0]
    lines = DictReader(StringIO(text, newline=""), delimiter=";" if ";" in first else ",")
    missing = [each for each in COLUMNS if each not in (lines.fieldnames or ())]
    if missing:
        columns, names = ", ".join(COLUMNS), ", ".join(missing)
        fail(t("Missing columns: {names}. Needed: {all}.", names=names, all=columns), code=2)
    found = []
    for number, line in enumerate(lines, 2):
        try:
            counts = [int(line[name] or "") for name in ("start", "end", "new")]
            each = Customers(line["place"] or "", line["period"] or "", *counts)
            each.churn  # noqa: B018 - refuses what cannot be true
        except ValueError as error:
            fail(t("{path}, line {n}: {why}", path=path, n=number, why=error), code=2)
        found.append(each)
    return found


def show(found: Sequence[Customers], t: Language, *, json: bool, as_csv: bool) -> None:
    """Print the churn of each line, the formula below it."""
    plain = [
        {**asdict(each), "churn": None if each.churn is None else round(each.churn, 2)}
        for each in found
    ]
    if json:
        print_json({"formula": FORMULA, "churn": plain}, indent=2)
        return
    if as_csv:
        write_csv(sys.stdout, (*Customers.__dataclass_fields__, "churn"), plain)
        return
    table = Table()
    for title in ("", t("period"), t("at the start"), t("at the end"), t("new ones"), "CCR"):
        table.add_column(title, justify="right" if title else "left")
    for each in found:
        counts = (str(each.at_start), str(each.at_end), str(each.new))
        share = "–" if each.churn is None else f"{t.number(each.churn, 1)}%"
        table.add_row(each.place or "–", each.period, *counts, share)
    table_console(sys.stdout).print(table)
    out.print(f"CCR = {t(FORMULA)}", style="dim", markup=False)
