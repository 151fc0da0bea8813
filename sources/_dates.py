"""When something was written, as sites, feeds and tables tell it: the one place that reads dates.

ISO and epochs are read by the contract's `instant`; what people write by python-dateutil, with the
names of months of the languages below. Nothing is guessed: a date without a year or a day, and two
numbers that may each be the month, are no date.
"""

import html
import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from reviewbot.core.contract import Precision, Target, instant

LONGEST = 80
"""Characters of a date: what is longer is a sentence."""
LANGUAGES = (
    *("ru", "uk", "be", "kk", "en", "de", "fr", "es", "it", "pt", "tr", "pl", "nl", "cs"),
    *("ro", "bg", "uz", "az", "hy", "ka"),
)
"""Of their months; a word that means two months in two of them is none."""
EXCEL_DAYS = range(20_000, 80_000)
"""Days as Excel counts them from 1899-12-30: the years 1954 to 2119."""

_ISO = re.compile(r"(\d{4}-?\d{2}-?\d{2})(?:[T ]\d{2}:?\d{2}.*)?", re.DOTALL)
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)(.*)", re.DOTALL)
_DAY_FIRST = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4}|\d{2})(?!\d)(.*)", re.DOTALL)
_DAY_FIRST_DASHED = re.compile(r"(\d{2})-(\d{2})-(\d{4})")
_UNSURE = re.compile(r"(?<!\d)(\d{1,2})[/-](\d{1,2})[/-](\d{4}|\d{2})(?!\d)")
_OFFSET = re.compile(
    r"(?<=[\d\s])(?:(?:UTC|GMT|UT|(MSK|МСК))\s*)?([+-]\d{1,2})(?::?(\d{2}))?"
    r"(?:\s*\(?[A-Za-zА-я]{2,5}\)?)?$",
    re.IGNORECASE,
)
_YEAR_WORD = re.compile(r"(?<=\d)\s*(?:года|год|г)(?![а-яё])\.?", re.IGNORECASE)
_BRACKETS = re.compile(r"\s{0,9}\(([^()]*)\)$")
_ZONE_NAME = re.compile(r"\s?[\[(]?([A-Z][A-Za-z]{2,20}/[A-Z][A-Za-z_/-]{2,40})[\])]?$")
_BEFORE = re.compile(r"^[^\d]{0,40}?(?=\d)")
"""What a sentence says before its date: «Опубликовано», "Reviewed on", a day of the week."""
_LETTER_WORD = re.compile(r"[^\W\d_]+")
_AFTER = re.compile(r",\s?[^\W\d_]{2,12}\.?$")
"""A day of the week behind the date."""
_OF_DAY = re.compile(r"(?<=\d)(?:st|nd|rd|th)\b\.?(?:\s+of\b)?", re.IGNORECASE)
_MOSCOW = re.compile(r"(?:по\s+моск\w{2,9}(?:\s+времени)?|МСК)\.?$", re.IGNORECASE)
_CLOCK_FIRST = re.compile(r"^(\d{1,2}:\d{2}(?::\d{2})?),?\s+(\S.*)$")
_OTHER_CLOCK = re.compile(r"(?<=\d{2})[T\s,]{1,3}(\d{1,2})([.-])(\d{2})(?:\2(\d{2}))?$")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
_FAR_EAST = re.compile(r"^(\d{4})年(\d{1,2})月(\d{1,2})日")
_IN_CODE = re.compile(r"/Date\((-?\d{9,16})(?:[+-]\d{4})?\)/")
_EPOCH = re.compile(r"(\d{9,13})(?:\.\d{1,9})?")
_DAYS_OF_YEAR = re.compile(r"(\d{4})-(\d{3})")
_WEEK = re.compile(r"\d{4}-?W\d{2}-?\d")
# How dashes and blanks are written by those who lay pages out.
_LETTERS = {**dict.fromkeys(map(ord, "‐‑‒–—−"), "-"), ord("|"): " ", **dict.fromkeys(
    (0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF, 0x00AD, 0x202A, 0x202C), None)}  # fmt: skip
