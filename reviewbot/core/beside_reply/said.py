"""What people said and did about one review beside its reply, as a card shows it.

Instants are aware UTC; names are as they are shown.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class GestureFacts:
    """What a colleague offered the guest: a sum, and in words what it is ("")."""

    who: str
    sum: int
    what: str


@dataclass(frozen=True, slots=True)
class NoteFacts:
    """What a colleague said about a review: a note, or why it was sent back."""

    at: datetime
    who: str
    text: str


@dataclass(frozen=True, slots=True)
class PlaceFacts:
    """A question to the place, due `due_at`, and what was answered last, by whom; None: nothing
    yet."""

    number: int
    who: str
    question: str
    due_at: datetime
    answer: str | None = None
    answered_by: str = ""


@dataclass(frozen=True, slots=True)
class MeasureNoted:
    """What is to be done, by whom (a name), by when; since when, and by whose word, it is."""

    number: int
    what: str
    who: str
    due_at: datetime
    done_at: datetime | None = None
    done_by: str = ""


class ComplaintOutcome(StrEnum):
    """How far a complaint to the site came."""

    SENT = "sent"
    REMOVED = "removed"
    REFUSED = "refused"
    RETURNED = "returned"
    """Removed, and on the site again."""


class ComplaintGround(StrEnum):
    """Why a site should remove a review."""

    NOT_OURS = "not_ours"
    ABUSE = "abuse"
    PERSONAL = "personal"
    BOUGHT = "bought"


@dataclass(frozen=True, slots=True)
class ComplaintFacts:
    """The last that is known of a complaint to the site; `who` is "" for the site's own doing."""

    outcome: ComplaintOutcome
    at: datetime
    who: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BesideReply:
    """All of it. `may_ask`: the place can be asked."""

    may_ask: bool = False
    questions: tuple[PlaceFacts, ...] = ()
    measures: tuple[MeasureNoted, ...] = ()
    fault: str = ""
    """Who confirmed that the guest is right; "": nobody."""
    complaint: ComplaintFacts | None = None

    @property
    def place(self) -> PlaceFacts | None:
        """The last question."""
        return self.questions[-1] if self.questions else None
