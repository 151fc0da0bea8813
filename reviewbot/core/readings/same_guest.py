"""Which reviews are of one guest: known by the site's own number, by a full name, by the words.

Pure. One rule for who is told as "the same author" and for whose reviews go when a guest asks to
be forgotten.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from reviewbot.core.text import folded, letters_of, word_key

LONG_TEXT = 40
"""Letters: shorter texts are the same by chance; one as long as this, twice, is one guest's."""
NEAR = 0.7
"""The share of words that two texts of one name have in common where they are one story."""
FEW_WORDS = 5
"""Texts of fewer words are near only where all of them are the same."""
MOST_WORDS = 400
START = 16
"""So many first letters tell most texts apart."""
BEGINNING = 24
"""Characters that hold as many letters in nearly all texts."""


@dataclass(frozen=True, slots=True)
class Wrote:
    """A review as far as its guest is known by it: the site, the name as it stands there, the
    site's own number for the author (None: it tells none), and all the words."""

    source: str
    author: str | None
    known_as: object
    words: str

    @property
    def name(self) -> str:
        """The name as two sites' spellings of it are compared."""
        return _name_of(self.author)


def _name_of(author: str | None) -> str:
    return word_key(folded(author or ""))


def is_full(author: str | None) -> bool:
    """Whether a name has two whole words: "Anna" is many."""
    return sum(len(word) > 2 and word.isalpha() for word in (author or "").split()) >= 2


def is_same_author(one: Wrote, other: Wrote) -> bool:
    """Whether both are known to be of one person: on a site by its own number for them, where it
    tells none by a full name; else by one name under nearly one text."""
    if one.source == other.source:
        if one.known_as and other.known_as:
            return one.known_as == other.known_as
        if one.name == other.name and is_full(one.author):
            return True
    return bool(one.name) and one.name == other.name and is_near(one.words, other.words)


def is_same_words(one: Wrote, other: Wrote) -> bool:
    """Whether both say the same, whoever signed it, at such a length that it is no chance."""
    words = letters_of(one.words)
    return len(words) >= LONG_TEXT and words == letters_of(other.words)


def is_near(one: str, other: str) -> bool:
    """Whether two texts tell one story, a few words changed. Wordless ones do not."""
    first, second = letters_of(one).split()[:MOST_WORDS], letters_of(other).split()[:MOST_WORDS]
    if first == second:
        return bool(first)
    if min(len(first), len(second)) < FEW_WORDS:
        return False
    match = SequenceMatcher(None, first, second, autojunk=False)
    return match.quick_ratio() >= NEAR and match.ratio() >= NEAR


def _start_of(beginning: str) -> str:
    """Return the first START letters of a text that begins so, by `letters_of`; fewer where it
    shows no more."""
    plain = beginning[: START + 1].casefold()
    is_shown = len(plain) == START + 1 and plain[0] != " "
    # Of nothing but letters and single blanks, as most begin, all is left.
    if is_shown and "  " not in plain and plain.replace(" ", "").isalnum():
        return plain[:START]
    return letters_of(beginning)[:START]


class TellsTheSame:
    """Many complaints compared with a few by number: the same words at length, or one full name
    under nearly one text. Shorter ones, signed by half a name, are told twice by chance."""

    def __init__(self, asked: Iterable[tuple[int, Wrote]]) -> None:
        self.letters: dict[int, str] = {}
        """What was asked for, by number, as `letters_of` has it."""
        self._by_words: dict[str, list[int]] = defaultdict(list)
        self._by_name: dict[str, list[tuple[int, Wrote]]] = defaultdict(list)
        for number, one in asked:
            letters = self.letters[number] = letters_of(one.words)
            if len(letters) >= LONG_TEXT:
                self._by_words[letters].append(number)
            if letters and is_full(one.author):
                self._by_name[one.name].append((number, one))
        self._long = [number for numbers in self._by_words.values() for number in numbers]
        self._starts: dict[str, list[int]] = defaultdict(list)
        for letters, numbers in self._by_words.items():
            self._starts[letters[:START]] += numbers

    @property
    def is_any(self) -> bool:
        """Whether there is one of which a second telling would be no chance."""
        return bool(self._long or self._by_name)

    def may_tell(self, number: int, author: str | None, beginning: str) -> bool:
        """Whether complaint `number`, of which the first BEGINNING characters are known, may tell
        again another one than itself: of thousands, most do not."""
        start = _start_of(beginning)
        if len(start) == START:
            alike: Sequence[int] = self._starts.get(start, ())
        else:
            # Of one that is shorter than that, all is known.
            alike = self._long if len(beginning) == BEGINNING else ()
        if alike and any(each != number for each in alike):
            return True
        named = self._by_name.get(_name_of(author), ()) if self._by_name else ()
        return any(each != number for each, _ in named)

    def by(self, author: str | None, words: str) -> tuple[int, ...]:
        """Return the numbers of those that a complaint of this author's in these words tells
        again."""
        found = dict.fromkeys(self._by_words.get(letters_of(words), ()))
        # Few names are full, and a name costs as much as the words to compare.
        for number, one in self._by_name.get(_name_of(author), ()) if self._by_name else ():
            if number not in found and is_near(one.words, words):
                found[number] = None
        return tuple(found)
