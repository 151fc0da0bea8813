"""The facts of a period: when a digest goes out, which days and places it is about, what of it is
worth a line.

Nothing here is rounded towards good news: what could not be seen is counted apart, and a
comparison is left out where one of its halves was not seen.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from reviewbot.core.calendar.hours import moment_on
from reviewbot.core.settings import (
    MANAGERS,
    SUPPORT,
    Chat,
    Desk,
    DigestTime,
    Location,
    Route,
    Settings,
)
from reviewbot.core.surveys.churn import Customers
from reviewbot.core.surveys.scores import SurveyFigures
from reviewbot.core.trends.overview import Overview
from reviewbot.core.trends.stars import FEW

RECENT_DAYS = 30
CATCH_UP = timedelta(days=7)
"""How far back a daily digest reaches where those before it were not sent."""

TOPICS_TOLD, PLACES_TOLD = 3, 3
FEW_COMPLAINTS = 2
"""A place with fewer, or of fewer reviews than FEW, is not among the worst: that may be chance."""
ENOUGH_REVIEWS = 5
"""A place without complaints is worth naming from so many reviews on."""
ENOUGH_JUDGED = 5
GOOD_PRECISION = 0.7
RULES_TOLD = 3
BLIND_WORTH_TELLING = timedelta(minutes=15)
LOOK_FIRST = timedelta(minutes=20)
"""How long a digest waits for pages that were not read since its period ended."""
BLIND_SHARE = 0.1
"""Where more of a period was out of sight, its figures are not compared."""


class Period(StrEnum):
    """RECENT: the last RECENT_DAYS days, when somebody asks."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    RECENT = "recent"


@dataclass(frozen=True, slots=True)
class Due:
    """A digest that is to go out on a day (the desk's calendar); its time has come."""

    period: Period
    on: date

    @property
    def key(self) -> str:
        """What it is remembered by: one of a period a day, whatever the time is changed to."""
        return f"{self.period}:{self.on.isoformat()}"


@dataclass(frozen=True, slots=True)
class Days:
    """Whole days from `first` up to but not including `end`, and the same as instants."""

    first: date
    end: date
    since: datetime
    until: datetime

    @property
    def last(self) -> date:
        return self.end - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class TopicCount:
    """`place`: the name of the one place that most of them come from."""

    topic: str
    count: int
    place: str | None = None


@dataclass(frozen=True, slots=True)
class PlaceCount:
    """`count` of the `reviews` of a place, by its name."""

    name: str
    count: int
    reviews: int = 0


@dataclass(frozen=True, slots=True)
class Unseen:
    """A site out of sight. `spells`: how many times; `since`, `until` the first one's beginning
    and the last one's end, None while it lasts; `length` without what was seen between.

    `places` of the `of` places there; `place` names the one. `at_most`: where they were hidden at
    different times, how long the one worst off was.
    """

    source_title: Mapping[str, str]
    since: datetime
    until: datetime | None
    length: timedelta
    spells: int = 1
    places: int = 1
    of: int = 1
    place: str | None = None
    at_most: timedelta | None = None


@dataclass(frozen=True, slots=True)
class RuleWord:
    """How often staff found a rule right."""

    rule: str
    right: int
    judged: int


@dataclass(frozen=True, slots=True)
class PeriodFigures:
    """What came in a period, and which deadlines were decided in it.

    A round is decided when it is answered, at its deadline at the latest: so it counts once.
    `marked` of the `in_time` ones are staff's word that no reading has confirmed; `undecided`
    ones cannot be known. `usual` is the middle time to an answer, counted as the deadline is.
    `wordless`: bare 1-2★ that nobody got a ticket for, by place.
    """

    new: int = 0
    complaints: int = 0
    gone: int = 0
    wordless: tuple[PlaceCount, ...] = ()
    in_time: int = 0
    marked: int = 0
    late: int = 0
    undecided: int = 0
    usual: timedelta | None = None
    topics: tuple[TopicCount, ...] = ()
    praise: TopicCount | None = None
    worst: tuple[PlaceCount, ...] = ()
    calm: tuple[PlaceCount, ...] = ()

    @property
    def decided(self) -> int:
        return self.in_time + self.late


@dataclass(frozen=True, slots=True)
class CompetitorNews:
    """What came at a competitor in a period."""

    name: str
    new: int
    complaints: int


