"""Google Maps through the Business Profile API v4: the owner's way in, reading and answering.

Reads `GET /v4/{account}/{location}/reviews` (50 a page, newest change first) for a verified
location; answers with `PUT …/reviews/{id}/reply` and takes back with `DELETE`. Reviews live only
in v4, while accounts and locations moved to v1. Access needs Google's approval: before it, the
quota is zero and every call ends in 403 or 429.

What the site does not tell
 * an edit as such: `updateTime` moves and the id stays;
 * when a reply was first written: it has only `updateTime`;
 * a public link to one review: `review_url` needs the option `place_id` and gives the list.

Quirks
 * Keys are left out, not null: no `comment` for bare stars (which *are* listed), no `reviewReply`
   where nobody answered, no `nextPageToken` on the last page. An empty page may carry a token.
 * A text in another language comes as "(Translated by Google) … (Original) …"; the other order,
   and the same marks in replies, are read too. Where only the translation is there, it is the
   text and `site.text_is_translation` says so.
 * Instants have 0, 3, 6 or 9 digits of fraction.
 * The reply's limit is 4096 *bytes*: about 2000 Russian letters. Ten edits a minute per profile.
 * Of several locations of one account the newest 50 reviews are asked for at once
   (`batchGetReviews`): a location of which they show nothing new is not asked for itself.
 * A PUT may time out and still land: the reply is always read back.

How sure: a capture of five real reviews, the captured text of a 401, the vendor's reference for
writing. `reviewReplyState` is read where it comes; it was never captured.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from reviewbot.core.contract import (
    Counters,
    Denied,
    Fetched,
    Item,
    LayoutChanged,
    Limit,
    Memory,
    NotModified,
    OAuthRefresh,
    Page,
    Pages,
    Payload,
    Request,
    Steps,
    Target,
    TargetGone,
    TargetHint,
    Traits,
    instant,
)
from sources._challenges import raise_for_challenge
from sources._google_reviews import answer_of, item_of
from sources._markup import (
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
    refusal,
    sequence,
    string,
    withdrawn,
)

NAME = "google_business"
TITLE = {"ru": "Google Карты", "en": "Google Maps"}
HOSTS = ("mybusiness.googleapis.com",)
REPLY_LIMIT = Limit(1, 4096, "bytes")
TRAITS = Traits(
    reads="official API (Business Profile v4)",
    reply="official",
    evidence="capture",
    every=timedelta(minutes=10),
    gap=timedelta(seconds=1),
    daily_budget=None,
    terms="Official API; use is bound by Google's Business Profile API policies.",
    official_way="this one; apply for access, scope business.manage",
    unseen="reviewReplyState, reviewReplyUrl, a reply refused by moderation, 403 and 429 bodies",
)
LACKS = {"blocked": "an official API refuses with 403 or 429; it shows no captcha"}
BASE_URL = "https://mybusiness.googleapis.com"
TOKEN_URL = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address, not a secret
PAGE_SIZE = 50
MOST_PLACES = 200
"""Locations of one `batchGetReviews`."""

_REF = re.compile(r"(?:(accounts/[^/?#]+)/)?(locations/[^/?#]+)")


@dataclass(frozen=True)
class Options:
    """`account`: "accounts/1089", whose location it is; `place_id`: the place's id on the map,
    used only for links."""

    account: str = ""
    place_id: str = ""


def pages(target: Target, memory: Memory) -> Pages:
    """Ask page after page while there is a token, also after an empty page.

    Raises Denied where neither the link nor the option names the account.
    """
    url, token = f"{_location(target)}/reviews", ""
    seen = {token}
    while True:
        params = [("pageSize", str(PAGE_SIZE)), ("orderBy", "updateTime desc")]
        answer = yield Request(
            "GET",
            url,
            params=tuple([*params, ("pageToken", token)] if token else params),
            auth=_auth(target),
        )
        if isinstance(answer, NotModified):
            return
        token = string(mapping(loads(answer.text)).get("nextPageToken")) or ""
        if token in seen:
            return
        seen.add(token)


def together(target: Target, others: Sequence[Target]) -> Request | None:
    """One `batchGetReviews` for the locations of the target's account, at most 200 of them; None
    where it is the only one."""
    own = _named(target)
    if own is None:
        return None
    account = own.partition("/locations/")[0]
    names = {
        named
        for each in others
        if (each.secret_ref, each.base_url) == (target.secret_ref, target.base_url)
        and (named := _named(each)) is not None
        and named.startswith(f"{account}/")
    } | {own}
    if len(names) < 2:
        return None
    listed = sorted(names)
    start = listed.index(own) // MOST_PLACES * MOST_PLACES
    asked = {
        "locationNames": listed[start : start + MOST_PLACES],
        "pageSize": PAGE_SIZE,
        "orderBy": "updateTime desc",
    }
    url = f"{target.base(BASE_URL)}/v4/{account}/locations:batchGetReviews"
    return Request("POST", url, json=asked, auth=_auth(target), kind="step")


def parse(payload: Payload, target: Target) -> Page:
    """Read one answer of `reviews.list`, or what one of `batchGetReviews` has of the target."""
    answer = _object(payload)
    entries = _listed(answer, target.ref)
    # Google leaves out what is empty or zero: of a place without reviews nothing is left.
    total = positive(answer.get("totalReviewCount")) if answer else 0
    token = string(answer.get("nextPageToken"))
    if entries is None and (total == 0 or token):
        entries = []  # empty lists may be left out, but never a non-empty one
    if not isinstance(entries, list):
        raise LayoutChanged("no list `reviews` in the answer", status=payload.status)
    items, unreadable = read_entries(entries, item_of)
    return Page(
        items=items,
        counters=Counters(
            rating=number(answer.get("averageRating")) or None, reviews=total, ratings=total
        ),
        # Of Takeout's files and of many places' lists none says that it is whole.
        complete=bool(answer)
        and not token
        and "locationReviews" not in answer
        and all("reviewId" in mapping(entry) for entry in entries),
        unreadable=unreadable,
        since=_since(answer),
    )


def essence(payload: Payload) -> bytes:
    """The whole answer but for the order of its keys."""
    answer = loads(payload.text)
    return payload.content if answer is None else canonical(answer)


def one(target: Target, external_id: str) -> Fetched:
    """Fetch one review; None where Google no longer has it. Raises the contract's errors."""
    answer = yield Request("GET", _review(target, external_id), auth=_auth(target), kind="step")
    return _one(answer)


