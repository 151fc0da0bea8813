"""Days as people write them to the bot, in either language: 31.12, 31/12, 31.12.26, 5 декабря,
Dec 5, пятница, until Friday, завтра. The day stands before the month; 24/7 and 1/2 are no days."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from reviewbot.core.errors import Refused

_YEAR = r"(?P<year>\d{4}|\d{2})"
_OF_A_YEAR = r"(?:,?\s+(?P<year>\d{4})(?:\s*г(?:ода)?\.?)?)?"
_SHAPES = tuple(
    re.compile(shape)
    for shape in (
        rf"(?P<day>\d{{1,2}})\.(?P<month>\d{{1,2}})(?:\.{_YEAR})?",
        rf"(?P<day>\d{{1,2}})/(?P<month>\d{{1,2}})/{_YEAR}",
        r"(?P<day>\d{1,2})/(?P<month>\d{2})",
        r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})",
        rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th|-?го|-?е)?(?:\s+of)?\s+(?P<month>[^\W\d_]+)\.?{_OF_A_YEAR}",
        # In English alone: «Марта 11» is a house in a street of that name.
        rf"(?P<month>[a-z]+)\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?{_OF_A_YEAR}",
    )
)
_PREPOSITIONS = "until|till|by|to|on|from|since|before|for|in|до|к|ко|в|во|на|с|со|за"
BEFORE_A_DAY = frozenset(_PREPOSITIONS.split("|"))
_BEFORE = re.compile(rf"^(?:(?:{_PREPOSITIONS})\s+)+", re.IGNORECASE)
_UP_TO = re.compile(r"^(?:до|until|till|before)\s", re.IGNORECASE)
MOST_WORDS = 5
"""Of a day: "с 24 февраля 2026 г."."""
_MONTH_FORMS = (
    "январь января январе january",
    "февраль февраля феврале february",
    "март марта марте march",
    "апрель апреля апреле april",
    "май мая мае may",
    "июнь июня июне june",
    "июль июля июле july",
    "август августа августе august",
    "сентябрь сентября сентябре september",
    "октябрь октября октябре october",
    "ноябрь ноября ноябре november",
    "декабрь декабря декабре december",
)
MONTHS = {
    form[:letters]: number
    for number, forms in enumerate(_MONTH_FORMS, 1)
    for form in forms.split()
    for letters in range(3, len(form) + 1)
}
"""By each name, however it is cut: «дек.», "Sept"; a mocktail of March («мартини») is no month."""
OF_A_MONTH = frozenset(forms.split()[1] for forms in _MONTH_FORMS)
"""«марта»: what stands behind a day or «с», never alone."""
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
AGO = {"сегодня": 0, "today": 0, "вчера": 1, "yesterday": 1, "позавчера": 2}
_BREAKS = re.compile(r"\s*(?:[;\n]|(?<!\d),|,(?!\d))[\s,;]*")
"""Between what is told; the comma of «3,5 часа» is none."""
_APART = re.compile(r"[,–—]|-(?=\d{1,2}\.\d)")
"""Between two days, too: "1.02-10.02"."""


class _Written(NamedTuple):
    """A date as it is written, whether or not any calendar has it."""

    day: int
    month: int
    year: int | None

    def on(self, year: int) -> date | None:
        """Return the day, of this year where it names none; None: there is none."""
        try:
            return date(year if self.year is None else self.year, self.month, self.day)
        except ValueError:
            return None


def day_in(text: str, today: date) -> date | None:
    """Return a day to come: a date without its year is the next one, a day of the week the next
    after today; None where it is none. A date that has just passed is returned as it is: whoever
    writes 01.03 on 2 March does not mean the next year."""
    words = _words(text)
    if words in _AWAY:
        return today + timedelta(days=_AWAY[words])
    if (weekday := _weekday(words)) is not None:
        return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
    written = _written(words)
    found = written and written.on(today.year)
    if written is None or found is None or found >= today - JUST_PASSED:
        return found
    return written.on(today.year + 1)


def past_day_in(text: str, today: date) -> date | None:
    """The same of a day that was: of "31.12" the last one, of a day of the week too."""
    words = _words(text)
    if words in AGO:
        return today - timedelta(days=AGO[words])
    if (weekday := _weekday(words)) is not None:
        return today - timedelta(days=(today.weekday() - weekday - 1) % 7 + 1)
    written = _written(words)
    found = written and written.on(today.year)
    if written is None or (found is not None and found <= today):
        return found
    return written.on(today.year - 1)


def past_day_within(text: str, today: date) -> tuple[date | None, str]:
    """Return the day from which on something was done, and what that was: "24.02 a second till",
    «вторая касса с 24 февраля». The day at the very beginning is meant, whatever other days are
    told of ("24.02 trained for 1 March"), else the one at the very end, else the only one beside
    a comma. None: no day, several, or one at an end that no calendar has."""
    words = _BREAKS.sub(", ", text.strip()).split()
    first, last = past_day_first(words, today), _past_day_last(words, today)
    if any(found is not None and found[0] is None for found in (first, last)):
        return None, text
    if first is not None:
        day, count = first
        return day, freed(words[count:])
    if last is not None:
        day, count = last
        return day, freed(words[:-count])
    days: list[date | None] = []
    rest: list[str] = []
    for piece in map(str.split, _BREAKS.split(text.strip())):
        begins, ends = past_day_first(piece, today), _past_day_last(piece, today)
        day, count = begins or ends or (None, 0)
        days += [day] if count else []
        rest.append(freed(piece[count:] if begins else piece[: len(piece) - count]))
    return (days[0] if len(days) == 1 else None), ", ".join(filter(None, rest))


def past_day_first(words: Sequence[str], today: date) -> tuple[date | None, int] | None:
    """Return the day that these words begin with, and how many of them tell it; the day is None
    where it is written like one and no calendar has it (31.02, 32.01). None: no day."""
    for count in range(min(len(words), MOST_WORDS), 0, -1):
        said = " ".join(words[:count])
        day, written = past_day_in(said, today), _written(_words(said))
        if day is not None or (written is not None and written.month <= 12):
            return day, count
    return None


def _past_day_last(words: Sequence[str], today: date) -> tuple[date | None, int] | None:
    """The same of the day at the end: a price may stand there (45.10), and a day up to which
    something is done is not the one since which it was."""
    for count in range(min(len(words), MOST_WORDS), 0, -1):
        said = " ".join(words[-count:])
        day, written = past_day_in(said, today), _written(_words(said))
        if day is not None:
            return None if _UP_TO.match(said) else (day, count)
        if written is not None and _is_like_a_date(written) and day_in(said, today) is None:
            return None, count
    return None


def impossible_day(text: str) -> str | None:
    """Return what in a text is written like a date of no year, or not of the year it names:
    "31.02", «30 февраля»; at its ends 32.01, too. None where nothing is (35.50 is a price,
    unless it is all there is)."""
    words = _APART.sub(" ", text).split()
    first = 0
    while first < len(words):
        count, written = _longest(words[first:])
        is_first, is_last = first == 0, first + count == len(words)
        is_date = written is not None and (
            _is_like_a_date(written)
            or (is_first and is_last)
            or ((is_first or is_last) and written.month <= 12)
        )
        if is_date and written is not None and written.on(A_COMMON_YEAR) is None:
            return _trimmed(" ".join(words[first : first + count]))
        first += count
    return None


def must_be_possible(text: str) -> None:
    """Raises Refused(no_such_day) where a text, in which no day was read, holds such a one."""
    if day := impossible_day(text):
        raise Refused("no_such_day", day=day)


def impossible_whole(text: str) -> str | None:
    """Return the text where it is nothing but such a day: 30 февраля, 32.01, 35.50."""
    count, written = _longest(text.split())
    is_none = written is not None and written.on(A_COMMON_YEAR) is None
    return _trimmed(text) if is_none and count == len(text.split()) else None


def _longest(words: Sequence[str]) -> tuple[int, _Written | None]:
    """Return how many of the first words are written like a date, and the date; one word and
    None: they are not."""
    for count in range(min(len(words), MOST_WORDS), 0, -1):
        if written := _written(_words(" ".join(words[:count]))):
            return count, written
    return 1, None


def _is_like_a_date(written: _Written) -> bool:
    """Whether it is of any month and at most 31 days."""
    return 1 <= written.day <= 31 and 1 <= written.month <= 12


def freed(words: Sequence[str]) -> str:
    """Return what was done without the marks that stood between it and the day."""
    return " ".join(words).strip(" ,:-–—")


def _trimmed(text: str) -> str:
    return _BEFORE.sub("", text.strip()).rstrip(" .,:;")


def _words(text: str) -> str:
    return _trimmed(" ".join(text.casefold().split()))


def _weekday(words: str) -> int | None:
    return next((number for number, names in enumerate(_WEEKDAYS) if words in names), None)


def _written(words: str) -> _Written | None:
    for shape in _SHAPES:
        match = shape.fullmatch(words)
        if match is None:
            continue
        named = match["month"]
        month = int(named) if named.isdecimal() else MONTHS.get(named)
        if month is not None:
            year = match.groupdict().get("year")
            return _Written(int(match["day"]), month, _whole(year) if year else None)
    return None


def _whole(year: str) -> int:
    return int(year) if len(year) == 4 else 2000 + int(year)
