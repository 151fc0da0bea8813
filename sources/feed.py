"""A feed: RSS 0.9-2.0 or Atom of mentions or reviews, from an address or a file.

For alerts on the brand's name, a forum's topic, a blog's comments, a site's own feed of reviews.
`ref` is an address ("feed:https://…/rss") or the whole path of a file in one of `fetch.folders`.
Entries are mentions unless the option `kind` says "review".

What a feed does not tell
 * whether an entry that is not there any more was deleted: a feed holds the newest few;
 * replies, most often stars, and often the author and the whole text;
 * whether there is nothing: an empty feed and a broken one look the same.

Quirks
 * Identity is `guid` or Atom's `id`, else the link; where entries share it (a guid that is the
   feed's, every link to one page) author, date and nearest text tell them apart.
 * Dates are RFC 822 ("Thu, 05 Mar 2026 14:20:00 +0300") in RSS, ISO in Atom and RSS 1.0, and what
   people write («5 марта 2026»); a time without a zone is the location's, or of the option `zone`.
   Atom's `updated` later than `published` is an edit.
 * A feed with a bad character, HTML's entities or a server's notice above it is read as far as it
   goes; entries that break are counted and told.
 * The prolog's character set is believed only where the bytes are not UTF-8.
 * Texts are HTML, escaped once or in CDATA; tags are taken away.
 * Addresses inside a feed are never followed; a feed that declares XML entities is refused.

How sure: the formats are standards and read by a library; the samples are made by hand.
"""

import io
import re
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal
from urllib.parse import urljoin

from reviewbot.core.contract import (
    Item,
    Kind,
    LayoutChanged,
    Limit,
    Memory,
    Page,
    Pages,
    Payload,
    Precision,
    Request,
    Target,
    TargetHint,
    Traits,
    Unreadable,
    raise_for_status,
)
from sources._challenges import raise_for_challenge
from sources._charsets import text_of
from sources._dates import told_at, zone_of
from sources._marks import mark_of, stars_of
from sources._markup import canonical, plain, read_entries, rebased
from sources._repeats import as_told, without_repeats
from sources._tables._rows import file_address

NAME = "feed"
TITLE = {"ru": "Лента (RSS, Atom)", "en": "Feed (RSS, Atom)"}
HOSTS: tuple[str, ...] = ()
REPLY_LIMIT: Limit | None = None
TRAITS = Traits(
    reads="RSS or Atom: an address, or a file of a configured folder",
    reply="none",
    evidence="synthetic",
    every=timedelta(minutes=30),
    gap=timedelta(seconds=10),
    window=timedelta(days=1),
    terms="A feed is published to be read; what its texts may be used for is its site's to say.",
    official_way="this one",
    unseen="a live feed: samples are made by hand after the standards",
    shows_replies=False,
)
LACKS = {"answered": "a feed does not carry the owner's replies"}
MAX_ENTRIES = 500

_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
_FEED_LIKE = re.compile(
    r"/(?:feed|rss|atom|alerts/feeds)(?:[./?]|$)|\.(?:rss|atom)$", re.IGNORECASE
)
_PROLOG = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9_.:-]{2,40})")
_START = re.compile(r"<(?:[a-z]+:)?(?:rss|feed|rdf)\b", re.IGNORECASE)
_ENTRY = re.compile(r"<(?:[a-z]+:)?(?:item|entry)[\s>/]", re.IGNORECASE)
_OTHER_ENTRY = re.compile(r"<(?:[a-z]+:)?(?:review|offer|comment|feedback)[\s>/]", re.IGNORECASE)
_AMPERSAND = re.compile(r"&(?!(?:[a-zA-Z]{2,8}[0-9]?|#[0-9]{1,7}|#x[0-9a-fA-F]{1,6});)")
_REFERENCE = re.compile(r"&#([0-9]{1,7}|[xX][0-9a-fA-F]{1,6});")
_HIDING = re.compile(r"<!--|<!\[CDATA\[")
_STARS = ("ratingvalue", "rating", "starrating", "overall", "stars")
_DATES = ("updated", "date", "published", "pubdate", "created")
"""Ends of the names of dates in a vocabulary that the feed does not declare."""


@dataclass(frozen=True)
class Options:
    """`kind`: what the entries are; `contains`: words of which an entry must hold one (a feed of
    everything, of which a place is one); `zone`: of times without an offset, where it is not the
    location's."""

    kind: Literal["mention", "review"] = "mention"
    contains: tuple[str, ...] = ()
    zone: str = ""


def pages(target: Target, memory: Memory) -> Pages:
    """Ask for the feed. Raises Denied where `ref` is neither an address nor a whole path."""
    yield Request(
        "GET",
        rebased(file_address(target.ref), target.base_url),
        headers=(("Accept", "application/atom+xml, application/rss+xml, application/xml;q=0.9"),),
    )


