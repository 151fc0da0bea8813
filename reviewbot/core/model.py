"""The values every part speaks in. Enum values are the database's text."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, get_args

LanguageCode = Literal["ru", "en"]
LANGUAGES: tuple[LanguageCode, ...] = get_args(LanguageCode)
"""The languages that people are spoken to in, and that reviews are understood in."""


NOT_THIS_PLACE = "other_place"
"""Why a review is not answered here: it is about another of our places."""


class BotKey(StrEnum):
    """Which Telegram bot: that of staff, or the guests' own where the file names one. Numbers of
    updates, and of messages in a private chat, are unique within one bot alone."""

    STAFF = "staff"
    GUESTS = "guests"


class Kind(StrEnum):
    REVIEW = "review"
    MENTION = "mention"
    SURVEY = "survey"
    QUESTION = "question"
    """Of a buyer, under goods: a duty of its own, and counted among no reviews."""


class Precision(StrEnum):
    """How much a site's date tells. LAST_CHANGE: its only date, moved by edits (Yandex)."""

    DAY = "day"
    SECOND = "second"
    LAST_CHANGE = "last_change"
    UNKNOWN = "unknown"


class Tone(StrEnum):
    NEGATIVE = "negative"
    MIXED = "mixed"
    NEUTRAL = "neutral"
    POSITIVE = "positive"


class Severity(StrEnum):
    CRITICAL = "critical"
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


SEVERITY_ORDER = (Severity.LOW, Severity.NORMAL, Severity.HIGH, Severity.CRITICAL)
TONE_ORDER = (Tone.POSITIVE, Tone.NEUTRAL, Tone.MIXED, Tone.NEGATIVE)
COMPLAINING = (Tone.NEGATIVE, Tone.MIXED)
"""Complaints, and praise with something to complain of."""


class Hint(StrEnum):
    """What a person should know before answering."""

    HIDDEN_COMPLAINT = "hidden_complaint"
    STARS_AND_TEXT_DISAGREE = "stars_and_text_disagree"
    SARCASM = "sarcasm"
    EMPTY_TEXT = "empty_text"
    SPAM = "spam"
    PERSONAL_DATA = "personal_data"
    PAID_REVIEW = "paid_review"
    UNKNOWN_LANGUAGE = "unknown_language"


class Role(StrEnum):
    VIEWER = "viewer"
    STAFF = "staff"
    MANAGER = "manager"
    ADMIN = "admin"


ROLE_ORDER = (Role.VIEWER, Role.STAFF, Role.MANAGER, Role.ADMIN)


class Alerts(StrEnum):
    """Which alerts a person wants copies of in private. CRITICAL: none, only what they answer for
    (critical ones on duty, what is addressed to them, what they took) comes, as it always does."""

    ALL = "all"
    MINE = "mine"
    CRITICAL = "critical"


class Muted(StrEnum):
    """What a person may do without, because it is not their duty."""

    APPROVALS = "approvals"
    """Texts to approve while others are on duty."""
    LOST = "lost"
    """Somebody else took what they held."""
    DIGESTS = "digests"
    """Digests in private."""


class Approval(StrEnum):
    ANYONE = "anyone"
    MANAGER = "manager"
    TWO_PEOPLE = "two_people"


class TicketState(StrEnum):
    WAITING = "waiting"
    PROPOSED = "proposed"
    APPROVED = "approved"
    POSTED = "posted"
    ANSWERED = "answered"
    SKIPPED = "skipped"
    GONE = "gone"
    FAILED = "failed"
    REACHED = "reached"
    """How a survey's ticket ends, which no site shows: somebody spoke with the guest."""
    NOT_REACHED = "not_reached"
    SOLVED = "solved"
    REFUSED = "refused"
    """The guest was reached, and does not want to talk."""


OPEN_STATES = frozenset(
    {
        TicketState.WAITING,
        TicketState.PROPOSED,
        TicketState.APPROVED,
        TicketState.POSTED,
        TicketState.FAILED,
    }
)
WRITABLE_STATES = frozenset({TicketState.WAITING, TicketState.PROPOSED, TicketState.FAILED})
"""While no reply is approved, or the site refused it: a text may be written or changed."""
OUTCOME_STATES = frozenset(
    {
        TicketState.REACHED,
        TicketState.NOT_REACHED,
        TicketState.SOLVED,
        TicketState.REFUSED,
    }
)
"""The ends of a survey's ticket."""


