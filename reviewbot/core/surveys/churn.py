"""Customers at the start and at the end of a period, and how many are lost (CCR); pure."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])", re.ASCII)
TOLD_FOR = timedelta(days=92)
"""So long after its end a month is still told."""


def churn(at_start: int, at_end: int, new: int) -> float | None:
    """Return the share of customers of the start that are gone at the end, in percent (CCR).
    Raises ValueError where the three cannot be true together."""
    lost = at_start - (at_end - new)
    if min(at_start, at_end, new) < 0 or not 0 <= lost <= max(at_start, 0):
        raise ValueError("customers at the end, less the new ones, are more than at the start")
    return 100 * lost / at_start if at_start else None


@dataclass(frozen=True, slots=True)
class Customers:
    """Customers of a place at the start and at the end of a period, and how many of the latter
    are new. `place` "": of the whole business."""

    place: str
    period: str
    at_start: int
    at_end: int
    new: int

    @property
    def churn(self) -> float | None:
        return churn(self.at_start, self.at_end, self.new)

    @property
    def month(self) -> date | None:
        """The first day of the month, where the period is one ("2026-02")."""
        found = _MONTH.fullmatch(self.period)
        return date(int(found[1]), int(found[2]), 1) if found else None


def customers_told(
    table: Sequence[Customers], places: Collection[str], end: date, *, whole: bool
) -> Customers | None:
    """Return the customers of the newest month that was over by `end` (the day after the last
    one): those of the places together, else, of the `whole` business, the line without a place.
    None: the table tells of no such month, or its end is long ago."""
    for month in sorted({each.month for each in table if each.month is not None}, reverse=True):
        after = (month + timedelta(days=31)).replace(day=1)
        if not after <= end <= after + TOLD_FOR:
            continue
        lines = [each for each in table if each.month == month]
        chosen = [each for each in lines if each.place in places]
        if not chosen and whole:
            chosen = [each for each in lines if not each.place]
        if chosen:
            counts = (sum(getattr(each, name) for each in chosen) for name in _COUNTS)
            return Customers("", chosen[0].period, *counts)
    return None


_COUNTS = ("at_start", "at_end", "new")
