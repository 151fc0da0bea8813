"""What a picture shows: titles and numbers, nothing of how it is drawn (charts) or said (words).

Every text is ready to be read; numbers are as the figures are. A picture travels to the process
that draws it as JSON.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class RatingPanel:
    """Mean stars (1 to 5) as a line over the number of reviews as bars, by `labels`; None: no
    review. `unseen` are pairs of positions between which a part was out of sight. The last of them
    `is_unfinished`: its day is not over."""

    title: str
    labels: Sequence[str]
    ratings: Sequence[float | None]
    volumes: Sequence[int]
    rating_name: str
    volume_name: str
    unseen: Sequence[Sequence[int]] = ()
    goal: float | None = None
    goal_name: str = ""
    is_unfinished: bool = False


@dataclass(frozen=True, slots=True)
class ReplyPanel:
    """Hours to the reply, the middle one and the slowest of ten, against the target in hours."""

    title: str
    labels: Sequence[str]
    medians: Sequence[float | None]
    slowest: Sequence[float | None]
    median_name: str
    slowest_name: str
    target: float | None = None
    target_name: str = ""


@dataclass(frozen=True, slots=True)
class HeatPanel:
    """Counts by weekday (rows, Monday first) and hour (24 columns); `note` says the highest."""

    title: str
    weekdays: Sequence[str]
    counts: Sequence[Sequence[int]]
    note: str = ""


@dataclass(frozen=True, slots=True)
class TopicPanel:
    """Complaints to the left, praise to the right, by topic; the caller chooses the order."""

    title: str
    topics: Sequence[str]
    complaints: Sequence[int]
    praise: Sequence[int]
    complaints_name: str
    praise_name: str


@dataclass(frozen=True, slots=True)
class TopicTimePanel:
    """The share (0 to 1) of reviews that complain of a topic, over time: a strip of bars a topic,
    all from 0 to the same height. None: no review. What stands beside a strip is in `notes`."""

    title: str
    labels: Sequence[str]
    topics: Sequence[str]
    shares: Sequence[Sequence[float | None]]
    notes: Sequence[str]
    unseen: Sequence[Sequence[int]] = ()


@dataclass(frozen=True, slots=True)
class RankPanel:
    """Mean stars with their interval, a row per place or competitor; `ours` are drawn stronger.
    None: too few reviews to say; what stands beside a row is in `notes`."""

    title: str
    names: Sequence[str]
    means: Sequence[float | None]
    lows: Sequence[float | None]
    highs: Sequence[float | None]
    notes: Sequence[str]
    ours: Sequence[bool] = ()


Panel = RatingPanel | ReplyPanel | HeatPanel | TopicPanel | TopicTimePanel | RankPanel

PANELS: Mapping[str, type[Panel]] = {
    kind.__name__: kind
    for kind in (RatingPanel, ReplyPanel, HeatPanel, TopicPanel, TopicTimePanel, RankPanel)
}


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture of one or more panels. `empty` is what a panel without data says, `decimal` the
    mark between units and tenths, `alt` the picture in a sentence."""

    title: str
    panels: tuple[Panel, ...]
    empty: str
    subtitle: str = ""
    decimal: str = "."
    dark: bool = False
    alt: str = ""

    def to_json(self) -> dict[str, Any]:
        panels = [{"kind": type(panel).__name__, **asdict(panel)} for panel in self.panels]
        return {**asdict(self), "panels": panels}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Picture":
        panels = []
        for each in values["panels"]:
            rest = {name: value for name, value in each.items() if name != "kind"}
            panels.append(PANELS[each["kind"]](**rest))
        return cls(**{**values, "panels": tuple(panels)})
