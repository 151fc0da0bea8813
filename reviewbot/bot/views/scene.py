"""What a view works with: the row that is sent, the facts of this moment, who reads it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from reviewbot.bot import access
from reviewbot.core.facts import CardFacts
from reviewbot.core.model import Role
from reviewbot.core.settings import Person
from reviewbot.queries.card_facts import card_facts
from reviewbot.store.people import person_by_id, person_of
from reviewbot.store.tables import OutboxRow
from reviewbot.store.tx import Tx
from reviewbot.workflow.chats import configured_chat, places_shown_in

NewCode = Callable[[], str]
"""Makes an invitation's code: letters that a link takes, at random, beyond guessing."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What a view works with: one row, and who reads it in which language."""

    tx: Tx
    row: OutboxRow
    language: str
    group: bool
    person: Person | None
    bot_name: str
    new_code: NewCode
    guests_bot_name: str
    """Of the bot that guests' links lead into."""

    @property
    def params(self) -> dict[str, Any]:
        return dict(self.row.payload.get("params") or {})

    def facts(self, ticket_id: int | None = None) -> CardFacts:
        number = ticket_id or self.row.ticket_id
        assert number is not None
        facts = card_facts(self.tx, number)
        if facts is None:
            raise LookupError(f"no ticket {number}")
        shown = set(self.shown_places(each.location for each in facts.elsewhere))
        elsewhere = tuple(each for each in facts.elsewhere if each.location in shown)
        return replace(facts, elsewhere=elsewhere)

    def shown_places(self, keys: Iterable[str]) -> list[str]:
        """Return those of the places that this chat may be shown."""
        here = places_shown_in(self.tx, self.row.chat_id or 0)
        if here is not None:
            return [key for key in keys if key in here]
        if self.person is None:
            return list(keys)
        return [key for key in keys if self.tx.settings.may_see(self.person, key)]

    @property
    def role(self) -> Role | None:
        """The reader's, where the chat has one reader."""
        return self.person.role if self.person and not self.group else None

    @property
    def is_strangers(self) -> bool:
        """Whether it is the private chat of somebody who is on the list no longer."""
        chat_id = self.row.chat_id or 0
        known = self.group or self.person is not None
        return not known and configured_chat(self.tx, chat_id) is None

    @property
    def asking(self) -> Person | None:
        """Who asked."""
        key = self.params.get("person")
        return person_of(self.tx, key) if key else None


def scene_of(
    tx: Tx, row: OutboxRow, bot_name: str, new_code: NewCode, guests_bot_name: str | None = None
) -> Scene:
    """Return what a row's view works with; the language is the row's own, else its reader's."""
    guests_bot_name = bot_name if guests_bot_name is None else guests_bot_name
    chat_id = row.chat_id or 0
    group = chat_id < 0
    person = None if group else person_by_id(tx, chat_id)
    chat = tx.settings.chats.get(row.chat_key) or configured_chat(tx, chat_id)
    chosen = row.payload.get("language")
    language = chosen or access.language_of(tx.settings, person, chat, private=not group)
    return Scene(tx, row, language, group, person, bot_name, new_code, guests_bot_name)
