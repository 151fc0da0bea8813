"""`reviewbot add`: a location, a person or a day off, without an editor."""

import os
from datetime import date
from enum import StrEnum
from typing import Annotated, NoReturn

import typer

from reviewbot.cli.options import Config
from reviewbot.cli.running_bot import USUAL_WAIT, is_running, longest_of
from reviewbot.cli.running_bot import run as ask_bot
from reviewbot.cli.setup.prompts import confirm
from reviewbot.cli.terminal import err, fail, out
from reviewbot.clock import WallClock
from reviewbot.config import Loaded, load
from reviewbot.config.changes.change import AddedClosedDay, AddedLocation, AddedPerson, Change
from reviewbot.config.changes.file_edit import FileEdit, edit_with, write
from reviewbot.core.errors import ConfigError
from reviewbot.core.model import Role
from reviewbot.store.queues import errands
from reviewbot.words.language import Language
from reviewbot.words.operator_language import operator_language, problem_text


class Addition(StrEnum):
    """What can be added."""

    LOCATION = "location"
    PERSON = "person"
    CLOSED_DAY = "closed-day"


def add(
    what: Annotated[Addition, typer.Argument(help="location, person or closed-day")],
    words: Annotated[
        list[str],
        typer.Argument(help="NAME LINK…, or NUMBER NAME, or a DATE like 2026-12-31"),
    ],
    contact: Annotated[str, typer.Option(help="Of a location, for replies.")] = "",
    role: Annotated[Role, typer.Option(help="Of a person.")] = Role.STAFF,
    config: Config = None,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing, write it.")] = False,
) -> None:
    """Add to the file: shows what changes, checks it, keeps the former file, tells the bot.

    A location of a known name or key gets the links. `reviewbot undo` takes it back.
    """
    loaded = load(config, environ=os.environ)
    t = operator_language(loaded.settings.language)
    change = _change(t, what, words, contact, role)
    try:
        edit = edit_with(loaded.path, change, os.environ)
        show_edit(t, edit)
        if not yes and not confirm(t, t("Write it?"), default=True):
            raise typer.Exit(1)
        write(edit)
    except ConfigError as error:
        raise ConfigError(error.problems, t.language) from None
    out.print(t("✓ Written: {file}", file=edit.path), style="green", markup=False)
    tell_bot(t, loaded)
    out.print(t("To take it back: {command}", command="reviewbot undo"), markup=False)


def show_edit(t: Language, edit: FileEdit) -> None:
    """Print the lines that go and come, and what `check` newly warns of."""
    for line in edit.diff:
        out.print(line, style="green" if line[0] == "+" else "red", markup=False)
    for warning in edit.warnings:
        err.print(f"! {problem_text(warning, t.language)}", style="yellow", markup=False)


def tell_bot(t: Language, loaded: Loaded) -> None:
    """Let a bot that runs read the file again."""
    if not is_running(loaded.settings.database):
        out.print(t("It holds when the bot starts."), markup=False)
        return
    ask_bot(loaded, errands.put_reload, t("reading the file again"), longest_of(USUAL_WAIT, t))
    out.print(t("The bot reads the file again."), markup=False)


def _change(t: Language, what: Addition, words: list[str], contact: str, role: Role) -> Change:
    if what is Addition.LOCATION:
        if len(words) < 2 or not words[0].strip():
            _misused(t, 'reviewbot add location "Арбат 7" https://…')
        return AddedLocation(words[0].strip(), tuple(words[1:]), contact)
    if what is Addition.PERSON:
        name = " ".join(words[1:]).strip()
        if not (words[0].isdecimal() and name):
            _misused(t, "reviewbot add person 501000002 Марина")
        return AddedPerson(int(words[0]), name, role)
    try:
        day = date.fromisoformat(words[0])
    except ValueError:
        _misused(t, "reviewbot add closed-day 2026-12-31")
    if day < WallClock().now().date():
        fail(t("{day} is over.", day=day.isoformat()), code=2)
    return AddedClosedDay(day)


def _misused(t: Language, example: str) -> NoReturn:
    fail(t("Write it like this: {example}", example=example), code=2)
