"""Who is it, may they, and where are we: by Telegram ids only, never by names."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlmodel import Session, col, select
from telegram import Chat as TelegramChat

from reviewbot.core.model import BotKey, OutboxKind
from reviewbot.core.settings import Chat, Person, Settings
from reviewbot.core.ticket import Actor
from reviewbot.queries.open_tickets import Among, Chosen
from reviewbot.queries.uncarded import LOOKED_BACK, uncarded
from reviewbot.store.tables import CardRow, OutboxRow, TicketRow
from reviewbot.store.tx import Tx
from reviewbot.words.vocabulary import View
from reviewbot.workflow.chats import places_shown_in
from reviewbot.workflow.digests import among_for


def actor_of(person: Person) -> Actor:
    return Actor(person.key, person.name, person.role)


def language_of(
    settings: Settings, person: Person | None, chat: Chat | None, *, private: bool
) -> str:
    """A person's own language in private, the chat's in a group."""
    if private and person is not None and person.language:
        return person.language
    return (chat.language if chat else None) or settings.language


def was_shown(tx: Tx, chat: TelegramChat, message_id: int, ticket_id: int) -> bool:
    """Whether we showed this ticket in this chat, or a list there that may hold it: one of a place
    whose reviews the chat is shown.

    A forwarded or copied button in another chat is nobody's press.
    """
    session = tx.session
    if chat.type == TelegramChat.PRIVATE:
        return True
    card = select(CardRow.id).where(CardRow.ticket_id == ticket_id, CardRow.chat_id == chat.id)
    if session.exec(card.limit(1)).first() is not None:
        return True
    here = select(OutboxRow.id).where(OutboxRow.chat_id == chat.id).limit(1)
    if session.exec(here.where(OutboxRow.ticket_id == ticket_id)).first() is not None:
        return True
    if session.exec(here.where(OutboxRow.message_id == message_id)).first() is None:
        return False
    ticket, places = session.get(TicketRow, ticket_id), places_shown_in(tx, chat.id)
    return ticket is None or places is None or ticket.location_key in places


def list_scope(tx: Tx, chat_id: int, params: Mapping[str, Any]) -> Among:
    """Return which open tickets a list, or one after another, is of, by the parameters of its
    view. Whoever asked in a group: it sees what is the group's."""
    if numbers := tuple(params.get("listed", ())):
        return Among(tx.now, numbers=numbers)
    wanted = among_for(tx.settings, params.get("chat"), tx.now, ready=False) or Among(tx.now)
    wanted = replace(wanted, chosen=Chosen(**params.get("chosen", {})))
    here = places_shown_in(tx, chat_id)
    if here is None:
        return wanted
    both = [key for key in here if wanted.places is None or key in wanted.places]
    return replace(wanted, places=tuple(both))


def uncarded_in(
    tx: Tx, chat_id: int, person: Person | None, params: Mapping[str, Any]
) -> list[int]:
    """Return the ids of late reviews without a card, at the places that a list of open tickets
    shows, of those `person` may see."""
    shown = list_scope(tx, chat_id, params).places
    places = [
        key
        for key in (tx.settings.locations if shown is None else shown)
        if person is None or tx.settings.may_see(person, key)
    ]
    return uncarded(tx, places, tx.now - LOOKED_BACK, tx.now + timedelta(seconds=1))


def searched_in(tx: Tx, chat_id: int, person: Person | None) -> Sequence[str] | None:
    """Return the places a search in a chat is of, by who asks; None: all."""
    here = places_shown_in(tx, chat_id)
    if person is None or not person.only:
        return here
    own = [key for key in tx.settings.locations if tx.settings.may_see(person, key)]
    return tuple(key for key in own if here is None or key in here)


def outbox_of(session: Session, chat_id: int, message_id: int) -> OutboxRow | None:
    """Return the newest row that made a message what it is; edits of a card do not count."""
    return session.exec(
        select(OutboxRow)
        .where(
            OutboxRow.chat_id == chat_id,
            OutboxRow.bot == BotKey.STAFF,
            OutboxRow.message_id == message_id,
            OutboxRow.kind != OutboxKind.EDIT,
        )
        .order_by(col(OutboxRow.id).desc())
        .limit(1)
    ).first()


def may_become(
    session: Session, chat_id: int, message_id: int, view: View, ticket_id: int | None
) -> bool:
    """Whether a message of ours may be shown as this view when one of its keys is pressed: as one
    of its kind, about the same ticket. A card may get menus alone."""
    row = outbox_of(session, chat_id, message_id)
    if row is None:
        # What is not kept any more; a card is known for ever.
        known = select(CardRow.id).where(
            CardRow.chat_id == chat_id, CardRow.message_id == message_id
        )
        return view is View.MENU or session.exec(known.limit(1)).first() is None
    if row.kind != OutboxKind.REPLY and view is View.MENU:
        return row.bundle_id is None and row.ticket_id == ticket_id
    if row.kind == OutboxKind.NOTICE:
        return view is View.CLEAR
    about_other = None not in (row.ticket_id, ticket_id) and row.ticket_id != ticket_id
    return not about_other and row.payload.get("view") in BECOMES.get(view, (view,))


_TEMPLATES = (View.TEMPLATES, View.TEMPLATE, View.TEMPLATE_SAVED)
BECOMES: Mapping[View, tuple[View, ...]] = {
    View.TEMPLATES: _TEMPLATES,
    View.TEMPLATE: _TEMPLATES,
    View.TEMPLATE_SAVED: (View.TEMPLATE_OFFER,),
    View.READY: (View.READY, View.READY_DONE),
    View.READY_DONE: (View.READY, View.READY_DONE),
    View.INVITATION_KEYS: (View.INVITATION, View.INVITATION_KEYS),
    View.INVITATION_OVER: (View.INVITATION, View.INVITATION_KEYS),
    View.MENU: (View.CARD, View.QUEUE, View.MENU),
    View.CLEAR: (
        View.ASK_MEANING,
        View.DRAFT_SAVED,
        View.BACK_SAVED,
        View.IMPORT_WHICH,
        View.FILE_CHANGE,
        View.CONCERN_NOTED,
        View.CLEAR,
    ),
}
"""What messages a view may take the place of when one of their keys is pressed; one that is not
named here, those of its own kind."""
