"""How one round of a ticket ended: the values; `queries.rounds.outcomes` says which it is."""

from enum import StrEnum


class RoundOutcome(StrEnum):
    """RUNNING: its deadline is to come; SET_ASIDE: skipped, or gone from the site unanswered, also
    where the ticket came back later in a round of its own."""

    IN_TIME = "in_time"
    LATE = "late"
    UNDECIDED = "undecided"
    RUNNING = "running"
    NO_DEADLINE = "no_deadline"
    SET_ASIDE = "set_aside"
