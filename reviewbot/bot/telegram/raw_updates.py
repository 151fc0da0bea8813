"""Takes getUpdates' answer apart where it cannot be read as a whole: one update with JSON nested
beyond all measure, or a number of thousands of digits, must not hide the others."""

import json
import re
from collections.abc import Iterator
from typing import Any

MARK = "unreadable"
"""The key of an update of which only its number could be read: it is parked, and told."""
MOST = 2**53
"""Beyond: no update's number. The database holds no more than 2^63."""
_NUMBER = re.compile(r'"update_id"\s*:\s*(\d{1,15})\b')
_STEP = re.compile(r'["\[\]{}]')
_TEXT = re.compile(r'(?:[^"\\]++|\\.)*+"', re.DOTALL)


def is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < MOST


def unreadable(update_id: int) -> dict[str, Any]:
    return {"update_id": update_id, MARK: True}


def taken_apart(payload: bytes) -> dict[str, Any]:
    """Return the answer with every update that can be read, the others marked. Raises ValueError
    where it is not Telegram's."""
    text = payload.decode("utf-8", "replace")
    start = text.find("[", text.find('"result"'))
    if start < 0:
        raise ValueError("getUpdates answered something else than a list")
    found = []
    for piece in _objects(text, start + 1):
        try:
            found.append(json.loads(piece))
        except (RecursionError, ValueError):
            if number := _NUMBER.search(piece):
                found.append(unreadable(int(number[1])))
    return {"ok": True, "result": found}


def _objects(text: str, place: int) -> Iterator[str]:
    """Yield the objects of a list, from behind its bracket; the text is gone over once."""
    depth, begun = 0, place
    while found := _STEP.search(text, place):
        place = found.end()
        if found[0] == '"':
            end = _TEXT.match(text, place)
            if end is None:
                return
            place = end.end()
        elif found[0] in "[{":
            begun = found.start() if depth == 0 else begun
            depth += 1
        else:
            depth -= 1
            if depth < 0:
                return
            if depth == 0:
                yield text[begun:place]
