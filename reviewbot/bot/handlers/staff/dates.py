"""Days as people write them to the bot, in either language: 31.12, 5 декабря, Dec 5, пятница,
until Friday, завтра; and lengths of time: 7, 2 недели, a quarter."""

import re
from datetime import date, timedelta

_NUMERIC = re.compile(r"(\d{1,2})\.(\d{1,2})(?:\.(\d{4}))?")
_NAMED = re.compile(
    r"(?P<day>\d{1,2})(?:st|nd|rd|th|-?го|-?е)?\s+(?P<month>[^\W\d_]+)\.?,?(?:\s+(?P<year>\d{4})(?:\s*г\.?)?)?"
    r"|(?P<month2>[^\W\d_]+)\.?\s+(?P<day2>\d{1,2})(?:st|nd|rd|th)?(?:,?\s+(?P<year2>\d{4}))?"
)
_BEFORE = re.compile(r"^(?:(?:until|till|by|to|on|from|since|before|до|к|ко|в|во|на|с|со)\s+)+")
MOST_WORDS = 5
"""Of a day: "с 24 февраля 2026 г."."""
_MONTH_NAMES = {
    name: number
    for number, names in enumerate(
        (
            "янв январь января jan january",
            "фев февраль февраля feb february",
            "мар март марта mar march",
            "апр апрель апреля apr april",
            "май мая may",
            "июн июнь июня jun june",
            "июл июль июля jul july",
            "авг август августа aug august",
            "сен сент сентябрь сентября sep sept september",
            "окт октябрь октября oct october",
            "ноя нояб ноябрь ноября nov november",
            "дек декабрь декабря dec december",
        ),
        1,
    )
    for name in names.split()
}
_MONTHS = {name[:3]: number for name, number in _MONTH_NAMES.items()}
"""By what each name begins with, however it is cut: «дек.», "Sept"."""
_WEEKDAYS = (
    ("пн", "понедельник", "понедельника", "mon", "monday"),
    ("вт", "вторник", "вторника", "tue", "tues", "tuesday"),
    ("ср", "среда", "среды", "среду", "wed", "wednesday"),
    ("чт", "четверг", "четверга", "thu", "thur", "thurs", "thursday"),
    ("пт", "пятница", "пятницы", "пятницу", "fri", "friday"),
    ("сб", "суббота", "субботы", "субботу", "sat", "saturday"),
    ("вс", "воскресенье", "воскресенья", "sun", "sunday"),
)
A_COMMON_YEAR = 2027
"""One without 29 February."""
JUST_PASSED = timedelta(days=180)
"""A date without its year that was so shortly ago is that one."""
_AWAY = {"сегодня": 0, "today": 0, "завтра": 1, "tomorrow": 1, "послезавтра": 2}
_AGO = {"сегодня": 0, "today": 0, "вчера": 1, "yesterday": 1, "позавчера": 2}


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


def length_in(text: str) -> int | None:
    """Return how many days somebody means: "7", "7d", "2 недели", "за месяц"; None: no length.
    A letter alone is none: it wants its number."""
    match = _LENGTH.fullmatch(" ".join(text.casefold().split()))
    if match is None or not (match["count"] or len(match["unit"]) > 1):
        return None
    unit = _DAYS_OF.get(match["unit"] or "d")
    return None if unit is None else int(match["count"] or 1) * unit


def day_in(text: str, today: date) -> date | None:
    """Return a day to come: a date without its year is the next one, a day of the week the next
    after today; None where it is none. A date that has just passed is returned as it is: whoever
    writes 01.03 on 2 March does not mean the next year."""
    words = _words(text)
    if words in _AWAY:
        return today + timedelta(days=_AWAY[words])
    if (weekday := _weekday(words)) is not None:
        return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
    found = _date(words, today.year)
    if found is None or found >= today - JUST_PASSED or _has_year(words):
        return found
    return _date(words, today.year + 1)


def past_day_in(text: str, today: date) -> date | None:
    """The same of a day that was: of "31.12" the last one, of a day of the week too."""
    words = _words(text)
    if words in _AGO:
        return today - timedelta(days=_AGO[words])
    if (weekday := _weekday(words)) is not None:
        return today - timedelta(days=(today.weekday() - weekday - 1) % 7 + 1)
    found = _date(words, today.year)
    if found is None or found <= today or _has_year(words):
        return found
    return _date(words, today.year - 1)


