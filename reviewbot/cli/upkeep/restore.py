"""`reviewbot restore FILE`: go on from a copy of the database, and say nothing twice."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from reviewbot.cli.options import Config
from reviewbot.cli.terminal import fail, out
from reviewbot.cli.time_format import time_format
from reviewbot.cli.upkeep.backup import SERVERS
from reviewbot.cli.upkeep.database_trouble import unwritable
from reviewbot.clock import WallClock
from reviewbot.config import Loaded, load
from reviewbot.registry import source_facts_of
from reviewbot.store.backups import copy
from reviewbot.store.bot_lock import FileLock, holder_of
from reviewbot.store.database import Database, file_of, shown
from reviewbot.store.migrations import upgrade
from reviewbot.store.privacy import forgotten
from reviewbot.store.tx import Tx
from reviewbot.words.language import Language
from reviewbot.words.operator_language import in_words, operator_language
from reviewbot.workflow.absences import restored
from reviewbot.workflow.forgetting import register

BESIDE = ("", "-wal", "-shm")
"""A database and what SQLite lays beside it."""


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The copy to go on from.")],
    config: Config = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Put a copy in place of the database. The bot must be stopped; what was there is kept."""
    loaded = load(config, environ=os.environ)
    t = operator_language(loaded.settings.language)
    database = file_of(loaded.settings.database)
    if database is None:
        fail(t(SERVERS, database=shown(loaded.settings.database)))
    copy.check(file)
    now = WallClock().now()
    taken_at = copy.taken_at(file) or now
    clock = time_format(config, now)
    sentence = t("The copy is of {moment}.", moment=clock.in_full(taken_at))
    out.print(sentence, markup=False)
    lost = t("What came after is forgotten: {path} is kept beside it.", path=database)
    if database.exists() and not yes and not typer.confirm(f"{lost} {t('Go on?')}"):
        raise typer.Exit(1)
    with _alone(database, t):
        fresh = database.with_name(f"{database.name}.restoring")
        try:
            copy.write(file, fresh, taken_at)
            forgotten.take_over(database)
            _settle(loaded, database, fresh, taken_at, now)
            aside = _put_in_place(fresh, database, now)
        except OSError as error:
            fail(in_words(unwritable(database, error), t.language))
    if aside is not None:
        out.print(t("What was there is kept as {path}.", path=aside), markup=False)
    done = t(
        "✓ Restored. Start the bot: it reads the sites anew, and tells each chat what is open."
    )
    out.print(done, style="green", markup=False)


@contextmanager
def _alone(database: Path, t: Language) -> Iterator[None]:
    lock = FileLock(database)
    with closing(lock):
        if not lock.take():
            holder = in_words(holder_of(database) or "?", t.language)
            fail(t("The bot runs ({holder}). Stop it first: nothing was changed.", holder=holder))
        yield


def _settle(
    loaded: Loaded, database: Path, fresh: Path, taken_at: datetime, now: datetime
) -> None:
    """Bring the copy to this version, and into the present."""
    sources = source_facts_of(loaded.settings, loaded.secrets)
    db = Database(str(fresh))
    try:
        upgrade.upgrade(db, backup=False)
        db.write_now(
            lambda rows: restored.settle(Tx(rows, loaded.settings, sources, now), taken_at)
        )
        # Who was forgotten since the copy was taken is so again, before anybody sees it.
        path = forgotten.beside(database)
        db.write_now(lambda rows: register.follow(Tx(rows, loaded.settings, sources, now), path))
        db.write_now(lambda rows: restored.tell(Tx(rows, loaded.settings, sources, now), taken_at))
    finally:
        db.close()


def _put_in_place(fresh: Path, database: Path, now: datetime) -> Path | None:
    """Exchange the files; return where the former database lies. First goes what a write-ahead
    log would do to another database: it must never lie beside the restored one."""
    aside = None
    if database.exists() and database.stat().st_size:
        _fold(database)
        aside = database.with_name(f"{database.name}.replaced-{now:%Y%m%dT%H%M%S}Z")
    for suffix in reversed(BESIDE):
        part = database.with_name(database.name + suffix)
        if part.exists() and aside is not None:
            part.rename(aside.with_name(aside.name + suffix))
    fresh.replace(database)
    return aside


def _fold(database: Path) -> None:
    """Let SQLite fold its log into the file; one that is damaged is kept as it is."""
    with suppress(sqlite3.Error), closing(sqlite3.connect(database)) as rows:
        rows.execute("PRAGMA wal_checkpoint(TRUNCATE)")
