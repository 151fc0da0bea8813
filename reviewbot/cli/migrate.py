"""`reviewbot migrate`: bring a database's schema to this version."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reviewbot.cli.app import app, fail, out
from reviewbot.words.operator_language import operator_language

if TYPE_CHECKING:
    from reviewbot.store.database import Database
    from reviewbot.words.language import Language


@app.command()
def migrate(
    config: Annotated[Path | None, typer.Option("--config", "-c", help="The file.")] = None,
    database: Annotated[
        str | None,
        typer.Option("--database", help="A file or URL in place of the configured one."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be applied.")
    ] = False,
) -> None:
    """Apply missing database migrations. SQLite files are also migrated by `run` at start."""
    from reviewbot.store.migrations import upgrade as migrations

    with opened(config, database) as db:
        numbers = migrations.pending(db) if dry_run else migrations.upgrade(db)
    said = ", ".join(numbers)
    if not numbers:
        out.print("✓ The database is up to date.", style="green", markup=False)
    elif dry_run:
        out.print(f"To apply: {said}", markup=False)
    else:
        out.print(f"✓ Applied: {said}", style="green", markup=False)


@contextmanager
def opened(
    config: Path | None, database: str | None, *, for_reading: bool = False
) -> "Iterator[Database]":
    """Open the configured database, or the one named, for the length of a command.

    With `for_reading` it must exist and be of this version's schema.
    """
    from reviewbot.config.locale import customs_of
    from reviewbot.store.database import Database

    if database is None:
        from reviewbot.config import load

        database = load(config, environ=os.environ).settings.database
    t = operator_language(customs_of(config, os.environ).language)
    if for_reading and "://" not in database and not Path(database).expanduser().exists():
        fail(t("There is no database {path} yet: `reviewbot run` makes it.", path=database))
    db = Database(database)
    try:
        if for_reading:
            refuse_older(db, t)
        yield db
    finally:
        db.close()


def refuse_older(db: "Database", t: "Language") -> None:
    """End where the database lacks migrations."""
    from reviewbot.store.migrations.upgrade import pending

    if pending(db):
        fail(t("The database is of an older version: run `reviewbot migrate` first."))
