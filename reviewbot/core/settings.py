"""What the operator decided, as plain values: `config` makes them of the file, all others read it.

Nothing here knows TOML, environment variables or where a secret lies.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from enum import StrEnum
from typing import Any, Literal

from reviewbot.core.connections import (
    Backups,
    DoorbellSettings,
    DraftingEndpoint,
    Endpoint,
    Fallback,
    Fetching,
    Imports,
    SourceSettings,
    TargetSettings,
    Telegram,
)
from reviewbot.core.model import Approval, BotKey, Kind, Role
from reviewbot.core.surveys.survey import GuestSettings

SUPPORT, MANAGERS = "support", "managers"
"""Keys of chats: where cards go unless a route says otherwise, which the file must name; where
managers are asked, if the file names it."""
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""As the file writes them, Monday first."""


@dataclass(frozen=True, slots=True)
class When:
    """What an entry of a first-match list asks for. An empty field asks nothing."""

    severity: tuple[str, ...] = ()
    tone: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    topic: tuple[str, ...] = ()
    group: tuple[str, ...] = ()
    location: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    rating: tuple[int, ...] = ()
    kind: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Span:
    """A time the operator wrote: "1h work", "15m clock", "3d work".

    `days` are the desk's working days (the same time of day on a later working day) or,
    with clock, days of 24 hours; `length` is the rest. Work time runs in the desk's hours.
    """

    length: timedelta = timedelta()
    days: int = 0
    counts: Literal["work", "clock"] = "work"

    def __str__(self) -> str:
        minutes = int(self.length.total_seconds() // 60)
        parts = [f"{self.days}d"] if self.days else []
        if minutes >= 60:
            parts.append(f"{minutes // 60}h")
        if minutes % 60 or not parts:
            parts.append(f"{minutes % 60}m")
        return f"{' '.join(parts)} {self.counts}"


@dataclass(frozen=True, slots=True)
class Times:
    """How soon a ticket must be taken (`seen`) and answered (`reply`); None: no such duty."""

    seen: Span | None = None
    reply: Span | None = None


@dataclass(frozen=True, slots=True)
class ReplyTimeEntry:
    """One line of `reply_time`: what it asks for (in words, for `why`) and the times it gives.

    `classes` maps "critical", a tone, or "wordless" to times; a class it does not name falls
    through to the next entry. Times() (both None) means: no ticket.
    """

    name: str
    when: When
    classes: Mapping[str, Times]


class StepTo(StrEnum):
    """Where a ladder step goes, beside a chat's or a person's key."""

    CHAT = "chat"
    HOLDER = "holder"
    ON_DUTY = "on_duty"
    NEXT_ON_DUTY = "next_on_duty"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a ladder. Exactly one of `percent`, `after` and `daily` is set.

    `percent` of the reply time (100: the deadline itself, the breach); `after`: a span from the
    deadline ("+4h") or, in a `seen` ladder, from the clock's start; `daily`: every working day
    after the deadline. `to` is a StepTo value, a chat's key or a person's key.
    """

    name: str
    to: str
    percent: int | None = None
    after: Span | None = None
    daily: bool = False


@dataclass(frozen=True, slots=True)
class Ladders:
    """Reminders by class ("critical", a tone): steps of the reply and of the seen ladder."""

    reply: Mapping[str, tuple[Step, ...]] = field(default_factory=dict)
    seen: Mapping[str, tuple[Step, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Desk:
    """The team that answers: when it works and who decides.

    `hours` are seven tuples of intervals, Monday first, in `zone` (an IANA name). `closed` are
    dates without hours (holidays and the operator's own), `worked` are weekend dates moved to
    work, with the hours of `worked_like` (a weekday number), `shortened` dates end an hour early
    (the day before a public holiday). `quiet` may run over midnight.
    """

    key: str
    zone: str
    hours: tuple[tuple[tuple[time, time], ...], ...]
    closed: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()
    shortened: frozenset[date] = frozenset()
    worked_like: int = 0
    quiet: tuple[time, time] | None = None
    on_duty: tuple[str, ...] = ()
    rota: tuple[tuple[str, ...], ...] = ()
    """Who is on duty on each day of the week, Monday first; empty: `on_duty` is."""
    approval: Approval = Approval.MANAGER
    confirm_within: timedelta = timedelta(hours=48)
    place_answer: Span = Span(timedelta(hours=1))
    """How soon a place answers a question of the desk's."""

    @property
    def ever_on_duty(self) -> tuple[str, ...]:
        """Everybody whom the file puts on duty on some day."""
        return tuple(dict.fromkeys((*self.on_duty, *(key for day in self.rota for key in day))))


@dataclass(frozen=True, slots=True)
class Person:
    """Someone of the staff list. `only` holds location keys and "group:key"; empty: everything."""

    key: str
    telegram_id: int
    name: str
    role: Role
    only: tuple[str, ...] = ()
    deputy: str | None = None
    language: str | None = None
    mail: str | None = None


@dataclass(frozen=True, slots=True)
class Chat:
    """Where messages go: a group (with a forum topic or not) or, with `person`, a private chat."""

    key: str
    chat_id: int
    thread_id: int | None = None
    person: str | None = None
    language: str | None = None
    bot: BotKey = BotKey.STAFF
    """Which bot speaks there."""


@dataclass(frozen=True, slots=True)
class Route:
    """First matching wins: the chat of the card, the chats of its copies; `name` is for why."""

    name: str
    when: When
    chat: str
    copy: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pause:
    """A location closed for a while: its clocks stand still, reviews are still collected.

    Whole days in the location's zone, both ends included.
    """

    starts_on: date
    ends_on: date
    why: str = ""


@dataclass(frozen=True, slots=True)
class Location:
    """A place. `formerly` are the keys it had before; `goal` the rating it is to have (1 to 5);
    `praise`: whoever is praised by name there is told, once a day; `place_chat`: the key of the
    chat or person asked what happened there."""

    key: str
    name: str
    contact: str = ""
    groups: tuple[str, ...] = ()
    zone: str = "UTC"
    desk: str = ""
    paused: Pause | None = None
    role: Literal["own", "competitor"] = "own"
    profile: str | None = None
    formerly: tuple[str, ...] = ()
    goal: float | None = None
    praise: bool = False
    place_chat: str | None = None


SAVED = "saved."
"""How the name of a template begins that was kept in chat."""


@dataclass(frozen=True, slots=True)
class Template:
    """A reply's template. `own`: the operator's, of the file; else shipped, or SAVED in chat."""

    id: str
    language: str
    text: str
    when: When = When()
    own: bool = False


@dataclass(frozen=True, slots=True)
class Replies:
    """How replies sound. `forbid` are word patterns ("скидк*") refused in any reply;
    `without_contacts` the sources whose sites take no telephone or address in one."""

    address: str = "вы"
    sign: Mapping[str, str] = field(default_factory=dict)
    forbid: tuple[str, ...] = ()
    goodwill: Mapping[str, int] = field(default_factory=dict)
    auto_thanks: int = 0
    """So many reviews of bare good stars a day the bot thanks for by itself; 0: none."""
    templates: tuple[Template, ...] = ()
    without_contacts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DigestTime:
    """When a digest goes out, by the desk's clock: at a time of every day, of one weekday (Monday
    is 0) or of one day of the month (1 to 28)."""

    at: time
    weekday: int | None = None
    monthday: int | None = None

    def falls_on(self, day: date) -> bool:
        return self.weekday in (None, day.weekday()) and self.monthday in (None, day.day)

    def __str__(self) -> str:
        day = "" if self.weekday is None else f"{WEEKDAYS[self.weekday]} "
        return f"{day}{'' if self.monthday is None else f'{self.monthday} '}{self.at:%H:%M}"


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the operator decided, resolved and checked.

    `chats[SUPPORT]` and `chats[operator_chat]` always exist. `desks[""]` is the default desk; a
    location's `desk` names its own. `rules` is the RuleSet of core.classifier.classify. `digest`
    maps chat → period ("daily", "weekly", "monthly") → time, `summaries` chat → how often its
    pinned summary may be edited.
    """

    language: str
    zone: str
    telegram: Telegram
    chats: Mapping[str, Chat]
    people: Mapping[str, Person]
    desks: Mapping[str, Desk]
    reply_time: tuple[ReplyTimeEntry, ...]
    ladders: Ladders
    routes: tuple[Route, ...]
    locations: Mapping[str, Location]
    targets: Mapping[str, TargetSettings]
    sources: Mapping[str, SourceSettings]
    fetching: Fetching
    replies: Replies
    rules: Any = None
    profile: str | None = None
    operator_chat: str = SUPPORT
    author_names: Literal["full", "first_name", "initials"] = "full"
    people_figures: bool = True
    keep_messages: timedelta = timedelta(days=30)
    database: str = "reviewbot.sqlite3"
    backlog_within: timedelta = timedelta(days=30)
    digest: Mapping[str, Mapping[str, DigestTime]] = field(default_factory=dict)
    summaries: Mapping[str, timedelta] = field(default_factory=dict)
    imports: Imports = field(default_factory=Imports)
    backups: Backups = field(default_factory=Backups)
    endpoints: Mapping[str, Endpoint] = field(default_factory=dict)
    fallback: Fallback = field(default_factory=Fallback)
    advice: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """What may be done about a topic, in the operator's words, by language."""
    dishes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Dishes or goods to look for in reviews: stems by how each is told."""
    drafting: DraftingEndpoint = field(default_factory=DraftingEndpoint)
    web_port: int | None = None
    web_people: bool = False
    guests: GuestSettings | None = None
    """None: guests are asked nothing."""
    doorbell: DoorbellSettings = field(default_factory=DoorbellSettings)

    @property
    def topics(self) -> Mapping[str, Mapping[str, str]]:
        """The operator's own topics: the titles of each, by language."""
        topics: Mapping[str, Mapping[str, str]] = self.rules.topics if self.rules else {}
        return topics

    def desk_of(self, location: str) -> Desk:
        """Return the desk that answers for a location; the default desk for an unknown one."""
        place = self.locations.get(location)
        return self.desks.get(place.desk if place else "", self.desks[""])

    def person_by_id(self, telegram_id: int) -> Person | None:
        return next(
            (person for person in self.people.values() if person.telegram_id == telegram_id), None
        )

    def may_see(self, person: Person, location: str) -> bool:
        """Whether this person's work includes the location (roles are another question)."""
        if not person.only:
            return True
        place = self.locations.get(location)
        groups = place.groups if place else ()
        return location in person.only or any(f"group:{group}" in person.only for group in groups)

    def is_own(self, person: Person, location: str) -> bool:
        """Whether a location is among those this person looks after: their `only`, else the places
        of the desks where they are on duty, else everything."""
        if not self.may_see(person, location):
            return False
        on_duty = [desk for desk in self.desks.values() if person.key in desk.ever_on_duty]
        return bool(person.only) or not on_duty or self.desk_of(location) in on_duty


@dataclass(frozen=True, slots=True)
class Subject:
    """What first-match lists look at: the facts of one review that `When` can ask for."""

    tone: str
    severity: str
    source: str
    location: str
    topics: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    language: str | None = None
    rating: int | None = None
    wordless: bool = False
    kind: str = Kind.REVIEW


def is_of_place(when: When, location: str, groups: Collection[str]) -> bool:
    """Whether what `when` asks of places holds for the one of this key, in these groups."""
    return (not when.location or location in when.location) and (
        not when.group or bool(set(when.group) & set(groups))
    )


def matches(when: When, subject: Subject) -> bool:
    """Whether every field that `when` asks for holds; `topic` and `group` need one in common."""
    return (
        (not when.severity or subject.severity in when.severity)
        and (not when.tone or subject.tone in when.tone)
        and (not when.source or subject.source in when.source)
        and is_of_place(when, subject.location, subject.groups)
        and (not when.topic or bool(set(when.topic) & set(subject.topics)))
        and (not when.language or subject.language in when.language)
        and (not when.rating or subject.rating in when.rating)
        and (not when.kind or subject.kind in when.kind)
    )
