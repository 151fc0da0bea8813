"""Flamp: its reviews as 2GIS shows them, for a location that is not read on 2GIS itself.

Reads what `two_gis` reads (the reviews API of 2GIS, or the state of the firm page) and keeps the
reviews whose provider is Flamp. A firm has one number on both sites. Where a location has a link
to 2GIS too, `reviewbot check` refuses this one: each review would come twice.

What the site does not tell
 * how many of the place's reviews are Flamp's: the counters there are count all providers, so a
   zero is only doubted where the whole list is empty beside a counter;
 * Flamp's own stars of the place;
 * reviews that Flamp shows and 2GIS does not, if there are any.

Quirks
 * Flamp's own API needs a visitor's token from a cookie and is not asked.
 * Everything said of keys, blocks and dates in `two_gis` holds here.
 * The owner answers at Flamp, not in the 2GIS account; each review has a link there.

How sure: one answered review of Flamp in a capture of 2021; the rest is made by hand after it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from reviewbot.core.contract import (
    Counters,
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
from sources._markup import host_of

NAME = "flamp"
TITLE = {"ru": "Фламп", "en": "Flamp"}
HOSTS = ("flamp.ru",)
REPLY_LIMIT = Limit(1, 5000)
"""Flamp publishes no figure: a bound against accidents, not the site's."""
TRAITS = Traits(
    reads="the reviews API of 2GIS, Flamp's reviews only",
    reply="by hand",
    evidence="capture",
    every=timedelta(minutes=90),
    gap=timedelta(seconds=10),
    daily_budget=500,
    terms="The licence agreement of 2GIS forbids automated collection without its consent.",
    official_way="none for reading reviews; the owner answers at Flamp",
    unseen="an unanswered review of Flamp, an edited one; Flamp's own API",
)
LACKS: Mapping[str, str] = {}
SITE_URL = "https://flamp.ru"
PROVIDER = "flamp"

_FIRM = re.compile(r"/(?:firm|filials?|r)/(?:[^/?#]*-)?([0-9]{6,25})(?:/|$)")


@dataclass(frozen=True)
class Options:
    """`key`: a key of the reviews API of 2GIS; without it the firm page there is asked for the
    site's own."""

    key: str = ""


def pages(target: Target, memory: Memory) -> Pages:
    """Ask as for 2GIS. Raises Blocked where the key is blocked and the firm page has no other."""
    key = target.options.key if isinstance(target.options, Options) else ""
    return reviews.pages(target, memory, key)


def parse(payload: Payload, target: Target) -> Page:
    """Read an answer for 2GIS and keep Flamp's part. Raises what `two_gis` raises."""
    page = reviews.read(payload)
    doubted = None if page.items else page.counters.reviews
    return Page(
        items=tuple(
            item.with_(can_reply=None)
            for item in page.items
            if item.site.get("provider") == PROVIDER
        ),
        counters=Counters(reviews=doubted),
        complete=page.complete,
        memory=page.memory,
        unreadable=page.unreadable,
    )


def essence(payload: Payload) -> bytes:
    """Reviews and counters of all providers, without the link to the next page."""
    return reviews.essence(payload)


def review_url(target: Target, item: Item) -> str | None:
    """The review at Flamp, else the firm's page there."""
    return item.url or f"{SITE_URL}/firm/{target.ref}"


def reply_url(target: Target, item: Item) -> str | None:
    """The same: the owner answers under the review."""
    return review_url(target, item)


def recognise_url(url: str) -> TargetHint | None:
    """Links to a firm or to one of its reviews, of any city's host."""
    host = host_of(url)
    if host not in HOSTS and not host.endswith(".flamp.ru"):
        return None
    found = _FIRM.search(urlsplit(url.strip()).path)
    return TargetHint(NAME, found[1], f"{SITE_URL}/firm/{found[1]}") if found else None
