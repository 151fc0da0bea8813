"""Turns mistakes into sentences a person can act on: where, what, and the nearest valid name."""

import types
import typing
from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, ParamSpec, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from reviewbot.config.durations import Mistake
from reviewbot.core.errors import Problem
from reviewbot.words.operator_text import say

P = ParamSpec("P")
T = TypeVar("T")
Loc = Sequence[int | str]

_SHAPES = {
    "int_type": say("must be a whole number"),
    "int_from_float": say("must be a whole number"),
    "float_type": say("must be a number"),
    "string_type": say("must be text in quotes"),
    "bool_type": say("must be true or false"),
    "list_type": say("must be a list [ … ]"),
    "dict_type": say("must be a table { … }"),
    "model_type": say("must be a table { … }"),
    "model_attributes_type": say("must be a table { … }"),
}
_HINTS = {
    "id": say("`reviewbot init` shows the numbers of chats and people; /whoami tells one's own."),
}
# One, several, and several at the head of a list. Other nouns are keys of the file: they stay.
_NOUNS = {
    "chat": (say("chat"), say("chats"), say("Chats")),
    "chat or person": (
        say("chat or person"),
        say("chats and people"),
        say("Chats and people"),
    ),
    "column": (say("column"), say("columns"), say("Columns")),
    "group": (say("group"), say("groups"), say("Groups")),
    "host": (say("host"), say("hosts"), say("Hosts")),
    "key": (say("key"), say("keys"), say("Keys")),
    "language": (say("language"), say("languages"), say("Languages")),
    "location": (say("location"), say("locations"), say("Locations")),
    "location or group": (
        say("location or group"),
        say("locations and groups"),
        say("Locations and groups"),
    ),
    "person": (say("person"), say("people"), say("People")),
    "profile": (say("profile"), say("profiles"), say("Profiles")),
    "role": (say("role"), say("roles"), say("Roles")),
    "severity": (say("severity"), say("severities"), say("Severities")),
    "slot": (say("slot"), say("slots"), say("Slots")),
    "source": (say("source"), say("sources"), say("Sources")),
    "topic": (say("topic"), say("topics"), say("Topics")),
}


