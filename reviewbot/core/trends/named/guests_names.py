"""Which names in a review are nobody of ours: its author's, a signature, how a guest introduces
themselves, kin and friends, and whom a house or a monument is called after.
"""

import re
from collections.abc import Collection, Sequence
from functools import lru_cache
from itertools import chain

from reviewbot.core.text import word_key
from reviewbot.core.trends.given_names import (
    also_called,
    family_forms,
    fond,
    forms,
    is_given,
    key_of,
    latin_key,
    whole_names,
)

NEAR = 40
"""So many letters before a name say whose it is."""
SIGNED_BY = 3
"""Words of a signature: «Ольга и Андрей», «Светлана К.»."""
_INTRODUCED = re.compile(
    r"(?:\b(?:меня|нас)\s+зовут|\bзовут\s+(?:меня|нас)|\bмо[её]\s+имя|\bвам\s+пишет|\bпишу\s+я"
    r"|\bмы\s*[—–-]|\bя\s*[,—–-]|\bI\s*,|\bI\s+am|\bI['’]?m|\bmy\s+name(?:\s+is|['’]?s)"
    r"|\bcall\s+me)[\s,:—–-]*\Z",
    re.IGNORECASE,
)
_I_AM = re.compile(r"\bя\s+\Z", re.IGNORECASE)
_ITSELF = (
    r"муж|жена|супруг|супруга|сын|сынок|дочь|дочка|доченька|мама|папа|мать|отец|подруга|подружка|друг"
    r"|брат|сестра|внук|внучка|бабушка|дедушка|тётя|тетя|дядя|свекровь|тёща|теща|жених|невеста"
    r"|племянник|племянница|крестница|крестник|ребёнок|ребенок|малыш"
)
_INFLECTED = (
    r"муж(?:а|у|ем|е)|жен(?:ы|е|у|ой)|супруг(?:а|у|ом|е|и|ой)|сын(?:а|у|ом|е)|сынк(?:а|у|ом|е)"
    r"|доч(?:ери|ерью)|дочк(?:и|е|у|ой)|мам(?:ы|е|у|ой)|пап(?:ы|е|у|ой)|матер(?:и|ью)|отц(?:а|у|ом|е)"
    r"|подру(?:ги|ге|гу|гой)|подружк(?:и|е|у|ой)|друг(?:а|у|ом|е)|брат(?:а|у|ом|е)"
    r"|сестр(?:ы|е|у|ой)|внук(?:а|у|ом|е)|внучк(?:и|е|у|ой)|бабушк(?:и|е|у|ой)|дедушк(?:и|е|у|ой)"
    r"|т[её]т(?:и|е|ю|ей)|дяд(?:и|е|ю|ей)|свекров(?:и|ью)|т[её]щ(?:и|е|у|ей)|жених(?:а|у|ом|е)"
    r"|невест(?:ы|е|у|ой)|племянник(?:а|у|ом|е)|племянниц(?:ы|е|у|ей)|реб[её]нк(?:а|у|ом|е)"
    r"|друзья|друзей|друзьями|подруги|дети|детьми"
)
_MINE = r"мо(?:й|я|его|ему|им|ем|ей|ю|и|их|ими)|наш(?:а|его|ему|им|ем|ей|у|и|их|ими)?"
_DEAR = r"парень|парня|парню|парнем|девушк\w{1,2}|молод\w{2,3}\s+человек\w{0,2}|коллег\w{1,2}"
_KIN_EN = (
    r"husband|wife|son|daughter|mum|mom|mother|dad|father|friends?|partner|brother|sister|boyfriend"
    r"|girlfriend|fianc[eé]e?|grandma|grandson|granddaughter|grandmother|grandfather|nan|aunt|uncle"
    r"|cousin|niece|nephew|colleagues?|kids?|children|baby|boy|girl"
)
_GAP = r"(?:\s+|\s*\(\s*|\s*[,—–-]\s*)"
_KIN = re.compile(rf"\b(?:(?P<itself>{_ITSELF})|{_INFLECTED})(?P<gap>{_GAP})\Z", re.IGNORECASE)
_MY = re.compile(
    rf"\b(?:(?:{_MINE})\s+(?:{_DEAR})|(?:my|our)\s+(?:\w{{1,12}}\s+)?(?:{_KIN_EN}))(?P<gap>{_GAP})\Z",
    re.IGNORECASE,
)
_APPOSED = re.compile(
    rf"\s{{0,5}}[,(—–-]\s{{0,5}}(?:(?:{_MINE})\s+(?:{_ITSELF}|{_INFLECTED}|{_DEAR})|(?:my|our)\s+(?:{_KIN_EN}))\b",
    re.IGNORECASE,
)
_SEPARATE = re.compile(r"\s{0,5}[,)—–-]")
_JOINED = frozenset({"и", "and"})
_REGARDS = re.compile(
    r"(?:с\s+(?:уважением|любовью|теплом|благодарностью)|ваш[аи]?|regards|wishes|sincerely|cheers"
    r"|yours|love)\s*[,\n—–-]?\s*\Z",
    re.IGNORECASE,
)
_STOPPED = re.compile(r"[.!?…\n)]|[\u2600-\u27bf\U0001f300-\U0001faff]")
_MONUMENTS = re.compile(
    r"\b(?:памятник\w{0,2}|бюст\w{0,2}|стату\w{1,2}|муз(?:ей|ея|ею|еем|ее)|име(?:ни|нем)|им\.?"
    r"|улиц\w{1,2}|ул\.?|проспект\w{0,2}|площад\w{1,2}|бульвар\w{0,2}|переул\w{1,3}|набережн\w{2}"
    r"|парк\w{0,2}|сквер\w{0,2}|мост\w{0,2}|храм\w{0,2}|собор\w{0,2}|церк\w{1,4}|свят\w{2,3}|св\.?"
    r"|цар\w{1,3}|княз\w{1,3}|император\w{0,4}|statue\s+of|monument\s+to|museum\s+of|saint|st\.?)"
    r"\s+\Z",
    re.IGNORECASE,
)
_HOUSES = re.compile(
    r"\b(?:дом|дома|дому|доме|домом|домик\w{0,2}|усадьб\w{1,2}|квартир\w{1,2}|могил\w{1,2}|книг\w{1,2}"
    r"|стих\w{0,3}|песн\w{1,3}|концерт\w{0,2}|картин\w{1,2})\s+\Z",
    re.IGNORECASE,
)
_PATRONYMIC = re.compile(r"[а-я]{1,30}(?:ович|евич|ьич|овн|евн|ичн|инична)(?:|а|у|ем|е|ы|ой)")
_NUMBERED = re.compile(r"(?:перв|втор|трет|велик|грозн|мудр|невск|святославич)[а-я]{1,4}")
_SURNAME = re.compile(
    r"[а-я]{2,30}(?:[оеё]в|[иы]н|[сц]к)(?:|а|у|ым|ой|ою|ая|ую|ий|ого|ому|им|ом|е)"
    r"|[а-я]{2,30}(?:енко|дзе|швили)|[а-я]{3,30}(?:ян|ук|юк)(?:|а|у|ом|е)"
)
_OF_STAFF = re.compile(
    r"\b(?:спасибо|благодар\w{1,6}|официант\w{0,4}|администратор\w{0,3}|врач\w{0,2}|доктор\w{0,2}|мастер\w{0,2}"
    r"|менеджер\w{0,2}|бариста|повар\w{0,2}|кассир\w{0,3}|консультант\w{0,2}|тренер\w{0,2}|хостес"
    r"|продав\w{2,4}|курьер\w{0,2}|медсестр\w{1,2}|стоматолог\w{0,2}|thanks|thank\s+you)\s+\Z",
    re.IGNORECASE,
)


