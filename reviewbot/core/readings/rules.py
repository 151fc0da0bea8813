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


def is_complaint(tone: str, severity: str) -> bool:
    """Whether a review is taken for a complaint by staff: they hear of it, however old it is.
    Figures count by the tone alone."""
    return tone == Tone.NEGATIVE or severity == Severity.CRITICAL


def wants_ticket(item: Item, verdict: Verdict, arrival: Arrival, *, is_own: bool) -> bool:
    """Whether a review just found may be somebody's duty; `reply_time` has the last word.

    A question waits for its answer, however long. `is_own`: it is about a location of ours, not a
    competitor's.
    """
    if not is_own or is_answered(item) or arrival is Arrival.HISTORY:
        return False
    if item.kind is Kind.QUESTION:
        return True
    return arrival is not Arrival.BACKLOG or is_complaint(verdict.tone, verdict.severity)


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
    now = before if verdict is None else verdict
    return (worse or reply_vanished) and is_complaint(now.tone, now.severity)
