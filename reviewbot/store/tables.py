"""The tables. Instants are aware UTC; JSON columns hold small plain values; money never appears.

Enum columns hold the enum's text (core.model). A change here needs a migration beside it.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Connection,
    Index,
    Text,
    UniqueConstraint,
    event,
    text,
)
from sqlmodel import Field, SQLModel

from reviewbot.core.model import BotKey
from reviewbot.store.days import day_marks


def _json(default: type[list[Any]] | type[dict[str, Any]] = dict) -> Any:
    # Each row gets a copy. Of a factory pydantic would read the signature for every row anew.
    return Field(default=default(), sa_column=Column(JSON, nullable=False))


def _text(*, nullable: bool = True) -> Any:
    if nullable:
        return Field(default=None, sa_column=Column(Text, nullable=True))
    return Field(sa_column=Column(Text, nullable=False))


def _chat_id() -> Any:
    return Field(sa_column=Column(BigInteger, nullable=False, index=True))


class LocationRow(SQLModel, table=True):
    """A place or product line the business cares about; `key` is the config's stable name."""

    __tablename__ = "location"

    key: str = Field(primary_key=True)
    name: str
    groups: list[str] = _json(list)
    role: str = "own"
    zone: str = "UTC"
    retired_at: datetime | None = None


class TargetRow(SQLModel, table=True):
    """One location on one source: what is polled.

    `essence` and the validators are of the first page last read. `health` is the newest
    target_state's.
    """

    __tablename__ = "target"
    __table_args__ = (
        UniqueConstraint("source", "ref"),
        Index(
            "target_due",
            "next_poll_at",
            sqlite_where=text("retired_at IS NULL"),
            postgresql_where=text("retired_at IS NULL"),
        ),
        Index(
            "target_untried",
            "id",
            sqlite_where=text("health = '' AND retired_at IS NULL"),
            postgresql_where=text("health = '' AND retired_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    location_key: str = Field(foreign_key="location.key", index=True)
    source: str
    ref: str
    url: str | None = _text()
    host: str = ""
    next_poll_at: datetime | None = None
    first_contact_at: datetime | None = None
    last_reading_at: datetime | None = None
    last_complete_at: datetime | None = None
    last_sweep_at: datetime | None = None
    last_new_at: datetime | None = None
    health: str = ""
    health_since: datetime | None = None
    failures: int = 0
    memory: dict[str, Any] = _json()
    essence: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    retired_at: datetime | None = None


class HostRow(SQLModel, table=True):
    """When one host may be asked again, kept across restarts."""

    __tablename__ = "host"

    name: str = Field(primary_key=True)
    next_allowed_at: datetime | None = None
    backoff_until: datetime | None = None
    backoff_step: int = 0
    retry_after_until: datetime | None = None
    bad_since: datetime | None = None
    told_at: datetime | None = None
    cause: str | None = None


class TargetStateRow(SQLModel, table=True):
    """One row per change of a target's health, with the cause and a cut sample of the page."""

    __tablename__ = "target_state"

    id: int | None = Field(default=None, primary_key=True)
    target_id: int = Field(foreign_key="target.id", index=True)
    health: str
    since: datetime
    cause: str | None = _text()
    sample: str | None = _text()


class ReadingRow(SQLModel, table=True):
    """A reading whose outcome, completeness or site figures differ from the one before."""

    __tablename__ = "reading"
    __table_args__ = (Index("reading_of", "target_id", "read_at"),)

    id: int | None = Field(default=None, primary_key=True)
    target_id: int = Field(foreign_key="target.id")
    read_at: datetime
    outcome: str
    complete: bool = False
    site_rating: float | None = None
    site_reviews: int | None = None
    site_ratings: int | None = None


class ReviewRow(SQLModel, table=True):
    """What a guest wrote, as last seen, with the verdict on it.

    `unanswered_seen_at`: the last time the review was seen without a reply, the lower bound of the
    reply interval. `missed` counts complete healthy readings without it, `missed_since` their
    first. `found_late`: published long before the last complete reading that did not have it.
    `read_by` stands for the code that read it last (`SourceFacts.reader`).
    """

    __tablename__ = "review"
    __table_args__ = (
        UniqueConstraint("target_id", "external_id"),
        Index("review_first_seen", "first_seen_at"),
        Index("review_seen_here", "target_id", "first_seen_at"),
        Index(
            "review_missing",
            "target_id",
            "missed_since",
            sqlite_where=text("missed_since IS NOT NULL"),
            postgresql_where=text("missed_since IS NOT NULL"),
        ),
        Index(
            "review_question",
            "first_seen_at",
            sqlite_where=text("kind = 'question'"),
            postgresql_where=text("kind = 'question'"),
        ),
        Index(
            "review_author",
            "author",
            sqlite_where=text("author IS NOT NULL"),
            postgresql_where=text("author IS NOT NULL"),
        ),
        Index(
            "review_gone",
            "target_id",
            "gone_at",
            sqlite_where=text("gone_at IS NOT NULL"),
            postgresql_where=text("gone_at IS NOT NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    target_id: int = Field(foreign_key="target.id")
    external_id: str
    fingerprint: str
    kind: str
    rating: int | None = None
    score: float | None = None
    scale: float | None = None
    title: str | None = _text()
    text: str | None = _text()
    pros: str | None = _text()
    cons: str | None = _text()
    author: str | None = None
    published_at: datetime | None = None
    published_precision: str
    edited_at: datetime | None = None
    language: str | None = None
    translation: str | None = _text()
    photos: list[str] = _json(list)
    url: str | None = _text()
    reply_text: str | None = _text()
    reply_at: datetime | None = None
    reply_state: str | None = None
    can_reply: bool | None = None
    site: dict[str, Any] = _json()
    first_seen_at: datetime
    last_seen_at: datetime
    read_by: str | None = None
    unanswered_seen_at: datetime | None = None
    reply_seen_at: datetime | None = None
    missed: int = 0
    missed_since: datetime | None = None
    gone_at: datetime | None = None
    found_late: bool = False
    forgotten_at: datetime | None = None
    tone: str = ""
    severity: str = "normal"
    topics: list[str] = _json(list)
    praise: list[str] = _json(list)
    hints: list[str] = _json(list)
    needs_human: bool = False
    text_score: float | None = None
    reasons: list[Any] = _json(list)
    verdict_language: str | None = None


class DayCountRow(SQLModel, table=True):
    """What came at a target on a day (of UTC, since 1970-01-01): how many reviews, of which tone,
    of what the complaints and the praise speak (a JSON object, topic to number; None: nothing).

    Kept of days that are over (workflow.upkeep.day_counts); what a count looks at changed: it is
    gone, and a DayToCountRow there.
    """

    __tablename__ = "day_count"
    __table_args__ = {"sqlite_with_rowid": False}

    day: int = Field(primary_key=True)
    target_id: int = Field(primary_key=True)
    reviews: int
    negative: int = 0
    mixed: int = 0
    neutral: int = 0
    positive: int = 0
    wordless: int = 0
    topics: str | None = _text()
    praise: str | None = _text()


class DayToCountRow(SQLModel, table=True):
    """A day at a target whose reviews are to be counted (again): it goes from `starts_at` to
    `ends_at`. Until then figures read its reviews themselves."""

    __tablename__ = "day_to_count"
    __table_args__ = {"sqlite_with_rowid": False}

    day: int = Field(primary_key=True)
    target_id: int = Field(primary_key=True)
    starts_at: datetime
    ends_at: datetime


class ForgottenRow(SQLModel, table=True):
    """By which keyed hash a review of a forgotten guest is known again, and the id that stands for
    it since (store.privacy.forgotten)."""

    __tablename__ = "forgotten"

    mark: str = Field(primary_key=True)
    external_id: str
    at: datetime


class RevisionRow(SQLModel, table=True):
    """What a review looked like before a change: `change` is edited, answered, reply_vanished,
    reply_changed, gone or back. `topics`: None where a former version kept it."""

    __tablename__ = "revision"

    id: int | None = Field(default=None, primary_key=True)
    review_id: int = Field(foreign_key="review.id", index=True)
    at: datetime
    change: str
    fingerprint: str
    rating: int | None = None
    title: str | None = _text()
    text: str | None = _text()
    pros: str | None = _text()
    cons: str | None = _text()
    reply_text: str | None = _text()
    tone: str = ""
    topics: list[str] | None = Field(
        default=None, sa_column=Column(JSON(none_as_null=True), nullable=True)
    )


IS_OPEN = "state IN ('waiting', 'proposed', 'approved', 'posted', 'failed')"
"""core.model.OPEN_STATES, as a partial index has them and a query must say them to use it."""


class TicketRow(SQLModel, table=True):
    """Our duty to answer one review, of the target `target_id`. `id` is the № staff see.

    `revision` grows with every change a card shows; `round` is the current ticket_round's n.
    `next_duty_at` is the only timer of a ticket: the next instant at which the watch has to do
    something about it; None: nothing. Keys of people are the config's.
    """

    __tablename__ = "ticket"
    __table_args__ = (
        # Partial: a full index made the due query slower than a scan at 1M reviews.
        Index(
            "ticket_duty",
            "next_duty_at",
            sqlite_where=text("next_duty_at IS NOT NULL"),
            postgresql_where=text("next_duty_at IS NOT NULL"),
        ),
        # Not partial: SQLite does not see that states bound to a query are those of the index.
        Index("ticket_state", "state"),
        Index("ticket_here", "location_key", "state"),
        Index(
            "ticket_approved",
            "location_key",
            "approved_at",
            sqlite_where=text("approved_draft_id IS NOT NULL"),
            postgresql_where=text("approved_draft_id IS NOT NULL"),
        ),
        Index(
            "ticket_open_of",
            "target_id",
            sqlite_where=text(IS_OPEN),
            postgresql_where=text(IS_OPEN),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    review_id: int = Field(foreign_key="review.id", unique=True)
    target_id: int | None = None
    location_key: str
    desk: str = ""
    state: str
    round: int = 1
    revision: int = 1
    backlog: bool = False
    carded: bool = False
    holder: str | None = None
    held_at: datetime | None = None
    snoozed_until: datetime | None = None
    proposed_by: str | None = None
    approved_by: str | None = None
    approved_at: datetime | None = None
    posted_by: str | None = None
    posted_at: datetime | None = None
    publish_at: datetime | None = None
    skipped_by: str | None = None
    skip_reason: str | None = None
    failure: str | None = None
    site_differs: bool = False
    draft_id: int | None = None
    approved_draft_id: int | None = None
    opened_at: datetime
    closed_at: datetime | None = None
    next_duty_at: datetime | None = None


class TicketRoundRow(SQLModel, table=True):
    """One run of the clock: opening and every re-opening is a new round, alerted anew.

    The customer got the answer on the site between `answered_after` (last seen without it) and
    `answered_by` (first seen with it); `marked_at` is staff's own word. `steps_done` holds the
    names of ladder steps that fired.
    """

    __tablename__ = "ticket_round"
    __table_args__ = (
        UniqueConstraint("ticket_id", "n"),
        Index("ticket_round_deadline", "reply_deadline"),
        Index("ticket_round_began", "clock_start_at"),
        Index(
            "ticket_round_breached",
            "breached_at",
            sqlite_where=text("breached_at IS NOT NULL"),
            postgresql_where=text("breached_at IS NOT NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id")
    n: int
    reason: str
    clock_start_at: datetime
    seen_deadline: datetime | None = None
    seen_done_at: datetime | None = None
    seen_breached_at: datetime | None = None
    reply_deadline: datetime | None = None
    why: dict[str, Any] = _json()
    steps_done: list[str] = _json(list)
    last_look_at: datetime | None = None
    breached_at: datetime | None = None
    refuted: bool = False
    marked_at: datetime | None = None
    answered_after: datetime | None = None
    answered_by: datetime | None = None
    closed_at: datetime | None = None


class DraftRow(SQLModel, table=True):
    """A proposed text. `author_kind` is template or person; `why` says how it was chosen,
    `topic` and `wording` (its number among the topic's) which template it is, for people.

    `chat_id`, `message_id`: the message a person wrote it in; editing that updates the draft.
    `hash` is empty: versions before kept the text's hash there, which nothing looked for.
    """

    __tablename__ = "draft"

    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    at: datetime
    author_kind: str
    author_key: str | None = None
    template_id: str | None = None
    language: str | None = None
    text: str = _text(nullable=False)
    hash: str = ""
    why: str = ""
    topic: str | None = None
    wording: int | None = None
    chat_id: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    message_id: int | None = None


class OutboxRow(SQLModel, table=True):
    """A message to send. `payload` holds facts, never rendered text: the sender renders late.

    `chat_key` is the config's chat, or "id:<telegram id>" for a private or foreign chat; `bot`
    (core.model.BotKey) says which bot speaks there.
    `claimed_until` is a lease; `parked_at` a message given up, with `error`, shown in /health.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index(
            "outbox_lane",
            "chat_id",
            "bot",
            "kind",
            "not_before",
            sqlite_where=text("sent_at IS NULL AND parked_at IS NULL"),
            postgresql_where=text("sent_at IS NULL AND parked_at IS NULL"),
        ),
        Index(
            "outbox_next",
            "chat_id",
            "bot",
            "kind",
            "id",
            sqlite_where=text("sent_at IS NULL AND parked_at IS NULL"),
            postgresql_where=text("sent_at IS NULL AND parked_at IS NULL"),
        ),
        Index(
            "outbox_claimed",
            "chat_id",
            "bot",
            "claimed_until",
            sqlite_where=text(
                "claimed_until IS NOT NULL AND sent_at IS NULL AND parked_at IS NULL"
            ),
            postgresql_where=text(
                "claimed_until IS NOT NULL AND sent_at IS NULL AND parked_at IS NULL"
            ),
        ),
        Index("outbox_sent", "chat_id", "sent_at"),
        Index("outbox_sent_at", "sent_at"),
        Index("outbox_message", "chat_id", "message_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    dedupe_key: str = Field(unique=True)
    bot: str = BotKey.STAFF
    chat_key: str
    chat_id: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    thread_id: int | None = None
    ticket_id: int | None = Field(default=None, foreign_key="ticket.id", index=True)
    round: int | None = None
    payload: dict[str, Any] = _json()
    silent: bool = False
    bundle_id: int | None = Field(default=None, index=True)
    created_at: datetime
    not_before: datetime
    claimed_until: datetime | None = None
    attempts: int = 0
    sent_at: datetime | None = None
    message_id: int | None = None
    parked_at: datetime | None = None
    error: str | None = None


class InboxRow(SQLModel, table=True):
    """A raw Telegram update of a `bot` (core.model.BotKey). Stored before its offset is
    acknowledged, done with its effect."""

    __tablename__ = "inbox"
    __table_args__ = (
        Index(
            "inbox_waiting",
            "update_id",
            sqlite_where=text("done_at IS NULL AND parked_at IS NULL"),
            postgresql_where=text("done_at IS NULL AND parked_at IS NULL"),
        ),
        UniqueConstraint("bot", "update_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    bot: str = BotKey.STAFF
    update_id: int = Field(sa_column=Column(BigInteger, nullable=False))
    raw: str = _text(nullable=False)
    received_at: datetime
    attempts: int = 0
    done_at: datetime | None = None
    parked_at: datetime | None = None
    error: str | None = None


class WorkRow(SQLModel, table=True):
    """Something to do on a site. An expired claim of post_reply means "unknown", never "again"."""

    __tablename__ = "work"
    __table_args__ = (
        Index(
            "work_waiting",
            "not_before",
            sqlite_where=text("done_at IS NULL AND cancelled_at IS NULL"),
            postgresql_where=text("done_at IS NULL AND cancelled_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    dedupe_key: str | None = Field(default=None, unique=True)
    ticket_id: int | None = Field(default=None, foreign_key="ticket.id", index=True)
    target_id: int | None = Field(default=None, foreign_key="target.id")
    payload: dict[str, Any] = _json()
    created_at: datetime
    not_before: datetime
    claimed_at: datetime | None = None
    claimed_until: datetime | None = None
    attempts: int = 0
    done_at: datetime | None = None
    cancelled_at: datetime | None = None
    outcome: str | None = None
    error: str | None = None


class CardRow(SQLModel, table=True):
    """One copy of a ticket's card: every copy stays in step. `dead_at`: cannot be edited."""

    __tablename__ = "card"
    __table_args__ = (UniqueConstraint("chat_id", "message_id"),)

    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    round: int = 1
    chat_key: str
    chat_id: int = _chat_id()
    thread_id: int | None = None
    message_id: int
    shown_revision: int = 0
    sent_at: datetime
    dead_at: datetime | None = None


class ChatRow(SQLModel, table=True):
    """What a bot (core.model.BotKey) learned of a chat: where it moved, since when it is dead. A
    person's private chats with two bots have one number."""

    __tablename__ = "chat"

    bot: str = Field(default=BotKey.STAFF, primary_key=True)
    chat_id: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    title: str | None = None
    migrated_to: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    dead_since: datetime | None = None
    reason: str | None = None
    topics_closed: list[int] = _json(list)
    retry_after_until: datetime | None = None


class PersonRow(SQLModel, table=True):
    """What was learned of a person beside the config: did they press /start, their choices.

    `role`, `only` and `invited_by` are of people invited in chat; those of the config have none
    here. `alerts` is a core.model.Alerts, `muted` holds core.model.Muted.
    """

    __tablename__ = "person"

    telegram_id: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    key: str | None = Field(default=None, unique=True)
    name: str = ""
    role: str | None = None
    only: list[str] = _json(list)
    language: str | None = None
    alerts: str = "critical"
    muted: list[str] = _json(list)
    started_at: datetime | None = None
    invited_by: str | None = None
    removed_at: datetime | None = None


class InviteRow(SQLModel, table=True):
    """A way in that an admin gave, for one person; the code itself is not kept. One taken back
    expires at that moment."""

    __tablename__ = "invite"

    id: int | None = Field(default=None, primary_key=True)
    code_hash: str = Field(unique=True)
    role: str
    only: list[str] = _json(list)
    invited_by: str
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
    used_by: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))


class AuditRow(SQLModel, table=True):
    """Append-only: who did what to a ticket, with which role then. `actor` is a person's key,
    or "site", "clock", "bot"."""

    __tablename__ = "audit"
    __table_args__ = (
        Index(
            "audit_site_complaint",
            "at",
            sqlite_where=text("action = 'site_complaint'"),
            postgresql_where=text("action = 'site_complaint'"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    at: datetime
    actor: str
    role: str | None = None
    ticket_id: int | None = Field(default=None, foreign_key="ticket.id", index=True)
    action: str
    from_state: str | None = None
    to_state: str | None = None
    text_hash: str | None = None
    detail: dict[str, Any] = _json()


class VerdictFeedbackRow(SQLModel, table=True):
    """Staff's word on a verdict: `says` is not_a_complaint, wrong_topic or is_a_complaint."""

    __tablename__ = "verdict_feedback"

    id: int | None = Field(default=None, primary_key=True)
    review_id: int = Field(foreign_key="review.id", index=True)
    at: datetime
    person: str
    says: str
    topic: str | None = None
    rules: list[str] = _json(list)


class DutyRow(SQLModel, table=True):
    """A change of who is on duty, made in chat: `kind` is a core.calendar.duty.DutyKind, `desk`
    the key of a desk ("" the default one; an absence counts at each). `ended_at`: taken back."""

    __tablename__ = "duty"
    __table_args__ = (Index("duty_runs", "ends_at"),)

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    desk: str = ""
    person: str
    starts_at: datetime
    ends_at: datetime
    by: str
    at: datetime
    ended_at: datetime | None = None


class SavedTemplateRow(SQLModel, table=True):
    """A template kept in chat beside those of the file; `when` are the fields of a
    core.settings.When, `by` a person's key. Retiring one leaves the row."""

    __tablename__ = "saved_template"

    id: int | None = Field(default=None, primary_key=True)
    at: datetime
    by: str
    language: str
    text: str = _text(nullable=False)
    when: dict[str, Any] = _json()


class RetiredTemplateRow(SQLModel, table=True):
    """A template, saved, the file's or shipped, that is proposed no more until it is restored."""

    __tablename__ = "retired_template"

    template_id: str = Field(primary_key=True)
    at: datetime
    by: str


class MeasureRow(SQLModel, table=True):
    """A figure worth keeping over time: name, subject (a target's or chat's key), value."""

    __tablename__ = "measure"

    id: int | None = Field(default=None, primary_key=True)
    at: datetime
    name: str
    subject: str = ""
    value: float


class ConcernRow(SQLModel, table=True):
    """What reviews say together about a place: a drop, a burst, an incident (core.trends.concern).

    `facts` is the Sign as it was found; `until` the end of a snooze. One of a kind and topic
    stands at a place at a time.
    """

    __tablename__ = "concern"
    __table_args__ = (Index("concern_here", "location_key", "state"),)

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    location_key: str
    topic: str | None = None
    state: str
    found_at: datetime
    facts: dict[str, Any] = _json()
    acted_by: str | None = None
    acted_at: datetime | None = None
    cause: str | None = None
    until: datetime | None = None
    ended_at: datetime | None = None


class DigestSentRow(SQLModel, table=True):
    """Which digest went to which chat."""

    __tablename__ = "digest_sent"

    chat_key: str = Field(primary_key=True)
    period: str = Field(primary_key=True)
    sent_at: datetime


class SummaryRow(SQLModel, table=True):
    """A chat's pinned summary: where it stands (the chat as Telegram knows it now, the topic it
    was sent to) and what it says (`shown`, a fingerprint) since when. `pinned_id`: the message
    that was pinned; `pin_error`: why it could not be, shown by doctor."""

    __tablename__ = "summary"

    chat_key: str = Field(primary_key=True)
    chat_id: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    thread_id: int | None = None
    message_id: int | None = None
    shown: str = ""
    since_at: datetime | None = None
    looked_at: datetime
    pinned_id: int | None = None
    pin_asked_at: datetime | None = None
    pin_error: str | None = None


class DeliveryRow(SQLModel, table=True):
    """Something to tell another system, or people by mail. `channel` is "webhook:KEY" or
    "mail:ADDRESS"; `payload` is what is told, complete: it says what was true then.

    `dead_at`: given up, with `error`, shown by doctor.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        Index(
            "delivery_waiting",
            "not_before",
            sqlite_where=text("sent_at IS NULL AND dead_at IS NULL"),
            postgresql_where=text("sent_at IS NULL AND dead_at IS NULL"),
        ),
        Index("delivery_event", "event", "id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    channel: str
    event: str
    dedupe_key: str = Field(unique=True)
    payload: dict[str, Any] = _json()
    created_at: datetime
    not_before: datetime
    attempts: int = 0
    sent_at: datetime | None = None
    dead_at: datetime | None = None
    error: str | None = None


class EventCursorRow(SQLModel, table=True):
    """Up to which rows an endpoint has been told: ids of the audit and of reviews."""

    __tablename__ = "event_cursor"

    endpoint: str = Field(primary_key=True)
    audit_id: int = 0
    review_id: int = 0
    incident_id: int = 0


class SourceCheckRow(SQLModel, table=True):
    """When a source was last compared with what it was built on; `finding` is what differed when
    a look last told: `vanished`, `new`, `moved`."""

    __tablename__ = "source_check"

    source: str = Field(primary_key=True)
    checked_at: datetime
    finding: dict[str, Any] = _json()


@event.listens_for(SQLModel.metadata, "after_create")
def _mark_days(_metadata: Any, connection: Connection, **_how: Any) -> None:
    day_marks.install(connection)
