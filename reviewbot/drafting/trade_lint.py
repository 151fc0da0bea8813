"""What a reply of this trade, in this place, should not say; and what to say instead.

A clinic must not even confirm that the author was a patient, and it signs. The rest is advice: the
language of the review, exclamation marks, a colleague's surname, links, a text too short to be an
answer.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from reviewbot.core.model import LANGUAGES
from reviewbot.drafting.faults.by_hand import unasked
from reviewbot.drafting.faults.contacts import links, ways
from reviewbot.drafting.faults.disclosed import disclosed, repeated_home
from reviewbot.drafting.faults.homes import homes
from reviewbot.drafting.faults.surnames import surnames
from reviewbot.drafting.problem import BLANK, DraftProblem
from reviewbot.drafting.signature import is_signed, language_of, signed
from reviewbot.drafting.templates import CLINIC

SHORTEST = 3
"""Fewer words than this are no answer."""
MOST_EXCLAIMED = 3
"""More sentences than this that end with an exclamation mark are a storm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeFacts:
    """What replies at a place depend on: its `profile`; the review's `language`, None where it is
    not known; whether the site takes ways to contact in a reply (`contacts`); `author`, whose
    name is no colleague's; `names`: what the place calls itself («Клиника на Лесной»), `sign`: how
    it signs, by language. `typed`: it
    is no template's text, so it offers nothing (`gestures`: the sums written down) and
    apologises only where that is in order (`may_apologise`)."""

    profile: str | None = None
    language: str | None = None
    contacts: bool = True
    author: str = ""
    names: tuple[str, ...] = ()
    sign: Mapping[str, str] = field(default_factory=dict, hash=False)
    typed: bool = False
    may_apologise: bool = False
    gestures: tuple[int, ...] = ()


_MARKS = str.maketrans({"！": "!", "？": "?", "‼": "!!", "⁉": "!?", "❗": "!", "❕": "!"})
_MARK = re.compile("[！？‼⁉❗❕]")
_PICTURE = (
    r"[\U0001f300-\U0001faff\u2600-\u27bf\u2b50\u2b55]"
    r"[\ufe0f\u200d\U0001f3fb-\U0001f3ff]*"
)
_PICTURES = re.compile(rf"{_PICTURE}(?:\s*{_PICTURE}){{2,}}")
_ANY_PICTURE = re.compile(_PICTURE)
_SMILEY = re.compile(r"[:;]-?[)D(]|\){3,}")
_SHOUTED = re.compile(r"\b[А-ЯЁA-Z]{2,}(?:[\s,]+[А-ЯЁA-Z]{2,}){3,}\b")
_STORM = re.compile(r"!(?:\s*!)+|[?!]{3,}|\){3,}")
_EXCLAIMED = re.compile(r"!+(?=\s|$)")
MOST_PICTURES = 3
"""More pictures than this in one reply are a storm, as three in a row are."""
_WORD = re.compile(r"\w+")
TELLING = re.compile(r"[\d@]")
"""What no address, telephone or number of a card is without."""
_LETTER = re.compile(r"[^\W\d_]")


def findings(text: str, trade: TradeFacts) -> Iterator[DraftProblem]:
    """Yield what is wrong with a reply, each with the words and, where there is one, what to say
    instead: patient, medical, contact, apology, promise refuse; language, short, exclaimed,
    surname, link, unsigned advise."""
    spoken = language_of(text)
    letters = _LETTER.search(text) is not None
    yield from worded(text, trade)
    if trade.profile == CLINIC and letters and not is_signed(text, trade.sign):
        params = {"sign": trade.sign[spoken].strip(), "instead": signed(text, trade.sign)}
        yield DraftProblem("unsigned", params)
    if not trade.contacts and (way := next(ways(text), "")):
        yield DraftProblem("contact", {"found": way})
    if trade.language in LANGUAGES and letters and spoken != trade.language:
        yield DraftProblem("language", {"wanted": trade.language})
    if letters and len(_WORD.findall(text)) < SHORTEST:
        yield DraftProblem("short", {"found": text.strip()})
    if is_storm(text):
        yield DraftProblem("exclaimed", {"instead": calmed(text)})
    for name in surnames(_without(text, trade.names), trade.author):
        params = {"found": text[name.start : name.end], "instead": name.instead}
        yield DraftProblem("surname", params)
    for link in links(text):
        yield DraftProblem("link", {"found": link})


