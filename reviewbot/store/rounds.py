"""A ticket's clock: opening, new rounds, deadlines, alerts, the audit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlmodel import Session, select

from reviewbot.core import deadlines, hours
from reviewbot.core.deadlines import Deadline, Duties
from reviewbot.core.model import OPEN_STATES, OutboxKind, Severity, TicketState, Tone
from reviewbot.core.outcomes import Turn
from reviewbot.core.routes import route_for
from reviewbot.core.setup import Chat, Desk, Location, Pause, Setup, Span, Subject
from reviewbot.core.sites import Sites
from reviewbot.store import outbox, people
from reviewbot.store.rows import Values
from reviewbot.store.tables import (
    AuditRow,
    ChatRow,
    LocationRow,
    ReviewRow,
    TargetRow,
    TicketRoundRow,
    TicketRow,
)

RUNNING = OPEN_STATES - {TicketState.POSTED}
"""States in which the clock runs: somebody has something to do."""


@dataclass(frozen=True, slots=True)
class Case:
    """A ticket with everything that decides about it."""

    ticket: TicketRow
    round: TicketRoundRow
    review: ReviewRow
    target: TargetRow
    place: Location
    desk: Desk

    @property
    def ticket_id(self) -> int:
        assert self.ticket.id is not None
        return self.ticket.id

    @property
    def subject(self) -> Subject:
        return subject_of(self.review, self.target, self.place)

    @property
    def cls(self) -> str:
        return str(self.round.why.get("class") or self.review.tone)

    def counts(self, which: str) -> Literal["work", "clock"]:
        told = self.round.why.get(which) or {}
        return "clock" if told.get("counts") == "clock" else "work"

    @property
    def pause(self) -> dict[str, Any]:
        return {"pause": self.place.paused, "pause_zone": self.place.zone}


MARK_STANDS = "mark_stands"
"""In a round's `why`: it ended by staff's mark, since the site shows no replies to look for."""


def place_of(session: Session, setup: Setup, key: str) -> Location:
    """Return the location; for one the operator has removed, what the database remembers."""
    place = setup.locations.get(key)
    if place is not None:
        return place
    row = session.get(LocationRow, key)
    if row is None:
        return Location(key, key)
    return Location(key, row.name, groups=tuple(row.groups), zone=row.zone)


def load(session: Session, setup: Setup, ticket_id: int) -> Case | None:
    """Return the ticket with its current round, review, target, place and desk."""
    ticket = session.get(TicketRow, ticket_id)
    if ticket is None:
        return None
    turn = session.exec(
        select(TicketRoundRow).where(
            TicketRoundRow.ticket_id == ticket_id, TicketRoundRow.n == ticket.round
        )
    ).one()
    # Readings write reviews past the session's identity map.
    session.flush()
    review = session.get_one(ReviewRow, ticket.review_id, populate_existing=True)
    target = session.get_one(TargetRow, review.target_id)
    place = place_of(session, setup, ticket.location_key)
    return Case(ticket, turn, review, target, place, setup.desk_of(ticket.location_key))


def subject_of(review: ReviewRow, target: TargetRow, place: Location) -> Subject:
    """Return the facts of a review that first-match lists look at."""
    return Subject(
        tone=review.tone,
        severity=review.severity,
        source=target.source,
        location=place.key,
        topics=tuple(review.topics),
        groups=place.groups,
        language=review.verdict_language or review.language,
        rating=review.rating,
        wordless=not any((review.title, review.text, review.pros, review.cons)),
        published_at=review.published_at,
    )


def is_posted_by_us(sites: Sites, case: Case) -> bool:
    """Whether an approved reply goes to the site by itself; else a person posts it."""
    site = sites.get(case.target.source)
    return bool(
        site
        and site.publishes(case.target.key)
        and case.target.retired_at is None
        and case.review.can_reply is not False
    )


def is_at_once(review: ReviewRow) -> bool:
    """Whether a card goes out at once; the others wait in the queue and the digest."""
    return review.severity == Severity.CRITICAL or review.tone == Tone.NEGATIVE


def new_round(session: Session, setup: Setup, case: Case, reason: str, now: datetime) -> Case:
    """Close the current round and begin the next: the clock starts anew, everybody is alerted."""
    case.round.closed_at = case.round.closed_at or now
    ticket = case.ticket
    ticket.round += 1
    ticket.backlog, ticket.closed_at = False, None
    turn = TicketRoundRow(
        ticket_id=case.ticket_id, n=ticket.round, reason=reason, clock_start_at=now
    )
    fresh = Case(ticket, turn, case.review, case.target, case.place, case.desk)
    duties = deadlines.times_for(setup.reply_time, fresh.subject)
    if duties is not None:
        set_clock(setup, fresh, now, duties)
    session.add_all((case.round, turn, ticket))
    session.flush()
    alert(session, setup, fresh, now)
    return fresh


def look_again(session: Session, setup: Setup, case: Case, now: datetime) -> None:
    """Follow an open review that became worse: its times may get shorter, never longer; who has
    not had a card gets one, who has is told that it changed."""
    duties = deadlines.times_for(setup.reply_time, case.subject)
    ticket, turn = case.ticket, case.round
    if duties is not None and ticket.state in RUNNING:
        reply, seen = _deadlines(case, duties, now)
        turn.why = {**turn.why, "class": duties.cls, "rule": duties.rule}
        if reply and (turn.reply_deadline is None or reply.at < turn.reply_deadline):
            turn.reply_deadline = reply.at
            turn.why = {**turn.why, "reply": _reason(reply)}
        if seen and turn.seen_deadline is None and turn.seen_done_at is None:
            turn.seen_deadline = seen.at
            turn.why = {**turn.why, "seen": _reason(seen)}
        ticket.backlog = False
        session.add_all((turn, ticket))
    if not ticket.carded:
        if is_at_once(case.review):
            alert(session, setup, case, now)
        return
    tell_beside_cards(session, setup, case, "review_edited", {"at": now.isoformat()}, now)


def set_clock(setup: Setup, case: Case, now: datetime, duties: Duties) -> None:
    """Give a round its deadlines, counted from `now`, with the reasons."""
    turn = case.round
    reply, seen = _deadlines(case, duties, now)
    why: dict[str, Any] = {"class": duties.cls, "rule": duties.rule}
    if reply:
        turn.reply_deadline, why["reply"] = reply.at, _reason(reply)
    if seen:
        turn.seen_deadline, why["seen"] = seen.at, _reason(seen)
    turn.why = why


def stretch_for_pause(case: Case) -> bool:
    """Count the deadlines anew where the location was paused after they were set; return whether
    one moved. A pause only ever gives time."""
    turn, moved = case.round, False
    if case.place.paused is None:
        return False
    for which in ("reply", "seen"):
        told = turn.why.get(which)
        current = turn.reply_deadline if which == "reply" else turn.seen_deadline
        if not told or current is None:
            continue
        span = Span(timedelta(minutes=told["minutes"]), told["days"], told["counts"])
        anew = deadlines.deadline(
            span,
            turn.clock_start_at,
            case.desk,
            case.place.paused,
            case.place.zone,
            rule=told["rule"],
        )
        if anew.at > current:
            turn.why, moved = {**turn.why, which: _reason(anew)}, True
            if which == "reply":
                turn.reply_deadline = anew.at
            else:
                turn.seen_deadline = anew.at
    return moved


def turn_of(turn: TicketRoundRow, ticket: TicketRow, review: ReviewRow) -> Turn:
    """Return what decides how a round ended."""
    return Turn(
        n=turn.n,
        current=ticket.round,
        state=ticket.state,
        reply_deadline=turn.reply_deadline,
        marked_at=turn.marked_at,
        answered_after=turn.answered_after,
        answered_by=turn.answered_by,
        refuted=turn.refuted,
        mark_stands=MARK_STANDS in turn.why,
        unanswered_seen_at=review.unanswered_seen_at,
    )


def time_taken(
    start: datetime, until: datetime, why: Mapping[str, Any], place: Location, desk: Desk
) -> timedelta:
    """Return the time between two instants, counted as a round's reply time counts (its `why`)."""
    pause, pause_zone = place.paused, place.zone
    if (why.get("reply") or {}).get("counts") == "clock":
        return hours.clock_time(start, until, pause=pause, pause_zone=pause_zone)
    return hours.working_time(desk, start, until, pause=pause, pause_zone=pause_zone)


