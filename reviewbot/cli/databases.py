"""The database of a command: opened for its length, and of this version's schema."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from reviewbot.cli.options import is_there
from reviewbot.cli.terminal import fail
from reviewbot.config import Loaded, load
from reviewbot.config.locale import locale_of
from reviewbot.store.database import Database
from reviewbot.store.migrations import upgrade
from reviewbot.words.language import Language
from reviewbot.words.operator_language import operator_language


@contextmanager
def opened(
    config: Path | None,
    database: str | None,
    *,
    for_reading: bool = False,
    is_made: bool = True,
) -> Iterator[Database]:
    """Open the configured database, or the one named, for the length of a command.

    With `for_reading` it must exist and be of this version's schema. Where it is not there and is
    not to be made (`is_made`), an empty one stands for it that passes.
    """
    if database is None:
        database = load(config, environ=os.environ).settings.database
    t = operator_language(locale_of(config, os.environ).language)
    if Path(database).is_dir():
        fail(t("{path} is a folder.", path=database))
    missing = not is_there(database)
    if for_reading and missing:
        fail(t("There is no database {path} yet: `reviewbot run` makes it.", path=database))
    with _or_passing(database, passing=missing and not is_made) as path:
        db = Database(path)
        try:
            if for_reading:
                refuse_older(db, t)
            yield db
        finally:
            db.close()


@contextmanager
def _or_passing(database: str, *, passing: bool) -> Iterator[str]:
    """The database's name; or, where it shall be `passing`, that of an empty one that is let go
    afterwards."""
    if not passing:
        yield database
        return
    with TemporaryDirectory(prefix="reviewbot-") as folder:
        yield str(Path(folder) / "passing.sqlite3")


def refuse_older(db: Database, t: Language) -> None:
    """End where the database lacks migrations."""
    if upgrade.pending(db):
        fail(t("The database is of an older version: run `reviewbot migrate` first."))


@contextmanager
def working_database(loaded: Loaded, *, must_keep: bool) -> Iterator[Database]:
    """The configured database, brought up to date; for a rehearsal without one, a passing one."""
    named = loaded.settings.database
    passing = not (must_keep or is_there(named))
    with _or_passing(named, passing=passing) as path:
        db = Database(path)
        try:
            if must_keep or passing:
                upgrade.prepare(db)
            else:
                refuse_older(db, operator_language(loaded.settings.language))
            yield db
        finally:
            db.close()
