"""What a sweep says about tickets: one message a chat and topic, and whom each step reaches."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import col, select

from reviewbot.core.calendar import hours
from reviewbot.core.calendar.ticket_clock import next_reply_step, next_seen_step
from reviewbot.core.model import OutboxKind, ReminderKind, Severity
from reviewbot.core.pacing import REMINDER_GATHER
from reviewbot.core.settings import Chat, Step, StepTo
from reviewbot.store.cases import Case
from reviewbot.store.people import person_of
from reviewbot.store.queues import outbox
from reviewbot.store.queues.lists import MOST_REMINDED
from reviewbot.store.tables import OutboxRow
from reviewbot.store.tx import Tx
from reviewbot.words.vocabulary import NoticeCode
from reviewbot.workflow import chats, rounds
from reviewbot.workflow.reminders import duty


@dataclass(frozen=True, slots=True)
class DueReminder:
    """One thing to say about a ticket: `step` None is the end of a snooze."""

    step: Step | None
    name: str
    kind: ReminderKind
    due_at: datetime
    is_seen: bool = False


@dataclass(slots=True)
class _ChatMessage:
    chat: Chat
    items: dict[int, dict[str, Any]] = field(default_factory=dict)
    keys: dict[int, list[str]] = field(default_factory=dict)
    """By ticket: what is said of it."""
    loud: bool = False
    quiet: bool = True


@dataclass(slots=True)
class LadderMessages:
    """The messages of one sweep, collected until all is known that they say."""

    tx: Tx
    by_chat: dict[tuple[int, int | None], _ChatMessage] = field(default_factory=dict)

    def add(self, case: Case, reminder: DueReminder) -> None:
        """Add a reminder to the message of its chat; of several about one ticket the newest
        stands."""
        tx = self.tx
        chat, to = _receiver(tx, case, reminder.step)
        message = self.by_chat.setdefault((chat.chat_id, chat.thread_id), _ChatMessage(chat))
        following = _following(tx, case, is_seen=reminder.is_seen)
        message.items[case.ticket_id] = {
            "ticket": case.ticket_id,
            "kind": reminder.kind,
            "due_at": reminder.due_at.isoformat(),
            "to": to,
            "next_at": following[0].isoformat() if following else None,
            "next_to": following[1] if following else None,
        }
        # With the due time: a step of a deadline that has moved since is said again.
        step = f"{case.ticket_id}:{case.ticket.round}:{reminder.name}"
        key = f"{step}:{reminder.due_at.isoformat()}"
        message.keys.setdefault(case.ticket_id, []).append(key)
        # At night the one on duty must hear that something critical waits.
        is_urgent = reminder.is_seen and case.review.severity == Severity.CRITICAL
        message.loud = message.loud or is_urgent
        message.quiet = message.quiet and hours.is_quiet(case.desk, tx.now)

    def take_over(self, others: "LadderMessages") -> None:
        """Add what others gathered; of several about one ticket the newest stands."""
        for place, other in others.by_chat.items():
            mine = self.by_chat.setdefault(place, _ChatMessage(other.chat))
            mine.items.update(other.items)
            for ticket_id, keys in other.keys.items():
                mine.keys.setdefault(ticket_id, []).extend(keys)
            mine.loud = mine.loud or other.loud
            mine.quiet = mine.quiet and other.quiet

    def put(self) -> int:
        """Put the messages into the outbox; return how many are new."""
        return sum(
            _put(self.tx, message, numbers)
            for message in self.by_chat.values()
            for numbers in _in_lists(list(message.items))
        )


def _in_lists(numbers: Sequence[int]) -> list[Sequence[int]]:
    """Split what one message could not tell of by number."""
    return [
        numbers[start : start + MOST_REMINDED] for start in range(0, len(numbers), MOST_REMINDED)
    ]


def _put(tx: Tx, message: _ChatMessage, numbers: Sequence[int]) -> bool:
    items = [message.items[number] for number in numbers]
    keys = [key for number in numbers for key in message.keys[number]]
    before = all(ReminderKind(item["kind"]).is_before_the_deadline for item in items)
    kind = OutboxKind.REMINDER if before else OutboxKind.ESCALATION
    chat, only = message.chat, items[0]["ticket"] if len(items) == 1 else None
    key = keys[0]
    if len(keys) > 1:
        key = hashlib.sha256("\n".join(keys).encode()).hexdigest()[:24]
    return outbox.put(
        tx.session,
        kind,
        f"{kind}:{key}:{chat.key}:{chat.thread_id or 0}",
        chat,
        {"items": items, "urgent": message.loud},
        tx.now,
        ticket_id=only,
        silent=message.quiet and not message.loud,
        not_before=tx.now if message.loud else tx.now + REMINDER_GATHER,
    )


def _following(tx: Tx, case: Case, *, is_seen: bool) -> tuple[datetime, str] | None:
    """Return when the next step fires and whom it will reach, to be announced."""
    find = next_seen_step if is_seen else next_reply_step
    step = find(case.clock(tx.settings), tx.now)
    if step is None or step.at <= tx.now:
        return None
    chat, to = _receiver(tx, case, step.step)
    return step.at, to or chat.key


def _receiver(tx: Tx, case: Case, step: Step | None) -> tuple[Chat, str | None]:
    """Return the chat a step goes to, and the person it addresses.

    A person who has not pressed /start is addressed in the card's chat: nothing is lost.
    """
    own = chats.living_chats(tx, rounds.chats_of(tx.settings, case)[:1])[0]
    to = step.to if step is not None else StepTo.HOLDER
    key: str | None = None
    match to:
        case StepTo.CHAT:
            # *Take* turns warnings to the holder; from the deadline on the chat hears them too.
            is_warning = step is not None and step.percent is not None and step.percent < 100
            key = case.ticket.holder if is_warning else None
        case StepTo.HOLDER:
            key = case.ticket.holder
        case StepTo.ON_DUTY:
            key = next(iter(duty.on_duty(tx, case.desk)), None)
        case StepTo.NEXT_ON_DUTY:
            key = _next_on_duty(tx, case)
        case name if name in tx.settings.chats:
            key = tx.settings.chats[name].person
            if key is None:
                return chats.living_chats(tx, (name,))[0], None
        case name:
            key = name
    if key is None:
        return own, None
    key = duty.reached_for(tx, key)
    return _private(tx, key) or own, key


def _next_on_duty(tx: Tx, case: Case) -> str | None:
    """Return the first on duty now who was not told yet; where all were, the last one's deputy."""
    on_duty = duty.on_duty(tx, case.desk)
    told = _told_on_duty(tx, case) or set(on_duty[:1])
    for key in on_duty:
        if key not in told:
            return key
    last = tx.settings.people.get(on_duty[-1]) if on_duty else None
    return (last.deputy or last.key) if last else None


def _told_on_duty(tx: Tx, case: Case) -> set[str]:
    """Return whom reminders of this round of the ticket went to."""
    rows = tx.session.exec(
        select(OutboxRow.payload).where(
            OutboxRow.ticket_id == case.ticket_id,
            col(OutboxRow.kind).in_((OutboxKind.REMINDER, OutboxKind.ESCALATION)),
            col(OutboxRow.created_at) >= case.round.clock_start_at,
        )
    )
    return {item["to"] for payload in rows for item in payload.get("items", ()) if item.get("to")}


def _private(tx: Tx, key: str) -> Chat | None:
    """Return a person's private chat if the bot may write there; else tell the operator, once."""
    person = person_of(tx, key)
    if person is None:
        return None
    chat = chats.private_chat(tx, person)
    if chat is not None:
        return chat
    for operator in chats.living_chats(tx, (tx.settings.operator_chat,)):
        outbox.put(
            tx.session,
            OutboxKind.NOTICE,
            f"notice:person_unreachable:{key}:{tx.now:%Y-%m-%d}:{operator.key}",
            operator,
            {"code": NoticeCode.PERSON_UNREACHABLE, "params": {"person": person.name}},
            tx.now,
            silent=True,
        )
    return None
