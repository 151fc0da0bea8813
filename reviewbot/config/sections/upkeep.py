"""What keeps an installation for years: copies of its database."""

from datetime import timedelta
from pathlib import Path

from reviewbot.config import durations
from reviewbot.config.context import ResolveContext
from reviewbot.config.credentials import beside
from reviewbot.core.connections import Backups
from reviewbot.words.operator_text import say

OFTENEST = timedelta(hours=1)


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
