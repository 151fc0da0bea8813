"""Google Maps through the Places API (New): five reviews of a place, for people without access to
Business Profile.

Reads `GET /v1/places/{placeId}` with a field mask. It is a smoke alarm, not a list: five reviews
at the most, no second page, no owner's replies, and nothing can be answered through it. Where you
own the place, `google_business` reads everything and answers.

What the site does not tell
 * which five: the vendor's reference calls them sorted by relevance, users see mostly new ones. A
   new bad review may not be among them, and one that leaves them is not deleted;
 * whether the owner answered, and that a review was edited.

Quirks
 * Keys are left out, not null or empty: no `reviews` where there are none, no `originalText` where
   the text is not translated. The `id` is asked for with the rest, so that an empty answer can be
   told from a changed one.
 * `text` is in the language asked for (Russian here); `originalText` is the guest's own.
 * A wrong key is refused with 400, not 401.
 * `relativePublishTimeDescription` changes with every day: `publishTime` is read.

How sure: the vendor's reference; the samples are made by hand.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from reviewbot.core.contract import (
    ApiKey,
    Counters,
    Denied,
    Item,
    LayoutChanged,
    Memory,
    Page,
    Pages,
    Payload,
    Precision,
    Request,
    Target,
    TargetHint,
    Traits,
    content_id,
    instant,
)
from sources._challenges import raise_for_challenge
from sources._markup import (
    as_object,
    canonical,
    loads,
    mapping,
    number,
    positive,
    raise_for_problem,
    read_entries,
    site_of,
    stars,
    string,
)

NAME = "google_places"
TITLE = {"ru": "Google Карты (пять отзывов)", "en": "Google Maps (five reviews)"}
HOSTS = ("places.googleapis.com",)
REPLY_LIMIT = None
TRAITS = Traits(
    reads="Places API (New): five reviews",
    reply="none",
    evidence="documentation",
    every=timedelta(hours=1),
    gap=timedelta(seconds=1),
    daily_budget=1000,
    depth=5,
    terms="Official API, billed by request; its terms forbid keeping most of what it returns.",
    official_way="google_business, for the owner of the place",
    unseen="any live answer; which five reviews come",
    shows_replies=False,
    by_date=False,
)
LACKS = {
    "answered": "the API does not show owners' replies",
    "blocked": "an official API refuses with 403 or 429; it shows no captcha",
    "edited": "the API does not tell edits",
}
BASE_URL = "https://places.googleapis.com"
FIELDS = "id,displayName,googleMapsUri,rating,userRatingCount,reviews"
MOST = 5

_PLACE = re.compile(r"[A-Za-z0-9_-]{10,300}")
_GOOGLE = re.compile(r"(?:(?:maps|search)\.)?google(?:\.com?)?\.[a-z]{2,3}")
_QUERY = re.compile(r"(?:^|[\s:])place_id:([A-Za-z0-9_-]{10,300})")


@dataclass(frozen=True)
class Options:
    """`language`: the language of translated texts."""

    language: str = "ru"


def pages(target: Target, memory: Memory) -> Pages:
    """Ask for the place, once: there is no second page."""
    options = target.options if isinstance(target.options, Options) else Options()
    yield Request(
        "GET",
        f"{target.base(BASE_URL)}/v1/places/{quote(target.ref, safe='')}",
        params=(("languageCode", options.language),),
        headers=(("X-Goog-FieldMask", FIELDS),),
        auth=ApiKey(target.secret_ref, (("X-Goog-Api-Key", "token"),)),
    )


def parse(payload: Payload, target: Target) -> Page:
    """Read the place, also as the legacy API told it. Fewer than five reviews are all."""
    place = _object(payload)
    legacy = mapping(place.get("result"))
    if isinstance(legacy.get("reviews"), list):
        return _legacy_page(legacy)
    ratings = positive(place.get("userRatingCount"))
    entries = place.get("reviews")
    if entries is None and not ratings and string(place.get("id")):
        entries = []  # empty lists are left out, but never a non-empty one
    if not isinstance(entries, list):
        raise LayoutChanged("no list `reviews` in the answer", status=payload.status)
    items, unreadable = read_entries(entries, _item)
    return Page(
        items=items,
        counters=Counters(rating=number(place.get("rating")) or None, ratings=ratings),
        complete=len(entries) < MOST,
        unreadable=unreadable,
    )


def _legacy_page(place: Mapping[str, Any]) -> Page:
    """What the legacy Place Details answered, as saved files hold it: without ids."""
    items, unreadable = read_entries(place["reviews"], _legacy_item)
    rating, ratings = number(place.get("rating")), positive(place.get("user_ratings_total"))
    counters = Counters(rating=rating or None, ratings=ratings)
    return Page(items, counters, complete=len(place["reviews"]) < MOST, unreadable=unreadable)


def _legacy_item(entry: Any) -> Item:
    review = as_object(entry, "a review")
    author, text = string(review.get("author_name")), string(review.get("text"))
    marked, at = stars(review.get("rating")), instant(review.get("time"))
    if author is None and at is None and not text:
        raise LayoutChanged("a review without an id")
    who = string(review.get("author_url")) or author
    original = string(review.get("original_language"))
    return Item(
        external_id=content_id(who, at, "", day=False),
        derived=True,
        rating=marked,
        text=text,
        author=author,
        published_at=at,
        published_precision=Precision.SECOND,
        language=original or string(review.get("language")),
        can_reply=False,
    )


def essence(payload: Payload) -> bytes:
    """Reviews and counters, without how long ago a review was written."""
    place = loads(payload.text)
    entries = mapping(place).get("reviews")
    if not isinstance(entries, list):
        return payload.content
    shown = [
        {key: value for key, value in mapping(entry).items() if not key.startswith("relative")}
        for entry in entries
    ]
    return canonical([shown, mapping(place).get("rating"), mapping(place).get("userRatingCount")])


def review_url(target: Target, item: Item) -> str | None:
    """The review where Google links to it, else the place's list."""
    if item.url:
        return item.url
    return f"https://search.google.com/local/reviews?placeid={quote(target.ref, safe='')}"


