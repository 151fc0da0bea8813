"""What `check` says beforehand of open reviews: what the file will do to them once it is read."""

from sqlalchemy.exc import SQLAlchemyError

from reviewbot.clock import WallClock
from reviewbot.config import Loaded
from reviewbot.core.errors import Problem
from reviewbot.registry import source_facts_of
from reviewbot.store.database import Database
from reviewbot.store.tx import Tx
from reviewbot.words.operator_text import say
from reviewbot.workflow import changed_file


def effects(loaded: Loaded) -> list[Problem]:
    """Return warnings from the database, as far as it can be read; nothing is written."""
    settings = loaded.settings
    facts, now = source_facts_of(settings, loaded.secrets), WallClock().now()
    db = Database(settings.database)
    try:
        told = db.read_now(
            lambda session: changed_file.expected(Tx(session, settings, facts, now))
        )
    except SQLAlchemyError:  # an empty or older database: nothing is known
        return []
    finally:
        db.close()
    found = []
    if told.closed:
        said = say("Open reviews of places that are not in the file: {count}.", count=told.closed)
        hint = say("They will be closed as no longer ours; they come back if the place does.")
        found.append(Problem("locations", said, hint))
    if told.back:
        said = say("Reviews of places that are in the file again: {count}.", count=told.back)
        found.append(Problem("locations", said, say("They will be open again.")))
    if told.stopped:
        said = say(
            "Open reviews of a kind that has no reply time any more: {count}.", count=told.stopped
        )
        found.append(Problem("reply_time", said, say("Their clocks will stand.")))
    if told.resumed:
        said = say("Open reviews whose clocks will run again: {count}.", count=told.resumed)
        found.append(Problem("reply_time", said))
    if told.later or told.earlier:
        said = say(
            "Due times of open reviews that will move: {later} later, {earlier} earlier.",
            later=told.later,
            earlier=told.earlier,
        )
        found.append(Problem("desk", said))
    return found
