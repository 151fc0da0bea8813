"""How one round of a ticket ended, as far as it can be known: in three values, never guessed."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from reviewbot.core.model import TicketState

_SET_ASIDE = frozenset((TicketState.SKIPPED, TicketState.NOT_REACHED))


class RoundOutcome(StrEnum):
    """RUNNING: its deadline is to come; SET_ASIDE: skipped, or gone from the site unanswered, also
    where the ticket came back later in a round of its own."""

    IN_TIME = "in_time"
    LATE = "late"
    UNDECIDED = "undecided"
    RUNNING = "running"
    NO_DEADLINE = "no_deadline"
    SET_ASIDE = "set_aside"


class RoundFacts(NamedTuple):
    """What decides about a round: its columns, its ticket's state and round, and when the review
    was last seen without a reply (`unanswered_seen_at`).

    `mark_stands`: it ended by staff's mark, since the site shows no replies to look for.
    """

    n: int
    current: int
    state: str
    reply_deadline: datetime | None
    marked_at: datetime | None
    answered_after: datetime | None
    answered_by: datetime | None
    refuted: bool
    mark_stands: bool
    unanswered_seen_at: datetime | None

    @property
    def mark_counts(self) -> bool:
        """Whether staff's mark of a round stands: nothing has refuted it."""
        return self.n == self.current or self.answered_by is not None or self.mark_stands

    @property
    def answered_at(self) -> datetime | None:
        """When it was answered: marked by staff or first seen on the site, whichever was first."""
        marked_at, by = self.marked_at, self.answered_by
        if marked_at is None:
            # Without a mark there is none to be refuted.
            return by
        if by is not None:
            return min(marked_at, by)
        return marked_at if self.mark_counts else None

    @property
    def is_set_aside(self) -> bool:
        """Whether it was skipped, its guest was not reached, or it went from the site without an
        answer: nothing else ends a round that has neither a mark nor an answer."""
        is_current = self.n == self.current
        if is_current and self.state in _SET_ASIDE:
            return True
        if self.marked_at is not None or self.answered_by is not None:
            return False
        return not is_current or self.state == TicketState.GONE


def outcome(round_: RoundFacts, now: datetime) -> RoundOutcome:
    """Return whether a round kept its deadline.

    Staff's mark decides unless the site, where it shows replies at all, then showed none (the
    round ended unconfirmed); else the interval decides; a round without an answer is late when the
    review was seen without a reply after the deadline.
    """
    due = round_.reply_deadline
    if round_.is_set_aside:
        return RoundOutcome.SET_ASIDE
    if due is None:
        return RoundOutcome.NO_DEADLINE
    if round_.refuted:
        return RoundOutcome.IN_TIME
    if round_.marked_at is not None and round_.mark_counts:
        return RoundOutcome.IN_TIME if round_.marked_at <= due else RoundOutcome.LATE
    if round_.answered_by is not None:
        if round_.answered_by <= due:
            return RoundOutcome.IN_TIME
        known_late = round_.answered_after is not None and round_.answered_after >= due
        return RoundOutcome.LATE if known_late else RoundOutcome.UNDECIDED
    if now < due:
        return RoundOutcome.RUNNING
    without = round_.unanswered_seen_at
    return RoundOutcome.LATE if without is not None and without >= due else RoundOutcome.UNDECIDED