def announce(setup: Setup, case: Case) -> tuple[str, ...]:
    """Write down which route the round takes; return the keys of the chats that hear of it: that
    of the route, then those of its copies."""
    route = route_for(setup.routes, case.subject)
    keys = (route.chat, *route.copy)
    case.round.why = {**case.round.why, "route": route.name, "chats": list(keys)}
    case.ticket.carded = True
    return keys


def alerts(case: Case, chats: Sequence[Chat], now: datetime) -> list[Values]:
    """Return the round's first messages for the outbox, one a chat."""
    silent = hours.is_quiet(case.desk, now)
    return [
        outbox.message(
            OutboxKind.ALERT,
            outbox.alert_key(case.ticket_id, case.ticket.round, chat),
            chat,
            {},
            now,
            ticket_id=case.ticket_id,
            round=case.ticket.round,
            silent=silent,
        )
        for chat in chats
    ]


def alert(session: Session, setup: Setup, case: Case, now: datetime) -> None:
    """Put the round's first message into the chats that hear of it, and the copies people asked
    for."""
    chats = living_chats(session, setup, announce(setup, case))
    chats += people.private_copies(setup, people.watchers(session, setup), case.place.key, chats)
    outbox.put_all(session, alerts(case, chats, now))
    session.add_all((case.round, case.ticket))
    session.flush()


