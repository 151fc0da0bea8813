"""The shape of what a site sends: which keys stand where, without what they hold.

JSON by its keys, whole where the answer is JSON, inside the reviews where it stands in a page's
scripts; other pages by the names of classes and of marked values. What two shapes have in common
tells a change of the site before reviews are lost by it.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any, Self

MOST_NODES = 200_000
_LANGUAGE = re.compile(r"[a-z]{2}(?:[-_][A-Za-z]{2})?")
_MARKS = "page"
_NAME_OF_DATA = re.compile(r"[0-9]{3,}|^[0-9]+$")


@dataclass(slots=True)
class SeenKeys:
    """Keys counted over answers. `at`: under which key the reviews stand; "" where they were not
    found. `parents`: how many objects of a path there were; `keys`: in how many a key was."""

    at: str = ""
    parents: Counter[str] = field(default_factory=Counter)
    keys: Counter[str] = field(default_factory=Counter)

    def add(self, other: "SeenKeys") -> None:
        self.parents.update(other.parents)
        self.keys.update(other.keys)

    def to_json(self) -> dict[str, Any]:
        return {"at": self.at, "parents": dict(self.parents), "keys": dict(self.keys)}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "SeenKeys":
        return cls(kept["at"], Counter(kept["parents"]), Counter(kept["keys"]))


@dataclass(frozen=True, slots=True)
class KnownShape:
    """What answers of one form hold: in `always` each time where the object above is there, in
    `sometimes` not each time."""

    at: str
    always: frozenset[str]
    sometimes: frozenset[str]

    @property
    def keys(self) -> frozenset[str]:
        return self.always | self.sometimes


@dataclass(frozen=True, slots=True)
class ShapeChange:
    """How an answer differs: keys that always were there and are not, keys never seen before, the
    outermost of each. `moved`: the reviews stand under this key, which is new."""

    vanished: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    moved: str = ""

    def __bool__(self) -> bool:
        return bool(self.vanished or self.new or self.moved)

    def to_json(self) -> dict[str, Any]:
        return {"vanished": list(self.vanished), "new": list(self.new), "moved": self.moved}

    def without(self, hide: Callable[[str], str]) -> Self:
        """Return it with every key as `hide` writes it."""
        vanished, new = tuple(map(hide, self.vanished)), tuple(map(hide, self.new))
        return type(self)(vanished, new, hide(self.moved))


def seen_keys(text: str, ids: Collection[str]) -> SeenKeys:
    """Count the keys of an answer in which the reviews of these ids stand."""
    value = _loads(text)
    if value is not None:
        paths = _paths_of(value, ids)
        return _counted([("", value)], paths.most_common(1)[0][0] if paths else "")
    page = _Page()
    with suppress(AssertionError):  # of a declaration that is none: the rest goes untold
        page.feed(text)
    for script in page.scripts:
        value = _loads(script)
        paths = _paths_of(value, ids) if value is not None else Counter()
        if paths:
            at = paths.most_common(1)[0][0]
            inside = [("", each) for path, each in _objects(value) if path == at]
            return _counted(inside, at.rsplit(".", 1)[-1])
    return SeenKeys("", Counter({_MARKS: 1}), Counter(dict.fromkeys(page.marks, 1)))


def known_shapes(answers: Iterable[SeenKeys]) -> tuple[KnownShape, ...]:
    """Return the forms that answers have, told apart by where their reviews stand."""
    forms: dict[str, SeenKeys] = {}
    for each in answers:
        forms.setdefault(each.at, SeenKeys(each.at)).add(each)
    return tuple(
        KnownShape(
            at,
            frozenset(key for key, n in seen.keys.items() if n >= seen.parents[_parent(key)]),
            frozenset(key for key, n in seen.keys.items() if n < seen.parents[_parent(key)]),
        )
        for at, seen in sorted(forms.items())
    )


def compared(known: Sequence[KnownShape], seen: SeenKeys) -> ShapeChange:
    """Return how an answer differs from the nearest of the forms it is known to have."""
    if not known:
        return ShapeChange()
    here = frozenset(seen.keys)
    same = [form for form in known if form.at == seen.at]
    form = max(
        same or known, key=lambda each: len(each.keys & here) / len(each.keys | here | {""})
    )
    vanished = {key for key in form.always - here if seen.parents[_parent(key)]}
    new: set[str] = set()
    if _MARKS not in seen.parents:
        # Under a list that was always empty nothing is known, so nothing is new.
        told = {_parent(key) for key in form.keys}
        new = {key for key in here - form.keys if _parent(key) in told}
    return ShapeChange(
        tuple(sorted(vanished)), tuple(sorted(new)), seen.at if seen.at and not same else ""
    )


def to_json(shapes: Iterable[KnownShape]) -> list[dict[str, Any]]:
    """Return shapes as they are kept in a file."""
    return [
        {"at": each.at, "always": sorted(each.always), "sometimes": sorted(each.sometimes)}
        for each in shapes
    ]


def from_json(kept: Iterable[Mapping[str, Any]]) -> tuple[KnownShape, ...]:
    """Return shapes out of a file."""
    return tuple(
        KnownShape(each["at"], frozenset(each["always"]), frozenset(each["sometimes"]))
        for each in kept
    )


def _loads(text: str) -> Any:
    try:
        value = json.loads(text.strip(" \r\n\t\ufeff"), strict=False)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict | list) else None


def _objects(value: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every object inside a value with its path; lists are passed through."""
    waiting: list[tuple[str, Any]] = [("", value)]
    for _ in range(MOST_NODES):
        if not waiting:
            return
        path, current = waiting.pop()
        if isinstance(current, dict):
            yield path, current
            waiting += [
                (f"{path}.{name}".lstrip("."), each)
                for name, each in reversed(_named(current))
                if isinstance(each, dict | list)
            ]
        elif isinstance(current, list):
            waiting += [
                (path, each) for each in reversed(current) if isinstance(each, dict | list)
            ]


