"""Reviews that a page marks up, in one form: as JSON-LD writes them.

Reads JSON-LD (also what is almost JSON), microdata, RDFa and the older hReview and
data-vocabulary.org. A page may hold one review in several of them, and in one several times: each
part is kept apart, so that repeats can be told from two guests who say the same.
"""

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bs4 import Tag

from reviewbot.core.contract import Unreadable
from sources._loose_json import loose_values, whole_objects
from sources._markup import (
    attribute,
    block_text,
    mapping,
    positive,
    sample,
    scripts,
    string,
    walk,
)
from sources._tree import soup

_REVIEW = re.compile(
    r"(?:^|[/#:])(?:User|Critic|Employer|Recommendation)?Review(?:Newsarticle)?/?$"
)
_MARKER = re.compile(r'"@type"\s*:\s*\[?\s*"[^"]{0,60}Review"')
_TYPE = re.compile(r"""\btype\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""", re.IGNORECASE)
_SCOPED = re.compile(r"itemscope|typeof\s*=|\bhreview\b", re.IGNORECASE)
MOST_REFERRED = 50_000
"""Elements that are read once more because another one refers to them (itemref)."""
_OLD_NAMES = {
    # data-vocabulary.org and hReview, which Drupal and old templates still write.
    "reviewer": "author",
    "dtreviewed": "datePublished",
    "rating": "reviewRating",
    "summary": "name",
}


@dataclass(slots=True)
class Markup:
    """What a page marks up. `parts`: lists of reviews, one per script or way of marking up;
    `ratings`: aggregate ratings; `broken`: reviews that were seen and cannot be read; `pointers`:
    addresses of reviews that stand in another place."""

    parts: list[list[Any]] = field(default_factory=list)
    ratings: list[Mapping[str, Any]] = field(default_factory=list)
    broken: list[Unreadable] = field(default_factory=list)
    pointers: list[Any] = field(default_factory=list)

    @property
    def reviews(self) -> list[Any]:
        return [review for part in self.parts for review in part]

    @property
    def rating(self) -> Mapping[str, Any]:
        """The place's: of several (the products' too) the one with the most marks."""
        return max(self.ratings, key=lambda node: counted(node) or 0, default={})


def counted(rating: Mapping[str, Any]) -> int | None:
    """How many reviews (or, where it does not say, marks) an aggregate rating counts."""
    told = (rating.get(name) for name in ("reviewCount", "ratingCount", "count", "votes"))
    return next((count for each in told if (count := positive(each)) is not None), None)


def markup_of(text: str) -> Markup:
    """Read every way of marking up that the page uses."""
    found = Markup()
    for attributes, body in scripts(text):
        if "ld+json" in _script_type(attributes):
            _take_script(body, found)
    if _SCOPED.search(text):
        tree = soup(text)
        for nodes in (_microdata(tree), _rdfa(tree), [_hreview(tag) for tag in _hreviews(tree)]):
            _take(nodes, found)
            found.broken += _without_mark(nodes, found)
    here = {string(review.get(key)) for review in found.reviews for key in ("@id", "url")}
    for entry in found.pointers:
        told = mapping(entry)
        if not {string(told.get("@id")), string(told.get("url")), string(entry)} & here - {None}:
            found.broken.append(_no_review(entry))
    return found


def _without_mark(nodes: list[Any], found: Markup) -> list[Unreadable]:
    """Things without a type that say what a review says, and that nothing calls one."""
    met = {id(review) for review in found.reviews}
    broken, waiting = [], list(nodes)
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting += node
        if not isinstance(node, dict) or id(node) in met:
            continue
        met.add(id(node))
        waiting += node.values()
        says = node.keys() & {"reviewBody", "reviewRating", "description"}
        if not node.get("@type") and says and node.keys() >= {"author", "datePublished"}:
            broken.append(Unreadable("a review without the mark of one", sample(node)))
    return broken


def _no_review(entry: Any) -> Unreadable:
    return Unreadable("an entry of the list of reviews is no review", sample(entry))


def _script_type(attributes: str) -> str:
    told = _TYPE.search(html.unescape(attributes))
    return (told[1] or told[2] or told[3] or "").lower() if told else ""


def _take_script(body: str, found: Markup) -> None:
    values = loose_values(body)
    if values is not None:
        _take(values, found)
        return
    whole: list[Any] = []
    count = 0
    for text, value in whole_objects(body, _MARKER):
        count += 1
        if value is None:
            found.broken.append(
                Unreadable("a script of JSON-LD is broken in a review", text[:300])
            )
        else:
            whole.append(value)
    _take(whole, found)
    if not count and "review" in body.lower():
        found.broken.append(Unreadable("a script of JSON-LD about reviews is broken", body[:300]))


