"""One thing that is wrong with a reply."""

from typing import Any, NamedTuple

ADVICE = frozenset({"too_like", "language", "short", "exclaimed", "surname", "link", "unsigned"})
"""What a colleague is told of and may publish all the same."""

BLANK = "·"
"""Stands for a letter that is not looked at: no blank, so that nothing is read across it."""
LONGEST = 45
"""So much of the words found is told: the answer to a press holds two hundred characters."""


class DraftProblem(NamedTuple):
    """Codes with their parameters.

    Refusing: empty · too_long (limit, unit, length, over) · too_short (limit, unit, length) ·
    needs_text · unfilled (slot) · forbidden (word, pattern) · personal_data (kind, found) ·
    patient, medical, apology, promise (found, instead) · contact (found).
    Warning only: too_like (percent) · language (wanted) · short (found) · exclaimed (instead) ·
    surname (found, instead) · link (found) · unsigned (sign, instead).
    """

    code: str
    params: dict[str, Any]

    @property
    def refuses(self) -> bool:
        """Whether the text must not go out as it is."""
        return self.code not in ADVICE