def worded(text: str, trade: TradeFacts) -> Iterator[DraftProblem]:
    """Yield what refuses a reply for its words: patient, medical, apology, promise, and where the
    guest lives."""
    if trade.typed:
        yield from homes_in(text, trade)
        yield from unasked(text, may_apologise=trade.may_apologise, gestures=trade.gestures)
    if trade.profile == CLINIC:
        # Its patterns take a while to make, and few installations have a clinic.
        from reviewbot.drafting.faults.clinic_lint import clinical

        yield from clinical(_without(text, trade.names))


def is_storm(text: str) -> bool:
    """Whether marks, pictures, smileys or capitals shout."""
    plain = text.translate(_MARKS) if _MARK.search(text) else text
    return bool(
        _STORM.search(plain)
        or plain.count("??") > 1
        or len(_EXCLAIMED.findall(plain)) > MOST_EXCLAIMED
        or _PICTURES.search(plain)
        or len(_ANY_PICTURE.findall(plain)) > MOST_PICTURES
        or len(_SMILEY.findall(plain)) > MOST_EXCLAIMED
        or _SHOUTED.search(plain)
    )


def calmed(text: str) -> str:
    """Return a text with one exclamation mark and one picture at most, its first, and without
    shouting; "" where nothing is left to say."""
    plain = text.translate(_MARKS)
    plain = _SHOUTED.sub(lambda hit: hit[0].capitalize(), plain)
    plain = re.sub(r"!\d!", "!!", re.sub(r"\){3,}", ")", plain))
    plain = re.sub(r"[?!]{2,}", lambda hit: "?" if "?" in hit[0] else hit[0], plain)
    plain = re.sub(r"!(?:\s*!)+", "!", plain)
    head, mark, rest = plain.partition("!")
    plain = head + mark + rest.replace("!", ".")
    for pattern in (_ANY_PICTURE, _SMILEY):
        if first := pattern.search(plain):
            plain = plain[: first.end()] + pattern.sub("", plain[first.end() :])
    plain = re.sub(r"[ \t]+(?=[.,!?]|$)", "", re.sub(r"[ \t]{2,}", " ", plain), flags=re.MULTILINE)
    return plain.strip() if _LETTER.search(plain) else ""


def homes_in(text: str, trade: TradeFacts) -> Iterator[DraftProblem]:
    """Yield personal_data where a text tells where the guest lives."""
    for home in homes(_without(text, _own_addresses(trade.names))):
        yield DraftProblem("personal_data", {"kind": "address", "found": home})


def told_of_guest(reply: str, guest: str, names: tuple[str, ...]) -> Iterator[str]:
    """Yield what a published reply tells of its guest beyond what they wrote, and where they live;
    `guest`: what they wrote, `names`: what the place calls itself."""
    if not TELLING.search(reply):
        return  # most replies: an audit reads every one there is
    text = _without(reply, _own_addresses(names))
    yield from disclosed(text)
    yield from homes(text)
    yield from repeated_home(text, guest)


def _own_addresses(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names of a place, and the address in them: «Точка, Тверская 12»."""
    parts = (part.strip() for name in names for part in name.split(","))
    return (*names, *(part for part in parts if re.search(r"[^\W\d_].*\d", part)))


def named_in(text: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names of a place that stand in a text: for the others it reads the same."""
    return tuple(name for name in names if name and _spelled(name).search(text))


def _without(text: str, names: tuple[str, ...]) -> str:
    """Return a text with the names of a place blanked out, so that the rest keeps its place."""
    for name in sorted(filter(None, names), key=len, reverse=True):
        text = _spelled(name).sub(lambda hit: BLANK * len(hit[0]), text)
    return text


@lru_cache(maxsize=512)
def _spelled(name: str) -> re.Pattern[str]:
    words = (re.escape(word) for word in name.split())
    return re.compile(r"\s+".join(words), re.IGNORECASE)
