"""A gesture towards a guest: how much a role may offer without asking, and how it is written."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from reviewbot.core.errors import Refused
from reviewbot.core.model import ROLE_ORDER, Role

_SUM = re.compile(r"(?<!\d)(?:\d{1,3}(?:[ \u00a0\u202f]\d{3})+|\d{1,9})(?!\d)", re.ASCII)


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
    """Return what somebody wrote: a sum, words around it. Raises Refused("gesture_sum")."""
    found = _SUM.search(text)
    if found is None:
        raise Refused("gesture_sum")
    amount = int(re.sub(r"\D", "", found[0]))
    if not amount:
        raise Refused("gesture_sum")
    words = f"{text[: found.start()]} {text[found.end() :]}".split()
    return Gesture(amount, " ".join(words).strip(" ,.;:-"))
