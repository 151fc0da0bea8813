"""docs/columns.md: every name that a file holds, in its order, and no other."""

import re
from pathlib import Path

import pytest

from reviewbot.cli import report
from reviewbot.cli.rules import rule_report
from reviewbot.cli.surveys import survey_report
from reviewbot.queries import exports
from reviewbot.queries.figures import Figures
from reviewbot.queries.rule_precision import LABEL_COLUMNS
from reviewbot.queries.surveys.survey_export import SURVEY_COLUMNS
from reviewbot.queries.trends.report_stars import STAR_COLUMNS

PAGE = (Path(__file__).parents[2] / "docs/columns.md").read_text(encoding="utf-8")
_, *_PARTS = re.split(r"^## ", PAGE, flags=re.MULTILINE)
TOLD = {
    part.splitlines()[0]: re.findall(r"^\| `(\w+)` \| \S", part, re.MULTILINE) for part in _PARTS
}


@pytest.mark.parametrize(
    ("file", "columns"),
    [
        ("report --csv", report.CSV_COLUMNS),
        ("report rules", rule_report.COLUMNS),
        ("report guests", survey_report.COLUMNS),
        ("export reviews", exports.REVIEW_COLUMNS),
        ("export tickets", exports.TICKET_COLUMNS),
        ("export verdicts", LABEL_COLUMNS),
        ("export audit", exports.AUDIT_COLUMNS),
        ("export templates", exports.TEMPLATE_COLUMNS),
        ("export surveys", SURVEY_COLUMNS),
    ],
)
def test_every_column_is_told_in_its_order(file: str, columns: tuple[str, ...]) -> None:
    assert tuple(TOLD[file]) == columns


def test_every_name_of_the_json_is_told() -> None:
    held = {*Figures().to_json(), *STAR_COLUMNS}
    told = {*TOLD["report --json"], *TOLD["report --csv"]} - {"location", "role", "unknown_since"}
    assert told == held
