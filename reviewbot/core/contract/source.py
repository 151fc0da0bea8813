"""The shape of a source module, the places it reads, and how a publication of it ends."""

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol, TypeVar

from reviewbot.core.contract.exchange import NotModified, Payload, Request
from reviewbot.core.contract.page import Item, Memory, Page

Said = TypeVar("Said")


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
    one by one (`in_full`, `one`). `by_date`: the list is in the order of time, so that what shows
    up above known reviews was not there before. `comments`: how the `ref` of a target begins whose
    texts are comments under posts, where people speak of anything.
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
    by_date: bool = True
    comments: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """One location on one source, as a source module needs it.

    `ref` identifies the place on the site; `options` is an instance of the source's Options;
    `base_url` is the operator's override of the site's address, without a trailing slash. `zone`
    is the location's time zone (IANA), for times that a page tells without one; "": not known.
    """

    key: str
    source: str
    ref: str
    url: str | None = None
    name: str = ""
    options: Any = None
    base_url: str | None = None
    secret_ref: str = ""
    zone: str = ""

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


@dataclass(frozen=True, slots=True)
class Receipt:
    """How a publication ended, as the site itself shows it on read-back.

    "published": the reply is there (`text`, `at` as shown) · "pending": accepted, moderated ·
    "refused": the site said no, nothing changed (`detail` for people) · "withdrawn": it is gone ·
    "declined": the site knows that no reply is needed ·
    "unknown": could not be told; look by hand.
    """

    outcome: Literal["published", "pending", "refused", "withdrawn", "declined", "unknown"]
    text: str | None = None
    at: datetime | None = None
    detail: str = ""


Pages = Generator[Request, Payload | NotModified, None]

Steps = Generator[Request, Payload, Receipt]

Fetched = Generator[Request, Payload, Item | None]


class Source(Protocol):
    """The shape of a source module. `one`, `in_full`, `reply`, `withdraw`, `decline`, `together`,
    `recognise` and `publishes` are optional: a module that cannot do it does not define it. LACKS
    (kind → why) excuses the cases its test cannot have.

    `one(target, external_id) -> Fetched | None` asks for a single review; it returns None, and no
    generator, for a target whose reviews cannot be asked for alone (no credentials for the API).

    `in_full(target, item, known) -> Fetched | None` brings what a list does not show (the text
    behind a teaser, the reply among the comments) of an `item` just listed; `known` is the review
    as we hold it, or None. It returns None where nothing is owed, else a generator that ends in
    the whole item.

    `together(target, others) -> Request | None` asks for the newest reviews of many places of one
    account at once; None where the target is alone. `parse` reads of the answer what is the
    target's, and says by `since` what it is good for.

    `decline(target, review) -> Steps` tells a site that keeps such a list that the review needs no
    reply. It is called again where nobody knows how that ended, so it looks first.

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


def said_by(function: Callable[..., Said], *args: Any) -> Said:
    """Call what a source defines. One that would end the whole process raises RuntimeError, which
    is held up where any other fault of a source is."""
    try:
        return function(*args)
    except SystemExit as error:
        raise RuntimeError(f"the source ends the process (SystemExit: {error})") from error


def recognised(source: Source, url: str) -> TargetHint | None:
    """Return what a link points at on this source."""
    return source.recognise_url(url)


def first_request(source: Source, target: Target) -> Request | None:
    """Return what a reading asks first; None where it asks nothing."""
    return next(source.pages(target, {}), None)


def public_links(source: Source, target: Target, item: Item) -> tuple[str | None, str | None]:
    """Return a review's page and the page where the owner answers, at the site's own address:
    an override of it (a proxy, a test's server) is where we read, not where people look."""
    public = replace(target, base_url=None)
    return said_by(source.review_url, public, item), said_by(source.reply_url, public, item)


def publishes(source: Source, target: Target) -> bool:
    """Return whether replies to this target go through the site's API.

    A source whose API is optional (credentials for one target, none for another) defines its own
    `publishes(target)`; the others need TRAITS.reply "official" and a credential. A target without
    one has an empty `secret_ref`.
    """
    own = getattr(source, "publishes", None)
    if own is not None:
        return bool(said_by(own, target))
    return source.TRAITS.reply == "official" and bool(target.secret_ref)
