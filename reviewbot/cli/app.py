"""The command line: its commands, each loaded when it is called, and how errors end it."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import IO, Annotated, Any, NoReturn

import typer
from typer.core import TyperCommand, TyperGroup

from reviewbot import __version__
from reviewbot.cli.help_text import help_of
from reviewbot.core.errors import ConfigError, ReviewbotError
from reviewbot.words.operator_text import OperatorText, language_of, recognised_text, say

SETTINGS = {"help_option_names": ["-h", "--help"]}


@dataclass(frozen=True, slots=True)
class CommandEntry:
    """A function `name` of a module, and the line of the list of commands."""

    module: str
    line: str


COMMANDS = {
    "init": CommandEntry("setup.init", "Write a configuration: asks for what it needs."),
    "check": CommandEntry(
        "setup.check", "Check the configuration, and with --live what it names."
    ),
    "add": CommandEntry("setup.add", "Add a location, a person or a day off to the file."),
    "undo": CommandEntry("setup.undo", "Take the last change of the file back."),
    "run": CommandEntry("run", "Run the bot."),
    "doctor": CommandEntry("doctor", "Say what is wrong, since when and what to do."),
    "demo": CommandEntry("demo", "Watch two bad reviews: one is answered, one escalates."),
    "cards": CommandEntry("cards", "Show the cards staff get: here, or as a picture."),
    "poll": CommandEntry("poll", "Read one target once and store what it shows."),
    "import": CommandEntry("import_page", "Read saved pages and store their reviews."),
    "digest": CommandEntry("digest", "Print the newest digest with the figures of now."),
    "ask": CommandEntry("surveys.ask", "Make a link and a QR code that ask guests of a place."),
    "report": CommandEntry("report", "Figures of a period: by location, or by rule."),
    "export": CommandEntry("export", "Write all reviews, tickets, or labels for `backtest`."),
    "classify": CommandEntry(
        "rules.classify", "Say of each review in a file if it is a complaint."
    ),
    "explain": CommandEntry("rules.explain", "Show what made a review's verdict."),
    "backtest": CommandEntry("rules.backtest", "Run rules over past reviews: what would change."),
    "rules": CommandEntry("rules.suggest", "Suggest other points where staff found rules wrong."),
    "sources": CommandEntry("sources.catalog", "List the installed sources, or test one."),
    "parse": CommandEntry("sources.parse", "Read a saved page as the bot would read it."),
    "record": CommandEntry("sources.record", "Save what a site answers now as a test case."),
    "backup": CommandEntry("upkeep.backup", "Copy the database while the bot runs."),
    "restore": CommandEntry("upkeep.restore", "Go on from a copy of the database."),
    "forget": CommandEntry("upkeep.forget", "Remove a guest's name and words for good."),
    "migrate": CommandEntry("upkeep.migrate", "Apply missing database migrations."),
}


class HelpfulCommand(TyperCommand):
    """A command whose help speaks the language of the shell."""

    def get_help(self, ctx: Any) -> str:
        """Return the help page."""
        return help_of(self, ctx)


def load_command(name: str) -> TyperCommand:
    """Import a command's module and return the command as its function declares it."""
    module = import_module(f"reviewbot.cli.{COMMANDS[name].module}")
    function = getattr(module, "import_page" if name == "import" else name)
    alone = typer.Typer(add_completion=False, rich_markup_mode=None, context_settings=SETTINGS)
    alone.command(name, cls=HelpfulCommand)(function)
    command = typer.main.get_command(alone)
    assert isinstance(command, TyperCommand)
    return command


KNOWN_MISTAKES = (
    say("No such command '{name}'. Did you mean {names}?"),
    say("No such command '{name}'."),
    say("No such option: {name} (Possible options: {names})"),
    say("No such option: {name}"),
    say("Option '{name}' does not take a value."),
    say("Option '{name}' requires an argument."),
    say("Option '{name}' requires {n} arguments."),
    say("Missing argument '{name}'. Choose from:\n\t{names}"),
    say("Missing argument '{name}'."),
    say("Missing option '{name}'."),
    say("Missing command."),
    say("Got unexpected extra argument(s) ({words})"),
    say("Invalid value for {name}: {reason}"),
    say("Value error, '{value}' is not one of {names}."),
    say("Value error, '{value}' does not match the formats '%Y-%m-%d'."),
    say("file '{path}' does not exist."),
    say("file '{path}' is a directory."),
    say("Input should be a valid integer, unable to parse string as an integer"),
    say("Input should be greater than or equal to {limit}"),
    say("Input should be less than or equal to {limit}"),
)
"""What Typer, and pydantic through it, say of a mistyped command; the more precise comes first."""


KNOWN_FAULTS = (
    say("No source '{name}' is installed. Did you mean '{near}'? There are: {names}."),
    say("No source '{name}' is installed. There are: {names}."),
    say("source '{name}' ({module}) cannot be loaded: {error}"),
    say("source '{name}' lacks {names}"),
    say("source '{name}' calls itself '{own}'"),
    say("{name} cannot be imported: {error}"),
)
"""What the registry says of a source: it knows no words."""


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
        typer.echo(
            _translated(say("Stopped, nothing was done."), language_of(os.environ)), err=True
        )
        raise typer.Exit(1) from None
    except typer.TyperException as error:
        language = language_of(os.environ)
        known = (mistake.template for mistake in KNOWN_MISTAKES)
        sentence = recognised_text(error.format_message(), known)
        if language == "en" or not isinstance(sentence, OperatorText):
            raise
        context = getattr(error, "ctx", None)
        raise Told(_told(sentence, context, language), ctx=context) from error