def chats_of(setup: Setup, case: Case) -> tuple[str, ...]:
    """Return the keys of the chats this round was announced in, the card's own first."""
    told = case.round.why.get("chats")
    if told:
        return tuple(told)
    route = route_for(setup.routes, case.subject)
    return (route.chat, *route.copy)


def tell_beside_cards(
    session: Session, setup: Setup, case: Case, code: str, params: Mapping[str, Any], now: datetime
) -> None:
    """Put a notice about this ticket into every chat that has its card."""
    for chat in living_chats(session, setup, chats_of(setup, case)):
        outbox.put(
            session,
            OutboxKind.NOTICE,
            f"notice:{code}:{case.ticket_id}:{case.ticket.revision}:{chat.key}",
            chat,
            {"code": code, "params": dict(params)},
            now,
            ticket_id=case.ticket_id,
            round=case.ticket.round,
            silent=hours.is_quiet(case.desk, now),
        )


def living_chats(session: Session, setup: Setup, keys: Sequence[str]) -> list[Chat]:
    """Return the chats of these keys, each once; for a dead one the support or operator chat."""
    chosen: dict[str, Chat] = {}
    for key in keys:
        for candidate in (key, "support", setup.operator_chat):
            chat = setup.chats.get(candidate)
            row = session.get(ChatRow, chat.chat_id) if chat else None
            if chat and (row is None or row.dead_since is None):
                chosen[chat.key] = chat
                break
    if not chosen:
        chat = setup.chats["support"]
        chosen[chat.key] = chat
    return list(chosen.values())


def audit(
    session: Session,
    case: Case,
    action: str,
    actor: str,
    now: datetime,
    *,
    role: str | None = None,
    before: str | None = None,
    text_hash: str | None = None,
    **detail: Any,
) -> None:
    """Append what happened. Rows are never changed."""
    values = audit_values(
        case, action, actor, now, role=role, before=before, text_hash=text_hash, **detail
    )
    session.add(AuditRow(**values))


def audit_values(
    case: Case,
    action: str,
    actor: str,
    now: datetime,
    *,
    role: str | None = None,
    before: str | None = None,
    text_hash: str | None = None,
    **detail: Any,
) -> Values:
    """Return what happened as the columns of an audit row; of `detail` what is not None."""
    told = {key: value for key, value in detail.items() if value is not None}
    return {
        "at": now,
        "actor": actor,
        "role": role,
        "ticket_id": case.ticket_id,
        "action": action,
        "from_state": before,
        "to_state": case.ticket.state,
        "text_hash": text_hash,
        "detail": {"revision": case.ticket.revision, "round": case.ticket.round, **told},
    }


def _deadlines(
    case: Case, duties: Duties, start: datetime
) -> tuple[Deadline | None, Deadline | None]:
    pause: Pause | None = case.place.paused
    reply, seen = duties.times.reply, duties.times.seen
    return (
        deadlines.deadline(reply, start, case.desk, pause, case.place.zone, rule=duties.rule)
        if reply
        else None,
        deadlines.deadline(seen, start, case.desk, pause, case.place.zone, rule=duties.rule)
        if seen
        else None,
    )


def _reason(due: Deadline) -> dict[str, Any]:
    """Return a deadline's arithmetic as JSON, with its span so that it can be counted anew."""
    return {
        "span": str(due.span),
        "minutes": due.span.length.total_seconds() / 60,
        "days": due.span.days,
        "counts": due.span.counts,
        "rule": due.rule,
        "why": [[code, dict(params)] for code, params in due.why],
    }
