"""What a view gives and delivery takes: one message, where it goes and what it replaces."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from reviewbot.core.facts import CardFacts
from reviewbot.core.trends.pictures import Picture
from reviewbot.words.html import Message
from reviewbot.workflow.invitations import Invitation
from reviewbot.workflow.pinned_summary import ShownSummary
from reviewbot.workflow.surveys.guest_links import GuestLink


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What goes out. `edit` is the message to change; `keys_only` leaves its text alone.

    `ticket` and `revision` go into its buttons; `document` is sent in place of the text.
    A `picture` goes with the text as its caption where that fits, else below it as a view CHART of
    `picture_of`; where it cannot be drawn, `undrawn` is sent, by default the text alone.
    An `album` is of two pictures or more, each with its caption; the first's is `message`.
    A `photo` is a picture that is there already (PNG). The link of an `invitation`, or of a
    `guest_link`, is good from the moment the message is sent. `forgets` names parameters that the
    row does not keep beyond that moment. `pin`: the message to pin; nothing is sent then.
    `summary`: whose summary this is. `only_for`: the one person of a group who is to see it.
    `photos` are addresses that Telegram fetches; the message stands for them where it will not.
    `deletes`: messages to delete; this one is sent only where Telegram does not let us.
    `refused` are the newer abilities (telegram.abilities) that this server does not have.
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
    picture: Picture | None = None
    picture_of: Mapping[str, Any] = field(default_factory=dict)
    undrawn: Message | None = None
    photo: bytes | None = None
    guest_link: GuestLink | None = None
    album: tuple[tuple[Picture, Message], ...] = ()
    pin: int | None = None
    summary: ShownSummary | None = None
    forgets: tuple[str, ...] = ()
    only_for: int | None = None
    photos: tuple[str, ...] = ()
    deletes: tuple[int, ...] = ()
    refused: frozenset[str] = frozenset()

    @classmethod
    def of(cls, message: Message, facts: CardFacts | None = None) -> "Outgoing":
        """A message and the ticket its buttons are about; where it goes, its row says later."""
        if facts is None:
            return cls(message, 0)
        return cls(message, 0, ticket=facts.number, revision=facts.revision)
