"""The reviews API of 2GIS and the firm page's state: what `two_gis` and `flamp` both read.

`pages` asks, `read` reads one answer of either kind; what the site does not tell and its quirks
are written in `two_gis`. Items bear the provider whose review it is in `site`.
"""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from reviewbot.core.contract import (
    Blocked,
    Counters,
    Item,
    LayoutChanged,
    Memory,
    NotModified,
    Page,
    Pages,
    Payload,
    Precision,
    Request,
    Target,
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
    raise_for_problem,
    read_entries,
    sequence,
    site_of,
    stars,
    string,
    walk,
    with_list,
)

HOSTS = ("2gis.ru", "2gis.kz", "2gis.kg", "2gis.uz", "2gis.by", "2gis.ae", "2gis.com", "2gis.am")
_SITE = re.compile(r"2gis(?:\.com)?\.[a-z]{2,3}")
"""Any country's: the same firm has the same number on each."""
BASE_URL = "https://public-api.reviews.2gis.com"
SITE_URL = "https://2gis.ru"
PAGE_SIZE = 50

_FIELDS = (
    "meta.providers,meta.branch_rating,meta.branch_reviews_count,meta.total_count,"
    "reviews.hiding_reason,reviews.is_verified"
)
_CITY = re.compile(r"/([a-z_-]+)(?=/)")
_FIRM = re.compile(r"/firm/(\d{6,25})(?=[/?#,]|$)")
_BRANCH = re.compile(r"/branches/(\d{6,25})/reviews")
_TO_WRITE = re.compile(r"/reviews/(\d{6,25})(?:/|$)")
"""The address behind the QR code that asks guests to write."""
_KEY = re.compile(r'"reviewApiKey"\s*:\s*"([\w-]{8,100})"')
_STATE = re.compile(r"__REACT_QUERY_STATE__\s*=\s*(JSON\.parse\(\s*)?")
_UNDEFINED = re.compile(r"([:,\[]\s*)undefined\b")
_OLD_BROWSER = re.compile(r"советует\s+обновить\s+браузер", re.I)


def pages(target: Target, memory: Memory, configured: str) -> Pages:
    """Find a key, then ask page after page; an empty first page is checked against the firm page.

    `configured` is the operator's own key. Raises Blocked where the key is blocked and the firm
    page has no other.
    """
    key = configured or string(memory.get("key")) or ""
    looked_up = False
    offset, seen = "", set[str]()
    while True:
        if not key:
            front = yield firm_page(target, "step")
            if isinstance(front, NotModified):
                return
            key, looked_up = _key(front), True
            if not key:
                read(front)  # raises what is wrong with it; a page without a key may do
                yield firm_page(target, "page")
                return
        answer = yield _ask(target, key, offset)
        if isinstance(answer, NotModified):
            return
        if answer.status == 403:
            if configured or looked_up or not _is_key_refused(loads(answer.text)):
                read(answer)
                return
            key = ""
            continue
        body = mapping(loads(answer.text))
        if not sequence(body.get("reviews")):
            if not offset and answer.status < 400:
                yield firm_page(target, "page")
            return
        offset = _offset(body)
        if not offset or offset in seen:
            return
        seen.add(offset)


def read(payload: Payload) -> Page:
    """Read an answer of the API or a firm page. Raises Blocked for a blocked key and for the page
    that asks to renew the browser."""
    body = _body(payload)
    if isinstance(body, dict):
        return _api_page(payload, body)
    raise_for_status(payload)
    state = _state(payload.text)
    if state is None:
        if _OLD_BROWSER.search(payload.text):
            raise Blocked("the page asks to renew the browser", status=payload.status)
        raise_for_challenge(payload)
        raise LayoutChanged("no React state in the page", status=payload.status)
    lists = _state_pages(state)
    if lists is None:
        raise LayoutChanged("no list of reviews in the page's state", status=payload.status)
    items, unreadable = read_entries(
        (entry for part in lists for entry in sequence(part.get("items"))), _item
    )
    first, last = (lists[0], lists[-1]) if lists else ({}, {})
    return Page(
        items=items,
        counters=Counters(
            rating=number(first.get("rating")) or None, reviews=positive(first.get("total"))
        ),
        complete=last.get("hasMore") is False,
        unreadable=unreadable,
    )


