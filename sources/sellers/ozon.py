"""Ozon: the sellers' own API of reviews and of the comments under them, reading and answering.

Reads `POST /v1/review/list`, 100 a page, newest first, and `POST /v1/review/comment/list` for the
reviews that have comments: the owner's reply is a comment with `is_owner`. Answers with
`/v1/review/comment/create`, takes back with `/v1/review/comment/delete`. Reviews by API need a
plan of Ozon's (Premium Plus, Premium Pro or Review Management); the credential holds `client_id`
and `api_key`. One target is a whole account, or one product by `sku`.

What the site does not tell
 * who wrote a review, and its good and bad points: they are part of the text;
 * an edit;
 * in the list: whether the owner answered. The status PROCESSED can be set without an answer, so
   it is not taken for one; a review without comments is unanswered for certain;
 * how many reviews there are, in the list.

Quirks
 * `limit` below 20 is refused with 400.
 * Errors are gRPC's: `{"code", "message"}`; 7 with "…not available with existing subscription" is
   the plan, not the key, and 7 with a "required role" is the key's rights. A wrong key was seen
   by public clients as 404, code 5, "Invalid Api-Key".
 * There is no way to change a comment: it is deleted and written anew.

How sure: several public clients agree on the shape; every sample here is made by hand. The
capture there is shows the public page, not this API.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from reviewbot.core.contract import (
    Fetched,
    Item,
    LayoutChanged,
    Limit,
    Memory,
    NotModified,
    Page,
    Pages,
    Payload,
    Precision,
    Receipt,
    Steps,
    Target,
    TargetGone,
    TargetHint,
    Traits,
    instant,
)
from sources._markup import (
    as_object,
    canonical,
    loads,
    mapping,
    positive,
    read_entries,
    site_of,
    stars,
    string,
    whole,
)
from sources.sellers._accounts import account_named
from sources.sellers._comments import (
    COMMENT_FIELDS,
    Asked,
    Comments,
    refusal_of,
    taken_back,
    with_answer,
    written,
)
from sources.sellers._ozon_requests import about, ask, object_of, of_product

NAME = "ozon"
TITLE = {"ru": "Ozon", "en": "Ozon"}
HOSTS = ("api-seller.ozon.ru",)
REPLY_LIMIT = Limit(1, 5000)
"""Ozon publishes no figure that we know: a bound against accidents, not the site's."""
TRAITS = Traits(
    reads="official seller API: reviews and their comments",
    reply="official",
    evidence="synthetic",
    every=timedelta(minutes=15),
    gap=timedelta(seconds=1),
    terms="Official API; use is bound by the terms for sellers.",
    official_way="this one; needs the plan Premium Plus, Premium Pro or Review Management",
    unseen="any answer of the API; a comment that is not shown at once; a wrong key",
    singles=100,
)
LACKS = {
    "blocked": "an official API refuses with 401, 403 or 429; it shows no captcha",
    "edited": "the API does not tell edits",
}
PAGE_SIZE = 100
COMMENT_PAGES = 5

_PRODUCT = re.compile(
    r"/(?:product/(?:[^/?#]*-)?|context/detail/id/|reviews/)([0-9]{5,15})(?:/|$)"
)


@dataclass(frozen=True)
class Options:
    """`sku`: show one product's reviews instead of the whole account's."""

    sku: int = 0


def pages(target: Target, memory: Memory) -> Pages:
    """Ask list after list, newest first, while Ozon says that there is more."""
    last, seen = "", {""}
    while True:
        answer = yield ask(
            target,
            "/v1/review/list",
            {"limit": PAGE_SIZE, "last_id": last, "sort_dir": "DESC", "status": "ALL"},
            kind="page",
        )
        if isinstance(answer, NotModified):
            return
        body = mapping(loads(answer.text))
        last = string(body.get("last_id")) or ""
        if body.get("has_next") is not True or last in seen:
            return
        seen.add(last)


def parse(payload: Payload, target: Target) -> Page:
    """Read one list of reviews, or of one review's comments.

    Raises Denied with the plan's name where the account has no reviews by API.
    """
    body = object_of(payload)
    if isinstance(body.get("comments"), list) and (review_id := about(payload.url)):
        return Page((_answered(review_id, body["comments"]),))
    entries = body.get("reviews")
    if not isinstance(entries, list):
        raise LayoutChanged("no list `reviews` in the answer", status=payload.status)
    sku = target.options.sku if isinstance(target.options, Options) else 0
    items, unreadable = read_entries(of_product(entries, sku), _item)
    return Page(
        items=items,
        complete=body.get("has_next") is False,
        unreadable=unreadable,
    )


def essence(payload: Payload) -> bytes:
    """The reviews, without the place where the list goes on."""
    entries = mapping(loads(payload.text)).get("reviews")
    return canonical(entries) if isinstance(entries, list) else payload.content


