"""Avito through its official ratings API: the reviews of one account, reading and answering.

Reads `GET /ratings/v1/reviews?offset&limit` (50 a page) and, when the list was read to its end,
`GET /ratings/v1/info` for the account's rating. Answers with `POST /ratings/v1/answers`
`{reviewId, message}` and takes back with `DELETE /ratings/v1/answers/{id}`. The account is the one
whose client_id and client_secret are in the credential; `ref` only names it in links and tables.
Several accounts: each link with a `credentials_file` of its own.

What the site does not tell
 * an edit: a review has one date;
 * a single review: there is no question for one, so a reply is read back in the list;
 * a public address of a review.

Quirks
 * `canAnswer` is false for reviews that have an answer, are disputed or too old: they are not
   answered, whatever staff approves.
 * `createdAt` is in seconds since 1970. Paging is `offset` and `limit`; one client sends `page`.
 * The field of a new answer is `message` (five clients, one made from Avito's specification); one
   library sends `text`.

How sure: after public clients that agree with each other; no capture, the sample is invented.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from reviewbot.core.contract import (
    Counters,
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
    TargetHint,
    Traits,
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
    posted,
    raise_for_problem,
    read_back,
    read_entries,
    refusal,
    sequence,
    site_of,
    stars,
    string,
    whole,
    with_list,
    withdrawn,
)

NAME = "avito"
TITLE = {"ru": "Авито", "en": "Avito"}
HOSTS = ("api.avito.ru", "avito.ru")
REPLY_LIMIT = Limit(1, 5000)
"""Avito's clients name no figure: a bound against accidents, not the site's."""
TRAITS = Traits(
    reads="official ratings API",
    reply="official",
    evidence="synthetic",
    every=timedelta(minutes=30),
    gap=timedelta(seconds=2),
    terms="Official API; use is bound by Avito's terms for its API.",
    official_way="this one (client_id and client_secret from the account's settings)",
    unseen="any answer of the API: shapes are after public clients",
)
LACKS = {
    "blocked": "an official API refuses with a status; it shows no captcha",
    "edited": "a review has one date, and the API does not tell edits",
}
BASE_URL = "https://api.avito.ru"
PAGE_SIZE = 50
READ_BACK_PAGES = 10

_PROFILE = re.compile(r"/(?:user/([0-9a-f]{8,64})|brands/([\w-]{2,80})|profile)(?:/|$)")


@dataclass(frozen=True)
class Options:
    """No settings of its own."""


def pages(target: Target, memory: Memory) -> Pages:
    """Ask page after page until the total, then the account's rating."""
    offset = 0
    while True:
        answer = yield _list(target, offset)
        if isinstance(answer, NotModified):
            return
        body = mapping(loads(answer.text))
        listed = len(sequence(body.get("reviews")))
        if not listed:
            break
        offset += listed
        total = positive(body.get("total"))
        if listed < PAGE_SIZE if total is None else offset >= total:
            break
    # Without the right to it there is no rating; the reviews stand all the same.
    yield Request(
        "GET",
        f"{target.base(BASE_URL)}/ratings/v1/info",
        auth=_auth(target),
        own_statuses=(400, 403, 404),
    )


def parse(payload: Payload, target: Target) -> Page:
    """Read a page of reviews, or the account's rating, which is asked for after the last page."""
    answer = with_list(loads(payload.text), "reviews", "score")
    raise_for_problem(payload, answer)
    if not isinstance(answer, dict):
        raise_for_challenge(payload)
        raise LayoutChanged("the answer is not a JSON object", status=payload.status)
    if "reviews" not in answer and isinstance(answer.get("isEnabled"), bool):
        rating = mapping(answer.get("rating"))
        return Page(
            items=(),
            counters=Counters(
                rating=number(rating.get("score")) or None,
                ratings=positive(rating.get("reviewsWithScoreCount")),
            ),
            complete=True,
        )
    if not isinstance(answer.get("reviews"), list):
        raise LayoutChanged("no list `reviews` in the answer", status=payload.status)
    items, unreadable = read_entries(answer["reviews"], _item)
    return Page(
        items=items,
        counters=Counters(reviews=positive(answer.get("total"))),
        unreadable=unreadable,
    )


def essence(payload: Payload) -> bytes:
    """The whole answer but for the order of its keys."""
    answer = loads(payload.text)
    return payload.content if answer is None else canonical(answer)


