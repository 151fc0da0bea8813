"""The list of commands, and what each of them loads."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from reviewbot import __version__
from reviewbot.cli.app import COMMANDS, app, load_command

ROOT = Path(__file__).parents[2]
WATCHED = (
    *("rich", "pydantic", "sqlalchemy", "alembic", "telegram", "httpx", "apscheduler", "lxml"),
    *("bs4", "jinja2", "babel", "holidays", "openpyxl", "cryptography", "imapclient"),
    *("reviewbot.bot", "reviewbot.collect", "reviewbot.workflow", "reviewbot.queries"),
    *("reviewbot.store", "reviewbot.config", "reviewbot.lexicons", "reviewbot.registry"),
)
"""What takes time to load: libraries, and rooms that load some."""

FILE = {"rich", "babel", "pydantic", "jinja2", "reviewbot.config", "reviewbot.lexicons"}
FILE |= {"reviewbot.registry"}
ROWS = {*FILE, "sqlalchemy", "reviewbot.store"}
SITES = {*ROWS, "httpx", "reviewbot.collect"}
BOT = {
    *SITES,
    "cryptography",
    "telegram",
    "apscheduler",
    *(each for each in WATCHED if "reviewbot." in each),
}
LOADS = {
    "init": SITES,
    "check": FILE,
    "add": ROWS,
    "undo": ROWS,
    "run": BOT,
    "doctor": {*ROWS, "reviewbot.workflow", "reviewbot.queries"},
    "demo": BOT,
    "cards": {"rich", "babel"},
    "poll": {*SITES, "reviewbot.workflow", "reviewbot.queries"},
    "import": {*ROWS, "reviewbot.collect", "reviewbot.workflow", "reviewbot.queries"},
    "digest": {*ROWS, "reviewbot.workflow", "reviewbot.queries"},
    "report": {*ROWS, "reviewbot.queries"},
    "export": {*ROWS, "reviewbot.queries"},
    "classify": {"rich", "babel", "reviewbot.lexicons"},
    "explain": {"rich", "babel", "reviewbot.lexicons"},
    "backtest": {*ROWS, "reviewbot.queries"},
    "rules": {*ROWS, "reviewbot.queries"},
    "sources": {"rich", "reviewbot.registry"},
    "parse": {"rich", "reviewbot.registry"},
    "record": {*SITES, "reviewbot.queries"},
    "migrate": ROWS,
    "ask": {*ROWS, "httpx", "reviewbot.workflow"},
    "backup": ROWS,
    "restore": {*ROWS, "reviewbot.workflow", "reviewbot.queries"},
    "forget": {*ROWS, "reviewbot.workflow", "reviewbot.queries"},
}
LOADED = """
import json, sys
from reviewbot.cli.app import load_command
name, *watched = sys.argv[1:]
if name != "--help":
    load_command(name)
print(json.dumps([each for each in watched if each in sys.modules]))
"""


def loaded_by(name: str) -> set[str]:
    child = subprocess.run(
        [sys.executable, "-c", LOADED, name, *WATCHED], capture_output=True, text=True, check=True
    )
    return set(json.loads(child.stdout))


def test_the_list_itself_loads_nothing() -> None:
    assert loaded_by("--help") == set()


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.slow
def test_a_command_loads_what_it_uses(name: str) -> None:
    assert loaded_by(name) == LOADS[name]


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_explains_itself(name: str) -> None:
    assert load_command(name).name == name
    shown = CliRunner().invoke(app, [name, "--help"])
    assert shown.exit_code == 0
    assert f"Usage: root {name}" in shown.output or f"reviewbot {name}" in shown.output
    assert (load_command(name).help or "").split()[0] in shown.output


def test_the_list_says_of_each_command_what_it_does_in_a_line() -> None:
    shown = CliRunner().invoke(app, ["--help"], terminal_width=80)
    assert shown.exit_code == 0
    for name, command in COMMANDS.items():
        assert f"  {name:<8}  {command.line}\n" in shown.output


def test_the_version() -> None:
    shown = CliRunner().invoke(app, ["--version"])
    assert (shown.exit_code, shown.output) == (0, f"reviewbot {__version__}\n")
    assert f'\nversion = "{__version__}"\n' in (ROOT / "pyproject.toml").read_text()


def test_a_slip_of_the_finger_is_guessed() -> None:
    shown = CliRunner().invoke(app, ["repot"])
    assert shown.exit_code == 2
    assert "Did you mean 'report'" in shown.output


def test_an_import_below_the_top_has_its_reason() -> None:
    """The line before it says why it is not loaded with its module."""
    for room in ("cli", "config", "demo"):
        for path in (ROOT / "reviewbot" / room).rglob("*.py"):
            lines = path.read_text().splitlines()
            tree = ast.parse("\n".join(lines))
            inner = {
                node.lineno
                for function in ast.walk(tree)
                if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
                for node in ast.walk(function)
                if isinstance(node, ast.Import | ast.ImportFrom)
            }
            for number in inner:
                before = number - 1
                while before in inner or not lines[before - 1].strip():
                    before -= 1
                assert lines[before - 1].lstrip().startswith("#"), f"{path}:{number}"
