"""What several sources need to read pages: scripts with JSON, careful getters.

Everything here takes what a stranger's server sent and either returns a value of the promised type
or None; only `read_entries`, `raise_for_problem`, `refusal` and `as_object` raise, and only the
contract's errors.
"""

import html
import json
import math
import re
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

from reviewbot.core.contract import (
    CollectError,
    Item,
    LayoutChanged,
    Payload,
    RateLimited,
    Receipt,
    Request,
    Steps,
    TargetGone,
    Unreadable,
    is_same_text,
    raise_for_status,
)
from sources._schema._loose_json import joined, loose_values
from sources._tree import BLOCKS, CELLS, Tag, is_element, markup_of, soup

Shown = TypeVar("Shown")
_OPENING = re.compile(r"<!--|<script(?=[\s/>])", re.IGNORECASE)
_CLOSING = re.compile(r"</script[\s/>]", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,8}|#\d{1,6}|#x[0-9a-fA-F]{1,5});")
_HTML = re.compile(
    r"<!--|<!\[CDATA\[|</?(?:p|br|div|span|b|i|u|s|q|em|strong|small|big|ul|ol|li|a|h[1-6]|hr|img|font"
    r"|blockquote|section|article|center|mark|del|ins|pre|code|su[bp]|table|tbody|t[rdh]|style|script"
    r"|video|iframe|figure|noindex)(?:\s[^<>=]{0,100}=[^<>]{0,500})?\s{0,3}/?>",
    re.IGNORECASE,
)
_NAMING_TAG = re.compile(r"<(?:link|meta)(?=\s)", re.IGNORECASE)
_ADDRESS_IN_TAG = re.compile(r'(?:href|content)="([^"]{1,2000})"', re.IGNORECASE)
_MOBILE = re.compile(r"^(?:m|mobile|touch|amp|global)\.")
_SAMPLE = 300


def scripts(text: str) -> Iterator[tuple[str, str]]:
    """Yield (attributes, body) of every script element that is not in a comment; quicker than a
    tree on a big page. A script that the page breaks off in goes to its end."""
    place = 0
    comments_end = True
    while found := _OPENING.search(text, place):
        start = found.end()
        if found[0] == "<!--":
            end = text.find("-->", start) if comments_end else -1
            comments_end = end >= 0
            place = end + 3 if comments_end else start
            continue
        if (tag_end := text.find(">", start)) < 0:
            return
        closed = _CLOSING.search(text, tag_end)
        yield text[start:tag_end], text[tag_end + 1 : closed.start() if closed else len(text)]
        if not closed:
            return
        place = closed.end()


def plain(text: str) -> str:
    """The words of a text that may be an editor's HTML: entities read (also those escaped twice),
    tags taken off, their lines kept. A "<" of the guest's own stays."""
    for _ in range(2):
        if not _ENTITY.search(text):
            break
        text = html.unescape(text)
    if not _HTML.search(text):
        return text
    text = text.replace("<![CDATA[", "").replace("]]>", "")
    return block_text(soup(f"<div>{text}</div>")) if _HTML.search(text) else text


def named_links(head: str) -> Iterator[str]:
    """Yield what the <link> and <meta> elements of a page's head point at."""
    at = 0
    while (found := _NAMING_TAG.search(head, at)) and (at := head.find(">", found.end()) + 1):
        yield from _ADDRESS_IN_TAG.findall(head, found.end(), at)[-1:]


def block_text(element: Tag) -> str:
    """The text of an element with its line breaks and blocks as newlines, inline marks joined."""
    from bs4 import NavigableString, Tag

    parts: list[str] = []
    for node in element.descendants:
        if isinstance(node, Tag):
            if node.name in BLOCKS:
                parts.append("\n")
            elif node.name in CELLS:
                parts.append(" ")
        elif type(node) is NavigableString:  # not comments, scripts and styles
            parts.append(re.sub(r"\s+", " ", node))
    return "\n".join(line.strip(" ") for line in "".join(parts).split("\n")).strip()


def attribute(element: Tag | None, name: str) -> str | None:
    """An attribute's text, or None where the element or the attribute is not there."""
    value = element.get(name) if element is not None else None
    return " ".join(value) if isinstance(value, list) else value


