"""Any page with schema.org reviews: JSON-LD first, microdata where there is none.

Reads the page the operator names (`json_ld:https://…`) and follows its own "next" link on the same
host. In JSON-LD a review stands alone, in `@graph` (a list or one object) or in `review` of a
product or place (a list or one object); in microdata it is an element of schema.org/Review.

What such pages do not tell
 * the owner's reply: no property for it is in common use, so a reply made by hand cannot be seen;
 * often an id: an `@id` that is only an ordinal ("#review-3") moves with the next review and is
   not used; author, date and ordinal identify then, and the text may change;
 * whether they show every review; many show a handful of the best.

Quirks
 * `ratingValue` comes as text as often as a number; a scale other than 1–5 goes to `score` and
   `scale`, and stars are rounded down from it: a bad review must not be rounded to a fair one.
 * Trustpilot's second script has `@graph` as one object, a Dataset (2025-07).
 * A page that names a rating count but no review is not an empty list; it is told as a change.

How sure: one captured page (Trustpilot, 2025-07, 20 reviews); microdata is made by hand.
"""

import html
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urljoin, urlsplit

from bs4 import Tag

from reviewbot.core.contract import (
    Counters,
    Item,
    LayoutChanged,
    Limit,
    Memory,
    NotModified,
    Page,
    Pages,
    Payload,
    Precision,
    Request,
    Target,
    TargetHint,
    Traits,
    derived_id,
    instant,
    raise_for_status,
)
from sources._markup import (
    as_object,
    attribute,
    block_text,
    canonical,
    host_of,
    loads,
    mapping,
    number,
    positive,
    raise_for_challenge,
    read_entries,
    rebased,
    scripts,
    soup,
    string,
    walk,
)

NAME = "json_ld"
TITLE = {"ru": "Страница с отзывами (schema.org)", "en": "Page with reviews (schema.org)"}
HOSTS: tuple[str, ...] = ()
REPLY_LIMIT = Limit(1, 5000)
"""The limit is the page's own and not known here: a bound against accidents."""
TRAITS = Traits(
    reads="JSON-LD or microdata of any page",
    reply="by hand",
    evidence="capture",
    every=timedelta(hours=3),
    gap=timedelta(seconds=30),
    daily_budget=50,
    terms="The site's own: read its terms and robots.txt before naming a page here.",
    official_way="the site's own, where it has one",
    unseen="microdata of a live page; pages with another scale than 1–5",
    shows_replies=False,
)
LACKS = {
    "answered": "schema.org has no property for the owner's reply in common use",
}
PAGES = 20

_REVIEW = re.compile(r"(?:^|schema\.org/)(?:User|Critic|Employer|Recommendation)?Review/?$")
_STABLE_ID = re.compile(r"\d{5,}|[0-9a-f]{8,}|[A-Za-z0-9_-]{20,}")


@dataclass(frozen=True)
class Options:
    """`follow`: go on to the page's own "next" link."""

    follow: bool = True


def pages(target: Target, memory: Memory) -> Pages:
    """Ask the page, then what it names as its next page on the same host."""
    follow = target.options.follow if isinstance(target.options, Options) else True
    url = rebased(target.ref, target.base_url)
    seen: set[str] = set()
    while url not in seen and len(seen) < PAGES:
        seen.add(url)
        answer = yield Request("GET", url, headers=(("Accept", "text/html"),))
        if isinstance(answer, NotModified) or not follow:
            return
        url = _next(answer, url, target)


def parse(payload: Payload, target: Target) -> Page:
    """Read one page. Raises LayoutChanged where no review is there and no counter says zero."""
    if payload.status >= 400:
        raise_for_challenge(payload)
    raise_for_status(payload)
    found, rating = _found(payload)
    count = _count(rating)
    if not found and count != 0:
        raise_for_challenge(payload)
        raise LayoutChanged("no schema.org review in the page", status=payload.status)
    ordinals: Counter[tuple[str | None, str | None]] = Counter()
    items, unreadable = read_entries(found, lambda entry: _item(entry, ordinals))
    return Page(
        items=items,
        counters=Counters(
            rating=_of_five(rating),
            reviews=count,
            ratings=positive(rating.get("ratingCount")),
        ),
        # Many pages show a handful of the best: only a counter proves that these are all.
        complete=count is not None and count <= len(items) and not _next_link(payload),
        unreadable=unreadable,
    )


