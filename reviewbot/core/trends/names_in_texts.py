"""Who and what reviews name: people of the staff list, dishes, words that stand as names.

A capital letter alone makes no name: the word must stand inside a sentence, be written small in
no review, and recur. A name of the staff list counts where a sentence begins too.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence

from reviewbot.core.trends.overview import Named

RECURS = 3
TOLD = 3
NAMED_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)?")
"""A word as it may name somebody or something: letters, perhaps with one hyphen."""
_NO_NAMES = frozenset(
    {
        *("вы", "вам", "вас", "ваш", "ваша", "ваше", "ваши", "вашу", "вашего", "вашей", "вами"),
        *("россия", "москва", "петербург", "питер", "яндекс", "гугл", "google", "yandex"),
    }
)
_ENDINGS = {
    "а": ("а", "ы", "и", "е", "у", "ой", "ою"),
    "я": ("я", "и", "е", "ю", "ей", "ею"),
    "й": ("й", "я", "ю", "ем", "е", "и"),
    "ь": ("ь", "я", "ю", "ем", "е", "и", "ью"),
}
"""Of a name by its last letter: «Ольге» is Ольга, «Верно» and «Верю» are no Вера."""
_AFTER_CONSONANT = ("", "а", "у", "ом", "ем", "е")
_OF_DISHES = (
    *("", "а", "я", "ы", "и", "е", "у", "ю", "ой", "ей", "ом", "ем", "ов", "ев"),
    *("ам", "ям", "ами", "ями", "ах", "ях", "s", "es"),
)
"""«супов» is of soup, «супер» is not."""
_SHORT = {
    "Александр": "Саша Саня Шура",
    "Александра": "Саша Шура",
    "Алексей": "Лёша Леша Алёша Алеша",
    "Алина": "Аля",
    "Анастасия": "Настя",
    "Анатолий": "Толя",
    "Анна": "Аня",
    "Антонина": "Тоня",
    "Валентина": "Валя",
    "Валерия": "Лера",
    "Виктория": "Вика",
    "Владимир": "Вова Володя",
    "Галина": "Галя",
    "Григорий": "Гриша",
    "Дарья": "Даша",
    "Дмитрий": "Дима Митя",
    "Евгений": "Женя",
    "Евгения": "Женя",
    "Екатерина": "Катя",
    "Елена": "Лена",
    "Елизавета": "Лиза",
    "Иван": "Ваня",
    "Ирина": "Ира",
    "Константин": "Костя",
    "Ксения": "Ксюша",
    "Людмила": "Люда Мила",
    "Максим": "Макс",
    "Мария": "Маша",
    "Михаил": "Миша",
    "Надежда": "Надя",
    "Наталия": "Наташа",
    "Наталья": "Наташа",
    "Николай": "Коля",
    "Ольга": "Оля",
    "Павел": "Паша",
    "Пётр": "Петя",
    "Полина": "Поля",
    "Роман": "Рома",
    "Светлана": "Света",
    "Сергей": "Серёжа Сережа",
    "София": "Соня",
    "Станислав": "Стас",
    "Татьяна": "Таня",
    "Юлия": "Юля",
}


def names_in(
    texts: Sequence[str], staff: Collection[str], own: Collection[str]
) -> tuple[Named, ...]:
    """Return whom and what texts name, most often first; `own`: names of the places."""
    small = {word for text in texts for word in NAMED_WORD.findall(text) if word.islower()}
    ours = {word.casefold() for name in own for word in NAMED_WORD.findall(name)}
    known = _known(staff)

    def is_name(word: str, *, starts: bool) -> bool:
        if word.casefold() in known:
            # «Вера» begins a sentence that is of faith where another review writes it small.
            return not (starts and word.casefold() in small)
        is_other = word.casefold() in small or word.casefold() in _NO_NAMES
        return not (starts or is_other or _is_ours(word, ours))

    counts: Counter[str] = Counter()
    shown: dict[str, Counter[str]] = {}
    for text in texts:
        words = _names(text, is_name)
        named = {known.get(word.casefold()) or _stem(word): word for word in words}
        for key, word in named.items():
            counts[key] += 1
            shown.setdefault(key, Counter())[word] += 1
    staff_keys = set(known.values())
    return _told(
        [
            Named(key if key in staff_keys else shown[key].most_common(1)[0][0], count)
            for key, count in counts.items()
            if key in staff_keys or count >= RECURS
        ]
    )


def dishes_in(texts: Sequence[str], dishes: Mapping[str, Collection[str]]) -> tuple[Named, ...]:
    """Return the dishes that recur, most often first; `dishes`: stems by how a dish is told."""
    forms = {
        stem + ending: dish
        for dish, stems in dishes.items()
        for stem in stems
        for ending in _OF_DISHES
    }
    counts: Counter[str] = Counter()
    for text in texts:
        words = (word.casefold() for word in NAMED_WORD.findall(text))
        counts.update({forms[word] for word in words if word in forms})
    return _told([Named(dish, count) for dish, count in counts.items() if count >= RECURS])


def _told(found: list[Named]) -> tuple[Named, ...]:
    return tuple(sorted(found, key=lambda each: (-each.count, each.name)))[:TOLD]


def _names(text: str, is_name: Callable[..., bool]) -> list[str]:
    """Words with a capital that are names where they stand."""
    found, ends = [], 0
    for match in NAMED_WORD.finditer(text):
        between, word = text[ends : match.start()], match[0]
        starts = ends == 0 or re.search(r"[.!?…\n«\"(:)]", between) is not None
        is_written_so = word[0].isupper() and word[1:].islower() and len(word) > 2
        if is_written_so and is_name(word, starts=starts):
            found.append(word)
        ends = match.end()
    return found


def _known(staff: Collection[str]) -> dict[str, str]:
    """The first names of the staff, whole and short, by each of their forms in small letters.

    A short form that would stand for two of them («Саша») counts for neither.
    """
    firsts = dict.fromkeys(name.split()[0] for name in staff if name.split())
    short = [(short, name) for name in firsts for short in _SHORT.get(name, "").split()]
    times = Counter(each for each, _ in short)
    named = {each: name for each, name in short if times[each] == 1} | {n: n for n in firsts}
    return {form: name for each, name in named.items() for form in _forms(each.casefold())}


def _forms(name: str) -> list[str]:
    if endings := _ENDINGS.get(name[-1]):
        return [name[:-1] + ending for ending in endings]
    return [name + ending for ending in _AFTER_CONSONANT]


def _stem(word: str) -> str:
    return word[:-1].casefold() if len(word) > 4 else word.casefold()


def _is_ours(word: str, ours: Collection[str]) -> bool:
    return any(word.casefold()[:4] == each[:4] for each in ours)