def loads(text: str) -> Any:
    """Return JSON, or None where it is not. Bare control characters in texts are let through:
    sites put them there; what people save may have a comma too many, or several answers in one
    file (`joined`)."""
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return joined(loose_values(text)) if text.lstrip("\ufeff \t\r\n")[:1] in "[{" else None


def with_list(answer: Any, name: str, mark: str) -> Any:
    """The answer with its list `name`: Go writes null for an empty one, and tools save the list
    alone, whose entries then have `mark`."""
    if isinstance(answer, list) and any(mark in mapping(each) for each in answer):
        return {name: answer}
    if isinstance(answer, dict) and name in answer and answer[name] is None:
        return {**answer, name: []}
    return answer


def leading_json(text: str, start: int = 0) -> Any:
    """Return the JSON value that begins at `start` or at the next bracket or quote after it; None
    where there is none. What follows the value (`;`, more script) is left alone."""
    found = re.compile(r'[\[{"]').search(text, start)
    if not found:
        return None
    try:
        value, _ = json.JSONDecoder(strict=False).raw_decode(text, found.start())
    except (ValueError, RecursionError):
        return None
    return value


def walk(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every JSON object inside `value`, outer before inner, in the order of the text."""
    waiting = [value]
    while waiting:
        current = waiting.pop()
        if isinstance(current, dict):
            yield current
            waiting.extend(reversed(list(current.values())))
        elif isinstance(current, list):
            waiting.extend(reversed(current))


def mapping(value: Any) -> Mapping[str, Any]:
    """The value where it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def sequence(value: Any) -> list[Any]:
    """The value where it is a JSON list, else an empty one."""
    return value if isinstance(value, list) else []


def string(value: Any) -> str | None:
    """The value as text where it is text or a whole number (ids come as both)."""
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value) if abs(value) < 10**40 else None
    return None


