"""Mistakes of the command line itself, in the language of the shell: an option that is not there,
an argument that is missing, a question left without an answer. Typer's own words are English."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

import typer

from reviewbot.words.operator_text import OperatorText, language_of, recognised, say

KNOWN = (
    say("No such command '{name}'. Did you mean {names}?"),
    say("No such command '{name}'."),
    say("No such option: {name} (Possible options: {names})"),
    say("No such option: {name}"),
    say("Option '{name}' does not take a value."),
    say("Option '{name}' requires an argument."),
    say("Missing argument '{name}'."),
    say("Missing option '{name}'."),
    say("Missing command."),
    say("Got unexpected extra argument(s) ({words})"),
    say("Invalid value for {name}: {reason}"),
    say("Value error, '{value}' is not one of {names}."),
    say("Value error, '{value}' does not match the formats '%Y-%m-%d'."),
    say("Input should be a valid integer, unable to parse string as an integer"),
    say("Input should be greater than or equal to {limit}"),
    say("Input should be less than or equal to {limit}"),
)
"""What Typer, and pydantic through it, say of our commands; the more precise comes first."""


class Told(typer.BadParameter):
    """A mistake of the command line, told whole in another language than English."""

    def show(self, file: IO[Any] | None = None) -> None:
        """Print it."""
        typer.echo(self.message, file=file or sys.stderr)

    def format_message(self) -> str:
        """Return it as it is: Typer would put English before it."""
        return self.message


@contextmanager
def in_the_shells_language() -> Iterator[None]:
    """Raise a mistake of the command line anew, translated; what is not known stays as it was."""
    try:
        yield
    except typer.Abort:
        typer.echo(_in_words(say("Stopped, nothing was done."), language_of(os.environ)), err=True)
        raise typer.Exit(1) from None
    except typer.TyperException as error:
        language = language_of(os.environ)
        sentence = _recognised(error.format_message())
        if language == "en" or sentence is None:
            raise
        context = getattr(error, "ctx", None)
        raise Told(_told(sentence, context, language), ctx=context) from error


def _recognised(message: str) -> OperatorText | None:
    found = recognised(message, (known.template for known in KNOWN))
    if found is None:
        return None
    template, params = found
    return say(template, **{name: _recognised(value) or value for name, value in params.items()})


def _told(sentence: OperatorText, context: Any, language: str) -> str:
    command = context.command_path if context else "reviewbot"
    hint = say("How it is written: {command} -h", command=command)
    return f"✗ {_in_words(sentence, language)}\n{_in_words(hint, language)}"


def _in_words(sentence: OperatorText, language: str) -> str:
    # Loaded only where a mistake was made: the list of commands does without the catalogs.
    from reviewbot.words.operator_language import in_words

    return in_words(sentence, language)
