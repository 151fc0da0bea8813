"""docs/reliability.md: every promise and every attack has a row of `make reliability`, whose tests
exist."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from reliability.detection_curves import Curves, curve_table, draw_curves
from reliability.figures import Case, Figures
from reliability.promises import ROWS, Row, add_measured
from reliability.simulated_year import Length, compare
from reliability.watching import MIXES, best_power, bounds

ROOT = Path(__file__).parent.parent
TOLD = re.findall(
    r"^\| (P?\d+) \| ([^|]+) \| ([^|]+) \|$",
    (ROOT / "docs/reliability.md").read_text(encoding="utf-8"),
    flags=re.MULTILINE,
)


def test_every_promise_and_attack_has_its_row() -> None:
    assert [id for id, _, _ in TOLD] == [f"P{n}" for n in range(1, 7)] + [
        str(n) for n in range(1, 19)
    ]
    told = [(id, title, tuple(re.findall("`tests/(.+?)`", by))) for id, title, by in TOLD]
    assert told == [(row.id, row.title, row.tests) for row in ROWS]


@cache
def names_in(file: str) -> frozenset[str]:
    tree = ast.parse((ROOT / "tests" / file).read_text(encoding="utf-8"))
    kinds = ast.FunctionDef | ast.AsyncFunctionDef
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, kinds))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_a_row_is_tried_by_tests_that_exist(row: Row) -> None:
    assert row.tests
    for test in row.tests:
        file, _, name = test.partition("::")
        assert name in names_in(file) or (not name and names_in(file)), test


def test_what_a_measure_tried_counts_to_its_rows() -> None:
    kills = Figures("No alert is lost by a kill (7 steps)", "s", [Case("a"), Case("b", lost=1)])
    row = Figures(ROWS[0].promise, "by tests", [Case("c")])
    other = Figures(ROWS[-1].promise, "by tests", [Case("d")])
    add_measured([kills, row, other])
    assert len(row.cases) == 3
    assert row.broken
    assert len(other.cases) == 1


@pytest.mark.slow
def test_every_figure_of_a_simulated_quarter_is_what_its_events_say() -> None:
    assert compare(2, Length(places=3, days=90)) == []


def test_no_rule_tells_a_tripled_topic_in_three_days_at_three_reviews_a_day() -> None:
    assert best_power(3, 3) == pytest.approx(0.22, abs=0.01)
    assert best_power(3, 3, topics=5) < best_power(3, 3)
    assert best_power(30, 3) > 0.9
    assert bounds() in (ROOT / "benchmarks/RELIABILITY.md").read_text(encoding="utf-8")


def test_curves_grow_and_are_drawn(tmp_path: Path) -> None:
    found = [Curves(name, [n / 28 for n in range(29)], [0.0] * 29) for name in MIXES]
    draw_curves(found, tmp_path / "curves.png")
    assert (tmp_path / "curves.png").read_bytes().startswith(b"\x89PNG")
    assert "| two alike | drop | 4 % | 11 % |" in curve_table(found)
