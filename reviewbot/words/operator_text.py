"""Sentences for the operator: written in English where the mistake is found, translated where
somebody reads them (operator_language). Light, for everything that reads a file imports it."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from reviewbot.core.model import LANGUAGES

SLOT = re.compile(r"\{(\w+)\}")


class OperatorText(str):
    """An English sentence that remembers its template and what filled it."""

    template: str
    params: Mapping[str, object]


def say(template: str, /, **params: object) -> OperatorText:
    """Fill a template of the catalog "operator". A parameter may be an OperatorText itself."""
    text = OperatorText(filled(template, params))
    text.template, text.params = template, params
    return text


def recognised(sentence: str, templates: Iterable[str]) -> tuple[str, Mapping[str, str]] | None:
    """Return the first template that a sentence was made of, and what fills it; None: none."""
    for template in templates:
        match = _shape_of(template).fullmatch(sentence)
        if match is not None:
            return template, match.groupdict()
    return None


def recognised_text(sentence: str, templates: Iterable[str]) -> str:
    """Return a sentence that others made of one of the templates as an OperatorText, and so what
    it quotes; one that is not known stays as it is."""
    known = tuple(templates)
    found = recognised(sentence, known)
    if found is None:
        return sentence
    template, params = found
    return say(template, **{name: recognised_text(text, known) for name, text in params.items()})


@lru_cache(maxsize=512)
def _shape_of(template: str) -> re.Pattern[str]:
    pieces = SLOT.split(template)  # text, name, text, name, …, text
    slots = [f"(?P<{piece}>.*?)" if n % 2 else re.escape(piece) for n, piece in enumerate(pieces)]
    return re.compile("".join(slots), re.DOTALL)


def filled(sentence: str, params: Mapping[str, object]) -> str:
    """Put the parameters into their slots. A slot without a parameter stays as it is written."""
    return SLOT.sub(lambda slot: str(params.get(slot[1], slot[0])), sentence)


def language_of(environ: Mapping[str, str], otherwise: str = "en") -> str:
    """Return the language of the shell: LC_ALL, LC_MESSAGES or LANG, whichever is set first;
    `otherwise` where that is none of ours."""
    chosen = next(filter(None, map(environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    named = chosen[:2].lower()
    return named if named in LANGUAGES else otherwise