def essence(payload: Payload) -> bytes:
    """Reviews and counters, without the link to the next page."""
    body = _body(payload)
    if isinstance(body, dict):
        meta = {
            key: value for key, value in mapping(body.get("meta")).items() if key != "next_link"
        }
        return canonical([body.get("reviews"), meta])
    lists = _state_pages(_state(payload.text))
    return payload.content if lists is None else canonical(lists)


def firm_in(url: str) -> tuple[str, str] | None:
    """The number of the firm that a link of 2GIS names, and the link to its page."""
    host = site_of(url)
    if not _SITE.fullmatch(host) and not host.endswith("reviews.2gis.com"):
        return None
    path = urlsplit(url.strip()).path
    if found := _FIRM.search(path):
        city = _CITY.match(path, 0, found.start() + 1)
        place = city[0] if city else ""
        return found[1], f"https://{host}{place}/firm/{found[1]}"
    found = _BRANCH.search(path) or _TO_WRITE.match(path)
    return (found[1], f"{SITE_URL}/firm/{found[1]}") if found else None


def firm_of(payload: Payload) -> tuple[str, str] | None:
    """Which firm a saved answer or page shows."""
    if payload.url and (firm := firm_in(payload.url)):
        return firm
    for entry in sequence(mapping(_body(payload)).get("reviews")):
        ref = string(mapping(mapping(entry).get("object")).get("id"))
        if ref and ref.isdecimal():
            return ref, f"{SITE_URL}/firm/{ref}"
    for link in named_links(payload.text[:200_000]):
        if firm := firm_in(link):
            return firm
    return None


def _ask(target: Target, key: str, offset: str) -> Request:
    params = (
        ("key", key),
        ("limit", str(PAGE_SIZE)),
        ("sort_by", "date_created"),
        ("is_advertiser", "false"),
        ("locale", "ru_RU"),
        ("fields", _FIELDS),
    )
    return Request(
        "GET",
        f"{target.base(BASE_URL)}/2.0/branches/{target.ref}/reviews",
        params=(*params, ("offset_date", offset)) if offset else params,
        own_statuses=(403,),
    )


def firm_page(target: Target, kind: Any) -> Request:
    """The firm page, in the country and city that the pasted link names."""
    named = firm_in(target.url) if target.url else None
    known = urlsplit(named[1] if named else f"{SITE_URL}/firm/{target.ref}")
    base = target.base(f"{known.scheme}://{known.netloc}")
    return Request("GET", f"{base}{known.path}/tab/reviews", kind=kind)


def _offset(body: Mapping[str, Any]) -> str:
    link = string(mapping(body.get("meta")).get("next_link")) or ""
    try:
        return parse_qs(urlsplit(link).query).get("offset_date", [""])[0]
    except ValueError:
        return ""


def _key(front: Payload) -> str:
    found = _KEY.search(front.text) if front.status < 400 else None
    return found[1] if found else ""


def _body(payload: Payload) -> Any:
    is_json = payload.text.lstrip("\ufeff \r\n\t").startswith(("{", "["))
    return with_list(loads(payload.text), "reviews", "date_created") if is_json else None


def _is_key_refused(body: Any) -> bool:
    meta = mapping(mapping(body).get("meta"))
    return string(mapping(meta.get("error")).get("type")) == "apiKeyIsBlocked"


def _api_page(payload: Payload, body: Mapping[str, Any]) -> Page:
    if _is_key_refused(body):
        raise Blocked("the key of the reviews API is blocked or its quota is used up", status=403)
    meta = mapping(body.get("meta"))
    if not isinstance(body.get("reviews"), list):
        raise_for_problem(payload, {"error": {**mapping(meta.get("error")), **meta}})
        raise_for_problem(payload, body)
        raise LayoutChanged("no list `reviews` in the answer", status=payload.status)
    raise_for_status(payload)
    items, unreadable = read_entries(body["reviews"], _item)
    total = positive(meta.get("total_count"))
    key = parse_qs(urlsplit(payload.url).query).get("key", [""])[0] if payload.url else ""
    return Page(
        items=items,
        counters=Counters(
            rating=number(meta.get("branch_rating")) or None,
            # A zero must be proven: the branch's own counter stands against it.
            reviews=total or positive(meta.get("branch_reviews_count")) or total,
        ),
        # An empty answer proves nothing here: pages() goes on to the firm page.
        complete=bool(items) and not _offset(body),
        memory={"key": key} if key and items else {},
        unreadable=unreadable,
    )


