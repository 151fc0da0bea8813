"""What a guest said, and how they are called, as it is looked for in a text or a JSON value. Pure.

Two measures. What holds it for certain (`is_in`) loses it wherever it stands: four words of the
guest's in a row, all words of a shorter text, the full name in any case. What only touches it
(`touches`: a part of the name, a short text among other words) anybody may have said: it goes from
what is about the guest anyway, and from what is over and kept for nobody.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from reviewbot.core.readings.same_guest import is_full
from reviewbot.core.text import word_key

RUN = 4
"""So many words of the guest's in a row are theirs; fewer, anybody may have said."""

THEIRS = ("id", "url", "author", "title", "text", "pros", "cons")
"""What of a review another system is told goes, be it one word of plain letters."""
OURS = frozenset(
    {
        *("view", "code", "kind", "period", "chat", "on", "language", "state", "outcome", "menu"),
        *("ground", "action", "person", "to", "by", "role", "location", "source", "question"),
    }
)
"""Keys whose values are names and codes of ours, whatever word they are made of."""

_WORD = re.compile(r"\w+")
_CODE = re.compile(r"[!-~]*")
"""What is no free text: a name of ours, a moment, a number, an address."""
_ENDING = re.compile(r"[аеёиоуыэюяйьaeiouy]+$")
_FLEETING = re.compile("([а-я]*[бвгджзклмнпрстфхцчшщ])[ео]([бвгджзклмнпрстфхцчшщ])")
LEAST_MADE = 5
LEAST_STEM, LONGEST_ENDING = 3, 3
"""Letters of a name that stay in all its cases, and that a case adds."""

_Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """What is looked for: runs of words, whole short texts, the stems of a full name and of each
    part of it; words as they may be written, for a first look; and the number of the ticket, by
    which lists name the review, and what other systems are told as its id."""

    runs: frozenset[_Words]
    short: frozenset[_Words]
    name: _Words
    parts: frozenset[str]
    first: _Words
    ticket_id: int | None
    told_as: str = ""

    @classmethod
    def of(
        cls,
        texts: Iterable[str | None],
        ticket_id: int | None,
        told_as: str = "",
        *,
        author: str | None = None,
        is_known: bool = False,
    ) -> "Said":
        """Return what is looked for of these texts and this author; `is_known`: the name still
        stands at reviews that are kept, so that alone it tells of nobody."""
        runs, short, first = set(), set(), set[str]()
        for text in texts:
            written = _WORD.findall(text or "")
            if 0 < len(written) < RUN and not all(word.isdecimal() for word in written):
                short.add(_folded(written))
                first |= _spellings(max(written, key=len))
            for run in _in_a_row(written, RUN):
                runs.add(_folded(run))
                first |= {longest := max(run, key=len), longest.lower()}
        parts = tuple(_stem(word) for word in _WORD.findall(author or "") if len(word) > 1)
        for part in parts:
            first |= {each for stem in _stems(part) for each in _spellings(stem)}
        first |= {json.dumps(word)[1:-1] for word in first}
        if ticket_id is not None:
            first.add(f": {ticket_id}")
        if told_as:
            first.add(json.dumps(told_as)[1:-1])
        name = parts if _is_telling(author) and not is_known else ()
        named = frozenset(part for part in parts if not part.isdecimal())
        return cls(
            frozenset(runs), frozenset(short), name, named, tuple(first), ticket_id, told_as
        )

    def with_replies(self, replies: Iterable[str | None]) -> "Said":
        """Return the same, looked for also by what stands beside the name in replies."""
        runs, first = set(self.runs), set(self.first)
        for text in replies:
            for run in _in_a_row(_WORD.findall(text or ""), RUN):
                words = _folded(run)
                if any(_is_case_of(stem, word) for word in words for stem in self.parts):
                    runs.add(words)
                    longest = max(run, key=len)
                    first |= {longest, json.dumps(longest)[1:-1]}
        return replace(self, runs=frozenset(runs), first=tuple(first))

    def is_in(self, text: str) -> bool:
        """Whether a text holds any of it, also cut or put into a message."""
        words = _folded(_WORD.findall(text))
        if any(run in self.runs for run in _in_a_row(words, RUN)) or self._is_named(words):
            return True
        return words in self.short and not _CODE.fullmatch(text)

    def touches(self, text: str) -> bool:
        """Whether a text holds any of it, a part of the name, or a short text among others."""
        words = _folded(_WORD.findall(text))
        if self.is_in(text) or any(run in self.short for run in _all_runs(words)):
            return True
        return any(_is_case_of(stem, word) for word in words for stem in self.parts)

    def without(self, text: str) -> str:
        """Return a text of somebody else's, only the guest's name and words cut out."""
        found = list(_WORD.finditer(text))
        words = _folded(each[0] for each in found)
        gone = set[int]()
        for start in range(len(words)):
            if words[start : start + RUN] in self.runs:
                gone |= set(range(start, start + RUN))
            if self.name and self._starts_name(words, start):
                gone |= set(range(start, start + len(self.name)))
        if words in self.short:
            gone = set(range(len(words)))
        kept, at = "", 0
        for number, each in enumerate(found):
            if number in gone:
                kept += text[at : each.start()] if number - 1 not in gone else ""
                kept += "" if number - 1 in gone else "…"
                at = each.end()
        return kept + text[at:]

    def may_be_in(self, written: str) -> bool:
        """Whether a row is worth being taken apart."""
        return any(word in written for word in self.first)

    def names(self, value: Mapping[str, Any]) -> bool:
        """Whether a part of a list, or of what another system is told, is about the review."""
        number = self.ticket_id
        if self.told_as and value.get("id") == self.told_as:
            return True
        return number is not None and number in (value.get("ticket"), value.get("number"))

    def _is_named(self, words: _Words) -> bool:
        return bool(self.name) and any(
            self._starts_name(words, start) for start in range(len(words))
        )

    def _starts_name(self, words: _Words, start: int) -> bool:
        """Whether the full name begins here, in any case, also with the surname first."""
        here = words[start : start + len(self.name)]
        if len(here) < len(self.name):
            return False
        orders = (self.name, (*self.name[1:], self.name[0]))
        return any(all(map(_is_case_of, order, here)) for order in orders)