def reply(target: Target, review: Item, text: str) -> Steps:
    """Post the answer and look for it in the list. Refused at once where Avito lets nobody answer.

    Raises Denied, RateLimited: nothing posted.
    """
    number_ = whole(review.external_id)
    if review.can_reply is False or number_ is None:
        return Receipt("refused", detail="Avito lets nobody answer this review (canAnswer)")
    answer = yield Request(
        "POST",
        f"{target.base(BASE_URL)}/ratings/v1/answers",
        json={"reviewId": number_, "message": text},
        auth=_auth(target),
        kind="step",
    )
    if refused := refusal(answer):
        return refused
    look = _found(target, review.external_id)
    return (yield from read_back(look, lambda shown: posted(shown, text)))


def withdraw(target: Target, review: Item) -> Steps:
    """Delete the answer, whose id is looked for first, then look whether it is gone."""
    held = yield from _found(target, review.external_id)
    answer_id = string(mapping(held.site if held else None).get("answer_id"))
    if held is None or answer_id is None:
        if held is not None and held.reply_text is None:
            return Receipt("withdrawn")
        return Receipt("unknown", detail="the review or its answer's id is not in the list")
    answer = yield Request(
        "DELETE",
        f"{target.base(BASE_URL)}/ratings/v1/answers/{answer_id}",
        auth=_auth(target),
        kind="step",
    )
    # 404: there is no answer any more, which the read-back will confirm.
    if answer.status != 404 and (refused := refusal(answer)):
        return refused
    return (yield from read_back(_found(target, review.external_id), withdrawn))


def review_url(target: Target, item: Item) -> str | None:
    """The account's public page, where the link named it."""
    return target.url


def reply_url(target: Target, item: Item) -> str | None:
    """The owner's own pages; the address of one review there is not known."""
    return "https://www.avito.ru/profile"


def recognise_url(url: str) -> TargetHint | None:
    """Links to a seller's page; "/profile" is one's own."""
    if site_of(url) != "avito.ru":
        return None
    found = _PROFILE.match(urlsplit(url.strip()).path)
    if not found:
        return None
    ref = found[1] or found[2] or "profile"
    path = f"user/{ref}/profile" if found[1] else f"brands/{ref}" if found[2] else "profile"
    return TargetHint(NAME, ref, f"https://www.avito.ru/{path}")


def _list(target: Target, offset: int, *, step: bool = False) -> Request:
    return Request(
        "GET",
        f"{target.base(BASE_URL)}/ratings/v1/reviews",
        params=(("offset", str(offset)), ("limit", str(PAGE_SIZE))),
        auth=_auth(target),
        kind="step" if step else "page",
    )


def _auth(target: Target) -> OAuthClient:
    return OAuthClient(target.secret_ref, f"{target.base(BASE_URL)}/token")


def _found(target: Target, external_id: str) -> Fetched:
    """Look for one review in the list, newest first; None where it is not among the first 500."""
    for number_ in range(READ_BACK_PAGES):
        page = parse((yield _list(target, number_ * PAGE_SIZE, step=True)), target)
        for item in page.items:
            if item.external_id == external_id:
                return item
        if len(page.items) + len(page.unreadable) < PAGE_SIZE:
            return None
    return None


def _state(answer: Mapping[str, Any]) -> str:
    word = (string(answer.get("status")) or "").lower()
    if "moder" in word or "pending" in word:
        return "pending"
    return "rejected" if "reject" in word or "declin" in word else "published"


def _item(entry: Any) -> Item:
    review = as_object(entry, "a review")
    answer = mapping(review.get("answer"))
    reply_text = string(answer.get("text"))
    can_answer = review.get("canAnswer")
    site = {
        "stage": string(review.get("stage")),
        "item": string(mapping(review.get("item")).get("title")),
        "answer_id": string(answer.get("id")),
    }
    return Item(
        external_id=string(review.get("id")) or "",
        rating=stars(review.get("score")),
        text=string(review.get("text")),
        author=string(mapping(review.get("sender")).get("name")),
        published_at=instant(review.get("createdAt")),
        published_precision=Precision.SECOND,
        reply_text=reply_text,
        reply_at=instant(answer.get("createdAt")) if reply_text else None,
        reply_state=_state(answer) if reply_text else None,
        can_reply=can_answer if isinstance(can_answer, bool) else None,
        site={name: value for name, value in site.items() if value},
    )
