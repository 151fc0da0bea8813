"""Days as people write them to the bot."""

import re
from datetime import date

_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})(?:\.(\d{4}))?")


def past_day_in(text: str, today: date) -> date | None:
    """The same of a day that was: of "31.12" the last one."""
    found = day_in(text, today)
    has_year = len(text) > len("31.12.")
    if found is None or found <= today or has_year:
        return found
    try:
        return found.replace(year=today.year if found.year > today.year else today.year - 1)
    except ValueError:
        return None


def day_in(text: str, today: date) -> date | None:
    """Return a date: "2026-12-31", "31.12.2026", or the next "31.12"; None where it is none."""
    try:
        if match := _DAY.fullmatch(text):
            day, month, year = int(match[1]), int(match[2]), match[3]
            found = date(int(year or today.year), month, day)
            passed = year is None and found < today
            return found.replace(year=today.year + 1) if passed else found
        return date.fromisoformat(text)
    except ValueError:
        return None
