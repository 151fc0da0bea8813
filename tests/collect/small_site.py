"""A source for tests of collecting: a JSON site with pages, a counter, replies and a key.

The site itself (`SmallSite`) serves what the module reads, from reviews held in memory.
"""

import json
from collections.abc import Generator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from reviewbot.core.contract import (
    Bearer,
    Blocked,
    Counters,
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
    Precision,
    Receipt,
    Request,
    Steps,
    Target,
    TargetGone,
    TargetHint,
    Traits,
    Unreadable,
    folded,
    instant,
    raise_for_status,
)
from tests.collect.loopback import Answer, Asked

NAME = "small"
TITLE = {"ru": "Малый", "en": "Small"}
HOSTS = ("small.test",)
REPLY_LIMIT = Limit(1, 500)
TRAITS = Traits(
    reads="JSON",
    reply="official",
    evidence="synthetic",
    every=timedelta(minutes=30),
    gap=timedelta(seconds=10),
)


@dataclass(frozen=True)
class Options:
    auth: str = ""


def pages(target: Target, memory: Memory) -> Pages:
    page = 1
    while True:
        answer = yield Request(
            "GET",
            f"{target.base('http://small.test')}/{target.ref}/reviews",
            params=(("page", str(page)),),
            auth=_auth(target),
        )
        if isinstance(answer, NotModified):
            return
        if not answer.json().get("more"):
            return
        page += 1


def parse(payload: Payload, target: Target) -> Page:
    raise_for_status(payload)
    if "captcha" in payload.text:
        raise Blocked("a captcha")
    body = payload.json()
    if not isinstance(body.get("reviews"), list):
        raise LayoutChanged("no list")
    items, unreadable = [], []
    for entry in body["reviews"]:
        if entry.get("broken"):
            unreadable.append(Unreadable("no id", json.dumps(entry)))
        else:
            items.append(_item(entry))
    return Page(
        tuple(items),
        Counters(body.get("rating"), body.get("count"), None),
        complete=not body.get("more"),
        memory={"seen_page": body.get("page")},
        unreadable=tuple(unreadable),
    )


def essence(payload: Payload) -> bytes:
    if not payload.text.startswith("{"):
        return payload.content
    body = payload.json()
    body.pop("request_id", None)
    return json.dumps(body, sort_keys=True).encode()


def one(target: Target, external_id: str) -> Fetched:
    answer = yield Request("GET", _url(target, external_id), auth=_auth(target), kind="step")
    return _one(answer)


def in_full(target: Target, item: Item, known: Item | None) -> Fetched | None:
    """A teaser is owed its text, once."""
    if "text" not in item.partial or (known is not None and "text" not in known.partial):
        return None
    return one(target, item.external_id)


def reply(target: Target, review: Item, text: str) -> Steps:
    url = _url(target, review.external_id)
    answer = yield Request(
        "PUT", f"{url}/reply", json={"text": text}, auth=_auth(target), kind="step"
    )
    if answer.status == 422:
        return Receipt("refused", detail="bad words")
    raise_for_status(answer)
    shown = _one((yield Request("GET", url, auth=_auth(target), kind="step")))
    if shown is None or folded(shown.reply_text or "") != folded(text):
        return Receipt("unknown", detail="not shown")
    return Receipt("published", shown.reply_text, shown.reply_at)


def withdraw(target: Target, review: Item) -> Generator[Request, Payload, Receipt]:
    url = _url(target, review.external_id)
    raise_for_status((yield Request("DELETE", f"{url}/reply", auth=_auth(target), kind="step")))
    return Receipt("withdrawn")


def review_url(target: Target, item: Item) -> str | None:
    return f"{target.base('https://small.test')}/{target.ref}#{item.external_id}"


def reply_url(target: Target, item: Item) -> str | None:
    return f"https://cabinet.small.test/{item.external_id}"


def recognise_url(url: str) -> TargetHint | None:
    return None


