"""/duty and /away: who is on duty, who stands in, who cannot be reached."""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from reviewbot.bot.handlers.context import MessageRequest, PressRequest, StaffRequest, params_of
from reviewbot.bot.handlers.staff import duty_people, duty_swap
from reviewbot.bot.handlers.staff.dates import day_in, must_be_possible
from reviewbot.bot.handlers.staff.periods import length_in
from reviewbot.core.errors import Refused
from reviewbot.core.model import Role
from reviewbot.core.settings import Desk, Person
from reviewbot.store.people import person_of
from reviewbot.words.operations.duty import SPANS, TODAY, TOMORROW
from reviewbot.words.toasts import Toast
from reviewbot.words.vocabulary import ButtonName, View
from reviewbot.workflow import chats
from reviewbot.workflow.digests import local_date
from reviewbot.workflow.reminders import duty

_TIME = re.compile(r"(\d{1,2}):(\d{2})")
_UNTIL = re.compile(r"^(?:until|till|до)\s+", re.IGNORECASE)
_FOR = re.compile(r"^(?:for|на)\s+", re.IGNORECASE)
_DAY_AND_TIME = re.compile(r"(.+?),?(?:\s+(?:в|at))?\s+(\d{1,2}:\d{2})")
_BACK = frozenset({"off", "back", "здесь", "вернулся", "вернулась"})
MOST_DAYS = 366


def asked(request: MessageRequest) -> None:
    """/duty: the week; /duty Anna [31.12]: she is the first on duty on that day; /duty swap Anna
    31.12: she is asked to take one's own day."""
    words = request.argument.split()
    if words and words[0].casefold() in duty_swap.WORDS:
        duty_swap.asked(request, " ".join(words[1:]))
        return
    if not words:
        request.reply(View.DUTY, {"desks": [desk.key for desk in duty_people.desks(request)]})
        return
    request.must_not_be_viewer()
    today = local_date(request.settings.zone, request.tx.now)
    name, day = duty_people.name_and_day(request.argument, today)
    person = duty_people.named(request, name)
    if person.key != request.person.key and request.person.role is Role.STAFF:
        raise Refused("manager_only")
    if day is not None:
        duty_people.check_day(day, today)
    for desk in duty_people.desks(request):
        if duty.answers_for(request.tx, person, desk):
            _stands_in(request, desk, person, day or today)
    desks = [desk.key for desk in duty_people.desks(request)]
    request.reply(View.DUTY, {"desks": desks, "day": day.isoformat() if day else None})


def away(request: MessageRequest) -> None:
    """/away: whether one is away; /away 31.12, /away 18:00, /away 3: until then."""
    request.must_not_be_viewer()
    told = request.argument.strip()
    if told.casefold() in _BACK:
        duty.come_back(request.tx, request.person, request.actor)
    elif told:
        duty.go_away(request.tx, request.person, _until(request, told), request.actor)
    request.tell_alone(View.AWAY, {"person": request.person.key})


def _until(request: StaffRequest, told: str) -> datetime:
    """Return the moment meant: the beginning of a day, or a time on it; a time of today or
    tomorrow; a number of days. Raises Refused."""
    told = _UNTIL.sub("", told)
    length = length_in(_FOR.sub("", told))
    here = request.tx.now.astimezone(ZoneInfo(request.settings.zone))
    if length is not None and 0 < length <= MOST_DAYS:
        return _days_on(request, length)
    if (alone := _clock(told)) is not None:
        until = datetime.combine(here.date(), alone, here.tzinfo)
        return until if until > here else until + timedelta(days=1)
    dated = _DAY_AND_TIME.fullmatch(told)
    day = day_in(dated[1] if dated else told, here.date())
    clock = _clock(dated[2]) if dated else time()
    if day is None:
        must_be_possible(told)
    if day is None or clock is None:
        raise Refused("away_what")
    until = datetime.combine(day, clock, here.tzinfo)
    if until <= here:
        raise Refused("bad_time")
    return until


def _clock(told: str) -> time | None:
    match = _TIME.fullmatch(told)
    is_one = match is not None and int(match[1]) < 24 and int(match[2]) < 60
    return time(int(match[1]), int(match[2])) if match and is_one else None


def _days_on(request: StaffRequest, days: int) -> datetime:
    """The beginning of the day so many days from now, by the house's clock."""
    zone = request.settings.zone
    day = local_date(zone, request.tx.now) + timedelta(days=days)
    return datetime.combine(day, time(), ZoneInfo(zone))


def _taken(request: PressRequest) -> str:
    """Whoever presses is the first on duty, today or tomorrow."""
    request.must_not_be_viewer()
    day, _, key = request.press.arg.partition(".")
    desk = next((each for each in duty_people.desks(request) if each.key == key), None)
    if desk is None or day not in (TODAY, TOMORROW):
        raise Refused("old_button")
    if not duty.answers_for(request.tx, request.person, desk):
        raise Refused("not_your_location")
    today = local_date(desk.zone, request.tx.now)
    _stands_in(request, desk, request.person, today + timedelta(days=int(day)))
    params = {**params_of(request.row), "message_id": request.message_id}
    request.reply(View.DUTY, params, nth=1)
    return request.toast(Toast.SETTINGS)


def _away_pressed(request: PressRequest) -> str:
    """Opens the question, or answers it."""
    request.must_not_be_viewer()
    arg, person = request.press.arg, request.person
    params: dict[str, Any] = {"person": person.key}
    if not arg:
        is_away = request.reply_to_one(View.AWAY, params)
        return request.toast(Toast.IN_PRIVATE if is_away else None)
    if params_of(request.row).get("person") != person.key:
        raise Refused("not_your_prompt")
    if arg == "back":
        duty.come_back(request.tx, person, request.actor)
    elif arg in SPANS:
        duty.go_away(request.tx, person, _span_end(request, arg), request.actor)
    else:
        raise Refused("old_button")
    request.reply(View.AWAY, {**params, "message_id": request.message_id})
    return request.toast(Toast.SETTINGS)


def _span_end(request: PressRequest, code: str) -> datetime:
    today = local_date(request.settings.zone, request.tx.now)
    return _days_on(request, {"tomorrow": 1, "monday": 7 - today.weekday(), "week": 7}[code])


def _stands_in(request: StaffRequest, desk: Desk, person: Person, day: date) -> None:
    """Write it down; who is concerned and did not do it themselves is told in private."""
    before = duty.on_duty_on(request.tx, desk, day)[:1]
    duty.stand_in(request.tx, desk, person, day, request.actor)
    for nth, key in enumerate(dict.fromkeys((person.key, *before)), start=2):
        other = person_of(request.tx, key)
        private = chats.private_chat(request.tx, other) if other else None
        if key == request.person.key or other is None or private is None:
            continue
        language = other.language or request.settings.language
        chat = request.chat.in_private(other.telegram_id, language)
        params = {"person": key, "about": person.key, "by": request.person.key}
        request.context.reply(chat, View.DUTY_TOLD, {**params, "day": day.isoformat()}, nth=nth)


BUTTONS: dict[ButtonName, Callable[[PressRequest], str]] = {
    ButtonName.DUTY: _taken,
    ButtonName.AWAY: _away_pressed,
    **duty_swap.BUTTONS,
}
