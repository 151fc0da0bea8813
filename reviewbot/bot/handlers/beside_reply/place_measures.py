"""/measure: what a manager says was done at a place, without any card, and the list of all."""

from collections.abc import Callable
from datetime import date

from reviewbot.bot.handlers.context import (
    MessageRequest,
    PressRequest,
    StaffRequest,
    params_of,
    view_of,
)
from reviewbot.bot.handlers.staff.dates import impossible_day, past_day_in
from reviewbot.core.errors import Refused
from reviewbot.queries.trends.places_meant import Meant, meant
from reviewbot.words.labels import topic_named
from reviewbot.words.toasts import Toast
from reviewbot.words.vocabulary import ButtonName, View
from reviewbot.workflow.concerns import acts
from reviewbot.workflow.digests import local_date

LONGEST_NAME, LONGEST_DAY = 12, 4
"""Words: on 3 November 2026."""


def measure(request: MessageRequest) -> None:
    """/measure [place or group]: the list. /measure place day what: one more of them."""
    said = request.argument.strip()
    about = meant(request.settings, request.visible_places(), said)
    if about is not None:
        _list(request, about)
        return
    place, on, words = _read(request, said)
    topic, what = None, words
    before, colon, after = words.partition(":")
    if colon and after.strip():
        topic = topic_named(before, request.settings.topics)
        what = after if topic else words
    row = acts.mark(request.tx, place, topic, request.person, on, what)
    params = {"concern": row.id, "on": on.isoformat()}
    request.reply(View.CONCERN_NOTED, params, reply_to=request.message.message_id)


def _read(request: MessageRequest, said: str) -> tuple[str, date, str]:
    """Return the place, the day and what was done, as the words fall into them; the longest names
    of places and days are tried first. Raises Refused: no_such_day,
    measure_how."""
    words = said.replace(",", ", ").split()
    places = request.visible_places()
    for first in range(min(len(words) - 2, LONGEST_NAME), 0, -1):
        about = meant(request.settings, places, " ".join(words[:first]).rstrip(","))
        if about is None or len(about.places) != 1:
            continue
        [place] = about.places
        today = local_date(request.settings.locations[place].zone, request.tx.now)
        for end in range(min(first + LONGEST_DAY, len(words) - 1), first, -1):
            on = past_day_in(" ".join(words[first:end]).replace(",", ""), today)
            if on is not None:
                return place, on, " ".join(words[end:])
    if day := impossible_day(said):
        raise Refused("no_such_day", day=day)
    raise Refused("measure_how")


def _listed(request: PressRequest) -> str:
    """The measures at the places that /stats told of."""
    if view_of(request.row) != View.STATS:
        raise Refused("old_button")
    params = params_of(request.row)
    places = tuple(key for key in params["places"] if key in request.visible_places())
    if not places:
        raise Refused("not_your_location")
    _list(request, Meant(places, params["about"]), reply_to=request.message_id)
    return ""


def _list(request: StaffRequest, about: Meant, reply_to: int | None = None) -> None:
    params = {"person": request.person.key, "places": list(about.places), "about": about.name}
    request.reply(View.MEASURES, params, reply_to=reply_to)


def _taken_back(request: PressRequest) -> str:
    """It was a mistake."""
    params = params_of(request.row)
    if view_of(request.row) != View.CONCERN_NOTED or params.get("is_taken_back"):
        raise Refused("old_button")
    concern = acts.concern_for(request.tx, int(params["concern"]), request.person)
    acts.take_back(request.tx, concern, request.person, date.fromisoformat(params["on"]))
    shown = params | {"message_id": request.message_id, "is_taken_back": True}
    request.reply(View.CONCERN_NOTED, shown)
    return request.toast(Toast.NOTE)


BUTTONS: dict[ButtonName, Callable[[PressRequest], str]] = {
    ButtonName.MEASURES: _listed,
    ButtonName.MEASURE_BACK: _taken_back,
}
