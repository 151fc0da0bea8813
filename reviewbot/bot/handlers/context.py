"""What the handlers of one update share: the transaction, who asks in which chat, how to reply."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from telegram import Chat as TelegramChat
from telegram import Message

from reviewbot.bot import access
from reviewbot.bot.callback_data import Press
from reviewbot.core.errors import Refused
from reviewbot.core.model import Approval, BotKey, OutboxKind, Role
from reviewbot.core.settings import Chat, Person, Settings
from reviewbot.core.ticket import Actor
from reviewbot.core.ticket_table import may_approve
from reviewbot.queries.card_facts import card_facts, operator_name
from reviewbot.store.queues import outbox, unsent
from reviewbot.store.tables import OutboxRow, TicketRow
from reviewbot.store.tx import Tx
from reviewbot.words.refusals import refusal
from reviewbot.words.toasts import Toast, toast
from reviewbot.words.vocabulary import View
from reviewbot.workflow.chats import configured_chat, places_shown_in, private_chat


@dataclass(frozen=True, slots=True)
class PressAnswer:
    """The one answer to a press, sent after the commit. `text` has at most 200 characters."""

    query_id: str
    text: str = ""
    alert: bool = False


class PopUp(str):
    """An answer to a press that stays until it is closed; at most 200 characters."""


@dataclass(frozen=True, slots=True)
class ReplyChat:
    """The chat in which something was said or pressed, and the language one speaks there."""

    chat_id: int
    thread_id: int | None
    private: bool
    configured: Chat | None
    language: str
    bot: BotKey = BotKey.STAFF

    @property
    def address(self) -> Chat:
        """The chat as the outbox takes it."""
        key = self.configured.key if self.configured else f"id:{self.chat_id}"
        return Chat(key, self.chat_id, self.thread_id, bot=self.bot)

    def in_private(self, telegram_id: int, language: str = "") -> "ReplyChat":
        """The private chat of a person; `language`: theirs, where it is not this chat's."""
        return ReplyChat(telegram_id, None, True, None, language or self.language)

    def answer_to(self, message_id: int | None) -> dict[str, object]:
        """Where and how an answer goes, for whoever does the work that a row asks for."""
        address = self.address
        return {
            "chat_key": address.key,
            "chat_id": address.chat_id,
            "thread_id": address.thread_id,
            "told": {"reply_to": message_id, "language": self.language, "private": self.private},
        }


class NotYet(Exception):
    """What this update is about may be a message on its way, whose number we do not know yet: it
    is handled once that is written down."""


MAY_WAIT = timedelta(minutes=2)
"""Longer than a claim of a message lasts: by then its number is known, or never will be."""


