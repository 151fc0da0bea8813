"""Yandex Maps: the public reviews page's own JSON, without a browser or a token.

Reads `https://yandex.ru/maps/org/{any slug}/{id}/reviews/?ranking=by_time&page=N`, 50 reviews a
page, from `<script class="state-view">`: `reviewResults.reviews` beside its `params`, and the
place's `ratingData`. The parameter is `page`, not `reviews[page]`. The JSON of the site's own
`fetchReviews` call has the same entries and is read too (a saved file); it is never asked for,
since it needs the session of a browser and its replay was found unstable.

What the site does not tell
 * when a review was written: `updatedTime` is its only date and edits move it, so it goes to
   `published_at` with precision "last_change" and stays out of the fingerprint;
 * that a review was edited;
 * marks without a text: they count in `ratingCount` and are never listed;
 * what lies beyond page 12: the list ends at 600 reviews (Yandex's own help says so).

Quirks
 * A captcha is HTTP 200 with `<title>Ой!</title>` (2023-07), or a redirect to `/showcaptcha`; the
   header `x-yandex-captcha` comes with both and is looked at first. `{"csrfToken": …}` alone, also
   with 200, is the refusal of `fetchReviews` (2026-05).
 * `businessComment` is absent, not null, where nobody answered; `author` may be `{}`.
 * The order "by_time" is by last change and not strict: ground that was seen proves nothing.
 * A page saved from the browser's tree has no state-view: dates there are relative and texts end
   in "…ещё". It is refused with that explanation rather than guessed at.
 * Answers are moderated before they show; there is no public way to answer by program.

How sure: entries from 50 real ones (one clinic, 2026-05), the page's frame and the empty page
rebuilt from public readers of 2026, the captcha page real (2023-07).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal
from urllib.parse import parse_qs, urlsplit

from reviewbot.core.contract import (
    Blocked,
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
    instant,
    raise_for_status,
)
from sources._challenges import raise_for_challenge
from sources._markup import (
    as_object,
    canonical,
    leading_json,
    loads,
    mapping,
    named_links,
    number,
    positive,
    read_entries,
    scripts,
    sequence,
    site_of,
    stars,
    string,
    walk,
    whole,
)
from sources._yandex_page import rendered_reviews

NAME = "yandex_maps"
TITLE = {"ru": "Яндекс Карты", "en": "Yandex Maps"}
HOSTS = ("yandex.ru", "yandex.com", "yandex.by", "yandex.kz", "yandex.uz", "yandex.com.tr")
REPLY_LIMIT = Limit(1, 2500)
"""2500 is what public clients of the cabinet refuse above; Yandex publishes no figure."""
TRAITS = Traits(
    reads="reviews page, embedded JSON",
    reply="by hand",
    evidence="capture",
    every=timedelta(minutes=45),
    gap=timedelta(seconds=20),
    daily_budget=400,
    depth=600,
    terms="The user agreement and robots.txt forbid automated reading.",
    official_way="none for reading reviews; the owner answers in Yandex Business",
    unseen="a page of a place without any mark; a page beyond 600 reviews; the widget's comments",
)
LACKS = {"edited": "the site does not tell edits: they only move its one date"}
BASE_URL = "https://yandex.ru"
LAST_PAGE = 12

_SITE = re.compile(r"(?:maps\.)?(?:yandex(?:\.com?)?\.[a-z]{2,3}|ya\.ru)")
"""Any country's: an org has one number on all of them."""
_MAP = re.compile(r"/(?:maps|navi|harita|web-maps|map-widget)(?:/|$)", re.IGNORECASE)
_ORG = re.compile(
    r"^/(?:(?:maps|navi|harita|web-maps|map-widget)/(?:[^?#]*/)?)?org/(?:[^/?#]+/)?(\d{6,20})(?:/|$)",
    re.IGNORECASE,
)
_OTHER_PATHS = re.compile(
    r"/(?:profile|maps-reviews-widget|sprav|business)/(\d{6,20})(?:/|$)", re.IGNORECASE
)


@dataclass(frozen=True)
class Options:
    """`ranking`: the order asked for; by_time brings changes first."""

    ranking: Literal["by_time", "by_relevance_org", "by_rating_asc", "by_rating_desc"] = "by_time"


def pages(target: Target, memory: Memory) -> Pages:
    """Ask page after page until the site's last one, or page 12, where its list ends."""
    options = target.options if isinstance(target.options, Options) else Options()
    for page in range(1, LAST_PAGE + 1):
        answer = yield Request(
            "GET",
            f"{target.base(BASE_URL)}/maps/org/org/{target.ref}/reviews/",
            params=(("ranking", options.ranking), ("page", str(page))),
            headers=(("Accept-Language", "ru"),),
        )
        if isinstance(answer, NotModified):
            return
        found = _results(_state(answer))
        if found is None or _is_last(mapping(found.get("params")), default=page):
            return


