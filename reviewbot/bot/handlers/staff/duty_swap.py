"""/duty swap: a colleague is asked to take one's day, and takes it, or not, by a key."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from reviewbot.bot import access
from reviewbot.bot.handlers.context import (
    MessageRequest,
    PressRequest,
    ReplyChat,
    StaffRequest,
    params_of,
    view_of,
)
from reviewbot.bot.handlers.staff import duty_people
from reviewbot.bot.handlers.staff.dates import day_in, must_be_possible
from reviewbot.core.errors import Refused
from reviewbot.core.settings import Desk, Person
from reviewbot.store.people import person_of
from reviewbot.words.operations.duty import ACCEPTED, DECLINED, SENT, VOID
from reviewbot.words.toasts import Toast
from reviewbot.words.vocabulary import ButtonName, View
from reviewbot.workflow import chats
from reviewbot.workflow.digests import local_date
from reviewbot.workflow.reminders import duty

WORDS = frozenset({"swap", "поменяться", "обмен", "меняюсь"})
_RETURN = re.compile(r"\s+(?:for|за)\s+", re.IGNORECASE)
_WITH = re.compile(r"^(?:with|с|со)\s+", re.IGNORECASE)


def asked(request: MessageRequest, told: str) -> None:
    """Ask a colleague, in private where they pressed /start, else in this chat."""
    request.must_not_be_viewer()
    mine, _, returned = _RETURN.sub("\n", told).partition("\n")
    today = local_date(request.settings.zone, request.tx.now)
    name, day = duty_people.name_and_day(_WITH.sub("", mine.strip()), today)
    back = day_in(returned, today) if returned else None
    for said, read in ((mine, day), (returned, back)):
        if read is None:
            must_be_possible(said)
    if not name or day is None or (returned and back is None):
        raise Refused("swap_what")
    for each in filter(None, (day, back)):
        duty_people.check_day(each, today)
    other = duty_people.named(request, name)
    if other.key == request.person.key:
        raise Refused("swap_what")
    _desks_of(request, request.person, other, day)
    if back is not None:
        _desks_of(request, other, request.person, back)
    params: dict[str, Any] = {
        "by": request.person.key,
        "to": other.key,
        "day": day.isoformat(),
        "back": back.isoformat() if back else None,
        "asked_in": [request.chat.chat_id, request.chat.thread_id, request.chat.private],
    }
    private = chats.private_chat(request.tx, other)
    if private is None:
        request.reply(View.DUTY_SWAP, params)
        return
    language = other.language or request.settings.language
    chat = request.chat.in_private(other.telegram_id, language)
    request.context.reply(chat, View.DUTY_SWAP, params, nth=1)
    request.reply(View.DUTY_SWAP, {**params, "state": SENT})


def _desks_of(request: StaffRequest, giver: Person, taker: Person, day: date) -> list[Desk]:
    """Return the desks at which one is on duty on a day and the other may be. Raises Refused."""
    settings = request.settings
    found = [
        desk
        for desk in settings.desks.values()
        if giver.key in duty.owners_of(request.tx, desk, day)
        and duty.answers_for(request.tx, taker, desk)
    ]
    if not found:
        raise Refused("swap_not_on_duty", name=giver.name)
    if any(duty.is_away_on(request.tx, taker, desk, day) for desk in found):
        raise Refused("swap_away", name=taker.name)
    return found


def _answered(request: PressRequest) -> str:
    """Whoever was asked takes the day, or not; once."""
    params = params_of(request.row)
    if view_of(request.row) != View.DUTY_SWAP or params.get("state"):
        raise Refused("old_button")
    if params["to"] != request.person.key:
        raise Refused("not_your_question")
    if request.press.arg not in ("yes", "no"):
        raise Refused("old_button")
    giver = person_of(request.tx, params["by"])
    if giver is None:
        raise Refused("old_button")
    state = DECLINED
    if request.press.arg == "yes":
        state = ACCEPTED if _swap(request, giver, params) else VOID
    done = {**params, "state": state}
    request.reply(View.DUTY_SWAP, {**done, "message_id": request.message_id})
    chat = _asked_in(request, giver, params)
    if chat.chat_id != request.chat.chat_id:
        request.context.reply(chat, View.DUTY_SWAP, done, nth=1)
    return request.toast(Toast.SETTINGS)


def _swap(request: PressRequest, giver: Person, params: dict[str, Any]) -> bool:
    """Both days change hands, or none: each is looked at as it stands now. Return whether they
    did: since the question a day may be over, another's, or somebody away on it."""
    tx, taker = request.tx, request.person
    taken = [(giver, taker, date.fromisoformat(params["day"]))]
    if params.get("back"):
        taken.append((taker, giver, date.fromisoformat(params["back"])))
    today = local_date(request.settings.zone, tx.now)
    if any(day < today for *_, day in taken):
        return False
    try:
        desks = [_desks_of(request, *each) for each in taken]
    except Refused:
        return False
    for (one, other, day), at in zip(taken, desks, strict=True):
        for desk in at:
            duty.swap(tx, desk, one, other, day, request.actor)
    return True


def _asked_in(request: PressRequest, giver: Person, params: dict[str, Any]) -> ReplyChat:
    """Where the answer is awaited: where it was asked."""
    chat_id, thread_id, private = params["asked_in"]
    if private:
        language = giver.language or request.settings.language
        return request.chat.in_private(giver.telegram_id, language)
    known = chats.configured_chat(request.tx, chat_id)
    language = access.language_of(request.settings, giver, known, private=False)
    return ReplyChat(chat_id, thread_id, False, known, language)


BUTTONS: dict[ButtonName, Callable[[PressRequest], str]] = {ButtonName.DUTY_SWAP: _answered}
