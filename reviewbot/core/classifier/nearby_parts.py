"""Rules of several parts in one sentence, in any order: the parts nearest to each other, each
asked for itself whether it is denied."""

from collections.abc import Iterator

from reviewbot.core.classifier.entries import CONTRAST, SIGN, Entry, Rule
from reviewbot.core.classifier.lexicon import Lexicon

LIST_REACH = 7
"""How many tokens after a thing a denial of it may stand."""

_NEGATED_AFTER = frozenset({"нет", "нету", "отсутствует", "отсутствуют", "ноль"})
_NOT_THERE = (
    "был",
    "нашл",
    "замет",
    "замеч",
    "обнаруж",
    "видел",
    "увид",
    "встре",
    "возник",
    "наблюд",
)


class Parts:
    """The tokens of a sentence that are parts of rules, and which of them are denied or unreal."""

    def __init__(
        self, entries: list[Entry], first: int, silent: set[int], reached: list[range]
    ) -> None:
        self.entries = entries
        self.reached = reached
        self.places = [
            (i, entry.bits)
            for i, entry in enumerate(entries[first:], first + 1)
            if entry.bits and i not in silent
        ]
        self.bits = 0
        for _, bits in self.places:
            self.bits |= bits

    def said(self, span: tuple[int, ...]) -> bool:
        """Whether none of the tokens is denied, feared or supposed."""
        n = len(self.entries)
        return not any(
            is_denied_after(self.entries, i, n) or any(i in places for places in self.reached)
            for i in span
        )

    def nearest(self, first: int, rest: int) -> tuple[int, ...] | None:
        """Return the tokens nearest to each other that hold the first part and all others; None
        where there are none."""
        best: tuple[int, ...] | None = None
        for at, bits in self.places:
            if not bits & first:
                continue
            span, left = [at], rest
            for _, i, held in sorted((abs(i - at), i, held) for i, held in self.places):
                if i != at and held & left:
                    left &= ~held
                    span.append(i)
                    if not left:
                        break
            found = tuple(sorted(span))
            if not left and (best is None or found[-1] - found[0] < best[-1] - best[0]):
                best = found
        return best


def together(lexicon: Lexicon, begun: int, parts: Parts) -> Iterator[tuple[Rule, tuple[int, ...]]]:
    """Yield the rules whose parts all stand in a sentence, each with the parts' tokens."""
    while begun:
        first = begun & -begun
        begun ^= first
        for rule, rest in lexicon.together[first]:
            if parts.bits & rest == rest:
                span = parts.nearest(first, rest)
                if span:
                    yield rule, span


def is_denied_after(entries: list[Entry], i: int, n: int) -> bool:
    """Whether the words after say that the thing was not there: «тараканов нет», «не было»."""
    if i >= n:
        return False
    following = entries[i].form
    if following in _NEGATED_AFTER:
        return True
    return following == "не" and i + 1 < n and entries[i + 1].form.startswith(_NOT_THERE)


def is_denied_behind(entries: list[Entry], token: int) -> bool:
    """Whether a thing is denied right after its word or at the end of the list it stands in:
    «тараканов, клопов и прочей живности не видели»."""
    n = len(entries)
    if is_denied_after(entries, token + 1, n):
        return True
    for place in range(token + 1, min(token + LIST_REACH, n)):
        entry = entries[place]
        if entry.flags & CONTRAST or entry.sort == SIGN:
            return False
        if entry.form == "не":
            return is_denied_after(entries, place, n)
    return False
