"""A gesture towards a guest: how much a role may offer without asking, and how it is written."""

import re
from collections.abc import Mapping
from decimal import ROUND_CEILING, Decimal
from typing import NamedTuple

from reviewbot.core.errors import Refused
from reviewbot.core.model import ROLE_ORDER, Role

_SUM = re.compile(
    r"(?P<whole>[0-9]{1,3}(?:[ .,\u00a0\u202f][0-9]{3})+|[0-9]{1,9})"
    r"(?:[.,](?P<part>[0-9]{1,2}))?(?![0-9])"
    r"(?P<thousands>\s?(?:тыс\w*\.?|[кk]\b|т\.\s?р\b\.?|тр\b|thousand\b))?"
    r"(?:\s?(?:руб(?:\.|л\w*)?(?!\w)|р\b\.?|₽|₸|тенге\b|\$|€|rubles?\b))?",
    re.IGNORECASE,
)
_NO_SUM = re.compile(r"\s*(?:%|процент|percent)", re.IGNORECASE)
"""What makes a share of a number: nobody knows yet of how much."""


class Gesture(NamedTuple):
    """What is offered: a sum in the business's own money, and in words what it is for ("")."""

    sum: int
    what: str


def most_for(role: Role, sums: Mapping[Role, int]) -> int:
    """Return how much a role may offer on its own; 0: nothing. A role without a sum of its own
    has that of the highest role below it."""
    upwards = ROLE_ORDER[: ROLE_ORDER.index(role) + 1]
    return next((sums[each] for each in reversed(upwards) if each in sums), 0)


def read_gesture(text: str) -> Gesture:
    """Return what somebody wrote: one sum, words around it ("5 тысяч", "1.5k" and "499,99" are
    5000, 1500 and 500). Raises Refused("gesture_sum"): no sum, several numbers («2 ужина по
    4000»), a share, less than nothing."""
    found = _SUM.search(text)
    if found is None or re.search(r"\d", text[: found.start()] + text[found.end() :]):
        raise Refused("gesture_sum")
    before = text[: found.start()]
    if _NO_SUM.match(text, found.end()) or re.search(r"(?:^|\s)[-−–]$", before):
        raise Refused("gesture_sum")
    told = Decimal(re.sub("[^0-9]", "", found["whole"]) + "." + (found["part"] or "0"))
    amount = int((told * (1000 if found["thousands"] else 1)).to_integral_value(ROUND_CEILING))
    if not amount:
        raise Refused("gesture_sum")
    words = f"{before} {text[found.end() :]}".split()
    return Gesture(amount, " ".join(words).strip(" ,.;:-"))