@dataclass(frozen=True, slots=True)
class UpdateContext:
    """One update: the transaction in which it is handled, the bot's name, its number, when it
    came (None: as if long ago), and which bot it came to. `guests_bot_name` is that of the bot
    that guests' links lead into, "" while Telegram has not told it."""

    tx: Tx
    bot_name: str
    update_id: int
    received_at: datetime | None = None
    bot: BotKey = BotKey.STAFF
    guests_bot_name: str = ""

    @property
    def mark(self) -> str:
        """The update's number as keys hold it: unique over both bots."""
        number = str(self.update_id)
        return number if self.bot is BotKey.STAFF else f"{self.bot}.{number}"

    def wait_for_mark(self, chat_id: int) -> None:
        """Raises NotYet while a message to the chat is on its way."""
        came = self.received_at
        may_wait = came is not None and came <= self.tx.now < came + MAY_WAIT
        if may_wait and unsent.is_sending(self.tx.session, chat_id, self.tx.now, self.bot):
            raise NotYet

    def chat_of(
        self, chat: TelegramChat, thread_id: int | None, person: Person | None
    ) -> ReplyChat:
        private = chat.type == TelegramChat.PRIVATE
        configured = configured_chat(self.tx, chat.id)
        language = access.language_of(self.tx.settings, person, configured, private=private)
        return ReplyChat(chat.id, thread_id, private, configured, language, self.bot)

    def chat_of_message(self, message: Message, person: Person | None) -> ReplyChat:
        thread = message.message_thread_id if message.is_topic_message else None
        return self.chat_of(message.chat, thread, person)

    def reply(
        self,
        chat: ReplyChat,
        view: View,
        params: Mapping[str, Any] | None = None,
        *,
        reply_to: int | None = None,
        ticket_id: int | None = None,
        nth: int = 0,
    ) -> None:
        """Put an answer in the outbox: one per update, `nth` where an update has several."""
        outbox.put(
            self.tx.session,
            OutboxKind.REPLY,
            f"reply:{self.mark}:{nth}",
            chat.address,
            _shown(chat, view, params or {}, reply_to),
            self.tx.now,
            ticket_id=ticket_id,
        )

    def reply_once(
        self,
        chat: ReplyChat,
        view: View,
        params: Mapping[str, Any],
        *,
        reply_to: int,
        to: int = 0,
    ) -> None:
        """Put an answer in the outbox, unless the chat (or `to`, a person in it) had the same
        within the last ONCE."""
        here = str(chat.chat_id) if self.bot is BotKey.STAFF else f"{self.bot}.{chat.chat_id}"
        stem = f"once:{view}:{params.get('code', '')}:{here}:{to}:"
        if outbox.was_put(self.tx.session, stem, self.tx.now - ONCE):
            return
        outbox.put(
            self.tx.session,
            OutboxKind.REPLY,
            f"{stem}{self.mark}",
            chat.address,
            _shown(chat, view, params, reply_to),
            self.tx.now,
        )

    def refuse(
        self,
        chat: ReplyChat,
        refused: Refused,
        reply_to: int,
        ticket_id: int | None = None,
        to: int | None = None,
    ) -> None:
        """Say in the chat why something was not done; `to`: in a group, to that person alone where
        Telegram can do that."""
        params = {"code": refused.code, **refused.params, "only_for": to}
        self.reply(chat, View.REFUSAL, params, reply_to=reply_to, ticket_id=ticket_id)

    def operator_name(self) -> str | None:
        """Whom to ask: the person behind the operator's chat, else the first admin."""
        settings = self.tx.settings
        admins = (each.name for each in settings.people.values() if each.role is Role.ADMIN)
        return operator_name(settings) or next(admins, None)


@dataclass(frozen=True, slots=True)
class StaffRequest:
    """Somebody of the staff list asks for something in a chat."""

    context: UpdateContext
    person: Person
    chat: ReplyChat

    @property
    def tx(self) -> Tx:
        return self.context.tx

    @property
    def settings(self) -> Settings:
        return self.context.tx.settings

    @property
    def actor(self) -> Actor:
        return access.actor_of(self.person)

    def reply(self, view: View, params: Mapping[str, Any] | None = None, **more: Any) -> None:
        """Put an answer in the outbox (UpdateContext.reply)."""
        self.context.reply(self.chat, view, params, **more)

    def reply_to_one(
        self,
        view: View,
        params: Mapping[str, Any],
        *,
        reply_to: int | None = None,
        ticket_id: int | None = None,
    ) -> bool:
        """Answer what concerns who asked alone: from a group in their private chat; return whether
        it went there. Who never pressed /start gets it here, alone where that can be."""
        person, here = self.person, self.chat
        if here.private or private_chat(self.tx, person) is None:
            alone = None if here.private else person.telegram_id
            given = {**params, "only_for": alone if view in WITHOUT_KEYS else None}
            self.context.reply(here, view, given, reply_to=reply_to, ticket_id=ticket_id)
            return False
        language = access.language_of(self.settings, person, None, private=True)
        own = here.in_private(person.telegram_id, language)
        self.context.reply(own, view, params, ticket_id=ticket_id)
        return True

    def toast(self, what: Toast | None, ticket_id: int | None = None) -> str:
        """The sentence that answers a press; `ticket_id`: with the facts of that ticket."""
        facts = card_facts(self.tx, ticket_id) if ticket_id else None
        return toast(what, facts, self.chat.language)

    def sentence(self, refused: Refused) -> str:
        """A refusal in words, for a pop-up."""
        language, zone = self.chat.language, self.settings.zone
        return refusal(refused.code, refused.params, language, zone, now=self.tx.now)

    def sent_as(self, message_id: int) -> OutboxRow | None:
        """The newest row that made a message of this chat what it is."""
        return access.outbox_of(self.tx.session, self.chat.chat_id, message_id)

    def must_not_be_viewer(self) -> None:
        """Raises Refused(viewer)."""
        if self.person.role is Role.VIEWER:
            raise Refused("viewer")

    def must_be_admin(self) -> None:
        """Raises Refused(admin_only)."""
        if self.person.role is not Role.ADMIN:
            raise Refused("admin_only")

    def must_be_private(self) -> None:
        """Raises Refused(private_only)."""
        if not self.chat.private:
            raise Refused("private_only")

    def visible_places(self) -> tuple[str, ...]:
        """Return the own places that this person, and this chat, may be shown."""
        here = places_shown_in(self.tx, self.chat.chat_id)
        return tuple(
            place.key
            for place in self.settings.locations.values()
            if place.role == "own"
            and self.settings.may_see(self.person, place.key)
            and (here is None or place.key in here)
        )

    def may_see(self, ticket: TicketRow) -> TicketRow:
        """Return the ticket. Raises Refused(not_your_location)."""
        if not self.settings.may_see(self.person, ticket.location_key):
            raise Refused("not_your_location")
        return ticket


