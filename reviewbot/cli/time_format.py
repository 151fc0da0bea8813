"""Times as the desk reads them: in its zone, absolute. What a machine reads stays ISO."""

import os
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from reviewbot.config.locale import locale_of
from reviewbot.words.language import Language
from reviewbot.words.operator_language import operator_language


@dataclass(frozen=True, slots=True)
class TimeFormat:
    """The desk's zone, by its IANA name, the command's instant (aware), the operator's words."""

    zone: str
    now: datetime
    t: Language

    def __call__(self, moment: datetime) -> str:
        """Return "14:02", with the date where it is not today's."""
        local, today = self.local(moment), self.local(self.now).date()
        return f"{local:%H:%M}" if local.date() == today else self.in_full(moment)

    def in_full(self, moment: datetime) -> str:
        """Return "2026-03-02 14:02"."""
        return f"{self.local(moment):%Y-%m-%d %H:%M}"

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(ZoneInfo(self.zone))

    def midnight(self, day: date) -> datetime:
        """Return the instant at which a day of the desk begins."""
        return datetime.combine(day, time(), ZoneInfo(self.zone))

    def days_before(self, moment: datetime, days: int) -> datetime:
        """Return the same time of the desk's day so many days earlier."""
        return self.local(moment) - timedelta(days=days)


def time_format(config: Path | None, now: datetime) -> TimeFormat:
    """Return how times are shown by this file; in UTC where there is none, and in the
    language of the shell."""

    locale = locale_of(config, os.environ)
    return TimeFormat(locale.zone, now, operator_language(locale.language))
