"""What a source module is: the only thing of reviewbot that a source imports.

A source is data and pure functions. It says where to look (`pages`), reads what came (`parse`) and
names pages (`review_url`, `reply_url`, `recognise_url`); it never opens a socket, sees a secret,
asks the time or rolls dice. Generators are sans-IO: they yield a Request and are sent a Payload.
"""

import hashlib
import json as json_module
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime, timedelta
from typing import Any, ClassVar, Literal, Protocol

from reviewbot.core.auths import (
    ApiKey,
    Auth,
    Bearer,
    OAuthClient,
    OAuthRefresh,
    ServiceAccount,
    SignedJwt,
)
from reviewbot.core.errors import (
    Blocked,
    CollectError,
    Denied,
    LayoutChanged,
    RateLimited,
    TargetGone,
    Unreachable,
)
from reviewbot.core.model import Kind, Precision
from reviewbot.core.parse_time import instant, retry_after_seconds
from reviewbot.core.text import clean, encoding_of, folded

__all__ = [
    "ApiKey",
    "Auth",
    "Bearer",
    "Blocked",
    "CollectError",
    "Counters",
    "Denied",
    "Item",
    "Kind",
    "LayoutChanged",
    "Limit",
    "Memory",
    "NotModified",
    "OAuthClient",
    "OAuthRefresh",
    "Page",
    "Payload",
    "Precision",
    "RateLimited",
    "Receipt",
    "Request",
    "ServiceAccount",
    "SignedJwt",
    "Source",
    "Target",
    "TargetGone",
    "TargetHint",
    "Traits",
    "Unreachable",
    "Unreadable",
    "derived_id",
    "encoding_of",
    "folded",
    "instant",
    "public_links",
    "publishes",
    "raise_for_status",
]

Memory = Mapping[str, Any]
"""What a source asked to remember of a target: small, JSON; given back at the next reading."""


@dataclass(frozen=True, slots=True)
class Limit:
    """How long a reply may be, in the site's own unit. `needs_text`: no reply to bare stars."""

    min: int
    max: int
    unit: Literal["characters", "bytes"] = "characters"
    needs_text: bool = False

    def measure(self, text: str) -> int:
        return len(text.encode()) if self.unit == "bytes" else len(text)

    def fits(self, text: str) -> bool:
        return self.min <= self.measure(text) <= self.max


@dataclass(frozen=True, slots=True)
class Traits:
    """What people should know of a source: printed by `reviewbot sources` and docs/sources.md.

    `every` is the polite default between two readings of one target, `gap` between two requests to
    one host, `daily_budget` the requests a day to one host above which the site is known (or, by
    us, expected) to block. `depth` is how many reviews the list reaches; `window` how far back it
    goes: beyond either, absence says nothing. `evidence` is what the reader was tested on.
    `shows_replies`: a reading can see the owner's reply; where it cannot, "posted" stands
    unconfirmed and must not come back for it. `singles`: how many reviews one reading may ask for
    one by one (`in_full`, `one`).
    """

    reads: str
    reply: Literal["official", "by hand", "none"]
    evidence: Literal["capture", "composed", "documentation", "synthetic"]
    every: timedelta
    gap: timedelta
    daily_budget: int | None = None
    depth: int | None = None
    window: timedelta | None = None
    terms: str = ""
    official_way: str = ""
    unseen: str = ""
    shows_replies: bool = True
    singles: int = 5


@dataclass(frozen=True, slots=True)
class Request:
    """One request. Only the answer to a "page" goes to `parse`; a "step" feeds the generator.

    A `url` of the scheme "file" is how `table` and `feed` name a local file. Answers whose status
    is in `own_statuses` are not given to `parse` even for a "page": the generator deals with them
    (2GIS: a remembered key that was blocked is looked up anew) or raises the contract's error.
    """

    method: str
    url: str
    params: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    json: Any = None
    form: tuple[tuple[str, str], ...] = ()
    auth: Auth | None = None
    kind: Literal["page", "step"] = "page"
    own_statuses: tuple[int, ...] = ()

    def is_page(self, payload: "Payload") -> bool:
        """Whether this answer goes to `parse`."""
        return self.kind == "page" and payload.status not in self.own_statuses


@dataclass(frozen=True, slots=True)
class Payload:
    """What came back, whole. Header names are lower case. `read_at` is aware UTC: the time of the
    answer, or of the saved file; needed only where a page tells relative dates."""

    status: int
    url: str
    content: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    read_at: datetime | None = None
    encoding: str = "utf-8"

    @property
    def text(self) -> str:
        """The body as text; bytes that are no text become U+FFFD, never an error."""
        try:
            return self.content.decode(self.encoding, errors="replace")
        except (LookupError, ValueError):  # no such charset, or one that cannot replace
            return self.content.decode("utf-8", errors="replace")

    def json(self) -> Any:
        """The body as JSON. Raises LayoutChanged where it is not."""
        try:
            return json_module.loads(self.text)
        except (ValueError, RecursionError) as error:
            raise LayoutChanged(f"the answer is not JSON: {error}", status=self.status) from None


