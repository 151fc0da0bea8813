"""Apple's RSS of an app's reviews, as JSON and as XML: one form for both."""

import re
from collections.abc import Mapping
from typing import Any

from reviewbot.core.contract import Item, LayoutChanged, Page, Payload, Precision, instant
from sources._markup import as_object, loads, mapping, read_entries, sequence, stars, string

REPLY_FIELDS = ("reply_at", "reply_state", "reply_text")
"""What the RSS does not tell."""


def answer_of(payload: Payload) -> Any:
    """The answer as JSON; the RSS in XML, to which Apple falls back at times, in the same form."""
    text = payload.text.lstrip("\ufeff \r\n\t")
    if not text.startswith("<") or "itunes.apple.com/rss" not in text[:2000]:
        return loads(payload.text)
    from lxml import etree  # loaded where it is needed: Apple answers in JSON nearly always

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
    body = re.sub(r"&(?![a-zA-Z]{2,8};|#)", "&amp;", re.sub(r"^<\?xml[^>]*\?>", "", text))
    root = etree.fromstring(body.encode("utf-8", "replace"), parser)
    if root is None:
        return None
    entries = [_labelled(entry) for entry in root.iter("{*}entry")]
    return {"feed": {"id": {"label": root.findtext("{*}id")}, "entry": entries}}


def _labelled(entry: Any) -> dict[str, Any]:
    """An entry of the XML as the JSON writes it: {"title": {"label": …}}."""
    apple = "{http://itunes.apple.com/rss}"
    found: dict[str, Any] = {}
    for child in entry:
        if not isinstance(child.tag, str):
            continue
        name = child.tag.rpartition("}")[2]
        key = f"im:{name}" if child.tag.startswith(apple) else name
        if key == "author":
            found[key] = _labelled(child)
        elif key != "content" or child.get("type") != "html":  # the text again, as a table
            found.setdefault(key, {"label": "".join(child.itertext())})
    return found


def entries_of(feed: Any) -> list[Any]:
    """The feed's reviews: its list, its only one, or none; without the entry of the app itself."""
    told = mapping(feed).get("entry")
    entries = [told] if isinstance(told, dict) else sequence(told)
    return [
        entry
        for entry in entries
        if not ("im:name" in mapping(entry) and "im:rating" not in mapping(entry))
    ]


def page_of(feed: Any) -> Page:
    if not isinstance(feed, dict):
        raise LayoutChanged("`feed` is not an object")
    if feed.get("entry") is not None and not isinstance(feed["entry"], dict | list):
        raise LayoutChanged("`feed.entry` is neither a list nor an object")
    entries = entries_of(feed)
    items, unreadable = read_entries(entries, _rss_item)
    # The length of a page is not promised: only a page without reviews ends the list.
    return Page(items=items, complete=not entries, unreadable=unreadable)


def label(entry: Mapping[str, Any], key: str) -> str | None:
    return string(mapping(entry.get(key)).get("label"))


def _rss_item(told: Any) -> Item:
    entry = as_object(told, "an entry")
    if "im:rating" not in entry:
        raise LayoutChanged("an entry without stars")
    version = label(entry, "im:version")
    return Item(
        external_id=label(entry, "id") or "",
        rating=stars(label(entry, "im:rating")),
        title=label(entry, "title"),
        text=label(entry, "content"),
        author=label(mapping(entry.get("author")), "name"),
        published_at=instant(label(entry, "updated")),
        published_precision=Precision.LAST_CHANGE,
        site={"version": version} if version else {},
        partial=REPLY_FIELDS,
    )
