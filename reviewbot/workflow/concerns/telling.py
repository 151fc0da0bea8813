"""Puts the card of a concern into its chats, and edits every copy of it."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from itertools import count

from sqlalchemy import delete, func, or_
from sqlmodel import Session, col, select

from reviewbot.core.calendar.digest_days import places_of
from reviewbot.core.calendar.hours import is_quiet
from reviewbot.core.model import OutboxKind
from reviewbot.core.settings import MANAGERS, SUPPORT, Chat
from reviewbot.core.trends.concern import MEASURED, ConcernKind, ConcernState, Sign
from reviewbot.queries.trends.concern_facts import quoted_in
from reviewbot.store.database import padded
from reviewbot.store.queues import outbox
from reviewbot.store.queues.outbox import UNSENT
from reviewbot.store.tables import ConcernRow, OutboxRow
from reviewbot.store.tx import Tx
from reviewbot.words.vocabulary import View
from reviewbot.workflow.chats import living_chats, shows_all

RING, TOGETHER = 5, timedelta(minutes=10)
"""So many cards ring in a chat within this time, at the most."""


def chats_for(tx: Tx, place: str, beside: Sequence[str] = ()) -> list[Chat]:
    """Return the managers' chat, the chats of the place's own group, and those `beside`."""
    settings = tx.settings
    every = {key for key, each in settings.locations.items() if each.role == "own"}
    keys = [MANAGERS if MANAGERS in settings.chats else SUPPORT]
    for chat in settings.chats.values():
        if chat.chat_id < 0 and chat.key not in (MANAGERS, SUPPORT):
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
    told, is_hushed = 0, is_quiet(desk, tx.now)
    for chat in chats:
        key = f"concern:{concern.id}:{concern.found_at.isoformat()}:{chat.key}"
        told += outbox.put(
            tx.session,
            OutboxKind.CONCERN,
            key,
            chat,
            payload,
            tx.now,
            silent=is_hushed or _rang_enough(tx, chat),
        )
    return told


def _rang_enough(tx: Tx, chat: Chat) -> bool:
    """Whether so many cards rang in a chat just now that one more tells nobody to look up: where
    many places fall on one day, the rest come in silence."""
    rang = tx.session.exec(
        select(func.count())
        .select_from(OutboxRow)
        .where(
            OutboxRow.kind == OutboxKind.CONCERN,
            OutboxRow.chat_id == chat.chat_id,
            OutboxRow.created_at > tx.now - TOGETHER,
            col(OutboxRow.silent).is_(False),
        )
    ).one()
    return rang >= RING


def edit_copies(tx: Tx, concern: ConcernRow) -> None:
    """Have every copy show what is true now. A copy not sent yet will show it by itself; of one on
    its way nobody knows which it shows: its edit waits behind it in its chat."""
    for row in copies(tx.session, concern):
        is_on_its_way = row.message_id is None and row.claimed_until is not None
        if row.chat_id is None or (row.message_id is None and not is_on_its_way):
            continue
        payload = {
            "view": View.CONCERN,
            "concern": concern.id,
            "items": [{"ticket": n} for n in Sign.from_json(concern.facts).tickets],
            "params": {"copy": row.id},
        }
        chat = Chat(row.chat_key, row.chat_id, row.thread_id)
        for nth in count():  # of the edits of one instant
            key = f"concern_edit:{row.id}:{tx.now.isoformat()}:{nth}"
            put = outbox.put(tx.session, OutboxKind.REPLY, key, chat, payload, tx.now, silent=True)
            if put:
                break


def follow_ticket(tx: Tx, ticket_id: int) -> None:
    """Have the cards that hold a ticket show what it has become: whether the reply to one text is
    owed, the draft an incident quotes, where it is this one's or was, and how many are still
    unanswered of what is over."""
    told = select(ConcernRow).where(
        col(ConcernRow.kind).in_((ConcernKind.SAME_TEXT, ConcernKind.INCIDENT)),
        or_(col(ConcernRow.ended_at).is_(None), col(ConcernRow.ended_at) > tx.now - MEASURED),
    )
    for concern in tx.session.exec(told):
        numbers = Sign.from_json(concern.facts).tickets
        if ticket_id not in numbers:
            continue
        quoted = quoted_in(tx.session, numbers)
        # Behind the one that is quoted a draft shows on no card; one that is over counts.
        is_behind = quoted is not None and ticket_id > quoted[0]
        if (
            concern.kind != ConcernKind.INCIDENT
            or concern.state == ConcernState.OVER
            or not is_behind
        ):
            edit_copies(tx, concern)


def follow_measures(tx: Tx, ticket_id: int) -> None:
    """Have the cards that hold a ticket show what is to be done about it, and what was; those that
    are over too, for as long as a measure is told of."""
    told = select(ConcernRow).where(
        ConcernRow.kind != ConcernKind.MEASURE,
        or_(col(ConcernRow.ended_at).is_(None), col(ConcernRow.ended_at) > tx.now - MEASURED),
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


def take_in(
    tx: Tx, concern: ConcernRow, numbers: Collection[int], places: Collection[str]
) -> None:
    """Alerts of these reviews that wait where the card goes are told by it. A copy in a chat that
    may not be shown all of its `places` any more tells nothing new."""
    here = {
        row.chat_id
        for row in copies(tx.session, concern)
        if shows_all(tx, row.chat_id or 0, places)
    }
    tx.session.execute(
        delete(OutboxRow).where(
            *UNSENT,
            col(OutboxRow.kind) == OutboxKind.ALERT,
            col(OutboxRow.claimed_until).is_(None),
            col(OutboxRow.attempts) == 0,
            col(OutboxRow.ticket_id).in_(padded(numbers)),
            col(OutboxRow.chat_id).in_(here),
        )
    )
