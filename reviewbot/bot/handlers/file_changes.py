"""What an admin asks to be changed in the operator's file: /add, a shared contact, the keys below.

All of it in private, and only as work rows (reviewbot.file_changes does them). What a key is about
is read from the message that we sent, never from the button.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from telegram import Message

from reviewbot.bot.handlers.context import (
    MessageRequest,
    PressRequest,
    StaffRequest,
    UpdateContext,
    params_of,
    view_of,
)
from reviewbot.bot.handlers.staff.dates import day_in, must_be_possible
from reviewbot.config.changes.change import (
    AddedClosedDay,
    AddedLocation,
    AddedPerson,
    Change,
    change_as_json,
)
from reviewbot.core.errors import Refused
from reviewbot.core.model import Role, WorkKind
from reviewbot.store.people import person_by_id
from reviewbot.store.queues import work
from reviewbot.words.language import zone_of
from reviewbot.words.toasts import Toast
from reviewbot.words.vocabulary import ButtonName, FileStep, View

UNDO_WITHIN = timedelta(hours=1)
"""How long the key undoes; `reviewbot undo` does it later too."""
LONGEST_NAME = 80
_LINK = re.compile(r"https?://\S+|[a-z][a-z0-9_]*:\S+")


def add(request: MessageRequest) -> None:
    """`/add https://… Name`: a location, or a link of one; `/add 31.12`: a day off."""
    _must_be_admin(request)
    change = _change(request.argument, request.tx.now.astimezone(zone_of(request.settings.zone)))
    _ask(request, request.message.message_id, FileStep.PROPOSE, change=change_as_json(change))


def is_contact_for_us(message: Message) -> bool:
    """Whether somebody shared a contact with us in private."""
    return message.contact is not None and message.chat.type == "private"


def contact_shared(context: UpdateContext, message: Message) -> None:
    """An admin wants this person on the list, as staff. Strangers are not heard."""
    contact, sender = message.contact, message.from_user
    person = person_by_id(context.tx, sender.id) if sender else None
    if contact is None or person is None:
        return
    chat = context.chat_of_message(message, person)
    request = MessageRequest(context, person, chat, message)
    try:
        _must_be_admin(request)
        if contact.user_id is None:
            raise Refused("contact_unknown")
        called = " ".join(filter(None, (contact.first_name, contact.last_name)))
        name = " ".join(called.split())[:LONGEST_NAME] or str(contact.user_id)
        change = change_as_json(AddedPerson(contact.user_id, name, Role.STAFF))
        _ask(request, message.message_id, FileStep.PROPOSE, change=change)
    except Refused as refused:
        request.refuse(refused)


def _change(argument: str, now: datetime) -> Change:
    """Return what was asked for. Raises Refused."""
    words = argument.split()
    links = tuple(word for word in words if _LINK.fullmatch(word))
    name = " ".join(word for word in words if not _LINK.fullmatch(word))[:LONGEST_NAME]
    if links:
        if not name:
            raise Refused("add_name")
        return AddedLocation(name, links)
    day = day_in(argument.strip(), now.date())
    if day is None:
        must_be_possible(argument)
        raise Refused("add_what")
    if day < now.date():
        raise Refused("day_over")
    return AddedClosedDay(day)


def _applied(request: PressRequest) -> str:
    shown = _shown(request, FileStep.PROPOSE)
    wanted = {key: shown[key] for key in ("change", "base", "made")}
    _ask(request, request.message_id, FileStep.APPLY, **wanted)
    request.reply(View.CLEAR, {"message_id": request.message_id})
    return request.toast(Toast.FILE_APPLY)


def _left(request: PressRequest) -> str:
    _shown(request, FileStep.PROPOSE)
    request.reply(View.CLEAR, {"message_id": request.message_id})
    return request.toast(Toast.NOTHING)


def _undone(request: PressRequest) -> str:
    shown = _shown(request, FileStep.APPLY)
    if request.tx.now > datetime.fromisoformat(shown["at"]) + UNDO_WITHIN:
        raise Refused("undo_over")
    _ask(request, request.message_id, FileStep.UNDO, made=shown["made"])
    request.reply(View.CLEAR, {"message_id": request.message_id})
    return request.toast(Toast.FILE_APPLY)


def _shown(request: PressRequest, step: FileStep) -> Mapping[str, Any]:
    """Return what the pressed message showed. Raises Refused where it is of another step."""
    _must_be_admin(request)
    params = params_of(request.row)
    if view_of(request.row) != View.FILE_CHANGE or params.get("step") != step:
        raise Refused("old_button")
    return params


def _must_be_admin(request: StaffRequest) -> None:
    request.must_be_admin()
    request.must_be_private()


def _ask(request: StaffRequest, message_id: int, step: FileStep, **wanted: Any) -> None:
    """Leave the work; one press is one, however often Telegram tells of it."""
    answer = request.chat.answer_to(message_id)
    work.put(
        request.tx.session,
        WorkKind.CHANGE_FILE,
        now=request.tx.now,
        dedupe_key=f"change:{step}:{request.chat.chat_id}:{message_id}",
        payload={"step": step, "person": request.person.key, "answer": answer, **wanted},
    )


BUTTONS: dict[ButtonName, Callable[[PressRequest], str]] = {
    ButtonName.FILE_APPLY: _applied,
    ButtonName.FILE_LEAVE: _left,
    ButtonName.FILE_UNDO: _undone,
}
