"""The events of a simulated year, and every figure counted from them by hand.

Nothing of the product is used here but its words for tones: working time is counted minute by
minute of the wall, a month is a range of instants.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property
from itertools import accumulate
from random import Random  # noqa: TID251 - a simulation, seeded
from statistics import fmean, median

from reviewbot.core.model import Tone

MOSCOW = timedelta(hours=3)
MINUTE = timedelta(minutes=1)
START = datetime(2025, 1, 1, tzinfo=UTC) - MOSCOW
CONTACT = START - timedelta(days=1)
TOPICS = ("waiting", "staff", "food", "price")
OPENS, CLOSES = 10 * 60, 19 * 60
CLOSED = frozenset(
    [date(2025, 1, day) for day in range(1, 9)]
    + [
        date(2025, 5, 1),
        date(2025, 5, 9),
        date(2025, 6, 12),
        date(2025, 11, 4),
        date(2025, 12, 31),
    ]
)
WORKED = frozenset([date(2025, 11, 1)])
"""A Saturday that is worked."""
SHORTENED = frozenset([date(2025, 3, 7), date(2025, 4, 30), date(2025, 6, 11)])
"""They end an hour early."""
REPAIR = (date(2025, 3, 3), date(2025, 3, 19))
"""When the second place is shut: its clocks stand."""
RIVAL = "rival"
PRAISE = (
    ("Спасибо Марине, очень приятно.", ("Марина",)),
    ("Нас встретил Иван, и хорошо.", ("Иван",)),
    ("Здесь Анна с Иваном, приду ещё.", ("Анна", "Иван")),
    ("Всё вкусно.", ()),
    ("Рядом с домом, удобно.", ()),
)
"""What guests praise, and whom of the staff by name."""
PHONE = "916 123-45-67"
COMPLAINTS = ("Ждали час.", "Ждали час, позвоните мне: 8 " + PHONE)
REPLIES = (
    ("Спасибо!", "short"),
    ("Анна, добрый день! Спасибо за добрые слова, ждём вас снова.", "long"),
    ("Иван, добрый день! Спасибо за добрые слова, ждём вас снова.", "long"),
    ("Простите, но вы сами виноваты.", "blaming"),
    ("Ваш номер +7 " + PHONE + " у нас есть.", "phone"),
)
"""Replies, and what is the same in them but for the greeting."""


class End(StrEnum):
    """How the story of a complaint ends."""

    SEEN = "seen"
    """The reply was first seen by a reading; nobody marked it."""
    MARKED = "marked"
    """Staff marked it, a reading saw it later."""
    BY_MARK = "by_mark"
    """Staff marked it, no reading has seen it."""
    SKIPPED = "skipped"
    GONE = "gone"
    LEFT = "left"
    """Nobody answers, and readings go on showing it."""
    UNSEEN = "unseen"
    """Nobody has read the page since before the deadline."""


SHARES = {
    End.SEEN: 40,
    End.MARKED: 20,
    End.BY_MARK: 10,
    End.SKIPPED: 8,
    End.GONE: 5,
    End.LEFT: 10,
    End.UNSEEN: 7,
}


@dataclass
class Event:
    """One review as it happened. `seen_at` lies behind `written_at`; far behind: found late.

    `end` and what stands below it is of complaints that somebody had to answer: `looked_at` is
    the last reading without the reply, `shown_at` the first with it; `person` answered by
    `template`, or in `own_words` in its place; after that the guest `raised` the stars (from one)
    or `changed` the text. `reply_at` is when its site says that it was replied.
    """

    place: str
    written_at: datetime
    seen_at: datetime
    rating: int | None
    tone: Tone
    topics: tuple[str, ...]
    replied: bool
    found_late: bool
    text: str = ""
    reply: str = ""
    reply_at: datetime | None = None
    end: End | None = None
    marked_at: datetime | None = None
    looked_at: datetime | None = None
    shown_at: datetime | None = None
    gone_at: datetime | None = None
    person: str | None = None
    template: str | None = None
    own_words: bool = False
    raised: bool = False
    changed: bool = False

    @property
    def is_news(self) -> bool:
        return self.seen_at > CONTACT and (self.found_late or self.written_at >= CONTACT)

    @property
    def is_complaint(self) -> bool:
        return self.tone is Tone.NEGATIVE

    @property
    def is_owed(self) -> bool:
        """Whether somebody had to answer it."""
        return self.place != RIVAL and self.is_news and self.is_complaint


def events(rng: Random, places: int, days: int) -> Iterator[Event]:
    """Some days of some places and a competitor, and two months of history before them."""
    for n in range(places + 1):
        place = f"place{n}" if n < places else RIVAL
        rate = rng.choice((0.1, 0.5, 2.0, 6.0))
        for day in range(-60, days):
            for _ in range(0 if day % 90 == 0 else _count(rng, rate)):
                # Most are written by day.
                minute = rng.randrange(*((480, 1080) if rng.random() < 0.8 else (0, 1440)))
                yield _event(rng, place, START + timedelta(days=day, minutes=minute))


def _event(rng: Random, place: str, written: datetime) -> Event:
    late = rng.random() < 0.02
    # A page that was out of sight shows its reviews some days later.
    blind = timedelta(hours=rng.randrange(2, 70)) if rng.random() < 0.05 else timedelta()
    wait = timedelta(days=rng.randrange(6, 20)) if late else timedelta(hours=1) + blind
    rating = rng.choice((5, 5, 5, 4, 3, 1, None))
    bad = rating is not None and rating <= 2
    event = Event(
        place,
        written,
        CONTACT if written < CONTACT else written + wait,
        rating,
        Tone.NEGATIVE if bad else Tone.POSITIVE,
        tuple(rng.sample(TOPICS, rng.randrange(1, 3))) if bad else (),
        not bad and rng.random() < 0.6,
        late and written >= CONTACT,
        text=rng.choices(COMPLAINTS, (7, 3))[0] if bad else rng.choice(PRAISE)[0],
        reply=rng.choices(REPLIES, (30, 15, 15, 3, 9))[0][0],
    )
    if event.replied and rng.random() < 0.7:
        event.reply_at = written + timedelta(minutes=rng.randrange(-60, 6000))
    if event.is_owed:
        _end(rng, event)
    elif rng.random() < 0.02:
        event.gone_at = event.seen_at + timedelta(days=rng.randrange(1, 30))
    return event


def _end(rng: Random, event: Event) -> None:
    event.end = rng.choices(list(SHARES), list(SHARES.values()))[0]
    answer = event.seen_at + timedelta(minutes=int(rng.gammavariate(1.2, 240)) + 3)
    apart = timedelta(minutes=rng.choice((45, 45, 60, 600, 3000)))
    if event.end in (End.MARKED, End.BY_MARK):
        event.marked_at = answer
        event.person = rng.choice(("marina", "ivan"))
        event.template = rng.choice(("sorry", "short"))
        event.own_words = rng.random() < 0.3
    if event.end in (End.SEEN, End.MARKED):
        event.shown_at = answer + timedelta(minutes=rng.randrange(1, 40))
        event.looked_at = max(event.seen_at, event.shown_at - apart)
        event.replied = True
        event.raised, event.changed = rng.random() < 0.15, rng.random() < 0.2
        event.rating = 4 if event.raised else event.rating
    if event.end is End.GONE:
        event.gone_at = answer
    if event.end is End.LEFT:
        event.looked_at = event.seen_at + timedelta(days=40)
    if event.end is End.UNSEEN:
        event.looked_at = event.seen_at


def _count(rng: Random, rate: float) -> int:
    whole, rest = divmod(rate * rng.gammavariate(4, 0.25), 1)
    return int(whole) + (rng.random() < rest)


class WorkingMinutes:
    """Which minutes of the wall are worked, from the day of CONTACT on."""

    def __init__(self, days: int, *, is_shut: bool) -> None:
        self._first = CONTACT
        self._is_shut = is_shut
        minutes = (self._works(n) for n in range((days + 90) * 1440))
        self._before = [0, *accumulate(minutes)]
        """How many were worked before each minute."""

    def _works(self, n: int) -> int:
        local = self._first + MOSCOW + n * MINUTE
        day, minute = local.date(), local.hour * 60 + local.minute
        if self._is_shut and REPAIR[0] <= day <= REPAIR[1]:
            return 0
        if day in CLOSED or (day.weekday() > 4 and day not in WORKED):
            return 0
        return int(OPENS <= minute < CLOSES - (60 if day in SHORTENED else 0))

    def between(self, start: datetime, end: datetime) -> timedelta:
        return max(0, self._before[self._at(end)] - self._before[self._at(start)]) * MINUTE

    def after(self, start: datetime, minutes: int) -> datetime:
        """The instant by which so many minutes were worked since `start`."""
        wanted = self._before[self._at(start)] + minutes
        return self._first + bisect_left(self._before, wanted) * MINUTE

    def _at(self, instant: datetime) -> int:
        return int((instant - self._first) / MINUTE)


@dataclass(frozen=True)
class Judged:
    """What came of one complaint: in time, late, or not to be known (None)."""

    event: Event
    decided_at: datetime
    kept: bool | None
    answered_at: datetime | None
    worked: timedelta


class Reference:
    """Figures of a list of events."""

    def __init__(self, told: Sequence[Event], places: int, days: int) -> None:
        self.told = told
        self.places = [f"place{n}" for n in range(places)]
        self._days = days

    @cached_property
    def _calendars(self) -> dict[bool, WorkingMinutes]:
        return {shut: WorkingMinutes(self._days, is_shut=shut) for shut in (False, True)}

    def _calendar(self, place: str) -> WorkingMinutes:
        return self._calendars[place == "place1"]

    def deadline(self, event: Event) -> datetime:
        """An hour of working time after it was seen."""
        return self._calendar(event.place).after(event.seen_at, 60)

    @cached_property
    def judged(self) -> list[Judged]:
        return [judged for event in self.told if event.is_owed and (judged := self._judge(event))]

    def kept(self, event: Event) -> bool | None:
        """Whether its deadline was kept; None: nobody can know."""
        due = self.deadline(event)
        if event.marked_at is not None:
            return event.marked_at <= due
        if event.shown_at is not None and event.looked_at is not None:
            return True if event.shown_at <= due else False if event.looked_at >= due else None
        return False if event.end is End.LEFT else None

    def _judge(self, event: Event) -> Judged | None:
        if event.end in (End.SKIPPED, End.GONE):
            return None
        due, answered = self.deadline(event), event.marked_at or event.shown_at
        kept = self.kept(event)
        decided = min(due, answered) if answered is not None else due
        until = answered or decided
        return Judged(
            event,
            decided,
            kept,
            answered,
            self._calendar(event.place).between(event.seen_at, until),
        )

    def month(self, since: datetime, until: datetime) -> dict[str, object]:
        """Every figure of [since, until)."""
        own = [each for each in self.told if each.place != RIVAL]
        written = [each for each in own if since <= each.written_at < until]
        came = [each for each in own if since <= each.seen_at < until and each.is_news]
        rival = [
            each
            for each in self.told
            if each.place == RIVAL and since <= each.seen_at < until and each.is_news
        ]
        bad = [each for each in written if each.is_complaint]
        return {
            "new": len(came),
            "complaints": sum(each.is_complaint for each in came),
            "gone": sum(
                each.gone_at is not None and since <= each.gone_at < until for each in own
            ),
            "stars": stars(written),
            "by day": _by_day(written),
            "replied": (sum(each.replied for each in written), len(written)),
            "topics": Counter(topic for each in bad for topic in each.topics),
            "places": {
                place: stars([each for each in written if each.place == place])
                for place in self.places
            },
            "new by place": Counter(each.place for each in came),
            "rival": (len(rival), sum(each.is_complaint for each in rival)),
            "rival stars": stars(
                [
                    each
                    for each in self.told
                    if each.place == RIVAL and since <= each.written_at < until
                ]
            ),
            "praised": self._praised(written),
            **self._kept(since, until),
        }

    def _praised(self, written: Sequence[Event]) -> Counter[str]:
        """Whom of the staff all praise names."""
        praise = [each for each in written if each.tone is Tone.POSITIVE]
        of = dict(PRAISE)
        return Counter(name for each in praise for name in of[each.text])

    def past(self) -> dict[str, object]:
        """What the audit of the first day tells of everything stored."""
        own = [each for each in self.told if each.place != RIVAL]
        bad = [each for each in own if each.is_complaint]
        replied = [each for each in own if each.replied]
        same, texts = dict(REPLIES), Counter[str](each.reply for each in replied)
        waits = [
            each.reply_at - each.written_at
            for each in replied
            if each.reply_at is not None and each.reply_at >= each.written_at
        ]
        words = Counter[str]()
        for text, count in texts.items():
            words[same[text]] += count
        years: dict[int, list[Event]] = defaultdict(list)
        for each in own:
            years[(each.written_at + MOSCOW).year].append(each)
        return {
            "reviews": len(own),
            "answered": (len(replied), len(own)),
            "answered_bad": (sum(each.replied for each in bad), len(bad)),
            "median": middle(waits),
            "timed": len(waits),
            "repeated": sum(count for count in words.values() if count >= 3),
            "blaming": sum(same[each.reply] == "blaming" for each in replied),
            "personal": sum(PHONE in each.reply for each in replied),
            "years": [
                (year, stars(years[year]), _most(years[year])) for year in sorted(years)[::-1]
            ],
        }

    def _kept(self, since: datetime, until: datetime) -> dict[str, object]:
        judged = [each for each in self.judged if since <= each.decided_at < until]
        answered = [each for each in judged if each.answered_at is not None]
        waits = sorted(
            each.answered_at - each.event.seen_at for each in answered if each.answered_at
        )
        on_site = sorted(
            each.answered_at - each.event.seen_at
            for each in answered
            if each.answered_at and each.event.end is not End.BY_MARK
        )
        return {
            "in time": sum(each.kept is True for each in judged),
            "by mark": sum(each.kept is True and each.event.end is End.BY_MARK for each in judged),
            "late": sum(each.kept is False for each in judged),
            "undecided": sum(each.kept is None for each in judged),
            "usual": middle([each.worked for each in answered]),
            "reaction": middle(waits),
            "on site": (len(on_site), middle(on_site), _nine_of_ten(on_site)),
            "over time": self._over_time(answered, since, until),
        }

    def _over_time(
        self, answered: Sequence[Judged], since: datetime, until: datetime
    ) -> dict[date, timedelta | None]:
        """By day, or, of more than two weeks, by week; the last one ends with the period."""
        first, last = (since + MOSCOW).date(), (until + MOSCOW).date() - timedelta(days=1)
        length = 1 if (last - first).days < 14 else 7
        found: dict[date, list[timedelta]] = defaultdict(list)
        for each in answered:
            if each.event.end is not End.BY_MARK:
                back = (last - (each.decided_at + MOSCOW).date()).days // length
                begins = last - timedelta(days=length * (back + 1) - 1)
                found[max(first, begins)].append(each.worked)
        return {begins: middle(spans) for begins, spans in found.items()}


def digests_expected(days: int) -> Counter[str]:
    """One each day, each Monday, each first of a month; from the second day on."""
    expected: Counter[str] = Counter()
    for n in range(1, days + 1):
        day = (START + MOSCOW).date() + timedelta(days=n)
        expected["daily"] += 1
        expected["weekly"] += day.weekday() == 0
        expected["monthly"] += day.day == 1
    return expected


def weeks(days: int) -> Iterator[tuple[date, datetime, datetime]]:
    """Yield every fourth Monday, and the instants of the week before it."""
    first = (START + MOSCOW).date()
    monday = first + timedelta(days=-first.weekday() % 7 + 7)
    while monday <= first + timedelta(days=days):
        until = datetime.combine(monday, time(), UTC) - MOSCOW
        yield monday, until - timedelta(weeks=1), until
        monday += timedelta(weeks=4)


def months(days: int) -> Iterator[tuple[date, datetime, datetime]]:
    """Yield the day after each whole month, and its instants."""
    first = (START + MOSCOW).date()
    while True:
        after = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
        until = datetime.combine(after, time(), UTC) - MOSCOW
        if until > START + timedelta(days=days):
            return
        yield after, datetime.combine(first, time(), UTC) - MOSCOW, until
        first = after


def stars(reviews: Sequence[Event]) -> tuple[int, float | None]:
    """How many gave stars, and their mean."""
    rated = [each.rating for each in reviews if each.rating is not None]
    return len(rated), round(fmean(rated), 9) if rated else None


def _most(reviews: Sequence[Event]) -> list[tuple[str, int]]:
    """The three topics most complained of."""
    topics = Counter(topic for each in reviews if each.is_complaint for topic in each.topics)
    return sorted(topics.items(), key=lambda each: (-each[1], each[0]))[:3]


def _by_day(reviews: Sequence[Event]) -> dict[date, tuple[int, float | None]]:
    days: dict[date, list[Event]] = defaultdict(list)
    for each in reviews:
        days[(each.written_at + MOSCOW).date()].append(each)
    return {day: stars(each) for day, each in days.items() if stars(each)[0]}


def middle(spans: Sequence[timedelta]) -> timedelta | None:
    """The median."""
    if not spans:
        return None
    return timedelta(seconds=median(span.total_seconds() for span in spans))


def _nine_of_ten(spans: Sequence[timedelta]) -> timedelta | None:
    """The shortest that nine of ten do not exceed."""
    return next((s for n, s in enumerate(spans, 1) if 10 * n >= 9 * len(spans)), None)
