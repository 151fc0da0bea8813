"""How commands print, and how they end early."""

import json
import re
import sys
from collections.abc import Iterator
from typing import Any, NoReturn

import typer
from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

_STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def printable(text: str) -> str:
    """Text of a stranger's as a terminal may show it: nothing in it steers the terminal."""
    return _STEERING.sub("\ufffd", text.replace("\r\n", "\n"))


class Terminal(Console):
    """Shows texts and tables in which nothing steers the terminal, whoever wrote it."""

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterator[Segment]:
        """What is shown, in pieces on their way to the terminal."""
        for piece in super().render(renderable, options):
            if piece.control or not _STEERING.search(piece.text):
                yield piece
            else:
                yield Segment(printable(piece.text), piece.style)


out = Terminal(highlight=False, soft_wrap=True)
err = Terminal(stderr=True, highlight=False, soft_wrap=True)


def print_json(value: Any, *, indent: int | None = None) -> None:
    """One JSON value to standard output, as UTF-8 text that a machine reads."""
    written = json.dumps(value, ensure_ascii=False, indent=indent, default=str)
    sys.stdout.write(_STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", written) + "\n")


def fail(sentence: str, *, code: int = 1) -> NoReturn:
    """End with a sentence for a person and an exit code, without a traceback."""
    err.print(sentence, style="red", markup=False)
    raise typer.Exit(code)
