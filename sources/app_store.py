"""App Store: the public RSS of one country, or App Store Connect where credentials are given.

Without credentials reads `https://itunes.apple.com/{cc}/rss/customerreviews/page={1..10}/id={app}/
sortby=mostrecent/json`, about 50 reviews a page and no more than 500 a country; `ref` is
"ru/1234567890", as in the app's link. With the option `connect` reads
`GET /v1/apps/{app}/customerReviews` of App Store Connect (all countries at once; the country in
`ref` is not looked at) and answers with `POST /v1/customerReviewResponses`, which creates or
replaces. The secret holds issuer_id, key_id and private_key.

What the site does not tell
 * the RSS: the developer's reply, when a review was written (only when it last changed), and
   whether there are none: an app without reviews and a feed that broke look the same;
 * Connect: an edit; it has one date.

Quirks
 * `feed.entry` is a list, one object for a single review, and absent for none. Its first entry may
   be the app itself, without stars.
 * `updated` is local to Cupertino ("-07:00").
 * A review's `response` is null, or an object with links alone: then this answer does not tell
   whether there is a reply.
 * A reply waits as PENDING_PUBLISH before everyone sees it. Two public clients change one by
   PATCH; Apple's list of methods has none.

How sure: one captured page of Connect (2026-09) and Apple's own example, both without replies;
the RSS and answered reviews are after public readers, without a capture.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from reviewbot.core.contract import (
    Counters,
    Denied,
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
    SignedJwt,
    Steps,
    Target,
    TargetGone,
    TargetHint,
    Traits,
    instant,
)
from sources._apple_rss import REPLY_FIELDS, answer_of, entries_of, label, page_of
from sources._challenges import raise_for_challenge
from sources._markup import (
    as_object,
    canonical,
    host_of,
    loads,
    mapping,
    positive,
    posted,
    raise_for_problem,
    read_back,
    read_entries,
    refusal,
    site_of,
    stars,
    string,
    withdrawn,
)

NAME = "app_store"
TITLE = {"ru": "App Store", "en": "App Store"}
HOSTS = ("itunes.apple.com", "apps.apple.com", "api.appstoreconnect.apple.com")
REPLY_LIMIT = Limit(1, 5970)
"""What App Store Connect's own form lets through; the API's reference names no figure."""
TRAITS = Traits(
    reads="public RSS of a country; App Store Connect with credentials",
    reply="official",
    evidence="capture",
    every=timedelta(hours=1),
    gap=timedelta(seconds=5),
    depth=500,
    terms="Apple publishes the RSS; Connect is bound by the developer agreement.",
    official_way="App Store Connect (a key with the role Customer Support), which also answers",
    unseen="the RSS (synthetic after public readers); an answered review; an edited one; errors",
)
LACKS = {
    "blocked": "Apple refuses with a status; no captcha of it is known",
    "edited": "the RSS moves its only date, Connect keeps it: neither says that it is an edit",
}
RSS_URL = "https://itunes.apple.com"
API_URL = "https://api.appstoreconnect.apple.com"
AUDIENCE = "appstoreconnect-v1"
RSS_PAGES = 10
API_PAGE_SIZE = 200

_REF = re.compile(r"(?:([a-z]{2})/)?(?:id)?([0-9]{3,12})")
_SITES = ("apps.apple.com", "itunes.apple.com", "appstoreconnect.apple.com")
_LINK = re.compile(r"/(?:([a-z]{2})/)?app/(?:[^/]+/)?id([0-9]{3,12})")
_STATES = {"PUBLISHED": "published", "PENDING_PUBLISH": "pending"}


@dataclass(frozen=True)
class Options:
    """`connect`: read and answer through App Store Connect; needs a credentials_file."""

    connect: bool = False


def pages(target: Target, memory: Memory) -> Pages:
    """Ask page after page: the RSS until a page without reviews, Connect until its last one.

    Raises Denied where the RSS is to be read and `ref` names no country.
    """
    yield from (_connect_pages(target) if _options(target).connect else _rss_pages(target))


def parse(payload: Payload, target: Target) -> Page:
    """Read a page of the RSS or of Connect."""
    answer = answer_of(payload)
    raise_for_problem(payload, answer)
    if not isinstance(answer, dict):
        raise_for_challenge(payload)
        raise LayoutChanged("the answer is not a JSON object", status=payload.status)
    if "feed" in answer:
        return page_of(answer["feed"])
    if not isinstance(answer.get("data"), list):
        raise LayoutChanged(
            "neither `feed` nor a list `data` in the answer", status=payload.status
        )
    replies = _replies(answer)
    items, unreadable = read_entries(answer["data"], lambda entry: _api_item(entry, replies))
    total = positive(mapping(mapping(answer.get("meta")).get("paging")).get("total"))
    return Page(
        items=items,
        counters=Counters(reviews=total),
        complete=not mapping(answer.get("links")).get("next"),
        unreadable=unreadable,
    )


def essence(payload: Payload) -> bytes:
    """The reviews, without the feed's own date and Connect's links."""
    answer = answer_of(payload)
    if not isinstance(answer, dict):
        return payload.content if answer is None else canonical(answer)
    if "feed" in answer:
        return canonical(entries_of(answer["feed"]))
    return canonical([answer.get("data"), answer.get("included")])


def publishes(target: Target) -> bool:
    """Replies need App Store Connect."""
    return _options(target).connect and bool(target.secret_ref)


def one(target: Target, external_id: str) -> Fetched | None:
    """Fetch one review through Connect; None, and no generator, where only the RSS is read."""
    return _one(target, external_id) if _options(target).connect else None


def reply(target: Target, review: Item, text: str) -> Steps:
    """Create or replace the reply and read it back. Raises Denied, RateLimited: nothing posted."""
    _need_connect(target)
    review_ref = {"data": {"type": "customerReviews", "id": review.external_id}}
    answer = yield Request(
        "POST",
        f"{target.base(API_URL)}/v1/customerReviewResponses",
        json={
            "data": {
                "type": "customerReviewResponses",
                "attributes": {"responseBody": text},
                "relationships": {"review": review_ref},
            }
        },
        auth=_auth(target),
        kind="step",
    )
    if refused := refusal(answer):
        return refused
    look = _one(target, review.external_id)
    return (yield from read_back(look, lambda shown: posted(shown, text)))


def withdraw(target: Target, review: Item) -> Steps:
    """Delete the reply, whose own id is asked for first, then look whether it is gone."""
    _need_connect(target)
    held = yield from _one(target, review.external_id)
    if held is None or held.reply_text is None:
        return Receipt("withdrawn")
    response_id = quote(string(held.site.get("response_id")) or "", safe="")
    answer = yield Request(
        "DELETE",
        f"{target.base(API_URL)}/v1/customerReviewResponses/{response_id}",
        auth=_auth(target),
        kind="step",
    )
    # 404: there is no reply any more, which the read-back will confirm.
    if answer.status != 404 and (refused := refusal(answer)):
        return refused
    return (yield from read_back(_one(target, review.external_id), withdrawn))


def review_url(target: Target, item: Item) -> str | None:
    """The app's list of reviews; a single one has no address."""
    found = _REF.fullmatch(target.ref)
    if not found:
        return None
    country = found[1] or "us"
    return f"https://apps.apple.com/{country}/app/id{found[2]}?see-all=reviews"


