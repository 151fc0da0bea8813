"""What came at a place: how many reviews, of which tone, of what they speak."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

from reviewbot.core.model import Tone

_TONES = tuple(Tone)
_counter: Callable[[], Counter[str]] = partial(Counter.__new__, Counter)
"""An empty one: what its `__init__` does for that takes longer than all else of a place."""


class Alike(NamedTuple):
    """Reviews that are counted alike, `number` of them."""

    tone: str
    topics: Sequence[str]
    praise: Sequence[str]
    wordless: bool
    number: int


@dataclass(slots=True)
class Came:
    """What came at a place and counts as new. `topics` are those of its complaints; `wordless`:
    bare 1-2★ that nobody got a ticket for."""

    reviews: int = 0
    wordless: int = 0
    tones: Counter[str] = field(default_factory=_counter)
    topics: Counter[str] = field(default_factory=_counter)
    praise: Counter[str] = field(default_factory=_counter)

    @property
    def complaints(self) -> int:
        return self.tones[Tone.NEGATIVE]

    def __add__(self, other: "Came") -> "Came":
        return Came(
            self.reviews + other.reviews,
            self.wordless + other.wordless,
            self.tones + other.tones,
            self.topics + other.topics,
            self.praise + other.praise,
        )

    def add(self, alike: Alike) -> None:
        self.reviews += alike.number
        self.wordless += alike.wordless * alike.number
        self.tones[alike.tone] += alike.number
        _add_each(self.praise, alike.praise, alike.number)
        if alike.tone == Tone.NEGATIVE:
            _add_each(self.topics, alike.topics, alike.number)

    def add_counts(self, reviews: int, tones: Iterable[int], wordless: int) -> None:
        """Add numbers of reviews: of all, of each Tone, of the wordless."""
        other = reviews
        self.reviews += reviews
        self.wordless += wordless
        for tone, count in zip(_TONES, tones, strict=True):
            if count:
                self.tones[tone] += count
                other -= count
        if other:
            self.tones[""] += other

    def add_named(self, what: str, days: Iterable[Iterable[tuple[str, int]]], n: int = 1) -> None:
        """Add numbers of `topics` or of `praise` as days tell them, each n times."""
        numbers: Counter[str] = getattr(self, what)
        for day in days:
            for topic, count in day:
                # What a Counter lacks it is asked for in Python.
                numbers[topic] = numbers.get(topic, 0) + count * n


def _add_each(numbers: Counter[str], topics: Iterable[str], count: int) -> None:
    for topic in topics:
        numbers[topic] += count


def by_place(pages: Mapping[tuple[str, str], Came]) -> dict[str, Came]:
    """Add up what came at the pages (place, source) of each place."""
    found: dict[str, Came] = {}
    for (place, _), each in pages.items():
        # Most places have one page: what came there is not copied.
        found[place] = found[place] + each if place in found else each
    return found
