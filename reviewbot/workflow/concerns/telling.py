"""Puts the card of a concern into its chats, and edits every copy of it."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from reviewbot.core.calendar.digest_days import places_of
from reviewbot.core.calendar.hours import is_quiet
from reviewbot.core.model import OutboxKind
from reviewbot.core.settings import Chat
from reviewbot.core.trends.concern import ConcernKind, ConcernState, Sign
from reviewbot.store.queues import outbox
from reviewbot.store.tables import ConcernRow, OutboxRow
from reviewbot.store.tx import Tx
from reviewbot.words.vocabulary import View
from reviewbot.workflow.chats import living_chats


def chats_for(tx: Tx, place: str, beside: Sequence[str] = ()) -> list[Chat]:
    """Return the managers' chat, the chats of the place's own group, and those `beside`."""
    settings = tx.settings
    every = {key for key, each in settings.locations.items() if each.role == "own"}
    keys = ["managers" if "managers" in settings.chats else "support"]
    for chat in settings.chats.values():
        if chat.chat_id < 0 and chat.key not in ("managers", "support"):
            told = set(places_of(settings, chat))
            if place in told and told != every:
                keys.append(chat.key)
    return living_chats(tx, list(dict.fromkeys([*keys, *beside])))


def tell(tx: Tx, concern: ConcernRow, chats: Sequence[Chat]) -> int:
    """Put the card into the chats, once each; return how many were put."""
    desk = tx.settings.desk_of(concern.location_key)
    sign = Sign.from_json(concern.facts)
    payload = {
        "concern": concern.id,
        "items": [{"ticket": number} for number in sign.tickets],
    }
    told = 0
    for chat in chats:
        key = f"concern:{concern.id}:{concern.found_at.isoformat()}:{chat.key}"
        told += outbox.put(
            tx.session,
            OutboxKind.CONCERN,
            key,
            chat,
            payload,
            tx.now,
            silent=is_quiet(desk, tx.now),
        )
    return told


def edit_copies(tx: Tx, concern: ConcernRow) -> None:
    """Have every copy show what is true now; a copy not sent yet will show it by itself."""
    for row in copies(tx.session, concern):
        if row.message_id is None or row.chat_id is None:
            continue
        key = f"concern_edit:{row.id}:{tx.now.isoformat()}"
        payload = {
            "view": View.CONCERN,
            "concern": concern.id,
            "items": [{"ticket": n} for n in Sign.from_json(concern.facts).tickets],
            "params": {"message_id": row.message_id},
        }
        chat = Chat(row.chat_key, row.chat_id, row.thread_id)
        outbox.put(tx.session, OutboxKind.REPLY, key, chat, payload, tx.now, silent=True)


def follow_ticket(tx: Tx, ticket_id: int) -> None:
    """Have the cards of one text at several places say whether this ticket's reply is owed."""
    told = select(ConcernRow).where(
        ConcernRow.kind == ConcernKind.SAME_TEXT, ConcernRow.state != ConcernState.OVER
    )
    for concern in tx.session.exec(told):
        if ticket_id in Sign.from_json(concern.facts).tickets:
            edit_copies(tx, concern)


def copies(session: Session, concern: ConcernRow) -> list[OutboxRow]:
    """Return the rows that sent, or will send, the card."""
    stem = f"concern:{concern.id}:"
    return list(
        session.exec(
            select(OutboxRow)
            .where(col(OutboxRow.dedupe_key).startswith(stem, autoescape=True))
            .order_by(col(OutboxRow.id))
        )
    )
