"""Days and lengths of time as people ask for their figures, in either language: 7, 2 недели,
март, прошлая неделя, 2025, since 1 March, с 1 по 10 февраля."""

import re
from datetime import date, timedelta

from reviewbot.bot.handlers.staff.dates import AGO, MONTHS, OF_A_MONTH, past_day_in

MOST_WORDS = 9
"""Of a period: "с 24 декабря 2025 г. по 3 января 2026"."""
_LENGTH = re.compile(
    r"(?:(?:за|последн\w+|прошл\w+|эт\w+|for|the|last|past|this|a)\s+)*"
    r"(?P<count>\d{1,9})?\s*(?P<unit>[^\W\d_]*)\.?"
)
_UNITS = {
    1: ("д", "дн", "день", "дня", "дней", "сутки", "сегодня", "d", "day", "days", "today"),
    7: ("н", "нед", "неделя", "неделю", "недели", "недель", "w", "week", "weeks"),
    30: ("м", "мес", "месяц", "месяца", "месяцев", "m", "month", "months"),
    90: ("кв", "квартал", "квартала", "кварталов", "q", "quarter", "quarters"),
    365: ("г", "год", "года", "лет", "y", "year", "years"),
}
_DAYS_OF = {word: days for days, words in _UNITS.items() for word in words}
_ALONE = re.compile(
    r"день|сутки|сегодня|нед|неделя|неделю|мес|месяц|квартал|год"
    r"|day|today|week|month|quarter|year"
)
"""Units that stand without a number: the «недели» of «Невский 2 недели» wants the one before."""
LASTS = timedelta(days=180)
"""Days that are not over: "from 10.02 to 1.02" is not up to the next February."""
_YEAR_ALONE = re.compile(r"(?:19|20)\d{2}")


def length_in(text: str) -> int | None:
    """Return how many days somebody means: "7", "7d", "2 недели", "за месяц"; None: no length.
    A letter alone is none: it wants its number. 2025 is a year."""
    words = " ".join(text.casefold().split())
    match = _LENGTH.fullmatch(words)
    if match is None or _YEAR_ALONE.fullmatch(words):
        return None
    if not match["count"] and not _ALONE.fullmatch(match["unit"]):
        return None
    unit = _DAYS_OF.get(match["unit"] or "d")
    return None if unit is None else int(match["count"] or 1) * unit


_IN = re.compile(r"^(?:(?:за|в|во|на|for|in|on|the)\s+)+")
_SINCE = re.compile(r"^(?:с|со|from|since)\s+(?=\S)")
_CALENDAR = re.compile(
    r"(?:(?P<before>прошл\w+|предыдущ\w+|last|previous)"
    r"|эт\w+|текущ\w+|с начала|this|current)\s+(?P<unit>[^\W\d_]+)"
)
_CALENDAR_UNITS = {
    unit: number
    for number, units in enumerate(
        (
            "неделя неделю неделе недели week",
            "месяц месяце месяца month",
            "квартал квартале квартала quarter",
            "год году года year",
        )
    )
    for unit in units.split()
}
_YEAR = re.compile(r"(?P<year>(?:19|20)\d{2})(?:\s*(?:г|год|года|году))?")
_MONTH = re.compile(r"(?P<month>[^\W\d_]+)\.?(?:\s+(?P<year>\d{4}))?(?:\s*(?:г|года))?")
_BETWEEN = re.compile(r"\s*(?:\.{2,}|[-–—])\s*|\s+(?:по|до|to|till|until|through|and)\s+")
_FROM = re.compile(r"^(?:(?:за|с|со|for|from|since|between)\s+)+")


def stretch_in(text: str, today: date) -> tuple[date, date] | None:
    """Return [first, end) of days that were, today included: «март», 2025, "last month", «вчера»,
    "since 1 March", «с 1 по 10 февраля»; None: none of them, or all of it is still to come."""
    words = " ".join(text.casefold().split()).rstrip(".")
    alone = _IN.sub("", words)
    found = _calendar(alone, today)
    if found is None and (since := _SINCE.match(words)):
        begun = _latest(words[since.end() :], today)
        found = begun and (begun[0], today)
    elif found is None and alone.split(" ")[0] not in OF_A_MONTH:
        found = _latest(alone, today)
    found = found or _range(words, today)
    if found is None or found[0] > min(found[1], today):
        return None
    return found[0], min(found[1], today) + timedelta(days=1)


def _calendar(words: str, today: date) -> tuple[date, date] | None:
    """Return the first and the last day of this week, month, quarter, year, or of the one
    before."""
    match = _CALENDAR.fullmatch(words)
    unit = _CALENDAR_UNITS.get(match["unit"]) if match else None
    if match is None or unit is None:
        return None
    begun = _begin(unit, today)
    if not match["before"]:
        return begun, today
    ended = begun - timedelta(days=1)
    return _begin(unit, ended), ended


def _begin(unit: int, day: date) -> date:
    """Return the first day of the week (0), month, quarter or year (3) that a day is in."""
    if unit == 0:
        return day - timedelta(days=day.weekday())
    months = (1, 1, 3, 12)[unit]
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def _latest(words: str, by: date) -> tuple[date, date] | None:
    """Return the first and the last day of a day, a month or a year: where it names no year, the
    latest that had begun by a day."""
    if (day := past_day_in(words, by)) is not None:
        return day, day
    if match := _YEAR.fullmatch(words):
        return date(int(match["year"]), 1, 1), date(int(match["year"]), 12, 31)
    match = _MONTH.fullmatch(words)
    month = MONTHS.get(match["month"]) if match else None
    if match is None or month is None:
        return None
    year = int(match["year"] or (by.year if month <= by.month else by.year - 1))
    if not 1900 <= year < 2100:
        return None
    first = date(year, month, 1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _range(words: str, today: date) -> tuple[date, date] | None:
    """Return the first day of what is named first and the last of what is named second:
    "1.02-10.02", «с января по март»."""
    told = _FROM.sub("", words)
    for sign in _BETWEEN.finditer(told):
        left, right = _both_whole(told[: sign.start()], told[sign.end() :])
        for by in _ends_by(left, right, today):
            last = _latest(right, by)
            first = last and _latest(left, today if left in AGO else last[1])
            if first is None or last is None or first[0] > min(last[1], today):
                continue
            if last[1] <= today or last[1] - first[0] < LASTS:
                return first[0], last[1]
    return None


def _both_whole(left: str, right: str) -> tuple[str, str]:
    """Return both days with the month that one of them goes without: "1" to "10 February",
    "Feb 1" to "10"."""
    if left.isdecimal() and (rest := re.fullmatch(r"\d{1,2}(\D.*)", right)):
        return left + rest[1], right
    if right.isdecimal() and (month := re.match(r"[a-z]+\.?\s+", left)):
        return left, month[0] + right
    return left, right


def _ends_by(left: str, right: str, today: date) -> list[date]:
    """Return by which days the second may have been, the likeliest first: one without its year
    may be over, or still to come where the first is over."""
    if not re.search(r"\d", right) and past_day_in(right, today):
        return [today]  # «вчера», "Friday"
    if begun := re.search(r"\d{4}", left):
        years = [int(begun[0]), int(begun[0]) + 1]
    else:
        years = [today.year + 1, today.year, today.year - 1]
    return [date(year, 12, 31) for year in years if 1900 <= year < 2100]
