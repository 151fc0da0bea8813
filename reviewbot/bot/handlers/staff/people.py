"""People about themselves and about the list: /settings, /invite, /people and their buttons.

All of it in private. What an invitation is, is read from what we sent, never from a button.
"""

from collections.abc import Callable
from typing import Any

from telegram import Message

from reviewbot.bot.handlers.context import (
    MessageRequest,
    PressRequest,
    ReplyChat,
    UpdateContext,
    params_of,
    view_of,
)
from reviewbot.core.errors import Refused
from reviewbot.core.model import Alerts, Muted, OutboxKind
from reviewbot.store import people
from reviewbot.store.queues import outbox
from reviewbot.words.people import place_names
from reviewbot.words.toasts import Toast
from reviewbot.words.vocabulary import ButtonName, NoticeCode, View
from reviewbot.workflow import invitations


def settings(request: MessageRequest) -> None:
    """What they get in private."""
    request.must_be_private()
    request.reply(View.SETTINGS, {"person": request.person.key})


def invite(request: MessageRequest) -> None:
    """A link for one person. It is made when it is sent, so that it lies nowhere in the rows."""
    request.must_be_admin()
    request.must_be_private()
    request.reply(View.INVITATION, {"person": request.person.key})


def listed(request: MessageRequest) -> None:
    """Who is on the list."""
    request.must_be_admin()
    request.must_be_private()
    request.reply(View.PEOPLE, {"offset": 0})


def opened(context: UpdateContext, chat: ReplyChat, message: Message, code: str) -> None:
    """Somebody on no list came by a link."""
    guest, tx = message.from_user, context.tx
    assert guest is not None
    try:
        joined = invitations.accept(tx, code, guest.id, guest.full_name)
    except Refused as refused:
        context.refuse(chat, refused, message.message_id)
        return
    context.reply(chat, View.START, {"person": joined.person.key})
    params = {
        "name": joined.person.name,
        "role": joined.person.role,
        "only": place_names(tx.settings, joined.person),
        "telegram_id": guest.id,
    }
    outbox.put(
        tx.session,
        OutboxKind.NOTICE,
        f"notice:joined:{joined.invite_id}",
        outbox.private(joined.by.telegram_id),
        {"code": NoticeCode.JOINED, "params": params},
        tx.now,
    )


def _settings_chosen(request: PressRequest) -> str:
    """Open the choice, or make it: then the message shows it."""
    request.must_be_private()
    params: dict[str, Any] = {"person": request.person.key}
    arg = request.press.arg
    if arg:
        if arg not in set(Alerts):
            raise Refused("old_button")
        people.met(request.tx, request.person).alerts = Alerts(arg)
        params["message_id"] = request.message_id
    request.reply(View.SETTINGS, params)
    return request.toast(Toast.SETTINGS if arg else None)


def _muted(request: PressRequest) -> str:
    """Do without a kind, or have it again: then the message shows it."""
    request.must_be_private()
    if request.press.arg not in set(Muted):
        raise Refused("old_button")
    kind, row = Muted(request.press.arg), people.met(request.tx, request.person)
    rest = [each for each in row.muted if each != kind]
    row.muted = rest if kind in row.muted else [*rest, kind]
    request.tx.session.add(row)
    params = {"person": request.person.key, "message_id": request.message_id}
    request.reply(View.SETTINGS, params)
    return request.toast(Toast.SETTINGS)


def _role_chosen(request: PressRequest) -> str:
    """What the invited person will be: only the keys change, so the link stays in sight."""
    request.must_be_admin()
    role = invitations.choose_role(
        request.tx, _invitation(request), request.press.arg, request.person
    )
    request.reply(View.INVITATION_KEYS, {"role": role, "message_id": request.message_id})
    return request.toast(Toast.SETTINGS)


def _taken_back(request: PressRequest) -> str:
    request.must_be_admin()
    invitations.take_back(request.tx, _invitation(request), request.person)
    request.reply(View.INVITATION_OVER, {"message_id": request.message_id})
    return ""


def _turned(request: PressRequest) -> str:
    """Another page of the list, in its place."""
    request.must_be_admin()
    request.must_be_private()
    request.reply(View.PEOPLE, {"offset": request.offset, "message_id": request.message_id})
    return ""


def _removed(request: PressRequest) -> str:
    """Somebody invited is off the list at once; the list, or the notice, shows it."""
    request.must_be_admin()
    if not request.press.arg.isdecimal():
        raise Refused("old_button")
    invitations.remove(request.tx, int(request.press.arg), request.person)
    params: dict[str, Any] = {"message_id": request.message_id}
    if view_of(request.row) == View.PEOPLE:
        params["offset"] = params_of(request.row)["offset"]
        request.reply(View.PEOPLE, params)
    else:
        request.reply(View.CLEAR, params)
    return request.toast(Toast.REMOVE)


def _invitation(request: PressRequest) -> int:
    row = request.row
    invite_id = row.payload.get("invitation") if row is not None else None
    if invite_id is None:
        raise Refused("old_button")
    return int(invite_id)


BUTTONS: dict[ButtonName, Callable[[PressRequest], str]] = {
    ButtonName.SETTINGS: _settings_chosen,
    ButtonName.MUTE: _muted,
    ButtonName.AS_ROLE: _role_chosen,
    ButtonName.TAKE_BACK: _taken_back,
    ButtonName.PEOPLE: _turned,
    ButtonName.REMOVE: _removed,
}
