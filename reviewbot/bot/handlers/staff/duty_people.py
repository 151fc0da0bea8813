"""Who and which desks a command about duty means."""

import re
from collections.abc import Sequence
from datetime import date, timedelta

from reviewbot.bot.handlers.context import StaffRequest
from reviewbot.bot.handlers.staff.dates import day_in
from reviewbot.core.errors import Refused
from reviewbot.core.model import Role
from reviewbot.core.settings import Desk, Person
from reviewbot.core.text import word_key
from reviewbot.core.trends.called import called
from reviewbot.store.people import all_invited

FARTHEST = timedelta(days=366)
MOST_WORDS = 4
"""Of a day, as people write it: "on 5 December 2026"."""


def name_and_day(text: str, today: date) -> tuple[str, date | None]:
    """Split "Anna", "Anna 31.12", "Anna 5 December" into the name and the day."""
    words = text.split()
    for count in range(min(MOST_WORDS, len(words) - 1), 0, -1):
        day = day_in(" ".join(words[-count:]), today)
        if day is not None:
            return " ".join(words[:-count]), day
    return text.strip(), None


def check_day(day: date, today: date) -> None:
    """Raises Refused for a day that is over, or too far ahead to be meant."""
    if day < today:
        raise Refused("bad_time")
    if day - today > FARTHEST:
        raise Refused("day_too_far")


def named(request: StaffRequest, wanted: str) -> Person:
    """Return the one person who is called so, or whose name begins so. Raises Refused."""
    people = everybody(request)
    low = word_key(wanted)
    found = called(people, wanted)
    found = found or [each for each in people if word_key(each.name).startswith(low)]
    if not found and (day := re.search(r"\s(\S*\d.*)", wanted)):
        raise Refused("no_such_day", day=day[1][:30])
    if len(found) != 1 or found[0].role is Role.VIEWER:
        raise Refused("unknown_person", person=wanted[:60])
    return found[0]


def everybody(request: StaffRequest) -> list[Person]:
    """Return the people of the file and those invited in chat."""
    return [*request.settings.people.values(), *all_invited(request.tx)]


def desks(request: StaffRequest) -> Sequence[Desk]:
    """Return the desks of the places that this person, and this chat, may be shown."""
    settings = request.settings
    keys = dict.fromkeys(settings.desk_of(place).key for place in request.visible_places())
    return [settings.desks[key] for key in keys]
