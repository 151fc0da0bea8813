"""Parts of saved pages and tables that may be damaged one by one: texts, values of attributes,
cells. What is damaged inside a review must leave it an item, or told as unreadable."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from reviewbot import registry
from reviewbot.cli.sources.source_cases import SourceCase
from reviewbot.core.contract import CollectError

ODD = ("", "?!", "0", "<", "x" * 4000)
"""What is put in the place of a part."""
LARGEST = 60_000
_PART = re.compile(r'\s([\w-]+)="([^"]*)"|>([^<>]+)<')
_CELL = re.compile(r"[^;,\t\n\"]+")


@dataclass(frozen=True)
class Part:
    """A part of a case: from `start` to `end` of its text, with its name for people."""

    case: SourceCase
    start: int
    end: int
    name: str
    count: int

    def lost(self, odd: str) -> int:
        """How many reviews are neither items nor told where `odd` stands in its place."""
        text = self.case.payload().text
        found = told(self.case, text[: self.start] + odd + text[self.end :])
        return 0 if found is None else max(self.count - found, 0)


def told(case: SourceCase, text: str) -> int | None:
    """How many reviews are items or told; None where the whole page is refused."""
    module = registry.load(case.folder.name)
    payload = replace(case.payload(), content=text.encode("utf-8", "replace"), encoding="utf-8")
    try:
        page = module.parse(payload, case.target(module))
    except CollectError:
        return None
    return len(page.items) + len(page.unreadable)


def parts_of(case: SourceCase) -> Iterator[Part]:
    """Yield the parts of a page (HTML, XML) or a table (CSV) that shows reviews."""
    payload = case.payload()
    text = payload.text
    is_page, is_table = text.lstrip("\ufeff \r\n")[:1] == "<", case.file.endswith(".csv")
    if case.error or len(text) > LARGEST or not (is_page or is_table):
        return
    count = told(case, text)
    if not count:
        return
    # The first line of a table names its columns.
    start = 0 if is_page else text.find("\n") + 1
    for found in (_PART if is_page else _CELL).finditer(text, start):
        place = 0 if is_table else 2 if found[2] is not None else 3
        name = f"{found[1]}={found[2]}" if is_page and found[1] else found[place][:30]
        if found[place].strip():
            yield Part(case, *found.span(place), name, count)
