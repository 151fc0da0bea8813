"""Yandex Market: the partners' own API of reviews of goods, reading and answering.

Reads `POST /v2/businesses/{businessId}/goods-feedback`, 50 a page: first the reviews that wait for
a reaction (`reactionStatus` NEED_REACTION), then all of them; and `…/goods-feedback/comments` for
those that have comments: the shop's answer is a comment whose author has the type BUSINESS.
Answers with `…/comments/update`, which also changes an answer, and takes back with
`…/comments/delete`. The key needs the access «Общение с покупателями» (communication). One target
is a whole cabinet, by the number of its business; or one offer of it by `offer_id`. Several
cabinets: each link with a `credentials_file` of its own.

What the site does not tell
 * when an answer was written: comments have no date;
 * an edit, but by asking for a reaction once more (`needReaction`, kept in `site`);
 * a review's own address, and the product's public page: offers are the shop's own articles.

Quirks
 * `needReaction` also goes when somebody skips the review in the cabinet: that is no answer. What
   staff decide not to answer is skipped there too (`…/skip-reaction`), after a look.
 * Too many requests are 420, sometimes 429.
 * A list is in the order of publication, and whether its newest come first is not said: its dates
   tell, and where they rise the end is looked for (40 pages, 2,000 reviews) and read first; that
   there are newer ones beyond those is told as unreadable.
 * The page is `pageToken` in the documentation of today and `page_token` in older clients.
 * The site refuses answers with contacts, and with links to other sites than the Market.

How sure: after the vendor's documentation; every sample is made by hand, no answer was seen live.
"""

import re
from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from reviewbot.core.contract import (
    Fetched,
    Item,
    Kind,
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
    Unreadable,
    instant,
)
from sources._markup import (
    as_object,
    canonical,
    loads,
    mapping,
    positive,
    read_back,
    read_entries,
    sequence,
    site_of,
    stars,
    string,
    whole,
    with_list,
)
from sources.sellers._comments import (
    Asked,
    refusal_of,
    taken_back,
    with_answer,
    written,
)
from sources.sellers._market_requests import (
    BEYOND,
    FEEDBACK,
    LONGEST_WAY,
    PAGE_SIZE,
    answer_of,
    answered,
    ask,
    backwards,
    forwards,
    fragment,
    is_oldest_first,
    list_of,
    next_token,
    owners,
)
from sources.sellers._market_requests import (
    Options as Options,
)

NAME = "yandex_market"
TITLE = {"ru": "Яндекс Маркет", "en": "Yandex Market"}
HOSTS = ("api.partner.market.yandex.ru", "market.yandex.ru")
REPLY_LIMIT = Limit(1, 4096)
"""The documentation names no figure: a bound against accidents, not the site's."""
TRAITS = Traits(
    reads="official partner API: those that wait, all, and their comments",
    reply="official",
    evidence="synthetic",
    every=timedelta(minutes=15),
    gap=timedelta(seconds=1),
    terms="Official API; use is bound by the terms for partners.",
    official_way="this one; a key with the access «Общение с покупателями»",
    unseen="any answer of the API: shapes are after the vendor's documentation",
    singles=100,
    by_date=False,
)
LACKS = {
    "blocked": "an official API refuses with 401, 403 or 420; it shows no captcha",
    "edited": "the API tells no edit of its own: a changed text is seen by comparing",
}
STILL_THERE = "the review still waits for a reaction"
_CABINET = re.compile(r"/business/([0-9]{1,18})(?:/|$)")


def pages(target: Target, memory: Memory) -> Pages:
    """Ask those that wait for a reaction, then all, each page after page and the newest first,
    whichever way the Market sorts them."""
    for wanted in ("NEED_REACTION", "ALL"):
        answer = yield list_of(target, wanted, "", kind="step")
        if isinstance(answer, NotModified):
            return
        if is_oldest_first(answer_of(answer)):
            yield from backwards(target, wanted, answer_of(answer))
        else:
            yield from forwards(target, wanted)


def parse(payload: Payload, target: Target) -> Page:
    """Read one list of reviews, or of one review's comments. A fragment of the address tells which
    list it is, or of which review the comments are; a saved answer has none."""
    body = answer_of(payload)
    result = mapping(body.get("result"))
    about = fragment(payload.url)
    if isinstance(result.get("comments"), list) and about:
        return Page((_answered(about, result["comments"]),))
    entries = mapping(with_list(result, "feedbacks", "feedbackId")).get("feedbacks")
    if not isinstance(entries, list):
        raise LayoutChanged("no list `feedbacks` in the answer", status=payload.status)
    items, unreadable = read_entries(entries, _item)
    ended = about == "ALL end" or (about == "ALL" and not next_token(body))
    if about.endswith(f" {BEYOND}"):
        most = LONGEST_WAY * PAGE_SIZE
        why = f"the oldest come first and there are more than {most}: the newest are not reached"
        unreadable = (*unreadable, Unreadable(why))
    return Page(items, complete=ended, unreadable=unreadable)


def essence(payload: Payload) -> bytes:
    """The reviews, without the place where the list goes on."""
    entries = mapping(mapping(loads(payload.text)).get("result")).get("feedbacks")
    return canonical(entries) if isinstance(entries, list) else payload.content


