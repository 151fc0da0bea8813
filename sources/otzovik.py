"""Otzovik: the list of a place's reviews, and a review's own page for what the list cuts.

Reads `https://otzovik.com/reviews/{slug}/{page}/?order=date_desc`, 20 teasers a page, and
`/review_{id}.html`: once for the full text of a new review, again whenever the list's count of
its comments changes, since the owner answers as a commentator marked «Официальный представитель».
There is no API; answers are written by hand, by a representative whom the site has confirmed.

What the site does not tell
 * that a review was edited, nor when;
 * in the list: the full text, and whether the owner answered. The text there is a teaser and
   `partial`; so is the reply where there are comments. No comments: no reply, for certain;
 * comments beyond the first page of a long discussion: a reply there is not seen.

Quirks
 * HTTP 507 with a captcha form (`captcha_url`, `action_capcha_ban`) after about three quick
   requests from a server's address (measured by public readers, 2024), later for hours; sometimes
   403 or reCAPTCHA. The form is looked for also where the status was lost.
 * The heading of a review's page begins with «Отзыв: », the list's titles do not; «Достоинства:»
   and «Недостатки:» stand inside the texts they head.
 * One reader of the site stored a captcha as an empty page: without the list's container, or
   against the site's counter, nothing is taken for "no reviews".

How sure: the pages are composed from three public readers' selectors and a copy of the site's
markup of 2019 around real values; no page was captured.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlsplit

from reviewbot.core.contract import (
    CollectError,
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
    Request,
    Target,
    TargetGone,
    TargetHint,
    Traits,
    instant,
    raise_for_status,
)
from sources._challenges import raise_for_challenge
from sources._markup import (
    canonical,
    number,
    positive,
    read_entries,
    site_of,
    stars,
)
from sources._tree import Element, attribute_of, first, page_of, select, text_of, unmarked

NAME = "otzovik"
TITLE = {"ru": "Отзовик", "en": "Otzovik"}
HOSTS = ("otzovik.com",)
REPLY_LIMIT = Limit(1, 5000)
"""Otzovik publishes no figure for comments: a bound against accidents, not the site's."""
TRAITS = Traits(
    reads="list page; a new review's own page",
    reply="by hand",
    evidence="composed",
    every=timedelta(hours=3),
    gap=timedelta(seconds=30),
    daily_budget=60,
    terms="The user agreement forbids automated collection; robots.txt closes parts of the site.",
    official_way="none; a confirmed representative of the company answers as a commentator",
    unseen="any page as the site sends it; comments of more than one page; a page of no reviews",
    singles=3,
)
LACKS = {"edited": "the site does not tell edits"}
BASE_URL = "https://otzovik.com"

_SLUG = re.compile(r"/reviews/([^/?#]+)")
_REVIEW = re.compile(r"/review_([0-9]{1,20})\.html")
_NUMBER = re.compile(r"/reviews/[^/?#]+/([0-9]{1,6})/?(?:[?#]|$)")
_HEADS = re.compile(r"^\s*(?:Достоинства|Недостатки|Отзыв)\s*:\s*", re.IGNORECASE)
_CUT = ("...", "…")


@dataclass(frozen=True)
class Options:
    """None yet."""


def pages(target: Target, memory: Memory) -> Pages:
    """Ask list after list, newest first, while the site shows a link to the next."""
    page = 1
    while True:
        answer = yield Request("GET", _list_url(target, page), params=(("order", "date_desc"),))
        if isinstance(answer, NotModified):
            return
        following = _next(page_of(answer.text))
        if following is None or following <= page:
            return
        page = following


