"""Hypothesis strategies that damage a saved answer the way sites and networks do.

`mutated(content)` gives the same answer with bytes flipped or cut, or, where it holds JSON (whole
or in scripts), with values of other types, dropped keys and doubled entries.
"""

import copy
import json
import re
from typing import Any

from hypothesis import strategies as st

_SCRIPT = re.compile(r"(<script\b[^>]*>)(.*?)(</script\s*>)", re.IGNORECASE | re.DOTALL)
ODD_VALUES: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    4.5,
    10**30,
    1e308,
    float("nan"),
    "",
    " ",
    "\ud83d",
    "²²²²²²²²²",
    "99999999999999999999",
    "0001-01-01T00:00:00+14:00",
    "2026-02-30",
    "(Translated by Google)",
    "https://[",
    [],
    {},
    [None],
    [[]],
    {"name": 1},
    {"@id": "#1"},
)


@st.composite
def mutated(draw: st.DrawFn, content: bytes) -> bytes:
    """The content with one kind of damage."""
    damages = [_flipped, _cut]
    if json_parts(content):
        damages += [_other_json] * 4  # the damage that reaches deepest is tried most
    damage = draw(st.sampled_from(damages))
    return draw(damage(content))


@st.composite
def _flipped(draw: st.DrawFn, content: bytes) -> bytes:
    damaged = bytearray(content)
    if damaged:
        for _ in range(draw(st.integers(1, 8))):
            damaged[draw(st.integers(0, len(damaged) - 1))] = draw(st.integers(0, 255))
    return bytes(damaged)


@st.composite
def _cut(draw: st.DrawFn, content: bytes) -> bytes:
    start = draw(st.sampled_from((0, 0, 0, 1, 3)))
    return content[start : draw(st.integers(0, len(content)))]


@st.composite
def _other_json(draw: st.DrawFn, content: bytes) -> bytes:
    text = content.decode()
    start, end = draw(st.sampled_from(json_parts(content)))
    value = json.loads(text[start:end])
    for _ in range(draw(st.integers(1, 3))):
        inside = list(places(value))
        if not inside:
            break
        holder, key = draw(st.sampled_from(inside))
        action = draw(st.sampled_from(("replace", "replace", "drop", "double")))
        if action == "replace":
            # A copy: a shared list put into itself would never end.
            holder[key] = copy.deepcopy(draw(st.sampled_from(ODD_VALUES)))
        elif action == "drop":
            del holder[key]
        elif isinstance(holder, list):
            holder.append(copy.deepcopy(holder[key]))
        else:
            holder[f"{key}2"] = copy.deepcopy(holder[key])
    changed = json.dumps(value, ensure_ascii=draw(st.booleans()))
    return (text[:start] + changed + text[end:]).encode("utf-8", "surrogatepass")


def json_parts(content: bytes) -> list[tuple[int, int]]:
    """Where JSON begins and ends in the text: the whole of it, or the bodies of scripts."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return []
    spans = [(0, len(text))] if text.lstrip().startswith(("{", "[")) else []
    spans += [found.span(2) for found in _SCRIPT.finditer(text)]
    return [span for span in spans if _is_json(text[slice(*span)])]


def _is_json(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict | list)
    except ValueError:
        return False


def places(value: Any) -> Any:
    """Yield (container, key) of every value inside, containers first."""
    waiting = [value]
    while waiting:
        holder = waiting.pop(0)
        keys = list(holder) if isinstance(holder, dict) else range(len(holder))
        for key in keys:
            yield holder, key
            if isinstance(holder[key], dict | list):
                waiting.append(holder[key])
