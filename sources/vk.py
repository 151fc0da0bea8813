"""VK through its official API: the comments under one post, or one topic of a community's board.

Reads `wall.getComments` or `board.getComments` (100 a page, newest first) and answers under a post
with `wall.createComment` in the community's name. `ref` is what the link of the post or topic
holds: "wall-12345_67" (a post that asks for reviews, usually pinned) or "topic-12345_67" (the
board's topic «Отзывы»). One place may have several.

Credentials: VK's own description of its methods lets a *community* token write comments but not
read them, and a *service* token (of any app of one's own) read but not write. So the credential
holds both: `{"service_token": "…", "token": "…"}`, the second with the right "wall". A manager's
user token does for both. Topics are answered by hand: only a user token may write there.

What the site does not tell
 * the community's section of ratings (with stars): there is no method for it;
 * stars, an edit, and answers to answers: an entry is a comment to the post itself, and what
   others say below it is only counted;
 * a reply further down than the tenth below a comment; one on another page of a topic. Nothing is
   said about the reply then, rather than that there is none.

Quirks
 * Errors come with status 200: 5 and 27 are the token's, 7 and 15 a missing right, 6, 9 and 29
   mean too many requests, 14 a captcha, 18, 19, 212 and their like that the place is gone.
 * Replies in a topic begin with "[id1:bp-12345_90|Анна], …" or "[post90|Анна], …"; the mark tells
   which comment is answered and is taken away.
 * Comments of the community itself are no reviews, nor are those of its people (the option
   `admins`: nothing in the answer tells them from guests); a deleted one stays as an empty shell.

How sure: methods, fields and kinds of tokens are after VK's published schema (5.199); no capture.
The token in the header and the marks in topics are from general knowledge.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NoReturn
from urllib.parse import urlsplit

from reviewbot.core.contract import (
    Bearer,
    Blocked,
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
    RateLimited,
    Receipt,
    Request,
    Steps,
    Target,
    TargetGone,
    TargetHint,
    Traits,
    Unreachable,
    raise_for_status,
)
from sources._challenges import raise_for_challenge
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
    string,
    whole,
)
from sources._vk_comments import is_left_out, item_of, names_of, replies_beside, topic_replies

NAME = "vk"
TITLE = {"ru": "ВКонтакте", "en": "VK"}
HOSTS = ("api.vk.com", "vk.com", "vk.ru")
REPLY_LIMIT = Limit(1, 4096)
"""VK's schema names no figure: a bound against accidents, not the site's."""
TRAITS = Traits(
    reads="official API: comments of a post, or of a topic of the board",
    reply="official",
    evidence="documentation",
    every=timedelta(minutes=15),
    gap=timedelta(seconds=1),
    terms="Official API; use is bound by VK's terms for developers.",
    official_way="this one: a service token to read, the community's token to answer under posts",
    unseen="any answer of the API; shapes are after VK's schema",
    comments="wall",
)
LACKS = {"edited": "a comment has one date, and the API does not tell edits"}
BASE_URL = "https://api.vk.com"
VERSION = "5.199"
PAGE_SIZE = 100
THREAD_SIZE = 10

_REF = re.compile(r"(wall|topic)-([0-9]{1,12})_([0-9]{1,12})")
_CREDENTIAL = frozenset({4, 5, 16, 17, 27, 28, 1116})
_RIGHT = frozenset({3, 7, 15, 20, 21, 23, 24, 203, 211, 213})
_LIMIT = frozenset({6, 9, 29})
_GONE = frozenset({18, 19, 125, 210, 212})
_TROUBLE = frozenset({1, 10, 36})


@dataclass(frozen=True)
class Options:
    """`admins`: the numbers of people (vk.com/id123: "123") who answer for the community from
    their own pages; what they write is an answer, and no review."""

    admins: tuple[str, ...] = ()


def pages(target: Target, memory: Memory) -> Pages:
    """Ask page after page, newest first. Raises Denied where `ref` is neither post nor topic."""
    offset = 0
    while True:
        answer = yield _list(target, (("offset", str(offset)), ("count", str(PAGE_SIZE))))
        if isinstance(answer, NotModified):
            return
        told = mapping(mapping(loads(answer.text)).get("response"))
        listed = len(sequence(told.get("items")))
        offset += listed
        if listed < PAGE_SIZE or offset >= (_count(told) or 0):
            return


def parse(payload: Payload, target: Target) -> Page:
    """Read one page of comments."""
    told = as_object(_response(payload), "`response`")
    if not isinstance(told.get("items"), list):
        raise LayoutChanged("no list `items` in the answer", status=payload.status)
    kind, group, _ = _place(target)
    own = _own(target, group)
    names = names_of(told)
    listed = [entry for entry in told["items"] if not is_left_out(entry, own)]
    is_topic = kind == "topic"
    replies = (topic_replies if is_topic else replies_beside)(told["items"], own)
    items, unreadable = read_entries(
        listed, lambda entry: item_of(entry, names, own, replies, is_topic=is_topic)
    )
    return Page(
        items=items,
        # The community's own comments are counted too: only "none at all" says something.
        counters=Counters(reviews=0) if _count(told) == 0 and not listed else Counters(),
        complete=len(told["items"]) < PAGE_SIZE,
        unreadable=unreadable,
    )


def _own(target: Target, group: str) -> frozenset[int]:
    """Who answers for the community: itself and the people the option names."""
    admins = target.options.admins if isinstance(target.options, Options) else ()
    people = (int(name) for each in admins if (name := each.removeprefix("id")).isdecimal())
    return frozenset({-int(group), *people})


def essence(payload: Payload) -> bytes:
    """The comments, without likes and their authors' pages, which change by themselves."""
    told = mapping(mapping(loads(payload.text)).get("response"))
    items = told.get("items")
    if not isinstance(items, list):
        return payload.content
    kept = ("id", "from_id", "date", "text", "deleted", "thread")
    return canonical([{key: mapping(entry).get(key) for key in kept} for entry in items])


