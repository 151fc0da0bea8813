"""Figures of whole days for some places: what a digest tells, out of the rows.

Which reviews are new is said in `counting`, which rounds were decided in `rounds.decided`; what is
told of longer periods beside them is gathered in `trends.period_overview`.
"""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta
from functools import cached_property, partial
from typing import TypeVar

from sqlalchemy import true
from sqlmodel import col, select

from reviewbot.core.calendar import digest_days
from reviewbot.core.calendar.digest_days import (
    CompetitorNews,
    Days,
    PeriodFigures,
    PlaceCount,
    TopicCount,
)
from reviewbot.core.calendar.hours import clock_time, moment_on
from reviewbot.core.calendar.open_time import MICROSECOND, OpenTime, instant_of, number_of
from reviewbot.core.calendar.round_outcome import RoundOutcome
from reviewbot.core.settings import Pause, Settings, Span
from reviewbot.core.trends.came import Came, by_place
from reviewbot.core.trends.place_names import Name
from reviewbot.queries.card_facts import brand_of
from reviewbot.queries.counting import (
    NAMED,
    came_at,
    came_of_pages,
    is_question,
)
from reviewbot.queries.figures import middle_number
from reviewbot.queries.rounds.decided import Decided, decided
from reviewbot.store.database import is_one_of
from reviewbot.store.days.pages import count_by_page, pages_of
from reviewbot.store.tables import (
    ReviewRow,
    TargetRow,
)
from reviewbot.store.tx import TOGETHER, Page, ReadPages, Tx

T = TypeVar("T")

BEGAN_BEFORE = timedelta(days=31)
"""So long before the days they are decided in most rounds begin at the most."""


@dataclass(slots=True)
class _Came:
    """What came in a period, by place."""

    reviews: Counter[str] = field(default_factory=Counter)
    complaints: Counter[str] = field(default_factory=Counter)
    wordless: Counter[str] = field(default_factory=Counter)
    topics: Counter[tuple[str, str]] = field(default_factory=Counter)
    praise: Counter[tuple[str, str]] = field(default_factory=Counter)


@dataclass(slots=True)
class RoundsDecided:
    """How the deadlines decided in a period were kept. `lengths`: times to an answer, counted as
    deadlines are, in microseconds; of the replies a reading saw, `by_clock` their times by the
    clock, `by_day` the counted ones, `spans` the reply times they had."""

    outcomes: Counter[RoundOutcome] = field(default_factory=Counter)
    marked: int = 0
    lengths: list[int] = field(default_factory=list)
    by_clock: list[int] = field(default_factory=list)
    by_day: dict[date, list[int]] = field(default_factory=lambda: defaultdict(list))
    spans: Counter[Span] = field(default_factory=Counter)

    def __iadd__(self, other: "RoundsDecided") -> "RoundsDecided":
        self.outcomes.update(other.outcomes)
        self.marked += other.marked
        self.lengths += other.lengths
        self.by_clock += other.by_clock
        for on, lengths in other.by_day.items():
            self.by_day[on] += lengths
        self.spans.update(other.spans)
        return self


@dataclass
class PeriodRows:
    """What the rows say of some places (of one source, where it is named) in some days of `zone`:
    read once, however many figures are made of it. `is_past`: a later period is compared with
    it, of which no more is told than of all places together."""

    tx: Tx
    places: Collection[str]
    days: Days
    zone: str
    source: str | None = None
    is_past: bool = False

    @cached_property
    def came(self) -> Mapping[str, Came]:
        """What came, by place; of a past period, without what is praised, of all TOGETHER, where
        nothing else is `once` told of it."""
        days, session = self.days, self.tx.session
        about = ("topics",) if self.is_past else NAMED
        apart = not self.is_past or self.tx.once is not None
        return by_place(
            self.of_pages(
                ("came", about),
                lambda places, source: came_of_pages(
                    session, days.since, days.until, places, source, about, apart=apart
                ),
            )
        )

    @cached_property
    def decided(self) -> RoundsDecided:
        """How the deadlines decided in the days were kept; of a past period, no more than how many
        and how long answers took, where nothing else is `once` told of it."""
        judged = RoundsDecided()
        for each in self.of_pages("decided", partial(_decided, self)).values():
            judged += each
        return judged

    def of_pages(self, what: Hashable, read: ReadPages[T]) -> Mapping[Page, T]:
        """Return what is read of the days, page by page."""
        return self.tx.of_pages((what, self.days, self.zone), self.places, self.source, read)


