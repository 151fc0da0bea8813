"""One language: its sentences, plurals, dates and spans of time.

Sentences in code are English; the catalogs beside this module hold the others. They are read as
.po on first use, so nothing is compiled at install. A sentence is filled with `{name}` slots by
plain replacement: neither attributes nor formats can be reached from a catalog.
"""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import lru_cache
from gettext import NullTranslations
from importlib import resources
from io import BytesIO
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.core import Locale
from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, get_decimal_symbol
from babel.support import Translations

from reviewbot.core.model import LANGUAGES
from reviewbot.words.operator_text import SLOT, filled

_SPAN = re.compile(r"(\d+)([dhm])")


@lru_cache
def words_in(language: str, catalog: str = "") -> "Language":
    """Return the words of a language; English for one we do not have.

    Without a catalog's name they are those of staff; "operator" holds the command line's.
    """
    return Language(language if language in LANGUAGES else "en", catalog)


def slots(sentence: str) -> frozenset[str]:
    """The names a sentence wants filled."""
    return frozenset(SLOT.findall(sentence))


class Language:
    """Sentences and figures in one language. Call it with an English sentence."""

    def __init__(self, language: str, catalog: str = "") -> None:
        self.language = language
        self._catalog = _catalog(language, catalog)
        self._locale = Locale.parse(language)

    def __call__(self, sentence: str, /, **params: object) -> str:
        return filled(self._catalog.gettext(sentence), params)

    def plural(self, one: str, many: str, count: int, /, **params: object) -> str:
        """The plural that fits `count`, which also fills `{n}`."""
        return filled(self._catalog.ngettext(one, many, count), {"n": count, **params})

    def within(self, context: str, sentence: str, /, **params: object) -> str:
        """A sentence whose translation depends on where it stands."""
        return filled(self._catalog.pgettext(context, sentence), params)

    def quoted(self, words: str) -> str:
        """«слова»; quotation marks within them are of the other kind: «без „обещаний“»."""
        return self("“{words}”", words=self.within_quotes(words))

    def within_quotes(self, words: str) -> str:
        """Return words that go between quotation marks, with their own ones changed."""
        outer, inner = ("«»", "„“") if self.language == "ru" else ("“”", "‘’")
        return words.translate(str.maketrans(outer, inner))

    @property
    def decimal(self) -> str:
        """The mark between units and tenths."""
        return get_decimal_symbol(self._locale)

    def number(self, value: float, digits: int = 1) -> str:
        """«4,6»: so many digits behind the mark."""
        shape = "0." + "0" * digits if digits else "0"
        return format_decimal(value, shape, locale=self._locale)

    def as_written(self, value: float) -> str:
        """«4,75»: with the digits that whoever wrote the number gave it, one at least."""
        return self.number(value, max(1, len(repr(value).partition(".")[2])))

    def signed(self, value: float) -> str:
        """«+0,2», «−0,3»; nothing where it rounds to nought."""
        shown = self.number(abs(value))
        if shown == self.number(0):
            return ""
        sign = "+" if value > 0 else "\N{MINUS SIGN}"
        return f"{sign}{shown}"

    def percent(self, share: float) -> str:
        """«82 %»; one of three hundred is not «0 %» but «менее 1 %»."""
        if 0 < share < 0.005:
            return self("under {share}", share=self.percent_bound(0.01))
        return self.percent_bound(share)

    def percent_bound(self, share: float) -> str:
        """The same of the end of an interval: «0 %», however near to nothing it lies."""
        return f"{round(share * 100)}\N{NO-BREAK SPACE}%"

    def weekday(self, number: int) -> str:
        """«пн»; Monday is 0."""
        return format_date(date(2024, 1, 1 + number), "EEE", locale=self._locale).rstrip(".")

    def day(self, moment: datetime, zone: str, anchor: datetime | None = None) -> str:
        """«3 мар», with the year where it is not the anchor's."""
        return self.short_date(date_in(zone, moment), date_in(zone, anchor) if anchor else None)

    def short_date(self, day: date, today: date | None = None) -> str:
        """«3 мар» of a calendar date, with the year where it is not today's."""
        text = format_date(day, "d MMM", locale=self._locale).rstrip(".")
        return f"{text} {day.year}" if today is not None and today.year != day.year else text

    def date_span(self, first: date, last: date, today: date | None = None) -> str:
        """«3 – 9 мар» with the year unless it is today's, with both where they are two:
        «21 февр 2025 – 20 февр 2026»; one day alone is that day."""
        shown = self.short_date(first)
        if first != last:
            shown = f"{shown} – {self.short_date(last)}"
        if first.year != last.year:
            return f"{self.short_date(first)} {first.year} – {self.short_date(last)} {last.year}"
        return shown if today and today.year == last.year else f"{shown} {last.year}"

    def whole_date(self, day: date) -> str:
        """«Вторник, 3 марта»."""
        text = format_date(day, "EEEE, d MMMM", locale=self._locale)
        return text[:1].upper() + text[1:]

    def month(self, day: date) -> str:
        """«Февраль 2026»: the month a date is in."""
        text = format_date(day, "LLLL y", locale=self._locale)
        return text[:1].upper() + text[1:]

    def stamp(self, moment: datetime, zone: str, anchor: datetime | None = None) -> str:
        """«14:20», or «3 мар, 14:20» where the day is not the anchor's."""
        if _same_day(moment, anchor, zone):
            return _time(moment, zone)
        return self.dated(moment, zone, anchor)

    def dated(self, moment: datetime, zone: str, anchor: datetime | None) -> str:
        """«3 мар, 14:20»: the day even where it is the anchor's, the year where it is not."""
        return f"{self.day(moment, zone, anchor)}, {_time(moment, zone)}"

    def border(self, moment: datetime, zone: str, anchor: datetime | None = None) -> str:
        """After «до», «с», "by", "since": «15:02», «пн 11:00», «12 мар, 11:00»."""
        if _same_day(moment, anchor, zone) or anchor is None:
            return self.stamp(moment, zone, anchor)
        here = zone_of(zone)
        days = (moment.astimezone(here).date() - anchor.astimezone(here).date()).days
        if abs(days) > 6:
            return self.stamp(moment, zone, anchor)
        weekday = format_date(moment.astimezone(here), "EEE", locale=self._locale).rstrip(".")
        return f"{weekday} {_time(moment, zone)}"

    def at(self, moment: datetime, zone: str, anchor: datetime | None = None) -> str:
        """«в 15:02», «2 мар в 11:00»; "at 15:02", "on 2 Mar at 11:00"."""
        time = _time(moment, zone)
        if _same_day(moment, anchor, zone):
            return self("at {time}", time=time)
        return self("on {day} at {time}", day=self.day(moment, zone, anchor), time=time)

    def seen(self, moment: datetime, zone: str, anchor: datetime | None = None) -> str:
        """As `at`, but English goes without its preposition: "seen 14:02", «увидели в 14:02»."""
        time = _time(moment, zone)
        if _same_day(moment, anchor, zone):
            return self.within("after a verb", "{time}", time=time)
        day = self.day(moment, zone, anchor)
        return self.within("after a verb", "{day}, {time}", day=day, time=time)

    def lasting(self, span: timedelta) -> str:
        """«24 мин», «1 ч 20 мин», «2 дня 3 ч»: whole minutes, the two largest units."""
        minutes = max(0, round(span.total_seconds() / 60))
        days, rest = divmod(minutes, 24 * 60)
        hours, minutes = divmod(rest, 60)
        if days:
            text = self.plural("{n} day", "{n} days", days)
            return f"{text} {self('{n} h', n=hours)}" if hours else text
        if hours:
            text = self("{n} h", n=hours)
            return f"{text} {self('{n} min', n=minutes)}" if minutes else text
        return self("{n} min", n=minutes)

    def span(self, written: str) -> str:
        """A reply time from the config: "1h work" → «1 ч», "3d work" → «3 рабочих дня»."""
        words = written.split()
        by_clock = "clock" in words
        unit: dict[str, Callable[[int], str]] = {
            "d": lambda n: (
                self.plural("{n} day", "{n} days", n)
                if by_clock
                else self.plural("{n} working day", "{n} working days", n)
            ),
            "h": lambda n: self("{n} h", n=n),
            "m": lambda n: self("{n} min", n=n),
        }
        parts = [unit[match[2]](int(match[1])) for match in map(_SPAN.fullmatch, words) if match]
        return " ".join(parts) or written


def date_in(zone: str, moment: datetime) -> date:
    """The date by the clocks of a zone."""
    return moment.astimezone(zone_of(zone)).date()


def zone_of(name: str) -> ZoneInfo:
    """The zone of that name; UTC for one that does not exist."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def _time(moment: datetime, zone: str) -> str:
    return f"{moment.astimezone(zone_of(zone)):%H:%M}"


def _same_day(moment: datetime, anchor: datetime | None, zone: str) -> bool:
    if anchor is None:
        return False
    here = zone_of(zone)
    return moment.astimezone(here).date() == anchor.astimezone(here).date()


def _catalog(language: str, name: str) -> NullTranslations:
    po = resources.files("reviewbot.words") / "catalogs" / name / f"{language}.po"
    if name and not po.is_file():
        return NullTranslations()  # what the code says is English
    with po.open("rb") as file:
        catalog = read_po(file, locale=language, abort_invalid=True)
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return Translations(compiled)
