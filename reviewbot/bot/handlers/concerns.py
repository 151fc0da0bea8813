"""Presses under the card of a concern. Which one is meant stands in the row, never in a button."""

from collections.abc import Callable, Mapping
from typing import Any

from telegram import Message

from reviewbot.bot.handlers.context import (
    MessageRequest,
    PressRequest,
    StaffRequest,
    UpdateContext,
    params_of,
)
from reviewbot.bot.handlers.staff.dates import must_be_possible, past_day_within
from reviewbot.bot.views.concerns import chart_params
from reviewbot.core.errors import Refused
from reviewbot.core.model import OutboxKind
from reviewbot.core.trends.concern import Sign
from reviewbot.queries.trends.concern_facts import is_unwatched, places_in
from reviewbot.store.people import person_by_id
from reviewbot.store.queues import outbox
from reviewbot.store.tables import ConcernRow, OutboxRow
from reviewbot.words.toasts import Toast
from reviewbot.words.trends.concerns import TAKEN_BACK
from reviewbot.words.trends.pictures import Chart
from reviewbot.words.vocabulary import ButtonName, View
from reviewbot.workflow.beside_reply.measures import can_be_told, told_of_all
from reviewbot.workflow.chats import shows_all
from reviewbot.workflow.concerns import acts
from reviewbot.workflow.digests import local_date


def _concern(request: PressRequest) -> ConcernRow:
    row = request.row
    number = row.payload.get("concern") if row is not None else None
    if number is None:
        raise Refused("old_button")
    return _shown(request, int(number))


def _shown(request: StaffRequest, number: int) -> ConcernRow:
    """Return a concern that this person, and this chat, may be shown. Raises Refused."""
    concern = acts.concern_for(request.tx, number, request.person)
    if concern.location_key not in request.settings.locations:
        raise Refused("place_unwatched")
    # It may have grown beyond the chat since its card was sent there.
    if not shows_all(request.tx, request.chat.chat_id, places_in(request.tx, concern)):
        raise Refused("grown_beyond")
    return concern


def _acknowledge(request: PressRequest) -> str:
    acts.acknowledge(request.tx, _concern(request), request.person)
    return request.toast(Toast.NOTE)


def _snooze(request: PressRequest) -> str:
    acts.snooze(request.tx, _concern(request), request.person)
    return request.toast(Toast.NOTE)


def _measure(request: PressRequest) -> str:
    """Something is done from today on; with an argument, from another day, which is asked for."""
    concern, person = _concern(request), request.person
    if not request.press.arg:
        acts.measure(request.tx, concern, person)
        if can_be_told(request.tx, Sign.from_json(concern.facts).tickets):
            zone = request.settings.desk_of(concern.location_key).zone
            on = local_date(zone, request.tx.now).isoformat()
            params = {"concern": concern.id, "on": on}
            request.reply(View.CONCERN_NOTED, params, reply_to=request.message_id)
        return request.toast(Toast.NOTE)
    acts.must_decide(person)
    params = {
        "person": person.key,
        "telegram_id": person.telegram_id,
        "name": person.name,
        "concern": concern.id,
    }
    request.reply(View.CONCERN_PROMPT, params, reply_to=request.message_id)
    return request.toast(Toast.MEASURE_DAY)


def answered(context: UpdateContext, message: Message, prompt: OutboxRow) -> bool:
    """Somebody answered the question what was done, from which day on; return whether it was one
    of the staff."""
    person = person_by_id(context.tx, message.from_user.id) if message.from_user else None
    if person is None:
        return False
    chat = context.chat_of_message(message, person)
    request = MessageRequest(context, person, chat, message)
    try:
        _note_measure(request, params_of(prompt))
    except Refused as refused:
        request.refuse(refused)
    return True


def _note_measure(request: MessageRequest, asked: Mapping[str, Any]) -> None:
    if asked.get("person") != request.person.key:
        raise Refused("not_your_question")
    concern = _shown(request, int(asked["concern"]))
    today = local_date(request.settings.desk_of(concern.location_key).zone, request.tx.now)
    said = request.message.text or request.message.caption or ""
    day, what = past_day_within(said, today)
    if day is None:
        must_be_possible(said)
        raise Refused("concern_day")
    acts.measure(request.tx, concern, request.person, day, what)
    params = {"concern": concern.id, "on": day.isoformat()}
    request.reply(View.CONCERN_NOTED, params, reply_to=request.message.message_id)