def essence(payload: Payload) -> bytes:
    """The reviews and the rating, without the rest of the page."""
    found, rating = _found(payload)
    return canonical([found, rating]) if found else payload.content


def review_url(target: Target, item: Item) -> str | None:
    """The review's own address where the page gives one, else the page."""
    return item.url or (target.ref if target.ref.startswith("http") else target.url)


def reply_url(target: Target, item: Item) -> str | None:
    """The same: where the owner answers on this site is not known."""
    return review_url(target, item)


def recognise_url(url: str) -> TargetHint | None:
    """Only what is marked as ours: `json_ld:https://…`; any other link belongs to its site."""
    ref = url.strip().removeprefix(f"{NAME}:")
    if ref == url.strip() or not host_of(ref) or not ref.startswith(("https://", "http://")):
        return None
    return TargetHint(NAME, ref, ref)


def recognise(payload: Payload) -> TargetHint | None:
    """A saved page with reviews whose address is known."""
    tree = soup(payload.text)
    canonical_link = attribute(tree.select_one('link[rel~="canonical"]'), "href")
    url = payload.url or canonical_link or ""
    if not host_of(url) or not _found(payload)[0]:
        return None
    return TargetHint(NAME, url, url, title=tree.title.get_text() if tree.title else None)


def _found(payload: Payload) -> tuple[list[Any], Mapping[str, Any]]:
    """All reviews of the page and its aggregate rating, as JSON."""
    parts = [
        loads(body.strip().removesuffix(";"))
        for attributes, body in scripts(payload.text)
        if "ld+json" in attributes
    ]
    found = list(_reviews(parts))
    ratings = [node for node in walk(parts) if _is(node, "AggregateRating") or _is_rating(node)]
    if not found and "itemscope" in payload.text:
        scopes = [_properties(scope) for scope in soup(payload.text).select("[itemscope]")]
        found = [scope for scope in scopes if scope.get("@type") == "Review"]
        ratings += [scope for scope in scopes if scope.get("@type") == "AggregateRating"]
    # Of several ratings (the place's, the products') the one with the most marks is the place's.
    best = max(ratings, key=lambda node: _count(node) or 0, default={})
    return found, best


def _reviews(parts: list[Any]) -> Iterator[Any]:
    met: set[int] = set()
    for node in walk(parts):
        nested = node.get("review", node.get("reviews"))
        own = [node] if _is(node, _REVIEW) else []
        for entry in [*own, *(nested if isinstance(nested, list) else [nested])]:
            named = entry is node or _is(entry, _REVIEW)
            if id(entry) not in met and (named or _reads_like_review(entry)):
                met.add(id(entry))
                yield entry


def _is(node: Any, wanted: str | re.Pattern[str]) -> bool:
    kinds = mapping(node).get("@type")
    names = [name for name in (kinds if isinstance(kinds, list) else [kinds]) if name]
    if isinstance(wanted, str):
        return wanted in names
    return any(isinstance(name, str) and wanted.search(name) for name in names)


def _reads_like_review(entry: Any) -> bool:
    return "@type" not in mapping(entry) and any(
        name in mapping(entry) for name in ("reviewBody", "reviewRating")
    )


def _is_rating(node: Mapping[str, Any]) -> bool:
    return "ratingValue" in node and ("reviewCount" in node or "ratingCount" in node)


def _count(rating: Mapping[str, Any]) -> int | None:
    return positive(rating.get("reviewCount", rating.get("ratingCount")))


