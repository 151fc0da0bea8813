"""Who and what reviews name: people of the staff list, given names that recur, dishes.

A capital letter makes no name: the word must be of the staff list or a given name. Titles in
quotes, streets, towns and words that begin a sentence are none, and no guest is ever named.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from reviewbot.core.text import word_key
from reviewbot.core.trends.given_names import (
    ALSO_WORDS,
    NO_NAMES,
    TOWNS,
    also_called,
    family_forms,
    fond,
    forms,
    is_about,
    is_given,
    key_of,
    latin_key,
    whole_names,
)
from reviewbot.core.trends.named.guests_names import GuestsNames
from reviewbot.core.trends.overview import Named

RECURS = 3
MOST_WORDS = 50_000
"""Words remembered as looked at."""
TOLD = 3
NAMED_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)?")
"""A word as it may name somebody or something: letters, perhaps with one hyphen."""
_OPENED, _CLOSED = tuple("«\"“„‘'"), tuple("»\"”“’'")
_INTO = frozenset({"в", "во", "из", "до", "под", "через"})
"""«Во Владимир» is to a town."""
_STREETS = frozenset({"ул", "улица", "улице", "улицы", "пр", "проспект", "проспекте", "площадь"})
_BRANDED = frozenset(
    {
        *("кафе", "ресторан", "салон", "бар", "отель", "гостиница", "магазин", "клиника"),
        *("студия", "фирма", "cafe", "restaurant", "hotel", "saint", "st", "chez", "santa"),
    }
)
"""«Салон Марина» names nobody."""
_BEFORE = _INTO | _STREETS | _BRANDED
_OF_DISHES = (
    *("", "а", "я", "ы", "и", "е", "у", "ю", "ой", "ей", "ом", "ем", "ов", "ев"),
    *("ам", "ям", "ами", "ями", "ах", "ях", "s", "es"),
)
"""«супов» is of soup, «супер» is not."""


class ReviewWords(NamedTuple):
    """A review's words and its author, whose name in them is nobody's of ours."""

    text: str
    author: str = ""


class _Word(NamedTuple):
    """A word with a capital where it stands: what stands before it (where that says what it is),
    and whether its capital is of where it stands (a sentence's first, or all in capitals)."""

    text: str
    before: str
    is_caps: bool
    is_first: bool

    @property
    def form(self) -> str:
        return word_key(self.text)

    @property
    def key(self) -> str:
        return key_of(self.text)


class _Name(NamedTuple):
    """Who is meant, and how that is told."""

    who: str
    told: str


@dataclass(slots=True)
class WordsSaid:
    """The words of texts that may be names of people or dishes: how many texts hold the same ones
    with a capital, the same ones of dishes; those of the staff's names that stand anywhere as
    words like others."""

    capitals: Counter[tuple[_Word, ...]] = field(default_factory=Counter)
    dishes: Counter[frozenset[str]] = field(default_factory=Counter)
    small: set[str] = field(default_factory=set)

    def __iadd__(self, other: "WordsSaid") -> "WordsSaid":
        self.capitals.update(other.capitals)
        self.dishes.update(other.dishes)
        self.small |= other.small
        return self


_NAME, _STAFF, _DISH = 1, 2, 4
"""What a word may be: bits."""


class _Looked(dict[str, int]):
    """What each word may be, looked at once."""

    def __init__(self, look: Callable[[str], int]) -> None:
        self._look = look

    def __missing__(self, word: str) -> int:
        if len(self) > MOST_WORDS:
            self.clear()
        self[word] = found = self._look(word)
        return found


class Listener:
    """Picks such words out of texts: of this staff, of these dishes (stems by how each is told),
    and of given names."""

    def __init__(self, staff: Collection[str], dishes: Mapping[str, Collection[str]]) -> None:
        self._listed, self._given = _listed(staff), _given()
        self._dishes = frozenset(_dishes_by_form(dishes))
        self._may = _Looked(self._look_at)
        self._plain: set[str] = set()

    def hear(self, heard: Iterable[tuple[WordsSaid, str | None, str | None]]) -> None:
        """Add the words of reviews: where to, the text (None: nothing is said), its author."""
        # Most texts name nobody: one look at all that stands between spaces tells that.
        is_plain = self._plain.issuperset
        for said, text, author in heard:
            if text is None or is_plain(pieces := text.split()) or not self._may_name(pieces):
                continue
            self._hear(said, text, author or "")

    def _hear(self, said: WordsSaid, text: str, author: str) -> None:
        words = NAMED_WORD.findall(text)
        may = [self._may[word] for word in words]
        if not any(may):
            return
        heard = list(zip(words, may, strict=True))
        if dishes := frozenset(word_key(word) for word, what in heard if what & _DISH):
            said.dishes[dishes] += 1
        said.small.update(word_key(word) for word, what in heard if what & _STAFF)
        if any(what & _NAME for what in may) and (capitals := tuple(self._names(text, author))):
            said.capitals[capitals] += 1

    def _names(self, text: str, author: str) -> Iterator[_Word]:
        matches = list(NAMED_WORD.finditer(text))
        guests = GuestsNames(text, matches, author, self._listed)
        for at, word in _words(text, matches):
            if self._may[word.text] & _NAME and not guests.has(at):
                yield word

    def _may_name(self, pieces: Iterable[str]) -> bool:
        """Whether a word of what stands between spaces may be a name; no word holds a space. What
        holds none is remembered."""
        if len(self._plain) > MOST_WORDS:
            self._plain.clear()
        for piece in pieces:
            if piece not in self._plain:
                if any(self._may[word] for word in NAMED_WORD.findall(piece)):
                    return True
                self._plain.add(piece)
        return False

    def _look_at(self, word: str) -> int:
        form, key = word_key(word), key_of(word)
        found = _DISH if form in self._dishes else 0
        if word.islower():
            return found | (_STAFF if key_of(form) in self._listed else 0)
        return found | (_NAME if key in self._listed or key in self._given else 0)


def heard(
    reviews: Iterable[ReviewWords], staff: Collection[str], dishes: Mapping[str, Collection[str]]
) -> WordsSaid:
    """Return such words of reviews."""
    said, listener = WordsSaid(), Listener(staff, dishes)
    listener.hear((said, review.text, review.author) for review in reviews)
    return said


def names_of(said: WordsSaid, staff: Collection[str], own: Collection[str]) -> tuple[Named, ...]:
    """Return whom these words name, most often first: the staff, and given names that recur;
    `own`: names of the places."""
    listed, given = _listed(staff), _given()
    ours = {word_key(word)[:4] for name in own for word in NAMED_WORD.findall(name)}

    def named(word: _Word) -> _Name | None:
        if (of_staff := listed.get(word.key)) and _is_of_staff(word, said.small, given):
            return of_staff
        is_ours = word.form[:4] in ours
        return None if is_ours or not _is_given(word) else given.get(word.key)

    counts: Counter[str] = Counter()
    shown: dict[str, Counter[str]] = {}
    for words, texts in said.capitals.items():
        found = dict(each for word in words if (each := named(word)))
        for who, told in found.items():
            counts[who] += texts
            shown.setdefault(who, Counter())[told] += texts
    of_staff = {name.who for name in listed.values()}
    return _told(
        [
            Named(min(shown[who].items(), key=lambda each: (-each[1], each[0]))[0], count)
            for who, count in counts.items()
            if who in of_staff or count >= RECURS
        ]
    )


def _is_of_staff(word: _Word, small: Collection[str], given: Mapping[str, _Name]) -> bool:
    """«Вера» begins a sentence that is of faith; «Шеф» where another review writes it small."""
    if word.before in _STREETS or (word.form in TOWNS and word.before in _INTO):
        return False
    is_word = word.form in ALSO_WORDS or (word.key not in given and word.form in small)
    return not (is_word and (word.is_first or word.is_caps))


def _is_given(word: _Word) -> bool:
    if word.is_caps or word.form in NO_NAMES or word.before in _STREETS | _BRANDED:
        return False
    is_town = word.form in TOWNS and word.before in _INTO
    return not (is_town or (word.is_first and word.form in ALSO_WORDS))


def _words(text: str, matches: Iterable[re.Match[str]]) -> Iterator[tuple[int, _Word]]:
    """Yield the words with a capital, each with its place among all; what stands alone in quotes
    is a title."""
    before, ends = "", 0
    for at, match in enumerate(matches):
        between, word = text[ends : match.start()], match[0]
        is_caps = word.isupper() and len(word) > 2
        is_quoted = between[-1:] in _OPENED and text[match.end() : match.end() + 1] in _CLOSED
        is_cased = is_caps or (word[0].isupper() and word[1:].islower())
        if is_cased and not is_quoted:
            is_first = not before or between.strip(" ,") != ""
            yield at, _Word(word, before if before in _BEFORE else "", is_caps, is_first)
        before, ends = word.casefold(), match.end()


def _listed(staff: Collection[str]) -> dict[str, _Name]:
    """The staff by each form of their names, whole and short, and of their family names.

    A form that would stand for two of them («Саша», «Александру») counts for neither, but as the
    name itself; what is another's name («Александра» of a list that has Александр) for none.
    """
    itself: dict[str, _Name] = {}
    seldom: dict[str, set[_Name]] = {}
    others: dict[str, set[_Name]] = {}
    for name in staff:
        words = [word for word in NAMED_WORD.findall(name) if len(word) > 1]
        if not words:
            continue
        first = next(filter(is_given, words), words[0])
        whose = _Name(f"staff {first}", first)
        itself |= {key_of(first): whose}
        called = also_called(first)
        own = {key for each in called for key in (word_key(each), latin_key(each))}
        more = {form for each in called for form in (*forms(each), *fond(each))}
        more |= {form for word in words if word != first for form in family_forms(word)}
        more = own | {form for form in more if not is_given(form)}
        # «Александре» is of Александра sooner than of Александр, about whom alone it is said.
        about = {form for each in called for form in forms(each)[1:] if is_about(each, form)}
        for form in more:
            (seldom if form in about else others).setdefault(form, set()).add(whose)
    found = {**{form: who for form, who in seldom.items() if form not in others}, **others}
    return {form: next(iter(who)) for form, who in found.items() if len(who) == 1} | itself


@lru_cache(maxsize=1)
def _given() -> dict[str, _Name]:
    """Every given name by its forms; a form that is another's first case is that one's."""
    found: dict[str, _Name] = {}
    for told, who in whole_names():
        name = _Name(who, told)
        for form in (*forms(told), *fond(told), latin_key(told)):
            is_itself = form in (word_key(told), latin_key(told))
            if is_itself or not is_given(form):
                found.setdefault(key_of(form), name)
    return found


def dishes_of(said: WordsSaid, dishes: Mapping[str, Collection[str]]) -> tuple[Named, ...]:
    """Return the dishes that recur, most often first; `dishes`: stems by how a dish is told."""
    by_form = _dishes_by_form(dishes)
    counts: Counter[str] = Counter()
    for words, texts in said.dishes.items():
        for dish in {by_form[word] for word in words if word in by_form}:
            counts[dish] += texts
    return _told([Named(dish, count) for dish, count in counts.items() if count >= RECURS])


def _dishes_by_form(dishes: Mapping[str, Collection[str]]) -> Mapping[str, str]:
    return _by_form(tuple((dish, tuple(stems)) for dish, stems in dishes.items()))


@lru_cache(maxsize=8)
def _by_form(dishes: tuple[tuple[str, tuple[str, ...]], ...]) -> Mapping[str, str]:
    return {
        word_key(stem + ending): dish
        for dish, stems in dishes
        for stem in stems
        for ending in _OF_DISHES
    }


def _told(found: list[Named]) -> tuple[Named, ...]:
    return tuple(sorted(found, key=lambda each: (-each.count, each.name)))[:TOLD]
