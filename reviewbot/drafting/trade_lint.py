"""What a reply of this trade, in this place, should not say; and what to say instead.

A clinic must not even confirm that the author was a patient. The rest is advice: the language of
the review, exclamation marks, a colleague's surname, links, a text too short to be an answer.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from reviewbot.drafting.by_hand import unasked
from reviewbot.drafting.names import SURNAME, name_key
from reviewbot.drafting.problem import DraftProblem
from reviewbot.drafting.signature import language_of
from reviewbot.drafting.templates import CLINIC, known_names

SHORTEST = 3
"""Fewer words than this are no answer."""
MOST_EXCLAIMED = 3
"""More sentences than this that end with an exclamation mark are a storm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeFacts:
    """What replies at a place depend on: its `profile`; the review's `language`, None where it is
    not known; whether the site takes ways to contact in a reply (`contacts`); `author`, whose
    name is no colleague's. `typed`: it is no template's text, so it offers nothing (`gesture`: the
    sum written down, 0: none) and apologises only where that is in order (`may_apologise`)."""

    profile: str | None = None
    language: str | None = None
    contacts: bool = True
    author: str = ""
    typed: bool = False
    may_apologise: bool = False
    gesture: int = 0


_PATIENT = {
    "ru": re.compile(
        r"\b(?:ваш(?:а|е|и|у|его|ей|ем|ему|им|их|ими)?\s+(?:визит|при[её]м|лечени|обследовани|"
        r"операци|процедур|консультаци|посещени|пребывани|госпитализаци|выписк|обращени\w*\s+[вк]\b|"
        r"(?:лечащ\w+\s+)?(?:врач|доктор)|карт\w*|анализ|снимк|диагноз)\w*"
        r"|вы\s+(?:был[аи]?|лечил\w+|проходил\w*|посещал\w*|посетил\w*|наблюда\w+|обратил\w+|обращал\w+|"
        r"приходил\w*|пришл\w+|лежал\w*|записывал\w+|записал\w+)"
        r"|что\s+(?:обратились|пришли|выбрали)(?=\s+(?:к\s+нам|нас|нашу|в\s+наш))"
        r"|наш(?:им|его|ей|а)?\s+пациент\w*|вас\s+(?:принимал|лечил|осматривал|оперировал)\w*)",
        re.IGNORECASE,
    ),
    "en": re.compile(
        r"\b(?:your\s+(?:visit|appointment|treatment|procedure|stay|surgery|operation|consultation|"
        r"examination|doctor|dentist|physician|results|diagnosis|chart|records?|x-?rays?)\w*"
        r"|you\s+(?:visited|came\s+in|came\s+to|were\s+(?:seen|treated|admitted|examined|with\s+us|here))"
        r"|(?:you\s+as\s+)?(?:our|a)\s+patient|treating\s+you|seeing\s+you\s+(?:again|here))\b",
        re.IGNORECASE,
    ),
}
_MEDICAL = {
    "ru": re.compile(
        r"\b(?:диагноз|кариес|пульпит|имплант|пломб|коронк|брекет|наркоз|анестези|биопси|опухол|"
        r"беременност|инфекци|воспалени|антибиотик|препарат|рецепт|томограф|рентген|операци|"
        r"осложнени|симптом|терапи|анализ)\w*|\b(?:МРТ|УЗИ|ЭКГ)\b"
        r"|\b(?:вам|у\s+вас)\s+(?:постав|удал|назнач|выпис|выяв|обнаруж|леч|сдела|прове)\w*",
        re.IGNORECASE,
    ),
    "en": re.compile(
        r"\b(?:diagnos|caries|cavit(?:y|ies)|implant|filling|crown|braces|an[ae]esthe|biops|tumou?r|"
        r"pregnan|infection|inflammation|antibiotic|prescription|medication|x-?ray|surgery|"
        r"complication|symptom|therap)\w*|\b(?:MRI|ECG|ultrasound)\b"
        r"|\b(?:prescribed|removed|found|treated)\s+you\b",
        re.IGNORECASE,
    ),
}
_LINK = re.compile(
    r"https?://\S+|\bwww\.\S+|(?<![\w@.])(?:[\w-]+\.)+(?:ru|com|net|org|рф|me|io)\b(?:/\S*)?",
    re.IGNORECASE,
)
_CONTACT = re.compile(
    r"(?<![\w+])\+?\d(?:[ ()\u00a0.-]{0,3}\d){6,14}(?!\d)|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
)
_STORM = re.compile(r"!(?:\s*!)+|[?!]{3,}")
_EXCLAIMED = re.compile(r"!+(?=\s|$)")
_NAMED = re.compile(r"\b([А-ЯЁA-Z][а-яёa-z]+)\s+([А-ЯЁA-Z][а-яёa-z]+(?:-[А-ЯЁA-Z][а-яёa-z]+)?)\b")
_WORD = re.compile(r"\w+")
_LETTER = re.compile(r"[^\W\d_]")
SPOKEN = {"ru": "то, о чём вы пишете", "en": "what you describe"}


