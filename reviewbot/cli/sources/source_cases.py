"""The source test: a folder of saved answers with a table of what each must give.

Used by our own tests and by `reviewbot sources --check MODULE DIR` for third parties' sources.
`cases.toml` in the folder is the table; docs/writing-a-source.md explains it.
"""

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from reviewbot.core.contract import (
    CollectError,
    Item,
    NotModified,
    Page,
    Payload,
    Request,
    Source,
    Target,
    encoding_of,
)
from reviewbot.core.model import LANGUAGES
from reviewbot.core.readings import shape

KINDS = ("typical", "empty", "blocked", "answered", "edited", "changed")
"""Cases every source must have, unless its module says in LACKS why it cannot."""

_USUAL = {"typical", "answered", "edited"}
"""Kinds of cases whose answers are as the site sends them day by day."""
_MANY_REQUESTS = 40
_KEYS = {
    "file",
    "kind",
    "status",
    "url",
    "headers",
    "ref",
    "options",
    "items",
    "unanswered",
    "unreadable",
    "error",
    "reason",
}


@dataclass(frozen=True, slots=True)
class SourceCase:
    """One row: a file, how it came, and what it must give.

    `kind` may hold several kinds. Either `error` names the contract's error (and `reason` a part
    of its sentence), or `items`, `unanswered` and `unreadable` are counts and the whole result is
    compared with the file of the same name ending in .expected.json.
    """

    folder: Path
    file: str
    kind: tuple[str, ...]
    status: int | None = None
    url: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    ref: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    items: int | None = None
    unanswered: int | None = None
    unreadable: int = 0
    error: str | None = None
    reason: str = ""

    @property
    def name(self) -> str:
        return f"{self.folder.name}/{self.file}" + (f"@{self.status}" if self.status else "")

    @property
    def expected(self) -> Path:
        return self.folder / (self.file.rsplit(".", 1)[0] + ".expected.json")

    def payload(self) -> Payload:
        content = (self.folder / self.file).read_bytes()
        return Payload(
            status=self.status or 200,
            url=self.url,
            content=content,
            headers=self.headers,
            encoding=encoding_of(content, self.headers.get("content-type", "")),
        )

    def target(self, module: Source) -> Target:
        return Target(
            key=f"test/{module.NAME}",
            source=module.NAME,
            ref=self.ref,
            url=self.url or None,
            options=module.Options(**self.options),
        )


def read_cases(folder: Path) -> tuple[SourceCase, ...]:
    """Return the rows of the folder's cases.toml. Raises ValueError, OSError for a wrong table."""
    table = tomllib.loads((folder / "cases.toml").read_text(encoding="utf-8"))
    cases = []
    for row in table.get("case", []):
        if unknown := set(row) - _KEYS:
            raise ValueError(f"{folder}/cases.toml: unknown {', '.join(sorted(unknown))} in {row}")
        kinds = row.pop("kind", "")
        cases.append(
            SourceCase(
                folder=folder,
                kind=(kinds,) if isinstance(kinds, str) else tuple(kinds),
                **{"ref": table.get("ref", ""), "options": table.get("options", {}), **row},
            )
        )
    return tuple(cases)


def missing_kinds(module: Source, cases: tuple[SourceCase, ...]) -> list[str]:
    """Say which cases a source owes: neither in its table nor excused by its LACKS."""
    excused: Mapping[str, str] = getattr(module, "LACKS", {})
    present = {kind for case in cases for kind in case.kind}
    return [
        f"no case of the kind {kind!r}, and LACKS does not say why"
        for kind in KINDS
        if kind not in present and not excused.get(kind)
    ] + [f"LACKS excuses {kind!r}, but there is a case" for kind in excused if kind in present]


def judge(module: Source, case: SourceCase, *, write_missing: bool = False) -> list[str]:
    """Run one case and return what is wrong, nothing where all is well.

    With `write_missing` an absent expected file is written, and that is told as a problem: a
    person must read it before it counts.
    """
    payload, target = case.payload(), case.target(module)
    try:
        page = module.parse(payload, target)
    except CollectError as error:
        ended = type(error).__name__
        if ended != case.error:
            return [
                f"{case.name}: ended as {ended} ({error.reason}), not as {case.error or 'a page'}"
            ]
        if case.reason not in error.reason:
            return [f"{case.name}: the reason is {error.reason!r}, without {case.reason!r}"]
        return _walked(module, case, payload, target)
    if case.error:
        return [f"{case.name}: {len(page.items)} items instead of {case.error}"]
    problems = [*_counted(case, page), *_compared(case, page, write_missing=write_missing)]
    if module.parse(payload, target) != page:
        problems.append(f"{case.name}: the same bytes gave another page")
    if module.essence(payload) != module.essence(payload):
        problems.append(f"{case.name}: the same bytes gave another essence")
    for item in page.items:
        problems += _addressed(module, case, target, item)
    return problems + _walked(module, case, payload, target)