def reply_url(target: Target, item: Item) -> str | None:
    """The developer's list of reviews in App Store Connect."""
    found = _REF.fullmatch(target.ref)
    return f"https://appstoreconnect.apple.com/apps/{found[2]}/ratings-reviews" if found else None


def recognise_url(url: str) -> TargetHint | None:
    """Links to an app's page, of any country, and the RSS's own address."""
    text = url.strip()
    named = _REF.fullmatch(text.removeprefix(f"{NAME}:"))
    if named and (text.startswith(f"{NAME}:") or "/" in text):
        return _hint(named[1], named[2])
    if site_of(text) not in _SITES:
        return None
    path = urlsplit(text).path
    if site_of(text) == "appstoreconnect.apple.com":
        own = re.match(r"/apps/([0-9]{3,12})(?:/|$)", path)
        return TargetHint(NAME, own[1], options={"connect": True}) if own else None
    if found := _LINK.match(path):
        return _hint(found[1] or "us", found[2])
    told = parse_qs(urlsplit(text).query)
    country = next((each for name in ("cc", "country") for each in told.get(name, [])), "us")
    country = country.lower() if re.fullmatch("[A-Za-z]{2}", country) else "us"
    feed = re.match(r"/(?:([a-z]{2})/)?rss/customerreviews/(?:[^?#]*/)?id=([0-9]{3,12})", path)
    if feed:
        return _hint(feed[1] or country, feed[2])
    # Older links of apps and of the catalogue: …/viewContentsUserReviews?id=, /lookup?id=
    app = next(iter(told.get("id", [])), "")
    return _hint(country, app) if re.fullmatch("[0-9]{3,12}", app) else None


def recognise(payload: Payload) -> TargetHint | None:
    """A saved RSS names its own address."""
    feed = mapping(mapping(answer_of(payload)).get("feed"))
    return recognise_url(label(feed, "id") or "") or (
        recognise_url(payload.url) if payload.url and feed else None
    )


