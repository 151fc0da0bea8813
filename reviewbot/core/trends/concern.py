"""What reviews say together about a place and somebody should look at: a drop, a burst, an
incident."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from reviewbot.core.beside_reply.said import MeasureNoted
from reviewbot.core.calendar.digest_days import Unseen
from reviewbot.core.model import OPEN_STATES, TicketState
from reviewbot.core.trends.overview import Named
from reviewbot.core.trends.stars import Share, StarFigures

MEASURED = timedelta(days=28)
"""So long before and after a measure is compared, at the most."""
SAME_TEXT_WITHIN = timedelta(days=7)


class ConcernKind(StrEnum):
    """DROP: the rating fell. BURST: a topic is complained of more. INCIDENT: many complaints of
    one topic within a day. SAME_TEXT: one text on several sites, or by several authors on
    one. MEASURE: nothing was found, somebody said that something is done: it is over from the
    first, and has no card."""

    DROP = "drop"
    BURST = "burst"
    INCIDENT = "incident"
    SAME_TEXT = "same_text"
    MEASURE = "measure"

    @property
    def is_sudden(self) -> bool:
        """Whether it holds reviews that came together, whose alerts it takes in."""
        return self in (ConcernKind.INCIDENT, ConcernKind.SAME_TEXT)


class ConcernState(StrEnum):
    """KNOWN: its cause is known (a repair, a new menu)."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    KNOWN = "known"
    SNOOZED = "snoozed"
    OVER = "over"


class DayPart(StrEnum):
    """When most of it happens, by the place's clock: until noon, until six, after."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


KNOWN_CAUSES = ("repair", "menu", "people", "season", "other")
"""What a person may say is the cause."""


class MeasureTaken(NamedTuple):
    """From which day (ISO) something is done about it, who said so (a person's key), and what it
    is, where that was said."""

    on: str
    by: str
    what: str = ""


class After(NamedTuple):
    """How it stood when it was over: of `n` reviews in the last `days` days `mentions` of a
    burst's topic, or their `mean` after a drop."""

    days: int
    n: int
    mentions: int = 0
    mean: float | None = None


@dataclass(frozen=True, slots=True)
class Sign:
    """What was found, as it stood then; lies in the rows as JSON.

    Stars of `n` reviews in the last `days` days against `usual` ± `half`; `complaints` of them,
    `mentions` of the topic where `expected` are usual (0: not known). `tickets` are the numbers of
    the reviews behind it, `unnumbered` more have none; `sources` how many came from each site.
    `measures`: what was done about it. A burst that stood longer than the `window` it was found in
    tells of all its days; where the rating fell with it, that of the last `fallen_days`. `after`:
    how it stood when it was over. `taken_back`: of how many reviews its card says that they are
    gone, or no complaint any more.
    """

    days: int = 1
    n: int = 0
    mean: float | None = None
    usual: float | None = None
    half: float | None = None
    since: date | None = None
    complaints: int = 0
    mentions: int = 0
    expected: float = 0.0
    part: DayPart | None = None
    tickets: tuple[int, ...] = ()
    unnumbered: int = 0
    sources: Mapping[str, int] = field(default_factory=dict)
    text: str = ""
    measures: tuple[MeasureTaken, ...] = ()
    window: int = 0
    fallen_days: int = 0
    after: After | None = None
    taken_back: int = 0

    def to_json(self) -> dict[str, Any]:
        values = {name: getattr(self, name) for name in self.__slots__}
        values["since"] = self.since.isoformat() if self.since else None
        values["after"] = list(self.after) if self.after else None
        values["measures"] = [list(each) for each in self.measures]
        return {**values, "tickets": list(self.tickets), "sources": dict(self.sources)}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Sign":
        known = {name: value for name, value in values.items() if name in cls.__slots__}
        since, part = known.get("since"), known.get("part")
        known["since"] = date.fromisoformat(since) if since else None
        known["part"] = DayPart(part) if part else None
        known["tickets"] = tuple(known.get("tickets", ()))
        after = known.get("after")
        known["after"] = After(*after) if after else None
        known["measures"] = tuple(MeasureTaken(*each) for each in known.get("measures", ()))
        return cls(**known)


@dataclass(frozen=True, slots=True)
class MeasureFacts:
    """What was done from a day on, and whether it helped: the topic's share of all reviews in the
    days before and since (without a topic, that of complaints), and their stars. `unseen`: the
    sites that were out of sight for too much of the days to say, the longest first."""

    on: date
    by: str
    what: str
    before: Share
    since: Share
    stars_before: StarFigures = field(default_factory=StarFigures)
    stars_since: StarFigures = field(default_factory=StarFigures)
    unseen: tuple[Unseen, ...] = ()


@dataclass(frozen=True, slots=True)
class ListedMeasure:
    """A measure in a list: at which place (its name and clock; `location` is its key), against
    which topic (None: against complaints of any), whether it helped (`told.on` is its day).
    `number` of the review it was noted for; `due_at`: by when, where it still waits for who is to
    do it."""

    place: str
    zone: str
    topic: str | None
    told: MeasureFacts
    number: int | None = None
    due_at: datetime | None = None
    location: str = ""


@dataclass(frozen=True, slots=True)
class OwedReply:
    """One of the reviews that say the same: its number, where it stands (place's key and name; the
    site's title where two stand at one place), whether its reply is still owed, and whether staff
    said that it is not about that place."""

    number: int
    location: str
    place: str
    state: TicketState
    not_here: bool = False
    source_title: Mapping[str, str] | None = None

    @property
    def is_owed(self) -> bool:
        return self.state in OPEN_STATES


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcernFacts:
    """What a concern's card can say. `by` acted last; `advice` is ready to be read;
    `location` is the place's key; `replies` of one text at several places, each; `named`: whom and
    what the reviews behind it name; `noted`: measures noted for single ones of these reviews, each
    with its number. `sign` leaves out those `taken_back` (gone, or no complaint any more), but
    from figures of days; `unnamed`: reviews whose numbers are not held."""

    number: int
    kind: ConcernKind
    state: ConcernState
    place: str
    topic: str | None
    sign: Sign
    zone: str
    at: datetime
    found_at: datetime
    ended_at: datetime | None = None
    by: str | None = None
    cause: str | None = None
    until: datetime | None = None
    due_at: datetime | None = None
    advice: str = ""
    source_titles: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    own_topics: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    measures: tuple[MeasureFacts, ...] = ()
    noted: tuple[tuple[int, MeasureNoted], ...] = ()
    location: str = ""
    replies: tuple[OwedReply, ...] = ()
    draft: str = ""
    named: tuple[Named, ...] = ()
    taken_back: int = 0
    unanswered: int = 0
    unnamed: int = 0


def day_part(hours: Sequence[int]) -> DayPart | None:
    """Return the part of the day that three fifths of these hours lie in; None: none does."""
    if len(hours) < 3:
        return None
    for part, first, end in (
        (DayPart.MORNING, 0, 12),
        (DayPart.AFTERNOON, 12, 18),
        (DayPart.EVENING, 18, 24),
    ):
        if 5 * sum(first <= hour < end for hour in hours) >= 3 * len(hours):
            return part
    return None