def _item(entry: Any, ordinals: Counter[tuple[str | None, str | None]]) -> Item:
    review = as_object(entry, "a review")
    author = _name(review.get("author"))
    told = string(review.get("datePublished")) or string(review.get("dateCreated"))
    published_at = instant(told)
    day_only = published_at is not None and len((told or "").strip()) <= len("2026-05-17")
    rating, score, scale = _mark(review.get("reviewRating"))
    external_id = _own_id(review)
    if external_id is None:
        key = (author, told)
        external_id = derived_id(author, published_at, ordinals[key])
        ordinals[key] += 1
        if author is None and published_at is None:
            raise LayoutChanged("a review without an id, an author and a date")
    return Item(
        external_id=external_id,
        rating=rating,
        score=score,
        scale=scale,
        title=_text(review.get("headline")) or _text(review.get("name")),
        text=_text(review.get("reviewBody")) or _text(review.get("description")),
        author=author,
        published_at=published_at,
        published_precision=Precision.DAY if day_only else Precision.SECOND,
        edited_at=instant(review.get("dateModified")),
        language=_name(review.get("inLanguage")),
        url=url if (url := string(review.get("url")) or "").startswith("http") else None,
    )


def _own_id(review: Mapping[str, Any]) -> str | None:
    for name in ("@id", "identifier"):
        value = review.get(name)
        told = string(mapping(value).get("value")) or string(value)
        if told and _STABLE_ID.search(told.rstrip("/").rsplit("/", 1)[-1]):
            return told
    return None


def _mark(value: Any) -> tuple[int | None, float | None, float | None]:
    """Stars, and the mark with its scale where the scale is not 1–5 or the mark not whole."""
    if isinstance(value, list):
        value = next(iter(value), None)
    rating = mapping(value)
    mark = number(rating.get("ratingValue")) if rating else number(value)
    best = number(rating.get("bestRating")) or 5.0
    if mark is None or not 0 < mark <= best:
        return None, None, None
    if best == 5 and mark.is_integer():
        return int(mark), None, None
    return max(1, math.floor(mark * 5 / best)), mark, best


def _of_five(rating: Mapping[str, Any]) -> float | None:
    value, best = number(rating.get("ratingValue")), number(rating.get("bestRating")) or 5.0
    return round(value * 5 / best, 2) if value and 0 < value <= best else None


def _name(value: Any) -> str | None:
    """A name told as text, as an object, or as a list of either."""
    if isinstance(value, list):
        value = next(iter(value), None)
    return _text(mapping(value).get("name") or mapping(value).get("alternateName") or value)


def _text(value: Any) -> str | None:
    told = string(value)
    return html.unescape(told) if told else None


def _properties(scope: Tag) -> dict[str, Any]:
    """A microdata element as JSON-LD writes it; a nested element is an object of its own."""
    kind = attribute(scope, "itemtype") or ""
    is_review = (
        bool(_REVIEW.search(kind)) or "review" in (attribute(scope, "itemprop") or "").split()
    )
    found: dict[str, Any] = {
        "@type": "Review" if is_review else kind.rstrip("/").rsplit("/", 1)[-1]
    }
    if own_id := attribute(scope, "itemid") or attribute(scope, "data-id"):
        found["@id"] = own_id
    for element in scope.select("[itemprop]"):
        if element.find_parent(attrs={"itemscope": True}) is not scope:
            continue
        nested = element.has_attr("itemscope")
        value: Any = _properties(element) if nested else _value(element)
        for name in (attribute(element, "itemprop") or "").split():
            found.setdefault(name, value)
    return found


def _value(element: Tag) -> str | None:
    for name in ("content", "datetime"):
        if told := attribute(element, name):
            return told
    if element.name == "link" or attribute(element, "itemprop") == "url":
        return attribute(element, "href")
    return block_text(element)  # also of <a>: sites mark names on links


def _next_link(payload: Payload) -> str | None:
    if 'rel="next"' not in payload.text and "rel='next'" not in payload.text:
        return None
    return attribute(soup(payload.text).select_one('link[rel~="next"], a[rel~="next"]'), "href")


def _next(answer: Payload, url: str, target: Target) -> str:
    """The next page's address on the host being read, or the address just read."""
    link = _next_link(answer)
    if not link:
        return url
    try:
        there = urljoin(rebased(target.ref, None) if target.base_url else url, link)
        if urlsplit(there).netloc == urlsplit(target.ref).netloc:
            return rebased(there, target.base_url)
    except ValueError:
        pass
    return url