def _named(value: dict[str, Any]) -> list[tuple[str, Any]]:
    """The entries of an object; where its keys are data (numbers, languages), all are "*"."""
    is_data = value and all(
        _NAME_OF_DATA.search(name) or (name != "id" and _LANGUAGE.fullmatch(name))
        for name in value
    )
    return [("*" if is_data else name.replace(".", "_"), each) for name, each in value.items()]


def _paths_of(value: Any, ids: Collection[str]) -> Counter[str]:
    """Where objects stand that hold one of the ids, and how many of them."""
    return Counter(
        path
        for path, each in _objects(value)
        if any(str(inner) in ids for inner in each.values() if isinstance(inner, str | int))
    )


def _counted(roots: Iterable[tuple[str, Any]], at: str) -> SeenKeys:
    seen = SeenKeys(at)
    for _, root in roots:
        for path, each in _objects(root):
            seen.parents[path] += 1
            seen.keys.update({f"{path}.{name}".lstrip(".") for name, _ in _named(each)})
    return seen


def _parent(key: str) -> str:
    if key.startswith((".", "@")):
        return _MARKS
    return key.rpartition(".")[0]


class _Page(HTMLParser):
    """The scripts of a page, and the marks its values stand at: ".class" and "@itemprop"."""

    def __init__(self) -> None:
        super().__init__()
        self.scripts: list[str] = []
        self.marks: set[str] = set()
        self._is_script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._is_script = tag == "script"
        for name, value in attrs:
            if name == "class":
                words = (value or "").split()
                self.marks.update(f".{word}" for word in words if not _NAME_OF_DATA.search(word))
            elif name == "itemprop" and value:
                self.marks.add(f"@{value}")

    def handle_endtag(self, tag: str) -> None:
        self._is_script = False

    def handle_data(self, data: str) -> None:
        if self._is_script:
            self.scripts.append(data)