@dataclass(frozen=True, slots=True)
class QuestionFigures:
    """Buyers' questions of a period: how many came, were answered in time and late, and how many
    wait now."""

    new: int = 0
    in_time: int = 0
    late: int = 0
    open: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestFacts:
    """Everything a digest can say, as of `at`.

    `locations` are those it is about, `name` the only one's. `open`: what staff should look at,
    `uncarded`: what came and got no card. `ready`: good reviews whose draft waits for a word, not
    among the open ones unless overdue. `overdue` by place; `overdue_unseen` of them are on pages
    out of sight. `unread` pages are in sight, but were not looked at since the period ended: the
    bot was off. `watched_since` is set where watching began within the period. `uncompared`: too
    much was unseen to compare. A day has no `overview`: its figures would be chance. Beside the
    scores of `guests` stand `guests_on_sites`, the sites' rating; `customers` are a month's.
    """

    period: Period
    days: Days
    zone: str
    at: datetime
    locations: int
    name: str | None = None
    figures: PeriodFigures = PeriodFigures()
    before: PeriodFigures | None = None
    uncompared: bool = False
    open: int = 0
    overdue: tuple[PlaceCount, ...] = ()
    overdue_unseen: int = 0
    ready: int = 0
    uncarded: int = 0
    unseen: tuple[Unseen, ...] = ()
    all_in_sight: bool = True
    unread: int = 0
    watched_since: datetime | None = None
    rules: tuple[RuleWord, ...] = field(default=())
    own_topics: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    overview: Overview | None = None
    guests: SurveyFigures | None = None
    guests_on_sites: float | None = None
    customers: Customers | None = None
    questions: QuestionFigures | None = None
    competitors: tuple[CompetitorNews, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to tell at all, and that is certain."""
        if self.unseen or self.unread or not self.all_in_sight or self.watched_since:
            return False
        figures = self.figures
        quiet = not (figures.new or figures.decided or figures.undecided or figures.gone)
        owed = self.open or self.overdue or self.ready or self.questions
        return quiet and not owed and not self.rules


def due(times: Mapping[str, DigestTime], zone: str, now: datetime) -> tuple[Due, ...]:
    """Return the digests of today (in `zone`) whose time has come. What was not sent by midnight
    is not sent any more: it would be read as the next one."""
    today = now.astimezone(ZoneInfo(zone)).date()
    return tuple(
        Due(period, today)
        for period in Period
        if (at := times.get(period)) is not None
        and at.falls_on(today)
        and moment_on(zone, today, at.at) <= now
    )


def last_day(at: DigestTime | None, today: date) -> date:
    """Return the newest day up to `today` on which a digest of this time falls; without a time,
    today."""
    days = (today - timedelta(days=back) for back in range(31))
    return next((day for day in days if at is None or at.falls_on(day)), today)


def days_of(period: Period, on: date, zone: str, last_on: date | None = None) -> Days:
    """Return the whole days that end with the day before `on`.

    A daily digest reaches back to the one before it (`last_on`), within CATCH_UP: what happened
    while the bot was off is told once all the same.
    """
    match period:
        case Period.DAILY:
            first = on - timedelta(days=1)
            if last_on is not None and on - CATCH_UP <= last_on < first:
                first = last_on
        case Period.WEEKLY:
            first = on - timedelta(days=7)
        case Period.MONTHLY:
            first = _month_before(on)
        case Period.RECENT:
            first = on - timedelta(days=RECENT_DAYS)
    return _days(first, on, zone)


def days_back(count: int, on: date, zone: str) -> Days:
    """Return the `count` whole days that end with the day before `on`."""
    return _days(on - timedelta(days=count), on, zone)


def days_before(period: Period, days: Days, zone: str) -> Days | None:
    """Return the period to compare with; a day is not compared: yesterday's number is chance."""
    match period:
        case Period.DAILY:
            return None
        case Period.MONTHLY:
            return _days(_month_before(days.first), days.first, zone)
        case _:
            return _days(days.first - (days.end - days.first), days.first, zone)


def _days(first: date, end: date, zone: str) -> Days:
    return Days(first, end, moment_on(zone, first, time()), moment_on(zone, end, time()))


def _month_before(day: date) -> date:
    last = day.replace(day=1) - timedelta(days=1)
    return last.replace(day=min(day.day, last.day))


def places_of(settings: Settings, chat: Chat) -> tuple[str, ...]:
    """Return the keys of the locations a chat's digest is about.

    A private chat: those its person works for. A chat that cards go to, by route or by copy: the
    locations whose cards may go there. Another that places name as their own: those. Else: all.
    """
    own = [place for place in settings.locations.values() if place.role == "own"]
    person = settings.people.get(chat.person) if chat.person else None
    if person is not None:
        own = [place for place in own if settings.may_see(person, place.key)]
    elif chat.key != MANAGERS and _gets_cards(settings.routes, chat):
        own = [place for place in own if chat.key in _chats_of(settings.routes, place)]
    elif chat.key not in (MANAGERS, settings.operator_chat):
        own = [place for place in own if place.place_chat == chat.key] or own
    return tuple(place.key for place in own)


def _gets_cards(routes: Sequence[Route], chat: Chat) -> bool:
    return chat.key in (SUPPORT, *(key for each in routes for key in (each.chat, *each.copy)))


def _chats_of(routes: Sequence[Route], place: Location) -> set[str]:
    """Return every chat that a card of this place may go to."""
    chats: set[str] = set()
    for route in routes:
        asked = route.when
        if asked.location and place.key not in asked.location:
            continue
        if asked.group and not set(asked.group) & set(place.groups):
            continue
        chats |= {route.chat, *route.copy}
        beside = (asked.severity, asked.tone, asked.source, asked.topic)
        if not any((*beside, asked.language, asked.rating)):
            return chats
    return chats | {SUPPORT}


def desk_for(settings: Settings, places: Sequence[str]) -> Desk:
    """Return the desk whose clock a digest goes by: that of its places if it is one, else the
    default one."""
    desks = {settings.desk_of(key).key for key in places}
    return settings.desks[desks.pop()] if len(desks) == 1 else settings.desks[""]


def topics_told(counts: Mapping[tuple[str, str], int]) -> tuple[TopicCount, ...]:
    """Return the topics met most, from counts by (topic, place); a place is named where more than
    half come from it."""
    totals, most = Counter[str](), dict[str, tuple[int, str]]()
    for (topic, place), count in counts.items():
        totals[topic] += count
        most[topic] = max(most.get(topic, (0, "")), (count, place))
    told = sorted(totals.items(), key=lambda each: (-each[1], each[0]))[:TOPICS_TOLD]
    return tuple(
        TopicCount(topic, total, most[topic][1] if most[topic][0] * 2 > total else None)
        for topic, total in told
    )


def worst(reviews: Mapping[str, int], complaints: Mapping[str, int]) -> tuple[PlaceCount, ...]:
    """Return the places with the most complaints, where there are several to choose from."""
    if len(reviews) < 2:
        return ()
    ranked = [
        PlaceCount(place, count, reviews[place])
        for place, count in complaints.items()
        if count >= FEW_COMPLAINTS and reviews[place] >= FEW
    ]
    return tuple(sorted(ranked, key=lambda each: (-each.count, each.reviews, each.name)))[
        :PLACES_TOLD
    ]


def calm(
    reviews: Mapping[str, int], complaints: Mapping[str, int], unseen: Iterable[str]
) -> tuple[PlaceCount, ...]:
    """Return the places without a complaint, most reviews first. A place that was out of sight is
    none of them: nobody knows."""
    blind = set(unseen)
    if len(reviews) < 2:
        return ()
    ranked = [
        PlaceCount(place, 0, count)
        for place, count in reviews.items()
        if count >= ENOUGH_REVIEWS and not complaints.get(place) and place not in blind
    ]
    return tuple(sorted(ranked, key=lambda each: (-each.reviews, each.name)))[:PLACES_TOLD]


def least_precise(rules: Iterable[RuleWord]) -> tuple[RuleWord, ...]:
    """Return the rules that staff found wrong too often, of those judged often enough."""
    ranked = [
        rule
        for rule in rules
        if rule.judged >= ENOUGH_JUDGED and rule.right < GOOD_PRECISION * rule.judged
    ]
    return tuple(sorted(ranked, key=lambda each: (each.right / each.judged, -each.judged)))[
        :RULES_TOLD
    ]