def one(target: Target, external_id: str) -> Fetched:
    """Fetch one review with its comments; None where the Market has none of this id. Raises the
    contract's errors."""
    number = whole(external_id)
    if number is None:
        return None
    answer = yield ask(target, FEEDBACK, {"feedbackIds": [number]})
    try:
        entries = sequence(mapping(answer_of(answer).get("result")).get("feedbacks"))
    except TargetGone:
        return None
    items, _ = read_entries(entries, _item)
    for item in items:
        if item.external_id == external_id:
            return (yield from with_answer(item, _own(target, external_id), _answered))
    return None


def in_full(target: Target, item: Item, known: Item | None) -> Fetched | None:
    """The shop's answer, looked for when a review's comments are more or fewer than last time, its
    need of a reaction has changed, or the answer was under moderation."""
    if known is not None and known.reply_state != "pending":
        before = (known.site.get("comments_read") or 0, known.site.get("need_reaction"))
        if before == (item.site.get("comments") or 0, item.site.get("need_reaction")):
            return None
    elif known is None and item.site.get("comments") == 0:
        return None
    return with_answer(item, _own(target, item.external_id), _answered)


def reply(target: Target, review: Item, text: str) -> Steps:
    """Write the answer, or change the one there is, then read back what the Market shows.

    Raises Denied and RateLimited: nothing was published then.
    """
    number = whole(review.external_id)
    if number is None:
        return Receipt("refused", detail="Yandex Market has no review of this id")
    comment: dict[str, Any] = {"text": text}
    if review.reply_text:
        own = yield from _own(target, review.external_id)
        if own and own[0].get("canModify") is not False:
            comment["id"] = own[0].get("id")
    answer = yield ask(
        target, f"{FEEDBACK}/comments/update", {"feedbackId": number, "comment": comment}
    )
    if refused := refusal_of(answer, answer_of):
        return Receipt("refused", detail=refused)
    return (yield from written(review, text, _own(target, review.external_id), _answered))


def withdraw(target: Target, review: Item) -> Steps:
    """Delete the shop's comment that holds the reply, else the last one, then look."""
    return taken_back(
        review,
        lambda: _own(target, review.external_id),
        lambda comment: ask(target, f"{FEEDBACK}/comments/delete", {"id": comment}),
        answer_of,
        _answered,
    )


def decline(target: Target, review: Item) -> Steps:
    """Take the review off the list of those that wait for a reaction, then look. One that is not
    on it stays as it is. Raises Denied and RateLimited."""
    number = whole(review.external_id)
    shown = None if number is None else (yield from one(target, review.external_id))
    if shown is None:
        return Receipt("refused", detail="Yandex Market has no review of this id")
    if shown.site.get("need_reaction") is False:
        return Receipt("declined")
    answer = yield ask(target, f"{FEEDBACK}/skip-reaction", {"feedbackIds": [number]})
    if refused := refusal_of(answer, answer_of):
        return Receipt("refused", detail=refused)

    def receipt(after: Item | None) -> Receipt:
        is_off = after is not None and after.site.get("need_reaction") is False
        return Receipt("declined" if is_off else "unknown", detail="" if is_off else STILL_THERE)

    return (yield from read_back(one(target, review.external_id), receipt))


def review_url(target: Target, item: Item) -> str | None:
    """Where the link named a page: reviews have no address that the API tells."""
    return target.url


def reply_url(target: Target, item: Item) -> str | None:
    """The partner's cabinet; the address of one review there is not known."""
    return "https://partner.market.yandex.ru/"


def recognise_url(url: str) -> TargetHint | None:
    """A page of the cabinet, or "yandex_market:" and the number of the business."""
    if found := re.fullmatch(r"yandex_market:([0-9]{1,18})", url.strip()):
        return TargetHint(NAME, found[1])
    if site_of(url) != "partner.market.yandex.ru":
        return None
    parts = urlsplit(url.strip())
    found = _CABINET.match(parts.path) or re.search(
        r"(?:^|&)businessId=([0-9]{1,18})(?:&|$)", parts.query
    )
    if not found:
        return None
    return TargetHint(NAME, found[1], f"https://partner.market.yandex.ru/business/{found[1]}")


def _answered(review_id: str, comments: Iterable[Any]) -> Item:
    return answered(review_id, comments, Kind.REVIEW)


def _own(target: Target, review_id: str) -> Asked:
    """The shop's comments under a review. Raises the contract's errors."""
    body = {"feedbackId": whole(review_id)}
    return owners(target, f"{FEEDBACK}/comments", body, "comments", about=review_id)


def _item(entry: Any) -> Item:
    review = as_object(entry, "a review")
    said, told = mapping(review.get("description")), mapping(review.get("statistics"))
    named, media = mapping(review.get("identifiers")), mapping(review.get("media"))
    comments = positive(told.get("commentsCount"))
    waits = review.get("needReaction")
    photos = (string(photo) for photo in sequence(media.get("photos")))
    site = {
        "article": string(named.get("offerId")),
        "order": string(named.get("orderId")),
        "need_reaction": waits if isinstance(waits, bool) else None,
        "comments": comments,
    }
    return Item(
        external_id=string(review.get("feedbackId")) or "",
        rating=stars(told.get("rating")),
        text=string(said.get("comment")),
        pros=string(said.get("advantages")),
        cons=string(said.get("disadvantages")),
        author=string(review.get("author")),
        published_at=instant(review.get("createdAt")),
        published_precision=Precision.SECOND,
        photos=tuple(f"https:{link}" if link[:2] == "//" else link for link in photos if link),
        can_reply=True,
        site={name: value for name, value in site.items() if value is not None},
        partial=() if comments == 0 else ("reply_text",),
    )
