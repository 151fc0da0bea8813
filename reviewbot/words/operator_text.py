"""Sentences for the operator: written in English where the mistake is found, translated where
somebody reads them (operator_language). Light, for everything that reads a file imports it."""

import re
from collections.abc import Mapping

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


def filled(sentence: str, params: Mapping[str, object]) -> str:
    """Put the parameters into their slots. A slot without a parameter stays as it is written."""
    return SLOT.sub(lambda slot: str(params.get(slot[1], slot[0])), sentence)
