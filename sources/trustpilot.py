"""Trustpilot: the data of the public page, or the business API where credentials are given.

Without credentials reads `https://www.trustpilot.com/review/{domain}?page=N&sort=recency&
languages=all`, 20 reviews a page, from `<script id="__NEXT_DATA__">`: `props.pageProps.reviews`
beside `filters.pagination`. With the option `business_unit` reads
`GET /v1/private/business-units/{id}/reviews` and answers with
`POST /v1/private/reviews/{id}/reply`. With `products` too it reads the reviews of the unit's
products instead, `GET /v1/private/product-reviews/business-units/{id}/reviews`, whose replies are
comments of a conversation. A company whose products are reviewed as well has two links.

What the site does not tell
 * reviews in other languages than the page's, unless `languages=all` is asked for;
 * pages beyond the tenth without an account (as users report).

Quirks
 * `reply` and `dates.updatedDate` are null, not absent (2025-07).
 * `filtered` and `pending` reviews are shown with a flag; they go to `site`.
 * A reply to a product's review cannot be taken back here; who wrote a comment of a conversation
   is told by its consumer alone.
 * A bot check comes as 403, or as 202 with the header `x-amzn-waf-action`.

How sure: the page from a capture of 2025-07 and 60 real entries in its shape, one of them
answered. The API has no capture: its fields are after the vendor's public examples; those of
products after public clients of it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, Literal
from urllib.parse import quote, urlsplit

from reviewbot.core.contract import (
    Blocked,
    Counters,
    Denied,
    Fetched,
    Item,
    LayoutChanged,
    Limit,
    Memory,
    NotModified,
    OAuthClient,
    Page,
    Pages,
    Payload,
    Precision,
    Receipt,
    Request,
    Steps,
    Target,
    TargetGone,
    TargetHint,
    Traits,
    instant,
    raise_for_status,
)
from sources import _trustpilot_products as products
from sources._challenges import raise_for_challenge
from sources._markup import (
    as_object,
    canonical,
    host_of,
    loads,
    mapping,
    number,
    positive,
    posted,
    raise_for_problem,
    read_back,
    read_entries,
    scripts,
    sequence,
    stars,
    string,
    whole,
    withdrawn,
)

NAME = "trustpilot"
TITLE = {"ru": "Trustpilot", "en": "Trustpilot"}
HOSTS = ("trustpilot.com",)
REPLY_LIMIT = Limit(1, 5000)
"""Trustpilot publishes no figure: a bound against accidents, not the site's."""
TRAITS = Traits(
    reads="review page, embedded JSON; business API with credentials",
    reply="official",
    evidence="capture",
    every=timedelta(hours=2),
    gap=timedelta(seconds=20),
    daily_budget=200,
    depth=200,
    terms="The terms of use forbid scraping; the API is bound by its own terms.",
    official_way="the business API (paid plans), which also answers",
    unseen="any answer of the business API; the bot check; an edited review",
)
LACKS: Mapping[str, str] = {}
BASE_URL = "https://www.trustpilot.com"
API_URL = "https://api.trustpilot.com"
TOKEN_PATH = "/v1/oauth/oauth-business-users-for-applications/accesstoken"  # noqa: S105
API_PAGE_SIZE = 100


@dataclass(frozen=True)
class Options:
    """`business_unit`: the unit's id, to use the business API; `author`: the business user on
    whose behalf replies are posted, which the API asks for; `products`: read the reviews of the
    unit's products, not those of the company."""

    business_unit: str = ""
    author: str = ""
    products: bool = False


def pages(target: Target, memory: Memory) -> Pages:
    """Ask page after page until the site's last one."""
    number_ = 1
    unit = _options(target).business_unit
    while True:
        answer = yield (_api_list(target, unit, number_) if unit else _web_list(target, number_))
        if isinstance(answer, NotModified):
            return
        body = _body(answer)
        if unit:
            if len(sequence(_listed(body))) < API_PAGE_SIZE:
                return
        else:
            _, total = _page_numbers(_properties(body))
            if total is None or number_ >= total:
                return
        number_ += 1


