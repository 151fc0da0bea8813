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


OF_HOSTS = """
language = "en"
[database]
path = "{folder}/bench.sqlite3"
[telegram]
base_url = "http://127.0.0.1:9"
[fetch]
allowed_hosts = {hosts}
[fetch.gaps]
{gaps}
[chats]
support = {{ id = -1001 }}
[people]
marina = {{ id = 502, name = "Marina", role = "manager" }}
[sources.json_ld]
every = "10m"
every_max = "10m"
"""


def address(number: int) -> str:
    """Return a loopback address that stands for a host."""
    return f"127.1.{number // 250}.{number % 250 + 1}"


def places(folder: Path, count: int, hosts: int, port: int, pages: str = "p") -> Loaded:
    """Return a configuration of `count` pages over `hosts` loopback hosts; their names begin with
    `pages`."""
    names = [address(number) for number in range(hosts)]
    text = OF_HOSTS.format(
        folder=folder,
        hosts=[f"{name}:{port}" for name in names],
        gaps="\n".join(f'"{name}" = "1s"' for name in names),
    )
    for number in range(count):
        link = f"json_ld:http://{names[number % hosts]}:{port}/{pages}{number}"
        text += f'\n[locations.p{number}]\nname = "Place {number}"\ncontact = "x@example.org"\n'
        text += f'links = ["{link}"]\n'
    path = folder / "config.toml"
    path.write_text(text)
    return load(path, environ={"REVIEWBOT_TELEGRAM_TOKEN": TOKEN}, today=START.date())