def holds(value: Any, said: Said) -> bool:
    """Whether any text in a JSON value holds what was said."""
    if isinstance(value, str):
        return said.is_in(value)
    if isinstance(value, dict):
        return said.names(value) or any(holds(each, said) for each in value.values())
    return isinstance(value, list) and any(holds(each, said) for each in value)


def without(value: Any, said: Said) -> Any:
    """Return a JSON value without what was said; with it goes every free text beside it."""
    if isinstance(value, dict):
        own = [each for each in value.values() if isinstance(each, str)]
        if said.names(value) or any(said.is_in(each) for each in own):
            value = {
                key: "" if key in THEIRS and each else _kept(key, each, said)
                for key, each in value.items()
            }
        return {key: without(each, said) for key, each in value.items()}
    if isinstance(value, list):
        return [without(each, said) for each in value]
    return "" if isinstance(value, str) and said.is_in(value) else value


def untouched(value: Any, said: Said) -> Any:
    """Return a JSON value without any text that so much as touches what was said."""
    if isinstance(value, dict):
        return {key: untouched(each, said) for key, each in value.items()}
    if isinstance(value, list):
        return [untouched(each, said) for each in value]
    return "" if isinstance(value, str) and said.touches(value) else value


def plain(value: Any, said: Said, key: str = "") -> Any:
    """Return a JSON value of ours without its free texts, and without codes that touch what was
    said; `key`: under which it stands."""
    if isinstance(value, dict):
        return {name: plain(each, said, name) for name, each in value.items()}
    if isinstance(value, list):
        return [plain(each, said, key) for each in value]
    return _kept(key, value, said)


def _kept(key: str, value: Any, said: Said) -> Any:
    """The value, unless it is a free text, or a word of the guest's: then nothing."""
    if not isinstance(value, str):
        return value
    is_free = not _CODE.fullmatch(value) or (key not in OURS and said.touches(value))
    return "" if is_free else value


def _is_telling(author: str | None) -> bool:
    """Whether a name alone tells of one person: a full one, or a made one like "kotik_77"."""
    words = (author or "").split()
    made = len(words) == 1 and len(words[0]) >= LEAST_MADE and not words[0].isalpha()
    return is_full(author) or (made and not words[0].isdecimal())


def _folded(words: Iterable[str]) -> _Words:
    return tuple(map(word_key, words))


def _stem(name: str) -> str:
    """Return the letters of a name that stay in all its cases: "Анна" and "Анне" are one."""
    [word] = _folded((name,))
    stem = _ENDING.sub("", word)
    return stem if len(stem) >= LEAST_STEM else word


@lru_cache(maxsize=1024)
def _stems(stem: str) -> tuple[str, ...]:
    """Return a stem, and what is left of it where its last vowel is a fleeting one: «Павла» is
    Павел, «Льва» Лев, «Игорька» Игорёк."""
    found = _FLEETING.fullmatch(stem)
    if found is None:
        return (stem,)
    before, last = found.groups()
    soft = "ь" if before[-1] == "л" or (last == "к" and before[-1] in "рн") else ""
    short = f"{before}{soft}{last}"
    return (stem, short) if len(short) >= LEAST_STEM else (stem,)


def _is_case_of(stem: str, word: str) -> bool:
    return word == stem or any(
        len(each) >= LEAST_STEM
        and word.startswith(each)
        and len(word) <= len(each) + LONGEST_ENDING
        for each in _stems(stem)
    )


def _spellings(word: str) -> set[str]:
    """Return a word as it may be written: in large and small letters, with «ё» for any «е»."""
    dotted = (f"{word[:at]}ё{word[at + 1 :]}" for at, letter in enumerate(word) if letter == "е")
    return {
        each
        for form in (word, word.replace("ё", "е"), *dotted)
        for each in (form, form.lower(), form.capitalize(), form.upper())
    }


def _in_a_row(words: Iterable[str], size: int) -> Iterator[_Words]:
    whole = tuple(words)
    for start in range(len(whole) - size + 1):
        yield whole[start : start + size]


def _all_runs(words: _Words) -> Iterator[_Words]:
    for size in range(1, RUN):
        yield from _in_a_row(words, size)
