"""What a view gives and delivery takes: one message, where it goes and what it replaces."""

from dataclasses import dataclass

from reviewbot.core.facts import CardFacts
from reviewbot.words.html import Message
from reviewbot.workflow.invitations import Invitation


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What goes out. `edit` is the message to change; `keys_only` leaves its text alone.

    `ticket` and `revision` go into its buttons; `document` is sent in place of the text.
    The link of an `invitation` is good from the moment the message is sent.
    """

    message: Message
    chat_id: int
    thread_id: int | None = None
    reply_to: int | None = None
    ticket: int = 0
    revision: int = 0
    silent: bool = False
    edit: int | None = None
    keys_only: bool = False
    document: bool = False
    mention: int | None = None
    invitation: Invitation | None = None

    @classmethod
    def of(cls, message: Message, facts: CardFacts | None = None) -> "Outgoing":
        """A message and the ticket its buttons are about; where it goes, its row says later."""
        if facts is None:
            return cls(message, 0)
        return cls(message, 0, ticket=facts.number, revision=facts.revision)
