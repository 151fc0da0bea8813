"""What sites show of the places of a simulated year, what was done about it, who answered: counted
by hand from the events, as `year_reference` counts the rest."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from math import ceil
from random import Random  # noqa: TID251 - a simulation, seeded
from statistics import fmean

from reliability.year_reference import (
    MOSCOW,
    RIVAL,
    START,
    TOPICS,
    End,
    Event,
    Reference,
    middle,
    stars,
)

SOURCES = ("yandex_maps", "google_business")
"""Reviews come from the first, which rounds to tenths and weighs WEIGHED days alone; the second
shows a rating of two digits."""
WEIGHED = 90
FEW = 10
"""Of fewer reviews a month nobody says how long it takes."""
TOO_MUCH = 0.1
"""Where more of some days was out of sight, nothing is said of them."""
GOALS = {"place0": 4.8, "place2": 3.9}
NAMES = {"marina": "Марина", "ivan": "Иван"}
SPARKS = 13
MEASURED = timedelta(days=28)


@dataclass(frozen=True)
class Shown:
    """What a site showed at a place from an instant on; a rating of None tells nothing."""

    place: str
    source: str
    at: datetime
    rating: float | None
    count: int | None


@dataclass(frozen=True)
class Way:
    """What brings a page to a goal: the mean its rating is to have, five-star reviews, months."""

    count: int | None
    border: float
    least: int | None
    most: int | None
    months: float | None
    cost: float | None


@dataclass(frozen=True)
class Blind:
    """When the first page of a place was out of sight."""

    place: str
    since: datetime
    until: datetime


@dataclass(frozen=True)
class Measure:
    """Something that was done about a topic at a place from a day on."""

    place: str
    topic: str | None
    found_at: datetime
    on: date
    by: str


def ratings(rng: Random, places: int, days: int) -> Iterator[Shown]:
    """Sites show another rating every few days; some pages never show any."""
    for place in (*(f"place{n}" for n in range(places)), RIVAL):
        for source in SOURCES:
            day = 400 if rng.random() < 0.1 else rng.randrange(-30, 60)
            while day < days:
                at = START + timedelta(days=day, minutes=rng.randrange(1440))
                digits = 1 if source == SOURCES[0] else 2
                told = None if rng.random() < 0.2 else round(rng.uniform(3, 5), digits)
                yield Shown(
                    place, source, at, told, rng.choice((None, *[rng.randrange(1, 900)] * 4))
                )
                day += rng.randrange(3, 30)


def blinds(rng: Random, places: int, days: int) -> Iterator[Blind]:
    """Five times a year for some hours; once for twelve days."""
    long = days // 3
    for n in range(places + 1):
        place = f"place{n}" if n < places else RIVAL
        begun = [day for day in range(0, days, 3) if n or not long - 3 <= day < long + 12]
        for day in sorted(rng.sample(begun, 5)):
            since = START + timedelta(days=day)
            yield Blind(place, since, since + timedelta(hours=rng.randrange(2, 60)))
    since = START + timedelta(days=long)
    yield Blind("place0", since, since + timedelta(days=12))


def measures(rng: Random, places: int, days: int) -> Iterator[Measure]:
    """Two a month, each taken within ten days after something was found."""
    for day in range(3, days, 15):
        found = START + timedelta(days=day, minutes=rng.randrange(1440))
        on = (found + MOSCOW).date() + timedelta(days=rng.randrange(10))
        place = f"place{rng.randrange(places)}"
        yield Measure(place, rng.choice((*TOPICS, None)), found, on, rng.choice([*NAMES]))


class RatingReference:
    """Figures of events and of what sites showed."""

    def __init__(
        self,
        reference: Reference,
        shown: Sequence[Shown],
        done: Sequence[Measure],
        blind: Sequence[Blind],
    ) -> None:
        self._all, self._blind = reference, blind
        self._shown = sorted(shown, key=lambda each: each.at)
        self._done = done

    @cached_property
    def _written(self) -> Mapping[str, Sequence[Event]]:
        found: dict[str, list[Event]] = defaultdict(list)
        for each in self._all.told:
            found[each.place].append(each)
        return found

    def month(self, since: datetime, until: datetime, now: datetime) -> dict[str, object]:
        """Every figure of [since, until), as of `now`."""
        own = self._all.places
        then, after = self._pages(own, since), self._pages(own, until)
        return {
            "sites": {
                source: (
                    _six(_mean(_on(after, source))),
                    _change(_on(then, source), _on(after, source), since),
                )
                for source in SOURCES
            },
            "shown of places": {
                place: shown
                for place in own
                if (shown := _six(_mean(self._pages((place,), until)))) is not None
            },
            "shown of all": _six(_mean(after)),
            "rival shown": _six(_mean(self._pages((RIVAL,), until))),
            "beside": [self._side(own, since, until), self._side((RIVAL,), since, until)],
            "sparklines": {place: self._weeks(place, until) for place in own},
            "goals": {
                place: told
                for place, goal in GOALS.items()
                if place in own and (told := self._goal(place, goal, until)) is not None
            },
            "borders": [
                self._border(place, source, page, until)
                for (place, source), page in sorted(self._pages(list(GOALS), until).items())
                if place in own
            ],
            **self._replies(since, until),
            "measures": self._measured(since, until, now),
        }

    def _pages(self, places: Sequence[str], at: datetime) -> dict[tuple[str, str], Shown]:
        return {
            (each.place, each.source): each
            for each in self._shown
            if each.at <= at and each.rating is not None and each.place in places
        }

    def _between(self, place: str, since: datetime, until: datetime) -> list[Event]:
        return [each for each in self._written[place] if since <= each.written_at < until]

    def _side(self, places: Sequence[str], since: datetime, until: datetime) -> object:
        found = [each for place in places for each in self._between(place, since, until)]
        waits = [
            each.reply_at - each.written_at
            for each in found
            if each.reply_at is not None and each.reply_at >= each.written_at
        ]
        return (
            _six(_mean(self._pages(places, until))),
            stars(found),
            (sum(each.is_complaint for each in found), len(found)),
            (sum(each.replied for each in found), len(found)),
            middle(waits),
        )

    def _weeks(self, place: str, until: datetime) -> list[float | None]:
        week = timedelta(weeks=1)
        return [
            stars(self._between(place, until - n * week, until - (n - 1) * week))[1]
            for n in range(SPARKS, 0, -1)
        ]

    def _goal(self, place: str, goal: float, now: datetime) -> object:
        pages = self._pages((place,), now)
        shown = _mean(pages)
        if shown is None:
            return None
        ways = {on: self._way(place, on[1], page, now) for on, page in sorted(pages.items())}
        missing = [way for on, way in ways.items() if (pages[on].rating or 0) < goal]
        costs = [
            None if way.cost is None or each.count is None else way.cost * each.count
            for way, each in ((way, pages[on]) for on, way in ways.items())
        ]
        cost = _sum(costs)
        if cost is not None:
            cost /= sum(each.count or 0 for each in pages.values())
        return (
            _six(shown),
            _sum([way.least for way in missing]),
            _sum([way.most for way in missing]),
            [_six(way.months) for way in missing],
            _six(cost),
        )

    def _border(self, place: str, source: str, page: Shown, now: datetime) -> object:
        """What one site asks for: five-star reviews, from … to …, to show the goal."""
        way = self._way(place, source, page, now)
        return source, page.rating, way.count, way.border, way.least, way.most

    def _way(self, place: str, source: str, page: Shown, now: datetime) -> "Way":
        """What brings one page to the goal of its place."""
        goal, rating, count = GOALS[place], page.rating or 0, page.count
        shown = self._pages((*self._all.places, RIVAL), now)
        ratings = [each.rating or 0 for each in _on(shown, source).values()]
        half = 0.05 if all(abs(10 * each - round(10 * each)) < 1e-6 for each in ratings) else 0.0
        wanted, weighs_all = round(goal - half, 6), source != SOURCES[0]
        since, month = now - timedelta(days=WEIGHED), now - timedelta(days=30)
        here = [] if weighs_all else self._between(place, since, now)
        weighed = [each for each in here if each.rating is not None]
        if not weighs_all:
            hidden = self._hides_much(place, since, now, 1)
            count = None if hidden else len(weighed) or None
        pace = [each for each in weighed if each.written_at >= month]
        is_known = weighs_all or not self._hides_much(place, month, now, 1)
        bad = [each.rating or 0 for each in pace if each.is_complaint]
        cost = None
        if is_known and count is not None:
            left = count - len(bad)
            cost = max(0.0, (count * rating - sum(bad)) / left - rating) if bad and left else 0.0
        if rating >= goal or count is None:
            none = 0 if rating >= goal else None
            return Way(count, wanted, none, none, none, cost)
        starts = min(rating + half, wanted), rating - half
        if weighs_all:
            least, most = (_fives(wanted, start, count) for start in starts)
            return Way(count, wanted, max(1, least), most, None, cost)
        by_age = sorted(weighed, key=lambda each: each.written_at)
        given = [each.rating or 0 for each in by_age]
        least, most = (_pushed_out(wanted, start - fmean(given), given) for start in starts)
        months = None
        if is_known and len(pace) >= FEW:
            months = self._months(wanted, rating - fmean(given), weighed, pace, now)
        return Way(count, wanted, max(1, least), most, months, cost)

    @staticmethod
    def _months(
        wanted: float, beside: float, weighed: list[Event], pace: list[Event], now: datetime
    ) -> float | None:
        """Go on day by day: what is older than WEIGHED days is gone, what comes is like the month
        that was."""
        for day in range(1, WEIGHED + 1):
            from_then = now + timedelta(days=day - WEIGHED)
            stays = [
                (each.rating or 0) + beside for each in weighed if each.written_at > from_then
            ]
            come = len(pace) * day / 30
            total = sum(stays) + come * min(5, beside + fmean(each.rating or 0 for each in pace))
            if total / (len(stays) + come) >= wanted - 1e-9:
                return day / 30
        return None

    def _hides_much(
        self,
        place: str,
        since: datetime,
        until: datetime,
        pages: int,
        among: tuple[datetime, datetime] | None = None,
    ) -> bool:
        """Whether too much of some days was out of sight at a place of so many pages, and not made
        up for: what was written meanwhile was found afterwards. `among`: the days that are looked
        at together, of which these are a part."""
        first, end = among or (since, until)
        hidden = (
            (max(each.since, first), min(each.until, end))
            for each in self._blind
            if each.place == place
        )
        spans = (
            min(seen, until) - max(gone, since)
            for gone, seen in hidden
            if not self._is_made_up(place, gone, seen)
        )
        lost = sum((span for span in spans if span > timedelta()), timedelta())
        return lost > TOO_MUCH * pages * (until - since)

    def _is_made_up(self, place: str, gone: datetime, seen: datetime) -> bool:
        return any(gone <= each.written_at < seen <= each.seen_at for each in self._written[place])

    def _replies(self, since: datetime, until: datetime) -> dict[str, object]:
        """Of the replies first seen on their site: by whoever answered, template, speed, topic."""
        seen = [
            each
            for place in self._all.places
            for each in self._written[place]
            if each.is_owed and each.shown_at is not None and since <= each.shown_at < until
        ]
        topics = {topic for each in seen for topic in each.topics}
        return {
            "replies": self._answering(seen),
            "people": self._by(seen, lambda each: NAMES.get(each.person or "")),
            "templates": self._by(seen, lambda each: each.template),
            "by speed": {
                name: self._answering([each for each in seen if low < _took(each) <= high])
                for name, low, high in (
                    ("hour", timedelta(days=-1), timedelta(hours=1)),
                    ("day", timedelta(hours=1), timedelta(days=1)),
                    ("later", timedelta(days=1), timedelta.max),
                )
            },
            "by topic": {
                topic: self._answering([each for each in seen if topic in each.topics])
                for topic in topics
            },
            "rounds": self._rounds(since, until),
        }

    def _by(self, seen: Sequence[Event], key: Callable[[Event], str | None]) -> dict[str, object]:
        names = {name for each in seen if (name := key(each)) is not None}
        return {
            name: self._answering([each for each in seen if key(each) == name]) for name in names
        }

    def _answering(self, seen: Sequence[Event]) -> object:
        drafted = [each for each in seen if each.person is not None]
        kept = [self._all.kept(each) for each in seen]
        return (
            len(seen),
            middle([_took(each) for each in seen]),
            (sum(each is True for each in kept), sum(each is not None for each in kept)),
            (sum(not each.own_words for each in drafted), len(drafted)),
            (sum(each.raised for each in seen), len(seen)),
            (sum(each.changed for each in seen), len(seen)),
        )

    def _rounds(self, since: datetime, until: datetime) -> dict[str, int]:
        """How the duties that began in the month stand."""
        begun = [
            each
            for place in self._all.places
            for each in self._written[place]
            if each.is_owed and since <= each.seen_at < until
        ]
        ends = Counter(each.end for each in begun)
        return {
            "answered": ends[End.SEEN] + ends[End.MARKED],
            "marked": ends[End.BY_MARK],
            "skipped": ends[End.SKIPPED],
            "gone": ends[End.GONE],
            "open": ends[End.LEFT] + ends[End.UNSEEN],
        }

    def _measured(self, since: datetime, until: datetime, now: datetime) -> list[object]:
        return [
            self._measure(each, now)
            for each in sorted(self._done, key=lambda each: each.found_at)
            if since <= each.found_at < until
        ]

    def _measure(self, done: Measure, now: datetime) -> object:
        at = datetime.combine(done.on, datetime.min.time(), START.tzinfo) - MOSCOW
        spans = (at - MEASURED, at), (at, max(at, min(at + MEASURED, now)))
        return (
            done.place,
            done.on,
            NAMES[done.by],
            *(self._span(done, *span) for span in spans),
            any(
                self._hides_much(done.place, *span, len(SOURCES), (spans[0][0], spans[1][1]))
                for span in spans
            ),
        )

    def _span(self, done: Measure, since: datetime, until: datetime) -> object:
        found = self._between(done.place, since, until)
        bad = [
            each
            for each in found
            if each.is_complaint and (done.topic is None or done.topic in each.topics)
        ]
        # Stars are those a guest gave first: the world lets all who were answered begin with one.
        first = [each if each.shown_at is None else replace(each, rating=1) for each in found]
        return len(bad), len(found), stars(first)


def _fives(goal: float, rating: float, count: int) -> int:
    """Five-star reviews that bring a mean of `count` to the goal."""
    return max(0, ceil(count * (goal - rating) / (5 - goal) - 1e-9))


def _pushed_out(wanted: float, beside: float, given: list[int]) -> int:
    """Five-star reviews that bring the mean of these there, each in the place of the oldest."""
    stars = [each + beside for each in given]
    n = 0
    while n < len(stars) and fmean([*stars[n:], *[5] * n]) < wanted - 1e-9:
        n += 1
    return n


def _sum(numbers: Sequence[float | None]) -> float | None:
    return None if None in numbers else sum(each for each in numbers if each is not None)


def _answered(event: Event) -> datetime:
    assert event.shown_at is not None
    return event.marked_at or event.shown_at


def _took(event: Event) -> timedelta:
    return _answered(event) - event.seen_at


def _on(pages: Mapping[tuple[str, str], Shown], source: str) -> dict[tuple[str, str], Shown]:
    return {page: shown for page, shown in pages.items() if page[1] == source}


def _mean(pages: Mapping[tuple[str, str], Shown]) -> float | None:
    """The mean of pages, each by what its site counts there."""
    told = [each.count for each in pages.values() if each.count is not None]
    usual = fmean(told) if told else 1
    weights = [usual if each.count is None else each.count for each in pages.values()]
    rated = [each.rating or 0 for each in pages.values()]
    return fmean(rated, weights) if rated else None


def _six(figure: float | None, digits: int = 6) -> float | None:
    """So far sums in another order agree."""
    return None if figure is None else round(figure, digits)


def _change(
    then: Mapping[tuple[str, str], Shown],
    after: Mapping[tuple[str, str], Shown],
    since: datetime,
) -> float | None:
    """Of the pages that showed a rating both times, the second one since the first."""
    both = {page for page in then.keys() & after.keys() if after[page].at > since}
    now = _mean({page: after[page] for page in both})
    before = _mean({page: then[page] for page in both})
    return None if now is None or before is None else _six(now - before, 5)
