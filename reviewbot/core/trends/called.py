"""Who of the staff is meant by a name as a colleague writes it: «Марине», «Аня», @marina."""

from collections.abc import Collection, Sequence
from functools import lru_cache
from itertools import chain

from reviewbot.core.settings import Person
from reviewbot.core.text import word_key
from reviewbot.core.trends import given_names

LONGEST = 3
"""Words of a name."""


def called(people: Sequence[Person], said: str) -> list[Person]:
    """Return who is called so: by the whole name or the key, else by names in any case or short
    form. Every word must be one of theirs: «Марина Иванова» is no Марина of another name."""
    words = [word_key(word) for word in said.strip().removeprefix("@").split()]
    whole = " ".join(words)
    exact = [each for each in people if whole in (word_key(each.name), word_key(each.key))]
    return exact or [each for each in people if _is_called(each, words)]


def is_like_a_name(said: str, *, is_first: bool) -> bool:
    """Whether somebody is meant, known or not: a given name in any case, or words with capital
    letters where no sentence begins."""
    words = said.split()
    if said.startswith("@"):
        return True
    if not words or len(words) > LONGEST:
        return False
    is_titled = all(word[0].isupper() and not word[1:].isupper() for word in words)
    is_given = word_key(words[0]) in _given_forms() and len(words) < LONGEST
    return is_given or (is_titled and not is_first)


def _is_called(person: Person, words: Collection[str]) -> bool:
    own = [_forms(part) for part in person.name.split()]
    return bool(words) and all(any(word in forms for forms in own) for word in words)


@lru_cache(maxsize=1000)
def _forms(name: str) -> frozenset[str]:
    names = given_names.also_called(name) if given_names.is_given(name) else (name,)
    found = chain.from_iterable(
        (*given_names.forms(each), *given_names.fond(each)) for each in names
    )
    return frozenset((*found, *given_names.family_forms(name)))


@lru_cache(maxsize=1)
def _given_forms() -> frozenset[str]:
    names = [name for name, _ in given_names.whole_names()]
    return frozenset(chain.from_iterable(given_names.forms(each) for each in names))
