"""/measure: what a manager says was done at a place, without any card, and the list of all."""

from collections.abc import Callable, Sequence
from datetime import date

from reviewbot.bot.handlers.context import (
    MessageRequest,
    PressRequest,
    StaffRequest,
    params_of,
    view_of,
)
from reviewbot.bot.handlers.staff.dates import (
    BEFORE_A_DAY,
    freed,
    impossible_day,
    must_be_possible,
    past_day_first,
)
from reviewbot.bot.handlers.stats import named_place
from reviewbot.core.calendar.digest_days import desk_for
from reviewbot.core.errors import Refused
from reviewbot.queries.trends.places_meant import Meant, meant, near
from reviewbot.words.labels import topic_named
from reviewbot.words.toasts import Toast
from reviewbot.words.vocabulary import ButtonName, View
from reviewbot.workflow.concerns import acts
from reviewbot.workflow.digests import local_date

LONGEST_NAME = 12
"""Words."""


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
    """Return the place, the day and what was done, as the words fall into them. The longest words
    that name one place are it: a shorter name is tried only where the day reaches beyond them
    («Тверская 12 февраля»), so that the house of «8 Марта 11» is never a day.

    Raises Refused: no_such_day, no_such_place, measure_how.
    """
    words = said.replace(",", ", ").split()
    longest = 0
    for count in range(min(len(words), LONGEST_NAME), 0, -1):
        place = _place(request, words[:count])
        if place is None:
            continue
        today = local_date(request.settings.locations[place].zone, request.tx.now)
        day, told = past_day_first(words[count:], today) or (None, 0)
        if told and count + told > longest:
            what = freed(words[count + told :])
            if day is None:
                raise Refused("no_such_day", day=impossible_day(" ".join(words[count:])))
            if what:
                return place, day, what
        longest = longest or count
    must_be_possible(" ".join(words[longest:]))
    if not longest:
        _must_be_known(request, words)
    raise Refused("measure_how")


def _place(request: MessageRequest, name: Sequence[str]) -> str | None:
    """Return the key of the one place that is called so."""
    if name[-1].casefold() in BEFORE_A_DAY:
        return None
    about = meant(request.settings, request.visible_places(), " ".join(name).rstrip(","))
    return about.places[0] if about is not None and len(about.places) == 1 else None


def _must_be_known(request: MessageRequest, words: Sequence[str]) -> None:
    """Raises Refused (no_such_place) where what stands before the day names nothing, or the words
    are nearly a name."""
    places = request.visible_places()
    today = local_date(desk_for(request.settings, places).zone, request.tx.now)
    days = (n for n in range(1, len(words)) if past_day_first(words[n:], today))
    before = next(days, len(words))
    name = " ".join(words[:before]).rstrip(",")
    if not name or meant(request.settings, places, name):
        return
    if before < len(words) or near(request.settings, places, name):
        named_place(request, name)


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
