"""2GIS: the site's own reviews API, and the firm page's React state where the API is silent.

Reads `https://public-api.reviews.2gis.com/2.0/branches/{id}/reviews` with the web client's key, 50
a page by date of writing; the key stands in the firm page as `"reviewApiKey"`, is taken from there
once and remembered, or is given as the option `key`. Where the API answers with an empty first
page, the firm page itself is read too (`window.__REACT_QUERY_STATE__`, query
`fetchEntityReviews`), so that a zero is never taken on trust.

What the site does not tell
 * whether a Flamp review can be answered; the 2GIS cabinet does not let you, so Flamp's and other
   providers' reviews have `can_reply` false;
 * a link to one review (Flamp's have one, 2GIS's own do not).

Quirks
 * `next_link` names the host api.reviews.2gis.com and has no key (2021): only its `offset_date` is
   used, the address is built here.
 * Dates have 1 to 6 digits of fraction and the branch's own offset, or Z.
 * `rated=true` drops some reviews silently (5 of 42 in one measurement): not asked for.
 * A blocked key, or its daily quota, is 403 with `apiKeyIsBlocked`: the page is asked for a new
   one, once.
 * From data-centre addresses the firm page is 403 or a page saying «2ГИС советует обновить
   браузер»; in September 2026 the API was measured to answer `total_count: 0` for everything,
   while in July 2026 it still worked.

How sure: entries from a capture of 2021; the shape of 2026 and the React state are synthetic,
after public readers' code. Access today is the weak point, not the shape.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from reviewbot.core.contract import (
    Item,
    Limit,
    Memory,
    Page,
    Pages,
    Payload,
    Target,
    TargetHint,
    Traits,
)
from sources import _two_gis_reviews as reviews

NAME = "two_gis"
TITLE = {"ru": "2ГИС", "en": "2GIS"}
HOSTS = reviews.HOSTS
REPLY_LIMIT = Limit(1, 5000)
"""2GIS publishes no figure: a bound against accidents, not the site's."""
TRAITS = Traits(
    reads="the site's reviews API, the firm page's state",
    reply="by hand",
    evidence="capture",
    every=timedelta(minutes=45),
    gap=timedelta(seconds=10),
    daily_budget=500,
    terms="The licence agreement forbids automated collection without 2GIS's consent.",
    official_way="none for reading reviews; the owner answers in the 2GIS account",
    unseen="the React state (synthetic after public readers), the page without reviews",
)
LACKS: Mapping[str, str] = {}


@dataclass(frozen=True)
class Options:
    """`key`: a key of the reviews API; without it the firm page is asked for the site's own."""

    key: str = ""


def pages(target: Target, memory: Memory) -> Pages:
    """Find a key, then ask page after page; an empty first page is checked against the firm page.

    Raises Blocked where the key is blocked and the firm page has no other.
    """
    key = target.options.key if isinstance(target.options, Options) else ""
    return reviews.pages(target, memory, key)


def parse(payload: Payload, target: Target) -> Page:
    """Read an answer of the API or a firm page. Raises Blocked for a blocked key and for the page
    that asks to renew the browser."""
    return reviews.read(payload)


def essence(payload: Payload) -> bytes:
    """Reviews and counters, without the link to the next page."""
    return reviews.essence(payload)


def review_url(target: Target, item: Item) -> str | None:
    """The review on Flamp where it is Flamp's, else the firm's list."""
    return item.url or reviews.firm_page(target, "page").url


def reply_url(target: Target, item: Item) -> str | None:
    """The owner's account; a review of another provider is answered there, not here."""
    return item.url if item.can_reply is False else "https://account.2gis.com/"


def recognise_url(url: str) -> TargetHint | None:
    """Links to a firm, also inside a search; a short link (go.2gis.com) does not hold its id."""
    firm = reviews.firm_in(url)
    return TargetHint(NAME, *firm) if firm else None


def recognise(payload: Payload) -> TargetHint | None:
    """Which firm a saved answer or page shows."""
    firm = reviews.firm_of(payload)
    return TargetHint(NAME, *firm) if firm else None