def _told(sentence: OperatorText, context: Any, language: str) -> str:
    command = context.command_path if context else "reviewbot"
    hint = say("How it is written: {command} -h", command=command)
    return f"✗ {_translated(sentence, language)}\n{_translated(hint, language)}"


def _translated(sentence: OperatorText, language: str) -> str:
    # Loaded only where a mistake was made: the list of commands does without the catalogs.
    from reviewbot.words.operator_language import in_words

    return in_words(sentence, language)


class NamedCommand(TyperCommand):
    """Stands for a command in the list; the command itself is loaded when it is called."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any
    ) -> Any:
        assert self.name is not None
        return load_command(self.name).make_context(info_name, args, parent, **extra)


class CommandList(TyperGroup):
    """All commands by name; none is imported."""

    def __init__(self, **settings: Any) -> None:
        commands = {
            name: NamedCommand(name, help=command.line, rich_markup_mode=None)
            for name, command in COMMANDS.items()
        }
        super().__init__(**settings | {"commands": commands})

    def get_help(self, ctx: Any) -> str:
        """Return the list of commands."""
        return help_of(self, ctx, self.commands.values())

    def make_context(self, *args: Any, **settings: Any) -> Any:
        """Read the options before a command."""
        with in_the_shells_language():
            return super().make_context(*args, **settings)

    def invoke(self, ctx: Any) -> Any:
        """Find the command, read its options and call it."""
        with in_the_shells_language():
            return super().invoke(ctx)


app = typer.Typer(
    name="reviewbot",
    help="Watches review sites, alerts staff in Telegram, tracks every reply to its deadline.",
    cls=CommandList,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # drawing boxes around the help takes longer than all the rest of it
    context_settings=SETTINGS,
)


def _show_version(asked: bool) -> None:
    if asked:
        sys.stdout.write(f"reviewbot {__version__}\n")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help="Show the version and exit."
        ),
    ] = False,
) -> None:
    """Take the options before a command."""


def main() -> None:
    """Run the command line. Exit codes: 0 done, 1 failed, 2 the configuration is wrong."""
    try:
        app()
    except ConfigError as error:
        _tell_mistakes(error)
    except ReviewbotError as error:
        _end(_in_words(error.args[0] if error.args else error))
    except KeyboardInterrupt:
        sys.exit(130)
    except OverflowError:
        _end(_in_words(say("A number or a date of the command is too large or too small.")))
    except Exception as error:
        if _comes_of_an_interrupt(error):
            sys.exit(130)
        sentence = _trouble_of_the_database(error) or _trouble_of_a_file(error)
        if sentence is None:
            raise
        _end(_in_words(sentence))


def _comes_of_an_interrupt(error: BaseException | None) -> bool:
    """SQLAlchemy finds a transaction half ended by Ctrl-C, and says that instead."""
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__context__
    return error is not None


def _in_words(sentence: object) -> str:
    """Return a sentence in the language of the file at its usual place, else of the shell."""
    # Loaded only now: `--help` and `--version` do without the catalogs.
    from reviewbot.config.locale import locale_of
    from reviewbot.words.operator_language import in_words

    if not isinstance(sentence, OperatorText):
        sentence = recognised_text(str(sentence), (fault.template for fault in KNOWN_FAULTS))
    return in_words(sentence, locale_of(None, os.environ).language)


def _tell_mistakes(error: ConfigError) -> NoReturn:
    # Loaded only now: `--help` and `--version` do without the catalogs.
    from reviewbot.words.operator_language import problem_text

    _end(*(f"✗ {problem_text(problem, error.language)}" for problem in error.problems), code=2)


def _end(*sentences: str, code: int = 1) -> NoReturn:
    # Loaded only now: `--help` and `--version` print without it.
    from reviewbot.cli.terminal import err

    for sentence in sentences:
        err.print(sentence, style="red", markup=False)
    sys.exit(code)


def _trouble_of_a_file(error: Exception) -> str | None:
    """Return a sentence where a file of the operator's cannot be read or written, or where there
    is no room for what is printed into one; None where the error is our own."""
    if not isinstance(error, OSError):
        return None
    # Loaded only now, as all that tells mistakes.
    from reviewbot.cli.upkeep.database_trouble import NO_ROOM

    if error.errno in NO_ROOM:
        # What is left of it would fail once more at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return say("There is no room for what is written.")
    if error.filename is None:
        return None
    reason = error.strerror or type(error).__name__
    return say("{path} cannot be used: {reason}.", path=error.filename, reason=reason)


def _trouble_of_the_database(error: Exception) -> str | None:
    """Return a sentence where the driver refused; None where the error is our own."""
    # Loaded by whoever raised it; commands without a database do not pay for the import.
    errors = sys.modules.get("sqlalchemy.exc")
    if errors is None or not isinstance(error, errors.DBAPIError):
        return None
    # Loaded only now, as all that tells mistakes.
    from reviewbot.cli.upkeep.database_trouble import refused

    return refused((str(error.orig).strip() or type(error.orig).__name__).splitlines()[0])