def _take(values: Iterable[Any], found: Markup) -> None:
    values = list(values)
    reviews: list[Any] = []
    met: set[int] = set()
    for node in walk(values):
        if _is_rating(node):
            found.ratings.append(node)
        if id(node) not in met and _is_review(node):
            met.add(id(node))
            reviews.append(node)
        for name in ("review", "reviews"):
            for entry in _entries(node.get(name)):
                if id(entry) in met:
                    continue
                met.add(id(entry))
                if _is_nested_review(entry):
                    reviews.append(entry)
                else:
                    pointing = _points_elsewhere(entry)
                    (found.pointers if pointing else found.broken).append(
                        entry if pointing else _no_review(entry)
                    )
    if reviews:
        found.parts.append(reviews)


def _entries(value: Any) -> list[Any]:
    """The entries below "review": a list, one object, or an ItemList of them."""
    if isinstance(value, list):
        return value
    if isinstance(value, dict):
        listed = value.get("itemListElement")
        if isinstance(listed, list):
            return [mapping(each).get("item", each) for each in listed]
        return [value]
    return []


def _kinds(node: Any) -> list[str]:
    kinds = mapping(node).get("@type")
    return [
        kind for kind in (kinds if isinstance(kinds, list) else [kinds]) if isinstance(kind, str)
    ]


def _is_review(node: Mapping[str, Any]) -> bool:
    kinds = _kinds(node)
    if any(_REVIEW.search(kind) for kind in kinds):
        return True
    # Nothing but a review has a body; a check of facts has a mark, but is no guest's.
    is_check = any("ClaimReview" in kind for kind in kinds)
    return not is_check and bool({"reviewBody", "reviewRating"} & set(node))


def _is_nested_review(entry: Any) -> bool:
    told = mapping(entry)
    if _is_review(told):
        return True
    return not any(_kinds(entry)) and bool(
        {"author", "description", "datePublished", "reviewRating", "name"} & set(told)
    )


def _points_elsewhere(entry: Any) -> bool:
    """Whether an entry is only the address of a review that stands in another place."""
    told = mapping(entry)
    if told:
        return set(told) <= {"@id", "url", "@type"} or bool(
            _kinds(entry) and "itemReviewed" in told
        )
    return isinstance(entry, str) and entry.startswith(("http://", "https://", "#", "/", "_:"))


def _is_rating(node: Mapping[str, Any]) -> bool:
    return any(
        "AggregateRating" in kind or "Review-aggregate" in kind for kind in _kinds(node)
    ) or ("ratingValue" in node and ("reviewCount" in node or "ratingCount" in node))


# Markup in attributes: one walk over the tree, whatever the depth.


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
        children = [child for child in element.children if isinstance(child, Tag)]
        waiting += [(child, inner) for child in reversed(children)]
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
        children = [child for child in element.children if isinstance(child, Tag)]
        waiting += [(child, inner) for child in reversed(children)]
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
    names = [_plain_name(name) for name in (attribute(element, prop) or "").split()]
    if not element.has_attr(mark):
        if current is not None and names:
            value = _value(element)
            for name in names:
                _add(current, name, value)
        return current
    kinds = [
        one.rstrip("/").rsplit("/", 1)[-1] for one in (attribute(element, kind) or "").split()
    ]
    node: dict[str, Any] = {"@type": [_plain_name(each) for each in kinds]} if kinds else {}
    nodes.append(node)
    if current is not None:
        for name in names:
            _add(current, name, node)
    return node


def _plain_name(name: str) -> str:
    """Without the prefix of its vocabulary ("schema:", "v:"), old names by today's."""
    plain = name.rsplit("/", 1)[-1].rsplit("#", 1)[-1].rpartition(":")[2]
    return _OLD_NAMES.get(plain, plain)


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
        return told
    if element.name == "img":
        return attribute(element, "alt") or attribute(element, "src")
    if element.name == "link" or attribute(element, "itemprop") == "url":
        return attribute(element, "href")
    # Also of <a>: sites mark names on links. Stars are often drawn and said in a label alone.
    return block_text(element) or attribute(element, "aria-label") or attribute(element, "title")


def _hreviews(tree: Tag) -> Iterator[Tag]:
    for tag in tree.select(".hreview"):
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
        "ratingValue": told(".rating .value", ".rating .value-title", ".rating"),
        "bestRating": told(".rating .best"),
    }
    return {
        "@type": "Review",
        "author": told(".reviewer .fn", ".reviewer"),
        "datePublished": told(".dtreviewed .value-title", ".dtreviewed"),
        "name": told(".summary"),
        "reviewBody": told(".description"),
        "reviewRating": rating if rating["ratingValue"] else None,
    }
