"""What guests answered in a period, as `report guests` prints it."""

import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from rich.table import Table

from reviewbot.cli.cells import print_table, write_csv
from reviewbot.cli.surveys.customers import plainly
from reviewbot.cli.terminal import out, print_json
from reviewbot.core.surveys.churn import Customers
from reviewbot.core.surveys.differences import ComparedVariants, compared_variants
from reviewbot.core.surveys.scores import Estimate, GuestReport, SurveyFigures, SurveyGroup
from reviewbot.core.surveys.survey import Scale
from reviewbot.words.language import Language, words_in
from reviewbot.words.surveys.score_lines import (
    CHURN,
    FORMULAS,
    SHORT,
    TITLES,
    differences,
    estimate,
)

_ENDS = {"": "value", "_low": "low", "_high": "high"}
COLUMNS = (
    "name",
    "asked",
    "answered",
    "low",
    "reached",
    "nps",
    "csat",
    "ces",
    "stars",
    "site_rating",
    *(f"{name}{end}" for name in ("response", "reached_share") for end in _ENDS),
    *(f"{scale.value}{end}" for scale in Scale for end in _ENDS if end),
)


def write_json(
    found: GuestReport,
    by: SurveyGroup,
    customers: Sequence[Customers],
    since: datetime,
    until: datetime,
) -> None:
    """Print one JSON object: figures with their intervals, customers lost, the formulas, and of
    two variants what differs."""
    told = {
        "since": since.isoformat(),
        "until": until.isoformat(),
        "formulas": {**FORMULAS, "churn": CHURN},
        "figures": {
            name: _plain(each) | {"site_rating": _rounded(found.sites.get(name))}
            for name, each in found.figures.items()
        },
        "customers": plainly(customers),
        "differences": [asdict(each) for each in _variants(found, by)],
    }
    print_json(told, indent=2)


def write_lines(found: GuestReport) -> None:
    """Print a CSV line for each name."""
    lines = []
    for name, each in found.figures.items():
        estimates = {
            **{scale.value: each.score(scale) for scale in Scale},
            "response": each.response,
            "reached_share": each.reached_share,
        }
        values = {
            f"{key}{end}": _rounded(getattr(estimated, attribute)) if estimated else None
            for key, estimated in estimates.items()
            for end, attribute in _ENDS.items()
        }
        counts = {key: getattr(each, key) for key in ("asked", "answered", "low", "reached")}
        rated = {"stars": _rounded(each.stars), "site_rating": _rounded(found.sites.get(name))}
        lines.append({"name": name, **counts, **values, **rated})
    write_csv(sys.stdout, COLUMNS, lines)


def show(found: GuestReport, by: SurveyGroup, operators: Language) -> None:
    """Print a table, the formulas below it."""
    t = words_in(operators.language)
    titles = {name: t(title) for name, title in TITLES.items()}
    table = Table()
    table.add_column("")
    for title in (titles["asked"], titles["response"], *SHORT.values(), titles["stars"]):
        table.add_column(title, justify="right")
    table.add_column(titles["unhappy"], justify="right")
    table.add_column(titles["reached"], justify="right")
    for name, each in found.figures.items():
        table.add_row(
            name or "–",
            str(each.asked),
            estimate(each.response, t, percent=True),
            *(estimate(each.score(scale), t, percent=scale is Scale.CSAT) for scale in SHORT),
            " · ".join(
                t.number(rating, 2) if rating is not None else "–"
                for rating in (each.stars, found.sites.get(name))
            ),
            str(each.low),
            estimate(each.reached_share, t, percent=True),
        )
    print_table(table, sys.stdout)
    for compared in _variants(found, by):
        out.print(differences(compared, t), markup=False)
    for name, formula in FORMULAS.items():
        out.print(f"{titles.get(name, name)} = {t(formula)}", style="dim", markup=False)


def _variants(found: GuestReport, by: SurveyGroup) -> list[ComparedVariants]:
    return compared_variants(found.figures) if by is SurveyGroup.VARIANT else []


def _plain(each: SurveyFigures) -> dict[str, Any]:
    return {
        "asked": each.asked,
        "answered": each.answered,
        "low": each.low,
        "reached": each.reached,
        "response": _of(each.response),
        "reached_share": _of(each.reached_share),
        **{scale.value: _of(each.score(scale)) for scale in Scale},
        "stars": _rounded(each.stars),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def _of(found: Estimate | None) -> dict[str, Any] | None:
    return asdict(found) if found is not None else None
