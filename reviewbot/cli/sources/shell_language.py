"""The words of commands that may run without a file."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reviewbot.words.language import Language


def shell_language() -> Language:
    """Return the language of the file at its usual place, else of the shell."""
    # Loaded only now: the catalogs take longer than all the rest of such a command.
    from reviewbot.config.locale import locale_of
    from reviewbot.words.operator_language import operator_language

    return operator_language(locale_of(None, os.environ).language)


def in_its_words(text: object, t: Language) -> str:
    """Return what was written for the operator in that language."""
    # Loaded only now, with the language.
    from reviewbot.words.operator_language import in_words

    return in_words(text, t.language)
