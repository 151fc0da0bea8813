"""What `check` says of former keys: those the database never knew, and those nobody declared."""

from pathlib import Path
from typing import TYPE_CHECKING

from reviewbot.core.errors import Problem
from reviewbot.core.setup import Setup
from reviewbot.words.said import say

if TYPE_CHECKING:
    from reviewbot.store.renames import Undeclared


def renames(setup: Setup) -> list[Problem]:
    """Return warnings, from a database that is there and can be read; nothing is written."""
    if "://" not in setup.database and not Path(setup.database).is_file():
        return []
    from sqlalchemy.exc import SQLAlchemyError

    from reviewbot.store import renames
    from reviewbot.store.database import Database

    db = Database(setup.database)
    try:
        keys = db.read_now(renames.keys)
        left = db.read_now(lambda session: renames.undeclared(session, setup))
    except SQLAlchemyError:  # an empty or older database: nothing is known
        return []
    finally:
        db.close()
    return [*_unknown(setup, keys), *map(_undeclared, left)]


def _unknown(setup: Setup, keys: frozenset[str]) -> list[Problem]:
    from reviewbot.config.advice import guess_at

    free = sorted(keys - setup.locations.keys())
    return [
        Problem(
            f"locations.{place.key}.formerly",
            say(
                'The database knows no location "{former}".{guess}',
                former=former,
                guess=guess_at(former, free),
            ),
            say("Nothing follows from there."),
        )
        for place in setup.locations.values()
        for former in place.formerly
        if former not in keys
    ]


def _undeclared(left: "Undeclared") -> Problem:
    return Problem(
        f"locations.{left.key}",
        say(
            'Its pages belonged to "{former}"; reviews that stay behind there: {tickets}.',
            former=left.former,
            tickets=left.tickets,
        ),
        say(
            'If it was renamed, write formerly = "{former}": its history follows.',
            former=left.former,
        ),
    )