def publishes(target: Target) -> bool:
    """Comments under posts are answered by the bot, topics by hand."""
    return target.ref.startswith("wall") and bool(target.secret_ref)


def one(target: Target, external_id: str) -> Fetched:
    """Fetch one comment with the replies below it; None where VK no longer shows it."""
    request = _list(
        target,
        (("start_comment_id", external_id), ("count", "1"), ("sort", "asc")),
        step=True,
    )
    try:
        page = parse((yield request), target)
    except TargetGone:
        return None
    return next((item for item in page.items if item.external_id == external_id), None)


def reply(target: Target, review: Item, text: str) -> Steps:
    """Comment in the community's name, then read back. Raises Denied, RateLimited: not posted."""
    kind, group, place = _place(target)
    if kind != "wall":
        raise Denied("VK lets a community's token write under posts only: answer in the topic")
    answer = yield Request(
        "POST",
        f"{target.base(BASE_URL)}/method/wall.createComment",
        form=(
            ("owner_id", f"-{group}"),
            ("post_id", place),
            ("from_group", group),
            ("reply_to_comment", review.external_id),
            ("message", text),
            # The same guid twice is one comment, whatever happens on the way.
            ("guid", hashlib.sha256(f"{review.external_id}\n{text}".encode()).hexdigest()[:32]),
            ("v", VERSION),
        ),
        auth=Bearer(target.secret_ref),
        kind="step",
    )
    try:
        _response(answer)
    except (TargetGone, LayoutChanged) as error:
        if _error(loads(answer.text)) or 400 <= answer.status < 500:
            return Receipt("refused", detail=error.reason)
    except Unreachable:
        pass  # it may have landed: look
    look = one(target, review.external_id)
    return (yield from read_back(look, lambda shown: posted(shown, text)))


