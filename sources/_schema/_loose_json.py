"""JSON as pages hold it: wrapped in comments, with a comma too many, with quotes as entities.

A strict reader goes first. What it does not take is read as JSON5 (pyjson5), which allows what
people write by hand and repairs nothing: a text with a bare quote in it stays broken, and of what
is broken single objects that are whole can still be read.
"""

import html
import json
import re
from collections.abc import Iterator
from typing import Any

DEPTH = 200
"""Levels of lists and objects that are read; Python's own limit is near a thousand."""
MOST_OBJECTS = 2_000
MOST_BEFORE = 6
"""Objects that are tried before a mark: an author and a rating may stand above a type."""
LONGEST = 100_000
"""Characters of one object of a broken script: one that is never closed must not cost them all."""

_OPENINGS = (
    "<!--",
    "//<![CDATA[",
    "// <![CDATA[",
    "/*<![CDATA[*/",
    "/* <![CDATA[ */",
    "<![CDATA[",
)
_CLOSINGS = ("-->", "//]]>", "// ]]>", "/*]]>*/", "/* ]]> */", "]]>", "//", ";")
_CONTROL = re.compile("[\x00-\x1f]+")
_NO_VALUE = re.compile(r"(?<=[:\[,])\s*undefined\s*(?=[,}\]])")
_ENTITY_QUOTES = re.compile(r"[\[{]\s*&(amp;)?(?:quot|#34|#x22);")
_ESCAPED_QUOTES = re.compile(r'[\[{](?:\s|\\n)*\\"')
_CURLY_QUOTES = re.compile(r"[\[{]\s*[“”„]")
_AS_QUOTES = str.maketrans(dict.fromkeys("“”„", '"'))
_UNSEEN = str.maketrans(dict.fromkeys("\u200b\u200e\u200f\u2060\ufeff"))
_STRICT = json.JSONDecoder(strict=False)


def loose_values(text: str) -> list[Any] | None:
    """Return the JSON values of a script, one after another; None where it holds none that can
    be read to its end. An empty script has none and is not broken."""
    body = _unwrapped(text)
    if not body:
        return []
    found = _strict(body)
    if found is None and (other := _quoted_otherwise(body)) is not None:
        body = other
        found = _strict(body)
    if found is None:
        found = _json5(body)
    return [_inner(value) for value in found] if found is not None else None


_LISTS = frozenset({"reviews", "feedbacks", "questions", "locationReviews", "items", "entry"})
_WRAPPINGS = ("data", "result", "response", "list", "feed")


def joined(values: list[Any] | None) -> Any:
    """What the values of one file are together: several answers, one below the other, are one with
    all their entries; entries, one on each line, are a list. None where there is none."""
    if not values:
        return None
    if len(values) == 1:
        return values[0]
    if not all(map(_is_answer, values)):
        return values
    whole = values[0]
    for other in values[1:]:
        _add_lists(whole, other)
    return whole


def _is_answer(value: Any) -> bool:
    return isinstance(value, dict) and (
        any(isinstance(value.get(name), list) for name in _LISTS)
        or any(_is_answer(value.get(name)) for name in _WRAPPINGS)
    )


def _add_lists(whole: dict[str, Any], other: dict[str, Any]) -> None:
    for name, value in other.items():
        own = whole.setdefault(name, value)
        if own is value:
            continue
        if name in _LISTS and isinstance(own, list) and isinstance(value, list):
            own.extend(value)
        elif name in _WRAPPINGS and isinstance(own, dict) and isinstance(value, dict):
            _add_lists(own, value)


def _quoted_otherwise(body: str) -> str | None:
    """The text with its quotes as quotes: they were entities, escaped, or those of a word
    processor; None where they are none of these."""
    if found := _ENTITY_QUOTES.match(body):
        return html.unescape(html.unescape(body) if found[1] else body)
    if _ESCAPED_QUOTES.match(body):
        told = _strict(f'"{body}"')
        return told[0] if told else None
    plain = body.translate(_UNSEEN)
    if _CURLY_QUOTES.match(plain):
        return plain.translate(_AS_QUOTES)
    return plain if plain != body else None


def _inner(value: Any) -> Any:
    """A value; of JSON inside of a text the value that it holds."""
    if isinstance(value, str) and value.lstrip().startswith(("{", "[")):
        told = _strict(value.strip())
        return told[0] if told else value
    return value


def whole_objects(text: str, marker: re.Pattern[str]) -> Iterator[tuple[str, Any]]:
    """Of a broken script: for each place where `marker` stands, the text from its object on, and
    the object, or None where it cannot be read."""
    for count, found in enumerate(marker.finditer(text)):
        if count == MOST_OBJECTS:
            return
        start, value = _object_around(text, found.start())
        yield text[start : found.end() + 300], value


def _object_around(text: str, place: int) -> tuple[int, Any]:
    """The smallest whole object that a place stands in, or None, and where it begins. Objects of
    its own may stand before the place."""
    nearest = start = text.rfind("{", 0, place)
    for _ in range(MOST_BEFORE):
        if start < 0:
            break
        try:
            value, length = _STRICT.raw_decode(text[start : start + LONGEST])
        except (ValueError, RecursionError):
            pass
        else:
            if start + length > place:
                return start, value
        start = text.rfind("{", max(0, place - LONGEST), start)
    return max(nearest, 0), None


def _unwrapped(text: str) -> str:
    body, before = text.strip("\ufeff \t\r\n"), None
    while body != before:
        before = body
        for mark in _OPENINGS:
            body = body.removeprefix(mark).strip()
        for mark in _CLOSINGS:
            body = body.removesuffix(mark).strip()
    return body


def _strict(body: str) -> list[Any] | None:
    values, place = [], 0
    while place < len(body):
        try:
            value, place = _STRICT.raw_decode(body, place)
        except (ValueError, RecursionError):
            return None
        values.append(value)
        while place < len(body) and body[place] in " \t\r\n;,":
            place += 1
    return values


def _json5(body: str) -> list[Any] | None:
    import pyjson5

    # JSON5 takes no bare line ends in texts; sites put them there. Between values they are blanks.
    plain = _CONTROL.sub(" ", body)
    for text in (body, plain, _NO_VALUE.sub("null", plain)):
        try:
            return [pyjson5.decode(text, DEPTH)]
        except (pyjson5.Json5Exception, ValueError, RecursionError):
            continue
    return None
