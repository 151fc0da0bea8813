"""A page as a tree, within the bounds of what a reader may take: a soup where markup is small or
of any kind, elements where a site's marks are known. Elements are read in a quarter of the time
(`make bench`, polling). Both are built by one parser, libxml2's.

The libraries are imported when a page is read: the bot itself reads none.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from reviewbot.core.contract import LayoutChanged, Unreadable

if TYPE_CHECKING:
    import bs4
    from lxml import etree

    Element = etree._Element
    Tag = bs4.Tag
else:
    Element = Tag = Any

UNMARKED = "a review without the mark that reviews are found by"
_SILENT = frozenset({"script", "style", "template"})
_EMPTY = "<html></html>"
_SPACES = re.compile(r"\s+")
MOST_TAGS = 400_000
"""A page of 10 MB has 250,000; the tree of this many takes 200 MB and ten seconds."""
_ASTRAY = re.compile(r"<\?xml[^>]*>?|</html\s*>|</?template(?=[\s>])[^<>]*>|\x00", re.IGNORECASE)

BLOCKS = frozenset({"br", "p", "div", "li", "ul", "ol", "tr", "h1", "h2", "h3", "h4", "section"})
"""Elements that stand on lines of their own."""
CELLS = frozenset({"td", "th"})


def cleared(text: str) -> str:
    """The markup without what leads a parser astray: an XML prolog, whose encoding is no longer
    true, zero bytes, an early end of the page, the marks of a template, whose content a browser
    would hide; of a body without any tag, nothing.

    Raises LayoutChanged for a page of more tags than any has.
    """
    if text.count("<") > MOST_TAGS:
        raise LayoutChanged(f"the page has more than {MOST_TAGS} tags: it is not read")
    return _ASTRAY.sub("", text) if "<" in text else ""


def soup(text: str) -> Tag:
    """Return the page as a tree; a body without any tag gives an empty one. Raises LayoutChanged.

    A body like a file name would make bs4 warn about a choice we made on purpose.
    """
    from bs4 import BeautifulSoup

    return BeautifulSoup(cleared(text), "lxml")


def tags_in(element: Tag) -> list[Tag]:
    """Return what of a soup's element are elements, too."""
    from bs4 import Tag

    return [child for child in element.children if isinstance(child, Tag)]


def page_of(text: str) -> Element:
    """Return the page's outermost element, an empty one for a body without any tag. Raises
    LayoutChanged."""
    from lxml import etree

    parser = etree.HTMLParser(encoding="utf-8")
    page = etree.fromstring((cleared(text) or _EMPTY).encode("utf-8", "replace"), parser)
    # A page of broken tags alone has no element.
    return page if page is not None else etree.fromstring(_EMPTY, parser)


def select(within: Element, selector: str) -> list[Element]:
    """Return the elements inside `within` that a CSS selector names, in the page's order."""
    found: list[Element] = _path(selector)(within)
    return found


@lru_cache(maxsize=256)
def _path(selector: str) -> Any:
    from cssselect import HTMLTranslator
    from lxml import etree

    paths = [_quick_path(part.strip()) for part in selector.split(",")]
    if None in paths:
        return etree.XPath(HTMLTranslator().css_to_xpath(selector, prefix="descendant::"))
    return etree.XPath(" | ".join(map(str, paths)))


_TAG = r"([a-z][a-z0-9]*)?"
_OF_CLASSES = re.compile(rf"{_TAG}((?:\.[\w-]+)+)")
_OF_ATTRIBUTE = re.compile(rf"{_TAG}\[([a-z-]+)(?:=([\w-]+))?\]")


def _quick_path(selector: str) -> str | None:
    """Return the XPath of a plain selector, by its attribute: a page has fewer attributes of a
    name than elements, and one is found in half of the time. None where it is not plain."""
    if found := _OF_CLASSES.fullmatch(selector):
        tag, (first_class, *_) = found[1], (classes := found[2][1:].split("."))
        holds = (f"contains(concat(' ', normalize-space(), ' '), ' {name} ')" for name in classes)
        where = " and ".join((f"contains(., '{first_class}')", *holds))
        return f"descendant::{tag or '*'}/@class[{where}]/.."
    if found := _OF_ATTRIBUTE.fullmatch(selector):
        where = f"[. = '{found[3]}']" if found[3] else ""
        return f"descendant::{found[1] or '*'}/@{found[2]}{where}/.."
    return None


def first(within: Element, *selectors: str) -> Element | None:
    """Return the first element of the first selector that names any, else None. Compare it with
    None: an element that holds no other one is false."""
    return next((found[0] for selector in selectors if (found := select(within, selector))), None)


def attribute_of(element: Element | None, name: str) -> str | None:
    """An attribute's text, or None where the element or the attribute is not there."""
    return element.get(name) if element is not None else None


def text_of(element: Element) -> str:
    """The text of an element with its line breaks and blocks as newlines, inline marks joined."""
    if not len(element):
        text = element.text if element.tag not in _SILENT else None
        return _SPACES.sub(" ", text or "").strip()
    from lxml import etree

    parts: list[str] = []
    for event, node in etree.iterwalk(element, events=("start", "end", "comment", "pi")):
        if event != "start":
            if node is not element and node.tail:
                parts.append(_SPACES.sub(" ", node.tail))
            continue
        if node is not element and node.tag in BLOCKS:
            parts.append("\n")
        elif node is not element and node.tag in CELLS:
            parts.append(" ")
        if node.text and node.tag not in _SILENT:
            parts.append(_SPACES.sub(" ", node.text))
    return "\n".join(line.strip(" ") for line in "".join(parts).split("\n")).strip()


def is_element(thing: object) -> bool:
    from lxml import etree

    return isinstance(thing, etree._Element)


def markup_of(element: Element) -> str:
    """The element as it could stand in a page."""
    from lxml import etree

    return etree.tostring(element, encoding="unicode", with_tail=False, method="html")


def unmarked(
    page: Element, found: Iterable[Element], parts: Sequence[str]
) -> tuple[Unreadable, ...]:
    """Tell of each review of the page that is none of `found`. `parts` are selectors of what every
    review has once; the one that shows most such reviews counts, since a part may be missing."""
    entries = set(found)
    most: list[Element] = []
    for selector in parts:
        shown = select(page, selector)
        left = [part for part in shown if entries.isdisjoint(part.iterancestors())]
        most = left if len(left) > len(most) else most
    return tuple(Unreadable(UNMARKED, text_of(part).replace("\n", " ")[:300]) for part in most)
