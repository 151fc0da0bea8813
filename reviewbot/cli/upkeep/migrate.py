"""`reviewbot migrate`: bring a database's schema to this version."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from reviewbot.cli.databases import opened
from reviewbot.cli.options import Config, DatabaseName
from reviewbot.cli.running_bot import is_running
from reviewbot.cli.terminal import fail, out
from reviewbot.clock import WallClock
from reviewbot.config.locale import locale_of
from reviewbot.store.backups import copy
from reviewbot.store.database import Database, is_file
from reviewbot.store.migrations import upgrade as migrations
from reviewbot.words.operator_language import operator_language


def migrate(
    config: Config = None,
    database: DatabaseName = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be applied.")
    ] = False,
    check: Annotated[
        bool,
        typer.Option(
            "--check", help="Try on a copy what is missing. Exit code 1 where something is."
        ),
    ] = False,
    backup: Annotated[bool, typer.Option(help="Copy a SQLite file before it is changed.")] = True,
) -> None:
    """Apply missing database migrations. SQLite files are also migrated by `run` at start."""
    t = operator_language(locale_of(config, os.environ).language)
    with opened(config, database, is_made=not (dry_run or check)) as db:
        numbers = migrations.pending(db)
        said = ", ".join(numbers)
        if not numbers:
            out.print(t("✓ The database is up to date."), style="green", markup=False)
            return
        if dry_run or check:
            out.print(t("To apply: {numbers}", numbers=said), markup=False)
        if dry_run:
            return
        if check:
            if _try_on_a_copy(db):
                out.print(t("It runs through on a copy."), markup=False)
            fail(
                t("`reviewbot migrate` applies it; of a file also `reviewbot run`, at its start.")
            )
        if is_running(db.url):
            # One of an earlier version: its rows would be none of the new ones.
            fail(t("The bot runs. Stop it first: nothing was changed."))
        copied = migrations.copy_before(db) if backup else None
        migrations.upgrade(db, backup=backup)
    out.print(t("✓ Applied: {numbers}", numbers=said), style="green", markup=False)
    if copied is not None:
        out.print(t("What was before: {path}", path=copied), markup=False)


def _try_on_a_copy(db: Database) -> bool:
    """Migrate a passing copy and look whether it is sound; False: there is nothing to copy, or
    it is a server's."""
    if not is_file(db.url) or migrations.copy_before(db) is None:
        return False
    file = migrations.database_file(db)
    with TemporaryDirectory(prefix="reviewbot-", dir=file.parent) as folder:
        passing = Path(folder) / "check.sqlite3"
        copy.write(file, passing, WallClock().now())
        trial = Database(str(passing))
        try:
            migrations.upgrade(trial, backup=False)
        finally:
            trial.close()
        copy.check(passing)
    return True