def findings(text: str, trade: TradeFacts) -> Iterator[DraftProblem]:
    """Yield what is wrong with a reply, each with the words and, where there is one, what to say
    instead: patient, medical, contact, apology, promise refuse; language, short, exclaimed,
    surname, link advise."""
    spoken = language_of(text)
    if trade.typed:
        yield from unasked(text, may_apologise=trade.may_apologise, gesture=trade.gesture)
    if trade.profile == CLINIC:
        yield from _clinic(text, spoken)
    if not trade.contacts and (hit := _CONTACT.search(text)):
        yield DraftProblem("contact", {"found": hit[0].strip()})
    letters = len(_LETTER.findall(text))
    if trade.language in ("ru", "en") and letters and spoken != trade.language:
        yield DraftProblem("language", {"wanted": trade.language})
    if letters and len(_WORD.findall(text)) < SHORTEST:
        yield DraftProblem("short", {"found": text.strip()})
    if _STORM.search(text) or len(_EXCLAIMED.findall(text)) > MOST_EXCLAIMED:
        yield DraftProblem("exclaimed", {"instead": calmed(text)})
    yield from _surnames(text, trade.author)
    for hit in _LINK.finditer(text):
        yield DraftProblem("link", {"found": hit[0]})


def calmed(text: str) -> str:
    """Return a text with one exclamation mark at most, its first."""
    single = re.sub(r"!(?:\s*!)+", "!", re.sub(r"[?!]*\?[?!]+|[?!]+\?[?!]*", "?", text))
    head, mark, rest = single.partition("!")
    return head + mark + re.sub(r"!", ".", rest)


def _clinic(text: str, spoken: str) -> Iterator[DraftProblem]:
    taken: list[tuple[int, int]] = []
    for hit in _PATIENT[spoken].finditer(text):
        taken.append(hit.span())
        yield DraftProblem("patient", {"found": hit[0], "instead": SPOKEN[spoken]})
    for hit in _MEDICAL[spoken].finditer(text):
        if not any(start <= hit.start() < end for start, end in taken):
            yield DraftProblem("medical", {"found": hit[0], "instead": SPOKEN[spoken]})


def _surnames(text: str, author: str) -> Iterator[DraftProblem]:
    """Yield first names with a surname: of colleagues only the first name is public. The guest
    calls themselves as they like."""
    theirs = {name_key(word) for word in _WORD.findall(author)}
    for hit in _NAMED.finditer(text):
        one, other = hit[1], hit[2]
        if name_key(other) in known_names():
            one, other = other, one
        is_full = name_key(one) in known_names() and SURNAME.fullmatch(other)
        if is_full and not theirs.intersection((name_key(one), name_key(other))):
            yield DraftProblem("surname", {"found": hit[0], "instead": one})
