"""The shape of the house: what import-linter cannot say."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MODULES = sorted([*ROOT.glob("reviewbot/**/*.py"), *ROOT.glob("sources/**/*.py")])
SOURCES = sorted(path for path in ROOT.glob("sources/*.py") if not path.name.startswith("_"))
VAGUE = {"utils", "helpers", "common", "manager", "service", "base"}
LONGEST = 480
LISTS = {"tables.py", "0001_the_tables.py"}
"""Declarations that are looked up, not read through."""


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_there_is_something_to_check() -> None:
    assert len(MODULES) > 40


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_a_module_has_a_telling_name_a_docstring_and_is_read_in_one_sitting(path: Path) -> None:
    text = path.read_text()
    assert path.stem.strip("_") not in VAGUE
    assert path.parent.name not in VAGUE
    assert path.name in LISTS or len(text.splitlines()) <= LONGEST
    if text.strip():
        assert ast.get_docstring(ast.parse(text)), "a module says its job in its docstring"


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_only_the_door_and_the_demo_print(path: Path) -> None:
    if path.is_relative_to(ROOT / "reviewbot/cli") or path.is_relative_to(ROOT / "reviewbot/demo"):
        return
    calls = [
        node.func.id
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    ]
    assert "print" not in calls


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_a_source_imports_only_the_contract_its_markup_tools_and_the_standard_library(
    path: Path,
) -> None:
    allowed = {"bs4", "lxml", *sys.stdlib_module_names}
    if path.stem == "table":
        allowed.add("openpyxl")
    for name in imported(ast.parse(path.read_text())):
        if name == "reviewbot.core.contract" or name.startswith("sources._"):
            continue
        if name == "sources":
            continue
        assert name.split(".")[0] in allowed, f"{path.name} imports {name}"


def test_core_imports_only_the_standard_library_and_itself() -> None:
    for path in ROOT.glob("reviewbot/core/**/*.py"):
        for name in imported(ast.parse(path.read_text())):
            top = name.split(".")[0]
            assert name.startswith("reviewbot.core") or top in sys.stdlib_module_names, (
                path,
                name,
            )
            assert top not in {"random", "secrets", "socket", "asyncio", "os"}, (path, name)


def test_broad_catches_stand_in_five_places() -> None:
    """The CLI's main, the collector per target, the worker per work row, the sender per row,
    the intake per update. A thread hands what was raised on to whoever awaits it."""
    places = set()
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ExceptHandler) and (
                node.type is None
                or (
                    isinstance(node.type, ast.Name)
                    and node.type.id in ("Exception", "BaseException")
                )
            ):
                places.add(named(path))
    assert places <= {
        "reviewbot/cli/app.py",
        "reviewbot/collect/collector.py",
        "reviewbot/collect/parsing.py",
        "reviewbot/collect/worker.py",
        "reviewbot/bot/telegram/sender.py",
        "reviewbot/bot/telegram/intake.py",
    }
