"""`reviewbot migrate`: bring a database's schema to this version."""

from typing import Annotated

import typer

from reviewbot.cli.databases import opened
from reviewbot.cli.options import Config, DatabaseName
from reviewbot.cli.terminal import out
from reviewbot.store.migrations import upgrade as migrations


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
    said = ", ".join(numbers)
    if not numbers:
        out.print("✓ The database is up to date.", style="green", markup=False)
    elif dry_run:
        out.print(f"To apply: {said}", markup=False)
    else:
        out.print(f"✓ Applied: {said}", style="green", markup=False)
