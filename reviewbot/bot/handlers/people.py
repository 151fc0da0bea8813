"""People about themselves and about the list: /settings, /invite, /people and their buttons.

All of it in private. What an invitation is, is read from what we sent, never from a button.
"""

from typing import Any

from sqlmodel import Session
from telegram import Message, User

from reviewbot.bot import access
from reviewbot.bot.callback_data import Press
from reviewbot.bot.handlers.context import House, Place
from reviewbot.core.errors import Refused
from reviewbot.core.model import Alerts, OutboxKind, Role
from reviewbot.core.settings import Person
from reviewbot.store import people
from reviewbot.store.queues import outbox
from reviewbot.words.people import place_names
from reviewbot.words.toasts import toast
from reviewbot.workflow import invitations

INVITATION = "invitation"
FARTHEST = 10**6


def settings(
    session: Session, house: House, place: Place, person: Person, message: Message, argument: str
) -> None:
    """What they get in private."""
    _in_private(place)
    house.reply(session, place, "settings", {"person": person.key})


def invite(
    session: Session, house: House, place: Place, person: Person, message: Message, argument: str
) -> None:
    """A link for one person. It is made when it is sent, so that it lies nowhere in the rows."""
    _by_admin(person)
    _in_private(place)
    house.reply(session, place, INVITATION, {"person": person.key})


def listed(
    session: Session, house: House, place: Place, person: Person, message: Message, argument: str
) -> None:
    """Who is on the list."""
    _by_admin(person)
    _in_private(place)
    house.reply(session, place, "people", {"offset": 0})


def opened(
    session: Session, house: House, place: Place, guest: User, code: str, message_id: int
) -> None:
    """Somebody on no list came by a link."""
    try:
        joined = invitations.accept(house.tx(session), code, guest.id, guest.full_name)
    except Refused as refused:
        params = {"code": refused.code, **refused.params}
        house.reply(session, place, "refusal", params, reply_to=message_id)
        return
    house.reply(session, place, "start", {"person": joined.person.key})
    told = {
        "name": joined.person.name,
        "role": joined.person.role,
        "only": place_names(house.settings, joined.person),
        "telegram_id": guest.id,
    }
    outbox.put(
        session,
        OutboxKind.NOTICE,
        f"notice:joined:{joined.invite_id}",
        outbox.private(joined.by.telegram_id),
        {"code": "joined", "params": told},
        house.now,
    )


def chosen(
    session: Session, house: House, place: Place, person: Person, press: Press, message_id: int
) -> str:
    """Open the choice, or make it: then the message shows it."""
    _in_private(place)
    params: dict[str, Any] = {"person": person.key}
    if press.arg:
        if press.arg not in set(Alerts):
            raise Refused("old_button")
        people.met(house.tx(session), person).alerts = Alerts(press.arg)
        params["message_id"] = message_id
    house.reply(session, place, "settings", params)
    return toast("settings" if press.arg else "", None, place.language)


def role_chosen(
    session: Session, house: House, place: Place, person: Person, press: Press, message_id: int
) -> str:
    """What the invited person will be: only the keys change, so the link stays in sight."""
    _by_admin(person)
    invite_id = _invitation(session, place, message_id)
    role = invitations.choose_role(house.tx(session), invite_id, press.arg, person)
    params = {"role": role, "message_id": message_id}
    house.reply(session, place, "invitation_keys", params)
    return toast("settings", None, place.language)


def taken_back(
    session: Session, house: House, place: Place, person: Person, press: Press, message_id: int
) -> str:
    _by_admin(person)
    invite_id = _invitation(session, place, message_id)
    invitations.take_back(house.tx(session), invite_id, person)
    house.reply(session, place, "invitation_over", {"message_id": message_id})
    return toast("", None, place.language)


def turned(
    session: Session, house: House, place: Place, person: Person, press: Press, message_id: int
) -> str:
    """Another page of the list, in its place."""
    _by_admin(person)
    _in_private(place)
    offset = min(int(press.arg), FARTHEST) if press.arg.isdecimal() else 0
    house.reply(session, place, "people", {"offset": offset, "message_id": message_id})
    return toast("", None, place.language)


def removed(
    session: Session, house: House, place: Place, person: Person, press: Press, message_id: int
) -> str:
    """Somebody invited is off the list at once; the list, or the notice, shows it."""
    _by_admin(person)
    if not press.arg.isdecimal():
        raise Refused("old_button")
    invitations.remove(house.tx(session), int(press.arg), person)
    row = access.outbox_of(session, place.chat_id, message_id)
    told = row.payload if row is not None else {}
    params: dict[str, Any] = {"message_id": message_id}
    if told.get("view") == "people":
        params["offset"] = told["params"]["offset"]
        house.reply(session, place, "people", params)
    else:
        house.reply(session, place, "clear", params)
    return toast("remove", None, place.language)


def _invitation(session: Session, place: Place, message_id: int) -> int:
    row = access.outbox_of(session, place.chat_id, message_id)
    found = row.payload.get(INVITATION) if row is not None else None
    if found is None:
        raise Refused("old_button")
    return int(found)


def _by_admin(person: Person) -> None:
    if person.role is not Role.ADMIN:
        raise Refused("admin_only")


def _in_private(place: Place) -> None:
    if not place.private:
        raise Refused("private_only")
