"""Opens tickets: those of a reading at once, so that each table is written by one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, update
from sqlmodel import Session

from reviewbot.core import ticket as desk
from reviewbot.core.calendar import deadlines
from reviewbot.core.model import TicketState
from reviewbot.core.settings import Location, Settings
from reviewbot.drafting.drafts import Draft
from reviewbot.store import audit, cases, chats, drafts, people
from reviewbot.store.cases import Case
from reviewbot.store.queues import outbox
from reviewbot.store.tables import (
    AuditRow,
    DraftRow,
    ReviewRow,
    TargetRow,
    TicketRoundRow,
    TicketRow,
)
from reviewbot.store.upserts import Values, insert_all, insert_numbered, values_of
from reviewbot.workflow import (
    ladders,  # FIX deadlines,
    rounds,
)

_TICKET = TicketRow.__table__  # type: ignore[attr-defined]
_GIVE_DRAFT = (
    update(_TICKET).where(_TICKET.c.id == bindparam("ticket")).values(draft_id=bindparam("draft"))
)


@dataclass(frozen=True, slots=True)
class Opening:
    """A ticket to be opened, with its first draft."""

    case: Case
    draft: Draft | None


def first_case(
    settings: Settings,
    review: ReviewRow,
    target: TargetRow,
    place: Location,
    now: datetime,
    *,
    backlog: bool = False,
) -> Case | None:
    """Return a ticket with its first round, not stored yet; None where `reply_time` gives the
    review no time, or it is a competitor's.

    A backlog ticket has no deadline, no reminder and no alert.
    """
    assert review.id is not None
    at = settings.desk_of(place.key)
    duties = deadlines.times_for(settings.reply_time, cases.subject_of(review, target, place))
    if duties is None or place.role == "competitor":
        return None
    ticket = TicketRow(
        review_id=review.id,
        location_key=place.key,
        desk=at.key,
        state=TicketState.WAITING,
        backlog=backlog,
        opened_at=now,
    )
    why = {"class": duties.cls, "rule": duties.rule}
    # Its ticket's id is known when that is stored.
    turn = TicketRoundRow(
        ticket_id=0, n=1, reason="new", clock_start_at=now, why=why, steps_done=[]
    )
    case = Case(ticket, turn, review, target, place, at)
    if not backlog:
        rounds.set_clock(settings, case, now, duties)
    return case


def open_all(
    session: Session, settings: Settings, openings: Sequence[Opening], now: datetime
) -> list[int]:
    """Store the tickets of `first_case` with all that follows: rounds, drafts, alerts, audit.

    Return their numbers, in order.
    """
    cases = [opening.case for opening in openings]
    heard = [_heard_in(settings, case) for case in cases]
    for case in cases:
        case.ticket.next_duty_at = ladders.next_duty_at(settings, case, now)
    numbers = insert_numbered(session, TicketRow, [values_of(case.ticket) for case in cases])
    for case, number in zip(cases, numbers, strict=True):
        case.ticket.id = case.round.ticket_id = number
    insert_all(session, TicketRoundRow, [values_of(case.round) for case in cases])
    _store_drafts(session, openings, now)
    living = {keys: chats.living_chats(session, settings, keys) for keys in set(heard)}
    watching = people.watchers(session, settings) if any(heard) else []
    alerts: list[Values] = []
    for case, keys in zip(cases, heard, strict=True):
        if keys:
            copies = people.private_copies(settings, watching, case.place.key, living[keys])
            alerts += rounds.alerts(case, [*living[keys], *copies], now)
    outbox.put_all(session, alerts)
    opened = [
        audit.audit_values(case, "opened", desk.BOT.key, now, backlog=case.ticket.backlog or None)
        for case in cases
    ]
    insert_all(session, AuditRow, opened)
    return numbers


def open_ticket(
    session: Session,
    settings: Settings,
    review: ReviewRow,
    now: datetime,
    *,
    backlog: bool = False,
    draft: Draft | None = None,
) -> int | None:
    """Open the ticket of one stored review; return its number, None where it gets no time."""
    target = session.get_one(TargetRow, review.target_id)
    place = cases.place_of(session, settings, target.location_key)
    case = first_case(settings, review, target, place, now, backlog=backlog)
    if case is None:
        return None
    return open_all(session, settings, [Opening(case, draft)], now)[0]


def _heard_in(settings: Settings, case: Case) -> tuple[str, ...]:
    """Return the chats that get a card at once; nothing for what waits in the queue."""
    if case.ticket.backlog or not rounds.is_at_once(case.review):
        return ()
    return rounds.announce(settings, case)


def _store_drafts(session: Session, openings: Sequence[Opening], now: datetime) -> None:
    rows = [
        drafts.template_values(
            opening.case.ticket_id, opening.draft, opening.case.review.verdict_language, now
        )
        for opening in openings
        if opening.draft is not None
    ]
    ids = insert_numbered(session, DraftRow, rows)
    given = [
        {"ticket": row["ticket_id"], "draft": draft_id}
        for row, draft_id in zip(rows, ids, strict=True)
    ]
    if given:
        session.execute(_GIVE_DRAFT, given)
