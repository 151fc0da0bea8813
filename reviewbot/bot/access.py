"""Who is it, may they, and where are we: by Telegram ids only, never by names."""

from sqlalchemy import or_
from sqlmodel import Session, col, select
from telegram import Chat as TelegramChat

from reviewbot.core.model import OutboxKind
from reviewbot.core.settings import Chat, Person, Settings
from reviewbot.core.ticket import Actor
from reviewbot.store.tables import CardRow, OutboxRow


def actor_of(person: Person) -> Actor:
    return Actor(person.key, person.name, person.role)


def language_of(
    settings: Settings, person: Person | None, chat: Chat | None, *, private: bool
) -> str:
    """A person's own language in private, the chat's in a group."""
    if private and person is not None and person.language:
        return person.language
    return (chat.language if chat else None) or settings.language


def was_shown(session: Session, chat: TelegramChat, message_id: int, ticket_id: int) -> bool:
    """Whether we showed this ticket, or this very list of tickets, in this chat.

    A forwarded or copied button in another chat is nobody's press.
    """
    if chat.type == TelegramChat.PRIVATE:
        return True
    card = select(CardRow.id).where(CardRow.ticket_id == ticket_id, CardRow.chat_id == chat.id)
    if session.exec(card.limit(1)).first() is not None:
        return True
    about = select(OutboxRow.id).where(
        OutboxRow.chat_id == chat.id,
        or_(col(OutboxRow.ticket_id) == ticket_id, col(OutboxRow.message_id) == message_id),
    )
    return session.exec(about.limit(1)).first() is not None


def outbox_of(session: Session, chat_id: int, message_id: int) -> OutboxRow | None:
    """Return the newest row that made a message what it is; edits of a card do not count."""
    return session.exec(
        select(OutboxRow)
        .where(
            OutboxRow.chat_id == chat_id,
            OutboxRow.message_id == message_id,
            OutboxRow.kind != OutboxKind.EDIT,
        )
        .order_by(col(OutboxRow.id).desc())
        .limit(1)
    ).first()
