"""What people do about a concern: acknowledge it, say its cause, put it off, take that back."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from reviewbot.core.errors import Refused
from reviewbot.core.model import Role
from reviewbot.core.settings import Person
from reviewbot.core.trends.concern import KNOWN_CAUSES, ConcernState, Sign
from reviewbot.store.tables import ConcernRow
from reviewbot.store.tx import Tx
from reviewbot.workflow.concerns import telling

SNOOZE = timedelta(days=7)


def concern_for(tx: Tx, concern_id: int, person: Person) -> ConcernRow:
    """Return a concern this person may see. Raises Refused."""
    concern = tx.session.get(ConcernRow, concern_id)
    if concern is None:
        raise Refused("old_button")
    if not tx.settings.may_see(person, concern.location_key):
        raise Refused("not_your_location")
    return concern


def acknowledge(tx: Tx, concern: ConcernRow, person: Person) -> None:
    """Somebody looks into it: it is not told again."""
    _act(tx, concern, person, ConcernState.ACKNOWLEDGED)


def known(tx: Tx, concern: ConcernRow, person: Person, cause: str) -> None:
    """Its cause is known. Raises Refused for a cause that is none of ours."""
    if cause not in KNOWN_CAUSES:
        raise Refused("old_button")
    concern.cause = cause
    _act(tx, concern, person, ConcernState.KNOWN)


def snooze(tx: Tx, concern: ConcernRow, person: Person) -> None:
    """Not now: told again in SNOOZE, if it still stands then."""
    concern.until = tx.now + SNOOZE
    _act(tx, concern, person, ConcernState.SNOOZED)


def measure(tx: Tx, concern: ConcernRow, person: Person) -> None:
    """Something was done about it today: from now on the card tells whether it helped. Once a
    day: a second press is the same measure."""
    _must_decide(person)
    sign = Sign.from_json(concern.facts)
    zone = ZoneInfo(tx.settings.locations[concern.location_key].zone)
    today = tx.now.astimezone(zone).date().isoformat()
    if any(on == today for on, _ in sign.measures):
        raise Refused("measure_noted")
    concern.facts = replace(sign, measures=(*sign.measures, (today, person.key))).to_json()
    tx.session.add(concern)
    tx.session.flush()
    telling.edit_copies(tx, concern)


def _must_decide(person: Person) -> None:
    if person.role not in (Role.MANAGER, Role.ADMIN):
        raise Refused("manager_only")


def _act(tx: Tx, concern: ConcernRow, person: Person, state: ConcernState) -> None:
    _must_decide(person)
    if concern.state == ConcernState.OVER:
        raise Refused("concern_over")
    concern.state, concern.acted_by, concern.acted_at = state, person.key, tx.now
    tx.session.add(concern)
    tx.session.flush()
    telling.edit_copies(tx, concern)
