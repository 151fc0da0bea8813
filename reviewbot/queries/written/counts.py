"""What was written in some days, counted by the database in each way that trends tell."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from operator import add
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Integer,
    Text,
    case,
    cast,
    func,
    literal_column,
    null,
    true,
    union_all,
)
from sqlalchemy import select as columns
from sqlmodel import Session, col

from reviewbot.core.model import Tone
from reviewbot.core.trends.stars import Share, StarFigures
from reviewbot.queries.trends.written import (
    TARGET_ID,
    WRITTEN_AT,
    has_hour,
    is_answered,
    listed,
    was_written,
)
from reviewbot.store.database import run
from reviewbot.store.days import day_hours
from reviewbot.store.days.pages import pages_of
from reviewbot.store.tables import ReviewRow
from reviewbot.store.tx import TOGETHER, Page


def count_written(
    session: Session,
    places: Collection[str],
    since: datetime,
    until: datetime,
    zone: str,
    source: str | None = None,
    *,
    apart: bool = False,
) -> dict[Page, "WrittenCounts"]:
    """Count what was `written` at some places (on one source, where it is named) in the database,
    page by page where that is kept `apart`: of all together there are fewer kinds to count."""
    found: dict[Page, WrittenCounts] = defaultdict(WrittenCounts)
    known, here = pages_of(session), ZoneInfo(zone)
    cut = day_hours.cut_for(zone, since, until)

    @lru_cache(None)
    def clock(told: int) -> tuple[date, int, int]:
        when = cut.read(told).astimezone(here)
        return when.date(), when.weekday(), when.hour

    query = _counted_in_ways(was_written(places, since, until, source), cut, apart=apart)
    for way, number, told, rating, is_so, kept, count in run(session, query):
        page = known[number] if number is not None else TOGETHER
        counts = found[page if apart else TOGETHER]
        if way == _GIVEN:
            place, on_site = page
            counts.given[place, rating] += count
            counts.replies[on_site, bool(is_so)] += count
        elif way == _PRAISED:
            counts.praised[listed(kept)] += count
        else:
            on, weekday, hour = clock(told)
            if way == _CAME:
                counts.on[on, rating] += count
                if is_so:
                    counts.arrivals[weekday][hour] += count
            elif way == _COMPLAINED:
                counts.complaints[on, listed(kept)] += count
            else:
                counts.answers[weekday][hour] += count
    return found


_GIVEN, _CAME, _COMPLAINED, _ANSWERED, _PRAISED = range(5)
"""By what reviews are counted: their page, stars and whether they are answered; their hour, stars
and whether their site tells it; a complaint's hour and topics; the reply's hour; the praise."""


def _counted_in_ways(
    these: ColumnElement[bool], cut: day_hours.Cut, *, apart: bool
) -> CompoundSelect[*tuple[Any, ...]]:
    """Ask for (way, target's id, hour, stars, whether that is so, topics, how many) of these
    reviews: they are gone through once for all the ways."""
    is_complaint = col(ReviewRow.tone) == Tone.NEGATIVE
    each = (
        columns(
            TARGET_ID.label("target_id"),
            cut.of(WRITTEN_AT).label("hour"),
            col(ReviewRow.rating).label("rating"),
            _as_number(has_hour()).label("timed"),
            _as_number(is_answered()).label("answered"),
            case((is_complaint, cast(col(ReviewRow.topics), Text))).label("topics"),
            case((has_hour(), cut.of(col(ReviewRow.reply_at)))).label("replied"),
            cast(col(ReviewRow.praise), Text).label("praise"),
        )
        .where(these)
        .cte("written")
        .prefix_with("MATERIALIZED")
    ).c
    page = {"target_id": each.target_id} if apart else {}
    ways: dict[int, dict[str, ColumnElement[Any]]] = {
        _GIVEN: {"target_id": each.target_id, "rating": each.rating, "is_so": each.answered},
        _CAME: {**page, "hour": each.hour, "rating": each.rating, "is_so": each.timed},
        _COMPLAINED: {**page, "hour": each.hour, "topics": each.topics},
        _ANSWERED: {**page, "hour": each.replied},
        _PRAISED: {**page, "topics": each.praise},
    }
    there = {_COMPLAINED: each.topics.is_not(None), _ANSWERED: each.replied.is_not(None)}
    return union_all(
        *(
            columns(
                literal_column(str(way)),
                *(by.get(name, cast(null(), kind)) for name, kind in _COUNTED_BY.items()),
                func.count(),
            )
            .where(there.get(way, true()))
            .group_by(*by.values())
            for way, by in ways.items()
        )
    )


_COUNTED_BY = {
    "target_id": Integer,
    "hour": Integer,
    "rating": Integer,
    "is_so": Integer,
    "topics": Text,
}


def _as_number(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, 1), else_=0)


def _week() -> list[list[int]]:
    return [[0] * 24 for _ in range(7)]


@dataclass(slots=True)
class WrittenCounts:
    """What was written: stars `given` by place, and by day (`on`), topics complained of by day,
    `replies` by source, topics `praised`, and by weekday and hour when it came and was answered.
    Days and hours are those of the zone it was counted in."""

    given: Counter[tuple[str, int | None]] = field(default_factory=Counter)
    on: Counter[tuple[date, int | None]] = field(default_factory=Counter)
    complaints: Counter[tuple[date, tuple[str, ...]]] = field(default_factory=Counter)
    replies: Counter[tuple[str, bool]] = field(default_factory=Counter)
    praised: Counter[tuple[str, ...]] = field(default_factory=Counter)
    arrivals: list[list[int]] = field(default_factory=_week)
    answers: list[list[int]] = field(default_factory=_week)

    def __iadd__(self, other: "WrittenCounts") -> "WrittenCounts":
        self.given.update(other.given)
        self.on.update(other.on)
        self.complaints.update(other.complaints)
        self.replies.update(other.replies)
        self.praised.update(other.praised)
        for hours, more in ((self.arrivals, other.arrivals), (self.answers, other.answers)):
            for weekday, counts in enumerate(more):
                hours[weekday] = list(map(add, hours[weekday], counts))
        return self

    def stars(self) -> StarFigures:
        """Return the stars of all."""
        return sum(self.stars_by_place().values(), StarFigures())

    def stars_by_place(self) -> Mapping[str, StarFigures]:
        """Return the stars of each place that has any review."""
        counts: dict[str, Counter[int | None]] = {}
        for (place, rating), count in self.given.items():
            counts.setdefault(place, Counter())[rating] += count
        return {place: _stars(each) for place, each in counts.items()}

    def stars_on(self) -> Mapping[date, StarFigures]:
        """Return the stars of each day that has any review."""
        counts: dict[date, Counter[int | None]] = {}
        for (on, rating), count in self.on.items():
            counts.setdefault(on, Counter())[rating] += count
        return {on: _stars(each) for on, each in counts.items()}

    def written_on(self) -> Mapping[date, int]:
        """Return how many were written on each day."""
        counts = Counter[date]()
        for (on, _), count in self.on.items():
            counts[on] += count
        return counts

    def complaints_on(self) -> Mapping[tuple[date, str], int]:
        """Return how many complaints of each day name each topic."""
        counts = Counter[tuple[date, str]]()
        for (on, topics), count in self.complaints.items():
            for topic in set(topics):
                counts[on, topic] += count
        return counts

    def praise(self) -> Counter[str]:
        """Return how many praise each topic."""
        counts = Counter[str]()
        for topics, count in self.praised.items():
            for topic in set(topics):
                counts[topic] += count
        return counts

    def answered(self, sources: Collection[str]) -> Share:
        """Return the share that has a reply, of what was written on some sources."""
        shown = Counter[bool]()
        for (source, has_reply), count in self.replies.items():
            if source in sources:
                shown[has_reply] += count
        return Share(shown[True], shown.total())


def _stars(counts: Mapping[int | None, int]) -> StarFigures:
    given = [(rating, count) for rating, count in counts.items() if rating is not None]
    return StarFigures(
        sum(count for _, count in given),
        sum(rating * count for rating, count in given),
        sum(rating * rating * count for rating, count in given),
    )