_MONTH = re.compile(r"(?:(?:за|в|for|in)\s+)?(?P<month>[^\W\d_]+)\.?(?:\s+(?P<year>\d{4}))?")
_SINCE = re.compile(r"(?P<since>(?:с|со|from|since)\s+)?(?:(?:за|for|on)\s+)?(?P<day>.+)")


def stretch_in(text: str, today: date) -> tuple[date, date] | None:
    """Return [first, end) of a month or a day that was, today included: «март», "since 1 March",
    «вчера»; None: neither."""
    words, tomorrow = " ".join(text.casefold().split()), today + timedelta(days=1)
    if (match := _MONTH.fullmatch(words)) and (month := _MONTH_NAMES.get(match["month"])):
        year = int(match["year"] or (today.year if month <= today.month else today.year - 1))
        try:
            first = date(year, month, 1)
        except ValueError:
            return None
        end = (first + timedelta(days=31)).replace(day=1)
        return (first, min(end, tomorrow)) if first <= today else None
    match = _SINCE.fullmatch(words)
    day = past_day_in(match["day"], today) if match else None
    if match is None or day is None or day > today:
        return None
    return day, tomorrow if match["since"] else day + timedelta(days=1)


def past_day_within(text: str, today: date) -> tuple[date | None, str]:
    """Return the day that stands at the beginning or the end of what was done, with or without a
    comma, and the rest: "24.02 a second till", «вторая касса с 24 февраля». None: no day, or
    two."""
    pieces = [piece.strip() for piece in re.split(r"[,;\n]+", text) if piece.strip()]
    days: list[date] = []
    rest: list[str] = []
    for piece in pieces:
        day, left = _cut_off(piece, today)
        days += [day] if day else []
        rest += [left] if left else []
    return (days[0] if len(days) == 1 else None), ", ".join(rest)


def _cut_off(piece: str, today: date) -> tuple[date | None, str]:
    words = piece.split()
    for count in range(min(len(words), MOST_WORDS), 0, -1):
        for first, rest in ((words[:count], words[count:]), (words[-count:], words[:-count])):
            day = past_day_in(" ".join(first), today)
            if day is not None:
                return day, " ".join(rest)
    return None, piece


def impossible_day(text: str) -> str | None:
    """Return what in a text is written like a date of no year, or not of the year it names:
    "31.02", «30 февраля»; None where nothing is (35.50 is a price)."""
    words = text.replace(",", " ").split()
    for first in range(len(words)):
        for count in (2, 1):
            said = " ".join(words[first : first + count])
            if _is_date(_words(said)) and _date(_words(said), A_COMMON_YEAR) is None:
                return said
    return None


def _is_date(words: str) -> bool:
    """Whether it is written like a date, of any month and at most 31 days."""
    if match := _NUMERIC.fullmatch(words):
        day, month = int(match[1]), int(match[2])
    elif match := _NAMED.fullmatch(words):
        day = int(match["day"] or match["day2"])
        month = _MONTH_NAMES.get(match["month"] or match["month2"], 0)
    else:
        return False
    return 1 <= day <= 31 and 1 <= month <= 12


def _words(text: str) -> str:
    return _BEFORE.sub("", " ".join(text.casefold().split())).rstrip(".")


def _weekday(words: str) -> int | None:
    return next((number for number, names in enumerate(_WEEKDAYS) if words in names), None)


def _has_year(words: str) -> bool:
    return re.search(r"\d{4}", words) is not None


def _date(words: str, year: int) -> date | None:
    """Return the date, of this year where it names none."""
    try:
        if match := _NUMERIC.fullmatch(words):
            return date(int(match[3] or year), int(match[2]), int(match[1]))
        if match := _NAMED.fullmatch(words):
            named = match["month"] or match["month2"]
            month = _MONTHS.get(named[:3], 0)
            written = match["year"] or match["year2"]
            return date(int(written or year), month, int(match["day"] or match["day2"]))
        return date.fromisoformat(words)
    except ValueError:
        return None