@dataclass(frozen=True, slots=True)
class NotModified:
    """The site said 304: the page is as it was at the last reading."""

    url: str


@dataclass(frozen=True, slots=True)
class Target:
    """One location on one source, as a source module needs it.

    `ref` identifies the place on the site; `options` is an instance of the source's Options;
    `base_url` is the operator's override of the site's address, without a trailing slash.
    """

    key: str
    source: str
    ref: str
    url: str | None = None
    name: str = ""
    options: Any = None
    base_url: str | None = None
    secret_ref: str = ""

    def base(self, default: str) -> str:
        return self.base_url or default


@dataclass(frozen=True, slots=True)
class TargetHint:
    """What a link or a saved page says about itself. `title` is the place's name if it tells."""

    source: str
    ref: str
    url: str | None = None
    title: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One review as the site shows it now. Nothing is added that the site did not say.

    `rating` is 1–5 or None; `score` of `scale` are a survey's. Instants are aware. Texts are
    cleaned here; wordless is None. `reply_state` is "published", "pending" or "rejected" where
    there is a reply. `partial` names fields this page shows cut or not at all (a teaser): they are
    never compared with, nor written over, a full value.
    """

    external_id: str
    kind: Kind = Kind.REVIEW
    rating: int | None = None
    score: float | None = None
    scale: float | None = None
    title: str | None = None
    text: str | None = None
    pros: str | None = None
    cons: str | None = None
    author: str | None = None
    published_at: datetime | None = None
    published_precision: Precision = Precision.UNKNOWN
    edited_at: datetime | None = None
    language: str | None = None
    translation: str | None = None
    photos: tuple[str, ...] = ()
    url: str | None = None
    reply_text: str | None = None
    reply_at: datetime | None = None
    reply_state: str | None = None
    can_reply: bool | None = None
    site: Mapping[str, Any] = field(default_factory=dict)
    partial: tuple[str, ...] = ()

    TEXTS: ClassVar[tuple[str, ...]] = (
        "title",
        "text",
        "pros",
        "cons",
        "author",
        "translation",
        "reply_text",
    )

    def __post_init__(self) -> None:
        identity = clean(self.external_id, limit=300)
        if not identity:
            raise LayoutChanged("a review without an id")
        object.__setattr__(self, "external_id", identity)
        for name in self.TEXTS:
            object.__setattr__(self, name, clean(getattr(self, name)))
        for name in ("language", "url", "reply_state"):
            object.__setattr__(self, name, clean(getattr(self, name), limit=2000))
        links = (clean(photo, limit=2000) for photo in self.photos)
        object.__setattr__(self, "photos", tuple(link for link in links if link))
        told = {
            name: clean(value, limit=2000) if isinstance(value, str) else value
            for name, value in self.site.items()
        }
        object.__setattr__(self, "site", told)
        if self.rating is not None and not 1 <= self.rating <= 5:
            object.__setattr__(self, "rating", None)  # 0 is "no mark" on every site seen
        for name in ("published_at", "edited_at", "reply_at"):
            moment = getattr(self, name)
            if moment is not None and moment.tzinfo is None:
                raise LayoutChanged(f"{name} of review {identity} has no offset")
        if self.published_at is None:
            object.__setattr__(self, "published_precision", Precision.UNKNOWN)

    def to_json(self) -> dict[str, Any]:
        """Return the item under DESIGN's names; instants as ISO text with offset."""
        out: dict[str, Any] = {}
        for name in (entry.name for entry in fields(self)):
            if name == "partial":
                continue
            value = getattr(self, name)
            if isinstance(value, datetime):
                value = value.isoformat()
            elif isinstance(value, tuple):
                value = list(value)
            elif isinstance(value, Mapping):
                value = dict(value)
            out[name] = value
        return out

    def with_(self, **changes: Any) -> "Item":
        return replace(self, **changes)


