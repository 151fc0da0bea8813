"""Who was praised by name in a day: what the people of a place are told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from reviewbot.core.trends.overview import Named


@dataclass(frozen=True, slots=True)
class PlacePraise:
    """At one place: whom guests asked to thank, in their own words, and which names of the staff
    list good reviews hold."""

    place: str
    thanked: Sequence[str]
    named: Sequence[Named]


@dataclass(frozen=True, slots=True)
class PraiseFacts:
    """What was said on one day, by place. `is_counted`: how many name somebody is told."""

    on: date
    places: Sequence[PlacePraise]
    is_counted: bool = True
