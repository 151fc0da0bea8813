"""The signature under a person's own text; a template has its own place for it."""

import re
from collections.abc import Mapping

from reviewbot.core.model import LANGUAGES

_WORD = re.compile(r"\w+")
_CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)


def signed(text: str, sign: Mapping[str, str]) -> str:
    """Return the text with the signature (by language, `Replies.sign`) of the language it is
    written in, on a line of its own; as it is where it is signed already."""
    if not text.strip() or is_signed(text, sign):
        return text
    return f"{text.rstrip()}\n{sign[language_of(text)].strip()}"


def is_signed(text: str, sign: Mapping[str, str]) -> bool:
    """Whether a text ends with its signature, or with a line of its own that holds it («Анна,
    команда «Точки»»); a name said on the way signs nothing. Where there is none, it is."""
    wanted = _words(sign.get(language_of(text), ""))
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
    """Return "ru" or "en", by the letters of a text."""
    return "ru" if _CYRILLIC.search(text) else "en"


def _words(text: str) -> str:
    words = (word.replace("ё", "е") for word in _WORD.findall(text.casefold()))
    return f" {' '.join(words)} "
