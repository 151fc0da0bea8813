"""Which templates answered nearly the same text at other places: a guest who writes to two of them
is not told the same."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Set

from reviewbot.core.readings.same_guest import LONG_TEXT, NEAR
from reviewbot.core.text import words_of


class Twins:
    """Which templates answer which texts, of (text, template)."""

    def __init__(self, drafted: Iterable[tuple[str, str]] = ()) -> None:
        self._texts: dict[str, list[str]] = defaultdict(list)
        self._words: dict[str, list[frozenset[str]]] = {}
        for text, name in drafted:
            self._texts[name].append(text)

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def of(self, text: str) -> Set[str]:
        """Return the templates that answer this text, a few words of it changed: looked up when
        one is asked for, since a choice asks for few of them."""
        return _Answering(text, self)

    def answered_by(self, name: str) -> list[frozenset[str]]:
        """Return the words of the texts that a template answers."""
        found = self._words.get(name)
        if found is None:
            found = [frozenset(words_of(text)) for text in self._texts.get(name, ())]
            self._words[name] = found
        return found


class _Answering(Set[str]):
    def __init__(self, text: str, twins: Twins) -> None:
        words = words_of(text)
        self._words = frozenset(words) if len(" ".join(words)) >= LONG_TEXT else frozenset()
        self._twins = twins

    def __contains__(self, name: object) -> bool:
        mine = self._words
        if not mine:
            return False
        # Most are told apart by their length.
        fewest, most = NEAR * len(mine), len(mine) / NEAR
        for others in self._twins.answered_by(str(name)):
            if fewest <= len(others) <= most:
                both = len(mine & others)
                if both >= NEAR * (len(mine) + len(others) - both):
                    return True
        return False

    def __iter__(self) -> Iterator[str]:
        return (name for name in self._twins if name in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)
