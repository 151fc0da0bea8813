"""What people do about a concern: acknowledge it, say its cause, put it off, note a measure."""

from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import select

from reviewbot.core.errors import Refused
from reviewbot.core.model import NOT_THIS_PLACE, Role, TicketState
from reviewbot.core.settings import Person
from reviewbot.core.text import clean
from reviewbot.core.ticket import Act, Action, Actor
from reviewbot.core.trends.concern import (
    KNOWN_CAUSES,
    ConcernKind,
    ConcernState,
    MeasureTaken,
    Sign,
)
from reviewbot.queries.trends.concern_facts import places_in
from reviewbot.store.tables import ConcernRow, TicketRow
from reviewbot.store.tx import Tx
from reviewbot.workflow import act
from reviewbot.workflow.concerns import standing, telling

SNOOZE = timedelta(days=7)
LONG_AGO = timedelta(days=365)
"""A measure of before that is compared with nothing."""
WHAT_LENGTH = 120


def concern_for(tx: Tx, concern_id: int, person: Person) -> ConcernRow:
    """Return a concern of places this person may see, all of them. Raises Refused."""
    concern = tx.session.get(ConcernRow, concern_id)
    if concern is None:
        raise Refused("old_button")
    if not all(tx.settings.may_see(person, place) for place in places_in(tx, concern)):
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


def not_this_place(tx: Tx, concern: ConcernRow, ticket_id: int, person: Person) -> None:
    """Of one text at several places: the guest was not at this ticket's, nothing is answered
    there. Raises Refused, also where no other of them is still to be answered or was."""
    must_decide(person)
    numbers = Sign.from_json(concern.facts).tickets
    others = [
        row
        for number in numbers
        if number != ticket_id and (row := tx.session.get(TicketRow, number)) is not None
    ]
    if ticket_id not in numbers:
        raise Refused("old_button")
    if not any(row.state not in (TicketState.SKIPPED, TicketState.GONE) for row in others):
        raise Refused("last_place")
    actor = Actor(person.key, person.name, person.role)
    act.act(tx, ticket_id, Act(Action.SKIP, actor, reason=NOT_THIS_PLACE))


def this_place_after_all(tx: Tx, concern: ConcernRow, ticket_id: int, person: Person) -> None:
    """The guest was at this ticket's place: its reply is owed again. Raises Refused."""
    must_decide(person)
    ticket = tx.session.get(TicketRow, ticket_id)
    is_said_away = ticket is not None and ticket.skip_reason == NOT_THIS_PLACE
    if ticket_id not in Sign.from_json(concern.facts).tickets or not is_said_away:
        raise Refused("old_button")
    act.act(tx, ticket_id, Act(Action.UNDO_SKIP, Actor(person.key, person.name, person.role)))


def measure(
    tx: Tx, concern: ConcernRow, person: Person, on: date | None = None, what: str = ""
) -> None:
    """Something is done about it from a day on (None: today), by the place's clock; the card tells
    whether it helped. Once a day: a second press is the same measure.

    Raises Refused: manager_only, measure_noted, place_unwatched, concern_day (a day to come, or
    long ago).
    """
    must_decide(person)
    sign = Sign.from_json(concern.facts)
    taken = _taken(tx, concern.location_key, person, on, what)
    if any(each.on == taken.on for each in sign.measures):
        raise Refused("measure_noted")
    _keep(tx, concern, *sign.measures, taken)


def mark(tx: Tx, place: str, topic: str | None, person: Person, on: date, what: str) -> ConcernRow:
    """Something is done at a place from a day on, whether or not a card tells of it: where the one
    concern stands there that it can be against, its card tells whether it helped.

    Raises Refused: manager_only, measure_noted, concern_day.
    """
    must_decide(person)
    taken = _taken(tx, place, person, on, what)
    here = select(ConcernRow).where(ConcernRow.location_key == place)
    for row in tx.session.exec(here):
        known = Sign.from_json(row.facts).measures
        if any(each.on == taken.on and each.what == taken.what for each in known):
            raise Refused("measure_noted")
    standing_here = [
        row
        for row in standing.standing(tx.session, place)
        if topic in (None, row.topic) and places_in(tx, row) == {place}
    ]
    if len(standing_here) == 1:
        sign = Sign.from_json(standing_here[0].facts)
        if not any(each.on == taken.on for each in sign.measures):
            _keep(tx, standing_here[0], *sign.measures, taken)
            return standing_here[0]
    return mark_done(tx, place, topic, taken)


def mark_done(
    tx: Tx, place: str, topic: str | None, taken: MeasureTaken, tickets: tuple[int, ...] = ()
) -> ConcernRow:
    """Write down a measure that no card tells of; `tickets`: it was noted for a review."""
    sign = Sign(measures=(taken,), tickets=tickets)
    row = standing.add(tx, place, ConcernKind.MEASURE, topic, sign)
    row.state = ConcernState.OVER
    tx.session.add(row)
    tx.session.flush()
    return row


def take_back(tx: Tx, concern: ConcernRow, person: Person, on: date) -> None:
    """A measure was noted by mistake. Raises Refused: manager_only, old_button."""
    must_decide(person)
    measures = Sign.from_json(concern.facts).measures
    kept = [each for each in measures if each.on != on.isoformat()]
    if len(kept) == len(measures):
        raise Refused("old_button")
    _keep(tx, concern, *kept)


def _taken(tx: Tx, place: str, person: Person, on: date | None, what: str) -> MeasureTaken:
    """A measure as it is written down. Raises Refused(concern_day, place_unwatched)."""
    here = tx.settings.locations.get(place)
    if here is None:
        raise Refused("place_unwatched")
    today = tx.now.astimezone(ZoneInfo(here.zone)).date()
    on = on or today
    if not today - LONG_AGO < on <= today:
        raise Refused("concern_day")
    return MeasureTaken(on.isoformat(), person.key, clean(what, limit=WHAT_LENGTH) or "")


def _keep(tx: Tx, concern: ConcernRow, *measures: MeasureTaken) -> None:
    sign = Sign.from_json(concern.facts)
    concern.facts = replace(sign, measures=tuple(sorted(measures))).to_json()
    tx.session.add(concern)
    tx.session.flush()
    telling.edit_copies(tx, concern)


def must_decide(person: Person) -> None:
    """Raises Refused(manager_only)."""
    if person.role not in (Role.MANAGER, Role.ADMIN):
        raise Refused("manager_only")


def _act(tx: Tx, concern: ConcernRow, person: Person, state: ConcernState) -> None:
    must_decide(person)
    if concern.state == ConcernState.OVER:
        raise Refused("concern_over")
    concern.state, concern.acted_by, concern.acted_at = state, person.key, tx.now
    tx.session.add(concern)
    tx.session.flush()
    telling.edit_copies(tx, concern)