def _hint(country: str | None, app: str) -> TargetHint:
    ref = f"{country}/{app}" if country else app
    link = f"https://apps.apple.com/{country}/app/id{app}" if country else None
    return TargetHint(NAME, ref, link)


def _options(target: Target) -> Options:
    return target.options if isinstance(target.options, Options) else Options()


def _app(target: Target) -> tuple[str | None, str]:
    """The country and the app's number. Raises Denied where `ref` holds no number."""
    found = _REF.fullmatch(target.ref)
    if not found:
        raise Denied('the app is not named: write "ru/1234567890", country and number')
    return found[1], found[2]


def _need_connect(target: Target) -> None:
    if not _options(target).connect:
        raise Denied("replies need App Store Connect: set `connect` of app_store in the config")


def _auth(target: Target) -> SignedJwt:
    return SignedJwt(target.secret_ref, AUDIENCE)


def _rss_pages(target: Target) -> Pages:
    country, app = _app(target)
    if country is None:
        raise Denied('the RSS is one country\'s: write "ru/1234567890", or set `connect`')
    for number in range(1, RSS_PAGES + 1):
        answer = yield Request(
            "GET",
            f"{target.base(RSS_URL)}/{country}/rss/customerreviews"
            f"/page={number}/id={app}/sortby=mostrecent/json",
        )
        if isinstance(answer, NotModified):
            return
        if not entries_of(mapping(answer_of(answer)).get("feed")):
            return


def _connect_pages(target: Target) -> Pages:
    _, app = _app(target)
    url = f"{target.base(API_URL)}/v1/apps/{app}/customerReviews"
    cursor = ""
    seen = {cursor}
    while True:
        params = [
            ("limit", str(API_PAGE_SIZE)),
            ("sort", "-createdDate"),
            ("include", "response"),
        ]
        answer = yield Request(
            "GET",
            url,
            params=tuple([*params, ("cursor", cursor)] if cursor else params),
            auth=_auth(target),
        )
        if isinstance(answer, NotModified):
            return
        cursor = _cursor(loads(answer.text), url)
        if cursor in seen:
            return
        seen.add(cursor)


def _cursor(answer: Any, url: str) -> str:
    """The cursor in Apple's link to the next page, if that link stays on Apple's (or our) host."""
    link = string(mapping(mapping(answer).get("links")).get("next")) or ""
    if host_of(link) not in (host_of(url), host_of(API_URL)):
        return ""
    return (parse_qs(urlsplit(link).query).get("cursor") or [""])[0]


def _one(target: Target, external_id: str) -> Fetched:
    answer = yield Request(
        "GET",
        f"{target.base(API_URL)}/v1/customerReviews/{quote(external_id, safe='')}",
        params=(("include", "response"),),
        auth=_auth(target),
        kind="step",
    )
    body = loads(answer.text)
    try:
        raise_for_problem(answer, body)
    except TargetGone:
        return None
    return _api_item(mapping(body).get("data"), _replies(mapping(body)))


def _replies(answer: Mapping[str, Any]) -> dict[str, Mapping[str, Any]] | None:
    """The replies that came along, by id; None where the answer brought none at all."""
    if not isinstance(answer.get("included"), list):
        return None
    told = (mapping(entry) for entry in answer["included"])
    return {
        response_id: mapping(entry.get("attributes"))
        for entry in told
        if entry.get("type") == "customerReviewResponses"
        and (response_id := string(entry.get("id")))
    }


def _api_item(told: Any, replies: Mapping[str, Mapping[str, Any]] | None) -> Item:
    review = as_object(told, "a review")
    attributes = as_object(review.get("attributes"), "`attributes` of a review")
    relation = mapping(mapping(review.get("relationships")).get("response"))
    response_id = string(mapping(relation.get("data")).get("id"))
    answer = (replies or {}).get(response_id or "", {})
    reply_text = string(answer.get("responseBody"))
    # Links alone, and no reply beside the list: this answer says nothing about replies.
    is_untold = "data" not in relation and replies is None
    is_untold = is_untold or (response_id is not None and reply_text is None)
    site = {"territory": string(attributes.get("territory")), "response_id": response_id}
    state = _STATES.get(string(answer.get("state")) or "", "published")
    return Item(
        external_id=string(review.get("id")) or "",
        rating=stars(attributes.get("rating")),
        title=string(attributes.get("title")),
        text=string(attributes.get("body")),
        author=string(attributes.get("reviewerNickname")),
        published_at=instant(attributes.get("createdDate")),
        published_precision=Precision.SECOND,
        reply_text=reply_text,
        reply_at=instant(answer.get("lastModifiedDate")) if reply_text else None,
        reply_state=state if reply_text else None,
        can_reply=True,
        site={name: value for name, value in site.items() if value},
        partial=REPLY_FIELDS if is_untold else (),
    )
