"""What readings remember of a target from one to the next, and how each of them changes it.

It is kept as JSON beside what the source itself remembers; what earlier versions wrote is read.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from reviewbot.core.readings.arrival_rate import Rhythm
from reviewbot.core.readings.health import Judgement
from reviewbot.core.readings.reading import Reading

CANARIES = 5
LEARN_AGAIN = timedelta(days=1)
ANNOUNCEMENT_LASTS = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class TargetMemory:
    """`history_pages`: how many pages were read at most, `history_read` whether to the end.

    `counter` is the site's count of reviews at the last reading we believed, `lacking` by how much
    it was above the last whole list; `doubts`: readings in a row that contradicted it. `owed`: how
    many reviews wait for their whole text. `canaries`: external ids of the last first page;
    `open_on_first`: ids of reviews on it with an open ticket. `rhythm` was learned at `rhythm_at`;
    None at an instant: too few reviews told one. `announced_at`: when the doorbell announced a
    review that no reading has shown yet, `unheard` how many readings since.
    """

    history_pages: int = 0
    history_read: bool = False
    counter: int | None = None
    lacking: int | None = None
    doubts: int = 0
    owed: int = 0
    canaries: tuple[str, ...] = ()
    open_on_first: tuple[int, ...] = ()
    rhythm: Rhythm | None = None
    rhythm_at: datetime | None = None
    announced_at: datetime | None = None
    unheard: int = 0

    @classmethod
    def from_json(cls, kept: object) -> "TargetMemory":
        """Return what was kept; what is not there, or is no JSON object, is as at first."""
        if not isinstance(kept, Mapping):
            return cls()
        announced = kept.get("rung") or (None, 0)
        rhythm, rhythm_at = kept.get("rhythm"), kept.get("rhythm_at")
        return cls(
            history_pages=int(kept.get("history_pages") or 0),
            history_read=bool(kept.get("history_read")),
            counter=kept.get("counter"),
            lacking=kept.get("lacking"),
            doubts=int(kept.get("doubts") or 0),
            owed=int(kept.get("owed") or 0),
            canaries=tuple(kept.get("canaries") or ()),
            open_on_first=tuple(kept.get("open_on_first") or ()),
            rhythm=_rhythm(*rhythm) if rhythm else None,
            rhythm_at=datetime.fromisoformat(rhythm_at) if rhythm_at else None,
            announced_at=datetime.fromisoformat(announced[0]) if announced[0] else None,
            unheard=int(announced[1]),
        )

    def to_json(self) -> dict[str, Any]:
        """Return it as version 0.1.0 wrote it; what says nothing is left out."""
        rhythm, announced_at = self.rhythm, self.announced_at
        kept = {
            "history_pages": self.history_pages,
            "history_read": self.history_read,
            "counter": self.counter,
            "lacking": self.lacking,
            "doubts": self.doubts,
            "owed": self.owed,
            "canaries": list(self.canaries),
            "open_on_first": list(self.open_on_first),
            "rhythm": rhythm
            and [rhythm.per_day, list(rhythm.weekdays), list(rhythm.hours), rhythm.learned],
            "rhythm_at": self.rhythm_at and self.rhythm_at.isoformat(),
            "rung": announced_at and [announced_at.isoformat(), self.unheard],
        }
        return {
            name: value
            for name, value in kept.items()
            if value is not None and value is not False and value != []
        }

    @property
    def expected_gap(self) -> timedelta | None:
        """The average time between two reviews, where it is known."""
        return self.rhythm.gap if self.rhythm and self.rhythm.per_day > 0 else None

    def is_rhythm_due(self, now: datetime) -> bool:
        """Whether the rhythm is to be learned anew."""
        return self.rhythm_at is None or now - self.rhythm_at >= LEARN_AGAIN

    def learned(self, rhythm: Rhythm | None, now: datetime) -> "TargetMemory":
        return replace(self, rhythm=rhythm, rhythm_at=now)

    def announced(self, now: datetime) -> "TargetMemory":
        """A review was announced; an earlier announcement that still waits stands."""
        if self.announced_at is not None:
            return self
        return replace(self, announced_at=now, unheard=0)

    def looked(self, reading: Reading, *, news: bool) -> "TargetMemory":
        """Count a reading that shows no news since a review was announced, until there is news, or
        for a day: what was announced may have been taken back."""
        if self.announced_at is None or reading.error is not None:
            return self
        if news or reading.read_at - self.announced_at > ANNOUNCEMENT_LASTS:
            return replace(self, announced_at=None, unheard=0)
        return replace(self, unheard=self.unheard + 1)

    def count_accepted(self) -> "TargetMemory":
        """A person says that the site's counter is right: the next reading measures anew."""
        return replace(self, counter=None, lacking=None, doubts=0)

    def with_open_on_first(self, review_ids: Iterable[int]) -> "TargetMemory":
        return replace(self, open_on_first=tuple(review_ids))

    def read(self, reading: Reading, judgement: Judgement, *, new: bool) -> "TargetMemory":
        """Return what the next reading is to be judged by."""
        after = self
        if judgement.doubts != self.doubts:
            after = replace(self, doubts=judgement.doubts)
        if new and self.rhythm is None:
            # What was too little to learn from may be enough now.
            after = replace(after, rhythm_at=None)
        if reading.error is not None or reading.unchanged:
            return after
        after = replace(
            after,
            history_pages=max(reading.pages, self.history_pages),
            history_read=self.history_read or reading.complete or reading.sweep,
            owed=reading.owed,
        )
        if not judgement.is_sighted:
            return after
        counter = reading.counters.reviews
        if counter is not None and not judgement.doubts:
            after = replace(after, counter=counter)
        if counter is not None and reading.is_whole:
            after = replace(after, lacking=max(0, counter - len(reading.items)))
        return replace(after, canaries=_newest(reading))


def _newest(reading: Reading) -> tuple[str, ...]:
    """The newest reviews of the first page, or its first where it tells no dates."""
    by_date = {item.external_id: item.published_at for item in reading.items}
    dated = sorted(
        (name for name in reading.first_page if by_date.get(name)),
        key=lambda name: by_date[name] or reading.read_at,
        reverse=True,
    )
    return tuple((dated or list(reading.first_page))[:CANARIES])


def _rhythm(
    per_day: float, weekdays: Iterable[float], hours: Iterable[float], learned: int
) -> Rhythm:
    return Rhythm(per_day, tuple(weekdays), tuple(hours), learned)
