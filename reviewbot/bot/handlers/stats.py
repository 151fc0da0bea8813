"""/stats and the pictures: which places and days are meant, within the rights of who asks.

What a message is about stands in the row that sent it, never in a button.
"""

import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from reviewbot.bot.handlers.context import (
    MessageRequest,
    PressRequest,
    StaffRequest,
    params_of,
    view_of,
)
from reviewbot.bot.handlers.digests import chat_key_of
from reviewbot.bot.handlers.staff.dates import (
    BEFORE_A_DAY,
    impossible_whole,
    must_be_possible,
)
from reviewbot.bot.handlers.staff.periods import MOST_WORDS, length_in, stretch_in
from reviewbot.core.calendar.digest_days import Period, desk_for, places_of
from reviewbot.core.errors import Refused
from reviewbot.core.settings import Settings
from reviewbot.queries.trends.places_meant import Meant, called, in_whole_words, meant, near
from reviewbot.store.tables import OutboxRow
from reviewbot.words.toasts import Toast
from reviewbot.words.trends.pictures import Chart
from reviewbot.words.trends.stats import PERIODS
from reviewbot.words.vocabulary import ButtonName, View
from reviewbot.workflow.digests import local_date

USUAL_DAYS, MOST_DAYS = 30, 366
_NUMBER_AND_WORD = re.compile(r"\d+\s+[^\W\d_]+")
_LESS_THAN_NONE = re.compile(r"[-−–]\s*\d+")
OWN = ("me", "я", "мои")
"""The word after /stats by which somebody asks for figures of their own."""


class Asked(NamedTuple):
    """How many days, and the day after their last; None: up to today."""

    days: int = USUAL_DAYS
    end: date | None = None


def stats(request: MessageRequest) -> None:
    """/stats [place or group] [days, a week, a quarter]: of what this person and this chat may
    see; /stats me [30]: of what this person answered, in private alone."""
    words = request.argument.split()
    own = _asked(request, words[1:]) if words and words[0].casefold() in OWN else None
    if own is not None:
        _own_figures(request, own)
        return
    about, asked = _meant(request, words)
    request.reply(View.STATS, _params(request, about, asked))


def _meant(request: MessageRequest, words: Sequence[str]) -> tuple[Meant, Asked]:
    """Return the places and the days. A number may be a house's and a day a street's, so that
    the whole is tried as a name, then as days, then the longest name that leaves days behind.
    Raises Refused."""
    whole, places = " ".join(words), request.visible_places()
    if _LESS_THAN_NONE.fullmatch(whole):
        raise Refused("no_such_place", wanted=whole)
    alone = _asked(request, words)
    if words and (about := _in_whole(request, whole, is_days=alone is not None)):
        return about, Asked()
    if alone is not None:
        return named_place(request, ""), alone
    if day := impossible_whole(whole):
        raise Refused("no_such_day", day=day)
    unknown = whole
    for cut in range(len(words) - 1, max(0, len(words) - 1 - MOST_WORDS), -1):
        name, rest = " ".join(words[:cut]), words[cut:]
        if words[cut - 1].casefold() in BEFORE_A_DAY:
            continue
        asked, about = _asked(request, rest), meant(request.settings, places, name)
        if about is not None and asked is not None:
            return about, asked
        if about is not None and (day := impossible_whole(" ".join(rest))):
            raise Refused("no_such_day", day=day)
        unknown = name if asked else unknown
    must_be_possible(whole)
    return named_place(request, unknown), Asked()


def _in_whole(request: MessageRequest, whole: str, *, is_days: bool) -> Meant | None:
    """Return the places that all the words name. Days are a place where they are all of its name;
    «8 Марта» and «1905 года», a number and a word, also where they are a part of it."""
    settings, places = request.settings, request.visible_places()
    if not is_days:
        return meant(settings, places, whole)
    find = in_whole_words if _NUMBER_AND_WORD.fullmatch(whole) else called
    return find(settings, places, whole)


def _asked(request: MessageRequest, words: Sequence[str]) -> Asked | None:
    """Return the days that these words tell; the usual ones where there are no words."""
    if not words:
        return Asked()
    said = " ".join(words)
    today = local_date(desk_for(request.settings, request.visible_places()).zone, request.tx.now)
    if stretch := stretch_in(said, today):
        first, end = stretch
        return Asked(min((end - first).days, MOST_DAYS), end)
    days = length_in(said)
    return None if days is None else Asked(min(max(days, 1), MOST_DAYS))


def named_place(request: MessageRequest, wanted: str) -> Meant:
    """Return what a name means, of what may be seen here. Raises Refused, with the names that are
    written almost so."""
    places = request.visible_places()
    about = meant(request.settings, places, wanted)
    if about is None:
        must_be_possible(wanted)
        names = "; ".join(near(request.settings, places, wanted))
        raise Refused("no_such_place", wanted=wanted[:60], what=names)
    return about


def _own_figures(request: MessageRequest, asked: Asked) -> None:
    """What this person answered; an admin hears of everybody. Raises Refused."""
    if not request.settings.people_figures:
        raise Refused("no_people_figures")
    if not request.chat.private:
        raise Refused("private_only")
    every = Meant(request.visible_places())
    request.reply(View.OWN_FIGURES, _params(request, every, asked))


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


def _params(request: StaffRequest, about: Meant, asked: Asked) -> dict[str, Any]:
    zone = desk_for(request.settings, about.places).zone
    return {
        "person": request.person.key,
        "places": list(about.places),
        "about": about.name,
        "days": asked.days,
        # Whoever asks wants today too.
        "on": (asked.end or local_date(zone, request.tx.now) + timedelta(days=1)).isoformat(),
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
    params = _params(request, about, Asked(int(request.press.arg)))
    request.reply(View.STATS, params, reply_to=request.message_id)
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
