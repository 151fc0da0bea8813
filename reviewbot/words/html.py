"""What goes to Telegram: HTML, buttons, perhaps a file; and how text is kept within its limits.

Untrusted text becomes `Html` only through `escaped` and what is built on it; raw text is cut
first and escaped afterwards, never the other way round. Lengths are UTF-16 units, as Telegram
counts them after it has parsed the entities.
"""

import html as html_module
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from reviewbot.core.text import clean
from reviewbot.words.vocabulary import ButtonName

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
"""UTF-16 units under a picture."""
COPY_LIMIT = 256
ANSWER_LIMIT = 200

LINK_LIMIT = 2000
_NO_LINK = re.compile(r"[\s<>|{}\\^`\"\x00-\x1f\x7f\ud800-\udfff]")
_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)+\.?")
_IPV6 = re.compile(r"[0-9a-f]*:[0-9a-f:.]+")
_TAG = re.compile(r"<[^<>]*>")
_POISON = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


class Html(str):
    """Text that is already HTML. Everything else is escaped on the way in."""

    __slots__ = ()


STYLES = {
    ButtonName.APPROVE: "success",
    ButtonName.SAVE_APPROVE: "success",
    ButtonName.POSTED: "success",
    ButtonName.MEASURE_DONE: "success",
    ButtonName.SKIP_REASON: "danger",
    ButtonName.FORGET: "danger",
    ButtonName.REMOVE: "danger",
}


@dataclass(frozen=True, slots=True)
class Button:
    """One key: exactly one of `name`, `url` and `copy`. `arg` tells its name's function more. A
    `disabled` one has none: it says what goes on.

    `ticket` is set where a message speaks of several tickets; else it is the message's own.
    """

    label: str
    name: ButtonName | None = None
    arg: str = ""
    url: str | None = None
    copy: str | None = None
    ticket: int | None = None
    disabled: bool = False

    @property
    def style(self) -> str:
        """Its colour, where Telegram shows one: green goes on, red takes away; "": as usual."""
        return STYLES.get(self.name, "") if self.name and not self.disabled else ""

    @property
    def action(self) -> str | None:
        """What callback data carries of it."""
        return f"{self.name}:{self.arg}" if self.name and self.arg else self.name


Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Message:
    """A message to send or to edit into place.

    `attachment` is (file name, UTF-8 bytes): what the text had to shorten, whole. `force_reply`
    asks the person to answer this very message; `placeholder` shows in their input field.
    """

    html: str
    buttons: Rows = ()
    attachment: tuple[str, bytes] | None = None
    force_reply: bool = False
    placeholder: str = ""


def units(text: str) -> int:
    """Length in UTF-16 code units."""
    return len(text) + sum(character > "\uffff" for character in text)


def visible(html: str) -> str:
    """The text Telegram shows for this HTML: tags gone, entities resolved."""
    return html_module.unescape(_TAG.sub("", html))


def length(html: str) -> int:
    """What Telegram counts: UTF-16 units after entity parsing."""
    return units(visible(html))


def fits(html: str) -> bool:
    return length(html) <= TEXT_LIMIT


def safe(text: str) -> str:
    """Text without what Telegram's client or Telegram refuse: lone surrogates, control characters.

    The last line of defence: texts are cleaned when they come in (core.text), and a draft must
    reach people exactly as written, so nothing else is touched here.
    """
    return _POISON.sub("", text)


def cut(text: str, limit: int) -> str:
    """Return raw text of at most `limit` UTF-16 units, ending in "…" where something is missing.

    Cuts between words where one ends near, and never within a letter and its marks.
    """
    text = safe(text)
    if units(text) <= limit:
        return text
    if limit < 1:
        return ""
    kept = text.encode("utf-16-le")[: 2 * (limit - 1)]
    head = kept.decode("utf-16-le", "ignore")
    while head and _joins(text[len(head)]):
        head = head[:-1]
    space = max(head.rfind(" "), head.rfind("\n"))
    whole = text[len(head)].isspace()
    if not whole and space > len(head) - 20 and space > len(head) // 2:
        head = head[:space]
    return head.rstrip(" \n,.;:…") + "…"


def _joins(character: str) -> bool:
    return bool(unicodedata.combining(character)) or character in "\u200d\ufe0e\ufe0f"


def short(text: str | None, limit: int) -> str:
    """One clean line of untrusted text: a name, a title, an excerpt."""
    return cut(" ".join((clean(text, limit=limit * 4 + 64) or "").split()), limit)


