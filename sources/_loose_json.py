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
_STRICT = json.JSONDecoder(strict=False)


def loose_values(text: str) -> list[Any] | None:
    """Return the JSON values of a script, one after another; None where it holds none that can
    be read to its end. An empty script has none and is not broken."""
    body = _unwrapped(text)
    if not body:
        return []
    found = _strict(body)
    if found is None and re.match(r"[\[{]\s*&(?:quot|#34|#x22);", body):
        body = html.unescape(body)
        found = _strict(body)
    if found is None:
        found = _json5(body)
    return found


def whole_objects(text: str, marker: re.Pattern[str]) -> Iterator[tuple[str, Any]]:
    """Of a broken script: for each place where `marker` stands, the text from its object on, and
    the object, or None where it cannot be read."""
    for count, found in enumerate(marker.finditer(text)):
        if count == MOST_OBJECTS:
            return
        start = text.rfind("{", 0, found.start())
        try:
            value, _ = (
                _STRICT.raw_decode(text[start : start + LONGEST]) if start >= 0 else (None, 0)
            )
        except (ValueError, RecursionError):
            value = None
        yield text[max(start, 0) : found.end() + 300], value


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
    for text in (body, _CONTROL.sub(" ", body)):
        try:
            return [pyjson5.decode(text, DEPTH)]
        except (pyjson5.Json5Exception, ValueError, RecursionError):
            continue
    return None