def _auth(target: Target) -> Bearer | OAuthRefresh | None:
    kind = target.options.auth if isinstance(target.options, Options) else ""
    if kind == "bearer":
        return Bearer(target.secret_ref)
    if kind == "oauth":
        return OAuthRefresh(target.secret_ref, f"{target.base('')}/token")
    return None


def _url(target: Target, external_id: str) -> str:
    return f"{target.base('http://small.test')}/{target.ref}/reviews/{external_id}"


def _one(answer: Payload) -> Item | None:
    try:
        raise_for_status(answer)
    except TargetGone:
        return None
    return _item(answer.json())


def _item(entry: dict[str, Any]) -> Item:
    precision = Precision(entry.get("precision", "second"))
    return Item(
        external_id=entry["id"],
        rating=entry.get("rating"),
        text=entry.get("text"),
        author=entry.get("author"),
        published_at=instant(entry.get("at")),
        published_precision=precision,
        reply_text=entry.get("reply"),
        reply_state="published" if entry.get("reply") else None,
        partial=tuple(entry.get("partial", ())),
    )


@dataclass
class SmallSite:
    """What the site shows: `reviews` newest first; `count` overrides its counter (-1: none).

    `answer` replaces every page; `put` is told what to do with replies: take, refuse, or take it
    and hang. `empty_pages` come before the first page that lists anything.
    """

    reviews: list[dict[str, Any]] = field(default_factory=list)
    size: int = 10
    count: int | None = None
    answer: Answer | None = None
    put: str = "take"
    etag: bool = False
    teasers: bool = False
    empty_pages: int = 0
    token: str = ""
    asked: list[Asked] = field(default_factory=list)

    def __call__(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        if asked.path == "/token":
            return Answer(json.dumps({"access_token": self.token, "expires_in": 3600}))
        if self.token and asked.headers.get("authorization") != f"Bearer {self.token}":
            return Answer('{"error": "token"}', status=401)
        if asked.method == "PUT":
            return self._take(asked)
        if self.answer is not None:
            return self.answer
        _, _, kind, *rest = asked.path.split("/")
        assert kind == "reviews"
        if rest:
            found = self.find(rest[0])
            return Answer(json.dumps(found)) if found else Answer("{}", status=404)
        return self._page(asked)

    def find(self, external_id: str) -> dict[str, Any] | None:
        return next((entry for entry in self.reviews if entry.get("id") == external_id), None)

    def _page(self, asked: Asked) -> Answer:
        page = int(asked.query.get("page", "1"))
        start = (page - 1 - self.empty_pages) * self.size
        listed = self.reviews[start : start + self.size] if start >= 0 else []
        body: dict[str, Any] = {
            "reviews": [self._teaser(entry) for entry in listed],
            "page": page,
            "more": start + self.size < len(self.reviews),
            "rating": 4.2,
        }
        count = len(self.reviews) if self.count is None else self.count
        if count >= 0:
            body["count"] = count
        tag = f'"{hash(json.dumps(body, sort_keys=True))}"'
        if self.etag and asked.headers.get("if-none-match") == tag:
            return Answer(status=304)
        body["request_id"] = len(self.asked)
        return Answer(json.dumps(body), headers={"ETag": tag} if self.etag else {})

    def _teaser(self, entry: dict[str, Any]) -> dict[str, Any]:
        if not self.teasers:
            return entry
        return {**entry, "text": f"{entry['text'][:10]}…", "partial": ["text"]}

    def _take(self, asked: Asked) -> Answer:
        review = self.find(asked.path.split("/")[3])
        if review is None:
            return Answer("{}", status=404)
        if self.put == "refuse":
            return Answer("{}", status=422)
        if self.put == "fail":
            return Answer("{}", status=503)
        review["reply"] = json.loads(asked.body)["text"]
        return Answer("{}", hang=self.put == "take and hang")

    def pages_asked(self) -> list[str]:
        return [
            asked.query["page"]
            for asked in self.asked
            if asked.method == "GET" and "page" in asked.query
        ]
