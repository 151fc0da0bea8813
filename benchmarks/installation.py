"""A configured installation for measurements: one loopback address, as many targets as asked."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from reviewbot.config import Loaded, load

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
TOKEN = "4200000000:benchmark-token-opens-nothing"

CONFIG = """
language = "en"
[database]
path = "{folder}/bench.sqlite3"
[telegram]
base_url = "{telegram}"
[fetch]
allowed_hosts = ["127.0.0.1"]
[chats]
support = {{ id = -1001 }}
[people]
marina = {{ id = 502, name = "Marina", role = "manager" }}
[sources.yandex_maps]
base_url = "{site}"
every = "1h"
"""

PLACE = """
[locations.place{number}]
name = "Place {number}"
contact = "+7 000 000-00-00"
links = ["https://yandex.ru/maps/org/place/{ref}/"]
"""


class StillClock:
    """Stands where it is put; whoever waits is let through at once."""

    def __init__(self, now: datetime = START) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def seconds_until(self, moment: datetime) -> float:
        self._now = max(self._now, moment)
        return 0.0

    def advance(self, span: timedelta) -> None:
        self._now += span


def configured(folder: Path, targets: int, *, site: str, telegram: str) -> Loaded:
    """Return the configuration with that many targets, read from a real file."""
    text = CONFIG.format(folder=folder, site=site, telegram=telegram)
    for number in range(targets):
        text += PLACE.format(number=number, ref=1_000_000_000 + number)
    path = folder / "config.toml"
    path.write_text(text)
    return load(path, environ={"REVIEWBOT_TELEGRAM_TOKEN": TOKEN}, today=START.date())