def shapes_text(module: Source, cases: tuple[SourceCase, ...]) -> str:
    """Return the shapes of the answers that show reviews as they are usually, as the text of the
    file beside the module."""
    seen = []
    for case in cases:
        if case.error or not _USUAL & set(case.kind):
            continue
        payload = case.payload()
        ids = [item.external_id for item in module.parse(payload, case.target(module)).items]
        if ids:
            seen.append(shape.seen_keys(payload.text, ids))
    kept = shape.to_json(shape.known_shapes(seen))
    return json.dumps(kept, ensure_ascii=False, indent=1) + "\n"


def module_problems(module: Source) -> list[str]:
    """What a module must say about itself, beyond the names the registry asks for."""
    problems = []
    if not (module.__doc__ or "").strip():
        problems.append("no docstring: it is the source's page")
    if set(module.TITLE) < set(LANGUAGES):
        problems.append("TITLE must have ru and en")
    if module.TRAITS.shows_replies == ("answered" in getattr(module, "LACKS", {})):
        problems.append('TRAITS.shows_replies and an excuse for "answered" contradict each other')
    if (module.TRAITS.reply != "none") != (module.REPLY_LIMIT is not None):
        problems.append("REPLY_LIMIT must be there exactly where replies are")
    if (module.TRAITS.reply == "official") != hasattr(module, "reply"):
        problems.append('TRAITS.reply is "official" exactly where the module defines reply()')
    if module.TRAITS.evidence != "capture" and not module.TRAITS.unseen:
        problems.append("TRAITS.unseen must say what was never seen in a capture")
    if not module.TRAITS.terms:
        problems.append("TRAITS.terms must say what the site's terms are, as far as known")
    return problems


def as_json(page: Page) -> dict[str, Any]:
    """A page as its expected file holds it: of a review, only what the site says of it.

    A field that a review gets later is in no file of a review that does not have it.
    """
    return {
        "items": [
            _without_nothing(item.to_json() | {"partial": list(item.partial)})
            for item in page.items
        ],
        "counters": {
            "rating": page.counters.rating,
            "reviews": page.counters.reviews,
            "ratings": page.counters.ratings,
        },
        "complete": page.complete,
        "memory": dict(page.memory),
        "unreadable": [entry.why for entry in page.unreadable],
    }


def _without_nothing(item: Mapping[str, Any]) -> dict[str, Any]:
    """The item without nulls, empty lists and what a field is by itself: they say as much as no
    entry."""
    return {
        name: value
        for name, value in item.items()
        if value not in (None, [], {}) and (name not in _ITSELF or value != _ITSELF[name])
    }


_ITSELF = {entry.name: entry.default for entry in fields(Item) if isinstance(entry.default, bool)}


def _counted(case: SourceCase, page: Page) -> Iterator[str]:
    unanswered = sum(item.reply_text is None for item in page.items)
    for what, found, wanted in (
        ("items", len(page.items), case.items),
        ("unanswered", unanswered, case.unanswered),
        ("unreadable", len(page.unreadable), case.unreadable),
    ):
        if wanted is not None and found != wanted:
            yield f"{case.name}: {found} {what}, not {wanted}"


def _compared(case: SourceCase, page: Page, *, write_missing: bool) -> Iterator[str]:
    found = as_json(page)
    if not case.expected.exists():
        if write_missing:
            text = json.dumps(found, ensure_ascii=False, indent=1)
            case.expected.write_text(text + "\n", encoding="utf-8")
            yield f"{case.name}: {case.expected.name} was missing and is written: review it"
        else:
            yield f"{case.name}: {case.expected.name} is missing"
        return
    wanted = json.loads(case.expected.read_text(encoding="utf-8"))
    wanted["items"] = [_without_nothing(item) for item in wanted["items"]]
    if json.loads(json.dumps(found)) != wanted:
        yield f"{case.name}: the page is not what {case.expected.name} says"


def _addressed(module: Source, case: SourceCase, target: Target, item: Item) -> Iterator[str]:
    for name in ("review_url", "reply_url"):
        link = getattr(module, name)(target, item)
        if link is not None and not link.startswith(("https://", "http://")):
            yield f"{case.name}: {name} gives {link!r}"


def _walked(module: Source, case: SourceCase, payload: Payload, target: Target) -> list[str]:
    """Drive pages() with this answer: it must ask, end on 304, and not go round for ever."""
    reading = module.pages(target, {})
    try:
        request = next(reading)
    except (CollectError, StopIteration) as end:
        return [] if isinstance(end, CollectError) else [f"{case.name}: pages() asks nothing"]
    if not isinstance(request, Request) or "://" not in request.url:
        return [f"{case.name}: pages() asks {request!r}"]
    try:
        reading.send(NotModified(request.url))
    except (StopIteration, CollectError):
        pass
    else:
        if request.kind == "page":
            return [f"{case.name}: pages() goes on after a page that has not changed"]
    reading = module.pages(target, {})
    next(reading)
    for _ in range(_MANY_REQUESTS):
        try:
            reading.send(payload)
        except (StopIteration, CollectError):
            return []
    return [f"{case.name}: pages() asks for the same page again and again"]
