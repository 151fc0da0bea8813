"""What can be added to the file, and the file's text with it: remarks and layout stay."""

import tomllib
from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import tomlkit
from tomlkit.items import Item, Table

from reviewbot.core.classifier.language_detection import identifier
from reviewbot.core.errors import ConfigError, Problem
from reviewbot.words.operator_text import say

LONGEST_KEY = 24


@dataclass(frozen=True, slots=True)
class AddedLocation:
    """A location of that name with its links; where the name or the key is in the file already,
    the links are added to it."""

    name: str
    links: tuple[str, ...]
    contact: str = ""


@dataclass(frozen=True, slots=True)
class AddedPerson:
    telegram_id: int
    name: str
    role: str = "staff"


@dataclass(frozen=True, slots=True)
class AddedClosedDay:
    """A day off of the whole desk."""

    day: date


Change = AddedLocation | AddedPerson | AddedClosedDay


def change_as_json(change: Change) -> dict[str, Any]:
    """Return a change as a row keeps it (`change_of` reads it)."""
    values = asdict(change)
    if isinstance(change, AddedClosedDay):
        values["day"] = change.day.isoformat()
    return {"what": type(change).__name__, **values}


def change_of(kept: Mapping[str, Any]) -> Change:
    """Return the change that a row keeps."""
    values = {key: value for key, value in kept.items() if key != "what"}
    if kept["what"] == AddedLocation.__name__:
        return AddedLocation(values["name"], tuple(values["links"]), values["contact"])
    if kept["what"] == AddedPerson.__name__:
        return AddedPerson(**values)
    return AddedClosedDay(date.fromisoformat(values["day"]))


def key_of(name: str, otherwise: str) -> str:
    """Return a key made of a name: Latin letters, digits and hyphens, at most 24."""
    return identifier(name)[:LONGEST_KEY].strip("-") or otherwise


def changed(text: str, change: Change) -> str:
    """Return the file's text with the change in it. Raises ConfigError where it stands there
    already, or where the file is written in a way that cannot be added to."""
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    bare = text.removeprefix(mark)
    document, wanted = tomlkit.parse(bare), tomllib.loads(bare)
    before = deepcopy(wanted)
    match change:
        case AddedLocation():
            path = _add_location(document, wanted, change)
        case AddedPerson():
            path = _add_person(document, wanted, change)
        case AddedClosedDay():
            path = _add_closed_day(document, wanted, change)
    if wanted == before:
        raise _refused(path, say("That stands in the file already."))
    written = tomlkit.dumps(document)
    if _read(written) != wanted:
        raise _refused(
            path,
            say("The file is written in a way that no command can add to."),
            say("Write it there by hand, like config.example.toml does."),
        )
    return mark + written


def _add_location(
    document: tomlkit.TOMLDocument, wanted: dict[str, Any], change: AddedLocation
) -> str:
    places = wanted.setdefault("locations", {})
    known = next((key for key, table in places.items() if _is_called(change, key, table)), None)
    if known is not None:
        path = f"locations.{known}.links"
        links = places[known].get("links", [])
        held = [links] if isinstance(links, str) else list(links)
        fresh = [link for link in change.links if link not in held]
        if fresh:
            places[known]["links"] = [*held, *fresh]
            _lengthen(_section(document, "locations")[known], "links", held, fresh)
        return path
    key = _free(key_of(change.name, "location"), (*places, *wanted.get("competitors", ())))
    values: dict[str, Any] = {"name": change.name}
    if change.contact:
        values["contact"] = change.contact
    values["links"] = list(change.links)
    table = tomlkit.table()
    for name, value in values.items():
        table[name] = _several(value) if isinstance(value, list) else value
    _put_last(_section(document, "locations", is_super=True), key, table)
    places[key] = values
    return f"locations.{key}"


def _is_called(change: AddedLocation, key: str, table: Any) -> bool:
    names = (key, table.get("name") if isinstance(table, Mapping) else None)
    return change.name.casefold() in [str(name).casefold() for name in names if name]


def _add_person(
    document: tomlkit.TOMLDocument, wanted: dict[str, Any], change: AddedPerson
) -> str:
    people = wanted.setdefault("people", {})
    for key, held in people.items():
        if change.telegram_id in (held, held.get("id") if isinstance(held, Mapping) else None):
            raise _refused(
                f"people.{key}",
                say("{number} is on the list already.", number=change.telegram_id),
            )
    key = _free(key_of(change.name, "person"), (*people, *wanted.get("chats", ())))
    values = {"id": change.telegram_id, "name": change.name, "role": change.role}
    shown = tomlkit.inline_table()
    shown.update(values)
    _put_last(_section(document, "people"), key, shown)
    people[key] = values
    return f"people.{key}"


def _add_closed_day(
    document: tomlkit.TOMLDocument, wanted: dict[str, Any], change: AddedClosedDay
) -> str:
    desk, day = wanted.setdefault("desk", {}), change.day.isoformat()
    held = list(desk.get("closed", []))
    if day not in [str(each) for each in held]:
        desk["closed"] = [*held, day]
        _lengthen(_section(document, "desk"), "closed", held, [day])
    return "desk.closed"


def _lengthen(table: Any, key: str, held: list[Any], fresh: list[str]) -> None:
    """Add to a list, which may be missing or written as its one value."""
    if isinstance(table.get(key), list):
        table[key].extend(fresh)
    elif key in table:
        table[key] = [*held, *fresh]
    else:
        _put_last(table, key, tomlkit.item(fresh))


def _section(document: tomlkit.TOMLDocument, name: str, *, is_super: bool = False) -> Any:
    if name not in document:
        document[name] = tomlkit.table(is_super_table=is_super)
    return document[name]


def _put_last(table: Any, key: str, item: Item) -> None:
    """Put a key at a table's end, above the blank lines and remarks there: those belong to what
    follows."""
    kept = _tail(table)
    if isinstance(item, Table):
        item.add(tomlkit.nl())
    table[key] = item
    end = item if isinstance(item, Table) else table
    if kept:
        body = _body(end)
        while isinstance(item, Table) and body and body[-1][0] is None:
            body.pop()
        body.extend(kept)


def _tail(table: Any) -> list[Any]:
    """Take away and return what stands behind a table's last value."""
    body = _body(table)
    if body and isinstance(body[-1][1], Table):
        return _tail(body[-1][1])
    kept: list[Any] = []
    while body and body[-1][0] is None:
        kept.insert(0, body.pop())
    return kept


def _body(table: Any) -> list[Any]:
    value = getattr(table, "value", None)
    return getattr(value, "body", [])


def _several(links: list[str]) -> Item:
    written = tomlkit.array()
    written.extend(links)
    return written.multiline(True)


def _free(key: str, taken: Iterable[str]) -> str:
    names, number, free = set(taken), 1, key
    while free in names:
        number += 1
        free = f"{key}-{number}"
    return free


def _read(text: str) -> dict[str, Any] | None:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None


def _refused(path: str, sentence: str, hint: str = "") -> ConfigError:
    return ConfigError((Problem(path, sentence, hint),))
