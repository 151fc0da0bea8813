"""`reviewbot backup FILE`: a copy of the database, made while the bot runs."""

import os
from pathlib import Path
from typing import Annotated

import typer

from reviewbot.cli.options import Config, DatabaseName
from reviewbot.cli.terminal import fail, out
from reviewbot.clock import WallClock
from reviewbot.config import load
from reviewbot.config.locale import locale_of
from reviewbot.store.backups import copy
from reviewbot.store.database import file_of, shown
from reviewbot.words.operator_language import operator_language
from reviewbot.words.operator_text import say

SERVERS = say(
    "{database} is a server's database: copy it with pg_dump, and bring it back with pg_restore."
)


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where the copy is written.")],
    config: Config = None,
    database: DatabaseName = None,
    force: Annotated[bool, typer.Option("--force", help="Replace FILE where it exists.")] = False,
) -> None:
    """Copy the database while the bot runs, check the copy, and keep it from other eyes."""
    t = operator_language(locale_of(config, os.environ).language)
    named = database or load(config, environ=os.environ).settings.database
    source = file_of(named)
    if source is None:
        fail(t(SERVERS, database=shown(named)))
    if file.is_dir():
        fail(t("{path} is a folder.", path=file))
    if file.exists() and not force:
        fail(t("{path} exists. Name another file, or say --force.", path=file))
    copy.write(source, file.absolute(), WallClock().now())
    size = file.stat().st_size / 1e6
    sentence = t(
        "✓ {path}: {size} MB, checked, for your eyes only. The secrets are not in it.",
        path=file,
        size=f"{size:.1f}",
    )
    out.print(sentence, style="green", markup=False)