class Health(StrEnum):
    """How a reading ended."""

    OK = "ok"
    UNCHANGED = "unchanged"
    EMPTY = "empty"
    UNCONFIRMED = "unconfirmed"
    SUSPICIOUS = "suspicious"
    DEGRADED = "degraded"
    BLOCKED = "blocked"
    RATE_LIMITED = "rate_limited"
    DENIED = "denied"
    TARGET_GONE = "target_gone"
    UNREACHABLE = "unreachable"
    LAYOUT_CHANGED = "layout_changed"
    OWN_FAULT = "own_fault"


SIGHTED = frozenset({Health.OK, Health.UNCHANGED, Health.EMPTY, Health.DEGRADED})
"""Readings that saw the reviews; in every other state the target is blind."""


class DraftSource(StrEnum):
    """Who wrote a draft."""

    TEMPLATE = "template"
    PERSON = "person"
    MACHINE = "machine"


class OutboxKind(StrEnum):
    """In the order a chat gets them when several wait."""

    ALERT = "alert"
    ESCALATION = "escalation"
    HANDOFF = "handoff"
    """Whose turn it is, to the person by name."""
    NOTICE = "notice"
    REMINDER = "reminder"
    CONCERN = "concern"
    """What reviews say together about a place: a drop, a burst, an incident."""
    EDIT = "edit"
    REPLY = "reply"
    DIGEST = "digest"
    PRAISE = "praise"
    """Who was praised by name the day before."""
    SUMMARY = "summary"
    """A chat's pinned summary: sent, edited, or its pin."""


class ReminderKind(StrEnum):
    """What a step of the ladder says of a deadline."""

    WARNING = "warning"
    BREACH = "breach"
    ESCALATION = "escalation"
    """After the breach, higher up."""
    SEEN = "seen"
    """Nobody has taken it yet."""
    SEEN_BREACH = "seen_breach"

    @property
    def is_before_the_deadline(self) -> bool:
        return self in (ReminderKind.WARNING, ReminderKind.SEEN)

    @property
    def is_of_seen_ladder(self) -> bool:
        """Whether it is about taking the review, not about answering it."""
        return self in (ReminderKind.SEEN, ReminderKind.SEEN_BREACH)


class WorkKind(StrEnum):
    POST_REPLY = "post_reply"
    WITHDRAW = "withdraw"
    DECLINE = "decline"
    READ_BACK = "read_back"
    POLL_NOW = "poll_now"
    IMPORT_FILE = "import_file"
    CHANGE_FILE = "change_file"


@dataclass(frozen=True, slots=True)
class Reason:
    """One piece of evidence: which rule, which words of which sentence, how many points.

    Positive points speak for a complaint, negative ones against. `topic` is the rule's topic key,
    or None; `severity` what the rule alone makes of a review, or None. `probability` is how likely
    the words tell of a danger; only evidence of one has it. `stars` is the rule id of the evidence
    that is the rating itself.
    """

    rule: str
    words: str
    sentence: str = ""
    points: float = 0.0
    topic: str | None = None
    severity: Severity | None = None
    probability: float | None = None

    def makes_critical(self, severity: Severity) -> bool:
        """Whether it is what a critical verdict stands on; such evidence may give no points."""
        return severity == self.severity == Severity.CRITICAL

    def speaks_for(self, severity: Severity) -> bool:
        """Whether it speaks for a complaint of this severity."""
        return self.points > 0 or self.makes_critical(severity)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the classifier says of one review, and why.

    `score` is the text-only probability that the review is negative (1–2★), whatever its stars;
    None where there is no text or its language is unknown. `topics` are those of the complaint,
    `praise` those of praise, strongest first. `language` is "ru", "en" or None.
    """

    tone: Tone
    severity: Severity = Severity.NORMAL
    topics: tuple[str, ...] = ()
    praise: tuple[str, ...] = ()
    hints: tuple[Hint, ...] = ()
    needs_human: bool = False
    score: float | None = None
    reasons: tuple[Reason, ...] = field(default=())
    language: str | None = None

    @property
    def is_negative(self) -> bool:
        return self.tone is Tone.NEGATIVE
