"""Presses under the card of a concern. Which one is meant stands in the row, never in a button."""

from collections.abc import Callable
from typing import Any

from reviewbot.bot.handlers.context import PressRequest
from reviewbot.bot.views.concerns import chart_params
from reviewbot.core.errors import Refused
from reviewbot.core.model import OutboxKind
from reviewbot.store.queues import outbox
from reviewbot.store.tables import ConcernRow
from reviewbot.words.toasts import Toast
from reviewbot.words.trends.pictures import Chart
from reviewbot.words.vocabulary import ButtonName, View
from reviewbot.workflow.concerns import acts


def _concern(request: PressRequest) -> ConcernRow:
    row = request.row
    number = row.payload.get("concern") if row is not None else None
    if number is None:
        raise Refused("old_button")
    return acts.concern_for(request.tx, int(number), request.person)


def _acknowledge(request: PressRequest) -> str:
    acts.acknowledge(request.tx, _concern(request), request.person)
    return request.toast(Toast.NOTE)


def _snooze(request: PressRequest) -> str:
    acts.snooze(request.tx, _concern(request), request.person)
    return request.toast(Toast.NOTE)


def _measure(request: PressRequest) -> str:
    acts.measure(request.tx, _concern(request), request.person)
    return request.toast(Toast.NOTE)


def _cause(request: PressRequest) -> str:
    """Ask for the cause, or take it."""
    concern = _concern(request)
    if request.press.arg:
        acts.known(request.tx, concern, request.person, request.press.arg)
        return request.toast(Toast.NOTE)
    _show(request, concern, asks_cause=True)
    return ""


def _back(request: PressRequest) -> str:
    _show(request, _concern(request))
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
    place = request.settings.locations.get(concern.location_key)
    if place is None:
        raise Refused("old_button")
    params = chart_params(request.tx, place, Chart.ALL) | {"person": request.person.key}
    request.reply(View.CHART, params, reply_to=request.message_id)
    return request.toast(Toast.CHARTS)


def _not_this_place(request: PressRequest) -> str:
    """One text at several places: the guest was not at this one, the other reply stays owed."""
    concern = _concern(request)
    number = int(request.press.arg) if request.press.arg.isdecimal() else 0
    acts.not_this_place(request.tx, concern, number, request.person)
    return request.toast(Toast.SKIP, number)


BUTTONS: dict[ButtonName, Callable[[PressRequest], str]] = {
    ButtonName.CONCERN_ACK: _acknowledge,
    ButtonName.CONCERN_SNOOZE: _snooze,
    ButtonName.CONCERN_CAUSE: _cause,
    ButtonName.CONCERN_BACK: _back,
    ButtonName.CONCERN_CHART: _chart,
    ButtonName.CONCERN_MEASURE: _measure,
    ButtonName.NOT_THIS_PLACE: _not_this_place,
}
