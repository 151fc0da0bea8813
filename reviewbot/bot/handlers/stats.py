"""/stats and the pictures: which places and days are meant, within the rights of who asks.

What a message is about stands in the row that sent it, never in a button.
"""

import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

from reviewbot.bot.handlers.context import (
    MessageRequest,
    PressRequest,
    StaffRequest,
    params_of,
    view_of,
)
from reviewbot.bot.handlers.digests import chat_key_of
from reviewbot.bot.handlers.staff.dates import impossible_day, length_in, stretch_in
from reviewbot.core.calendar.digest_days import Period, desk_for, places_of
from reviewbot.core.errors import Refused
from reviewbot.core.settings import Settings
from reviewbot.queries.trends.places_meant import Meant, called, meant, near
from reviewbot.store.tables import OutboxRow
from reviewbot.words.toasts import Toast
from reviewbot.words.trends.pictures import Chart
from reviewbot.words.trends.stats import PERIODS
from reviewbot.words.vocabulary import ButtonName, View
from reviewbot.workflow.digests import local_date

USUAL_DAYS, MOST_DAYS = 30, 366
MOST_WORDS = 4
"""Of a length of time: "за последние 2 недели"."""
_LESS_THAN_NONE = re.compile(r"[-−–]\s*\d+")
OWN = ("me", "я", "мои")
"""The word after /stats by which somebody asks for figures of their own."""


def stats(request: MessageRequest) -> None:
    """/stats [place or group] [days, a week, a quarter]: of what this person and this chat may
    see; /stats me [30]: of what this person answered, in private alone."""
    words = request.argument.split()
    name, days, end = _apart(request, words)
    if [word.casefold() for word in name] in [[own] for own in OWN]:
        _own_figures(request, days, end)
        return
    if about := _in_whole(request, " ".join(words), is_days_alone=not name):
        days, end = USUAL_DAYS, None
    else:
        about = named_place(request, " ".join(name))
    request.reply(View.STATS, _params(request, about, days, end))


def _in_whole(request: MessageRequest, whole: str, *, is_days_alone: bool) -> Meant | None:
    """Return the places that all the words name: a number may be a house's, so that this is tried
    before the end is taken for days. Raises Refused."""
    if _LESS_THAN_NONE.fullmatch(whole):
        raise Refused("no_such_place", wanted=whole)
    # Days alone are a place only where they are all of its name.
    find = called if is_days_alone else meant
    return find(request.settings, request.visible_places(), whole)


def _apart(
    request: MessageRequest, words: Sequence[str]
) -> tuple[Sequence[str], int, date | None]:
    """Return the name, and the days that its last words tell: how many, and the day after their
    last (None: up to today)."""
    today = local_date(desk_for(request.settings, request.visible_places()).zone, request.tx.now)
    for cut in range(max(0, len(words) - MOST_WORDS), len(words)):
        days = length_in(" ".join(words[cut:]))
        if days is not None:
            return words[:cut], min(max(days, 1), MOST_DAYS), None
        if stretch := stretch_in(" ".join(words[cut:]), today):
            first, end = stretch
            return words[:cut], min((end - first).days, MOST_DAYS), end
    return words, USUAL_DAYS, None


def named_place(request: MessageRequest, wanted: str) -> Meant:
    """Return what a name means, of what may be seen here. Raises Refused, with the names that are
    written almost so."""
    places = request.visible_places()
    about = meant(request.settings, places, wanted)
    if about is None and (day := impossible_day(wanted)):
        raise Refused("no_such_day", day=day)
    if about is None:
        names = "; ".join(near(request.settings, places, wanted))
        raise Refused("no_such_place", wanted=wanted[:60], what=names)
    return about


def _own_figures(request: MessageRequest, days: int, end: date | None) -> None:
    """What this person answered; an admin hears of everybody. Raises Refused."""
    if not request.settings.people_figures:
        raise Refused("no_people_figures")
    if not request.chat.private:
        raise Refused("private_only")
    every = Meant(request.visible_places())
    request.reply(View.OWN_FIGURES, _params(request, every, days, end))


def past(request: MessageRequest) -> None:
    """/past [place or group]: the audit of everything stored."""
    about = named_place(request, request.argument.strip())
    params = {"person": request.person.key, "places": list(about.places), "about": about.name}
    request.reply(View.PAST, params)


def _past(request: PressRequest) -> str:
    """The same from the greeting of the first day: of all this chat may see."""
    places = list(request.visible_places())
    if not places:
        raise Refused("not_your_location")
    params = {"person": request.person.key, "places": places, "about": ""}
    request.reply(View.PAST, params, reply_to=request.message_id)
    return ""


def _params(
    request: StaffRequest, about: Meant, days: int, end: date | None = None
) -> dict[str, Any]:
    zone = desk_for(request.settings, about.places).zone
    return {
        "person": request.person.key,
        "places": list(about.places),
        "about": about.name,
        "days": days,
        # Whoever asks wants today too.
        "on": (end or local_date(zone, request.tx.now) + timedelta(days=1)).isoformat(),
    }


def _other_days(request: PressRequest) -> str:
    """The same places, other days, in a message of its own."""
    if view_of(request.row) != View.STATS or request.press.arg not in map(str, PERIODS):
        raise Refused("old_button")
    params = params_of(request.row)
    places = tuple(key for key in params["places"] if key in request.visible_places())
    if not places:
        raise Refused("not_your_location")
    about = Meant(places, params["about"])
    asked = _params(request, about, int(request.press.arg))
    request.reply(View.STATS, asked, reply_to=request.message_id)
    return ""


def _charts(request: PressRequest) -> str:
    """Every picture there is of these figures: each a message of its own, below this one."""
    params = _shown(request.settings, request.row)
    params["places"] = [key for key in params["places"] if key in request.visible_places()]
    if not params["places"]:
        raise Refused("not_your_location")
    for nth, chart in enumerate(chart for chart in Chart if chart is not Chart.ALL):
        shown = {**params, "chart": chart, "person": request.person.key}
        request.reply(View.CHART, shown, reply_to=request.message_id, nth=nth)
    return request.toast(Toast.CHARTS)


def _shown(settings: Settings, row: OutboxRow | None) -> dict[str, Any]:
    """Return the places and days a message told of: /stats, or a digest. Raises Refused."""
    if view_of(row) == View.STATS:
        return params_of(row)
    chat = settings.chats.get(chat_key_of(row) or "")
    if row is None or chat is None:
        raise Refused("old_button")
    told = params_of(row) or dict(row.payload)
    if "period" not in told or told["period"] == Period.DAILY:
        raise Refused("old_button")
    return {
        "places": list(places_of(settings, chat)),
        "about": "",
        "period": told["period"],
        "on": told["on"],
    }


BUTTONS: dict[ButtonName, Callable[[PressRequest], str]] = {
    ButtonName.STATS: _other_days,
    ButtonName.CHARTS: _charts,
    ButtonName.PAST: _past,
}
