"""Opens tickets: those of a reading at once, so that each table is written by one statement."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from reviewbot.core.calendar import deadlines
from reviewbot.core.calendar.deadlines import GivenTimes
from reviewbot.core.calendar.round_reasons import RoundReasons
from reviewbot.core.calendar.ticket_clock import next_duty_at
from reviewbot.core.model import TicketState
from reviewbot.core.settings import Location, Settings, Subject, Times
from reviewbot.drafting.drafts import Draft
from reviewbot.store import audit, cases, people
from reviewbot.store.cases import Case
from reviewbot.store.drafts import template_values
from reviewbot.store.queues import outbox
from reviewbot.store.tables import (
    AuditRow,
    DraftRow,
    ReviewRow,
    TargetRow,
    TicketRoundRow,
    TicketRow,
)
from reviewbot.store.tx import Tx
from reviewbot.store.upserts import Values, ids_for, insert_all, plain, values_of
from reviewbot.workflow import chats, rounds

LATE_LIST = 3
"""So many reviews found late in one reading are one list."""


@dataclass(frozen=True, slots=True)
class Opening:
    """A ticket to be opened, with its first draft."""

    case: Case
    draft: Draft | None


@dataclass(slots=True)
class GivenAlike:
    """What reviews of one target and moment have alike: the times that subjects are given, and the
    first case by what decides about its clocks (class, rule, backlog)."""

    times: dict[Subject, GivenTimes | None] = field(default_factory=dict)
    clocks: dict[tuple[str, str, bool], Case] = field(default_factory=dict)

    def times_for(self, tx: Tx, subject: Subject) -> GivenTimes | None:
        """Return the times that a review is given."""
        given = self.times.get(subject, _UNKNOWN)
        if given is _UNKNOWN:
            given = self.times[subject] = deadlines.times_for(tx.settings.reply_time, subject)
        return given


_UNKNOWN = GivenTimes(Times(), "", "")


def first_case(
    tx: Tx,
    review: ReviewRow,
    target: TargetRow,
    place: Location,
    *,
    backlog: bool = False,
    by_tone: bool = False,
    alike: GivenAlike | None = None,
) -> Case | None:
    """Return a ticket with its first round, not stored yet; None where `reply_time` gives the
    review no time, or it is a competitor's. The rows are plain: the session does not know them.

    What `alike` knows is given to all that are. A backlog ticket has no deadline, no reminder and
    no alert. `by_tone`: bare stars are given the times of their tone, not those of "wordless".
    """
    assert review.id is not None
    desk = tx.settings.desk_of(place.key)
    subject = cases.subject_of(review, target, place)
    if by_tone:
        subject = replace(subject, wordless=False)
    alike = alike or GivenAlike()
    given = alike.times_for(tx, subject)
    if given is None or place.role == "competitor":
        return None
    ticket = plain(
        TicketRow,
        {
            "review_id": review.id,
            "target_id": review.target_id,
            "location_key": place.key,
            "desk": desk.key,
            "state": TicketState.WAITING,
            "backlog": backlog,
            "carded": False,
            "opened_at": tx.now,
            "next_duty_at": None,
            "draft_id": None,
        },
    )
    # Its ticket's id is known when that is stored.
    round_ = plain(
        TicketRoundRow,
        {
            "ticket_id": 0,
            "n": 1,
            "reason": "new",
            "clock_start_at": tx.now,
            "seen_deadline": None,
            "reply_deadline": None,
        },
    )
    case = Case(ticket, round_, review, target, place, desk)
    _give_clock(tx, case, given, alike)
    return case


def _give_clock(tx: Tx, case: Case, given: GivenTimes, alike: GivenAlike) -> None:
    """Give the first round its deadlines, and the ticket its timer."""
    ticket, round_ = case.ticket, case.round
    model = alike.clocks.setdefault((given.cls, given.rule, ticket.backlog), case)
    if model is case:
        round_.why = RoundReasons(given.cls, given.rule).as_json()
        if not ticket.backlog:
            rounds.set_clock(tx, case, given)
        ticket.next_duty_at = next_duty_at(case.clock(tx.settings), tx.now)
        return
    round_.why = model.round.why
    round_.reply_deadline = model.round.reply_deadline
    round_.seen_deadline = model.round.seen_deadline
    ticket.next_duty_at = model.ticket.next_duty_at


def open_all(tx: Tx, openings: Sequence[Opening]) -> list[int]:
    """Store the tickets of `first_case` with all that follows: rounds, drafts, alerts, audit.

    Return their numbers, in order.
    """
    cases = [opening.case for opening in openings]
    known: rounds.Announced = {}
    heard = [_heard_in(tx.settings, case, known) for case in cases]
    drafted = [opening for opening in openings if opening.draft is not None]
    numbers, draft_ids = ids_for(tx.session, {TicketRow: len(cases), DraftRow: len(drafted)})
    for case, number in zip(cases, numbers, strict=True):
        case.ticket.id = case.round.ticket_id = number
    drafts = [
        _draft_of(tx, opening, number) for opening, number in zip(drafted, draft_ids, strict=True)
    ]
    insert_all(tx.session, TicketRow, [values_of(case.ticket) for case in cases])
    insert_all(tx.session, TicketRoundRow, [values_of(case.round) for case in cases])
    insert_all(tx.session, DraftRow, drafts)
    living = {keys: chats.living_chats(tx, keys) for keys in set(heard)}
    watching = people.watchers(tx) if any(heard) else []
    together = _late_together(tx, cases)
    alerts: list[Values] = []
    for case, keys in zip(cases, heard, strict=True):
        if keys:
            copies = people.private_copies(tx.settings, watching, case.place.key, living[keys])
            late = together if case.review.found_late else ""
            alerts += rounds.alerts(case, [*living[keys], *copies], tx.now, late)
    outbox.put_all(tx.session, alerts)
    insert_all(tx.session, AuditRow, [audit.opening(case, tx.now) for case in cases])
    return numbers


def _heard_in(settings: Settings, case: Case, known: rounds.Announced) -> tuple[str, ...]:
    """Return the chats that get a card at once; nothing for what waits in the queue."""
    if case.ticket.backlog or not rounds.is_at_once(case.review):
        return ()
    return rounds.announce(settings, case, known)


def _late_together(tx: Tx, cases: Sequence[Case]) -> str:
    """Return what makes one list of the alerts about reviews found late: a page of old ones that
    shows up at once is one event, not a card each. Empty for a few."""
    late = [case for case in cases if case.review.found_late]
    if len(late) < LATE_LIST:
        return ""
    return f"late:{late[0].review.target_id}:{tx.now.isoformat()}"


def _draft_of(tx: Tx, opening: Opening, draft_id: int) -> Values:
    """Return the row of a first draft; the ticket names it."""
    assert opening.draft is not None
    case = opening.case
    case.ticket.draft_id = draft_id
    row = template_values(case.ticket_id, opening.draft, case.review.verdict_language, tx.now)
    row["id"] = draft_id
    return row
