"""What stands open, told in every chat that has cards of it: after the bot was away."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlmodel import col, select

from reviewbot.core.model import OutboxKind
from reviewbot.core.settings import Chat
from reviewbot.queries.card_facts import short_name
from reviewbot.queries.open_tickets import excerpt, to_do
from reviewbot.store.cases import load, place_of
from reviewbot.store.queues import outbox
from reviewbot.store.tables import CardRow, ReviewRow, TicketRoundRow, TicketRow
from reviewbot.store.tx import Tx
from reviewbot.words.vocabulary import NoticeCode
from reviewbot.workflow import chats, rounds

LISTED = 20
"""Reviews that one message names; the rest is a number, and /queue."""


_Told = dict[tuple[int, int | None], tuple[Chat, list[int]]]
"""By chat and topic: the chat, and the numbers of the reviews it is told of."""


def tell(tx: Tx, code: NoticeCode, params: Mapping[str, Any]) -> int:
    """Put the notice, with the open reviews whose cards a chat has, into each such chat and into
    the operator's; return how many. The same chat hears of one day's absence once."""
    rows = tx.session.execute(to_do(tx, None)).all()
    lines = {
        ticket.id or 0: _line(tx, ticket, round_, review)
        for ticket, round_, review, _target in sorted(
            rows, key=lambda row: (row[1].reply_deadline or tx.now, row[0].id or 0)
        )
    }
    told = _by_chat(tx, [ticket for ticket, *_ in rows], list(lines))
    operator = tx.settings.chats[tx.settings.operator_chat]
    told.setdefault((operator.chat_id, operator.thread_id), (operator, list(lines)))
    return sum(
        _put(tx, chat, code, params, [lines[number] for number in numbers])
        for chat, numbers in told.values()
    )


def _put(
    tx: Tx, chat: Chat, code: NoticeCode, params: Mapping[str, Any], items: Sequence[Any]
) -> bool:
    told = {**params, "open": list(items[:LISTED]), "total": len(items)}
    return outbox.put(
        tx.session,
        OutboxKind.NOTICE,
        f"notice:{code}:{tx.now:%Y-%m-%d}:{chat.key}:{chat.thread_id or 0}",
        chat,
        {"code": code, "params": told},
        tx.now,
    )


def _line(tx: Tx, ticket: TicketRow, round_: TicketRoundRow, review: ReviewRow) -> dict[str, Any]:
    due = round_.reply_deadline
    return {
        "ticket": ticket.id,
        "place": short_name(tx.settings, place_of(tx, ticket.location_key).name),
        "rating": review.rating,
        "excerpt": excerpt(review),
        "due_at": due.isoformat() if due else None,
    }


def _by_chat(tx: Tx, tickets: Sequence[TicketRow], order: Sequence[int]) -> _Told:
    """Return the living chats that show cards of these tickets, or were to, with the numbers of
    each, in the given order."""
    places: dict[tuple[int, int | None], tuple[Chat, set[int]]] = {}

    def note(chat: Chat, number: int) -> None:
        if chats.is_alive(tx.session, chat):
            places.setdefault((chat.chat_id, chat.thread_id), (chat, set()))[1].add(number)

    carded = set()
    for card in tx.session.exec(select(CardRow).where(col(CardRow.dead_at).is_(None))):
        if card.ticket_id in order and card.chat_id < 0:
            carded.add(card.ticket_id)
            note(Chat(card.chat_key, card.chat_id, card.thread_id), card.ticket_id)
    for ticket in tickets:
        case = None if ticket.id in carded or not ticket.carded else load(tx, ticket.id or 0)
        if case is not None:
            for chat in chats.living_chats(tx, rounds.chats_of(tx.settings, case)[:1]):
                note(chat, case.ticket_id)
    return {
        place: (chat, [number for number in order if number in here])
        for place, (chat, here) in places.items()
    }
