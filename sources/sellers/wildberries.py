"""Wildberries: the sellers' own API of feedbacks, reading and answering.

Reads `GET /api/v1/feedbacks` twice, since `isAnswered` is required: first those without an answer,
then those with one; then `/api/v1/feedbacks/archive`, where reviews go after an answer, after 30
days, or at once when they have neither text nor photo. Answers with `POST
/api/v1/feedbacks/answer` and changes an answer with `PATCH` (once, within 60 days). The token
needs the category «Вопросы и отзывы». One target is a whole account, or one product by `nm_id`.

What the site does not tell
 * when an answer was written: only its text;
 * an edit: a supplemented review is a new one with a new id, and the two name each other in
   `parentFeedbackId` and `childFeedbackId` (kept in `site`);
 * how many reviews there are: `countUnanswered` counts one list only, for the whole account.

Quirks
 * `POST …/answer` takes any id and says 204: only reading back tells whether the answer is there.
 * Errors have two shapes: `{"data": null, "error": true, "errorText"}`, and problem details with
   `title`, `detail` and `status` from the gate before the API (401, 429).
 * `createdDate` has Moscow's offset. An answer that the site shows has the `state` `wbRu`; `none`,
   `reviewRequired` and `rejected` are the vendor's words, never seen.
 * 3 requests a second for one account.

How sure: the examples of the vendor's API documentation, errors included; no live answer.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from reviewbot.core.contract import (
    Counters,
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
    Request,
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
    posted,
    read_back,
    read_entries,
    sequence,
    site_of,
    stars,
    string,
)
from sources.sellers._accounts import account_named
from sources.sellers._comments import refusal_of
from sources.sellers._wildberries_requests import (
    BASE_URL,
    auth_of,
    data_of,
    product_of,
    refuse,
)

NAME = "wildberries"
TITLE = {"ru": "Wildberries", "en": "Wildberries"}
HOSTS = ("feedbacks-api.wildberries.ru",)
REPLY_LIMIT = Limit(2, 5000)
TRAITS = Traits(
    reads="official API: unanswered, answered, archive",
    reply="official",
    evidence="documentation",
    every=timedelta(minutes=10),
    gap=timedelta(seconds=1),
    terms="Official API; use is bound by the terms for sellers.",
    official_way="this one; a token of the category «Вопросы и отзывы»",
    unseen="any live answer; an answer under moderation; what a wrong id says on reading back",
)
LACKS = {
    "blocked": "an official API refuses with 401, 403 or 429; it shows no captcha",
    "edited": "a supplemented review is a new one; edits are not told",
}
PAGE_SIZE = 500
LAST_SKIP = 199_990

_LIST, _ARCHIVE = "/api/v1/feedbacks", "/api/v1/feedbacks/archive"
_NATIONAL = ("ru", "by", "kz", "kg", "am", "uz", "ge", "az", "tj")
_CARD = re.compile(r"/product/?\?(?:[^#]{0,200}&)?card=([0-9]{3,15})(?:&|$)")
_PRODUCT = re.compile(r"/catalog/([0-9]{3,15})(?:/|$)")
_ANSWER_STATES = {
    "none": "pending",
    "reviewRequired": "pending",
    "rejected": "rejected",
}


@dataclass(frozen=True)
class Options:
    """`nm_id`: read one product's reviews instead of the whole account's."""

    nm_id: int = 0


def pages(target: Target, memory: Memory) -> Pages:
    """Ask the unanswered, the answered and the archived, each page after page."""
    for path, chosen in _lists(target):
        skip = 0
        while True:
            params = (*chosen, ("take", str(PAGE_SIZE)), ("skip", str(skip)))
            answer = yield Request(
                "GET",
                f"{target.base(BASE_URL)}{path}",
                params=(*params, ("order", "dateDesc")),
                auth=auth_of(target),
            )
            if isinstance(answer, NotModified):
                return
            found = _feedbacks(loads(answer.text))
            if found is None:
                return
            skip += PAGE_SIZE
            if len(found) < PAGE_SIZE or skip > LAST_SKIP:
                break


def parse(payload: Payload, target: Target) -> Page:
    """Read one list, or a single review. The address tells which list it is; a saved answer has
    none."""
    data = data_of(payload)
    found = _feedbacks({"data": data})
    if found is None and string(data.get("id")) and "productValuation" in data:
        return Page((_item(data),))
    if found is None:
        raise LayoutChanged("no list `feedbacks` in the answer", status=payload.status)
    items, unreadable = read_entries(found, _item)
    asked = parse_qs(urlsplit(payload.url).query) if payload.url else {}
    is_first = asked.get("isAnswered") == ["false"] and asked.get("skip") == ["0"]
    unanswered = positive(data.get("countUnanswered"))
    return Page(
        items=items,
        # A zero must be proven: the account's own counter stands against it.
        counters=Counters(
            reviews=unanswered
            if is_first and not found and unanswered and "nmId" not in asked
            else None
        ),
        complete=urlsplit(payload.url).path.endswith(_ARCHIVE) and len(found) < PAGE_SIZE,
        unreadable=unreadable,
    )


def essence(payload: Payload) -> bytes:
    """The list alone: its counters move with other products' reviews."""
    found = _feedbacks(loads(payload.text))
    return payload.content if found is None else canonical(found)


