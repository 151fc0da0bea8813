"""What a message is made of: facts gathered from rows, ready for `words` to say.

Instants are aware UTC; `zone` is the desk's, in which people read them. Names of people are as
they are shown; an author's name is already shortened as the operator's privacy setting asks.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any

from reviewbot.core.beside_reply.said import BesideReply, GestureFacts, NoteFacts
from reviewbot.core.handoffs import HandoffKind
from reviewbot.core.model import (
    Approval,
    Health,
    Hint,
    Kind,
    Precision,
    Reason,
    ReminderKind,
    Role,
    Severity,
    TicketState,
    Tone,
)
from reviewbot.core.parse_time import instant


@dataclass(frozen=True, slots=True)
class DraftFacts:
    """The current draft. `by` is a person's name, None for a template; `wording` its number;
    `advice` what to look at before it goes out: codes of drafting.problem with what was found
    and what to say instead."""

    id: int
    text: str
    by: str | None = None
    topic: str | None = None
    wording: int | None = None
    advice: tuple[tuple[str, Mapping[str, str]], ...] = ()
    machine: bool = False
    """A program wrote it."""
    speaks: str = ""
    """Its language ("ru", "en"), where the guest writes in one that we have no wordings in."""


@dataclass(frozen=True, slots=True)
class AlsoWrote:
    """What the same author wrote at another place of ours, or on another site: the place's key and
    name, when (UTC), with how many stars, the ticket's number, None where it has none, and the
    site's title where it is another one."""

    location: str
    place: str
    at: datetime
    rating: int | None
    number: int | None
    source_title: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class EditFacts:
    """What the review was before its last edit."""

    at: datetime
    rating: int | None
    text: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFacts:
    """Everything a ticket's card, its reminders and its history header can show.

    `at` is when the facts were gathered: it decides whether an instant needs its day beside it.
    `location_short` is the place without the brand ("Tverskaya 12"), where that is known.
    `shows_replies`: a reading can see the owner's reply. `marked_after` is working time from the
    clock's start to `marked_at`. `deadline_why` is `Deadline.why`, `route` and `draft_why` the
    names of what decided; "why" shows them.
    """

    number: int
    state: TicketState
    round: int
    revision: int
    source: str
    source_title: Mapping[str, str]
    location: str
    location_name: str
    zone: str
    author: str | None
    rating: int | None
    title: str | None
    text: str | None
    forgotten: bool = False
    """The guest asked for it: name and words were removed."""
    pros: str | None = None
    cons: str | None = None
    language: str | None = None
    translation: str | None = None
    contact: str | None = None
    """How to reach the guest, where they gave it to us."""
    product: Mapping[str, str] = field(default_factory=dict)
    """What a marketplace tells of the goods, by its own names."""
    photos: int = 0
    published_at: datetime | None = None
    published_precision: Precision = Precision.UNKNOWN
    first_seen_at: datetime
    found_late: bool = False
    backlog: bool = False
    round_reason: str = "new"
    tone: Tone
    severity: Severity = Severity.NORMAL
    topics: tuple[str, ...] = ()
    own_topics: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """The operator's own topics, titles by language (Settings.topics)."""
    hints: tuple[Hint, ...] = ()
    reasons: tuple[Reason, ...] = ()
    review_url: str | None = None
    reply_url: str | None = None
    approval: Approval = Approval.MANAGER
    can_publish: bool = False
    can_reply: bool = True
    shows_replies: bool = True
    seen_deadline: datetime | None = None
    seen_done_at: datetime | None = None
    reply_deadline: datetime | None = None
    reply_goal: timedelta | None = None
    goal_words: str = ""
    clock_start_at: datetime | None = None
    draft: DraftFacts | None = None
    approved_text: str | None = None
    holder: str | None = None
    held_at: datetime | None = None
    snoozed_until: datetime | None = None
    proposed_by: str | None = None
    approved_by: str | None = None
    approved_at: datetime | None = None
    posted_by: str | None = None
    posted_at: datetime | None = None
    publish_at: datetime | None = None
    marked_at: datetime | None = None
    answered_after: datetime | None = None
    answered_by: datetime | None = None
    reply_text: str | None = None
    reply_at: datetime | None = None
    site_differs: bool = False
    skipped_by: str | None = None
    skip_reason: str | None = None
    failure: str | None = None
    breached_at: datetime | None = None
    last_look_at: datetime | None = None
    blind_since: datetime | None = None
    edit: EditFacts | None = None
    operator: str | None = None
    at: datetime | None = None
    kind: Kind = Kind.REVIEW
    score: float | None = None
    scale: float | None = None
    location_short: str = ""
    marked_after: timedelta | None = None
    deadline_rule: str = ""
    deadline_why: tuple[tuple[str, Mapping[str, Any]], ...] = ()
    draft_why: str = ""
    route: str = ""
    guest_says_solved: bool | None = None
    """What a guest answered when asked afterwards."""
    goodwill: Mapping[Role, int] = field(default_factory=dict)
    """The gesture towards the guest that needs nobody's word, by role; of complaints only."""
    gestures: tuple[GestureFacts, ...] = ()
    """What was offered, in the present round."""
    notes: tuple[NoteFacts, ...] = ()
    """The last ones of colleagues, oldest first."""
    beside: BesideReply = field(default_factory=BesideReply)
    """What was asked and done beside the reply."""
    elsewhere: tuple[AlsoWrote, ...] = ()
    """What the author wrote at other places, newest first: at all of them, whoever reads this."""