def parse(payload: Payload, target: Target) -> Page:
    """Read a list, or a review's own page. Raises Blocked for the captcha, whatever its status."""
    page = page_of(payload.text)
    single = next(filter(_is_alone, select(page, "[data-rid]")), None)
    container = first(page, "div.review-list-2, div.review-list-chunk")
    if single is None and container is None:
        raise_for_challenge(payload)
        raise_for_status(payload)
        raise LayoutChanged("no list of reviews in the page", status=payload.status)
    raise_for_status(payload)
    if single is not None:
        return Page((_whole(page, single),))
    shown = container if container is not None else page
    entries = select(shown, "[itemprop=review], div.item.status4")
    items, unreadable = read_entries(entries, _teaser)
    return Page(
        items=items,
        counters=_counters(page),
        complete=_next(page) is None,
        unreadable=(*unreadable, *unmarked(shown, entries, (".review-title", ".review-postdate"))),
    )


def _is_alone(element: Element) -> bool:
    """Whether what bears a review's id is the review of its own page."""
    return attribute_of(element, "itemprop") == "review" or any(
        "review-wrap" in _classes(up) for up in element.iterancestors()
    )


def essence(payload: Payload) -> bytes:
    """What is read of the page: its advertisements and tokens change every time."""
    try:
        read = parse(payload, Target(key="", source=NAME, ref=""))
    except CollectError:
        return payload.content
    counters = [read.counters.rating, read.counters.reviews, read.complete]
    return canonical([[item.to_json() for item in read.items], counters])


def one(target: Target, external_id: str) -> Fetched:
    """Fetch a review's own page; None where it is gone. Raises the contract's errors."""
    answer = yield Request("GET", _review_page(target, external_id), kind="step")
    try:
        page = parse(answer, target)
    except TargetGone:
        return None
    return next((item for item in page.items if item.external_id == external_id), None)


def in_full(target: Target, item: Item, known: Item | None) -> Fetched | None:
    """The review's page: once for its text, again when its comment count is another."""
    comments = item.site.get("comments")
    if known is not None and "text" not in known.partial:
        read = known.site.get("comments_read")
        if comments is None or comments == (read or 0):
            return None
    return _in_full(target, item, comments)


def _in_full(target: Target, item: Item, comments: Any) -> Fetched:
    shown = yield from one(target, item.external_id)
    if shown is None:
        return None
    # The list's count, not the page's: the two may differ, and the next list is compared.
    return shown.with_(site={**item.site, **shown.site, "comments_read": comments or 0})


def review_url(target: Target, item: Item) -> str | None:
    """The review's own page."""
    return _review_page(target, item.external_id)


def reply_url(target: Target, item: Item) -> str | None:
    """The discussion under the review, where the representative answers."""
    return f"{_review_page(target, item.external_id)}#comments"


def recognise_url(url: str) -> TargetHint | None:
    """Links to a place's list; a link to one review does not hold its place."""
    if site_of(url) not in HOSTS:
        return None
    found = _SLUG.match(urlsplit(url.strip()).path)
    return TargetHint(NAME, found[1], f"{BASE_URL}/reviews/{found[1]}/") if found else None


def recognise(payload: Payload) -> TargetHint | None:
    """Which place a saved list or review shows: by the links that name it."""
    page = page_of(payload.text)
    head = first(page, ".product-name [itemprop=name]")
    title = text_of(head) if head is not None else None
    links = [
        attribute_of(first(page, "a.product-name"), "href"),
        attribute_of(first(page, ".product-contents > meta[itemprop=url]"), "content"),
        attribute_of(first(page, "link[rel=canonical]"), "href"),
        payload.url,
    ]
    for link in links:
        hint = recognise_url(f"{BASE_URL}{link}" if (link or "").startswith("/") else link or "")
        if hint:
            return TargetHint(NAME, hint.ref, hint.url, title=title or None)
    return None


def _list_url(target: Target, page: int) -> str:
    part = f"{page}/" if page > 1 else ""
    return f"{target.base(BASE_URL)}/reviews/{quote(target.ref, safe='%')}/{part}"


def _review_page(target: Target, external_id: str) -> str:
    return f"{target.base(BASE_URL)}/review_{quote(external_id, safe='')}.html"


