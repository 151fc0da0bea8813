"""The language and the zone of a file, also where it is full of mistakes."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from reviewbot.config.load import find
from reviewbot.config.schema import File
from reviewbot.core.errors import ConfigError
from reviewbot.core.model import LANGUAGES
from reviewbot.words.operator_text import language_of

_WRITTEN = re.compile(r"^\s*language\s*=\s*[\"'](\w+)[\"']", re.MULTILINE)
DEFAULT = File()


@dataclass(frozen=True, slots=True)
class Locale:
    """The language of the file and its default desk's zone."""

    language: str
    zone: str


def locale_of(path: Path | None, environ: Mapping[str, str]) -> Locale:
    """Return the customs of the file that `load` would read. What it does not say has the file's
    defaults; without a file the environment tells the language, and the zone is UTC."""
    try:
        text = find(path, environ).read_text(encoding="utf-8-sig")
    except (ConfigError, OSError, ValueError):
        return Locale(language_of(environ), "UTC")
    try:
        raw: Mapping[str, Any] = tomllib.loads(text)
    except (ValueError, RecursionError):  # TOML's, or a number of thousands of digits
        # One slip elsewhere does not change who reads this.
        written = _WRITTEN.search(text)
        raw = {"language": written[1]} if written else {"language": language_of(environ)}
    return locale_in(raw)


def locale_in(raw: Mapping[str, Any]) -> Locale:
    """Return what the tables of a file say of it, as far as that is sound."""
    language, desk = raw.get("language"), raw.get("desk")
    named = desk.get("time_zone") if isinstance(desk, Mapping) else None
    zones = (named, raw.get("time_zone"), DEFAULT.time_zone)
    return Locale(
        str(language) if language in LANGUAGES else DEFAULT.language,
        next(str(zone) for zone in zones if _is_zone(zone)),
    )


def _is_zone(name: object) -> bool:
    try:
        return isinstance(name, str) and bool(ZoneInfo(name))
    except (ValueError, OSError, LookupError):
        return False
