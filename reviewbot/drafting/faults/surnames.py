"""Colleagues named by their surname, whatever its case: of them only the first name is public."""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from reviewbot.core.text import word_key
from reviewbot.core.trends.given_names import forms
from reviewbot.drafting.templates import known_names


class Surname(NamedTuple):
    """Where a surname stands with what is said beside it, and what to say instead ("" where only
    a person knows)."""

    start: int
    end: int
    instead: str


_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_ENDS = re.compile(
    r"[а-яё]{2,}(?:(?:[оеё]в|[иы]н)(?:а|у|ым|е|ой|ою|ых|ым|ыми)?"
    r"|[сц]к(?:ий|ого|ому|им|ом|ая|ой|ую)|енко|ейко|(?:чук|щук|юк|ян|янц|ич)(?:а|у|ом|ем|е)?"
    r"|дзе|швили|[оеё]вых|[иы]х"
    r"|айте|айтис|юс)|[a-z]{2,}(?:ov|ev|in|yn|sky|skiy|skaya|enko|chuk|yuk|yan|dze|shvili)a?",
    re.IGNORECASE,
)
"""How surnames end, in their cases."""
_SURE = re.compile(
    r"[а-яё]{3,}(?:(?:[оеё]в)(?:у|ым|ой|ою|а)|[сц]кого|[сц]кому|[иы]ной|[иы]ным|енко)",
    re.IGNORECASE,
)
"""Surnames for certain where they stand alone in a sentence."""
_PATRONYMIC = re.compile(
    r"[а-яё]{2,}(?:вич|ичн|вн|ьич|инич|ич)(?:а|у|ем|ем|е|ы|ой|ою)?", re.IGNORECASE
)
_ROLE = re.compile(
    r"(?:официант(?:к\w{1,2})?|бармен|бариста|администратор|менеджер|управляющ|директор|повар"
    r"|шеф|курьер|кассир|мастер|доктор"
    r"|врач|хостес|хозяй\w+|водител|консультант|продав\w+|сотрудни\w+|господин|госпож|тренер"
    r"|портье|горничн)\w{0,3}"
    r"|waiter|waitress|barman|bartender|barista|manager|director|chef|courier|cashier|doctor|dr"
    r"|mr|mrs|ms|miss|host"
    r"|hostess|driver|receptionist|nurse|guide",
    re.IGNORECASE,
)
_OF_PLACES = """
ростове саратове тамбова тамбове пскове харькову киеву чехов королёв серпухове азове львове
кирове краков street road avenue park hotel station café cafe lane square bar club hall house
pepper new old north south street's
"""
_OF_SENTENCES = """
мы вы вам вас ваш ваша ваше ваши наш наша наше спасибо здравствуйте добрый доброе он она они это
я ты по на с в о к за и не так как что если команда клиника кухня the we our you your thank
thanks hello dear please see i it this that and will is was a an at in on for with kind best
regards january february march april may june july august september october november december
monday tuesday wednesday thursday friday saturday sunday happy good team kitchen chef head duty
manager all my his her their street from
"""
_PLACES = frozenset(word_key(word) for word in _OF_PLACES.split())
_COMMON = frozenset(word_key(word) for word in _OF_SENTENCES.split())
_INTO = frozenset(
    {
        "в",
        "во",
        "на",
        "из",
        "под",
        "до",
        "по",
        "метро",
        "станции",
        "станция",
        "улица",
        "улице",
        "ул",
        "у",
    }
)


@cache
def given_forms() -> dict[str, str]:
    """The first names by each of their cases, with the first case."""
    return {
        word_key(form): name
        for name in known_names()
        if len(name) > 2
        for form in reversed(forms(name))
    } | {name: name for name in known_names()}


class _Said(NamedTuple):
    start: int
    end: int
    text: str
    before: str


