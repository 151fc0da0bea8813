"""Reads the small grammars of the file: "1h work", "45m", "mon-fri", "09:00-13:00".

Every reader returns the value or raises Mistake: a sentence and what to write instead.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from math import ceil
from typing import Literal

from reviewbot.core.settings import WEEKDAYS, DigestTime, Span
from reviewbot.words.operator_text import say

Intervals = tuple[tuple[time, time], ...]
Week = tuple[Intervals, ...]

_PART = re.compile(r"(\d+)\s*(w|d|h|m|s)")
_PARTS = re.compile(r"\d+\s*[wdhms](\s*\d+\s*[wdhms])*")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})")
_UNITS = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes", "s": "seconds"}
LONGEST = timedelta(days=3660)


class Mistake(ValueError):
    """A value that cannot be read: the sentence, and a remedy."""

    def __init__(self, sentence: str, hint: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.hint = hint


def duration(text: str) -> timedelta:
    """Read a length of time: "45m", "1h 30m", "48h", "10s", "30d"; zero is a length too."""
    found = text.strip().lower()
    if not _PARTS.fullmatch(found):
        raise Mistake(
            say('"{text}" is not a length of time.', text=text),
            say('Write it like "45m", "2h" or "1h 30m".'),
        )
    try:
        total = sum(
            (timedelta(**{_UNITS[unit]: int(number)}) for number, unit in _PART.findall(found)),
            timedelta(),
        )
    except OverflowError:
        total = timedelta.max
    if total > LONGEST:
        raise Mistake(say('"{text}" is longer than ten years.', text=text))
    return total


def positive(text: str) -> timedelta:
    """Read a length of time above zero."""
    length = duration(text)
    if not length:
        raise Mistake(
            say('"{text}" is no time at all.', text=text), say("Write a length above zero.")
        )
    return length


def span(text: str) -> Span | None:
    """Read a reply time: "1h work", "15m clock", "3d work"; "none" is None."""
    found = text.strip().lower()
    if found == "none":
        return None
    head, _, counts = found.rpartition(" ")
    if counts not in ("work", "clock"):
        length = found if _PARTS.fullmatch(found) else "1h"
        raise Mistake(
            say('"{text}" does not say which hours count.', text=text),
            say(
                'Write "{length} work" (the desk\'s hours), "{length} clock" (all hours) or '
                '"none".',
                length=length,
            ),
        )
    if not positive(head):
        raise AssertionError("positive() raises for zero")
    return _span(head, "work" if counts == "work" else "clock")


def _span(text: str, counts: Literal["work", "clock"]) -> Span:
    """Keep days apart from the rest: a working day is not 24 hours."""
    days, length = 0, timedelta()
    for number, unit in _PART.findall(text):
        if unit in "dw":
            days += int(number) * (7 if unit == "w" else 1)
        else:
            length += timedelta(**{_UNITS[unit]: int(number)})
    return Span(length=length, days=days, counts=counts)


def after(text: str, counts: Literal["work", "clock"]) -> Span:
    """Read a ladder's "4h" or "1d", counted in the hours of the time it hangs on; 0 is allowed."""
    duration(text)
    return _span(text.strip().lower(), counts)


def clock_time(text: str) -> time:
    """Read "9:15" or "09:15"."""
    found = _CLOCK.fullmatch(text.strip())
    if not found or int(found[1]) > 23 or int(found[2]) > 59:
        raise Mistake(
            say('"{text}" is not a time of day.', text=text), say('Write it like "09:15".')
        )
    return time(int(found[1]), int(found[2]))


def digest_time(period: str, text: str) -> DigestTime:
    """Read when a "daily", "weekly" or "monthly" digest goes out: "09:15", "mon 09:30",
    "1 10:00"."""
    if period == "daily":
        return DigestTime(clock_time(text))
    day, _, rest = text.strip().partition(" ")
    if period == "weekly":
        found = weekdays(day)
        if len(found) != 1 or not rest:
            raise Mistake(
                say('"{text}" is not a moment of the week.', text=text), say('Write "mon 09:30".')
            )
        return DigestTime(clock_time(rest), weekday=found[0])
    if not (day.isascii() and day.isdecimal() and 1 <= int(day) <= 28 and rest):
        raise Mistake(
            say('"{text}" is not a moment of the month.', text=text),
            say('Write "1 10:00"; the day is 1 to 28.'),
        )
    return DigestTime(clock_time(rest), monthday=int(day))