def parse(payload: Payload, target: Target) -> Page:
    """Read the entries. Never complete: older ones are left out."""
    if payload.status >= 400:
        raise_for_challenge(payload)
    raise_for_status(payload)
    text = _text(payload)
    if "<!ENTITY" in text or "<!ENTITY" in payload.text:
        raise LayoutChanged("the feed declares XML entities: it is not read")
    found = _parsed(text)
    if found is None or not found.version:
        raise_for_challenge(payload)
        raise LayoutChanged("neither RSS nor Atom", status=payload.status)
    if not found.entries and _OTHER_ENTRY.search(_visible(text)):
        raise LayoutChanged("neither RSS nor Atom", status=payload.status)  # a shop's file
    if not found.feed and not found.entries:
        raise LayoutChanged("a feed without its channel", status=payload.status)
    options = target.options if isinstance(target.options, Options) else Options()
    reader = _Reader(found, target, options, "" if target.base_url else payload.url)
    items, unreadable = read_entries(reader.entries[:MAX_ENTRIES], reader.item)
    words = [word.casefold() for word in options.contains]
    kept = tuple(item for item in without_repeats([items]) if not words or _holds(item, words))
    lost = len(_ENTRY.findall(_visible(text))) - len(found.entries)
    why = "the feed is broken inside an entry" if found.bozo else "an entry is not read"
    more = len(found.entries) - MAX_ENTRIES
    beyond = f"an entry behind the first {MAX_ENTRIES} is not read"
    told = [*[Unreadable(why)] * max(0, lost), *[Unreadable(beyond)] * max(0, more)]
    return Page(items=kept, unreadable=(*unreadable, *told))


def essence(payload: Payload) -> bytes:
    """The entries, without the feed's own build date."""
    text = _text(payload)
    found = _parsed(text) if "<!ENTITY" not in text else None
    if found is None or not found.entries:
        return payload.content
    return canonical(
        [{key: str(value) for key, value in entry.items()} for entry in found.entries]
    )


def review_url(target: Target, item: Item) -> str | None:
    """The entry's link, or the feed's address."""
    return item.url or (target.ref if _ADDRESS.match(target.ref) else None)


def reply_url(target: Target, item: Item) -> str | None:
    """The entry's link: what can be said there is said on its own site."""
    return item.url


def recognise_url(url: str) -> TargetHint | None:
    """ "feed:" and an address or a path; without it an address that looks like a feed's."""
    text = url.strip()
    ref = text.removeprefix(f"{NAME}:")
    is_address = bool(_ADDRESS.match(ref))
    if ref == text and not (is_address and _FEED_LIKE.search(ref.partition("#")[0])):
        return None
    return TargetHint(NAME, ref, ref if is_address else None) if ref else None


def _text(payload: Payload) -> str:
    """The feed as text, without its prolog. Many name one character set and are written in
    another: what is UTF-8 is UTF-8, then the prolog counts, then how the answer was read."""
    prolog = _PROLOG.match(payload.content.lstrip(b"\xef\xbb\xbf \t\r\n"))
    named = prolog[1].decode("ascii", "replace") if prolog else ""
    text = text_of(payload.content, named, payload.encoding)
    return re.sub(r"<\?xml[^>]*\?>", "", text.lstrip("\ufeff"), count=1)


def _parsed(text: str) -> Any:
    """What feedparser makes of it: strictly, and where that fails as well as it can. It is given
    text, so that it never opens an address. None where it fails altogether."""
    import feedparser

    start = _START.search(text)
    if start is None:
        return None
    body = text[start.start() :]
    found = None
    # feedparser takes "R&B" for an entity; a feed that is broken is given with it written out.
    for told in (body, _REFERENCE.sub(_letter, _with_ampersands(body))):
        try:
            found = feedparser.parse(
                io.BytesIO(told.encode("utf-8", "replace")),
                response_headers={"content-type": "application/xml; charset=utf-8"},
                sanitize_html=False,
                resolve_relative_uris=False,
            )
        except (ValueError, LookupError, TypeError, AttributeError, RuntimeError, AssertionError):
            continue
        if not found.bozo:
            break
    return found


def _letter(found: re.Match[str]) -> str:
    """A reference as it stands, or nothing where it names what XML cannot hold: a control
    character, one half of a letter."""
    number = int(found[1][1:], 16) if found[1][0] in "xX" else int(found[1])
    fits = number in (9, 10, 13) or 32 <= number < 0xD800 or 0xE000 <= number < 0x110000
    return found[0] if fits else ""


def _with_ampersands(text: str) -> str:
    """The feed with bare ampersands written out, but for those in CDATA, which are meant so."""
    first, *others = text.split("<![CDATA[")
    parts = [_AMPERSAND.sub("&amp;", first)]
    for other in others:
        held, end, rest = other.partition("]]>")
        parts.append(f"{held}{end}{_AMPERSAND.sub('&amp;', rest)}")
    return "<![CDATA[".join(parts)


