"""The table of customers at the start and end of periods, and the churn it gives (CCR)."""

import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.table import Table

from reviewbot.cli.cells import print_table, write_csv
from reviewbot.cli.terminal import fail, out, print_json
from reviewbot.config.durations import Mistake
from reviewbot.config.sections.customers_file import read_customers
from reviewbot.core.surveys.churn import Customers
from reviewbot.words.language import Language, words_in
from reviewbot.words.operator_language import in_words
from reviewbot.words.surveys.score_lines import CHURN


def read(path: Path, t: Language) -> Sequence[Customers]:
    """Return the lines of a table; exit with what is wrong, and in which line."""
    try:
        return read_customers(path)
    except Mistake as mistake:
        fail(in_words(mistake.sentence, t.language), code=2)


def show(found: Sequence[Customers], t: Language, *, json: bool, as_csv: bool) -> None:
    """Print the churn of each line, the formula below it."""
    plain = plainly(found)
    if json:
        print_json({"formula": CHURN, "churn": plain}, indent=2)
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
    print_table(table, sys.stdout)
    out.print(f"CCR = {words_in(t.language)(CHURN)}", style="dim", markup=False)


def plainly(found: Sequence[Customers]) -> list[dict[str, Any]]:
    """Return the lines as JSON writes them."""
    return [
        {**asdict(each), "churn": None if each.churn is None else round(each.churn, 2)}
        for each in found
    ]