def interval(text: str) -> tuple[time, time]:
    """Read "10:00-19:00"; "18:00-02:00" ends on the next day, "00:00-24:00" is the whole day.

    An end not after its start is the next day's, so 24:00 is midnight.
    """
    start, dash, end = (part.strip() for part in text.replace("–", "-").partition("-"))
    if not dash:
        raise Mistake(
            say('"{text}" is not an interval.', text=text), say('Write it like "10:00-19:00".')
        )
    if start == end:
        raise Mistake(
            say('"{text}" starts and ends at the same time.', text=text),
            say('Write it like "10:00-19:00".'),
        )
    return clock_time(start), time() if end == "24:00" else clock_time(end)


def weekdays(text: str) -> tuple[int, ...]:
    """Read "mon", "mon-fri", "sat,sun", "fri-mon"; Monday is 0."""
    days: list[int] = []
    for part in text.lower().replace("–", "-").split(","):
        first, dash, last = (piece.strip() for piece in part.partition("-"))
        if first not in WEEKDAYS or (dash and last not in WEEKDAYS):
            raise Mistake(
                say('"{text}" is not a day of the week.', text=text),
                say('Write "mon", "mon-fri" or "sat,sun".'),
            )
        start = WEEKDAYS.index(first)
        length = (WEEKDAYS.index(last) - start) % 7 if dash else 0
        days.extend((start + step) % 7 for step in range(length + 1))
    return tuple(days)


def opening(days: str, texts: Sequence[str]) -> dict[int, Intervals]:
    """Read one line of the desk's week. Raises Mistake for intervals that overlap too."""
    intervals = tuple(sorted(interval(text) for text in texts))
    for (start, end), (following, _) in pairwise(intervals):
        if following < end or end <= start:
            raise Mistake(
                say(
                    "{days}: the intervals overlap at {following}.",
                    days=days,
                    following=f"{following:%H:%M}",
                )
            )
    return dict.fromkeys(weekdays(days), intervals)


def week(hours: Mapping[str, Sequence[str]]) -> Week:
    """Read the desk's week: days → intervals, sorted. Raises Mistake for a day named twice,
    intervals that overlap, and a week without hours."""
    found: dict[int, Intervals] = {}
    for days, texts in hours.items():
        for day, intervals in opening(days, texts).items():
            if day in found:
                raise Mistake(
                    say('"{value}" has hours twice.', value=WEEKDAYS[day]),
                    say("Name every day once."),
                )
            found[day] = intervals
    if not any(found.values()):
        raise Mistake(
            say("The desk never works."), say('Write hours like mon-fri = ["10:00-19:00"].')
        )
    return tuple(found.get(day, ()) for day in range(7))


def day(value: object) -> date:
    """Read a date: TOML's own, or "2026-12-31"."""
    if isinstance(value, datetime):
        given = value.date()
    elif isinstance(value, date):
        given = value
    else:
        try:
            given = date.fromisoformat(str(value).strip())
        except ValueError:
            raise Mistake(
                say('"{value}" is not a date.', value=value), say('Write it like "2026-12-31".')
            ) from None
    if not 2000 <= given.year < 2200:
        # Spans are added to dates: at the ends of the calendar that has no answer.
        raise Mistake(
            say('"{value}" is no date of this century or the next.', value=value),
            say('Write it like "2026-12-31".'),
        )
    return given


def brief(length: timedelta) -> str:
    """Write a length of time as the file has it: "1h 30m"."""
    rest = int(length.total_seconds())
    parts = []
    for letter, seconds in (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)):
        # Hours stay hours up to two days: "48h" is how people say confirm_within.
        if letter == "d" and rest % 86_400 and rest < 172_800:
            continue
        number, rest = divmod(rest, seconds)
        if number:
            parts.append(f"{number}{letter}")
    return " ".join(parts) or "0m"


def rounded(length: timedelta) -> str:
    """Write a length of time in whole minutes, rounded up."""
    return brief(timedelta(minutes=ceil(length / timedelta(minutes=1))))


def brief_interval(ends: tuple[time, time]) -> str:
    end = "24:00" if ends[1] == time() else f"{ends[1]:%H:%M}"
    return f"{ends[0]:%H:%M}-{end}"