def number(value: Any) -> float | None:
    """The value as a finite number; text such as "4.6" or "4,6" counts."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        text = value.strip().replace(",", ".")
        if not re.fullmatch(r"[+-]?[0-9]{1,15}(?:\.[0-9]{1,15})?", text):
            return None
        return float(text)
    if isinstance(value, int | float):
        try:
            result = float(value)
        except OverflowError:
            return None
        return result if math.isfinite(result) else None
    return None


def whole(value: Any) -> int | None:
    """The value as a whole number, or None where it is not one (4.5 is not)."""
    result = number(value)
    return int(result) if result is not None and result.is_integer() else None


def stars(value: Any) -> int | None:
    """The value as 1–5 stars, else None (0 is "no mark" on every site seen)."""
    result = whole(value)
    return result if result is not None and 1 <= result <= 5 else None


def positive(value: Any) -> int | None:
    """A counter: a whole number from 0 on."""
    result = whole(value)
    return result if result is not None and result >= 0 else None


def as_object(value: Any, what: str) -> Mapping[str, Any]:
    """The value where it is a JSON object. Raises LayoutChanged where it is not."""
    if not isinstance(value, dict):
        raise LayoutChanged(f"{what} is not an object")
    return value


def _says(item: Item) -> tuple[Any, ...]:
    """What two entries of one id must have in common to be one review."""
    return item.author, item.text, item.pros, item.cons, item.rating


def sample(entry: Any) -> str:
    """A short piece of an entry that could not be read, as people can read it."""
    if is_element(entry):
        entry = markup_of(entry)
    if isinstance(entry, str):
        return entry[:_SAMPLE]
    told = json.dumps(entry, ensure_ascii=False, default=str)
    return told.encode("utf-8", "replace").decode()[:_SAMPLE]


def read_entries(
    entries: Iterable[Any], read: Callable[[Any], Item]
) -> tuple[tuple[Item, ...], tuple[Unreadable, ...]]:
    """Read a list entry by entry: one bad entry must not hide the others.

    `read` raises LayoutChanged for an entry it cannot read. An entry that repeats another one is
    left out; one that says something else under the same id is told as unreadable. Items without
    an id of the site (`derived`) are all kept. Raises LayoutChanged where there are entries and
    none could be read.
    """
    items: dict[str, Item] = {}
    unreadable: list[Unreadable] = []
    for entry in entries:
        try:
            item = read(entry)
        except LayoutChanged as error:
            unreadable.append(Unreadable(error.reason, sample(entry)))
        else:
            if item.derived:
                items[f"\0{len(items)}"] = item
            elif _says(items.setdefault(item.external_id, item)) != _says(item):
                why = f"the id {item.external_id[:80]} is another review's on this page"
                unreadable.append(Unreadable(why, sample(entry)))
    if unreadable and not items:
        raise LayoutChanged(
            f"none of {len(unreadable)} entries can be read; the first: {unreadable[0].why}"
        )
    return tuple(items.values()), tuple(unreadable)


def raise_for_problem(payload: Payload, body: Any) -> None:
    """Raise what an API's error body says, also where its status was lost (a saved file).

    Understands `{"error": {"code", "message", "status"}}` (Google), `{"status", "title",
    "detail"}` (RFC 9457: Wildberries), `{"code", "message"}` and `{"errors": [{"status",
    "title"}]}` (Apple); falls back to the payload's own status.
    """
    answer = mapping(body)
    error = mapping(answer.get("error")) or mapping(
        next(iter(sequence(answer.get("errors"))), None)
    )
    named = error or answer
    detail = " ".join(
        part
        for key in ("title", "message", "detail", "errorText", "error_description")
        if (part := string(named.get(key)))
    )
    if string(named.get("status")) == "RESOURCE_EXHAUSTED":
        raise RateLimited(f"the quota is used up: {detail}", status=payload.status)
    told = next(
        (code for key in ("code", "status") if (code := whole(named.get(key))) is not None), 0
    )
    if not 400 <= told < 600:
        told = 0
    raise_for_status(
        payload, status=payload.status if payload.status >= 400 else told, detail=detail
    )


def refusal(answer: Payload) -> Receipt | None:
    """A receipt where an API said no to this reply; None where it took it, or may have (5xx).

    Raises Denied and RateLimited, which are not about this reply: nothing was published then.
    """
    if answer.status < 400 or answer.status >= 500:
        return None
    try:
        raise_for_problem(answer, loads(answer.text))
    except (TargetGone, LayoutChanged) as error:
        return Receipt("refused", detail=error.reason)
    return None


def read_back(
    look: Generator[Request, Payload, Shown], receipt: Callable[[Shown], Receipt]
) -> Steps:
    """Look at what the site shows after something was sent, and say how it ended by `receipt`. A
    look that fails leaves that open: what was sent may stand."""
    try:
        shown = yield from look
    except CollectError as error:
        return Receipt("unknown", detail=f"sent, but not read back: {error.reason}")
    return receipt(shown)


def posted(shown: Item | None, text: str) -> Receipt:
    """What a review read back says about the reply `text` that was sent."""
    if shown is None or shown.reply_text is None:
        return Receipt("unknown", detail="the reply does not show on read-back")
    if not is_same_text(shown.reply_text, text):
        return Receipt(
            "unknown", shown.reply_text, shown.reply_at, "another text shows on read-back"
        )
    if shown.reply_state == "rejected":
        why = string(shown.site.get("reply_refused"))
        said = f": {why}" if why else ""
        return Receipt("refused", detail=f"the site's moderation rejected the reply{said}")
    is_pending = shown.reply_state == "pending"
    return Receipt("pending" if is_pending else "published", shown.reply_text, shown.reply_at)


def withdrawn(shown: Item | None) -> Receipt:
    """What a review read back says about a reply that was deleted."""
    if shown is not None and shown.reply_text is not None:
        return Receipt("unknown", shown.reply_text, shown.reply_at, "the reply still shows")
    return Receipt("withdrawn")


def fold_heading(text: Any) -> str:
    """A heading as it is compared: case, ё, blanks and marks around it take no part."""
    plain = " ".join(str(text).replace("\u00a0", " ").split()).casefold().replace("ё", "е")
    return plain.strip(" .:*\"'«»\ufeff")


def canonical(value: Any) -> bytes:
    """JSON with sorted keys: equal values give equal bytes."""
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def host_of(url: str) -> str:
    """The host of a link in lower case without "www.", or an empty text."""
    try:
        return (urlsplit(url.strip()).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def site_of(url: str) -> str:
    """The host of a link as its desktop site has it: without "m." and the like."""
    return _MOBILE.sub("", host_of(url))


def rebased(url: str, base: str | None) -> str:
    """The link with scheme and host of `base`, where the operator overrides a site's address."""
    if not base:
        return url
    there, here = urlsplit(base), urlsplit(url)
    return urlunsplit(
        (there.scheme, there.netloc, there.path.rstrip("/") + here.path, here.query, here.fragment)
    )
