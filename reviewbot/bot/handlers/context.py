"""What the handlers of one update share: the settings, the moment, the ways to say something."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session
from telegram import Chat as TelegramChat

from reviewbot.bot import access
from reviewbot.core.model import OutboxKind, Role
from reviewbot.core.settings import Chat, Person, Settings
from reviewbot.core.source_facts import Sources
from reviewbot.store.queues import outbox
from reviewbot.store.tx import Tx
from reviewbot.workflow.chats import configured_chat


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
        configured = configured_chat(self.tx(session), chat.id)
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
