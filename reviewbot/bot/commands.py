"""/start /help /queue /review /health /whoami: each leaves one answer in the outbox."""

from collections.abc import Callable

from sqlmodel import Session, select
from telegram import Chat as TelegramChat
from telegram import Message

from reviewbot.bot import access
from reviewbot.bot.house import House, Place
from reviewbot.bot.replies import place_of, say_refused
from reviewbot.core.errors import Refused
from reviewbot.core.setup import Person
from reviewbot.store.tables import PersonRow, TicketRow

COMMANDS = ("start", "help", "queue", "review", "health", "whoami")


def given(session: Session, house: House, message: Message, command: str, argument: str) -> None:
    """Answer a command. Strangers learn their own number and nothing else, and in a foreign
    group not even that."""
    assert message.from_user is not None
    person = access.person_for(session, house.setup, message.from_user.id)
    place = place_of(session, house, message, person)
    if person is None:
        _stranger(session, house, place, message, command)
        return
    if not place.private and place.configured is None:
        return
    handler = _HANDLERS.get(command)
    if handler is None:
        return
    try:
        handler(session, house, place, person, message, argument)
    except Refused as refused:
        say_refused(session, house, place, message, refused)


def _stranger(
    session: Session, house: House, place: Place, message: Message, command: str
) -> None:
    assert message.from_user is not None
    knows_us = place.configured is not None or (place.private and command == "whoami")
    if knows_us and command in COMMANDS:
        params = {"telegram_id": message.from_user.id, "operator": house.operator_name()}
        house.reply(session, place, "stranger", params, reply_to=message.message_id)


def _start(
    session: Session, house: House, place: Place, person: Person, message: Message, argument: str
) -> None:
    """From now on the bot may write to this person first."""
    if message.chat.type == TelegramChat.PRIVATE:
        row = session.get(PersonRow, person.telegram_id)
        row = row or PersonRow(telegram_id=person.telegram_id, name=person.name)
        _free_key(session, person)
        row.key = person.key
        row.started_at = row.started_at or house.now
        session.add(row)
    params = {"person": person.key, "here": argument == "here"}
    house.reply(session, place, "start", params)


def _free_key(session: Session, person: Person) -> None:
    """The same key may have had another number before: somebody changed the phone."""
    others = session.exec(
        select(PersonRow).where(
            PersonRow.key == person.key, PersonRow.telegram_id != person.telegram_id
        )
    )
    for other in others:
        other.key = None
        session.add(other)
    session.flush()


def _simple(view: str) -> "_Handler":
    def answer(
        session: Session,
        house: House,
        place: Place,
        person: Person,
        message: Message,
        argument: str,
    ) -> None:
        house.reply(session, place, view, {"person": person.key})

    return answer


def _queue(
    session: Session, house: House, place: Place, person: Person, message: Message, argument: str
) -> None:
    house.reply(session, place, "queue", {"person": person.key, "offset": 0})


def _review(
    session: Session, house: House, place: Place, person: Person, message: Message, argument: str
) -> None:
    number = argument.lstrip("№#").strip()
    known = number.isdecimal() and len(number) <= 12
    ticket = session.get(TicketRow, int(number)) if known else None
    if ticket is None:
        house.reply(session, place, "unknown_review", {"wanted": number})
        return
    if not house.setup.may_see(person, ticket.location_key):
        place_name = house.setup.locations.get(ticket.location_key)
        raise Refused("not_your_location", location=place_name.name if place_name else "")
    house.reply(session, place, "card", {"person": person.key}, ticket_id=ticket.id)


_Handler = Callable[[Session, House, Place, Person, Message, str], None]
_HANDLERS: dict[str, _Handler] = {
    "start": _start,
    "help": _simple("help"),
    "queue": _queue,
    "review": _review,
    "health": _simple("health"),
    "whoami": _simple("whoami"),
}
