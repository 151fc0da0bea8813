"""`reviewbot import`: take in a page that somebody saved, for a site that blocks."""

import asyncio
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from reviewbot import registry
from reviewbot.cli import running_bot
from reviewbot.cli.databases import working_database
from reviewbot.cli.options import Config, is_there
from reviewbot.cli.sources.shell_language import in_its_words
from reviewbot.cli.targets import refuse_unknown_target
from reviewbot.cli.terminal import err, fail, out, print_json
from reviewbot.clock import WallClock
from reviewbot.collect.saved_pages.importer import Importer
from reviewbot.collect.saved_pages.saved_page import refuse_size
from reviewbot.config import Loaded, load
from reviewbot.core.errors import Refused
from reviewbot.lexicons import classifier_for
from reviewbot.registry import source_facts_of
from reviewbot.store import targets
from reviewbot.store.database import Database
from reviewbot.store.queues import errands
from reviewbot.words.language import Language
from reviewbot.words.operator_language import operator_language
from reviewbot.words.refusals import refusal
from reviewbot.words.vocabulary import View

FIGURES = ("read_at", "listed", "unreadable", "why", "new", "edited", "answered", "tickets")
Take = Callable[[bytes, datetime, str], dict[str, Any]]
"""Content, its time, the file's name → what is said of it."""


def import_page(
    files: Annotated[list[Path], typer.Argument(help="Saved pages: .html, .mhtml.")],
    target: Annotated[
        str | None,
        typer.Option("--target", "-t", help="LOCATION/SOURCE, where the page does not say it."),
    ] = None,
    config: Config = None,
    wait: running_bot.Wait = running_bot.USUAL_WAIT,
    json: Annotated[bool, typer.Option("--json", help="One JSON object per file.")] = False,
) -> None:
    """Read saved pages and store their reviews, with cards and deadlines as for any other.

    Where the bot runs, it gets the files' content and does it. A page's time is its file's; what
    is not on it does not count as gone.
    """

    loaded = load(config, environ=os.environ)
    t = operator_language(loaded.settings.language)
    if target is not None:
        refuse_unknown_target(loaded, target)
    longest = running_bot.longest_of(wait, t)
    for file in files:
        _refuse_missing(file, t)
    if running_bot.is_running(loaded.settings.database):
        failed = _all(files, partial(_by_the_bot, loaded, target, longest), t, json=json)
    else:
        failed = _by_itself(loaded, files, target, t, json=json)
    if failed:
        raise typer.Exit(1)


def _by_the_bot(
    loaded: Loaded,
    target: str | None,
    longest: timedelta,
    content: bytes,
    saved_at: datetime,
    name: str,
) -> dict[str, Any]:
    t = operator_language(loaded.settings.language)
    return running_bot.run(
        loaded,
        lambda rows, now: errands.put_file(rows, name, content, saved_at, target, now),
        t("importing {file}", file=name),
        longest,
    )


def _by_itself(
    loaded: Loaded, files: list[Path], target: str | None, t: Language, *, json: bool
) -> int:
    # Files that are all refused make no database where there is none.
    must_keep = is_there(loaded.settings.database) or _is_any_read(loaded, files, target, t)
    with _taking(loaded, target, must_keep=must_keep) as take:
        return _all(files, take, t, json=json)


def _is_any_read(loaded: Loaded, files: list[Path], target: str | None, t: Language) -> bool:
    """Try the files on a database that passes."""
    with _taking(loaded, target, must_keep=False) as take:
        return any(_outcome(file, take, t)["view"] == "imported" for file in files)


@contextmanager
def _taking(loaded: Loaded, target: str | None, *, must_keep: bool) -> Iterator[Take]:
    with working_database(loaded, must_keep=must_keep) as db:
        importer, now = _importer(loaded, db)
        db.write_now(lambda rows: targets.sync_settings(rows, loaded.settings, now))

        def take(content: bytes, saved_at: datetime, name: str) -> dict[str, Any]:
            return asyncio.run(importer.answer(content, saved_at, target, file=name))

        yield take


def _importer(loaded: Loaded, db: Database) -> tuple[Importer, datetime]:
    settings, clock = loaded.settings, WallClock()
    sources = registry.loaded()
    source_facts = source_facts_of(settings, loaded.secrets)
    importer = Importer(
        db, settings, source_facts, clock, partial(classifier_for, settings), sources
    )
    return importer, clock.now()


def _all(files: list[Path], take: Take, t: Language, *, json: bool) -> int:
    """Take the files in, one after another; return how many could not be read."""
    return sum(not _one(file, take, t, json=json) for file in files)


def _one(file: Path, take: Take, t: Language, *, json: bool) -> bool:
    """Take one file in and say what came of it; return whether it was read."""
    outcome = _outcome(file, take, t)
    view, params = outcome["view"], outcome["params"]
    if json:
        print_json({"file": str(file), **_facts(view, params)})
    elif view == "imported":
        out.print(_line(file, params, t), style="green", markup=False)
        for why in params["why"]:
            err.print(f"  ! {in_its_words(why, t)}", style="yellow", markup=False)
    else:
        err.print(f"✗ {file}: {_trouble(file, view, params, t)}", style="red", markup=False)
    return bool(view == "imported")


def _outcome(file: Path, take: Take, t: Language) -> dict[str, Any]:
    try:
        return take(*_content(file, t), file.name)
    except Refused as refused:  # too large to be opened at all
        return {"view": View.REFUSAL, "params": {"code": refused.code, **refused.params}}


def _refuse_missing(file: Path, t: Language) -> None:
    """End where nobody could read the file, before a database is made for it."""
    if not file.exists():
        fail(t("There is no file {path}.", path=file))
    if not file.is_file():
        fail(t("{file} is no file.", file=file))


def _content(file: Path, t: Language) -> tuple[bytes, datetime]:
    """The file, not opened where it is too large. Raises Refused."""
    try:
        facts = file.stat()
        refuse_size(facts.st_size)
        return file.read_bytes(), datetime.fromtimestamp(facts.st_mtime, UTC)
    except OSError as error:
        fail(f"{file}: {in_its_words(error.strerror or error, t)}")


def _facts(view: str, params: dict[str, Any]) -> dict[str, Any]:
    if view == "imported":
        return {name: params[name] for name in ("target", *FIGURES)}
    if view == "import_which":
        return {"error": "which", "targets": [each["target"] for each in params["choices"]]}
    return {"error": params["code"]}


def _trouble(file: Path, view: str, params: dict[str, Any], t: Language) -> str:
    if view == "import_which":
        lines = [
            f"  reviewbot import {file} --target {each['target']}" for each in params["choices"]
        ]
        return "\n".join([t("The page does not say which place it is of. One of these:"), *lines])
    return refusal(params["code"], params, t.language)


def _line(file: Path, params: dict[str, Any], t: Language) -> str:
    counts = (
        t("on the page: {n}", n=params["listed"]),
        t("new: {n}", n=params["new"]),
        t("edited: {n}", n=params["edited"]),
        t("with a new reply: {n}", n=params["answered"]),
        t("to answer: {n}", n=params["tickets"]),
        *([t("not read: {n}", n=params["unreadable"])] if params["unreadable"] else []),
    )
    return f"✓ {file}: {params['target']}, {', '.join(counts)}"