def parse(payload: Payload, target: Target) -> Page:
    """Read one answer. Raises Blocked for a captcha and for a lone csrf token."""
    _refuse_captcha(payload)
    raise_for_status(payload)
    state = _state(payload)
    if state is None:
        items, unreadable = rendered_reviews(payload.text)
        if items:
            return Page(items=items, unreadable=unreadable)
        raise_for_challenge(payload)
        raise LayoutChanged(_why_no_state(payload), status=payload.status)
    if isinstance(state, dict) and set(state) == {"csrfToken"}:
        raise Blocked("only a csrf token came back: the session is not accepted", status=200)
    found = _results(state)
    if found is None and any(_asks_captcha(holder) for holder in _outer(state)):
        raise Blocked("the site answers with a captcha", status=payload.status)
    if found is None:
        raise LayoutChanged("no list of reviews in the page's JSON", status=payload.status)
    items, unreadable = read_entries(found["reviews"], _item)
    params = mapping(found.get("params"))
    return Page(
        items=items,
        counters=_counters(state, params),
        complete=_is_last(params),
        unreadable=unreadable,
    )


def essence(payload: Payload) -> bytes:
    """Reviews and counters, without requestId, csrfToken and serverTime, new on every page."""
    state = _state(payload)
    found = _results(state)
    if found is None:
        return payload.content  # also a rendered page, which is saved, never asked for
    counters = _counters(state, mapping(found.get("params")))
    figures = [counters.rating, counters.reviews, counters.ratings]
    return canonical([found["reviews"], found.get("params"), figures])


def review_url(target: Target, item: Item) -> str | None:
    """The review on the map, by its author's public id; the list where the author is unknown."""
    page = f"{BASE_URL}/maps/org/{target.ref}/reviews/"
    author = item.site.get("author")
    return f"{page}?reviews[publicId]={author}" if author else page


def reply_url(target: Target, item: Item) -> str | None:
    """The list of reviews in Yandex Business; it has no address for a single review."""
    return f"{BASE_URL}/sprav/{target.ref}/p/edit/reviews/"


def recognise_url(url: str) -> TargetHint | None:
    """Links to a place: /maps/org/…, /maps/213/moscow/org/…, ?oid=…, /profile/…, the cabinet.

    A short link (/maps/-/…) does not hold the place's id and is not recognised.
    """
    if not _SITE.fullmatch(site_of(url)):
        return None
    parts = urlsplit(url.strip())
    path = re.sub(r"/{2,5}", "/", parts.path)
    found = _ORG.search(path) or _OTHER_PATHS.search(path)
    ref = found[1] if found else None
    if ref is None and (parts.path in ("", "/") or _MAP.match(parts.path)):
        query = parse_qs(parts.query)
        # The address bar's own: poi[uri]=ymapsbm1://org?oid=…
        inner = parse_qs(urlsplit(next(iter(query.get("poi[uri]", [])), "")).query)
        told = query.get("oid") or query.get("orgpage[id]") or inner.get("oid") or []
        ref = next(iter(told), None)
    if ref is None or not re.fullmatch(r"[0-9]{6,20}", ref):
        return None
    return TargetHint(NAME, ref, f"{BASE_URL}/maps/org/{ref}/")


def recognise(payload: Payload) -> TargetHint | None:
    """Which place a saved page shows: by its JSON, else by the link it names as its own."""
    state = _state(payload)
    for place in walk(state):
        if "reviewResults" in place and (ref := string(place.get("id"))) and ref.isdecimal():
            return TargetHint(
                NAME, ref, f"{BASE_URL}/maps/org/{ref}/", title=string(place.get("title"))
            )
    for entry in _list(_results(state)):
        ref = string(mapping(entry).get("businessId"))
        if ref and ref.isdecimal():
            return TargetHint(NAME, ref, f"{BASE_URL}/maps/org/{ref}/")
    if payload.url and (hint := recognise_url(payload.url)):
        return hint
    for link in named_links(payload.text[:200_000]):
        if hint := recognise_url(link):
            return hint
    return None


def _refuse_captcha(payload: Payload) -> None:
    if "x-yandex-captcha" in payload.headers:
        raise Blocked("the site shows a captcha (x-yandex-captcha)", status=payload.status)
    addresses = (payload.url, payload.headers.get("location", ""))
    if any("/showcaptcha" in address for address in addresses):
        raise Blocked("the site sends to its captcha page", status=payload.status)


def _why_no_state(payload: Payload) -> str:
    if "business-reviews-card-view" in payload.text:
        return (
            "only the page's look is left, without the values for machines: save the page as "
            "“HTML only” instead"
        )
    return "the page has no state-view JSON"


def _state(payload: Payload) -> Any:
    """The page's JSON, or None. A body that is JSON itself is fetchReviews'."""
    text = payload.text
    if text.lstrip("\ufeff \r\n\t").startswith(("{", "[")):
        told = loads(text)  # perhaps several answers, one below the other
        return leading_json(text) if told is None else told
    for attributes, body in scripts(text):
        if "state-view" in attributes:
            return loads(body)
    return None