class GuestsNames:
    """Says of the words of one text which are names of nobody of ours; `words` are its words as
    they stand, `staff` every form of the staff's names."""

    def __init__(
        self, text: str, words: Sequence[re.Match[str]], author: str, staff: Collection[str]
    ) -> None:
        self._text, self._words, self._staff = text, words, staff
        self._author = _of_author(author) if author else frozenset()
        self._signed = _signature(text, words)
        self._others: set[int] = set()

    def has(self, at: int) -> bool:
        """Whether the word at this place is such a name; ask of them in their order."""
        found = self._is(at)
        if found:
            self._others.add(at)
        return found

    def _is(self, at: int) -> bool:
        word, text = self._words[at], self._text
        start, end = word.start(), word.end()
        if at in self._signed or key_of(word[0]) in self._author:
            return True
        near = text[max(0, start - NEAR) : start]
        if _INTRODUCED.search(near) or (_I_AM.search(near) and is_given(word[0])):
            return True
        if self._is_kin(word, near) or _APPOSED.match(text, end):
            return True
        if at > 1 and at - 2 in self._others and self._words[at - 1][0].casefold() in _JOINED:
            return True
        return self._is_another(at, near)

    def _is_kin(self, word: re.Match[str], near: str) -> bool:
        """«Муж Андрей», «с подругой Натальей»; «муж Ольгу попросил» speaks of another, and so
        does «с мужем, Ольга нас встретила»."""
        found = _KIN.search(near)
        if (hit := found or _MY.search(near)) is None:
            return False
        if hit["gap"].strip(" \n") in (",", "—", "–", "-") and not _SEPARATE.match(
            self._text, word.end()
        ):
            return False
        if found is None:
            return True
        form = word_key(word[0])
        if found["itself"]:
            return is_given(word[0]) or form not in _inflected() or form[-1] in "аяиы"
        return form in _inflected() or not is_given(word[0])

    def _is_another(self, at: int, near: str) -> bool:
        """«Памятник Петру», «дом Сергея Есенина», «Сергей Лазарев» who is not of the list."""
        if _MONUMENTS.search(near):
            return True
        if at + 1 == len(self._words):
            return False
        word, after = self._words[at], self._words[at + 1]
        if self._text[word.end() : after.start()] != " " or not after[0].istitle():
            return False
        form = word_key(after[0])
        if (
            key_of(after[0]) in self._staff
            or _PATRONYMIC.fullmatch(form)
            or form in _given_forms()
        ):
            return False
        if _HOUSES.search(near) or _NUMBERED.fullmatch(form):
            return True
        return _SURNAME.fullmatch(form) is not None and not _OF_STAFF.search(near)


