"""Days off by a country's calendar, days moved to work, and the shorter days before holidays."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from reviewbot.config.durations import Mistake
from reviewbot.words.operator_text import say

_DAY = timedelta(days=1)
_DECREED_BY = timedelta(days=92)
"""The next year is decreed by October; until then nobody need be told that it is not."""


def calendar(country: str, today: date) -> Any:
    """Return a country's calendar, last year's to that of the year after next; None for "none".

    "RU", or "DE-BY" with a region. Raises Mistake for a country without a calendar.
    """
    if country.lower() in ("none", ""):
        return None
    # Only now: a file that a mistake stops, or that counts no holidays, does without.
    import holidays as calendars

    name, _, region = country.upper().partition("-")
    years = range(today.year - 1, today.year + 3)
    try:
        return calendars.country_holidays(name, subdiv=region or None, years=years)
    except (NotImplementedError, TypeError):  # TypeError: "JAN" is there too, and no country
        raise Mistake(
            say('There is no calendar of holidays "{country}".', country=country),
            say(
                'Write two letters ("RU", "KZ", "BY"), with a region if need be ("DE-BY"), or '
                '"none".'
            ),
        ) from None


def days_off(calendar: Any) -> tuple[set[date], set[date]]:
    """Return the days off and the weekend days moved to work."""
    return set(calendar), set(getattr(calendar, "weekend_workdays", ()))


def undecreed(calendar: Any, today: date) -> int | None:
    """Return the first year soon to be counted with whose moved days are not known, in a country
    that moves some nearly every year, and did so of late."""
    moved = getattr(calendar, "special_public_holidays", {})
    last = max(moved, default=0)
    often = sum(year in moved for year in range(last - 5, last + 1)) >= 5
    if not often or last < today.year - 3 or not hasattr(calendar, "substituted_label"):
        return None
    years = (today.year, (today + _DECREED_BY).year)
    return next((year for year in years if year not in moved), None)


def shortened(calendar: Any) -> set[date]:
    """Return the days that are an hour shorter: those right before a public holiday, or moved to a
    weekend from there. Before a day off that was only moved nothing is shortened."""
    moved_label = _beginning(calendar, "substituted_label")
    observed_label = _end(calendar, "observed_label")
    eves = {
        day - _DAY
        for day in calendar
        for name in calendar.get_list(day)
        if not (moved_label and name.startswith(moved_label))
        and not (observed_label and name.endswith(observed_label))
    }
    off, worked = days_off(calendar)
    return (eves - off) | {day for to, day in _moves(calendar) if to in eves and day in worked}


def _moves(calendar: Any) -> Iterator[tuple[date, date]]:
    """Yield what was moved: the day off, and the weekend day worked in its place."""
    for year in calendar.years:
        moves = getattr(calendar, "special_public_holidays", {}).get(year, ())
        for move in moves if moves and isinstance(moves[0], tuple) else (moves,):
            if len(move) == 4 and all(isinstance(part, int) for part in move):
                yield date(year, move[0], move[1]), date(year, move[2], move[3])


def _beginning(calendar: Any, label: str) -> str:
    text: str = calendar.tr(getattr(calendar, label, ""))
    return text.partition("%s")[0]


def _end(calendar: Any, label: str) -> str:
    text: str = calendar.tr(getattr(calendar, label, ""))
    return text.partition("%s")[2]