def reply_url(target: Target, item: Item) -> str | None:
    """The owner's list of reviews; it has no address for a single one."""
    return "https://business.google.com/reviews"


def recognise_url(url: str) -> TargetHint | None:
    """Links that hold a place id (`placeid=`, `query_place_id=`, `place_id:`), or
    "google_places:" and the id; a short link and the usual /maps/place/ do not hold it."""
    told = url.strip().removeprefix(f"{NAME}:")
    if told != url.strip():
        return _hint(told)
    if not _GOOGLE.fullmatch(site_of(url)):
        return None
    try:
        query = parse_qs(urlsplit(url.strip()).query)
    except ValueError:
        return None
    for name in ("placeid", "place_id", "query_place_id"):
        for value in query.get(name, []):
            return _hint(value)
    told = f"{' '.join(query.get('q', []))} {urlsplit(url.strip()).path}"
    found = _QUERY.search(told) or re.search(r"!1s(ChIJ[\w-]{10,200})", told)
    return _hint(found[1]) if found else None


def recognise(payload: Payload) -> TargetHint | None:
    """The place that a saved answer names."""
    place = mapping(loads(payload.text))
    legacy = mapping(place.get("result"))
    if isinstance(legacy.get("reviews"), list) and (told := string(legacy.get("place_id"))):
        hint = _hint(told)
        return replace(hint, title=string(legacy.get("name"))) if hint else None
    ref, title = string(place.get("id")), string(mapping(place.get("displayName")).get("text"))
    if ref is None or not isinstance(place.get("reviews"), list) or not _PLACE.fullmatch(ref):
        return None
    return TargetHint(NAME, ref, string(place.get("googleMapsUri")), title=title)


def _hint(ref: str) -> TargetHint | None:
    if not _PLACE.fullmatch(ref):
        return None
    return TargetHint(NAME, ref, f"https://search.google.com/local/reviews?placeid={ref}")


def _object(payload: Payload) -> Mapping[str, Any]:
    answer = loads(payload.text)
    said = canonical(mapping(answer).get("error"))
    if b"API_KEY_INVALID" in said or b"API key not valid" in said:
        # Told with 400, as if the question were wrong.
        raise Denied("Google refuses the API key", status=payload.status, credential=True)
    raise_for_problem(payload, answer)
    if not isinstance(answer, dict):
        raise_for_challenge(payload)
        raise LayoutChanged("the answer is not a JSON object", status=payload.status)
    return answer


def _item(entry: Any) -> Item:
    review = as_object(entry, "a review")
    name = string(review.get("name")) or ""
    shown, own = mapping(review.get("text")), mapping(review.get("originalText"))
    text, original = string(shown.get("text")), string(own.get("text"))
    return Item(
        external_id=name.rpartition("/reviews/")[2],
        rating=stars(review.get("rating")),
        text=original or text,
        author=string(mapping(review.get("authorAttribution")).get("displayName")),
        published_at=instant(review.get("publishTime")),
        published_precision=Precision.SECOND,
        language=string((own if original else shown).get("languageCode")),
        translation=text if original and text != original else None,
        url=string(review.get("googleMapsUri")),
        can_reply=False,
    )
