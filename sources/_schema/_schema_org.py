"""Reviews that a page marks up, in one form: as JSON-LD writes them.

Reads JSON-LD (also what is almost JSON), microdata, RDFa and the older hReview and
data-vocabulary.org. A page may hold one review in several of them, and in one several times: each
part is kept apart, so that repeats can be told from two guests who say the same.
"""

import html
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from reviewbot.core.contract import Unreadable
from sources._markup import mapping, positive, sample, scripts, string, walk
from sources._schema._attributes import by_letters, is_marked, plain_name, things_of
from sources._schema._loose_json import loose_values, whole_objects
from sources._tree import soup

_REVIEW = re.compile(
    r"(?:^|[/#:])(?:User|Critic|Employer|Recommendation)?Review(?:Newsarticle)?/?$", re.IGNORECASE
)
_MARKER = re.compile(r"""["']?@?type["']?\s*:\s*\[?\s*["'][^"']{0,60}Review["']""")
_LD_JSON = re.compile(r"ld\W?json|json\W?ld")
_TYPE = re.compile(r"""(?<![\w-])type\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""", re.IGNORECASE)


@dataclass(slots=True)
class Markup:
    """What a page marks up. `parts`: lists of reviews, one per script or way of marking up;
    `ratings`: aggregate ratings; `broken`: reviews that were seen and cannot be read; `pointers`:
    addresses of reviews that stand in another place; `things`: what has an address, by it."""

    parts: list[list[Any]] = field(default_factory=list)
    ratings: list[Mapping[str, Any]] = field(default_factory=list)
    broken: list[Unreadable] = field(default_factory=list)
    pointers: list[Any] = field(default_factory=list)
    things: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def reviews(self) -> list[Any]:
        return [review for part in self.parts for review in part]

    def whole(self, value: Any) -> Any:
        """The value, or what stands elsewhere on the page where it is only its address."""
        told = mapping(value[0] if isinstance(value, list) and len(value) == 1 else value)
        if "@id" in told and told.keys() <= {"@id", "@type"}:
            return self.things.get(string(told["@id"]) or "", value)
        return value

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
        kind = _script_type(attributes)
        if _LD_JSON.search(kind):
            _take_script(body, found)
        elif "json" in kind and "schema.org" in body and '"@type"' in body:
            _take(_settled(loose_values(body) or []), found)
    if is_marked(text):
        for nodes in things_of(soup(text)):
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
    return unquote(told[1] or told[2] or told[3] or "").lower() if told else ""


def _take_script(body: str, found: Markup) -> None:
    values = loose_values(body)
    if values is not None:
        _take(_settled(values), found)
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
    _take(_settled(whole), found)
    if not count and "review" in body.lower():
        found.broken.append(Unreadable("a script of JSON-LD about reviews is broken", body[:300]))


def _settled(values: list[Any]) -> list[Any]:
    """JSON-LD in its short form: names without their vocabulary, lists without their wrapping,
    the context's other names of "@type" and "@id"."""
    waiting: list[Any] = [values]
    while waiting:
        holder = waiting.pop()
        if isinstance(holder, dict):
            for name in list(holder):
                plain = plain_name(name) if ":" in name else by_letters(name)
                if plain != name:
                    holder.setdefault(plain, holder.pop(name))
            for alias in ("type", "id"):
                if isinstance(holder.get(alias), str):
                    holder.setdefault(f"@{alias}", holder[alias])
            places: Iterable[Any] = list(holder)
        else:
            places = range(len(holder))
        for place in places:
            value = holder[place]
            for wrapping in ("@list", "@set", "@graph"):
                if isinstance(value, dict) and len(value) == 1 and wrapping in value:
                    value = holder[place] = value[wrapping]
            if isinstance(value, dict | list):
                waiting.append(value)
    return values


def _take(values: Iterable[Any], found: Markup) -> None:
    values = list(values)
    reviews: list[Any] = []
    met: set[int] = set()
    for node in walk(values):
        if _is_rating(node):
            found.ratings.append(node)
        if len(node) > 1 and isinstance(node.get("@id"), str):
            found.things.setdefault(node["@id"], node)
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
        held = [each for each in value.values() if isinstance(each, dict)]
        # Reviews by their numbers or languages, as @container @index allows.
        if held and len(held) == len(value) and not _is_nested_review(value):
            return held if all(map(_is_nested_review, held)) else [value]
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