def _results(state: Any) -> Mapping[str, Any] | None:
    """The object holding the list `reviews`, wherever the page keeps it: also a bare list, and
    the cabinet's (`list.items`)."""
    if isinstance(state, list) and any(_is_review(entry) for entry in state):
        return {"reviews": state}
    for holder in _outer(state):
        if "config" in holder or "stack" in holder:
            break  # a page's state, which holds other lists too
        listed = mapping(holder.get("list")) or holder
        if isinstance(listed.get("items"), list) and (
            "pager" in listed or any(_is_review(entry) for entry in listed["items"])
        ):
            pager = mapping(listed.get("pager"))
            return {"reviews": listed["items"], "params": {"count": pager.get("total")}}
        if isinstance(holder.get("reviews"), list):
            return holder
        for name in ("data", "result"):
            if isinstance(entries := holder.get(name), list) and any(map(_is_review, entries)):
                return {"reviews": entries}
    for place in walk(state):
        found = place.get("reviewResults")
        if isinstance(found, dict) and isinstance(found.get("reviews"), list):
            return found
    return None


def _outer(state: Any) -> list[Mapping[str, Any]]:
    """An answer, and what stands right inside it as the answer itself."""
    told = mapping(state)
    return [told, *(mapping(told.get(name)) for name in ("data", "result", "response"))]


def _asks_captcha(holder: Mapping[str, Any]) -> bool:
    return holder.get("type") == "captcha" or any("captcha" in str(key) for key in holder)


def _is_review(entry: Any) -> bool:
    told = mapping(entry)
    return "reviewId" in told or ("time_created" in told and "rating" in told)


def _list(found: Mapping[str, Any] | None) -> list[Any]:
    return sequence(found["reviews"]) if found else []


def _is_last(params: Mapping[str, Any], default: int | None = None) -> bool:
    """Whether the site says that its list ends here; it does not say: not known to end."""
    page, total = whole(params.get("page")) or default, whole(params.get("totalPages"))
    if page is not None and total is not None:
        return page >= total
    return whole(params.get("reviewsRemained")) == 0


def _counters(state: Any, params: Mapping[str, Any]) -> Counters:
    rating: Mapping[str, Any] = next(
        (
            place["ratingData"]
            for place in walk(state)
            if isinstance(place.get("ratingData"), dict)
        ),
        {},
    )
    told = positive(rating.get("reviewCount"))
    # The list's own count is the fallback, and wins over a zero: zero must be proven.
    return Counters(
        rating=number(rating.get("ratingValue")) or None,
        reviews=told or positive(params.get("count")) or told,
        ratings=positive(rating.get("ratingCount")),
    )


def _item(entry: Any) -> Item:
    review = as_object(entry, "a review")
    if "reviewId" not in review and "time_created" in review:
        return _cabinet_item(review)
    author = mapping(review.get("author"))
    reply = mapping(review.get("businessComment"))
    language = string(review.get("textLanguage"))
    reply_text = string(reply.get("text"))
    changed_at = instant(review.get("updatedTime"))
    return Item(
        external_id=string(review.get("reviewId")) or "",
        rating=stars(review.get("rating")),
        text=string(review.get("text")),
        author=string(author.get("name")),
        published_at=changed_at,
        published_precision=Precision.LAST_CHANGE,
        language=language,
        translation=_translation(mapping(review.get("textTranslations")), language),
        photos=_photos(review.get("photos")),
        reply_text=reply_text,
        reply_at=instant(reply.get("updatedTime")) if reply_text else None,
        reply_state="published" if reply_text else None,
        site={"author": public_id} if (public_id := string(author.get("publicId"))) else {},
    )


def _cabinet_item(review: Mapping[str, Any]) -> Item:
    """A review as Yandex Business lists it for the owner; its dates are epochs."""
    author, reply = mapping(review.get("author")), mapping(review.get("owner_comment"))
    text, reply_text = string(review.get("full_text")), string(reply.get("text"))
    public_id = string(author.get("uid"))
    return Item(
        external_id=string(review.get("id")) or "",
        rating=stars(review.get("rating")),
        text=text or string(review.get("snippet")),
        author=string(author.get("user")) or string(author.get("name")),
        published_at=instant(review.get("time_created")),
        published_precision=Precision.LAST_CHANGE,
        language=string(review.get("lang")),
        photos=_photos(review.get("photos")),
        reply_text=reply_text,
        reply_at=instant(reply.get("time_created")) if reply_text else None,
        reply_state="published" if reply_text else None,
        site={"author": public_id} if public_id else {},
        partial=() if text or not review.get("snippet") else ("text",),
    )


def _translation(translations: Mapping[str, Any], language: str | None) -> str | None:
    """A translation staff can read; Yandex also adds Turkish to every Russian text."""
    if language == "ru":
        return None
    return string(translations.get("ru")) or (
        string(translations.get("en")) if language != "en" else None
    )


def _photos(photos: Any) -> tuple[str, ...]:
    templates = (string(mapping(photo).get("urlTemplate")) for photo in sequence(photos))
    return tuple(template.replace("{size}", "XXL") for template in templates if template)