def _state(text: str) -> Any:
    """The page's React state, written as an object or as JSON.parse of a string; or None."""
    found = _STATE.search(text)
    if not found:
        return None
    if found[1] and text[found.end() : found.end() + 1] == "'":
        quoted = re.compile(r"'((?:[^'\\]|\\.)*)'", re.S).match(text, found.end())
        return loads(re.sub(r"\\(['\\])", r"\1", quoted[1])) if quoted else None
    value = leading_json(text, found.end())
    if value is None:  # a state is a script's object: `undefined` stands where JSON has null
        value = leading_json(_UNDEFINED.sub(r"\1null", text[found.end() :]))
    return loads(value) if isinstance(value, str) else value


def _state_pages(state: Any) -> list[Mapping[str, Any]] | None:
    """The pages of the query fetchEntityReviews, or None where it is not there."""
    for query in walk(state):
        if "fetchEntityReviews" not in str(query.get("queryKey", query.get("queryHash", ""))):
            continue
        found = mapping(mapping(query.get("state")).get("data")).get("pages")
        parts = [part for part in sequence(found) if isinstance(part, dict)]
        if parts and all(isinstance(part.get("items"), list) for part in parts):
            return list(parts)
    return None


def _either(entry: Mapping[str, Any], snake: str, camel: str) -> Any:
    return entry[snake] if snake in entry else entry.get(camel)


def _item(entry: Any) -> Item:
    review = as_object(entry, "a review")
    user = mapping(review.get("user"))
    names = (string(user.get("first_name")), string(user.get("last_name")))
    answer = mapping(_either(review, "official_answer", "officialAnswer"))
    reply_text = string(answer.get("text")) or None
    provider = string(review.get("provider"))
    media = [*sequence(review.get("photos")), *sequence(review.get("media"))]
    links = map(_preview, media)
    return Item(
        external_id=string(review.get("id")) or "",
        rating=stars(review.get("rating")),
        text=string(review.get("text")),
        author=string(user.get("name")) or " ".join(name for name in names if name) or None,
        published_at=instant(_either(review, "date_created", "dateCreated")),
        published_precision=Precision.SECOND,
        edited_at=instant(_either(review, "date_edited", "dateEdited")),
        photos=tuple(dict.fromkeys(link for link in links if link)),
        url=string(review.get("url")) or None,
        reply_text=reply_text,
        reply_at=instant(_either(answer, "date_created", "dateCreated")) if reply_text else None,
        reply_state="published" if reply_text else None,
        can_reply=False if provider not in (None, "2gis") else None,
        site={
            name: value
            for name, value in (
                ("provider", provider),
                ("hidden", _either(review, "is_hidden", "isHidden") is True or None),
            )
            if value is not None
        },
    )


def _preview(entry: Any) -> str | None:
    """The address of a picture: told as it is, by its sizes (the largest counts), or wrapped in
    an object of its kind, as answers of 2026-08 do."""
    told = mapping(entry)
    inner = [told.get(name) for name in ("photo", "media", "preview_url", "previewUrl")]
    for photo in (entry, *inner):
        links = [photo]
        if isinstance(photo, dict):
            previews = mapping(_either(photo, "preview_urls", "previewUrls"))
            sizes = sorted(previews, key=_size_of, reverse=True)
            links = [previews.get("url"), *map(previews.get, sizes), photo.get("url")]
        for link in links:
            if isinstance(link, str) and link.startswith(("http://", "https://")):
                return link
    return None


def _size_of(name: str) -> int:
    return int(re.sub(r"[^0-9].*|^$", "", name[:8]) or 0)
