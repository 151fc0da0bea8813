"""Names in praise: of the staff list, and words that stand as names in three reviews at least.

A capital letter alone makes no name: the word must stand inside a sentence, be written small in
no review, and recur.
"""

import re
from collections import Counter
from collections.abc import Collection, Sequence

from reviewbot.core.trends.overview import Named

RECURS = 3
LONGEST_ENDING = 3
TOLD = 3
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)?")
_NO_NAMES = frozenset(
    {
        *("вы", "вам", "вас", "ваш", "ваша", "ваше", "ваши", "вашу", "вашего", "вашей", "вами"),
        *("россия", "москва", "петербург", "питер", "яндекс", "гугл", "google", "yandex"),
    }
)


def praised_names(
    texts: Sequence[str], staff: Collection[str], own: Collection[str]
) -> tuple[Named, ...]:
    """Return who and what is praised by name, most often first; `own`: names of the places."""
    small = {word for text in texts for word in _WORD.findall(text) if word.islower()}
    ours = {word.casefold() for name in own for word in _WORD.findall(name)}
    known = {name.split()[0] for name in staff if name.split()}
    counts: Counter[str] = Counter()
    shown: dict[str, Counter[str]] = {}
    for text in texts:
        for key, word in {_key(word, known): word for word in _names(text)}.items():
            if key in known or not (_is_ours(word, ours) or word.casefold() in small):
                counts[key] += 1
                shown.setdefault(key, Counter())[word] += 1
    found = []
    for key, count in counts.items():
        if key in known or count >= RECURS:
            name = key if key in known else shown[key].most_common(1)[0][0]
            found.append(Named(name, count))
    return tuple(sorted(found, key=lambda each: (-each.count, each.name)))[:TOLD]


def _names(text: str) -> list[str]:
    """Words with a capital that do not begin a sentence."""
    found, ends = [], 0
    for match in _WORD.finditer(text):
        between = text[ends : match.start()]
        starts = ends == 0 or re.search(r"[.!?…\n«\"(:)]", between)
        word = match[0]
        is_name = word[0].isupper() and word[1:].islower() and len(word) > 2
        if is_name and not starts and word.casefold() not in _NO_NAMES:
            found.append(word)
        ends = match.end()
    return found


def _key(word: str, known: Collection[str]) -> str:
    """A staff name whatever its ending («Ольге» is Ольга); of other words the stem."""
    for name in known:
        stem = name[:-1] if len(name) > 3 else name
        if word.startswith(stem) and len(word) - len(stem) <= LONGEST_ENDING:
            return name
    return word[:-1].casefold() if len(word) > 4 else word.casefold()


def _is_ours(word: str, ours: Collection[str]) -> bool:
    return any(word.casefold()[:4] == each[:4] for each in ours)