def names(settings: Settings) -> Name:
    """Return how places are named beside each other: without the words all names begin with."""
    brand = brand_of(settings)

    def named(key: str) -> str:
        place = settings.locations.get(key)
        return place.name.removeprefix(brand) if place else key

    return named


def figures(found: PeriodRows, named: Name, unseen: Iterable[str] = ()) -> PeriodFigures:
    """Return the figures of a period. `unseen`: places that were out of sight in it."""
    places, new, decided = found.places, _came(found.came), found.decided
    praised = digest_days.topics_told(new.praise)
    return PeriodFigures(
        new=new.reviews.total(),
        complaints=new.complaints.total(),
        gone=sum(found.of_pages("gone", partial(_gone, found)).values()),
        wordless=_by_count(new.wordless, named),
        in_time=decided.outcomes[RoundOutcome.IN_TIME],
        marked=decided.marked,
        late=decided.outcomes[RoundOutcome.LATE],
        undecided=decided.outcomes[RoundOutcome.UNDECIDED],
        usual=middle_number(decided.lengths),
        topics=tuple(_topic(each, named, places) for each in digest_days.topics_told(new.topics)),
        praise=_topic(praised[0], named, places) if praised else None,
        worst=_named(digest_days.worst(new.reviews, new.complaints), named),
        calm=_named(digest_days.calm(new.reviews, new.complaints, unseen), named),
    )


def compared(found: PeriodRows) -> PeriodFigures:
    """Return what a later period is compared with: of `figures` no more is told then."""
    decided = found.decided
    return PeriodFigures(
        new=sum(each.reviews for each in found.came.values()),
        complaints=sum(each.complaints for each in found.came.values()),
        in_time=decided.outcomes[RoundOutcome.IN_TIME],
        late=decided.outcomes[RoundOutcome.LATE],
        usual=middle_number(decided.lengths),
    )


def _came(by_place: Mapping[str, Came]) -> _Came:
    found = _Came()
    for place, each in by_place.items():
        found.reviews[place] = each.reviews
        found.complaints[place] = each.complaints
        found.wordless[place] = each.wordless
        for topic, count in each.praise.items():
            found.praise[topic, place] = count
        for topic, count in each.topics.items():
            found.topics[topic, place] = count
    return found


def _gone(found: PeriodRows, places: Collection[str], source: str | None) -> dict[Page, int]:
    days = found.days
    gone = (
        select(ReviewRow.id)
        .join(TargetRow, col(TargetRow.id) == ReviewRow.target_id)
        .where(
            col(ReviewRow.gone_at) >= days.since,
            ~is_question(),
            col(ReviewRow.gone_at) < days.until,
            # Page by page: each has an index of what has gone there, as there is none by time.
            is_one_of(col(TargetRow.location_key), places),
            true() if source is None else col(TargetRow.source) == source,
        )
    )
    return count_by_page(found.tx.session, gone)


def _decided(
    found: PeriodRows, places: Collection[str], source: str | None
) -> dict[Page, RoundsDecided]:
    """Judge the rounds decided in the days."""
    days, tx, apart = found.days, found.tx, found.tx.once is not None
    judge = _Judge(found, is_whole=apart or not found.is_past)
    rounds = decided(
        tx.session, days.since, days.until, tx.now, places, source, targets=apart, spans=True
    )
    if not apart:
        return {TOGETHER: judge.judged(list(rounds))}
    known, pages = pages_of(tx.session), defaultdict[Page, list[Decided]](list)
    for each in rounds:
        pages[each.location, known[each.target_id or 0][1]].append(each)
    return {page: judge.judged(there) for page, there in pages.items()}


