"""Messages about what is done beside a reply: to one person, below the card, at their time."""

from datetime import datetime
from typing import Any

from reviewbot.core.calendar import hours
from reviewbot.core.model import OutboxKind
from reviewbot.core.settings import Chat, Person
from reviewbot.store.cases import Case
from reviewbot.store.queues import outbox
from reviewbot.store.tx import Tx
from reviewbot.words.vocabulary import View
from reviewbot.workflow import handoffs


def changes_card(tx: Tx, case: Case) -> None:
    """Count what the card shows as changed: the audit row that follows has a number of its own."""
    case.ticket.revision += 1
    tx.session.add(case.ticket)
    tx.session.flush()


def tell(
    tx: Tx,
    case: Case,
    person: Person,
    view: View,
    params: dict[str, Any],
    at: datetime | None = None,
) -> None:
    """Tell somebody where they are told of handoffs, from an instant on."""
    chat = handoffs.chat_for(tx, case, person)
    put(tx, case, chat, view, {**params, "to": person.key}, at)


def put(
    tx: Tx,
    case: Case,
    chat: Chat,
    view: View,
    params: dict[str, Any],
    at: datetime | None = None,
) -> None:
    """Put a message about a ticket in the outbox; of one view one for each change of the card."""
    at = at or tx.now
    outbox.put(
        tx.session,
        OutboxKind.REPLY,
        f"{view}:{case.ticket_id}:{case.ticket.revision}",
        chat,
        {
            "view": view,
            "params": params,
            "reply_to": outbox.card_message(
                tx.session, case.ticket_id, chat.chat_id, chat.thread_id
            ),
        },
        tx.now,
        ticket_id=case.ticket_id,
        silent=hours.is_quiet(case.desk, at),
        not_before=at,
    )
