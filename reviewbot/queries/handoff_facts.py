"""Facts of a handoff: whose turn it is, as of the moment it is sent."""

from reviewbot.core.facts import (
    Addressee,
    HandoffFacts,
)
from reviewbot.core.handoffs import HandoffKind, still_holds
from reviewbot.queries.card_facts import card_facts
from reviewbot.store.people import name_of, person_of
from reviewbot.store.tables import (
    OutboxRow,
    TicketRow,
)
from reviewbot.store.tx import Tx


def handoff_facts(tx: Tx, row: OutboxRow) -> HandoffFacts | None:
    """Return what a handoff's row says, as of `now`; None where the ticket has moved on since, or
    nobody of those it was for is on the list."""
    card = card_facts(tx, row.ticket_id) if row.ticket_id is not None else None
    kind, keys = HandoffKind(row.payload["kind"]), row.payload["to"]
    asked = [person for key in keys if (person := person_of(tx, key))]
    if card is None or not asked:
        return None
    ticket = tx.session.get_one(TicketRow, card.number)
    if ticket.round != row.round or not still_holds(kind, asked[0].key, card.state, ticket.holder):
        return None
    return HandoffFacts(
        card,
        kind,
        tuple(Addressee(person.name, person.telegram_id) for person in asked),
        by=name_of(tx, row.payload.get("by")),
        reason=row.payload.get("reason"),
    )