def _sentence(request: PressRequest) -> str:
    """The guests are told of the measure: each reply that waits gets its sentence, and is approved
    like any text."""
    number = params_of(request.row).get("concern")
    if number is None:
        raise Refused("old_button")
    concern = _shown(request, int(number))
    acts.must_decide(request.person)
    sign = Sign.from_json(concern.facts)
    if not sign.measures:
        raise Refused("measure_open")
    if not told_of_all(request.tx, sign.tickets, request.actor):
        raise Refused("old_button")
    request.reply(View.CLEAR, {"message_id": request.message_id})
    return request.toast(Toast.SENTENCES)


def _cause(request: PressRequest) -> str:
    """Ask for the cause, or take it."""
    concern = _concern(request)
    acts.must_decide(request.person)
    if request.press.arg:
        acts.known(request.tx, concern, request.person, request.press.arg)
        return request.toast(Toast.NOTE)
    _show(request, concern, asks_cause=True)
    return ""


def _back(request: PressRequest) -> str:
    concern = _concern(request)
    acts.must_decide(request.person)
    _show(request, concern)
    return ""


def _show(request: PressRequest, concern: ConcernRow, **params: Any) -> None:
    """Change the pressed copy alone."""
    payload = {
        "view": View.CONCERN,
        "concern": concern.id,
        "items": (request.row.payload if request.row else {}).get("items", []),
        "params": {"message_id": request.message_id, **params},
        "language": request.chat.language,
    }
    key = f"reply:{request.context.update_id}:0"
    tx = request.tx
    outbox.put(tx.session, OutboxKind.REPLY, key, request.chat.address, payload, tx.now)


def _chart(request: PressRequest) -> str:
    """The rating of the place, below the card."""
    concern = _concern(request)
    place = request.settings.locations[concern.location_key]
    params = chart_params(request.tx, place, Chart.ALL) | {"person": request.person.key}
    request.reply(View.CHART, params, reply_to=request.message_id)
    return request.toast(Toast.CHARTS)


def _not_this_place(request: PressRequest) -> str:
    """One text at several places: the guest was not at this one, the other reply stays owed; or
    was there after all."""
    concern, arg = _concern(request), request.press.arg
    is_back, told = arg.startswith(TAKEN_BACK), arg.removeprefix(TAKEN_BACK)
    number = int(told) if told.isdecimal() else 0
    if is_back:
        acts.this_place_after_all(request.tx, concern, number, request.person)
        return request.toast(Toast.UNDO_SKIP, number)
    acts.not_this_place(request.tx, concern, number, request.person)
    return request.toast(Toast.SKIP, number)


def _of_watched(press: Callable[[PressRequest], str]) -> Callable[[PressRequest], str]:
    """The card of a place that is in the file no more loses its keys, whichever is pressed."""

    def pressed(request: PressRequest) -> str:
        number = request.row.payload.get("concern") if request.row is not None else None
        if number is None or not is_unwatched(request.tx, number):
            return press(request)
        _show(request, request.tx.session.get_one(ConcernRow, number))
        return request.sentence(Refused("place_unwatched"))

    return pressed


_OF_CARDS: dict[ButtonName, Callable[[PressRequest], str]] = {
    ButtonName.CONCERN_ACK: _acknowledge,
    ButtonName.CONCERN_SNOOZE: _snooze,
    ButtonName.CONCERN_CAUSE: _cause,
    ButtonName.CONCERN_BACK: _back,
    ButtonName.CONCERN_CHART: _chart,
    ButtonName.CONCERN_MEASURE: _measure,
    ButtonName.CONCERN_SENTENCE: _sentence,
    ButtonName.NOT_THIS_PLACE: _not_this_place,
}
BUTTONS = {name: _of_watched(press) for name, press in _OF_CARDS.items()}