def _signature(text: str, words: Sequence[re.Match[str]]) -> range:
    """Return which words a review is signed with at its end: names that are a sentence of their
    own in their first case, or that follow «с уважением»."""
    nobody = range(0)
    if not words or set("!?") & set(text[words[-1].end() :]):
        return nobody
    for back in range(1, min(SIGNED_BY, len(words)) + 1):
        at = len(words) - back
        word = words[at]
        if not (word[0][0].isupper() or word[0].casefold() in _JOINED):
            return nobody
        ends = words[at - 1].end() if at else 0
        gap = text[ends : word.start()]
        is_apart = at > 0 and _STOPPED.search(gap) and not _is_initial(words[at - 1], gap)
        if is_apart or _REGARDS.search(text[max(0, word.start() - NEAR) : word.start()]):
            return range(at, len(words)) if _is_name(words[at:]) else nobody
    return nobody


def _is_initial(word: re.Match[str], gap: str) -> bool:
    return len(word[0]) == 1 and word[0].isupper() and gap.strip(" ") == "."


def _is_name(words: Sequence[re.Match[str]]) -> bool:
    """Whether words are who signs: «Ольга», «Ольга Зимина», «О. Зимина», «Зимина Ольга»."""
    first, rest = words[0][0], [word[0] for word in words[1:]]
    if len(first) == 1 or family_forms(first):
        return any(is_given(each) or family_forms(each) for each in rest) or is_given(first)
    return is_given(first) and all(
        each.casefold() in _JOINED
        or len(each) == 1
        or each.isascii()
        or is_given(each)
        or _SURNAME.fullmatch(word_key(each)) is not None
        for each in rest
    )


@lru_cache(maxsize=4096)
def _of_author(author: str) -> frozenset[str]:
    """Return every form of an author's names, as they are compared."""
    found: set[str] = set()
    for name in re.findall(r"[^\W\d_]+", author):
        if len(name) < 2:
            continue
        called = also_called(name) if is_given(name) else (name,)
        for each in called:
            found |= {word_key(each), latin_key(each), *forms(each), *fond(each)}
        found.update(family_forms(name))
    return frozenset(found)


@lru_cache(maxsize=1)
def _given_forms() -> frozenset[str]:
    return frozenset(chain.from_iterable(forms(name) for name, _ in whole_names()))


@lru_cache(maxsize=1)
def _inflected() -> frozenset[str]:
    """Forms of given names that are not the first case; of a name that has one form, that."""
    found: set[str] = set()
    for name, _ in whole_names():
        itself = word_key(name)
        found |= {form for form in forms(name) if form != itself} or {itself}
    return frozenset(found)
