"""Any page with schema.org reviews: JSON-LD, microdata, RDFa, hReview.

Reads the page the operator names (`json_ld:https://…`) and follows its own "next" link on the same
host. What a page marks up in several ways, or twice in one, is one review.

What such pages do not tell
 * the owner's reply: no property for it is in common use, so a reply made by hand cannot be seen;
 * often an id: an `@id` that is only an ordinal ("#review-3") moves with the next review and is
   not used. A review without an id is matched with the known ones by author, day and nearest text;
 * whether they show every review; many show a handful of the best.

Quirks
 * `ratingValue` comes as "2", 2, "1/5", «1 из 5», "20%", ★☆☆☆☆; a scale other than 1–5 (its own,
   the aggregate's, or seen from the other marks) goes to `score` and `scale`, and stars are
   rounded down from it: a bad review must not be rounded to a fair one.
 * Times without an offset are the location's, or of the option `zone`; where neither is known only
   the day is taken.
 * Trustpilot's second script has `@graph` as one object, a Dataset (2025-07).
 * Scripts are often almost JSON; one that is broken is told, and its whole reviews are read.
 * A page that names a rating count but no review is not an empty list; it is told as a change.

How sure: one captured page (Trustpilot, 2025-07, 20 reviews); the rest is made by hand after pages
that were seen.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta, tzinfo
from typing import Any
from urllib.parse import urljoin, urlsplit

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
    Unreadable,
    raise_for_status,
)
from sources._challenges import raise_for_challenge
from sources._dates import told_at, zone_of
from sources._marks import mark_of, scale_of, stars_of
from sources._markup import (
    as_object,
    attribute,
    canonical,
    host_of,
    mapping,
    number,
    plain,
    positive,
    rebased,
    sample,
    string,
)
from sources._repeats import as_told, without_repeats
from sources._schema._schema_org import Markup, counted, markup_of
from sources._tree import soup

NAME = "json_ld"
TITLE = {"ru": "Страница с отзывами (schema.org)", "en": "Page with reviews (schema.org)"}
HOSTS: tuple[str, ...] = ()
REPLY_LIMIT = Limit(1, 5000)
"""The limit is the page's own and not known here: a bound against accidents."""
TRAITS = Traits(
    reads="JSON-LD, microdata, RDFa or hReview of any page",
    reply="by hand",
    evidence="capture",
    every=timedelta(hours=3),
    gap=timedelta(seconds=30),
    daily_budget=50,
    terms="The site's own: read its terms and robots.txt before naming a page here.",
    official_way="the site's own, where it has one",
    unseen="live pages but one: the rest is made by hand after pages that were seen",
    shows_replies=False,
)
LACKS = {
    "answered": "schema.org has no property for the owner's reply in common use",
}
PAGES = 20

_BODIES = ("reviewBody", "description", "text")
_PROS = ("positiveNotes", "pros", "advantages")
_CONS = ("negativeNotes", "cons", "disadvantages")
_PICTURES = ("image", "photo", "photos", "images", "associatedMedia")

_STABLE_ID = re.compile(r"\d{5,}|[0-9a-f]{8,}|[A-Za-z0-9_-]{20,}")


@dataclass(frozen=True)
class Options:
    """`follow`: go on to the page's own "next" link. `zone`: of times without an offset, where it
    is not the location's."""

    follow: bool = True
    zone: str = ""


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
    found, items, unreadable = _read(payload, target)
    rating = found.rating
    count = counted(rating)
    if not found.reviews and count != 0:
        raise_for_challenge(payload)
        if found.broken:
            raise LayoutChanged(f"no review can be read: {found.broken[0].why}")
        raise LayoutChanged("no schema.org review in the page", status=payload.status)
    return Page(
        items=tuple(items),
        counters=Counters(
            rating=_of_five(rating),
            reviews=count,
            ratings=positive(rating.get("ratingCount")),
        ),
        # Many pages show a handful of the best: only a counter proves that these are all.
        complete=count is not None
        and count <= len(items)
        and not unreadable
        and not _next_link(payload),
        unreadable=tuple(unreadable),
    )


def essence(payload: Payload) -> bytes:
    """The reviews and the rating, without the rest of the page."""
    found = markup_of(payload.text)
    whole = [found.reviews, found.rating, [each.sample for each in found.broken]]
    return canonical(whole) if found.reviews else payload.content


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
    if not host_of(url) or not markup_of(payload.text).reviews:
        return None
    return TargetHint(NAME, url, url, title=tree.title.get_text() if tree.title else None)


def _read(payload: Payload, target: Target) -> tuple[Markup, list[Item], list[Unreadable]]:
    """What the page marks up, its reviews without repeats, and those that cannot be read."""
    found = markup_of(payload.text)
    options = target.options if isinstance(target.options, Options) else Options()
    reader = _Reader(found, zone_of(target, options.zone), payload.url or target.ref)
    unreadable = list(found.broken)
    parts: list[list[Item]] = []
    for part in found.parts:
        parts.append([])
        for entry in part:
            try:
                parts[-1].append(reader.item(entry))
            except LayoutChanged as error:
                unreadable.append(Unreadable(error.reason, sample(entry)))
    items = without_repeats(parts)
    if found.reviews and not items:
        raise LayoutChanged(
            f"none of {len(unreadable)} entries can be read; the first: {unreadable[0].why}"
        )
    return found, items, unreadable


