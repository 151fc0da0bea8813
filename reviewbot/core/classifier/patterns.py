"""The pattern language of the rules, and what their regular expressions must be able to do.

A pattern is words apart by blanks: `stem*` any ending, `a|b` either, `…` up to three words
between, `*` any word, `@name` a set of the pack. Choices of several words stand in brackets:
`menu (small|not * big)`.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any, Protocol

from reviewbot.core.classifier.language_detection import identifier

GAP = "…"
GAP_WORDS = 3
MOST_READINGS = 100
_OTHER_CHOICES = re.compile(r"\|\S+")
_BRACKETS = re.compile(r"(?:^|(?<=\s))\(([^()]*)\)(?=\s|$)")
_LEADS_ON = frozenset({
    "не", "ни", "без", "в", "во", "на", "с", "со", "к", "ко", "от", "до", "из", "за", "по", "под",
    "над", "при", "для", "not", "in", "on", "at", "of", "to", "for", "with",
})  # fmt: skip
"""Words that end no choice of one word but often begin one of several."""


@dataclass(frozen=True, slots=True)
class Element:
    """One word of a pattern: the exact forms and the beginnings it accepts."""

    exact: frozenset[str]
    starts: tuple[str, ...]
    anything: bool = False

    def fits(self, word: str) -> bool:
        return (
            word in self.exact
            or (bool(self.starts) and word.startswith(self.starts))
            or self.anything
        )


class Index:
    """Values by the words they stand for: exact forms, and beginnings in a tree of letters."""

    __slots__ = ("_exact", "_tree")

    def __init__(self) -> None:
        self._exact: dict[str, list[tuple[int, Any]]] = {}
        self._tree: dict[str, Any] = {}

    def add(self, element: Element, value: Any) -> None:
        for word in element.exact:
            self._exact.setdefault(word, []).append((100 + len(word), value))
        for start in element.starts:
            node = self._tree
            for letter in start:
                node = node.setdefault(letter, {})
            node.setdefault("", []).append((len(start), value))

    def find(self, word: str) -> list[tuple[int, Any]]:
        """Return (how exactly it fits, value) of all that stands for a word."""
        found = list(self._exact.get(word, ()))
        node = self._tree
        for letter in word:
            if letter not in node:
                break
            node = node[letter]
            if "" in node:
                found += node[""]
        return found


def readings(pattern: str) -> tuple[str, ...]:
    """Return a pattern as those without brackets it stands for. Raises ValueError where a bracket
    is open, empty or part of a word, or where they come to more than MOST_READINGS."""
    found = [""]
    for place, piece in enumerate(_BRACKETS.split(pattern)):
        if not place % 2 and ("(" in piece or ")" in piece):
            raise ValueError("a bracket is open, inside another or part of a word")
        choices = _choices(piece) if place % 2 else [piece.strip()]
        found = [f"{before} {choice}".strip() for before in found for choice in choices]
        if len(found) > MOST_READINGS:
            raise ValueError("its brackets stand for too many patterns")
    return tuple(found)


def _choices(inner: str) -> list[str]:
    """Return the choices of a bracket: those of one word together, each of several by itself."""
    choices = [" ".join(choice.split()) for choice in inner.split("|")]
    if not all(choices):
        raise ValueError("a pattern holds an empty word")
    single = "|".join(choice for choice in choices if " " not in choice)
    return [*filter(None, [single]), *(choice for choice in choices if " " in choice)]


def cut_choice(pattern: str) -> tuple[str, str] | None:
    """Return how a pattern is read and how it may have been meant, with brackets, where choices
    end in a word that leads on to the next one: «плох*|не понрав*» is «плох* понрав*» or «не
    понрав*», never «плох*» alone. None where nothing is in doubt."""
    words = _BRACKETS.sub(lambda bracket: bracket[0].replace(" ", "_"), pattern).split()
    for place, (word, following) in enumerate(pairwise(words)):
        *others, last = word.split("|")
        leads_on = last in _LEADS_ON or (last == "так" and following.startswith("себе"))
        if others and leads_on and others[0] not in _LEADS_ON and "(" not in word + following:
            before, after = words[:place], words[place + 2 :]
            read = [*before, f"({word})", following, *after]
            meant = [*before, f"({word} {following})", *after]
            return " ".join(read).replace("_", " "), " ".join(meant).replace("_", " ")
    return None


def parse_pattern(
    pattern: str, sets: Mapping[str, Iterable[str]] | None = None
) -> tuple[Element | None, ...]:
    """Compile one pattern. Raises ValueError where it is empty, or starts or ends with a gap."""
    elements: list[Element | None] = []
    for word in pattern.lower().replace("ё", "е").replace("...", GAP).split():
        if word == GAP:
            elements.append(None)
            continue
        elements.append(element_of(word, sets or {}))
    if not elements or elements[0] is None or elements[-1] is None:
        raise ValueError("a pattern starts and ends with a word")
    if elements[0].anything and len(elements) == 1:
        raise ValueError("a pattern of any word fits everything")
    return tuple(elements)


class Expression(Protocol):
    """A regular expression of the operator's, compiled."""

    def search(self, text: str, /) -> object | None: ...


Compile = Callable[[str], Expression]
"""Compiles one so that a search takes time by the text's length. Raises ValueError: the reason."""


def danger_id(language: str, danger: str) -> str:
    """Return the rule id under which a danger is told; "" for any."""
    return f"{language}.danger.{danger or 'any'}"


def rule_id(base: str, group: Mapping[str, Any], pattern: str) -> str:
    """Return the id of the rule that a pattern of a shipped group is."""
    return base if group.get("mention") else f"{base}.{rule_name(pattern)}"


def rule_name(pattern: str) -> str:
    """Return the last part of a rule's id: its pattern in Latin letters, first choices only."""
    return identifier(_OTHER_CHOICES.sub("", pattern))


@lru_cache(maxsize=200)
def _plain_element(text: str) -> Element:
    return element_of(text, {})


def element_of(text: str, sets: Mapping[str, Iterable[str]]) -> Element:
    exact: set[str] = set()
    starts: set[str] = set()
    anything = False
    for choice in text.split("|"):
        if choice.startswith("@"):
            if choice[1:] not in sets:
                raise ValueError(f"there is no set named {choice[1:]!r}")
            inner = _plain_element("|".join(sets[choice[1:]]).replace("ё", "е"))
            exact |= inner.exact
            starts |= set(inner.starts)
        elif choice == "*":
            anything = True
        elif choice.endswith("*"):
            starts.add(choice[:-1])
        elif choice:
            exact.add(choice)
    if not (exact or starts or anything):
        raise ValueError("a pattern holds an empty word")
    return Element(frozenset(exact), tuple(sorted(starts)), anything)