class _Reader:
    """Reads the entries of one feed: what identifies them, where its links lead."""

    def __init__(self, found: Any, target: Target, options: Options, url: str) -> None:
        self._options = options
        self._zone = zone_of(target, options.zone)
        self._base = url or (target.ref if _ADDRESS.match(target.ref) else "")
        self._is_atom = str(found.version).startswith("atom")
        # Plain ones: feedparser's own give another field's value for one that is missing.
        self.entries = [dict(entry.items()) for entry in found.entries]
        # What several entries share, or the feed itself has, identifies none of them.
        shared = Counter(self._link(entry) for entry in self.entries)
        shared.update({self._absolute(found.feed.get("link")): 1})
        self._shared_links = {link for link, count in shared.items() if link and count > 1}
        ids = Counter(entry.get("id") for entry in self.entries)
        self._shared_ids = {each for each, count in ids.items() if count > 1}

    def item(self, entry: Any) -> Item:
        title, link = _words(entry.get("title")), self._link(entry)
        content = next((each.get("value") for each in entry.get("content", ())), None)
        text = _words(content) or _words(entry.get("summary"))
        if not (title or text):
            raise LayoutChanged("an entry without title and text")
        published, updated = entry.get("published") or entry.get("created"), entry.get("updated")
        if not (published or updated):
            named = (key for key in entry if "_" in key and key.rpartition("_")[2] in _DATES)
            published = next((entry[key] for key in named if isinstance(entry[key], str)), None)
        if not published and not self._is_atom:
            published, updated = updated, None  # RSS 1.0 has one date
        told, changed = told_at(published, self._zone), told_at(updated, self._zone)
        precision = told.precision if told else Precision.UNKNOWN
        if told is None and changed is not None:
            told, changed, precision = changed, None, Precision.LAST_CHANGE
        is_edited = told and changed and changed.at > told.at
        identity = self._identity(entry, link)
        return Item(
            external_id=identity or as_told(None if told else published or updated),
            derived=identity is None,
            kind=Kind(self._options.kind),
            rating=_stars(entry),
            title=title,
            text=None if text == title else text,
            author=_author(entry),
            published_at=told.at if told else None,
            published_precision=precision,
            edited_at=changed.at if changed and is_edited else None,
            language=entry.get("title_detail", {}).get("language"),
            url=link,
        )

    def _identity(self, entry: Any, link: str | None) -> str | None:
        own = entry.get("id")
        is_shared = own in self._shared_ids or self._absolute(own) in self._shared_links
        if own and not is_shared:
            return str(own)
        return link if link not in self._shared_links else None

    def _link(self, entry: Any) -> str | None:
        """The entry's page: Atom's alternate link, RSS's link, or a guid that is an address."""
        links = [
            each.get("href") for each in entry.get("links", ()) if each.get("rel") == "alternate"
        ]
        return self._absolute(next(iter(links), None) or entry.get("link") or entry.get("id"))

    def _absolute(self, link: Any) -> str | None:
        try:
            found = urljoin(self._base, link.strip()) if isinstance(link, str) and link else ""
        except ValueError:
            return None
        return found if _ADDRESS.match(found) else None


def _words(text: Any) -> str | None:
    return (plain(text) or None) if isinstance(text, str) else None


def _visible(text: str) -> str:
    """The text without its comments and CDATA; what opens one and never ends it stays."""
    ends = {"<!--": "-->", "<![CDATA[": "]]>"}
    kept, start, place = [], 0, 0
    while found := _HIDING.search(text, place):
        place = found.end()
        if (end := text.find(ends[found[0]], place) if found[0] in ends else -1) < 0:
            ends.pop(found[0], None)  # nor does a later one: the text is gone over once
            continue
        kept.append(text[start : found.start()])
        start = place = end + 3
    return "".join((*kept, text[start:]))


def _author(entry: Any) -> str | None:
    told = entry.get("author")
    named = entry.get("author_detail", {}).get("name")
    # RSS asks for an address with the name in brackets behind it.
    found = re.fullmatch(r"[^\s@]+@[^\s@]+\s+\((.+)\)", told or "")
    return named or (found[1] if found else told)


def _stars(entry: Any) -> int | None:
    """A mark in a namespace of its own: `im_rating` of Apple, `ratingvalue` of others."""
    for key in entry:
        if key.rpartition("_")[2] in _STARS and (found := mark_of(entry[key])):
            return stars_of(found, None).rating
    return None


def _holds(item: Item, words: list[str]) -> bool:
    told = f"{item.title or ''} {item.text or ''}".casefold()
    return any(word in told for word in words)