class Problems:
    """Collects every mistake and warning of one file; nothing stops at the first."""

    def __init__(self) -> None:
        self.errors: list[Problem] = []
        self.warnings: list[Problem] = []

    def add(self, path: str, sentence: str, hint: str = "") -> None:
        problem = Problem(path, sentence, hint)
        if problem not in self.errors:
            self.errors.append(problem)

    def warn(self, path: str, sentence: str, hint: str = "") -> None:
        problem = Problem(path, sentence, hint)
        if problem not in self.warnings:
            self.warnings.append(problem)

    def read(
        self, path: str, reader: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> T | None:
        """Return what `reader` reads, or note its Mistake and return None."""
        try:
            return reader(*args, **kwargs)
        except Mistake as mistake:
            self.add(path, mistake.sentence, mistake.hint)
            return None

    def known(self, path: str, noun: str, name: str, names: Iterable[str]) -> bool:
        """Whether `name` is among `names`; if not, note it with the nearest one."""
        options = list(names)
        if name in options:
            return True
        self.add(path, *unknown(noun, name, options))
        return False


def nearest(name: str, names: Iterable[str]) -> str | None:
    """Return the name a typo most likely meant, or None."""
    folded = {option.casefold(): option for option in names}
    found = get_close_matches(name.casefold(), folded, n=1, cutoff=0.6)
    return folded[found[0]] if found else None


def unknown(noun: str, name: str, names: Sequence[str]) -> tuple[str, str]:
    """Return the sentence and the remedy for a name that is not there."""
    listed = ", ".join(names[:20]) + (" …" if len(names) > 20 else "")
    if noun not in _NOUNS:
        # A key of the file has no plural in any language but the file's own.
        return say(
            '"{name}" cannot stand here.{guess}', name=name, guess=guess_at(name, names)
        ), say("One of: {names}.", names=listed)
    one, many, head = _NOUNS[noun]
    hint = (
        say("{nouns}: {names}.", nouns=head, names=listed)
        if names
        else say("There are no {nouns} yet.", nouns=many)
    )
    return say(
        'There is no {noun} "{name}".{guess}', noun=one, name=name, guess=guess_at(name, names)
    ), hint


def guess_at(name: str, names: Iterable[str]) -> str:
    """Return the question after a sentence about a name that is not there; "" without a guess."""
    return guess(nearest(name, names))


def guess(meant: str | None) -> str:
    """Return the same for a name that is known to be meant."""
    return say(' Did you mean "{name}"?', name=meant) if meant else ""


def path_of(loc: Loc) -> str:
    """Write a place in the file: people.ivan.role, routes[1].chat (the first is 1)."""
    path = ""
    for part in loc:
        if isinstance(part, int):
            path += f"[{part + 1}]"
        else:
            path += f".{part}" if path else str(part)
    return path


def translate(
    error: ValidationError, model: type[BaseModel], placed: Callable[[Loc], Loc]
) -> list[Problem]:
    """Return pydantic's findings as problems in plain words.

    `placed` gives list elements the numbers the operator counts them by.
    """
    return [_problem(detail, model, placed) for detail in error.errors()]


def _problem(
    detail: ErrorDetails, model: type[BaseModel], placed: Callable[[Loc], Loc]
) -> Problem:
    loc = [part for part in detail["loc"] if part != "[key]"]
    path, name = path_of(placed(loc)), str(loc[-1]) if loc else ""
    kind, value = detail["type"], detail["input"]
    if kind == "extra_forbidden":
        return Problem(path, *unknown("key", name, keys_at(model, loc[:-1])))
    if kind == "missing":
        return Problem(path, say("is missing."), _HINTS.get(name, ""))
    if kind == "literal_error":
        options = [part.strip(" '\"") for part in _options(detail)]
        return Problem(path, *unknown(_noun(loc), str(value), options))
    if kind in _SHAPES:
        keys = ", ".join(keys_at(model, loc)) if kind.startswith("model") else ""
        return Problem(
            path,
            say("{rule}, not {value}.", rule=_SHAPES[kind], value=_said(value)),
            _HINTS.get(name) or (say("Keys of the table: {names}.", names=keys) if keys else ""),
        )
    return Problem(path, f"{detail['msg'].removeprefix('Value error, ')}.", "")


def _options(detail: ErrorDetails) -> list[str]:
    return str(detail.get("ctx", {}).get("expected", "")).replace(" or ", ", ").split(", ")


def _noun(loc: Loc) -> str:
    """What a list of allowed words holds: the key's own name, without an index."""
    names = [part for part in loc if isinstance(part, str)]
    return names[-1].replace("_", " ") if names else "value"


def _said(value: object) -> str:
    if isinstance(value, str):
        return say('the text "{value}"', value=value) if len(value) <= 40 else say("a text")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return say("a table")
    if isinstance(value, list):
        return say("a list")
    return str(value)


def keys_at(model: type[BaseModel], loc: Loc) -> list[str]:
    """Return the keys that may stand at a place of the file."""
    found: Any = model
    for part in loc:
        found = _inner(found)
        if isinstance(found, type) and issubclass(found, BaseModel):
            named = {field.alias or name: field for name, field in found.model_fields.items()}
            if part not in named:
                return []
            found = named[str(part)].annotation
        else:
            arguments = typing.get_args(found)
            found = arguments[-1] if arguments else None
    found = _inner(found)
    if not (isinstance(found, type) and issubclass(found, BaseModel)):
        return []
    keys = [field.alias or name for name, field in found.model_fields.items()]
    return [key for key in keys if key != "#"]


def _inner(annotation: Any) -> Any:
    """Take Optional and Annotated away."""
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        rest = [part for part in typing.get_args(annotation) if part is not type(None)]
        return _inner(rest[0])
    if typing.get_origin(annotation) is typing.Annotated:
        return _inner(typing.get_args(annotation)[0])
    return annotation
