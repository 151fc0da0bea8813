"""How `init` asks: a word, a yes or no, a secret, a line of a list."""

import os
import sys
import termios
from zoneinfo import ZoneInfo

import typer
from rich.table import Table

from reviewbot.cli.terminal import err, out
from reviewbot.core.model import LANGUAGES
from reviewbot.words.language import Language
from reviewbot.words.operator_text import language_of

YES, NO = ("y", "yes", "д", "да"), ("n", "no", "н", "нет")


def ask_language(*, yes: bool) -> str:
    """Return the language of the questions and the cards. A shell that names none of ours, as on
    servers, leaves Russian, as the file does."""

    usual = language_of(os.environ, otherwise="ru")
    if yes:
        return usual
    while True:
        answer: str = typer.prompt("Язык / Language (ru, en)", default=usual).strip().lower()
        if answer in LANGUAGES:
            return answer


def confirm(t: Language, question: str, *, default: bool) -> bool:
    """Ask for a yes or a no, in either language: "y", "д", Enter for the default."""
    choices = t("[Y/n]") if default else t("[y/N]")
    while True:
        answer = typer.prompt(f"{question} {choices}", default="", show_default=False)
        word = answer.strip().casefold()
        if not word:
            return default
        if word in (*YES, *NO):
            return word in YES


def ask_secret(question: str) -> str:
    """Ask for a text that is not shown. What is piped in is read as it is: nothing would show it,
    and getpass would warn of a terminal that is not there."""
    if sys.stdin.isatty():
        typed: str = typer.prompt(question, hide_input=True)
        return typed.strip()
    out.print(f"{question}: ", markup=False)
    line = sys.stdin.readline()
    if not line:
        raise typer.Abort
    return line.strip()


def show_numbered(t: Language, title: str, lines: list[str]) -> None:
    if not lines:
        out.print(t("{title}: nobody yet.", title=title), style="dim", markup=False)
        return
    table = Table(title=title, title_justify="left", box=None, show_header=False)
    for number, line in enumerate(lines, start=1):
        table.add_row(str(number), line)
    out.print(table)


def ask_zone(t: Language, default: str) -> str:
    while True:
        name: str = typer.prompt(t("Time zone"), default=default).strip()
        try:
            ZoneInfo(name)
        except (ValueError, OSError, LookupError):
            sentence = t('There is no time zone "{name}".', name=name)
            err.print(sentence, style="yellow", markup=False)
            continue
        return name


def forget_typed() -> None:
    """Forget what was typed while nothing was asked: it must not answer the next question. What
    is piped in stays."""
    if sys.stdin.isatty():
        termios.tcflush(sys.stdin, termios.TCIFLUSH)