def surnames(text: str, author: str) -> Iterator[Surname]:
    """Yield the surnames in a text; the guest (`author`) calls themselves as they like."""
    theirs = {word_key(word) for word in _WORD.findall(author) if len(word) > 1}
    said = []
    last = 0
    for hit in _WORD.finditer(text):
        said.append(_Said(hit.start(), hit.end(), hit[0], text[last : hit.start()]))
        last = hit.end()
    taken = -1
    for index, word in enumerate(said):
        if index <= taken or not word.text[0].isupper():
            continue
        end, instead = _named(said, index)
        if end < 0:
            continue
        # «Смирнова» in the author's line is theirs in every case.
        keys = {word_key(each.text) for each in said[index : end + 1]}
        if any(_same(key, own) for key in keys for own in theirs):
            continue
        taken = end
        last_word = said[end]
        stop = last_word.end + (
            text[last_word.end : last_word.end + 1] == "." and len(last_word.text) == 1
        )
        yield Surname(word.start, stop, instead)


def _named(said: list[_Said], at: int) -> tuple[int, str]:
    """Return the last word of the name that begins at a word, -1 where none does, and what to say
    instead: the first name, where there is one."""
    word = said[at]
    after = said[at + 1] if at + 1 < len(said) else None
    role = (
        at > 0
        and bool(_ROLE.fullmatch(said[at - 1].text))
        and word.before in (" ", ". ", "\u00a0")
    )
    beside = (
        after if after and after.text[0].isupper() and after.before in (" ", "\u00a0") else None
    )
    if len(word.text) == 1 or (after and len(after.text) == 1 and after.text.isupper()):
        return _with_initials(said, at)
    if word_key(word.text) in given_forms():
        middle = beside
        end = at + 1
        if middle and _PATRONYMIC.fullmatch(middle.text) and not _is_latin(middle.text):
            more = said[at + 2] if at + 2 < len(said) else None
            if not more or not more.text[0].isupper() or more.before != " ":
                return -1, ""
            middle, end = more, at + 2
        if middle and _may_be(middle.text) and not _place_before(said, at):
            return end, word.text
        return -1, ""
    if role and beside and _may_be(word.text) and _may_be(beside.text) and _is_latin(word.text):
        return at + 1, word.text
    if beside and word_key(beside.text) in given_forms() and _is_surname(word.text):
        return at + 1, beside.text
    if (
        role
        and _may_be(word.text)
        and (_is_surname(word.text) or _is_latin(word.text))
        and not beside
    ):
        return at, ""
    alone = at > 0 and not re.search(r"[.!?\n:«“\"]", word.before) and _SURE.fullmatch(word.text)
    if alone and not _place_before(said, at) and word_key(word.text) not in _PLACES:
        return at, ""
    return -1, ""


def _with_initials(said: list[_Said], at: int) -> tuple[int, str]:
    """«И. Смирнов», «И. И. Смирнов», «Смирнов И.»"""
    word = said[at]
    if len(word.text) > 1:
        end = at + 1
        following = said[end].before
        ok = following == " " and _is_surname(word.text, loosely=_is_latin(word.text) or None)
        return (end, "") if ok and word_key(word.text) not in _COMMON | _PLACES else (-1, "")
    end = at
    while end + 1 < len(said) and said[end + 1].before in (". ", "."):
        end += 1
        if len(said[end].text) > 1:
            fits = said[end].text[0].isupper() and _may_be(said[end].text) and end - at <= 2
            plausible = _is_surname(said[end].text) or _is_latin(said[end].text)
            return (end, "") if fits and plausible else (-1, "")
    return -1, ""


def _is_surname(word: str, *, loosely: bool | None = None) -> bool:
    if word_key(word) in given_forms() or word_key(word) in _COMMON:
        return False
    return bool(loosely) or bool(_ENDS.fullmatch(word))


def _may_be(word: str) -> bool:
    """Whether a word beside a first name may be a surname at all."""
    key = word_key(word)
    return len(word) > 1 and key not in _COMMON and key not in _PLACES and key not in given_forms()


def _place_before(said: list[_Said], at: int) -> bool:
    near = {word_key(each.text) for each in said[max(0, at - 3) : at]}
    if near & {"углу", "угол", "пересечении", "corner"}:
        return True
    return at > 0 and word_key(said[at - 1].text) in _INTO | {
        "santa",
        "st",
        "saint",
        "сан",
        "санта",
    }


def _is_latin(word: str) -> bool:
    return word.isascii()


def _same(one: str, own: str) -> bool:
    """Whether two words are cases of one name."""
    return one == own or (
        min(len(one), len(own)) > 4
        and one[:-2] == own[: len(one) - 2]
        and abs(len(one) - len(own)) < 3
    )
