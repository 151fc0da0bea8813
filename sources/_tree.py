"""A page as a tree, within the bounds of what a reader may take."""

import re

from bs4 import BeautifulSoup

from reviewbot.core.contract import LayoutChanged

MOST_TAGS = 400_000
"""A page of 10 MB has 250,000; the tree of this many takes 200 MB and ten seconds."""
_XML_PROLOG = re.compile(r"<\?xml[^>]*>?")


def soup(text: str) -> BeautifulSoup:
    """Return the page as a tree; a body without any tag gives an empty one.

    Raises LayoutChanged for a page of more tags than any has.
    """
    if text.count("<") > MOST_TAGS:
        raise LayoutChanged(f"the page has more than {MOST_TAGS} tags: it is not read")
    # An XML prolog or a body like a file name makes bs4 warn about a choice we made on purpose.
    return BeautifulSoup(_XML_PROLOG.sub("", text) if "<" in text else "", "lxml")
