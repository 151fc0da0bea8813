"""What is wrong with a reply before anybody publishes it. A reply is never cut to fit."""

import re
from collections.abc import Iterable
from functools import lru_cache

from reviewbot.core.contract import Limit
from reviewbot.core.settings import Replies
from reviewbot.drafting.faults.spelled_apart import joined
from reviewbot.drafting.known_answers import KnownAnswers
from reviewbot.drafting.problem import DraftProblem
from reviewbot.drafting.trade_lint import TradeFacts, findings, worded

TOO_LIKE = 0.6
"""From this share of common word triples on, two replies read as one text sent twice."""


_SLOT = re.compile(
    r"\{\{.*?\}\}|\{%.*?%\}|\{\w[\w .-]*\}"  # a template's own slots
    r"|\[[^\W\d_][^\[\]\n]{0,40}\](?!\()"  # [имя], [name]
    r"|<[^\W\d_][^<>\n]{0,40}>"  # <имя>
    r"|_{3,}|\b(?:XXX|ХХХ|TODO)\b"
)
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"(?<![\w+])\+?\d(?:[ ()\u00a0.-]{0,3}\d){8,14}(?!\d)")
_CARD = re.compile(r"(?<!\d)\d(?:[ -]?\d){15}(?!\d)")
_TELLING = re.compile(r"@|(?:\d\D{0,3}){9}")
"""What none of the three is without."""
_WORD = re.compile(r"\w+")
Triples = frozenset[int]
"""The runs of three words of a text, by their hashes."""


def problems(
    text: str,
    limit: Limit | None,
    replies: Replies,
    has_text: bool,
    recent: Iterable[str] = (),
    *,
    guest: str = "",
    trade: TradeFacts | None = None,
) -> list[DraftProblem]:
    """Return what is wrong with a reply, what refuses it first.

    `has_text`: whether the review has words. `recent`: the last replies at that location. `guest`:
    what the guest wrote (text, author): a phone or an e-mail address from there is theirs, and has
    no place in public; our own contact is no problem. `trade`: what replies at this place
    depend on.
    """
    if limit and limit.needs_text and not has_text:
        return [DraftProblem("needs_text", {})]
    if not text.strip():
        return [DraftProblem("empty", {})]
    found = []
    if limit:
        length = limit.measure(text)
        size = {"unit": limit.unit, "length": length}
        if length > limit.max:
            over = length - limit.max
            found.append(DraftProblem("too_long", {"limit": limit.max, **size, "over": over}))
        elif length < limit.min:
            found.append(DraftProblem("too_short", {"limit": limit.min, **size}))
    found += [
        DraftProblem("unfilled", {"slot": slot}) for slot in dict.fromkeys(_SLOT.findall(text))
    ]
    found += forbidden(text, replies.forbid)
    found += personal_data(text, guest)
    likeness = likeness_to(text, recent)
    if likeness >= TOO_LIKE:
        found.append(DraftProblem("too_like", {"percent": round(likeness * 100)}))
    if trade is not None:
        found += findings(text, trade)
    if trade is not None and trade.typed:
        told = {each.code for each in found}
        found += (each for each in spelled_apart(text, replies, trade) if each.code not in told)
    return sorted(found, key=lambda each: not each.refuses)


def spelled_apart(text: str, replies: Replies, trade: TradeFacts) -> list[DraftProblem]:
    """Return what refuses a text once words whose letters stand apart are put together."""
    whole = joined(text, (stem for each in replies.forbid for stem in each.split("*")))
    if whole == text:
        return []
    return [*forbidden(whole, replies.forbid), *worded(whole, trade)]


def likeness_to(text: str, others: Iterable[str]) -> float:
    """Return how like a text is to the one of others it is most like, 0 to 1."""
    mine = _triples(text)
    return max((_likeness(mine, _triples(other)) for other in others), default=0.0)


def is_like_any(text: str, others: Iterable[str], least: float) -> bool:
    """Whether a text is more like one of others than `least`."""
    mine = hash(text)
    for other in others:
        pair = mine, hash(other), least
        known = _ALIKE.get(pair)
        if known is None:
            if len(_ALIKE) >= MOST_PAIRS:
                _ALIKE.clear()
            known = _ALIKE[pair] = _is_like(text, other, least)
        if known:
            return True
    return False


MOST_PAIRS = 4096
_ALIKE: dict[tuple[int, int, float], bool] = {}
"""Drafts of one place are compared again and again. By their hashes: they may name a guest."""


def _is_like(text: str, other: str, least: float) -> bool:
    mine, theirs = _triples(text), _triples(other)
    # Most are told apart by their length.
    fewer, more = sorted((len(mine), len(theirs)))
    return fewer > least * more and _likeness(mine, theirs) > least


def forbidden(text: str, patterns: Iterable[str]) -> list[DraftProblem]:
    """Return the words that the operator's `forbid` patterns refuse; "*" is any ending."""
    plain = text.replace("ё", "е").replace("Ё", "Е")
    found = []
    for pattern in patterns:
        if hit := _pattern(pattern).search(plain):
            word = text[hit.start() : hit.end()]
            found.append(DraftProblem("forbidden", {"word": word, "pattern": pattern}))
    return found


@lru_cache(maxsize=1024)
def _pattern(pattern: str) -> re.Pattern[str]:
    words = pattern.replace("ё", "е").replace("Ё", "Е").split()
    spelled = (re.escape(word).replace(r"\*", r"\w*") for word in words)
    body = r"\s+".join(spelled)
    return re.compile(rf"(?<!\w){body}(?!\w)" if body else r"(?!)", re.IGNORECASE)


def personal_data(text: str, guest: str) -> list[DraftProblem]:
    """Return the guest's own telephones and addresses, and numbers of cards, in a text."""
    if not _TELLING.search(text):
        return []
    found = []
    theirs = {hit.casefold() for hit in _EMAIL.findall(guest)}
    for hit in _EMAIL.findall(text) if theirs else ():
        if hit.casefold() in theirs:
            found.append(DraftProblem("personal_data", {"kind": "email", "found": hit}))
    numbers = {_number(hit) for hit in _PHONE.findall(guest)}
    for hit in _PHONE.findall(text) if numbers else ():
        if _number(hit) in numbers:
            found.append(DraftProblem("personal_data", {"kind": "phone", "found": hit.strip()}))
    for hit in _CARD.findall(text):
        if _is_card(hit):
            found.append(DraftProblem("personal_data", {"kind": "card", "found": hit[:4] + "…"}))
    return found


def _number(phone: str) -> str:
    """Return the last ten digits: +7 and 8 lead to one telephone."""
    return "".join(re.findall(r"\d", phone))[-10:]


def _is_card(number: str) -> bool:
    """Whether sixteen digits keep Luhn's rule, as every payment card does."""
    digits = [int(digit) for digit in re.findall(r"\d", number)]
    doubled = [digit * 2 - 9 * (digit > 4) for digit in digits[::2]]
    return (sum(doubled) + sum(digits[1::2])) % 10 == 0


def _likeness(mine: Triples, theirs: Triples) -> float:
    both = len(mine & theirs)
    return both / (len(mine) + len(theirs) - both) if both else 0.0


_TRIPLES = KnownAnswers[Triples](512)


def _triples(text: str) -> Triples:
    return _TRIPLES.get(hash(text), lambda: _triples_of(text))


def _triples_of(text: str) -> Triples:
    words = _WORD.findall(text.casefold().replace("ё", "е"))
    return frozenset(map(hash, zip(words, words[1:], words[2:], strict=False)))
