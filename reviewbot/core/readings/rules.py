"""What a reading asks of staff: which reviews want a ticket, which edits made one worse."""

from dataclasses import dataclass

from reviewbot.core.contract import Item
from reviewbot.core.model import SEVERITY_ORDER, TONE_ORDER, Kind, Severity, Tone, Verdict
from reviewbot.core.readings.changes import Arrival, is_answered


@dataclass(frozen=True, slots=True)
class Standing:
    """How a review stood before it changed: its stars, and what was made of it. `tone` is kept as
    the database had it."""

    rating: int | None
    tone: str
    severity: str

    @property
    def is_complaint(self) -> bool:
        return self.tone == Tone.NEGATIVE or self.severity == Severity.CRITICAL


def is_complaint(verdict: Verdict) -> bool:
    """Whether somebody should hear of the review, however old it is."""
    return verdict.is_negative or verdict.severity is Severity.CRITICAL


def wants_ticket(item: Item, verdict: Verdict, arrival: Arrival, *, is_own: bool) -> bool:
    """Whether a review just found may be somebody's duty; `reply_time` has the last word.

    A question waits for its answer, however long. `is_own`: it is about a location of ours, not a
    competitor's.
    """
    if not is_own or is_answered(item) or arrival is Arrival.HISTORY:
        return False
    if item.kind is Kind.QUESTION:
        return True
    return arrival is not Arrival.BACKLOG or is_complaint(verdict)


def became_worse(before: Standing, item: Item, verdict: Verdict) -> bool:
    """Whether stars or verdict fell with an edit."""
    if before.rating is not None and item.rating is not None and item.rating < before.rating:
        return True
    if before.tone in TONE_ORDER and TONE_ORDER.index(verdict.tone) > TONE_ORDER.index(
        Tone(before.tone)
    ):
        return True
    return SEVERITY_ORDER.index(verdict.severity) > SEVERITY_ORDER.index(Severity(before.severity))


def is_to_be_answered(
    before: Standing, verdict: Verdict | None, *, worse: bool, reply_vanished: bool
) -> bool:
    """Whether a changed review that has no ticket now wants one: it became worse, or lost its
    reply, and is a complaint. `verdict` None: it was not judged anew."""
    complaint = is_complaint(verdict) if verdict is not None else before.is_complaint
    return (worse or reply_vanished) and complaint
