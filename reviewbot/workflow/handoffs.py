"""Puts the messages that say whose turn it is: to whom, in which chat, below which card."""

from collections.abc import Sequence
from dataclasses import dataclass

from reviewbot.core import ticket_table
from reviewbot.core.calendar import hours
from reviewbot.core.handoffs import Handoff, HandoffKind
from reviewbot.core.model import Muted, OutboxKind, Role, Severity
from reviewbot.core.pacing import HANDOFF_GATHER
from reviewbot.core.settings import MANAGERS, Chat, Person
from reviewbot.core.ticket import Act
from reviewbot.store import people
from reviewbot.store.cases import Case
from reviewbot.store.queues import outbox
from reviewbot.store.tx import Tx
from reviewbot.workflow import chats, rounds
from reviewbot.workflow.reminders import duty

MOST_APPROVERS = 3
"""So many are asked by name where nobody on duty approves."""


@dataclass(frozen=True, slots=True)
class _Message:
    """One message: where, to whom."""

    chat: Chat
    to: tuple[Person, ...]


def put(tx: Tx, case: Case, act: Act, told: Sequence[Handoff]) -> None:
    """Put a message for each handoff of an act; the sender makes one of those that fall
    together."""
    for handoff in told:
        message = _message(tx, case, act, handoff)
        if message is not None:
            _put(tx, case, act, handoff.kind, message)


def _message(tx: Tx, case: Case, act: Act, handoff: Handoff) -> _Message | None:
    if handoff.kind is HandoffKind.APPROVE:
        return _to_approvers(tx, case, act, handoff.to)
    person = people.person_of(tx, handoff.to or "")
    if person is None or not duty.answers_for(tx, person, case.desk, case.place.key):
        return None
    if handoff.kind is HandoffKind.LOST and Muted.LOST in people.muted_by(tx, person):
        return None
    return _Message(chat_for(tx, case, person), (person,))


def _put(tx: Tx, case: Case, act: Act, kind: HandoffKind, message: _Message) -> None:
    chat = message.chat
    is_urgent = case.review.severity == Severity.CRITICAL
    numbers = ",".join(person.key for person in message.to)
    key = f"handoff:{kind}:{case.ticket_id}:{case.ticket.revision}:{numbers}"
    outbox.put(
        tx.session,
        OutboxKind.HANDOFF,
        f"{key}:{chat.key}:{chat.thread_id or 0}",
        chat,
        {
            "kind": kind,
            "to": [person.key for person in message.to],
            "by": act.actor.key,
            "reason": act.reason,
            "urgent": is_urgent,
        },
        tx.now,
        ticket_id=case.ticket_id,
        round=case.ticket.round,
        silent=hours.is_quiet(case.desk, tx.now),
        not_before=tx.now if is_urgent else tx.now + HANDOFF_GATHER,
    )


def _to_approvers(tx: Tx, case: Case, act: Act, before: str | None) -> _Message | None:
    """Ask for approval: of who approved it `before`, else of those on duty, in the managers' chat;
    where there is none, of the first of them in private."""
    asked = _approvers(tx, case, act, before)
    if not asked:
        return None
    if MANAGERS in tx.settings.chats:
        [chat] = chats.living_chats(tx, (MANAGERS,))
        return _Message(chat, tuple(asked))
    for person in asked:
        private = chats.private_chat(tx, person)
        if private is not None:
            return _Message(private, (person,))
    return _Message(_own_chat(tx, case), tuple(asked))


def _approvers(tx: Tx, case: Case, act: Act, before: str | None) -> list[Person]:
    """Return whom to ask: the first on duty who approves here; else who has not muted it."""
    able = [
        person
        for person in (*tx.settings.people.values(), *people.all_invited(tx))
        if ticket_table.may_approve(person.role, case.desk.approval)
        and tx.settings.may_see(person, case.place.key)
        and person.key not in (act.actor.key, case.ticket.proposed_by)
    ]
    by_key = {person.key: person for person in able}
    for key in (before, *duty.on_duty(tx, case.desk, place=case.place.key)):
        if key in by_key:
            return [by_key[key]]
    managers = [person for person in able if person.role is Role.MANAGER] or able
    willing = [person for person in managers if Muted.APPROVALS not in people.muted_by(tx, person)]
    # Somebody must hear of it, whatever was muted.
    return (willing or managers)[:MOST_APPROVERS]


def chat_for(tx: Tx, case: Case, person: Person) -> Chat:
    """Return where one person is told: in the card's group, below the card; where the card lies
    in somebody's private chat, in the person's own."""
    own = _own_chat(tx, case)
    is_group = own.chat_id < 0
    if is_group or own.chat_id == person.telegram_id:
        return own
    return chats.private_chat(tx, person) or own


def _own_chat(tx: Tx, case: Case) -> Chat:
    return chats.living_chats(tx, rounds.chats_of(tx.settings, case)[:1])[0]
