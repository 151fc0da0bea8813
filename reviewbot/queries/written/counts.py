"""What was written in some days, counted by the database in each way that trends tell."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from itertools import repeat
from operator import add
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Text,
    case,
    cast,
    func,
    literal_column,
)
from sqlalchemy import select as columns
from sqlmodel import Session, col

from reviewbot.core.model import Tone
from reviewbot.core.trends.names_in_texts import Listener, WordsSaid
from reviewbot.core.trends.stars import Share, StarFigures
from reviewbot.queries.trends.written import (
    TARGET_ID,
    WRITTEN_AT,
    has_hour,
    is_answered,
    listed,
    was_written,
)
from reviewbot.store.days import day_hours
from reviewbot.store.days.pages import pages_of
from reviewbot.store.days.strung import columns_in_parts
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
    listener: Listener | None = None,
    apart: bool = False,
) -> dict[Page, "WrittenCounts"]:
    """Count what was `written` at some places (on one source, where it is named), page by page
    where that is kept `apart`: of all together there are fewer kinds to count. The reviews are
    gone through once; a `listener` hears the praise among them."""
    found: dict[Page, WrittenCounts] = defaultdict(WrittenCounts)
    known = pages_of(session)
    cut, here = day_hours.cut_for(zone, since, until), ZoneInfo(zone)

    @lru_cache(None)
    def clock(hour: int) -> tuple[date, int, int]:
        when = cut.read(hour).astimezone(here)
        return when.date(), when.weekday(), when.hour

    these = was_written(session, places, since, until, source)
    facts = (*_facts(cut), *(_words() if listener is not None else ()))
    alike: tuple[_Alike, ...] = tuple(defaultdict(Counter) for _ in range(5))
    query = columns(*facts).where(these)
    for given, came, topics, replied, praise, *words in columns_in_parts(
        session, query, col(ReviewRow.first_seen_at), since
    ):
        pages = [known[key >> _BITS] for key in given] if apart else None
        complaints = (
            (key >> _BITS, kept) if kept else None for key, kept in zip(came, topics, strict=True)
        )
        for way, what in zip(alike, (given, came, complaints, replied, praise), strict=True):
            _count_alike(way, what, pages)
        if listener is not None:
            where = pages if pages is not None else repeat(TOGETHER)
            said = (found[page].said for page in where)
            listener.hear(zip(said, *words, strict=False))
    by_page, by_hour, complained, answered, praised = alike
    for page, counted in by_page.items():
        counts = found[page]
        for told, count in counted.items():
            number, rating, is_so = _read(told)
            place, on_site = known[number]
            counts.given[place, rating] += count
            counts.replies[on_site, is_so] += count
    for page, counted in by_hour.items():
        counts = found[page]
        for told, count in counted.items():
            hour, rating, is_so = _read(told)
            on, weekday, at = clock(hour)
            counts.on[on, rating] += count
            if is_so:
                counts.arrivals[weekday][at] += count
    for page, counted in complained.items():
        counts = found[page]
        for (hour, kept), count in counted.items():
            counts.complaints[clock(hour)[0], listed(kept)] += count
    for page, counted in answered.items():
        answers = found[page].answers
        for hour, count in counted.items():
            _, weekday, at = clock(hour)
            answers[weekday][at] += count
    for page, counted in praised.items():
        counts = found[page]
        for kept, count in counted.items():
            counts.praised[listed(kept)] += count
    return found


def _count_alike(alike: "_Alike", what: Iterable[Any], pages: Sequence[Page] | None) -> None:
    """Count what is the same of each review, but None, page by page, or TOGETHER."""
    if pages is None:
        alike[TOGETHER].update(what)
    else:
        for (page, each), count in Counter(zip(pages, what, strict=True)).items():
            alike[page][each] += count
    for counted in alike.values():
        counted.pop(None, None)


_Alike = dict[Page, Counter[Any]]
"""How many reviews are alike in one way, by page."""


def _words() -> tuple[Any, ...]:
    """The words of praise, and their author."""
    text, pros, is_praise = ReviewRow.text, ReviewRow.pros, col(ReviewRow.tone) == Tone.POSITIVE
    both = func.coalesce(text, "").concat("\n").concat(pros)
    # Few sites have `pros`: most texts go as they are.
    words = case((col(pros).is_(None), text), else_=both)
    return case((is_praise, words)), case((is_praise, col(ReviewRow.author)))


def _facts(cut: day_hours.Cut) -> tuple[Any, ...]:
    """What reviews are counted by: the page, its stars and whether it is answered; its hour, its
    stars and whether its site tells the hour; a complaint's topics; the reply's hour; the praise.
    Grouped by the database in these five ways they would be sorted five times."""
    is_complaint = col(ReviewRow.tone) == Tone.NEGATIVE
    return (
        _told(TARGET_ID, is_answered()),
        _told(cut.of(WRITTEN_AT), has_hour()),
        case((is_complaint, cast(col(ReviewRow.topics), Text))),
        case((has_hour(), cut.of(col(ReviewRow.reply_at)))),
        cast(col(ReviewRow.praise), Text),
    )


_BITS = 4
"""Of such a number, for the stars (three, 1 to 5) and whether something is so."""


def _told(number: ColumnElement[int], is_so: ColumnElement[bool]) -> ColumnElement[int]:
    """A number, the stars and whether something is so, as one number: three columns, or a text,
    take twice as long."""
    stars = func.coalesce(ReviewRow.rating, literal_column("0"))
    said = case((is_so, literal_column("1")), else_=literal_column("0"))
    return (cast(number, BigInteger) * 8 + stars) * 2 + said


def _read(told: int) -> tuple[int, int | None, bool]:
    return told >> _BITS, (told >> 1 & 7) or None, bool(told & 1)


def _week() -> list[list[int]]:
    return [[0] * 24 for _ in range(7)]


@dataclass(slots=True)
class WrittenCounts:
    """What was written: stars `given` by place, and by day (`on`), topics complained of by day,
    `replies` by source, topics `praised`, by weekday and hour when it came and was answered, and
    what praise `said`.
    Days and hours are those of the zone it was counted in."""

    given: Counter[tuple[str, int | None]] = field(default_factory=Counter)
    on: Counter[tuple[date, int | None]] = field(default_factory=Counter)
    complaints: Counter[tuple[date, tuple[str, ...]]] = field(default_factory=Counter)
    replies: Counter[tuple[str, bool]] = field(default_factory=Counter)
    praised: Counter[tuple[str, ...]] = field(default_factory=Counter)
    said: WordsSaid = field(default_factory=WordsSaid)
    arrivals: list[list[int]] = field(default_factory=_week)
    answers: list[list[int]] = field(default_factory=_week)

    def __iadd__(self, other: "WrittenCounts") -> "WrittenCounts":
        self.given.update(other.given)
        self.on.update(other.on)
        self.complaints.update(other.complaints)
        self.replies.update(other.replies)
        self.praised.update(other.praised)
        self.said += other.said
        for hours, more in ((self.arrivals, other.arrivals), (self.answers, other.answers)):
            for weekday, counts in enumerate(more):
                hours[weekday] = list(map(add, hours[weekday], counts))
        return self

    def stars(self) -> StarFigures:
        """Return the stars of all."""
        every = Counter[int | None]()
        for (_, rating), count in self.given.items():
            every[rating] += count
        return StarFigures() + _stars(every)

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
