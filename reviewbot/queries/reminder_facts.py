"""Facts of a reminder: what its payload says, as of the moment it is sent."""

from typing import Any

from reviewbot.core.facts import (
    ReminderFacts,
)
from reviewbot.core.model import (
    ReminderKind,
)
from reviewbot.core.parse_time import instant
from reviewbot.queries.card_facts import card_facts
from reviewbot.store.people import name_of, person_of
from reviewbot.store.tx import Tx


def reminder_facts(tx: Tx, payload: dict[str, Any]) -> list[ReminderFacts]:
    """Return what a reminder's or an escalation's payload says, as of `now`."""
    items = []
    for item in payload["items"]:
        card = card_facts(tx, int(item["ticket"]))
        if card is None:
            continue
        items.append(
            ReminderFacts(
                card=card,
                kind=ReminderKind(item["kind"]),
                due_at=instant(item.get("due_at")) or card.reply_deadline or tx.now,
                to=name_of(tx, item.get("to")),
                to_id=_number_of(tx, item.get("to")),
                next_at=instant(item.get("next_at")),
                next_to=_announced(tx, item.get("next_to")),
            )
        )
    return items


def _number_of(tx: Tx, key: str | None) -> int | None:
    person = person_of(tx, key) if key else None
    return person.telegram_id if person else None


def _announced(tx: Tx, key: str | None) -> str | None:
    """Return the name of the person a next step reaches; chats are not announced."""
    if key is None or key in tx.settings.chats or key.startswith("id:"):
        return None
    return name_of(tx, key)
