"""Which places somebody means who types a name: a group, a place's key, or a part of its name."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from reviewbot.core.settings import Location, Settings
from reviewbot.core.text import letters_of, word_key

NEAR = 0.7
"""How alike a word is to a name that is offered in its place."""
MOST_NEAR = 3


@dataclass(frozen=True, slots=True)
class Meant:
    """Some places, and what they are called together; "" where it is all of them."""

    places: tuple[str, ...]
    name: str = ""


def meant(settings: Settings, visible: Sequence[str], wanted: str) -> Meant | None:
    """Return what is meant, of the places that may be seen; None: nothing of them."""
    if not wanted.strip():
        return Meant(tuple(visible)) if visible else None
    return called(settings, visible, wanted) or _in_part(settings, visible, wanted)


def called(settings: Settings, visible: Sequence[str], wanted: str) -> Meant | None:
    """Return the group or the places of just this name or key."""
    word, places = _plain(wanted), _seen(settings, visible)
    if not word:
        return None
    group = tuple(each.key for each in places if word in map(_plain, each.groups))
    if group:
        return Meant(group, wanted.strip())
    return _of([each for each in places if word in (_plain(each.key), _plain(each.name))], wanted)


def in_whole_words(settings: Settings, visible: Sequence[str], wanted: str) -> Meant | None:
    """Return what is called so or has these whole words in its name."""
    named = called(settings, visible, wanted)
    return named or _in_part(settings, visible, wanted, is_whole=True)


def _in_part(
    settings: Settings, visible: Sequence[str], wanted: str, *, is_whole: bool = False
) -> Meant | None:
    """A number within a name is meant as a whole: "Nevsky 1" is no part of "Nevsky 11", nor is
    «1 Мая» of «11 Мая»; where `is_whole`, so is a word."""
    word = _plain(wanted)
    if not word:
        return None
    beside = r"\w" if is_whole else r"\d"
    before = rf"(?<!{beside})" if is_whole or word[0].isdigit() else ""
    behind = rf"(?!{beside})" if is_whole or word[-1].isdigit() else ""
    part = re.compile(before + re.escape(word) + behind)
    found = [each for each in _seen(settings, visible) if part.search(_plain(each.name))]
    return _of(found, wanted)


def near(settings: Settings, visible: Sequence[str], wanted: str) -> tuple[str, ...]:
    """Return the names of places and groups that are written almost so."""
    word, places = _plain(wanted), _seen(settings, visible)
    count = max(1, len(word.split()))
    parts: dict[str, list[str]] = {}
    for name in (*(each.name for each in places), *(g for each in places for g in each.groups)):
        words = _plain(name).split()
        pieces = (words[at : at + count] for at in range(max(1, len(words) - count + 1)))
        for piece in (words, *pieces):
            parts.setdefault(" ".join(piece), []).append(name)
    for each in places:
        parts.setdefault(_plain(each.key), []).append(each.name)
    close = get_close_matches(word, parts, n=MOST_NEAR, cutoff=NEAR)
    return tuple(dict.fromkeys(name for piece in close for name in parts[piece]))[:MOST_NEAR]


def _seen(settings: Settings, visible: Sequence[str]) -> Sequence[Location]:
    return [settings.locations[key] for key in visible if key in settings.locations]


def _of(found: Sequence[Location], wanted: str) -> Meant | None:
    if not found:
        return None
    name = found[0].name if len(found) == 1 else wanted.strip()
    return Meant(tuple(place.key for place in found), name)


def _plain(name: str) -> str:
    """Return a name without its commas and quotes: people leave them out."""
    return letters_of(word_key(name))