@dataclass(frozen=True, slots=True)
class UncardedFacts:
    """A review that got no card: `reply_time` gives its kind no time."""

    review_id: int
    source_title: Mapping[str, str]
    location_name: str
    author: str | None
    rating: int | None
    text: str


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One audit row for people. `who` is a name, or "site", "clock", "bot"; `action` a
    core.ticket action; `detail` the row's own small JSON."""

    at: datetime
    who: str
    action: str
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Addressee:
    """A person by name and Telegram's number, so that a mention rings."""

    name: str
    telegram_id: int


@dataclass(frozen=True, slots=True)
class HandoffFacts:
    """Whose turn it is about one ticket. `by` acted; `reason` is what they said to it."""

    card: CardFacts
    kind: HandoffKind
    to: tuple[Addressee, ...]
    by: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class ReminderFacts:
    """One ladder step about one ticket.

    `to` is whom it addresses by name, None for a whole chat; `to_id` is their Telegram number;
    `next_at`, `next_to` announce the step that follows.
    """

    card: CardFacts
    kind: ReminderKind
    due_at: datetime
    to: str | None = None
    next_at: datetime | None = None
    next_to: str | None = None
    to_id: int | None = None


@dataclass(frozen=True, slots=True)
class BlindFacts:
    """A host out of sight, or back (`until` set). `locations` counts those affected; `accept`: the
    target's key, where the site's counter alone is what is odd. `operator_copy` tells the cause.

    The notices *blind*, *sighted* and *unconfirmed* carry it as JSON: a field's name is a key that
    lies in databases."""

    host: str
    source: str
    source_title: Mapping[str, str]
    health: Health
    since: datetime | None
    zone: str
    locations: int
    all_locations: bool
    open_tickets: int
    next_try_at: datetime | None = None
    until: datetime | None = None
    cause: str = ""
    attempts: int = 0
    operator: str | None = None
    cabinet_url: str | None = None
    url: str | None = None
    location_name: str | None = None
    accept: str | None = None
    operator_copy: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return it as a notice's parameters: instants as ISO text."""
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        plain = {
            name: value.isoformat() if isinstance(value, datetime) else value
            for name, value in values.items()
        }
        return {**plain, "source_title": dict(self.source_title), "health": self.health.value}

    @classmethod
    def from_json(cls, params: Mapping[str, Any]) -> "BlindFacts":
        """Read a notice's parameters, also those that an earlier version wrote; what they lack
        is left unsaid."""
        known = {each.name for each in fields(cls)}
        values: dict[str, Any] = {"host": "", "source": "", "source_title": {}, "zone": "UTC"}
        values |= {"locations": 0, "all_locations": False, "open_tickets": 0}
        values |= {name: value for name, value in params.items() if name in known}
        for name in ("since", "next_try_at", "until"):
            values[name] = instant(values.get(name))
        health = values.get("health")
        values["health"] = Health(health) if health in set(Health) else Health.UNREACHABLE
        return cls(**values)


@dataclass(frozen=True, slots=True)
class QueueLine:
    """One open ticket in a list. `location` and `source` are keys."""

    number: int
    state: TicketState
    source_title: Mapping[str, str]
    location_name: str
    rating: int | None
    excerpt: str
    reply_deadline: datetime | None
    breached: bool = False
    holder: str | None = None
    severity: Severity = Severity.NORMAL
    location: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class ListTotals:
    """How many open tickets there are in all, before anything was narrowed; `mine`: the asking
    person holds them."""

    total: int = 0
    overdue: int = 0
    complaints: int = 0
    mine: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ListChoice:
    """What a list of open tickets was narrowed to, in words; `holder` is a name."""

    place: str | None = None
    source_title: Mapping[str, str] | None = None
    holder: str | None = None
    overdue: bool = False
    complaints: bool = False

    @property
    def is_narrowed(self) -> bool:
        return self != ListChoice()


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage:
    """One page of open tickets: `entries` start at `offset` of the `matching` ones. `uncarded`:
    how many reviews came there lately and got no card."""

    entries: tuple[QueueLine, ...]
    matching: int
    totals: ListTotals
    zone: str
    at: datetime
    offset: int = 0
    choice: ListChoice = field(default_factory=ListChoice)
    uncarded: int = 0


@dataclass(frozen=True, slots=True)
class FoundLine:
    """One review that holds the words looked for; `number` and `state` where it has a ticket.
    `cardless`: the id of one that has none and could be called a complaint."""

    number: int | None
    state: TicketState | None
    source_title: Mapping[str, str]
    location_name: str
    rating: int | None
    published_at: datetime | None
    excerpt: str
    cardless: int | None = None


@dataclass(frozen=True, slots=True)
class HealthFacts:
    """What /health and `reviewbot doctor` tell. Lists hold what is wrong; empty is good.

    `blind`: targets by state since when; `parked`: messages and updates given up; `waiting`:
    unsent messages and the age of the oldest; `work_given_up`: in the last day;
    `deliveries_given_up`: to other systems and by mail, until they are sent again;
    `telegram`: bot.telegram.intake's state where it is not "ok";
    `unseen`: a source's title and the share (0 to 1) of the last week that its pages were blind.
    """

    at: datetime
    zone: str
    targets: int
    states: Mapping[str, int] = field(default_factory=dict)
    blind: tuple[BlindFacts, ...] = ()
    outbox_waiting: int = 0
    outbox_oldest: datetime | None = None
    outbox_parked: int = 0
    inbox_waiting: int = 0
    inbox_parked: int = 0
    work_waiting: int = 0
    work_given_up: int = 0
    deliveries_given_up: int = 0
    dead_chats: tuple[str, ...] = ()
    telegram: str = ""
    telegram_since: datetime | None = None
    open_tickets: int = 0
    overdue: int = 0
    last_reading_at: datetime | None = None
    unseen: tuple[tuple[Mapping[str, str], float], ...] = ()