def parse(payload: Payload, target: Target) -> Page:
    """Read a page's data or an answer of the business API."""
    if "x-amzn-waf-action" in payload.headers:
        raise Blocked("the site shows a bot check (x-amzn-waf-action)", status=payload.status)
    body = _body(payload)
    if body is None:
        raise_for_challenge(payload)
        raise_for_status(payload)
        raise LayoutChanged("no __NEXT_DATA__ in the page", status=payload.status)
    properties = _properties(body)
    if properties is None:
        raise_for_problem(payload, body)
        entries = _listed(body)
        if not isinstance(entries, list):
            raise LayoutChanged("no list of reviews in the answer", status=payload.status)
        is_of_products = "productReviews" in mapping(body)
        items, unreadable = read_entries(entries, products.item if is_of_products else _item)
        complete = isinstance(body, dict) and len(entries) < API_PAGE_SIZE
        return Page(items=items, complete=complete, unreadable=unreadable)
    raise_for_status(payload)
    if not isinstance(properties.get("reviews"), list):
        raise LayoutChanged("no list of reviews in the page's JSON", status=payload.status)
    items, unreadable = read_entries(properties["reviews"], _item)
    page, total = _page_numbers(properties)
    return Page(
        items=items,
        counters=_counters(properties),
        complete=page is not None and total is not None and page >= total,
        unreadable=unreadable,
    )


def essence(payload: Payload) -> bytes:
    """Reviews and counters, without the page around them."""
    body = _body(payload)
    properties = _properties(body)
    if properties is None:
        return payload.content if body is None else canonical(body)
    counters = _counters(properties)
    return canonical([properties.get("reviews"), counters.rating, counters.reviews])


def publishes(target: Target) -> bool:
    """Replies need the business API and the user who replies."""
    options = _options(target)
    return bool(options.business_unit and options.author and target.secret_ref)


def one(target: Target, external_id: str) -> Fetched | None:
    """Fetch one review through the API; None, and no generator, without the API."""
    if _options(target).products:
        return products.one(external_id, partial(_ask, target))
    return _one_by_api(target, external_id) if _options(target).business_unit else None


def in_full(target: Target, item: Item, known: Item | None) -> Fetched | None:
    """The reply to a product's review, which its list does not show."""
    return products.in_full(item, known, partial(_ask, target))


def _one_by_api(target: Target, external_id: str) -> Fetched:
    answer = yield Request(
        "GET", _api_review(target, external_id), auth=_auth(target), kind="step"
    )
    return _one(answer)


def reply(target: Target, review: Item, text: str) -> Steps:
    """Post the reply through the API and read back. Raises Denied, RateLimited: nothing posted."""
    url = _api_review(target, review.external_id)
    author = _options(target).author
    if not author:
        raise Denied("the API asks who replies: set `author` of trustpilot in the config")
    if _options(target).products:
        return (yield from products.reply(review, text, author, partial(_ask, target)))
    answer = yield Request(
        "POST",
        f"{url}/reply",
        json={"message": text, "authorBusinessUserId": author},
        auth=_auth(target),
        kind="step",
    )
    if 400 <= answer.status < 500:
        try:
            raise_for_problem(answer, _body(answer))
        except (TargetGone, LayoutChanged) as error:
            return Receipt("refused", detail=error.reason)
    look = _one_by_api(target, review.external_id)
    return (yield from read_back(look, lambda shown: posted(shown, text)))


def withdraw(target: Target, review: Item) -> Steps:
    """Delete the reply through the API, then look whether it is gone."""
    if _options(target).products:
        return Receipt(
            "refused", detail="a comment to a product's review stays: delete it by hand"
        )
    url = _api_review(target, review.external_id)
    answer = yield Request("DELETE", f"{url}/reply", auth=_auth(target), kind="step")
    if 400 <= answer.status < 500 and answer.status != 404:
        try:
            raise_for_problem(answer, _body(answer))
        except LayoutChanged as error:
            return Receipt("refused", detail=error.reason)
    look = _one_by_api(target, review.external_id)
    return (yield from read_back(look, withdrawn))


def review_url(target: Target, item: Item) -> str | None:
    """The review's own page."""
    return f"{BASE_URL}/reviews/{quote(item.external_id, safe='')}"


def reply_url(target: Target, item: Item) -> str | None:
    """The owner's inbox of reviews."""
    return "https://businessapp.b2b.trustpilot.com/reviews"


def recognise_url(url: str) -> TargetHint | None:
    """Links to a company's page, of any language's host."""
    host = host_of(url)
    if host != "trustpilot.com" and not host.endswith(".trustpilot.com"):
        return None
    found = re.match(r"/(?:review|evaluate)/([^/?#]+)", urlsplit(url.strip()).path)
    if not found:
        return None
    return TargetHint(NAME, found[1].lower(), f"{BASE_URL}/review/{found[1].lower()}")


def recognise(payload: Payload) -> TargetHint | None:
    """Which company a saved page shows."""
    unit = mapping(mapping(_properties(_body(payload))).get("businessUnit"))
    ref = string(unit.get("identifyingName"))
    if ref:
        url = f"{BASE_URL}/review/{ref}"
        return TargetHint(NAME, ref, url, title=string(unit.get("displayName")))
    return recognise_url(payload.url) if payload.url else None


