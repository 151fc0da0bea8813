"""`reviewbot report rules`: what staff's verdicts say of every rule."""

from collections.abc import Sequence
from datetime import datetime

from rich.table import Table

from reviewbot.cli.terminal import out, print_json
from reviewbot.queries.rule_precision import RuleFigures
from reviewbot.words.language import Language

COLUMNS = ("rule", "flagged", "right", "not_a_complaint", "wrong_topic", "precision")
SHOWN = 40


def show(figures: Sequence[RuleFigures], t: Language) -> None:
    """Print the figures as a table, the least precise rules first."""
    if not figures:
        out.print(t("No rule has spoken for a complaint yet."), markup=False)
        return
    table = Table(t("rule"), box=None, pad_edge=False)
    for name in (
        t("flagged"),
        t("right"),
        t("not a complaint"),
        t("wrong topic"),
        t("precision"),
    ):
        table.add_column(name, justify="right")
    for each in figures[:SHOWN]:
        share = "–" if each.precision is None else f"{each.precision:.0%}"
        counts = (each.flagged, each.right, each.not_a_complaint, each.wrong_topic)
        table.add_row(each.rule, *map(str, counts), share)
    out.print(table)
    if len(figures) > SHOWN:
        out.print(t("… and {n} more: --csv gives all.", n=len(figures) - SHOWN), style="dim")
    sentence = t("Right: a complaint somebody dealt with and nobody called wrong.")
    out.print(sentence, style="dim")


def write_json(figures: Sequence[RuleFigures], since: datetime | None, until: datetime) -> None:
    """Print the figures as one JSON object; without `since` they are over all there is."""
    value = {
        "since": since.isoformat() if since else None,
        "until": until.isoformat(),
        "rules": [each.to_json() for each in figures],
    }
    print_json(value, indent=2)