class _Judge:
    """Adds rounds up; those of a past period not `is_whole`."""

    def __init__(self, found: PeriodRows, *, is_whole: bool) -> None:
        days, self._settings, self._is_whole = found.days, found.tx.settings, is_whole
        self._hours = _DeskHours(found)
        self._dates = [days.first + timedelta(days=n) for n in range((days.end - days.first).days)]
        self._midnights = [number_of(moment_on(found.zone, on, time())) for on in self._dates]

    def judged(self, rounds: Sequence[Decided]) -> RoundsDecided:
        hours, outcomes = self._hours, [each.outcome for each in rounds]
        told = RoundsDecided(
            # Thousands of them: to look each up by its hash takes longer than to compare it.
            outcomes=Counter({each: outcomes.count(each) for each in frozenset(outcomes)}),
            marked=[each.outcome for each in rounds if each.by_mark].count(RoundOutcome.IN_TIME),
            lengths=[
                self._by_clock(place, start, end)
                if span is not None and span.counts == "clock"
                else hours[place].working(start, end)
                for place, _, _, _, start, end, _, _, span in rounds
                if end is not None
            ],
        )
        if self._is_whole:
            self._tell_apart(told, [each for each in rounds if each.answered_at is not None])
        return told

    def _tell_apart(self, told: RoundsDecided, answered: Sequence[Decided]) -> None:
        """Add what is told of the replies that a reading saw."""
        spans: list[Span] = []
        for each, length in zip(answered, told.lengths, strict=True):
            _, _, _, decided_at, start, answered_at, by_mark, _, span = each
            if by_mark or answered_at is None:
                continue
            told.by_clock.append(answered_at - start)
            if span is not None:
                spans.append(span)
            on = self._dates[bisect_right(self._midnights, decided_at) - 1]
            told.by_day[on].append(length)
        alike = Counter(map(id, spans))
        for n, span in {id(span): span for span in spans}.items():
            told.spans[span] += alike[n]

    def _by_clock(self, place: str, start: int, end: int) -> int:
        at = self._settings.locations[place]
        length = clock_time(
            instant_of(start), instant_of(end), pause=at.paused, pause_zone=at.zone
        )
        return length // MICROSECOND


class _DeskHours(dict[str, OpenTime]):
    """The hours of each place's desk: of one desk they are gone through once, for thousands of
    answers."""

    def __init__(self, found: PeriodRows) -> None:
        self._settings, self._days = found.tx.settings, found.days
        self._known: dict[tuple[str, Pause | None, str], OpenTime] = {}

    def __missing__(self, key: str) -> OpenTime:
        place, desk = self._settings.locations[key], self._settings.desk_of(key)
        alike = (desk.key, place.paused, place.zone if place.paused else "")
        if alike not in self._known:
            since, until = self._days.since - BEGAN_BEFORE, self._days.until
            self._known[alike] = OpenTime(desk, since, until, place.paused, place.zone)
        self[key] = self._known[alike]
        return self[key]


def _by_count(counts: Mapping[str, int], named: Name) -> tuple[PlaceCount, ...]:
    counted = [PlaceCount(named(place), count) for place, count in counts.items() if count]
    return tuple(sorted(counted, key=lambda each: (-each.count, each.name)))


def _topic(topic: TopicCount, named: Name, places: Collection[str]) -> TopicCount:
    """Name the place a topic comes from, where there are several it could come from."""
    several = topic.place is not None and len(places) > 1
    return replace(topic, place=named(topic.place) if several and topic.place else None)


def _named(counts: Sequence[PlaceCount], named: Name) -> tuple[PlaceCount, ...]:
    return tuple(replace(each, name=named(each.name)) for each in counts)


def competitors(tx: Tx, days: Days) -> tuple[CompetitorNews, ...]:
    """Return what came at each competitor in some days, if anything."""
    places = {
        key: place.name
        for key, place in tx.settings.locations.items()
        if place.role == "competitor"
    }
    new, complaints = came_at(tx.session, days.since, days.until, places)
    return tuple(
        CompetitorNews(places[key], count, complaints[key]) for key, count in new.most_common()
    )