def _options(target: Target) -> Options:
    return target.options if isinstance(target.options, Options) else Options()


def _web_list(target: Target, page: int) -> Request:
    params = (("languages", "all"), ("sort", "recency"))
    return Request(
        "GET",
        f"{target.base(BASE_URL)}/review/{quote(target.ref, safe='')}",
        # The first page is asked without its number, as the site's own links do.
        params=(*params, ("page", str(page))) if page > 1 else params,
        headers=(("Accept", "text/html"),),
    )


def _api_list(target: Target, unit: str, page: int) -> Request:
    own = f"/v1/private/business-units/{quote(unit, safe='')}/reviews"
    path = products.list_path(unit) if _options(target).products else own
    return Request(
        "GET",
        f"{target.base(API_URL)}{path}",
        params=(
            ("page", str(page)),
            ("perPage", str(API_PAGE_SIZE)),
            ("orderBy", "createdat.desc"),
        ),
        auth=_auth(target),
    )


def _api_review(target: Target, external_id: str) -> str:
    if not _options(target).business_unit:
        raise Denied("no access to the business API: set `business_unit` and its credentials")
    return f"{target.base(API_URL)}/v1/private/reviews/{quote(external_id, safe='')}"


def _ask(target: Target, method: Literal["GET", "POST"], path: str, **more: Any) -> Request:
    url = f"{target.base(API_URL)}{path}"
    return Request(method, url, auth=_auth(target), kind="step", **more)


def _listed(body: Any) -> Any:
    """The reviews of an answer of the API: of the company, or of its products."""
    told = mapping(body)
    return body if isinstance(body, list) else told.get("productReviews", told.get("reviews"))


def _auth(target: Target) -> OAuthClient:
    return OAuthClient(target.secret_ref, f"{target.base(API_URL)}{TOKEN_PATH}")


def _one(answer: Payload) -> Item | None:
    body = _body(answer)
    try:
        raise_for_problem(answer, body)
    except TargetGone:
        return None
    return _item(body)


def _body(payload: Payload) -> Any:
    """The JSON of the page's script, or the body itself where it is JSON; None without either."""
    text = payload.text
    if text.lstrip("\ufeff \r\n\t").startswith(("{", "[")):
        return loads(text)
    for attributes, body in scripts(text):
        if "__NEXT_DATA__" in attributes:
            return loads(body)
    return None


def _properties(body: Any) -> Mapping[str, Any] | None:
    found = mapping(mapping(body).get("props")).get("pageProps")
    return found if isinstance(found, dict) else None


def _page_numbers(properties: Mapping[str, Any] | None) -> tuple[int | None, int | None]:
    pagination = mapping(mapping(mapping(properties).get("filters")).get("pagination"))
    return whole(pagination.get("currentPage")), whole(pagination.get("totalPages"))


def _counters(properties: Mapping[str, Any]) -> Counters:
    unit, filters = mapping(properties.get("businessUnit")), mapping(properties.get("filters"))
    told = positive(filters.get("totalNumberOfReviews"))
    # A zero must be proven: the company's own counter stands against it.
    return Counters(
        rating=number(unit.get("trustScore")) or None,
        reviews=told or positive(unit.get("numberOfReviews")) or told,
    )


def _item(entry: Any) -> Item:
    """A review of the page, or of the API, which names stars, dates and reply otherwise."""
    review = as_object(entry, "a review")
    dates = mapping(review.get("dates"))
    consumer = mapping(review.get("consumer"))
    answer = mapping(review.get("reply") or review.get("companyReply"))
    verification = mapping(mapping(review.get("labels")).get("verification"))
    reply_text = string(answer.get("message")) or string(answer.get("text"))
    written_at = dates.get("publishedDate") or review.get("createdAt")
    flags = {
        "verified": verification.get("isVerified") is True or review.get("isVerified") is True,
        "pending": review.get("pending") is True,
        "filtered": review.get("filtered") is True,
    }
    return Item(
        external_id=string(review.get("id")) or "",
        rating=stars(review.get("rating", review.get("stars"))),
        title=string(review.get("title")),
        text=string(review.get("text")),
        author=string(consumer.get("displayName")),
        published_at=instant(written_at),
        published_precision=Precision.SECOND,
        edited_at=instant(dates.get("updatedDate") or review.get("updatedAt")),
        language=string(review.get("language")),
        reply_text=reply_text,
        reply_at=instant(answer.get("publishedDate") or answer.get("createdAt")),
        reply_state="published" if reply_text else None,
        site={name: True for name, value in flags.items() if value},
    )