def _next(page: Element) -> int | None:
    """The number of the next list; 0 where the link to it cannot be read."""
    link = first(page, ".pager-item.next")
    if link is None:
        return None
    found = _NUMBER.search(attribute_of(link, "href") or "")
    return int(found[1]) if found else 0


def _counters(page: Element) -> Counters:
    votes = first(page, ".reviews-counter .votes")
    about = first(page, ".product-contents")
    told, rating = (
        attribute_of(first(about, f"meta[itemprop={name}]"), "content")
        if about is not None
        else None
        for name in ("reviewCount", "ratingValue")
    )
    digits = re.sub(r"\D", "", text_of(votes)) if votes is not None else ""
    return Counters(rating=number(rating) or None, reviews=positive(digits or told))


def _teaser(entry: Element) -> Item:
    """An entry of the list; what is cut there, or stands among the comments, is `partial`."""
    link = attribute_of(first(entry, "meta[itemprop=url]"), "content") or ""
    found = _REVIEW.search(link) or _REVIEW.search(
        attribute_of(first(entry, "a.review-title"), "href") or ""
    )
    if not found:
        raise LayoutChanged("an entry without a link to its review")
    shown = _shown(entry, found[1], ".review-teaser", "a.review-title")
    count = first(entry, "[itemprop=commentCount]")
    comments = positive(text_of(count)) if count is not None else None
    cut = {"text"}
    cut |= {name for name in ("pros", "cons") if (shown[name] or "").endswith(_CUT)}
    if comments != 0:
        cut.add("reply_text")
    site = {} if comments is None else {"comments": comments}
    return Item(**shown, partial=tuple(sorted(cut)), site=site)


def _whole(page: Element, entry: Element) -> Item:
    """A review's own page, with the first comment of the official representative."""
    shown = _shown(entry, attribute_of(entry, "data-rid") or "", ".review-body", "h1")
    for mark in select(page, "#comments-container .comment-author-wrap .product-official"):
        wrap = next(
            (up for up in mark.iterancestors() if "comment-author-wrap" in _classes(up)), None
        )
        comment = wrap.getparent() if wrap is not None else None
        reply = _text(comment, ".comment-body") if comment is not None else None
        if comment is None or not reply:
            continue
        return Item(
            **shown,
            reply_text=reply,
            reply_at=instant(attribute_of(first(comment, ".comment-postdate"), "data-ts")),
            reply_state="published",
        )
    return Item(**shown)


def _classes(element: Element) -> list[str]:
    return (attribute_of(element, "class") or "").split()


def _shown(entry: Element, external_id: str, text: str, title: str) -> dict[str, Any]:
    """What a list's entry and a review's own page have in common."""
    date = first(entry, "[itemprop=datePublished]")
    author = first(entry, "a.user-login [itemprop=name], a.user-login")
    return {
        "external_id": external_id,
        "rating": _rating(entry),
        "title": _text(entry, title),
        "text": _text(entry, text),
        "pros": _text(entry, ".review-plus"),
        "cons": _text(entry, ".review-minus"),
        "author": text_of(author) if author is not None else None,
        "published_at": instant(attribute_of(date, "content")),
        "published_precision": Precision.SECOND,
        "url": f"{BASE_URL}/review_{external_id}.html",
    }


def _rating(entry: Element) -> int | None:
    told = attribute_of(first(entry, "meta[itemprop=ratingValue]"), "content")
    if (rating := stars(told)) is not None:
        return rating
    title = attribute_of(first(entry, ".rating-score, .product-rating"), "title") or ""
    found = re.search(r"рейтинг:\s*([1-5])\b", title)
    return int(found[1]) if found else None


def _text(entry: Element, selector: str) -> str | None:
    element = first(entry, selector)
    return _HEADS.sub("", text_of(element)) if element is not None else None
