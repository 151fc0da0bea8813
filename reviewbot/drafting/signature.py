"""The signature under a person's own text; a template has its own place for it."""

import re
from collections.abc import Mapping

from reviewbot.core.model import LANGUAGES
from reviewbot.core.text import typed

_WORD = re.compile(r"\w+")
_CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
_LATIN = re.compile("[a-z]", re.IGNORECASE)
_SLOT = re.compile(r"\{[{%][^{}]{0,200}[%}]\}")
_ADDRESS = re.compile(r"[@/]|\w\.\w")
"""What a link or an address has, in Latin letters of any language."""
_WITHIN = re.compile(r"\.(?<=\w\.)\w")


def signed(text: str, sign: Mapping[str, str]) -> str:
    """Return the text with the signature (by language, `Replies.sign`) of the language it is
    written in, on a line of its own; as it is where it is signed already."""
    if not text.strip() or is_signed(text, sign):
        return text
    return f"{text.rstrip()}\n{sign[language_of(text)].strip()}"


def is_signed(text: str, sign: Mapping[str, str]) -> bool:
    """Whether a text ends with its signature, or with a line of its own that holds it («Анна,
    команда «Точки»»); a name said on the way signs nothing. Where there is none, it is."""
    wanted = _words(typed(sign.get(language_of(text))))
    *above, last = text.strip().split("\n")
    ends = _words(text).endswith(wanted) or (bool(above) and wanted in _words(last))
    return not wanted.strip() or ends


def signature_at(
    sign: Mapping[str, str], profile: str | None, location_name: str
) -> Mapping[str, str]:
    """Return the signatures of a place, by language: a clinic that has none signs by its name."""
    if profile != "clinic":
        return sign
    return {language: sign.get(language) or location_name for language in LANGUAGES}


def language_of(text: str) -> str:
    """Return "ru" or "en", by what most letters of a text are: "Hello Анна, our café on Тверская"
    is English. Links, addresses and slots do not count; a tie is Russian."""
    said = _SLOT.sub(" ", text)
    if "@" in said or "/" in said or _WITHIN.search(said):
        said = " ".join(word for word in said.split() if not _ADDRESS.search(word))
    cyrillic, latin = (len(letters.findall(said)) for letters in (_CYRILLIC, _LATIN))
    return "en" if latin > cyrillic or not cyrillic else "ru"


def has_cyrillic(text: str) -> bool:
    """Whether a text holds a Cyrillic letter: such a name signs no English reply."""
    return bool(_CYRILLIC.search(text))


def _words(text: str) -> str:
    words = (word.replace("ё", "е") for word in _WORD.findall(text.casefold()))
    return f" {' '.join(words)} "