def one(target: Target, external_id: str) -> Fetched:
    """Fetch one review; None where Wildberries has none of this id. Raises the contract's
    errors."""
    answer = yield Request(
        "GET",
        f"{target.base(BASE_URL)}/api/v1/feedback",
        params=(("id", external_id),),
        auth=auth_of(target),
        kind="step",
    )
    try:
        data = data_of(answer)
    except TargetGone:
        return None
    item = _item(data)
    if item.external_id != external_id:
        raise LayoutChanged("another review came than the one asked for", status=answer.status)
    return item


def reply(target: Target, review: Item, text: str) -> Steps:
    """Write the answer, or change the one there is, then read back what Wildberries shows.

    Raises Denied and RateLimited: nothing was published then.
    """
    answer = yield Request(
        "PATCH" if review.reply_text else "POST",
        f"{target.base(BASE_URL)}/api/v1/feedbacks/answer",
        json={"id": review.external_id, "text": text},
        auth=auth_of(target),
        kind="step",
    )
    if refused := refusal_of(answer, refuse):
        return Receipt("refused", detail=refused)

    def receipt(shown: Item | None) -> Receipt:
        if shown is None:
            # Taken with 204 all the same: the API does not look at the id.
            return Receipt("refused", detail="Wildberries has no review of this id")
        return posted(shown, text)

    return (yield from read_back(one(target, review.external_id), receipt))


def review_url(target: Target, item: Item) -> str | None:
    """The product's public list of reviews; one review has no address."""
    product = item.site.get("nm_id")
    return f"https://www.wildberries.ru/catalog/{product}/feedbacks" if product else None


def reply_url(target: Target, item: Item) -> str | None:
    """The seller's list of feedbacks; it has no address for a single one."""
    return "https://seller.wildberries.ru/feedbacks/feedbacks-tab/not-answered"


def recognise_url(url: str) -> TargetHint | None:
    """A product's page, or "wildberries:" and a name of one's own for the whole account."""
    if hint := account_named(NAME, url, "nm_id", 3):
        return hint
    if site_of(url) not in ("wb.ru", *(f"wildberries.{tld}" for tld in _NATIONAL)):
        return None
    parts = urlsplit(url.strip())
    found = _PRODUCT.match(parts.path) or _CARD.match(f"{parts.path}?{parts.query}")
    if not found:
        return None
    link = f"https://www.wildberries.ru/catalog/{found[1]}/feedbacks"
    return TargetHint(NAME, found[1], link, options={"nm_id": int(found[1])})


def _lists(target: Target) -> Iterator[tuple[str, tuple[tuple[str, str], ...]]]:
    nm_id = target.options.nm_id if isinstance(target.options, Options) else 0
    product = (("nmId", str(nm_id)),) if nm_id else ()
    yield _LIST, (("isAnswered", "false"), *product)
    yield _LIST, (("isAnswered", "true"), *product)
    yield _ARCHIVE, product


def _feedbacks(body: Any) -> list[Any] | None:
    """The list, also where it stands alone; Go writes null for an empty one."""
    answer = mapping(body)
    data = mapping(answer.get("data")) or answer
    found = data.get("feedbacks")
    if found is None and "feedbacks" in data:
        return []
    return found if isinstance(found, list) else None


def _item(entry: Any) -> Item:
    review = as_object(entry, "a review")
    user = mapping(review.get("wbUserDetails"))
    answer = mapping(review.get("answer"))
    reply_text = string(answer.get("text")) or None
    state = string(answer.get("state")) or ""
    photos = (
        string(mapping(photo).get("fullSize")) for photo in sequence(review.get("photoLinks"))
    )
    site = {
        "parent": string(review.get("parentFeedbackId")),
        "child": string(review.get("childFeedbackId")),
        **product_of(review),
        "labels": ", ".join(filter(None, map(string, sequence(review.get("bables"))))),
    }
    return Item(
        external_id=string(review.get("id")) or "",
        rating=stars(review.get("productValuation")),
        text=string(review.get("text")),
        pros=string(review.get("pros")),
        cons=string(review.get("cons")),
        author=string(review.get("userName")) or string(user.get("name")),
        published_at=instant(review.get("createdDate")),
        published_precision=Precision.SECOND,
        photos=tuple(link for link in photos if link),
        reply_text=reply_text,
        reply_at=instant(answer.get("createDate")) if reply_text else None,  # the public list's
        reply_state=_ANSWER_STATES.get(state, "published") if reply_text else None,
        can_reply=mapping(review.get("answer")).get("editable") is True if reply_text else True,
        site={name: value for name, value in site.items() if value},
    )
