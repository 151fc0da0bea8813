"""The signature under a person's own text; a template has its own place for it."""

import re
from collections.abc import Mapping

from reviewbot.core.model import LANGUAGES

_WORD = re.compile(r"\w+")
_CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)


def signed(text: str, sign: Mapping[str, str]) -> str:
    """Return the text with the signature (by language, `Replies.sign`) of the language it is
    written in, on a line of its own; as it is where it holds those words already."""
    signature = sign.get(language_of(text), "").strip()
    if not text.strip() or not signature or _holds(text, signature):
        return text
    return f"{text.rstrip()}\n{signature}"


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


def _holds(text: str, signature: str) -> bool:
    wanted = _words(signature)
    return not wanted.strip() or wanted in _words(text)


def _words(text: str) -> str:
    words = (word.replace("ё", "е") for word in _WORD.findall(text.casefold()))
    return f" {' '.join(words)} "