def reply(target: Target, review: Item, text: str) -> Steps:
    """Create or replace the reply, then read back what Google shows.

    Raises Denied and RateLimited: nothing was published then.
    """
    url = _review(target, review.external_id)
    answer = yield Request(
        "PUT", f"{url}/reply", json={"comment": text}, auth=_auth(target), kind="step"
    )
    if refused := refusal(answer):
        return refused
    look = one(target, review.external_id)
    return (yield from read_back(look, lambda shown: posted(shown, text)))


def withdraw(target: Target, review: Item) -> Steps:
    """Delete the reply, then look whether it is gone."""
    url = _review(target, review.external_id)
    answer = yield Request("DELETE", f"{url}/reply", auth=_auth(target), kind="step")
    # 404: there is no reply any more, which the read-back will confirm.
    if answer.status != 404 and (refused := refusal(answer)):
        return refused
    return (yield from read_back(one(target, review.external_id), withdrawn))


def review_url(target: Target, item: Item) -> str | None:
    """The place's list of reviews, where the option `place_id` is set."""
    options = _options(target)
    if not options.place_id:
        return None
    return f"https://search.google.com/local/reviews?placeid={quote(options.place_id)}"


def reply_url(target: Target, item: Item) -> str | None:
    """The very review, where Google tells its address (since July 2026); else the owner's list."""
    told = string(item.site.get("answer_url")) or ""
    own = host_of(told) == "google.com" or host_of(told).endswith(".google.com")
    return told if told.startswith("https://") and own else "https://business.google.com/reviews"


