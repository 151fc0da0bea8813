"""Which templates answered nearly the same text at other places: a guest who writes to two of them
is not told the same."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Set

from reviewbot.core.readings.same_guest import LONG_TEXT, NEAR
from reviewbot.core.text import words_of

Answered = dict[object, list[str | frozenset[str]]]
"""The texts that a template answers, or their words, by its name."""


class Twins:
    """Which templates answer which texts, of (text, template)."""

    def __init__(self, drafted: Iterable[tuple[str, str]] = ()) -> None:
        self._answered: Answered = defaultdict(list)
        for text, name in drafted:
            self._answered[name].append(text)

    def of(self, text: str) -> Set[str]:
        """Return the templates that answer this text, a few words of it changed: looked up when
        one is asked for, since a choice asks for few of them."""
        return _Answering(text, self._answered)


class _Answering(Set[str]):
    def __init__(self, text: str, answered: Answered) -> None:
        words = words_of(text)
        self._words = frozenset(words) if len(" ".join(words)) >= LONG_TEXT else frozenset()
        # Most are told apart by their length.
        self._number = len(self._words)
        self._fewest, self._most = NEAR * self._number, self._number / NEAR
        self._answered = answered

    def __contains__(self, name: object) -> bool:
        mine, answered = self._words, self._answered.get(name)
        if not mine or not answered:
            return False
        for place, others in enumerate(answered):
            if isinstance(others, str):
                # Taken apart when it is first compared: most never are.
                answered[place] = others = frozenset(words_of(others))
            number = len(others)
            if self._fewest <= number <= self._most:
                both = len(mine & others)
                if both >= NEAR * (self._number + number - both):
                    return True
        return False

    def __iter__(self) -> Iterator[str]:
        return (str(name) for name in self._answered if name in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)
