"""Brings a database's schema to this version of the code. Alembic is imported only to do so.

Migrations are numbered files; the number in `alembic_version` says how far a database is. All
steps run in one transaction: a database is migrated whole or not at all. What it was before lies
beside it, as a copy named after its schema.
"""

import logging
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from reviewbot.clock import WallClock
from reviewbot.core.errors import ReviewbotError
from reviewbot.store.backups import copy
from reviewbot.store.database import Database, file_of, is_file
from reviewbot.store.days import day_marks
from reviewbot.words.operator_text import say

log = logging.getLogger(__name__)

FOLDER = Path(__file__).parent


class SchemaError(ReviewbotError):
    """The database cannot be used by this version; the sentence says what to do."""


def known() -> list[str]:
    """Return the numbers of the migrations this version has, oldest first."""
    return sorted(path.name.split("_")[0] for path in (FOLDER / "versions").glob("[0-9]*.py"))


def current(connection: Connection) -> str | None:
    """Return the number of the last migration a database has had; None: it is empty.

    Raises SchemaError where there are tables that no migration made.
    """
    names = set(inspect(connection).get_table_names())
    if "alembic_version" in names:
        number = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        return None if number is None else str(number)
    if "ticket" in names or "review" in names:
        raise SchemaError(
            say(
                "This database has reviewbot's tables but no schema version, so it was not made by"
                " `reviewbot migrate` or `reviewbot run`. Name another file, or restore a backup."
            )
        )
    return None


def _current_of(database: Database) -> str | None:
    """The same of a database, read alone: whoever only looks waits for no writer."""
    return database.read_now(lambda rows: current(rows.connection()))


def pending(database: Database) -> list[str]:
    """Return the migrations a database still needs.

    Raises SchemaError where it is newer than this version of the code.
    """
    at = _current_of(database)
    numbers = known()
    if at is None:
        return numbers
    if at not in numbers:
        raise SchemaError(
            say(
                "The database has schema {at}, this version of reviewbot knows up to {newest}:"
                " it was used by a newer version. Install that version again, or go on from the"
                " copy made before the upgrade, which lies beside the database:"
                " `reviewbot restore {file}`. Nothing was changed.",
                at=at,
                newest=numbers[-1],
                file=f"….schema-{numbers[-1]}",
            )
        )
    return numbers[numbers.index(at) + 1 :]


def upgrade(database: Database, *, backup: bool = True) -> list[str]:
    """Apply what is missing; return the numbers applied. A file with rows is copied first.

    Raises SchemaError, and BackupError where no copy can be made: then nothing is changed.
    """
    numbers = pending(database)
    if not numbers:
        return []
    if backup and (copied := copy_before(database)) is not None:
        copy.write(database_file(database), copied, WallClock().now())
        log.info("the database as it was before %s: %s", numbers[-1], copied)
    log.info("migrating the database: %s to %s", numbers[0], numbers[-1])
    from alembic import command
    from alembic.config import Config

    config = Config()
    # A percent sign in a path would be read as interpolation.
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        day_marks.install(connection)
    return numbers


def copy_before(database: Database) -> Path | None:
    """Return where a file is copied before it is migrated; None: it is a server's, or empty."""
    if not is_file(database.url):
        return None
    at, file = _current_of(database), database_file(database)
    return None if at is None else file.with_name(f"{file.name}.schema-{at}")


def database_file(database: Database) -> Path:
    """Return the file of a database that is one."""
    file = file_of(database.url)
    assert file is not None
    return file


def prepare(database: Database) -> list[str]:
    """Make a database ready at start: SQLite is migrated; a server's is the operator's to migrate.

    Returns the migrations applied. Raises SchemaError where it must not be used as it is.
    """
    if is_file(database.url):
        return upgrade(database)
    if numbers := pending(database):
        raise SchemaError(
            say(
                "The database lacks migrations {numbers}: stop the bot, back the database up, run"
                " `reviewbot migrate`, start again.",
                numbers=", ".join(numbers),
            )
        )
    return []