def recognise_url(url: str) -> TargetHint | None:
    """The API's own address or name of a location; a link to the map does not hold its number."""
    found = re.fullmatch(
        rf"(?:{BASE_URL}/v4/|google_business:)({_REF.pattern})(?:/reviews.*)?", url.strip()
    )
    if not found:
        return None
    options = {"account": found[2]} if found[2] else {}
    return TargetHint(NAME, found[3], options=options)


def recognise(payload: Payload) -> TargetHint | None:
    """The location that the reviews of a saved answer name."""
    answer = loads(payload.text)
    for entry in sequence(_listed(mapping(answer_of(answer)))):
        found = _REF.match(string(mapping(entry).get("name")) or "")
        if found:
            return TargetHint(NAME, found[2], options={"account": found[1]} if found[1] else {})
    return None


def _options(target: Target) -> Options:
    return target.options if isinstance(target.options, Options) else Options()


def _named(target: Target) -> str | None:
    """The location as "accounts/1/locations/2"; None where the account is not named."""
    found = _REF.fullmatch(target.ref)
    account = (found and found[1]) or _options(target).account
    return f"{account}/{found[2]}" if found and account else None


def _location(target: Target) -> str:
    named = _named(target)
    if named is None:
        raise Denied("the account is not named: set `account` of google_business in the config")
    return f"{target.base(BASE_URL)}/v4/{named}"


def _review(target: Target, external_id: str) -> str:
    return f"{_location(target)}/reviews/{quote(external_id, safe='')}"


def _auth(target: Target) -> OAuthRefresh:
    # Whoever overrides the API's address overrides the token's with it: one stand-in serves both.
    token_url = f"{target.base_url}/token" if target.base_url else TOKEN_URL
    return OAuthRefresh(target.secret_ref, token_url)


def _object(payload: Payload) -> Mapping[str, Any]:
    answer = answer_of(loads(payload.text))
    raise_for_problem(payload, answer)
    if not isinstance(answer, dict):
        raise_for_challenge(payload)
        raise LayoutChanged("the answer is not a JSON object", status=payload.status)
    return answer


def _listed(answer: Mapping[str, Any], location: str = "") -> Any:
    """The reviews of `reviews.list` and Takeout, or of `batchGetReviews`, which wraps each with
    its location's name: then those of `location`, or of all where it is not known."""
    wrapped = answer.get("locationReviews")
    if "reviews" in answer or not isinstance(wrapped, list):
        return answer.get("reviews")
    found, own = [], _REF.fullmatch(location)
    for each in map(mapping, wrapped):
        named = _REF.match(string(each.get("name")) or "")
        if own is None or named is None or named[2] == own[2]:
            found.append(each.get("review"))
    return found


def _since(answer: Mapping[str, Any]) -> datetime | None:
    """Of `batchGetReviews`: since when all changes are in it. Whether it sorts the reviews of all
    locations as one list is not said: their times tell."""
    if "locationReviews" not in answer:
        return None
    told = (mapping(mapping(each).get("review")) for each in sequence(answer["locationReviews"]))
    times = [instant(review.get("updateTime")) for review in told]
    known = [time for time in times if time is not None]
    if not string(answer.get("nextPageToken")):
        return datetime.min.replace(tzinfo=UTC)
    is_one_list = known and len(known) == len(times) and known == sorted(known, reverse=True)
    return known[-1] if is_one_list else None


def _one(answer: Payload) -> Item | None:
    try:
        return next(map(item_of, sequence(_object(answer).get("reviews"))), None)
    except TargetGone:
        return None
