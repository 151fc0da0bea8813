"""A page as a tree, within the bounds of what a reader may take."""

import re
from collections.abc import Iterable, Sequence

from bs4 import BeautifulSoup, Tag

from reviewbot.core.contract import LayoutChanged, Unreadable

MOST_TAGS = 400_000
"""A page of 10 MB has 250,000; the tree of this many takes 200 MB and ten seconds."""
_XML_PROLOG = re.compile(r"<\?xml[^>]*>?")

UNMARKED = "a review without the mark that reviews are found by"


def soup(text: str) -> BeautifulSoup:
    """Return the page as a tree; a body without any tag gives an empty one.

    Raises LayoutChanged for a page of more tags than any has.
    """
    if text.count("<") > MOST_TAGS:
        raise LayoutChanged(f"the page has more than {MOST_TAGS} tags: it is not read")
    # An XML prolog or a body like a file name makes bs4 warn about a choice we made on purpose.
    return BeautifulSoup(_XML_PROLOG.sub("", text) if "<" in text else "", "lxml")


def unmarked(page: Tag, found: Iterable[Tag], parts: Sequence[str]) -> tuple[Unreadable, ...]:
    """Tell of each review of the page that is none of `found`. `parts` are selectors of what every
    review has once; the one that shows most such reviews counts, since a part may be missing."""
    entries = list(found)
    most: list[Tag] = []
    for selector in parts:
        inside = {id(part) for entry in entries for part in entry.select(selector)}
        left = [part for part in page.select(selector) if id(part) not in inside]
        most = left if len(left) > len(most) else most
    return tuple(Unreadable(UNMARKED, part.get_text(" ", strip=True)[:300]) for part in most)
