"""People of the config and people invited in chat, by one key."""

from sqlmodel import Session, select

from reviewbot.core.model import Role
from reviewbot.core.setup import Person, Setup
from reviewbot.store.tables import PersonRow


def person_of(session: Session, setup: Setup, key: str) -> Person | None:
    """Return a person of the config or, by the same key, one invited in chat."""
    person = setup.people.get(key)
    if person is not None:
        return person
    row = session.exec(select(PersonRow).where(PersonRow.key == key)).first()
    if row is None or row.role is None or row.removed_at is not None:
        return None
    return Person(key, row.telegram_id, row.name, Role(row.role), tuple(row.only))


def name_of(session: Session, setup: Setup, key: str | None) -> str | None:
    """Return the name people are shown: the person's, or the key of one no longer listed."""
    if key is None:
        return None
    person = person_of(session, setup, key)
    return person.name if person else key


def may_see(session: Session, setup: Setup, key: str, location: str) -> bool:
    """Whether a person of the config or one invited in chat works for the location."""
    person = person_of(session, setup, key)
    return person is not None and setup.may_see(person, location)