def both_ends(name: str, limit: int) -> str:
    """A name of at most so many units with its beginning and its end, by which places of one chain
    differ: «Кофейня на…ская 12/3»."""
    name = short(name, 4 * limit)
    if units(name) <= limit:
        return name
    end = name[-(limit // 3) :]
    while units(end) > limit // 3 or _joins(end[0]):
        end = end[1:]
    return cut(name, limit - units(end)).rstrip() + end.lstrip()


def escaped(text: str) -> Html:
    """HTML of a raw text; what is Html already stays."""
    if isinstance(text, Html):
        return text
    return Html(html_module.escape(safe(text), quote=False))


TIME_TAG = re.compile(r"</?tg-time[^<>]*>")


def timed(sentence: str, times: Iterable[tuple[str, datetime]]) -> Html:
    """A sentence in which each of these words stands for an instant: Telegram shows it in the
    reader's own zone when it is tapped. The words, in the desk's zone, stay as they are."""
    html = escaped(sentence)
    for words, at in times:
        tag = f'<tg-time unix="{int(at.timestamp())}">{escaped(words)}</tg-time>'
        html = Html(html.replace(escaped(words), tag, 1))
    return html


def bold(text: str) -> Html:
    return Html(f"<b>{escaped(text)}</b>")


def code(text: str) -> Html:
    return Html(f"<code>{escaped(text)}</code>")


def mention(name: str, user_id: int) -> Html:
    """A person by number: it notifies them also where they have no @username."""
    return Html(f'<a href="tg://user?id={user_id:d}">{escaped(name)}</a>')


NAMED = "\ue000"
"""Stands in a sentence where a mention comes; no font has it, no text of ours uses it."""


def naming(sentence: str, who: Iterable[tuple[str, int | None]]) -> Html:
    """A sentence with mentions of these people (name, number) in the place of NAMED."""
    names = [escaped(name) if number is None else mention(name, number) for name, number in who]
    return Html(escaped(sentence).replace(NAMED, ", ".join(names)))


def block(text: str) -> Html:
    """A code block: a tap copies it."""
    return Html(f"<pre>{escaped(text)}</pre>")


def quote(text: str) -> Html:
    return Html(f"<blockquote expandable>{escaped(text)}</blockquote>")


def joined(separator: str, parts: Iterable[str]) -> Html:
    """Join the parts that say something; plain ones are escaped."""
    return Html(separator.join(escaped(part) for part in parts if part))


def lines(*parts: str) -> Html:
    return joined("\n", parts)


def as_fits(
    ranked: Sequence[tuple[int, str]], left: Callable[[int], str], limit: int = CAPTION_LIMIT
) -> Html:
    """Return lines that fit (under a picture): each with its rank, the first of all being 0. Where
    they are too long, those of the highest rank go, the last first, and the line `left` says how
    many they were."""
    told = [(rank, text) for rank, text in ranked if text]
    gone = 0
    while True:
        html = lines(*(text for _, text in told), left(gone) if gone else "")
        if length(html) <= limit or len(told) <= 1:
            return html
        last = max(range(len(told)), key=lambda at: (told[at][0], at))
        del told[last]
        gone += 1


def fitted(
    compose: Callable[[Sequence[str]], Html],
    texts: Sequence[str],
    *,
    limit: int = TEXT_LIMIT,
    least: int = 500,
) -> tuple[Html, tuple[int, ...]]:
    """Compose a message around raw texts, cutting them to what fits; return it and which were cut.

    Texts come in the order of importance: an earlier one stays whole where every later one still
    gets `least` units, or its whole length.
    """
    sizes = [units(text) for text in texts]
    room = limit - (length(compose(["x" if size else "" for size in sizes])))
    room += sum(bool(size) for size in sizes)
    given = list(texts)
    for index, size in enumerate(sizes):
        later = sum(min(least, other) for other in sizes[index + 1 :])
        given[index] = cut(texts[index], max(0, min(size, room - later)))
        room -= units(given[index])
    shortened = tuple(index for index, text in enumerate(texts) if given[index] != text)
    return compose(given), shortened


def is_link(url: str) -> bool:
    """Whether Telegram takes an address as a key's link; else it refuses the whole message."""
    if url.startswith("tg://"):
        return True
    if len(url) >= LINK_LIMIT or _NO_LINK.search(url):
        return False
    try:
        parts = urlsplit(url)
        is_port_good = parts.port is None or parts.port > 0
    except ValueError:
        return False
    host = parts.hostname or ""
    is_host_good = bool(_IPV6.fullmatch(host)) or bool(_HOST.fullmatch(host))
    return parts.scheme in ("http", "https") and is_host_good and is_port_good


def copyable(text: str) -> bool:
    """Whether a copy_text button can hold it."""
    return 0 < units(text) <= COPY_LIMIT
