"""What came at a place: how many reviews, of which tone, of what they speak."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from reviewbot.core.model import Tone

_TONES = tuple(Tone)


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
    tones: Counter[str] = field(default_factory=Counter)
    topics: Counter[str] = field(default_factory=Counter)
    praise: Counter[str] = field(default_factory=Counter)

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

    def add_counts(self, counts: Mapping[str, int]) -> None:
        """Add numbers by name: `reviews`, `wordless` and each tone's."""
        other = counts["reviews"]
        self.reviews += other
        self.wordless += counts["wordless"]
        for tone in _TONES:
            if count := counts[tone]:
                self.tones[tone] += count
                other -= count
        if other:
            self.tones[""] += other


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
