"""The Typer application, how commands print, and how errors become exit codes."""

import json
import sys
from typing import Any, NoReturn

import typer
from rich.console import Console

from reviewbot.core.errors import ConfigError, ReviewbotError

app = typer.Typer(
    name="reviewbot",
    help="Watches review sites, alerts staff in Telegram, tracks every reply to its deadline.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


def print_json(value: Any, *, indent: int | None = None) -> None:
    """One JSON value to standard output, as UTF-8 text that a machine reads."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=indent, default=str) + "\n")


def fail(sentence: str, *, code: int = 1) -> NoReturn:
    """End with a sentence for a person and an exit code, without a traceback."""
    err.print(sentence, style="red", markup=False)
    raise typer.Exit(code)


def main() -> None:
    """Run the command line. Exit codes: 0 done, 1 failed, 2 the configuration is wrong."""
    try:
        app()
    except ConfigError as error:
        from reviewbot.words.operator_language import problem_text

        for problem in error.problems:
            err.print(f"✗ {problem_text(problem, error.language)}", style="red", markup=False)
        sys.exit(2)
    except ReviewbotError as error:
        err.print(str(error), style="red", markup=False)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        sentence = _trouble_of_the_database(error)
        if sentence is None:
            raise
        err.print(sentence, style="red", markup=False)
        sys.exit(1)


def _trouble_of_the_database(error: Exception) -> str | None:
    """Return a sentence where the driver refused; None where the error is our own."""
    # Loaded by whoever raised it; commands without a database do not pay for the import.
    errors = sys.modules.get("sqlalchemy.exc")
    if errors is None or not isinstance(error, errors.DBAPIError):
        return None
    said = (str(error.orig).strip() or type(error.orig).__name__).splitlines()[0]
    return (
        f"The database cannot be used: {said.rstrip('.')}. Look at database.path or --database: "
        "is it a database of reviewbot, and may this user read and write it and its folder?"
    )
