"""`reviewbot migrate`: bring a database's schema to this version."""

import os
from typing import Annotated

import typer

from reviewbot.cli.databases import opened
from reviewbot.cli.options import Config, DatabaseName
from reviewbot.cli.terminal import out
from reviewbot.config.locale import locale_of
from reviewbot.store.migrations import upgrade as migrations
from reviewbot.words.operator_language import operator_language


def migrate(
    config: Config = None,
    database: DatabaseName = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be applied.")
    ] = False,
) -> None:
    """Apply missing database migrations. SQLite files are also migrated by `run` at start."""
    with opened(config, database) as db:
        numbers = migrations.pending(db) if dry_run else migrations.upgrade(db)
    said, t = ", ".join(numbers), operator_language(locale_of(config, os.environ).language)
    if not numbers:
        out.print(t("✓ The database is up to date."), style="green", markup=False)
    elif dry_run:
        out.print(t("To apply: {numbers}", numbers=said), markup=False)
    else:
        out.print(t("✓ Applied: {numbers}", numbers=said), style="green", markup=False)
