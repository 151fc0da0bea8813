"""What pages mark up in the attributes of their elements, as things of JSON-LD: microdata, RDFa,
hReview and data-vocabulary.org. One walk over the tree for each, whatever the depth."""

import re
from collections.abc import Iterator
from typing import Any

from sources._markup import attribute, block_text
from sources._tree import Tag, tags_in

_SCOPED = re.compile(r"itemscope|typeof\s*=|\bh-?review\b", re.IGNORECASE)
_HREVIEW = re.compile(r"^h-?review$", re.IGNORECASE)
"""Templates write "hReview" as the format is called; a class is found as it is written."""
MOST_REFERRED = 50_000
"""Elements that are read once more because another one refers to them (itemref)."""
_ADDRESSES = frozenset({"url", "image", "photo", "contentUrl", "thumbnailUrl", "sameAs"})
_SAID = ("alt", "title", "aria-label", "src")
_WIDTH = re.compile(r"(?:^|[;\s])width\s*:\s*([0-9]{1,3}(?:\.[0-9]{1,3})?\s*%)")
_OLD_NAMES = {
    # data-vocabulary.org and hReview, which Drupal and old templates still write.
    "reviewer": "author",
    "dtreviewed": "datePublished",
    "rating": "reviewRating",
    "summary": "name",
    # Yandex's own markup of reviews.
    "pro": "positiveNotes",
    "contra": "negativeNotes",
}
_BY_LETTERS = {
    name.lower(): name
    for name in (
        *("reviewBody", "reviewRating", "ratingValue", "bestRating", "worstRating"),
        *("datePublished", "dateCreated", "positiveNotes", "negativeNotes", "reviewCount"),
    )
}
"""Names that templates write with other capital letters."""


def is_marked(text: str) -> bool:
    """Whether a page may mark up anything in attributes."""
    return bool(_SCOPED.search(text))


def things_of(tree: Tag) -> Iterator[list[dict[str, Any]]]:
    """Yield the things that a page marks up, those of one way of marking up together."""
    yield _microdata(tree)
    yield _rdfa(tree)
    yield [_hreview(tag) for tag in _hreviews(tree)]


def plain_name(name: str) -> str:
    """Without the prefix of its vocabulary ("schema:", "v:"), old names by today's."""
    plain = name.rsplit("/", 1)[-1].rsplit("#", 1)[-1].rpartition(":")[2]
    return _OLD_NAMES.get(plain) or by_letters(plain)


def by_letters(name: str) -> str:
    """The name with the capital letters that it has at schema.org."""
    return _BY_LETTERS.get(name.lower(), name)


def _microdata(tree: Tag) -> list[dict[str, Any]]:
    nodes: list[dict[str, Any]] = []
    by_id: dict[str, Tag] | None = None
    left = MOST_REFERRED
    for scope, node in _scopes(tree, nodes, "itemscope", "itemtype", "itemprop"):
        if own_id := attribute(scope, "itemid") or attribute(scope, "data-id"):
            node["@id"] = own_id
        if elsewhere := attribute(scope, "itemref"):
            if by_id is None:
                by_id = {str(tag["id"]): tag for tag in tree.select("[id]")}
            for name in elsewhere.split()[:20]:
                if name in by_id and left > 0:
                    left -= _properties(
                        by_id[name], node, nodes, "itemscope", "itemtype", "itemprop"
                    )
    return nodes


def _rdfa(tree: Tag) -> list[dict[str, Any]]:
    nodes: list[dict[str, Any]] = []
    for link in tree.select("[rel*=':']:not([typeof])"):
        # Its object is the first thing inside it.
        inner = link.select_one("[typeof]")
        if inner is not None and not inner.has_attr("property"):
            inner["property"] = attribute(link, "rel") or ""
    for scope, node in _scopes(tree, nodes, "typeof", "typeof", "property"):
        if own_id := attribute(scope, "resource") or attribute(scope, "about"):
            node["@id"] = own_id
    return nodes


def _scopes(
    tree: Tag, nodes: list[dict[str, Any]], mark: str, kind: str, prop: str
) -> list[tuple[Tag, dict[str, Any]]]:
    """The elements that are things of their own, with what they say, and what nests in them."""
    found: list[tuple[Tag, dict[str, Any]]] = []
    waiting: list[tuple[Tag, dict[str, Any] | None]] = [(tree, None)]
    while waiting:
        element, current = waiting.pop()
        inner = current
        if element is not tree:
            inner = _entered(element, current, nodes, mark, kind, prop)
            if inner is not current and inner is not None:
                found.append((element, inner))
        waiting += [(child, inner) for child in reversed(tags_in(element))]
    return found