class _Reader:
    """Reads reviews of one page: the scale of its marks and the zone of its times."""

    def __init__(self, found: Markup, zone: tzinfo | None, base: str) -> None:
        self._zone, self._whole, self._base = zone, found.whole, base
        told = number(found.rating.get("bestRating"))
        marks = [mark_of(_rating(mapping(review)).get("ratingValue")) for review in found.reviews]
        aggregate = mark_of(found.rating.get("ratingValue"))
        self.scale = told or (aggregate.best if aggregate else None) or scale_of(marks)

    def item(self, entry: Any) -> Item:
        review = as_object(entry, "a review")
        title = _text(review.get("headline")) or _text(review.get("name"))
        text = next((told for name in _BODIES if (told := _text(review.get(name)))), None)
        pros, cons = (
            next((told for name in names if (told := _notes(review.get(name)))), None)
            for names in (_PROS, _CONS)
        )
        rating = _rating({**review, "reviewRating": self._whole(review.get("reviewRating"))})
        best = number(rating.get("bestRating")) or number(rating.get("best"))
        mark = mark_of(rating.get("ratingValue"))
        stars = stars_of(mark, best, self.scale, number(_first(rating.get("worstRating"))))
        published = told_at(_plain_value(review.get("datePublished")), self._zone) or told_at(
            _plain_value(review.get("dateCreated")), self._zone
        )
        edited = told_at(_plain_value(review.get("dateModified")), self._zone)
        own_id = _own_id(review)
        author = _name(self._whole(review.get("author") or review.get("creator")))
        if not (own_id or author or published or mark or title or text or pros or cons):
            raise LayoutChanged("a review that says nothing")
        return Item(
            external_id=own_id or as_told(None if published else review.get("datePublished")),
            derived=own_id is None,
            rating=stars.rating,
            score=stars.score,
            scale=stars.scale,
            title=title,
            text=text,
            pros=pros,
            cons=cons,
            author=author,
            published_at=published.at if published else None,
            published_precision=published.precision if published else Precision.UNKNOWN,
            edited_at=edited.at if edited else None,
            language=_name(review.get("inLanguage")),
            photos=tuple(
                dict.fromkeys(
                    link for name in _PICTURES for link in _photos(review.get(name), self._base)
                )
            ),
            url=url if (url := _plain_value(review.get("url")) or "").startswith("http") else None,
        )


def _own_id(review: Mapping[str, Any]) -> str | None:
    for name in ("@id", "identifier"):
        value = review.get(name)
        told = string(mapping(value).get("value")) or string(value)
        if told and _STABLE_ID.search(told.rstrip("/").rsplit("/", 1)[-1]):
            return told
    return None


def _rating(review: Mapping[str, Any]) -> Mapping[str, Any]:
    """The review's mark as an object, however it is told."""
    value = _first(review.get("reviewRating"))
    value = _first(review.get("ratingValue")) if value is None else value
    if isinstance(value, dict):
        told = _first(value.get("ratingValue", value.get("value")))
        return {
            **value,
            "ratingValue": _plain_value(told),
            "bestRating": _first(value.get("bestRating")),
        }
    return {"ratingValue": value}


def _of_five(rating: Mapping[str, Any]) -> float | None:
    mark = mark_of(_plain_value(rating.get("ratingValue")))
    if mark is None:
        return None
    best = mark.best or number(rating.get("bestRating")) or 5.0
    return round(mark.value * 5 / best, 2) if 0 < mark.value <= best else None


def _first(value: Any) -> Any:
    return next(iter(value), None) if isinstance(value, list) else value


def _plain_value(value: Any) -> str | None:
    """A value told as text or number, in a list, or as JSON-LD's {"@value": …}."""
    value = _first(value)
    value = value.get("@value") if isinstance(value, dict) else value
    return repr(value) if isinstance(value, float) else string(value)


def _name(value: Any) -> str | None:
    """A name told as text, as an object, or as a list of either."""
    value = _first(value)
    if isinstance(value, dict):
        named = value.get("name") or value.get("alternateName") or value.get("fn")
        given = " ".join(
            part for key in ("givenName", "familyName") if (part := _text(value.get(key)))
        )
        return _text(_first(named)) or given or _text(value.get("@value"))
    return _text(value)


def _text(value: Any) -> str | None:
    """A text: of a list all parts (the second may hold the complaint), without HTML."""
    if isinstance(value, list):
        parts = list(dict.fromkeys(part for each in value if (part := _text(each))))
        return "\n".join(parts) or None
    if isinstance(value, dict):
        by_language = [each for name, each in value.items() if len(name) == 2]
        value = value.get("@value", value.get("text", next(iter(by_language), None)))
    told = string(value)
    if told and "\n" not in told:
        told = told.replace("\\r\\n", "\n").replace("\\n", "\n")  # escaped twice
    words = plain(told) if told else ""
    return words if words.strip() else None


def _notes(value: Any) -> str | None:
    """What a guest liked or did not: a text, a list, or an ItemList of either."""
    value = value.get("itemListElement", value) if isinstance(value, dict) else value
    entries = value if isinstance(value, list) else [value]
    notes = [mapping(each).get("item", each) for each in entries]
    parts = [_name(note) or _text(note) for note in notes]
    return "\n".join(part for part in parts if part) or None


def _photos(value: Any, base: str) -> Iterator[str]:
    """Addresses of pictures, told as addresses or objects; short ones are of the page's host."""
    for entry in value if isinstance(value, list) else [value]:
        told = mapping(entry)
        names = ("contentUrl", "url", "@id", "thumbnailUrl")
        link = next((link for name in names if (link := _address(told.get(name)))), None)
        link = link or _plain_value(entry)
        try:
            link = urljoin(base, link.strip()) if link else ""
        except ValueError:
            continue
        if link.startswith(("http://", "https://")):
            yield link


def _address(value: Any) -> str | None:
    return _plain_value(value) or string(mapping(_first(value)).get("@id"))


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
