"""What every part of resolving needs: the names of the file, and where to note mistakes."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

from reviewbot.config.durations import Mistake
from reviewbot.config.problems import Problems, guess, nearest
from reviewbot.config.schema import File, LocationTable, WhenTable
from reviewbot.core.model import LANGUAGES
from reviewbot.core.settings import When
from reviewbot.words.operator_text import say


@dataclass(frozen=True, slots=True)
class ResolveContext:
    """The file in shape, its names, and the collector of mistakes.

    Names are those written in the file, also of entries that were refused, so that one mistake is
    not told again wherever the name is used. `own` and `rivals` are the locations of the file and
    of locations_file together. `people_refused`: somebody's entry, or role, is not known.
    """

    file: File
    folder: Path
    today: date
    problems: Problems
    chats: tuple[str, ...]
    people: tuple[str, ...]
    groups: tuple[str, ...]
    own: dict[str, LocationTable]
    rivals: dict[str, LocationTable]
    sources: tuple[str, ...]
    topics: tuple[str, ...]
    people_refused: bool
    broken_locations: frozenset[str] = frozenset()

    @property
    def places(self) -> tuple[str, ...]:
        return (*self.own, *self.rivals, *self.broken_locations)


def zone(path: str, name: str, problems: Problems) -> str:
    """Return the name of a time zone, or note that there is none and return UTC."""
    try:
        ZoneInfo(name)
    except (ValueError, OSError, LookupError):  # the name may be a path or a folder
        zones = available_timezones()
        short = {each.rpartition("/")[2]: each for each in zones}
        meant = nearest(name, zones) or short.get(nearest(name.rpartition("/")[2], short) or "")
        problems.add(
            path,
            say('There is no time zone "{name}".{guess}', name=name, guess=guess(meant)),
            say('Write it like "Europe/Moscow".'),
        )
        return "UTC"
    return name


def when(path: str, table: WhenTable, context: ResolveContext) -> When:
    """Return what an entry asks for, its names checked."""
    known = context.problems.known
    for name in table.source:
        known(f"{path}.source", "source", name, context.sources)
    for name in table.group:
        known(f"{path}.group", "group", name, context.groups)
    for name in table.location:
        known(f"{path}.location", "location", name, context.places)
    if context.topics:
        for name in table.topic:
            known(f"{path}.topic", "topic", name, context.topics)
    for language in table.language:
        known(f"{path}.language", "language", language, LANGUAGES)
    for stars in table.rating:
        if not 1 <= stars <= 5:
            context.problems.add(
                f"{path}.rating",
                say("{stars} is no number of stars.", stars=stars),
                say("From 1 to 5."),
            )
    return When(
        severity=tuple(table.severity),
        tone=tuple(table.tone),
        source=tuple(table.source),
        topic=tuple(table.topic),
        group=tuple(table.group),
        location=tuple(table.location),
        language=tuple(table.language),
        rating=tuple(table.rating),
        kind=tuple(table.kind),
    )


def in_words(wanted: When) -> str:
    """Say what an entry asks for: "source = otzovik, tone = negative"."""
    parts = []
    for name in When.__dataclass_fields__:
        values = getattr(wanted, name)
        if values:
            parts.append(f"{name} = {'|'.join(str(value) for value in values)}")
    return ", ".join(parts) or "everything"


def covers(wide: When, narrow: When) -> bool:
    """Whether everything that `narrow` matches, `wide` matches too."""
    for name in When.__dataclass_fields__:
        asked = getattr(wide, name)
        if asked and not (getattr(narrow, name) and set(getattr(narrow, name)) <= set(asked)):
            return False
    return True


def check_key(path: str, key: str, problems: Problems) -> None:
    """Note a name that cannot be used as one: it goes into target names and Telegram buttons."""
    plain = key.replace("-", "").replace("_", "")
    if not (plain.isalnum() and len(key.encode()) <= 32):
        problems.add(
            path,
            say('"{key}" cannot be a name.', key=key),
            say(
                'Use up to 32 letters, digits, "-" and "_" (letters beyond a–z count twice); '
                "what people read goes to `name`."
            ),
        )


__all__ = ["Mistake", "ResolveContext", "check_key", "covers", "in_words", "when", "zone"]