def one(target: Target, external_id: str) -> Fetched:
    """Fetch one review with its comments; None where it is gone. Raises the contract's errors."""
    answer = yield ask(target, "/v1/review/info", {"review_id": external_id})
    try:
        item = _item(object_of(answer))
    except TargetGone:
        return None
    return (yield from with_answer(item, _owners(target, external_id), _answered))


def in_full(target: Target, item: Item, known: Item | None) -> Fetched | None:
    """The owner's reply, looked for when a review's comments are more or fewer than last time."""
    comments = item.site.get("comments")
    read = known.site.get("comments_read") if known is not None else None
    if comments == (read or 0) or (comments is None and read is not None):
        return None
    return with_answer(item, _owners(target, item.external_id), _answered)


def reply(target: Target, review: Item, text: str) -> Steps:
    """Write the comment, then read back what Ozon shows.

    Raises Denied and RateLimited: nothing was published then.
    """
    answer = yield ask(
        target,
        "/v1/review/comment/create",
        {"review_id": review.external_id, "text": text, "mark_review_as_processed": True},
    )
    if refused := refusal_of(answer, object_of):
        return Receipt("refused", detail=refused)
    return (yield from written(review, text, _owners(target, review.external_id), _answered))


def withdraw(target: Target, review: Item) -> Steps:
    """Delete the owner's comment that holds the reply, else the last one, then look."""
    return taken_back(
        review,
        lambda: _owners(target, review.external_id),
        lambda comment: ask(target, "/v1/review/comment/delete", {"comment_id": comment}),
        object_of,
        _answered,
    )


def review_url(target: Target, item: Item) -> str | None:
    """The review on the product's public page."""
    sku = item.site.get("sku")
    return f"https://www.ozon.ru/product/{sku}/reviews/?ruuid={item.external_id}" if sku else None


def reply_url(target: Target, item: Item) -> str | None:
    """The seller's list of reviews; it has no address for a single one."""
    return "https://seller.ozon.ru/app/reviews"


def recognise_url(url: str) -> TargetHint | None:
    """A product's page, or "ozon:" and a name of one's own for the whole account."""
    if hint := account_named(NAME, url, "sku", 5):
        return hint
    # Also of a country: uz.ozon.com.
    if re.sub(r"^[a-z]{2}\.(?=ozon\.com$)", "", site_of(url)) not in tuple(
        f"ozon.{tld}" for tld in ("ru", "by", "kz", "am", "kg", "uz", "ge", "az", "com")
    ):
        return None
    found = _PRODUCT.match(urlsplit(url.strip()).path)
    if not found:
        return None
    link = f"https://www.ozon.ru/product/{found[1]}/"
    return TargetHint(NAME, found[1], link, options={"sku": int(found[1])})


def _answered(review_id: str, comments: Iterable[Any]) -> Item:
    """What a list of comments tells of its review: the owner's first, whatever was said after."""
    own = _by_owner(comments)
    text = string(own[0].get("text")) if own else None
    return Item(
        external_id=review_id,
        reply_text=text,
        reply_at=instant(own[0].get("published_at")) if text else None,
        reply_state="published" if text else None,
        partial=COMMENT_FIELDS,
    )


def _by_owner(comments: Iterable[Any]) -> Comments:
    told = (mapping(comment) for comment in comments)
    return [comment for comment in told if comment.get("is_owner") is True]


def _owners(target: Target, review_id: str) -> Asked:
    """The owner's comments under a review, oldest first. Raises the contract's errors."""
    own: Comments = []
    for page in range(COMMENT_PAGES):
        answer = yield ask(
            target,
            "/v1/review/comment/list",
            {
                "review_id": review_id,
                "limit": PAGE_SIZE,
                "offset": page * PAGE_SIZE,
                "sort_dir": "ASC",
            },
            about=review_id,
        )
        comments = object_of(answer).get("comments")
        if not isinstance(comments, list):
            raise LayoutChanged("no list `comments` in the answer", status=answer.status)
        own += _by_owner(comments)
        if len(comments) < PAGE_SIZE:
            break
    return own


def _item(entry: Any) -> Item:
    review = as_object(entry, "a review")
    comments = positive(review.get("comments_amount"))
    sku = whole(review.get("sku"))
    site = {
        "sku": sku,
        "status": string(review.get("status")),
        "order_status": string(review.get("order_status")),
    }
    told = {name: value for name, value in site.items() if value}
    return Item(
        external_id=string(review.get("id")) or "",
        rating=stars(review.get("rating")),
        text=string(review.get("text")),
        published_at=instant(review.get("published_at")),
        published_precision=Precision.SECOND,
        can_reply=True,
        site=told if comments is None else {**told, "comments": comments},
        partial=() if comments == 0 else ("reply_text",),
    )