@dataclass(frozen=True, slots=True)
class PressRequest(StaffRequest):
    """A press, on a message we sent."""

    press: Press
    message_id: int

    @property
    def row(self) -> OutboxRow | None:
        """The newest row that made the pressed message what it is."""
        return self.sent_as(self.message_id)

    def reply(self, view: View, params: Mapping[str, Any] | None = None, **more: Any) -> None:
        """Put an answer in the outbox. Raises Refused(old_button) where the pressed message would
        become what it never was: that key is of somebody's making."""
        chat, number = self.chat.chat_id, self.message_id
        if (params or {}).get("message_id") == number and not access.may_become(
            self.tx.session, chat, number, view, more.get("ticket_id")
        ):
            raise Refused("old_button")
        super(PressRequest, self).reply(view, params, **more)

    @property
    def offset(self) -> int:
        """The page a turning key names."""
        return min(int(self.press.arg), FARTHEST) if self.press.arg.isdecimal() else 0


@dataclass(frozen=True, slots=True)
class MessageRequest(StaffRequest):
    """A message; `argument`: what follows its command."""

    message: Message
    argument: str = ""

    def tell_alone(self, view: View, params: Mapping[str, Any]) -> None:
        """Answer a command that concerns who wrote it alone, with a word below it where the
        answer stands in their private chat."""
        if self.reply_to_one(view, params):
            told = {"code": "answered_in_private", "only_for": self.person.telegram_id}
            self.reply(View.REFUSAL, told, reply_to=self.message.message_id, nth=1)

    def refuse(self, refused: Refused, ticket_id: int | None = None) -> None:
        """Say below the message, to who wrote it, why it had no effect."""
        to = self.person.telegram_id
        self.context.refuse(self.chat, refused, self.message.message_id, ticket_id, to)


WITHOUT_KEYS = (View.AWAY,)
"""What is said without its keys where one person of a group sees it: such a message has no number,
so that its keys would do nothing."""
FARTHEST = 10**6
ONCE = timedelta(hours=1)
"""How long what nobody asked for is not said again."""


def approves_alone(request: StaffRequest, ticket_id: int) -> bool:
    """Whether this person's own text needs nobody else's word."""
    ticket = request.tx.session.get(TicketRow, ticket_id)
    if ticket is None:
        return False
    approval = request.settings.desk_of(ticket.location_key).approval
    alone = approval is not Approval.TWO_PEOPLE
    return alone and may_approve(request.person.role, approval)


def view_of(row: OutboxRow | None) -> str | None:
    """Return the name of the view a row shows (words.vocabulary.View)."""
    return row.payload.get("view") if row is not None else None


def params_of(row: OutboxRow | None) -> dict[str, Any]:
    """Return what a row's view was given."""
    return dict(row.payload.get("params") or {}) if row is not None else {}


def _shown(
    chat: ReplyChat, view: View, params: Mapping[str, Any], reply_to: int | None
) -> dict[str, Any]:
    """Return what a row says of an answer: bot.views reads it."""
    return {
        "view": view,
        "params": plain(params),
        "reply_to": reply_to,
        "language": chat.language,
        "private": chat.private,
    }


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
