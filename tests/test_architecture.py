"""The shape of the code: what import-linter cannot say."""

import ast
import re
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MODULES = sorted([*ROOT.glob("reviewbot/**/*.py"), *ROOT.glob("sources/**/*.py")])
SOURCES = sorted(path for path in ROOT.glob("sources/**/*.py") if path.name != "__init__.py")
VAGUE = {"utils", "helpers", "common", "manager", "service", "base"}
ROOMS = sorted({path.parent for path in MODULES})
ARCHITECTURE = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
LONGEST = 400
LISTS = {"tables.py", "0001_the_tables.py"}
"""Declarations that are looked up, not read through."""
MOST_MODULES = 16
WIDE = {
    "reviewbot/workflow": 17,
    "reviewbot/words": 20,
    "reviewbot/cli": 20,
    "reviewbot/store/migrations/versions": 40,
    "sources": 28,
}
"""Rooms of many equal modules: a file per kind of message, command, change of tables, site."""
PLANNED_CLASSES = {"Options"}


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
def test_only_the_command_line_and_the_demo_print(path: Path) -> None:
    if path.is_relative_to(ROOT / "reviewbot/cli") or path.is_relative_to(ROOT / "reviewbot/demo"):
        return
    calls = [
        node.func.id
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    ]
    assert "print" not in calls


KEPT_LIBRARIES = {
    # Module of `sources` → the library that reads its format; imported when it is used.
    "feed": ("feedparser",),
    "_dates": ("dateutil", "babel"),
    "_loose_json": ("pyjson5",),
    "_charsets": ("charset_normalizer",),
    "_workbook": ("openpyxl", "python_calamine"),
}


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_a_source_imports_only_the_contract_its_markup_tools_and_the_standard_library(
    path: Path,
) -> None:
    allowed = {
        "bs4",
        "lxml",
        "cssselect",
        *KEPT_LIBRARIES.get(path.stem, ()),
        *sys.stdlib_module_names,
    }
    for name in imported(ast.parse(path.read_text())):
        if name == "reviewbot.core.contract" or name.startswith(
            ("sources._", "sources.sellers._")
        ):
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
    the intake per update; the reload of a file. A thread or process hands what was raised to
    whoever awaits it."""
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
        "reviewbot/dispatcher.py",
        "reviewbot/cli/app.py",
        "reviewbot/cli/run.py",
        "reviewbot/collect/collector.py",
        "reviewbot/collect/parsing.py",
        "reviewbot/processes/child_processes.py",
        "reviewbot/processes/parsing_process.py",
        "reviewbot/collect/worker.py",
        "reviewbot/workflow/attempts.py",
        "reviewbot/bot/telegram/sender.py",
        "reviewbot/bot/telegram/intake.py",
    }


# Rooms and names


def dotted(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@pytest.mark.parametrize("room", ROOMS, ids=named)
def test_a_room_says_at_its_door_what_happens_in_it(room: Path) -> None:
    """One sentence, the same in docs/architecture.md."""
    if room.name == "versions":
        return
    doc = ast.get_docstring(ast.parse((room / "__init__.py").read_text())) or ""
    sentence = " ".join(doc.split("\n\n")[0].split())
    assert sentence
    assert sentence in " ".join(ARCHITECTURE.split())


@pytest.mark.parametrize("room", ROOMS, ids=named)
def test_a_room_is_looked_over_at_a_glance(room: Path) -> None:
    modules = [path for path in room.glob("*.py") if path.name != "__init__.py"]
    assert len(modules) <= WIDE.get(named(room), MOST_MODULES)


def public_classes() -> dict[str, list[str]]:
    found = defaultdict(list)
    for path in MODULES:
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found[node.name].append(named(path))
    return found


def test_no_two_public_classes_have_one_name() -> None:
    """But `Options`, which each source has, and those that docs/architecture.md names."""
    twice = {name for name, places in public_classes().items() if len(places) > 1}
    assert twice - PLANNED_CLASSES == set()


def test_no_two_modules_have_one_name() -> None:
    """But those that docs/architecture.md names: one word, seen from two rooms."""
    places = defaultdict(list)
    for path in MODULES:
        if path.name != "__init__.py":
            places[path.stem].append(named(path))
    twice = {name for name, found in places.items() if len(found) > 1}
    planned = re.search(r"Modules of one name[^\n]*:\n((?:\n\* .*)+)", ARCHITECTURE)
    told = set(re.findall(r"^\* `(\w+)`", planned[1], re.MULTILINE)) if planned else set()
    assert twice == told


def imports_of(path: Path, modules: set[str]) -> Iterator[str]:
    """The modules of ours that a module names in any import: in functions and for types too."""
    me = dotted(path)
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names if name.name in modules)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for name in node.names:
                inner = f"{node.module}.{name.name}"
                if inner in modules:
                    yield inner
                elif node.module in modules and node.module != me:
                    yield node.module


def test_no_module_imports_itself_round_about() -> None:
    names = {dotted(path) for path in MODULES}
    graph = {dotted(path): set(imports_of(path, names)) - {dotted(path)} for path in MODULES}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(reversed(error.args[1])))


# docs/architecture.md


def test_the_pages_name_what_is_there() -> None:
    """Every `path.py` and `path.py: function` of the pages exists."""
    for page in ("docs/architecture.md", "docs/glossary.md", "CONTRIBUTING.md"):
        for name in re.findall(r"`([\w/]+\.py)`", (ROOT / page).read_text(encoding="utf-8")):
            there = (ROOT / "reviewbot" / name).exists() or (ROOT / name).exists()
            assert there, f"{page} names {name}"
    told = re.findall(r"`([\w/]+\.py): (\w+)`", ARCHITECTURE)
    assert len(told) > 30
    for name, function in told:
        tree = ast.parse((ROOT / "reviewbot" / name).read_text())
        there = {
            node.name
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        }
        assert function in there, f"{name} has no {function}"


def test_the_page_has_the_layers_that_are_checked() -> None:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text())
    [contract] = [
        each for each in config["tool"]["importlinter"]["contracts"] if each["type"] == "layers"
    ]
    assert "\n".join(["```", *contract["layers"], "```"]) in ARCHITECTURE