@dataclass(frozen=True, slots=True)
class Counters:
    """The site's own figures: `reviews` counts what the list shows (at Yandex texts only, at
    Google bare stars too), `ratings` all marks; None: not said."""

    rating: float | None = None
    reviews: int | None = None
    ratings: int | None = None


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An entry of the list that could not be read: why, and a short sample."""

    why: str
    sample: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """One parsed answer. `complete`: the site's list ends with this page.

    `memory` is merged into the target's memory after the reading is stored.
    """

    items: tuple[Item, ...]
    counters: Counters = Counters()
    complete: bool = False
    memory: Memory = field(default_factory=dict)
    unreadable: tuple[Unreadable, ...] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """How a publication ended, as the site itself shows it on read-back.

    "published": the reply is there (`text`, `at` as shown) · "pending": accepted, moderated ·
    "refused": the site said no, nothing changed (`detail` for people) · "withdrawn": it is gone ·
    "unknown": could not be told; look by hand.
    """

    outcome: Literal["published", "pending", "refused", "withdrawn", "unknown"]
    text: str | None = None
    at: datetime | None = None
    detail: str = ""


Pages = Generator[Request, Payload | NotModified, None]
Steps = Generator[Request, Payload, Receipt]
Fetched = Generator[Request, Payload, Item | None]


class Source(Protocol):
    """The shape of a source module. `one`, `in_full`, `reply`, `withdraw`, `recognise` and
    `publishes` are optional: a module that cannot do it does not define it. LACKS (kind → why)
    excuses the cases its test cannot have.

    `one(target, external_id) -> Fetched | None` asks for a single review; it returns None, and no
    generator, for a target whose reviews cannot be asked for alone (no credentials for the API).

    `in_full(target, item, known) -> Fetched | None` brings what a list does not show (the text
    behind a teaser, the reply among the comments) of an `item` just listed; `known` is the review
    as we hold it, or None. It returns None where nothing is owed, else a generator that ends in
    the whole item.

    `review_url` and `reply_url` are for people: they are asked without the `base_url` override.
    """

    NAME: str
    TITLE: Mapping[str, str]  # {"ru": …, "en": …}
    HOSTS: tuple[str, ...]
    REPLY_LIMIT: Limit | None
    TRAITS: Traits
    Options: type[Any]

    def pages(self, target: Target, memory: Memory) -> Pages: ...
    def parse(self, payload: Payload, target: Target) -> Page: ...
    def essence(self, payload: Payload) -> bytes: ...
    def review_url(self, target: Target, item: Item) -> str | None: ...
    def reply_url(self, target: Target, item: Item) -> str | None: ...
    def recognise_url(self, url: str) -> TargetHint | None: ...


def public_links(source: Source, target: Target, item: Item) -> tuple[str | None, str | None]:
    """Return a review's page and the page where the owner answers, at the site's own address:
    an override of it (a proxy, a test's server) is where we read, not where people look."""
    public = replace(target, base_url=None)
    return source.review_url(public, item), source.reply_url(public, item)


def publishes(source: Source, target: Target) -> bool:
    """Return whether replies to this target go through the site's API.

    A source whose API is optional (credentials for one target, none for another) defines its own
    `publishes(target)`; the others need TRAITS.reply "official" and a credential. A target without
    one has an empty `secret_ref`.
    """
    own = getattr(source, "publishes", None)
    if own is not None:
        return bool(own(target))
    return source.TRAITS.reply == "official" and bool(target.secret_ref)


def derived_id(author: str | None, published: date | datetime | None, ordinal: int = 0) -> str:
    """Return an identity for sites without ids: author, date, and the ordinal among equals.

    The text takes no part: an edited review stays the same review (DESIGN §6).
    """
    day = published.isoformat() if published else ""
    digest = hashlib.sha256(f"{author or ''}\n{day}\n{ordinal}".encode())
    return f"d{digest.hexdigest()[:24]}"


def raise_for_status(payload: Payload, *, status: int | None = None, detail: str = "") -> None:
    """Raise the contract's error for a status that brings no page. Sources may look first.

    401 and 403 are Denied; 404 and 410 TargetGone; 429 RateLimited; 507 and 521 bans (Otzovik and
    irecommend send them for "too many requests"); 400 and other 4xx LayoutChanged, since it is our
    question that no longer fits; other 5xx Unreachable. `status` stands for the payload's where
    the body tells the truth instead of the header; `detail` is the site's own explanation.
    """
    status = payload.status if status is None else status
    said = f": {' '.join(detail.split())[:300]}" if detail.strip() else ""
    if status < 400:
        return
    if status == 401:
        raise Denied(f"the site refuses the credential{said}", status=status, credential=True)
    if status == 403:
        raise Denied(f"the site refuses access{said}", status=status)
    if status in (404, 410):
        raise TargetGone(f"the site has no such page{said}", status=status)
    if status == 429:
        raise RateLimited(
            f"too many requests{said}",
            status=status,
            retry_after=retry_after_seconds(payload.headers.get("retry-after"), payload.read_at),
        )
    if status in (507, 521):
        raise Blocked(f"the site bans automated reading ({status}){said}", status=status)
    if status >= 500:
        raise Unreachable(f"the site answers {status}{said}", status=status)
    raise LayoutChanged(f"the site does not take our question ({status}){said}", status=status)
