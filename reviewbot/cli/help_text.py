"""Help in the language of the shell: a command's own texts, and the frame that Typer puts around
them. Nothing is loaded for it where English is spoken."""

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from inspect import cleandoc
from typing import Any

import typer

from reviewbot.words.operator_text import language_of

Translate = Callable[[str], str]
FRAME = {
    "usage": "Usage: ",
    "options": "[OPTIONS]",
    "command": "COMMAND [ARGS]...",
    "Arguments": "Arguments",
    "Options": "Options",
    "Commands": "Commands",
    "default": "default: ",
    "required": "required",
    "<str>": "<text>",
    "<path>": "<path>",
    "<Path>": "<path>",
    "<file>": "<file>",
    "<int>": "<number>",
    "<int range>": "<number>",
    "<%Y-%m-%d>": "<YYYY-MM-DD>",
    "<card>": "<card>",
}
"""What Typer writes itself, and what stands for it."""
_LIST = re.compile(r"<list\[(.*)\]>")
_TYPE = re.compile(r"<[^<>|]*>")
_FACTS = re.compile(r"\[(default: .*|required|.*; required)\]$")


def help_of(command: Any, ctx: Any, others: Iterable[Any] = ()) -> str:
    """Return a command's help in the language of the shell; `others`: the commands it lists."""
    translate = _translation()
    command.help = _in_paragraphs(command.help or "", translate)
    for other in others:
        other.help = translate(other.help)
    for option in command.get_params(ctx):
        option.help = translate(option.help or "")
        if isinstance(option.show_default, str):
            option.show_default = translate(option.show_default)
    formatter = _Formatter(translate, ctx.terminal_width, ctx.max_content_width)
    command.format_help(ctx, formatter)
    return str(formatter.getvalue().rstrip("\n"))


def texts_of(command: Any, ctx: Any) -> Iterator[str]:
    """Yield every text of a command that a person reads in its help."""
    yield from _paragraphs(command.help or "")
    for option in command.get_params(ctx):
        yield option.help or ""
        if isinstance(option.show_default, str):
            yield option.show_default


def _translation() -> Translate:
    language = language_of(os.environ)
    if language == "en":
        return str
    # Loaded only now: the list of commands does without the catalogs.
    from reviewbot.words.language import words_in

    return words_in(language, "help")


def _paragraphs(text: str) -> list[str]:
    return [" ".join(each.split()) for each in cleandoc(text).split("\n\n")]


def _in_paragraphs(text: str, translate: Translate) -> str:
    return "\n\n".join(map(translate, _paragraphs(text)))


class _Formatter(typer.Context.formatter_class):  # type: ignore[misc,valid-type]
    """Writes help with another frame around it."""

    def __init__(self, translate: Translate, width: int | None, max_width: int | None) -> None:
        super().__init__(width=width, max_width=max_width)
        self._said = {name: translate(text) for name, text in FRAME.items()}

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write the first line."""
        for part in ("options", "command"):
            args = args.replace(FRAME[part], self._said[part])
        super().write_usage(prog, args, prefix or self._said["usage"])

    def write_heading(self, heading: str) -> None:
        """Write the line above a list."""
        super().write_heading(self._said.get(heading, heading))

    def write_dl(
        self, rows: Sequence[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        """Write a list: what each entry is called, and what it is."""
        told = [(self._head(first), _FACTS.sub(self._facts, second)) for first, second in rows]
        super().write_dl(told, col_max, col_spacing)

    def _head(self, head: str) -> str:
        several = _LIST.search(head)
        head = _LIST.sub(r"<\1>", head)
        head = _TYPE.sub(lambda found: self._said.get(found[0], found[0]), head)
        return f"{head}..." if several and "..." not in head else head

    def _facts(self, found: re.Match[str]) -> str:
        facts = found[0].replace(FRAME["default"], self._said["default"], 1)
        return re.sub(r"\brequired\]$", f"{self._said['required']}]", facts)
