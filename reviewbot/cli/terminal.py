"""How commands print, and how they end early."""

import json
import sys
from typing import Any, NoReturn

import typer
from rich.console import Console

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


def print_json(value: Any, *, indent: int | None = None) -> None:
    """One JSON value to standard output, as UTF-8 text that a machine reads."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=indent, default=str) + "\n")


def fail(sentence: str, *, code: int = 1) -> NoReturn:
    """End with a sentence for a person and an exit code, without a traceback."""
    err.print(sentence, style="red", markup=False)
    raise typer.Exit(code)
