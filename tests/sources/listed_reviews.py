"""Lists of reviews that fixtures hold as JSON, and what is damaged inside them. Without one of a
list's entries a review less is told: so the list is known, whatever it is called."""

import copy
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path as File
from typing import Any

from reviewbot import registry
from reviewbot.cli.sources.source_cases import SourceCase, read_cases
from reviewbot.core.contract import CollectError, Payload
from tests.sources.mutations import ODD_VALUES, json_parts, places

Path = tuple[Any, ...]
DATA = File(__file__).parent / "data"
MARKS_OF_NO_REVIEW = frozenset({"@type", "deleted", "from_id", "im:name", "provider"})
"""Fields by which a site says that an entry is no guest's review."""


@dataclass(frozen=True)
class Listed:
    """A list of reviews in a fixture: where its JSON stands in the text, and the way to it."""

    case: SourceCase
    start: int
    end: int
    path: Path
    count: int

    def value(self) -> Any:
        return json.loads(self.case.payload().text[self.start : self.end])

    def payload(self, value: Any) -> Payload:
        payload = self.case.payload()
        changed = json.dumps(value, ensure_ascii=False)
        text = payload.text[: self.start] + changed + payload.text[self.end :]
        content = text.encode("utf-8", "surrogatepass")
        return Payload(payload.status, payload.url, content, payload.headers, encoding="utf-8")


def at(value: Any, path: Path) -> Any:
    for key in path:
        value = value[key]
    return value


def told(name: str, case: SourceCase, payload: Payload) -> int | None:
    """How many reviews are items or told; None where the whole page is refused."""
    module = registry.load(name)
    try:
        page = module.parse(payload, case.target(module))
    except CollectError:
        return None
    return len(page.items) + len(page.unreadable)


def paths_of_lists(value: Any, path: Path = ()) -> Iterator[Path]:
    if isinstance(value, list) and value and all(isinstance(entry, dict) for entry in value):
        yield path
    keys = value.keys() if isinstance(value, dict) else range(len(value))
    for key in keys if isinstance(value, dict | list) else ():
        if isinstance(value[key], dict | list):
            yield from paths_of_lists(value[key], (*path, key))


def lists_of_reviews(name: str) -> list[Listed]:
    """Those whose entries count: without one of them a review less is told."""
    found = []
    for case in read_cases(DATA / name):
        if case.error:
            continue
        payload = case.payload()
        count = told(name, case, payload)
        if not count:
            continue
        for start, end in json_parts(payload.content):
            value = json.loads(payload.text[start:end])
            for path in paths_of_lists(value):
                listed = Listed(case, start, end, path, count)
                without = copy.deepcopy(value)
                del at(without, path)[0]
                left = told(name, case, listed.payload(without))
                if left == count - 1 or (left in (None, 0) and count == 1):
                    found.append(listed)
    return found


def damaged(listed: Listed, every: int = 1) -> Iterator[tuple[str, int]]:
    """Yield what is damaged and how many reviews are lost of it in silence: each value of the
    first and last entry left out, and replaced by each odd value (by each `every`th)."""
    name, count = listed.case.folder.name, len(at(listed.value(), listed.path))
    tried = 0
    for number in sorted({0, count - 1}):
        entry = at(listed.value(), listed.path)[number]
        for place, (_, key) in enumerate(places(entry)):
            if key in MARKS_OF_NO_REVIEW:
                continue
            for odd in (None, *ODD_VALUES):
                tried += 1
                if tried % every:
                    continue
                value = listed.value()
                holder, key = list(places(at(value, listed.path)[number]))[place]
                if odd is None:
                    del holder[key]
                else:
                    holder[key] = copy.deepcopy(odd)
                found = told(name, listed.case, listed.payload(value))
                lost = 0 if found is None else max(0, listed.count - found)
                yield f"{number}.{key} → {str(odd)[:10]!r}", lost