_CLOCK = re.compile(r"\d{1,2}:\d{2}|\d\s*[ap]m\b", re.IGNORECASE)
_HOURS = {
    "MSK": 3, "МСК": 3, "MSD": 4, "SAMT": 4, "YEKT": 5, "OMST": 6, "KRAT": 7, "NOVT": 7,
    "IRKT": 8, "YAKT": 9, "VLAT": 10, "UTC": 0, "GMT": 0, "UT": 0, "Z": 0, "CET": 1, "CEST": 2,
    "EET": 2, "EEST": 3, "BST": 1, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7,
    "MDT": -6, "PST": -8, "PDT": -7,
}  # fmt: skip


class Moment(NamedTuple):
    """An instant (aware) and how exact it is: a day is its midnight."""

    at: datetime
    precision: Precision


def zone_of(target: Target, named: str = "") -> tzinfo | None:
    """The zone of times that a page tells without one: the option's, else the location's; None
    where neither is known."""
    return zone_named(named or target.zone)


def zone_named(name: str) -> tzinfo | None:
    """The zone of that name; None where there is none."""
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def told_at(value: Any, zone: tzinfo | None = None, *, excel: bool = False) -> Moment | None:
    """Return when something was written; None where the value is no date that can be trusted.

    A time without an offset is in `zone`; without a zone only its day counts. `excel`: a number of
    five digits is a day as spreadsheets count it.
    """
    if isinstance(value, datetime):
        return _placed(value, zone, is_day=value.time().isoformat() == "00:00:00")
    if isinstance(value, date):
        return _placed(datetime(value.year, value.month, value.day), zone, is_day=True)  # noqa: DTZ001
    if isinstance(value, str):
        value = " ".join(html.unescape(value).translate(_LETTERS).split())[: LONGEST + 1]
        if not value or len(value) > LONGEST:
            return None
    if excel and (days := _whole(value)) is not None and int(days) in EXCEL_DAYS:
        counted = datetime(1899, 12, 30) + timedelta(days=days)  # noqa: DTZ001
        return _placed(counted.replace(microsecond=0), zone, is_day=days == int(days))
    if not isinstance(value, str):
        moment = instant(value)
        return Moment(moment, Precision.SECOND) if moment and _is_sane(moment) else None
    if named := _ZONE_NAME.search(value):  # as java.time writes it; an offset before it counts
        zone = zone_named(named[1]) or zone
        value = value[: named.start()]
    found = _of_machines(value) or _iso(value, zone) or _by_calendar(value, zone)
    return found or _worded(value, zone)


def _whole(value: Any) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value) if abs(value) < 1e9 else None
    if not isinstance(value, str) or not re.fullmatch(r"\d{5}(?:[.,]\d{1,12})?", value):
        return None
    return float(value.replace(",", "."))


def _is_sane(moment: datetime) -> bool:
    return 1990 <= moment.year <= 2200


def _placed(moment: datetime, zone: tzinfo | None, *, is_day: bool) -> Moment | None:
    """A moment that is aware already, or is told in `zone`."""
    precision = Precision.DAY if is_day else Precision.SECOND
    if moment.tzinfo is None:
        if zone is None:
            moment, precision = moment.replace(tzinfo=UTC), Precision.DAY
        else:
            moment = moment.replace(tzinfo=zone)
    try:
        moment.astimezone(UTC)
    except (OverflowError, ValueError):
        return None
    return Moment(moment, precision) if _is_sane(moment) else None


def _of_machines(text: str) -> Moment | None:
    """Epochs with decimals, in millionths, and as ASP.NET writes them."""
    told = found[1] if (found := _IN_CODE.fullmatch(text)) else text
    if re.fullmatch(r"\d{16}", told):
        told = told[:13]
    if told == text and not ("." in text and _EPOCH.fullmatch(text)):
        return None
    moment = instant(told.partition(".")[0])
    return Moment(moment, Precision.SECOND) if moment and _is_sane(moment) else None


