"""Sentences for the operator: written in English where the mistake is found, said in the language
of whoever reads them. Light, for everything that reads a file imports it."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from reviewbot.core.errors import Problem

if TYPE_CHECKING:
    from reviewbot.words.language import Tongue

SLOT = re.compile(r"\{(\w+)\}")


class Said(str):
    """An English sentence that remembers its mould and what filled it."""

    mould: str
    params: Mapping[str, object]


def say(mould: str, /, **params: object) -> Said:
    """Fill a mould of the catalog "operator". A parameter may be Said itself."""
    said = Said(filled(mould, params))
    said.mould, said.params = mould, params
    return said


def filled(sentence: str, params: Mapping[str, object]) -> str:
    """Put the parameters into their slots. A slot without a parameter stays as it is written."""
    return SLOT.sub(lambda slot: str(params.get(slot[1], slot[0])), sentence)


def in_words(said: object, language: str) -> str:
    """Return a sentence in a language; what is not Said stays as it is."""
    if not isinstance(said, Said) or language == "en":
        return str(said)
    params = {name: in_words(value, language) for name, value in said.params.items()}
    return speech(language)(said.mould, **params)


def told(problem: Problem, language: str) -> str:
    """Return a mistake of the file with its place and its remedy."""
    sentence, hint = (in_words(part, language) for part in (problem.sentence, problem.hint))
    return str(Problem(problem.path, sentence, hint))


def speech(language: str) -> "Tongue":
    """Return the words of the command line in a language."""
    from reviewbot.words.language import tongue

    return tongue(language, "operator")
