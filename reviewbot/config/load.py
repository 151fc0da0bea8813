"""Finds the file and brings it into shape: TOML → schema, with every mistake of form."""

import tomllib
from collections.abc import Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from reviewbot.config.problems import Problems, translate
from reviewbot.config.schema import File
from reviewbot.config.toml_mistakes import told_in_words
from reviewbot.core.errors import ConfigError, Problem
from reviewbot.words.operator_text import say

PATH_VARIABLE = "REVIEWBOT_CONFIG"
PLACES = ("config.toml", "reviewbot.toml", "/etc/reviewbot/config.toml")


def find(path: Path | None, environ: Mapping[str, str]) -> Path:
    """Return the file to read: the one named, REVIEWBOT_CONFIG's, else the first of PLACES.

    Raises ConfigError where there is none.
    """
    named = path or (Path(environ[PATH_VARIABLE]) if environ.get(PATH_VARIABLE) else None)
    if named is not None:
        if named.is_dir():
            raise _single(
                str(named),
                say("{path} is a folder.", path=named),
                say("Name a file in it, like {path}.", path=named / PLACES[0]),
            )
        if not named.is_file():
            raise _single(
                str(named), say("There is no such file."), say("`reviewbot init` writes one.")
            )
        return named
    for place in PLACES:
        if Path(place).is_file():
            return Path(place)
    raise _single(
        PLACES[0],
        say("There is no configuration: looked for {names}.", names=", ".join(PLACES)),
        say(
            "`reviewbot init` writes one; --config or {variable} name another place.",
            variable=PATH_VARIABLE,
        ),
    )


DEEPEST = 50
"""Tables within tables; the product's file has five."""


def parse(path: Path) -> dict[str, Any]:
    """Return the file's tables. Raises ConfigError where it is no TOML, with line and column."""
    text = ""
    try:
        text = path.read_bytes().decode("utf-8-sig")
        tables = tomllib.loads(text)
        if _is_deeper(tables, DEEPEST):
            raise RecursionError
        return tables
    except RecursionError as error:
        raise _single(
            str(path),
            say("Tables or lists are nested too deeply."),
            say("Texts stand in quotes, lists in [ ], and a [section] comes once."),
        ) from error
    except OSError as error:
        raise _single(
            str(path), say("The file cannot be read: {reason}.", reason=error.strerror)
        ) from error
    except UnicodeDecodeError as error:
        raise _single(
            str(path), say("The file is not UTF-8 text."), say("Save it as UTF-8.")
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise _single(
            str(path),
            say("Not TOML: {error}.", error=told_in_words(error))
            if " line " in str(error)
            else say(
                "Not TOML: {error}. It begins in line {line}.",
                error=told_in_words(error),
                line=_first_broken_line(text),
            ),
            say("Texts stand in quotes, lists in [ ], and a [section] comes once."),
        ) from error
    except ValueError as error:  # a number of thousands of digits
        raise _single(
            str(path), say("Not TOML: {error}.", error=error), say("Numbers have a few digits.")
        ) from error


def _is_deeper(value: Any, than: int) -> bool:
    """Whether tables stand in tables, or lists in lists, more often: `a.b.c` is such, too."""
    level: list[Any] = [value]
    for _ in range(than):
        held = (each.values() if isinstance(each, dict) else each for each in level)
        level = [each for each in chain.from_iterable(held) if isinstance(each, dict | list)]
    return bool(level)


def _first_broken_line(text: str) -> int:
    """Return the number of the line from which on the text is no TOML, counted from 1: what is
    never closed is found at the end of the document only."""
    lines = text.split("\n")
    for whole in range(len(lines) - 1, 0, -1):
        try:
            tomllib.loads("\n".join(lines[:whole]))
        except ValueError:
            continue
        return whole + 1
    return 1


def shape(raw: Mapping[str, Any], problems: Problems) -> tuple[File, frozenset[str]]:
    """Return the file in shape, and the paths of what did not fit: it is noted and taken out, so
    that the rest is still looked at."""
    tables = _numbered(raw)
    refused: set[str] = set()
    while True:
        try:
            return File.model_validate(tables), frozenset(refused)
        except ValidationError as error:
            mistakes = translate(error, File, lambda loc: _placed(tables, loc))
            for problem in mistakes:
                # A key that was refused is not missing.
                if problem.path not in refused:
                    problems.add(problem.path, problem.sentence, problem.hint)
            refused.update(problem.path for problem in mistakes)
            # From the end: a deletion moves what stands behind it in a list.
            cuts = {_cut(detail["loc"], detail["type"]) for detail in error.errors()}
            for cut in sorted(cuts, key=lambda loc: [str(p).zfill(9) for p in loc], reverse=True):
                _take_out(tables, cut)


def _single(path: str, sentence: str, hint: str = "") -> ConfigError:
    return ConfigError((Problem(path, sentence, hint),))


def _numbered(value: Any, place: int | None = None) -> Any:
    """Copy the tables, giving every table of a list its place, counted from 1."""
    if isinstance(value, Mapping):
        copy = {key: _numbered(inner) for key, inner in value.items()}
        return copy if place is None else {**copy, "#": place}
    if isinstance(value, list):
        return [_numbered(inner, place) for place, inner in enumerate(value, start=1)]
    return value


def _cut(loc: tuple[int | str, ...], kind: str) -> tuple[int | str, ...]:
    """What to take out for a finding: a table that lacks a key goes as a whole."""
    loc = tuple(part for part in loc if part != "[key]")
    return loc[:-1] if kind == "missing" else loc


def _placed(tables: Any, loc: Sequence[int | str]) -> list[int | str]:
    """Return `loc` with the operator's numbering, whatever was taken out before."""
    placed: list[int | str] = []
    found = tables
    for part in loc:
        try:
            found = found[part]
        except (KeyError, IndexError, TypeError):
            found = None
        if isinstance(part, int) and isinstance(found, dict):
            part = found.get("#", part + 1) - 1
        placed.append(part)
    return placed


def _take_out(tables: Any, loc: tuple[int | str, ...]) -> None:
    """Delete the deepest part of `loc` that exists; the ends of shorthands do not."""
    trail = []
    found = tables
    for part in loc:
        inside = (isinstance(found, dict) and part in found) or (
            isinstance(found, list) and isinstance(part, int) and part < len(found)
        )
        if not inside:
            break
        trail.append((found, part))
        found = found[part]
    if trail:
        container, part = trail[-1]
        del container[part]
