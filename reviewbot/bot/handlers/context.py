"""What the handlers of one update share: the settings, the moment, the ways to say something."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select
from telegram import Chat as TelegramChat

from reviewbot.bot import access
from reviewbot.core.model import ROLE_ORDER, OutboxKind, Role
from reviewbot.core.settings import Chat, Person, Settings
from reviewbot.core.source_facts import Sources
from reviewbot.store import chats
from reviewbot.store.queues import outbox
from reviewbot.store.tables import CardRow, ChatRow, TicketRow
from reviewbot.store.tx import Tx
from reviewbot.workflow.chats import disable_chat


@dataclass(frozen=True, slots=True)
class Answer:
    """The one answer to a press, sent after the commit. `text` has at most 200 characters."""

    query_id: str
    text: str = ""
    alert: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was said or pressed, and in which language one speaks there."""

    chat_id: int
    thread_id: int | None
    private: bool
    configured: Chat | None
    language: str

    @property
    def chat(self) -> Chat:
        """The place as an outbox address."""
        key = self.configured.key if self.configured else f"id:{self.chat_id}"
        return Chat(key, self.chat_id, self.thread_id)


@dataclass(frozen=True, slots=True)
class House:
    """The operator's house at the moment of one update."""

    settings: Settings
    sites: Sources
    bot_name: str
    now: datetime
    update_id: int

    def tx(self, session: Session) -> Tx:
        return Tx(session, self.settings, self.sites, self.now)

    def place(
        self,
        session: Session,
        chat: TelegramChat,
        thread_id: int | None,
        person: Person | None,
    ) -> Place:
        private = chat.type == TelegramChat.PRIVATE
        configured = access.chat_for(session, self.settings, chat.id)
        language = access.language_of(self.settings, person, configured, private=private)
        return Place(chat.id, thread_id, private, configured, language)

    def reply(
        self,
        session: Session,
        place: Place,
        view: str,
        params: Mapping[str, Any] | None = None,
        *,
        reply_to: int | None = None,
        ticket_id: int | None = None,
        nth: int = 0,
    ) -> None:
        """Put an answer in the outbox: one per update, `nth` where an update has several."""
        payload = {
            "view": view,
            "params": plain(params or {}),
            "reply_to": reply_to,
            "language": place.language,
            "private": place.private,
        }
        outbox.put(
            session,
            OutboxKind.REPLY,
            f"reply:{self.update_id}:{nth}",
            place.chat,
            payload,
            self.now,
            ticket_id=ticket_id,
        )

    def operator_name(self) -> str | None:
        """Whom to ask: the person behind the operator's chat, else the first admin."""
        chat = self.settings.chats.get(self.settings.operator_chat)
        person = self.settings.people.get(chat.person) if chat and chat.person else None
        admins = (each for each in self.settings.people.values() if each.role is Role.ADMIN)
        person = person or next(admins, None)
        return person.name if person else None

    def lose_chat(self, session: Session, chat_id: int, reason: str) -> None:
        lose_chat(session, self.settings, chat_id, reason, self.now)


def lose_chat(
    session: Session, settings: Settings, chat_id: int, reason: str, now: datetime
) -> None:
    """A chat takes no messages any more: what waits goes through the next one, the operator is
    told once."""
    before = session.get(ChatRow, chat_id)
    known = before is not None and before.dead_since is not None
    instead = next_chat(session, settings, chat_id)
    # `welcome` knows by the instant which cards these are.
    outbox.bury_cards(session, chat_id, before.dead_since or now if before else now)
    disable_chat(session, chat_id, reason, now, instead)
    lost = access.chat_for(session, settings, chat_id)
    person = settings.person_by_id(chat_id)
    if known or (lost is None and person is None):
        return
    name = person.name if person and not lost else (lost.key if lost else "")
    params = {"chat": name, "person": bool(person), "reason": reason, "at": now.isoformat()}
    params["instead"] = instead.key if instead else None
    tell_operator(session, settings, "dead_chat", params, now, subject=str(chat_id))


def welcome(session: Session, chat_id: int, now: datetime) -> None:
    """A chat speaks to us: if it had been dead, its cards are brought up to date."""
    chat = session.get(ChatRow, chat_id)
    if chat is None or chat.dead_since is None:
        return
    buried = session.exec(
        select(CardRow).where(CardRow.chat_id == chat_id, CardRow.dead_at == chat.dead_since)
    ).all()
    chats.revive_chat(session, chat_id)
    for card in buried:
        card.dead_at = None
        session.add(card)
    session.flush()
    for ticket_id in {card.ticket_id for card in buried}:
        ticket = session.get_one(TicketRow, ticket_id)
        outbox.put_edits(session, ticket_id, ticket.revision, now)


def tell_operator(
    session: Session,
    settings: Settings,
    code: str,
    params: Mapping[str, Any],
    now: datetime,
    *,
    subject: str = "",
) -> None:
    """Put a notice about the bot itself, once per change of the subject's state."""
    operator = settings.chats.get(settings.operator_chat, settings.chats["support"])
    row = session.get(ChatRow, operator.chat_id)
    is_dead = row is not None and row.dead_since is not None
    target = next_chat(session, settings, operator.chat_id) if is_dead else operator
    if target is not None:
        outbox.put(
            session,
            OutboxKind.NOTICE,
            f"notice:{code}:{subject}:{now.isoformat()}:{target.key}",
            target,
            {"code": code, "params": dict(params)},
            now,
        )


def next_chat(session: Session, settings: Settings, chat_id: int) -> Chat | None:
    """Return where to send what a dead chat would not take: support, managers, the operator, then
    anybody of the staff list who can be written to."""
    dead = set(session.exec(select(ChatRow.chat_id).where(col(ChatRow.dead_since).is_not(None))))
    dead.add(chat_id)
    order = ["support", "managers", settings.operator_chat, *settings.chats]
    for key in order:
        chat = settings.chats.get(key)
        if chat is not None and chat.chat_id not in dead:
            return chat
    staff = (each for each in settings.people.values() if each.role is not Role.VIEWER)
    for person in sorted(staff, key=lambda each: -ROLE_ORDER.index(each.role)):
        if person.telegram_id not in dead:
            return outbox.private(person.telegram_id)
    return None


def plain(params: Mapping[str, Any]) -> dict[str, Any]:
    """Return parameters as JSON can hold them: instants become ISO text."""
    return {
        key: value.isoformat()
        if isinstance(value, datetime)
        else dict(value)
        if isinstance(value, Mapping)
        else value
        for key, value in params.items()
    }
