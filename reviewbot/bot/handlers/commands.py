"""The staff's commands (words.vocabulary lists them): each leaves one answer in the outbox."""

from collections.abc import Callable

from sqlmodel import Session
from telegram import Message

from reviewbot.bot.handlers import people
from reviewbot.bot.handlers.context import House, Place
from reviewbot.bot.handlers.texts import place_of, say_refused
from reviewbot.core.errors import Refused
from reviewbot.core.settings import Person
from reviewbot.store.people import met, person_by_id
from reviewbot.store.tables import TicketRow
from reviewbot.words.vocabulary import COMMANDS
from reviewbot.workflow import invitations

KNOWN = {command.name: command for command in COMMANDS}
HERE = "here"
"""What the link of [I'm here] says; any other argument of /start is an invitation's code."""


def given(session: Session, house: House, message: Message, command: str, argument: str) -> None:
    """Answer a command. Strangers learn their own number and nothing else, and in a foreign
    group not even that; who brings an invitation is one no longer."""
    assert message.from_user is not None
    person = person_by_id(house.tx(session), message.from_user.id)
    place = place_of(session, house, message, person)
    if person is None:
        if place.private and command == "start" and argument not in ("", HERE):
            guest, number = message.from_user, message.message_id
            people.opened(session, house, place, guest, argument, number)
        else:
            _stranger(session, house, place, message, command)
        return
    if not place.private and place.configured is None:
        return
    listed = KNOWN.get(command)
    if listed is None:
        return
    if listed.shows is not None:
        house.reply(session, place, listed.shows, {"person": person.key})
        return
    try:
        HANDLERS[command](session, house, place, person, message, argument)
    except Refused as refused:
        say_refused(session, house, place, message, refused)


def _stranger(
    session: Session, house: House, place: Place, message: Message, command: str
) -> None:
    assert message.from_user is not None
    knows_us = place.configured is not None or (place.private and command == "whoami")
    if knows_us and command in KNOWN:
        params = {"telegram_id": message.from_user.id, "operator": house.operator_name()}
        house.reply(session, place, "stranger", params, reply_to=message.message_id)


def _start(
    session: Session, house: House, place: Place, person: Person, message: Message, argument: str
) -> None:
    """From now on the bot may write to this person first. An invitation is left for others."""
    if place.private:
        met(house.tx(session), person)
    house.reply(session, place, "start", {"person": person.key})
    if place.private and invitations.is_good(house.tx(session), argument):
        house.reply(session, place, "refusal", {"code": "invite_not_needed"}, nth=1)


def _review(
    session: Session, house: House, place: Place, person: Person, message: Message, argument: str
) -> None:
    number = argument.lstrip("№#").strip()
    known = number.isdecimal() and len(number) <= 12
    ticket = session.get(TicketRow, int(number)) if known else None
    if ticket is None:
        house.reply(session, place, "unknown_review", {"wanted": number})
        return
    if not house.settings.may_see(person, ticket.location_key):
        place_name = house.settings.locations.get(ticket.location_key)
        raise Refused("not_your_location", location=place_name.name if place_name else "")
    house.reply(session, place, "card", {"person": person.key}, ticket_id=ticket.id)


_Handler = Callable[[Session, House, Place, Person, Message, str], None]
HANDLERS: dict[str, _Handler] = {
    "start": _start,
    "review": _review,
    "settings": people.settings,
    "invite": people.invite,
    "people": people.listed,
}
"""Those that do more than show one view."""
