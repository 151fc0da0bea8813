"""What `check` says of former keys: those the database never knew, and those nobody declared."""

from sqlalchemy.exc import SQLAlchemyError

from reviewbot.config.problems import guess_at
from reviewbot.core.errors import Problem
from reviewbot.core.settings import Settings
from reviewbot.store import location_renames
from reviewbot.store.database import Database
from reviewbot.store.location_renames import Undeclared
from reviewbot.words.operator_text import say


def renames(settings: Settings) -> list[Problem]:
    """Return warnings from the database, as far as it can be read; nothing is written."""

    db = Database(settings.database)
    try:
        keys = db.read_now(location_renames.keys)
        left = db.read_now(lambda session: location_renames.undeclared(session, settings))
    except SQLAlchemyError:  # an empty or older database: nothing is known
        return []
    finally:
        db.close()
    return [*_unknown(settings, keys), *map(_undeclared, left)]


def _unknown(settings: Settings, keys: frozenset[str]) -> list[Problem]:
    free = sorted(keys - settings.locations.keys())
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
        for place in settings.locations.values()
        for former in place.formerly
        if former not in keys
    ]


def _undeclared(left: Undeclared) -> Problem:
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
