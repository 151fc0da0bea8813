"""What a reply of this trade, in this place, should not say; and what to say instead.

A clinic must not even confirm that the author was a patient. The rest is advice: the language of
the review, exclamation marks, a colleague's surname, links, a text too short to be an answer.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from reviewbot.drafting.by_hand import unasked
from reviewbot.drafting.clinic_lint import BLANK, clinical
from reviewbot.drafting.names import SURNAME, name_key
from reviewbot.drafting.problem import DraftProblem
from reviewbot.drafting.signature import language_of
from reviewbot.drafting.templates import CLINIC, known_names

SHORTEST = 3
"""Fewer words than this are no answer."""
MOST_EXCLAIMED = 3
"""More sentences than this that end with an exclamation mark are a storm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeFacts:
    """What replies at a place depend on: its `profile`; the review's `language`, None where it is
    not known; whether the site takes ways to contact in a reply (`contacts`); `author`, whose
    name is no colleague's; `names`: what the place calls itself («Клиника на Лесной»). `typed`: it
    is no template's text, so it offers nothing (`gesture`: the sum written down, 0: none) and
    apologises only where that is in order (`may_apologise`)."""

    profile: str | None = None
    language: str | None = None
    contacts: bool = True
    author: str = ""
    names: tuple[str, ...] = ()
    typed: bool = False
    may_apologise: bool = False
    gesture: int = 0


_LINK = re.compile(
    r"https?://\S+|\bwww\.\S+|(?<![\w@.])(?:[\w-]+\.)+(?:ru|com|net|org|рф|me|io)\b(?:/\S*)?",
    re.IGNORECASE,
)
_CONTACT = re.compile(
    r"(?<![\w+])\+?\d(?:[ ()\u00a0.-]{0,3}\d){6,14}(?!\d)|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
)
_STORM = re.compile(r"!(?:\s*!)+|[?!]{3,}")
_EXCLAIMED = re.compile(r"!+(?=\s|$)")
_NAMED = re.compile(r"\b([А-ЯЁA-Z][а-яёa-z]+)\s+([А-ЯЁA-Z][а-яёa-z]+(?:-[А-ЯЁA-Z][а-яёa-z]+)?)\b")
_WORD = re.compile(r"\w+")
_LETTER = re.compile(r"[^\W\d_]")


def findings(text: str, trade: TradeFacts) -> Iterator[DraftProblem]:
    """Yield what is wrong with a reply, each with the words and, where there is one, what to say
    instead: patient, medical, contact, apology, promise refuse; language, short, exclaimed,
    surname, link advise."""
    spoken = language_of(text)
    if trade.typed:
        yield from unasked(text, may_apologise=trade.may_apologise, gesture=trade.gesture)
    if trade.profile == CLINIC:
        yield from clinical(_without(text, trade.names))
    if not trade.contacts and (hit := _CONTACT.search(text)):
        yield DraftProblem("contact", {"found": hit[0].strip()})
    letters = len(_LETTER.findall(text))
    if trade.language in ("ru", "en") and letters and spoken != trade.language:
        yield DraftProblem("language", {"wanted": trade.language})
    if letters and len(_WORD.findall(text)) < SHORTEST:
        yield DraftProblem("short", {"found": text.strip()})
    if _STORM.search(text) or len(_EXCLAIMED.findall(text)) > MOST_EXCLAIMED:
        yield DraftProblem("exclaimed", {"instead": calmed(text)})
    yield from _surnames(text, trade.author)
    for hit in _LINK.finditer(text):
        yield DraftProblem("link", {"found": hit[0]})


def calmed(text: str) -> str:
    """Return a text with one exclamation mark at most, its first."""
    single = re.sub(r"!(?:\s*!)+", "!", re.sub(r"[?!]*\?[?!]+|[?!]+\?[?!]*", "?", text))
    head, mark, rest = single.partition("!")
    return head + mark + re.sub(r"!", ".", rest)


def _without(text: str, names: tuple[str, ...]) -> str:
    """Return a text with the names of a place blanked out, so that the rest keeps its place."""
    for name in sorted(filter(None, names), key=len, reverse=True):
        words = r"\s+".join(re.escape(word) for word in name.split())
        text = re.sub(words, lambda hit: BLANK * len(hit[0]), text, flags=re.IGNORECASE)
    return text


def _surnames(text: str, author: str) -> Iterator[DraftProblem]:
    """Yield first names with a surname: of colleagues only the first name is public. The guest
    calls themselves as they like."""
    theirs = {name_key(word) for word in _WORD.findall(author)}
    for hit in _NAMED.finditer(text):
        one, other = hit[1], hit[2]
        if name_key(other) in known_names():
            one, other = other, one
        is_full = name_key(one) in known_names() and SURNAME.fullmatch(other)
        if is_full and not theirs.intersection((name_key(one), name_key(other))):
            yield DraftProblem("surname", {"found": hit[0], "instead": one})