def _by_calendar(text: str, zone: tzinfo | None) -> Moment | None:
    """ISO's other forms: the day of a week, the day of a year."""
    try:
        if _WEEK.fullmatch(text):
            day = date.fromisoformat(text)
        elif found := _DAYS_OF_YEAR.fullmatch(text):
            day = date(int(found[1]), 1, 1) + timedelta(days=int(found[2]) - 1)
            if day.year != int(found[1]):
                return None
        else:
            return None
    except (ValueError, OverflowError):
        return None
    return _placed(datetime(day.year, day.month, day.day), zone, is_day=True)  # noqa: DTZ001


def _iso(text: str, zone: tzinfo | None) -> Moment | None:
    if text.isascii() and text.removeprefix("-").isdecimal() and len(text) != 8:
        moment = instant(text) if len(text) > 8 else None
        return Moment(moment, Precision.SECOND) if moment and _is_sane(moment) else None
    found = _ISO.fullmatch(text)
    if not found:
        return None
    is_day = found[0] == found[1]
    told = instant(text, zone=_NOWHERE)
    if told is None:
        return None
    return _placed(
        told.replace(tzinfo=None) if told.tzinfo is _NOWHERE else told, zone, is_day=is_day
    )


_NOWHERE = timezone(timedelta(0), "not told")
"""Stands for the offset that a text does not tell."""


def _worded(text: str, zone: tzinfo | None) -> Moment | None:
    """A date as people write it, by dateutil: it gets what can be read in one way only."""
    plain = _tidied(text)
    plain = _AFTER.sub("", plain)
    if len(_YEAR.findall(plain)) > 1:
        return None  # a span of days
    has_clock = bool(_CLOCK.search(plain))
    offset: timedelta | None = None
    if has_clock and (found := _OFFSET.search(plain)):
        offset = _offset(found)
        if offset is None:
            return None
        plain = plain[: found.start()].strip()
    if found := _CLOCK_FIRST.match(plain):
        plain = f"{found[2]} {found[1]}"
    if unsure := _UNSURE.search(plain):
        one, other = int(unsure[1]), int(unsure[2])
        is_dashed = _DAY_FIRST_DASHED.fullmatch(plain)  # nobody writes the month first with dashes
        if one <= 12 and other <= 12 and one != other and not is_dashed:
            return None
    if found := _YEAR_FIRST.match(plain):
        plain = f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}{found[4]}"
    elif found := _DAY_FIRST.match(plain):
        year = found[3] if len(found[3]) == 4 else f"20{found[3]}"
        plain = f"{year}-{int(found[2]):02}-{int(found[1]):02}{found[4]}"
    elif found := _DAY_FIRST_DASHED.fullmatch(plain):
        plain = f"{found[3]}-{int(found[2]):02}-{int(found[1]):02}"
    elif not (unsure or re.search(r"[^\W\d_]{3}", plain)):
        return None  # "2026-03", "12:30": numbers that are no date
    as_iso = instant(plain.replace(",", ""), zone=_NOWHERE) if plain[:4].isdecimal() else None
    moment = as_iso or _parsed(plain, day_first=not plain[:4].isdecimal())
    if moment is not None and moment.tzinfo is _NOWHERE:
        moment = moment.replace(tzinfo=None)
    if moment is None or any(int(year) != moment.year for year in _YEAR.findall(plain)):
        return None  # two days of one month: the year was taken for a time
    if offset is not None:
        moment = moment.replace(tzinfo=timezone(offset))
    return _placed(moment, zone, is_day=not has_clock)


def _tidied(text: str) -> str:
    """The date of a sentence in one writing: without the words before it, endings of ordinals and
    brackets, Moscow's time by its letters."""
    plain = _FAR_EAST.sub(r"\1-\2-\3", text)
    plain = _OF_DAY.sub("", plain)
    if (found := _BRACKETS.search(plain)) and not found[1].upper().startswith(("MSK", "МСК")):
        plain = plain[: found.start()]
    elif found:
        plain = f"{plain[: found.start()]} {found[1]}"
    plain = _MOSCOW.sub("MSK", _YEAR_WORD.sub("", plain))
    plain = _OTHER_CLOCK.sub(
        lambda clock: f" {clock[1]}:{clock[3]}{':' + clock[4] if clock[4] else ''}", plain
    )
    return _without_words_before(plain)


