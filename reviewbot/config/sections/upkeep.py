"""What keeps an installation for years: its database, and copies of it."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from reviewbot.config import durations
from reviewbot.config.context import ResolveContext
from reviewbot.config.credentials import beside
from reviewbot.core.connections import Backups
from reviewbot.words.operator_text import say

OFTENEST = timedelta(hours=1)
DATABASE_VARIABLE = "REVIEWBOT_DATABASE"


def named_database(context: ResolveContext, environ: Mapping[str, str]) -> str:
    """Return the database: REVIEWBOT_DATABASE, else the file's; a path is the file's neighbour,
    also where it is written as SQLite writes it, `file:bot.sqlite3`."""
    named = environ.get(DATABASE_VARIABLE)
    chosen = named or context.file.database.path
    if "://" in chosen:
        return chosen
    path = beside(context.folder, chosen.removeprefix("file:"))
    if path.is_dir():
        context.problems.add(
            DATABASE_VARIABLE if named else "database.path",
            say("{path} is a folder.", path=path),
            say("Name a file in it, like {path}.", path=path / "reviewbot.sqlite3"),
        )
    return str(path)


def backups(context: ResolveContext, database: str) -> Backups:
    """Return how the database is copied. The folder is the configuration's neighbour; of a
    database that lies elsewhere, the database's: the bot may write there."""
    table, problems = context.file.backup, context.problems
    home = context.folder if "://" in database else Path(database).parent
    folder = str(beside(home, table.folder))
    if table.every == "none":
        return Backups(None, table.keep, folder)
    every = problems.read("backup.every", durations.positive, table.every)
    if every is not None and every < OFTENEST:
        problems.add(
            "backup.every",
            say("{found} is too often.", found=durations.brief(every)),
            say('Write "1h" or more; "1d" is usual.'),
        )
    if "://" in database and not database.startswith("sqlite"):
        problems.add(
            "backup.every",
            say("A server's database is not copied by the bot."),
            say("Leave [backup] out and copy it with pg_dump."),
        )
    return Backups(every, table.keep, folder)
