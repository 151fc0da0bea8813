"""What a sweep says about tickets: one message a chat and topic, and whom each step reaches."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import or_
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
        chat, to = _receiver(tx, case, reminder.step, tx.now)
        message = self.by_chat.setdefault((chat.chat_id, chat.thread_id), _ChatMessage(chat))
        following = _following(tx, case, to, reminder.kind)
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
        is_urgent = reminder.kind.is_of_seen_ladder and case.review.severity == Severity.CRITICAL
        message.loud = message.loud or is_urgent
        message.quiet = message.quiet and hours.is_quiet(case.desk, tx.now)

    def take_over(self, others: "LadderMessages") -> None:
        """Add what others gathered; of several about one ticket the newest stands."""
        for where, other in others.by_chat.items():
            mine = self.by_chat.setdefault(where, _ChatMessage(other.chat))
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


def _following(
    tx: Tx, case: Case, told: str | None, kind: ReminderKind
) -> tuple[datetime, str | None] | None:
    """Return when the next step fires and whom it will reach after who is told now, to be
    announced; None: the same person once more."""
    find = next_seen_step if kind.is_of_seen_ladder else next_reply_step
    step = find(case.clock(tx.settings), tx.now)
    if step is None or step.at <= tx.now:
        return None
    chat, to = _receiver(tx, case, step.step, step.at, told)
    return step.at, None if to is not None and to == told else to or chat.key


def _receiver(
    tx: Tx, case: Case, step: Step | None, moment: datetime, told: str | None = None
) -> tuple[Chat, str | None]:
    """Return the chat a step goes to at a moment, and the person it addresses: one who may see the
    place. `told`: who was addressed just now.

    A person who has not pressed /start is addressed in the card's chat: nothing is lost.
    """
    own = chats.living_chats(tx, rounds.chats_of(tx.settings, case)[:1])[0]
    to = step.to if step is not None else StepTo.HOLDER
    key: str | None = None
    match to:
        case StepTo.CHAT:
            # *Take* turns warnings to the holder; from the deadline on the chat hears them too.
            is_warning = step is not None and step.percent is not None and step.percent < 100
            key = _present(tx, case, case.ticket.holder, moment) if is_warning else None
        case StepTo.HOLDER:
            key = _present(tx, case, case.ticket.holder, moment)
        case StepTo.ON_DUTY:
            key = next(iter(_on_duty(tx, case, moment)), None)
        case StepTo.NEXT_ON_DUTY:
            key = _next_on_duty(tx, case, moment, told)
        case name if name in tx.settings.chats:
            if tx.settings.chats[name].person is None:
                return chats.living_chats(tx, (name,))[0], None
            key = _present(tx, case, tx.settings.chats[name].person, moment)
        case name:
            key = _present(tx, case, name, moment)
    return (own, None) if key is None else (_private(tx, key) or own, key)


def _present(tx: Tx, case: Case, key: str | None, moment: datetime) -> str | None:
    """Return the person, or who is told in their place: the deputy, else the first on duty."""
    if key is None:
        return None
    reached = duty.reached_for(tx, key, case.place.key, moment)
    return reached or next(iter(_on_duty(tx, case, moment)), None)


def _on_duty(tx: Tx, case: Case, moment: datetime) -> tuple[str, ...]:
    return duty.on_duty(tx, case.desk, moment, case.place.key)


def _next_on_duty(tx: Tx, case: Case, moment: datetime, just_told: str | None) -> str | None:
    """Return the first on duty then who was not told yet; where all were, the last one's
    deputy."""
    on_duty = _on_duty(tx, case, moment)
    if not on_duty:
        return None
    told = _told_in_round(tx, case) | {just_told} - {None}
    told = told or set(_on_duty(tx, case, tx.now)[:1])
    for key in on_duty:
        if key not in told:
            return key
    last = tx.settings.people.get(on_duty[-1])
    deputy = last.deputy if last else None
    reached = duty.reached_for(tx, deputy, case.place.key, moment) if deputy else None
    return reached or on_duty[-1]


def _told_in_round(tx: Tx, case: Case) -> set[str]:
    """Return whom reminders of this round of the ticket went to."""
    rows = tx.session.exec(
        select(OutboxRow.payload).where(
            # A message about several tickets is of none.
            or_(col(OutboxRow.ticket_id) == case.ticket_id, col(OutboxRow.ticket_id).is_(None)),
            col(OutboxRow.kind).in_((OutboxKind.REMINDER, OutboxKind.ESCALATION)),
            col(OutboxRow.created_at) >= case.round.clock_start_at,
        )
    )
    items = (item for payload in rows for item in payload.get("items", ()))
    return {each["to"] for each in items if each["ticket"] == case.ticket_id and each.get("to")}


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
