"""docs/threat-model.md: every row names tests, and they exist and run."""

import ast
import re
import tomllib
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
ROWS = [
    line
    for line in (ROOT / "docs/threat-model.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("| ") and not line.startswith("| who |")
]


@cache
def names_in(file: str) -> frozenset[str]:
    """Return the tests of a file that run with `make test` and wherever they are: neither slow nor
    skipped."""
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "pytestmark":
            assert not re.search("slow|skip", ast.unparse(node.value)), file
    return frozenset(
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
        and not re.search(
            r"mark\.(slow|skip)|needs_", " ".join(map(ast.unparse, node.decorator_list))
        )
    )


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.split("|")[2].strip()[:40])
def test_a_row_names_tests_that_exist(row: str) -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", row.split("|")[4])
    assert named
    for file, test in named:
        assert test in names_in(file), f"{file} has no {test}"


def test_everybody_of_whom_we_think_has_a_row() -> None:
    who = {row.split("|")[1].strip() for row in ROWS}
    for name in (
        "a hostile review",
        "a stranger in Telegram",
        "a dismissed employee",
        "an attacking site",
        "who finds a backup",
        "who stole the bot's token",
        "a franchisee",
    ):
        assert name in who
    assert any(name.startswith("a plugin") for name in who)


def test_versions_are_pinned() -> None:
    pinned = {
        re.split("==", line)[0].lower().replace("_", "-")
        for line in (ROOT / "constraints.txt").read_text().splitlines()
        if "==" in line
    }
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    for line in project["dependencies"]:
        name = re.split(r"[\[<>=;]", line)[0].strip().lower().replace("_", "-")
        assert name in pinned, name
