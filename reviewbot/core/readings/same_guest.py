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


def can_be_told_twice(one: Wrote) -> bool:
    """Whether a second telling of it would be no chance: it is long, or signed in full."""
    letters = letters_of(one.words)
    return len(letters) >= LONG_TEXT or (bool(letters) and is_full(one.author))


class TellsTheSame:
    """Many complaints compared with a few by number: the same words at length, or one full name
    under nearly one text."""

    def __init__(self, asked: Iterable[tuple[int, Wrote]]) -> None:
        self._by_words: dict[str, list[int]] = defaultdict(list)
        self._by_name: dict[str, list[tuple[int, Wrote]]] = defaultdict(list)
        for number, one in asked:
            letters = letters_of(one.words)
            if len(letters) >= LONG_TEXT:
                self._by_words[letters].append(number)
            if is_full(one.author):
                self._by_name[one.name].append((number, one))
        self._starts = {letters[:START] for letters in self._by_words}

    def by(self, author: str | None, words: str) -> tuple[int, ...]:
        """Return the numbers of those that a complaint of this author's in these words tells
        again."""
        found = dict.fromkeys(self._of_words(words))
        # Few names are full, and a name costs as much as the words to compare.
        for number, one in self._by_name.get(_name_of(author), ()) if self._by_name else ():
            if number not in found and is_near(one.words, words):
                found[number] = None
        return tuple(found)

    def _of_words(self, words: str) -> Sequence[int]:
        # Thousands are compared with a few: of most the beginning is enough.
        start = letters_of(words[:BEGINNING])[:START]
        if len(start) == START and start not in self._starts:
            return ()
        return self._by_words.get(letters_of(words), ())
