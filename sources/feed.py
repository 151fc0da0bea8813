"""A feed: RSS 0.9-2.0 or Atom of mentions or reviews, from an address or a file.

For alerts on the brand's name, a forum's topic, a blog's comments, a site's own feed of reviews.
`ref` is an address ("feed:https://…/rss") or the whole path of a file in one of `fetch.folders`.
Entries are mentions unless the option `kind` says "review".

What a feed does not tell
 * whether an entry that is not there any more was deleted: a feed holds the newest few;
 * replies, most often stars, and often the author and the whole text;
 * whether there is nothing: an empty feed and a broken one look the same.

Quirks
 * Identity is `guid` or Atom's `id`, else the link, else title and date.
 * Dates are RFC 822 ("Thu, 05 Mar 2026 14:20:00 +0300") in RSS, ISO in Atom and RSS 1.0; where a
   zone is missing UTC is taken. Atom's `updated` later than `published` is an edit.
 * Texts are HTML, escaped once or in CDATA; tags are taken away.
 * Addresses inside a feed are never followed; a feed that declares XML entities is refused.

How sure: the formats are standards and read by a library; the samples are made by hand.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Literal
from urllib.parse import urljoin

from lxml import etree

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
    derived_id,
    instant,
    raise_for_status,
)
from sources._markup import (
    block_text,
    raise_for_challenge,
    read_entries,
    rebased,
    soup,
    stars,
)
from sources._rows import file_address

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
_FEED_LIKE = re.compile(r"/(?:feed|rss|atom)(?:[./?]|$)|\.(?:rss|atom)$", re.IGNORECASE)
_ROOTS = frozenset({"rss", "feed", "rdf"})
_STARS = ("ratingvalue", "rating", "starrating", "overall")


@dataclass(frozen=True)
class Options:
    """`kind`: what the entries are; `contains`: words of which an entry must hold one (a feed of
    everything, of which a place is one)."""

    kind: Literal["mention", "review"] = "mention"
    contains: tuple[str, ...] = ()


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
    if "<!ENTITY" in payload.text:
        raise LayoutChanged("the feed declares XML entities: it is not read")
    root = _root(payload)
    if root is None or _name(root) not in _ROOTS:
        raise_for_challenge(payload)
        raise LayoutChanged("neither RSS nor Atom", status=payload.status)
    if _name(root) == "rss" and _child(root, "channel") is None:
        raise LayoutChanged("an RSS without its channel", status=payload.status)
    options = target.options if isinstance(target.options, Options) else Options()
    base = "" if target.base_url else payload.url
    base = base or (target.ref if _ADDRESS.match(target.ref) else "")
    items, unreadable = read_entries(
        [_Entry(element) for element in _entries(root)][:MAX_ENTRIES],
        lambda entry: _item(entry.element, options, base),
    )
    words = [word.casefold() for word in options.contains]
    kept = tuple(item for item in items if not words or _holds(item, words))
    return Page(items=kept, unreadable=unreadable)


def essence(payload: Payload) -> bytes:
    """The entries, without the feed's own build date."""
    root = _root(payload)
    if root is None:
        return payload.content
    return b"\n".join(etree.tostring(entry, with_tail=False) for entry in _entries(root))


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


@dataclass(frozen=True, slots=True)
class _Entry:
    """An element that shows its own XML as the sample of what could not be read."""

    element: Any

    def __str__(self) -> str:
        return etree.tostring(self.element, encoding="unicode", with_tail=False)


def _root(payload: Payload) -> Any:
    """The tree, or None where it is no XML. Nothing outside the bytes is ever looked at."""
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        recover=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(payload.content.lstrip(), parser)
    except (etree.XMLSyntaxError, ValueError, LookupError):
        pass
    try:
        # Many feeds name one character set and are written in another: the text as we read it.
        text = re.sub(r"^\s*<\?xml[^>]*\?>", "", payload.text.lstrip("\ufeff"))
        return etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError, LookupError):
        return None


def _name(element: Any) -> str:
    """An element's name without its namespace, in lower case; "" for what is none."""
    tag = None if element is None else element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def _entries(root: Any) -> Iterator[Any]:
    """RSS 2.0 keeps its entries in the channel, RSS 1.0 beside it, Atom in the feed."""
    for element in root.iter():
        if _name(element) in ("item", "entry") and _name(element.getparent()) in (
            *_ROOTS,
            "channel",
        ):
            yield element


def _child(element: Any, *names: str) -> Any:
    """The first child of the first name that there is."""
    for name in names:
        for child in element:
            if _name(child) == name:
                return child
    return None


def _text(element: Any) -> str | None:
    """An element's own text, or of XHTML content all of it."""
    if element is None:
        return None
    return "".join(element.itertext()).strip() or None


def _plain(element: Any) -> str | None:
    """The text without HTML tags."""
    told = _text(element)
    if told is None or not re.search(r"<[a-zA-Z/!]|&[a-zA-Z#]\w*;", told):
        return told
    return block_text(soup(f"<div>{told}</div>")) or None


def _moment(element: Any) -> datetime | None:
    told = _text(element)
    if told is None:
        return None
    if found := instant(told):
        return found
    try:
        moment = parsedate_to_datetime(told)
        return instant(moment.isoformat())
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _link(entry: Any, base: str) -> str | None:
    """The entry's page: Atom's alternate link, RSS's link, or a guid that is an address."""
    for child in entry:
        if _name(child) == "link":
            told = child.get("href") or _text(child)
            if told and child.get("rel", "alternate") == "alternate":
                break
    else:
        told = _text(_child(entry, "guid", "id"))
    try:
        link = urljoin(base, told.strip()) if told else ""
    except ValueError:
        return None
    return link if _ADDRESS.match(link) else None


def _author(entry: Any) -> str | None:
    author = _child(entry, "creator", "author")
    if author is None:
        return None
    told = _text(_child(author, "name")) or _text(author)
    # RSS asks for an address with the name in brackets behind it.
    found = re.fullmatch(r"\S+@\S+\s+\((.+)\)", told or "")
    return found[1] if found else told


def _stars(entry: Any) -> int | None:
    for element in entry.iter():
        if _name(element) in _STARS and (found := stars((_text(element) or "").strip())):
            return found
    return None


def _item(entry: Any, options: Options, base: str) -> Item:
    title, link = _plain(_child(entry, "title")), _link(entry, base)
    published = _child(entry, "pubdate", "published", "date", "issued")
    published_at, updated_at = _moment(published), _moment(_child(entry, "updated", "modified"))
    is_day = len(_text(published) or "") == len("2026-03-05")
    precision = Precision.DAY if is_day else Precision.SECOND
    if published_at is None:
        published_at, precision = updated_at, Precision.LAST_CHANGE
        updated_at = None
    identity = _text(_child(entry, "guid", "id")) or entry.get(
        "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
    )
    text = _plain(_child(entry, "encoded", "content", "description", "summary"))
    if not (title or text):
        raise LayoutChanged("an entry without title and text")
    is_edited = updated_at and published_at and updated_at > published_at
    return Item(
        external_id=identity or link or derived_id(title, published_at),
        kind=Kind(options.kind),
        rating=_stars(entry),
        title=title,
        text=None if text == title else text,
        author=_author(entry),
        published_at=published_at,
        published_precision=precision,
        edited_at=updated_at if is_edited else None,
        language=entry.get("{http://www.w3.org/XML/1998/namespace}lang"),
        url=link,
    )


def _holds(item: Item, words: list[str]) -> bool:
    told = f"{item.title or ''} {item.text or ''}".casefold()
    return any(word in told for word in words)