def _without_words_before(text: str) -> str:
    before = _BEFORE.match(text)
    if not before:
        return text
    words = list(_LETTER_WORD.finditer(before[0]))
    month = next((word for word in words if word[0].casefold() in _months()), None)
    return text[month.start() if month else before.end() :]


def _offset(found: re.Match[str]) -> timedelta | None:
    hours, minutes = int(found[2]), int(found[3] or 0)
    if abs(hours) > 14 or minutes > 59:
        return None
    # «МСК+2» counts from Moscow, "MSK+0300" says what Moscow's is.
    after_moscow = timedelta(hours=3 if found[1] and found[3] is None else 0)
    return after_moscow + timedelta(hours=hours, minutes=-minutes if hours < 0 else minutes)


def _parsed(text: str, *, day_first: bool) -> datetime | None:
    """What dateutil makes of it, where year, month and day are told: it fills the gaps from a
    date we give, so that what follows the given one was not told."""
    found = []
    for default in (datetime(2000, 1, 1), datetime(2004, 2, 2)):  # noqa: DTZ001
        try:
            found.append(_parser().parse(text, default=default, dayfirst=day_first, tzinfos=_zone))
        except (
            ValueError,
            OverflowError,
            TypeError,
            ArithmeticError,
            LookupError,
            AttributeError,
        ):
            return None
    return found[0] if found[0].replace(tzinfo=None) == found[1].replace(tzinfo=None) else None


def _zone(name: str | None, offset: int | None) -> tzinfo | None:
    if offset is not None:
        return timezone(timedelta(seconds=offset))
    hours = _HOURS.get((name or "").upper())
    return None if hours is None else timezone(timedelta(hours=hours))


@cache
def _months() -> dict[str, int]:
    """Words that mean one month, in lower case; imported when a date needs them."""
    from babel.dates import get_month_names

    months: dict[str, set[int]] = {}
    for language in LANGUAGES:
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for month, name in get_month_names(width, context, language).items():
                    word = name.rstrip(".").casefold()
                    if len(word) >= 3 and word.isalpha():
                        months.setdefault(word, set()).add(month)
    # Forms that people write and calendars do not hold, and what Russian means of two.
    more = {"фев": 2, "сен": 9, "сент": 9, "ноя": 11, "нояб": 11, "мая": 5, "sept": 9}
    return {word: min(found) for word, found in months.items() if len(found) == 1} | more


@cache
def _parser() -> Any:
    """dateutil's parser with the months of our languages; imported when a date needs it."""
    from dateutil.parser import parser, parserinfo

    words = _months()

    class Info(parserinfo):
        JUMP = [*parserinfo.JUMP, "в", "at", "um", "de", "г", "ж"]  # noqa: RUF012
        MONTHS = [  # noqa: RUF012
            (*names, *(word for word, month in words.items() if month == number))
            for number, names in enumerate(parserinfo.MONTHS, start=1)
        ]

        def convertyear(self, year: int, century_specified: bool = False) -> int:
            # dateutil asks the clock which century is near; two digits are ours here.
            return year + 2000 if year < 100 and not century_specified else year

    return parser(Info())


_SLASHED = re.compile(r"(?<!\s)\s*(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})(?!\d)")


def order_of(texts: Iterable[str]) -> str:
    """Which of the two first numbers is the day in dates like "03/05/2026", where others written
    beside them tell: "day" or "month" first; "" where none tells, or they differ."""
    told = [found for text in texts if (found := _SLASHED.match(text))]
    orders = {
        *("day" for found in told if int(found[1]) > 12 >= int(found[2])),
        *("month" for found in told if int(found[2]) > 12 >= int(found[1])),
    }
    return orders.pop() if len(orders) == 1 else ""


def in_order(text: str, order: str) -> str:
    """Such a date with the year first, as `order_of` says; any other text as it is."""
    found = _SLASHED.match(text)
    if found is None or not order:
        return text
    day, month = (found[1], found[2]) if order == "day" else (found[2], found[1])
    year = found[3] if len(found[3]) == 4 else f"20{found[3]}"
    return f"{year}-{int(month):02}-{int(day):02}{text[found.end() :]}"