def _properties(
    root: Tag, node: dict[str, Any], nodes: list[dict[str, Any]], mark: str, kind: str, prop: str
) -> int:
    """Add what stands below an element elsewhere on the page, which a thing refers to; return how
    many elements that were."""
    count = 0
    waiting: list[tuple[Tag, dict[str, Any]]] = [(root, node)]
    while waiting:
        count += 1
        element, current = waiting.pop()
        inner = _entered(element, current, nodes, mark, kind, prop)
        inner = current if inner is None else inner
        waiting += [(child, inner) for child in reversed(tags_in(element))]
    return count


def _entered(
    element: Tag,
    current: dict[str, Any] | None,
    nodes: list[dict[str, Any]],
    mark: str,
    kind: str,
    prop: str,
) -> dict[str, Any] | None:
    """Note what an element says; return the thing that is spoken of inside it."""
    names = [plain_name(name) for name in (attribute(element, prop) or "").split()]
    if not element.has_attr(mark):
        if current is not None and names:
            value = _value(element)
            for name in names:
                _add(current, name, value)
        return current
    kinds = [
        one.rstrip("/").rsplit("/", 1)[-1] for one in (attribute(element, kind) or "").split()
    ]
    node: dict[str, Any] = {"@type": [plain_name(each) for each in kinds]} if kinds else {}
    nodes.append(node)
    if current is not None:
        for name in names:
            _add(current, name, node)
    return node


def _add(node: dict[str, Any], name: str, value: Any) -> None:
    """A name that comes again makes a list, as in JSON-LD."""
    if name not in node:
        node[name] = value
    elif isinstance(node[name], list):
        node[name].append(value)
    else:
        node[name] = [node[name], value]


def _value(element: Tag) -> str | None:
    for name in ("content", "datetime"):
        if told := attribute(element, name):
            return told
    if element.name in ("data", "meter", "input", "progress") and (
        told := attribute(element, "value")
    ):
        best = attribute(element, "max") if element.name in ("meter", "progress") else None
        return f"{told}/{best}" if best else told
    named = (attribute(element, "itemprop") or attribute(element, "property") or "").split()
    if is_address := any(plain_name(name) in _ADDRESSES for name in named):
        for name in ("src", "href", "data-src"):
            if told := attribute(element, name):
                return told
    if element.name == "img":
        return next((told for name in _SAID if (told := attribute(element, name))), None)
    if element.name == "link" or is_address:
        return attribute(element, "href")
    # Also of <a>: sites mark names on links. Stars are often drawn and said in a label alone.
    return block_text(element) or _drawn(element)


def _drawn(element: Tag) -> str | None:
    """What an element without words says: a label, a number for its scripts, a width in per cent
    (of stars drawn over empty ones)."""
    for name in ("aria-label", "title", "data-rating", "data-value", "data-score", "data-rate"):
        if told := attribute(element, name):
            return told
    for drawn in (element, *element.find_all(style=True, limit=1)):
        if found := _WIDTH.search(attribute(drawn, "style") or ""):
            return found[1]
    for inner in element.find_all(["img", "svg", "i", "span"], limit=3):
        if told := next((told for name in _SAID[:3] if (told := attribute(inner, name))), None):
            return told
    return None


def _hreviews(tree: Tag) -> Iterator[Tag]:
    for tag in tree.find_all(class_=_HREVIEW):
        if not tag.has_attr("itemscope") and not tag.has_attr("typeof"):
            yield tag


def _hreview(tag: Tag) -> dict[str, Any]:
    def told(*selectors: str) -> str | None:
        for selector in selectors:
            element = tag.select_one(selector)
            if element is not None:
                return attribute(element, "title") or _value(element)
        return None

    rating = {
        "ratingValue": told(".rating .value", ".rating .value-title", ".rating", ".p-rating"),
        "bestRating": told(".rating .best", ".p-best"),
    }
    return {
        "@type": "Review",
        "author": told(".reviewer .fn", ".reviewer", ".p-author", ".p-reviewer"),
        "datePublished": told(".dtreviewed .value-title", ".dtreviewed", ".dt-published"),
        "name": told(".summary", ".p-name"),
        "reviewBody": told(".description", ".e-content", ".p-summary"),
        "positiveNotes": told(".pro"),
        "negativeNotes": told(".contra"),
        "reviewRating": rating if rating["ratingValue"] else None,
    }