def review_url(target: Target, item: Item) -> str | None:
    """The comment on its page."""
    found = _REF.fullmatch(target.ref)
    if not found:
        return None
    key = "reply" if found[1] == "wall" else "post"
    return f"https://vk.com/{target.ref}?{key}={item.external_id}"


def reply_url(target: Target, item: Item) -> str | None:
    """The same page: it is answered where it stands."""
    return review_url(target, item)


def recognise_url(url: str) -> TargetHint | None:
    """Links to a post or a topic, also opened over another page (`?w=wall-1_2`)."""
    text = url.strip()
    if site_of(text) not in ("vk.com", "vk.ru", "vkontakte.ru") and not _REF.fullmatch(text):
        return None
    parts = urlsplit(text)
    found = _REF.match(parts.path.lstrip("/")) or re.search(rf"[?&]w={_REF.pattern}", text)
    if not found:
        return None
    ref = f"{found[1]}-{found[2]}_{found[3]}"
    return TargetHint(NAME, ref, f"https://vk.com/{ref}")


def _place(target: Target) -> tuple[str, str, str]:
    """Kind, community and number. Raises Denied where `ref` is no post and no topic."""
    found = _REF.fullmatch(target.ref)
    if not found:
        raise Denied('neither a post nor a topic: write "wall-12345_67" or "topic-12345_67"')
    return found[1], found[2], found[3]


def _list(target: Target, more: tuple[tuple[str, str], ...], *, step: bool = False) -> Request:
    kind, group, place = _place(target)
    method = f"{'wall' if kind == 'wall' else 'board'}.getComments"
    where: tuple[tuple[str, str], ...] = (("group_id", group), ("topic_id", place))
    if kind == "wall":
        where = (
            ("owner_id", f"-{group}"),
            ("post_id", place),
            ("thread_items_count", str(THREAD_SIZE)),
            ("preview_length", "0"),
        )
    order = () if any(name == "sort" for name, _ in more) else (("sort", "desc"),)
    return Request(
        "GET",
        f"{target.base(BASE_URL)}/method/{method}",
        params=(*where, *more, *order, ("extended", "1"), ("v", VERSION)),
        auth=Bearer(target.secret_ref, field="service_token"),
        kind="step" if step else "page",
    )


def _response(payload: Payload) -> Any:
    """What VK answered. Raises the contract's error for the error in its place."""
    answer = loads(payload.text)
    if error := _error(answer):
        _raise(error, payload)
    raise_for_status(payload)
    if "from_id" in mapping(next(iter(sequence(mapping(answer).get("items"))), None)):
        return answer  # what tools save is the response alone
    if not isinstance(answer, dict) or "response" not in answer:
        raise_for_challenge(payload)
        raise LayoutChanged("neither `response` nor `error`", status=payload.status)
    return answer["response"]


def _error(answer: Any) -> Mapping[str, Any]:
    """VK's own error, or an empty object."""
    error = mapping(mapping(answer).get("error"))
    return error if "error_code" in error else {}


def _raise(error: Mapping[str, Any], payload: Payload) -> NoReturn:
    code, said = whole(error.get("error_code")), string(error.get("error_msg")) or ""
    why = f"VK answers {code}: {' '.join(said.split())[:200]}"
    if code in _CREDENTIAL:
        raise Denied(why, status=payload.status, credential=True)
    if code in _RIGHT:
        raise Denied(why, status=payload.status)
    if code in _LIMIT:
        raise RateLimited(why, status=payload.status)
    if code == 14:
        raise Blocked(f"{why} (a captcha)", status=payload.status)
    if code in _GONE:
        raise TargetGone(why, status=payload.status)
    if code in _TROUBLE:
        raise Unreachable(why, status=payload.status)
    raise LayoutChanged(why, status=payload.status)


def _count(told: Mapping[str, Any]) -> int | None:
    """How many comments there are on this level; `count` includes those below others."""
    level = positive(told.get("current_level_count"))
    return positive(told.get("count")) if level is None else level
