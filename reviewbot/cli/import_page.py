"""`reviewbot import`: take in a page that somebody saved, for a site that blocks."""

import asyncio
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from reviewbot.cli.door import app, err, fail, out, print_json
from reviewbot.core.errors import Refused

if TYPE_CHECKING:
    from reviewbot.collect.imports import Importer, Taken
    from reviewbot.config import Loaded
    from reviewbot.store.database import Database


@app.command(name="import")
def import_page(
    files: Annotated[list[Path], typer.Argument(help="Saved pages: .html, .mhtml.")],
    target: Annotated[
        str | None,
        typer.Option("--target", "-t", help="LOCATION/SOURCE, where the page does not say it."),
    ] = None,
    config: Annotated[Path | None, typer.Option("--config", "-c", help="The file.")] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object per file.")] = False,
) -> None:
    """Read saved pages and store their reviews, with cards and deadlines as for any other.

    The bot may be running. A page's time is its file's; what is not on it does not count as gone.
    """
    from reviewbot.config import load
    from reviewbot.store import migrate, targets
    from reviewbot.store.database import Database

    loaded = load(config, environ=os.environ)
    db = Database(loaded.setup.database)
    failed = 0
    try:
        migrate.prepare(db)
        importer, now = _importer(loaded, db)
        # A running bot knows its targets; the first import of a new house does it here.
        db.write_now(lambda rows: targets.sync_setup(rows, loaded.setup, now))
        for file in files:
            failed += not _one(importer, file, target, json=json)
    finally:
        db.close()
    if failed:
        raise typer.Exit(1)


def _importer(loaded: "Loaded", db: "Database") -> "tuple[Importer, datetime]":
    from functools import partial

    from reviewbot import registry
    from reviewbot.app import classifier_for, sites_of
    from reviewbot.clock import WallClock
    from reviewbot.collect.imports import Importer

    setup, clock = loaded.setup, WallClock()
    sources = [registry.load(name) for name in registry.installed()]
    sites = sites_of(setup, loaded.secrets)
    importer = Importer(db, setup, sites, clock, partial(classifier_for, setup), sources)
    return importer, clock.now()


def _one(importer: "Importer", file: Path, target: str | None, *, json: bool) -> bool:
    """Take one file in and say what came of it; return whether it was read."""
    from reviewbot.collect.recognition import WhichTarget
    from reviewbot.words.refusals import refusal

    try:
        content, saved_at = _content(file)
        taken = asyncio.run(importer.take(content, saved_at, target, file=file.name))
    except Refused as refused:
        said: dict[str, Any] = {"error": refused.code}
        sentence = refusal(refused.code, refused.params, "en")
    except WhichTarget as which:
        keys = [entry.key for entry in which.entries]
        said = {"error": "which", "targets": keys}
        lines = [f"  reviewbot import {file} --target {key}" for key in keys]
        sentence = "\n".join(["The page does not say which place it is of. One of these:", *lines])
    else:
        said, sentence = {"target": taken.entry.key, **_figures(taken)}, ""
        if not json:
            out.print(_told(file, taken), style="green", markup=False)
    if json:
        print_json({"file": str(file), **said})
    elif sentence:
        err.print(f"✗ {file}: {sentence}", style="red", markup=False)
    return not sentence


def _content(file: Path) -> tuple[bytes, datetime]:
    """The file, not opened where it is too large. Raises Refused."""
    from reviewbot.collect.saved import refuse_size

    try:
        if not file.is_file():
            fail(f"{file} is no file.")
        facts = file.stat()
        refuse_size(facts.st_size)
        return file.read_bytes(), datetime.fromtimestamp(facts.st_mtime, UTC)
    except OSError as error:
        fail(f"{file}: {error.strerror or error}")


def _figures(taken: "Taken") -> dict[str, Any]:
    told = taken.told
    return {
        "read_at": taken.read_at.isoformat(),
        "listed": taken.listed,
        "new": told.new,
        "edited": told.edited,
        "answered": told.answered,
        "tickets": told.tickets,
    }


def _told(file: Path, taken: "Taken") -> str:
    told = taken.told
    return (
        f"✓ {file}: {taken.entry.key}, {taken.listed} on the page, {told.new} new, "
        f"{told.edited} edited, {told.answered} with a new reply, {told.tickets} cards"
    )
