"""A ticket's rounds: each one's deadlines, and the messages to the chats that hear of it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from reviewbot.core.calendar import deadlines, hours
from reviewbot.core.calendar.deadlines import Deadline, GivenTimes
from reviewbot.core.calendar.round_reasons import DeadlineReason, RoundReasons
from reviewbot.core.calendar.ticket_clock import RUNNING, SEEN, due_reply_steps
from reviewbot.core.model import COMPLAINING, Kind, OutboxKind, Severity, Tone
from reviewbot.core.routes import route_for
from reviewbot.core.settings import Chat, Pause, Settings
from reviewbot.store import people
from reviewbot.store.cases import Case
from reviewbot.store.queues import outbox
from reviewbot.store.queues.sending_pace import TOGETHER
from reviewbot.store.tables import (
    ReviewRow,
    TicketRoundRow,
)
from reviewbot.store.tx import Tx
from reviewbot.store.upserts import Values
from reviewbot.words.vocabulary import NoticeCode
from reviewbot.workflow.chats import living_chats


def is_at_once(review: ReviewRow) -> bool:
    """Whether a card goes out at once; the others wait in the queue and the digest. A buyer who
    asks has not bought yet."""
    if review.kind == Kind.QUESTION:
        return True
    return review.severity == Severity.CRITICAL or review.tone in COMPLAINING


def is_calm(review: ReviewRow) -> bool:
    """Whether its card comes without a sound: a mixed review, a complaint behind good stars, a
    question."""
    if review.kind == Kind.QUESTION:
        return review.severity != Severity.CRITICAL
    return review.severity != Severity.CRITICAL and review.tone == Tone.MIXED


def new_round(tx: Tx, case: Case, reason: str) -> Case:
    """Close the current round and begin the next: the clock starts anew, everybody is alerted."""
    case.round.closed_at = case.round.closed_at or tx.now
    ticket = case.ticket
    ticket.round += 1
    ticket.backlog, ticket.closed_at = False, None
    round_ = TicketRoundRow(
        ticket_id=case.ticket_id, n=ticket.round, reason=reason, clock_start_at=tx.now
    )
    fresh = Case(ticket, round_, case.review, case.target, case.place, case.desk)
    given = deadlines.times_for(tx.settings.reply_time, fresh.subject)
    if given is not None:
        set_clock(tx, fresh, given)
    tx.session.add_all((case.round, round_, ticket))
    tx.session.flush()
    alert(tx, fresh)
    return fresh


def look_again(tx: Tx, case: Case, *, edited: bool = True) -> None:
    """Follow an open review that became worse: its times may get shorter, never longer; who has
    not had a card gets one, who has is told that it changed. `edited`: by the guest; else staff
    said that it is a complaint, and the caller tells who."""
    given = deadlines.times_for(tx.settings.reply_time, case.subject)
    ticket, round_ = case.ticket, case.round
    if given is not None and ticket.state in RUNNING:
        reply, seen = _deadlines(case, given, tx.now)
        # Clocks that stood, since the file gave its kind no time, run again from here.
        stood = case.reasons.stopped
        reasons = replace(case.reasons, cls=given.cls, rule=given.rule, stopped=False)
        due = None if stood else round_.reply_deadline
        if reply and (due is None or reply.at < due):
            round_.reply_deadline = reply.at
            reasons = replace(reasons, reply=DeadlineReason.of(reply))
            # A deadline of its own start: its steps are said from there on, whatever was before.
            round_.steps_done = [name for name in round_.steps_done if name.startswith(SEEN)]
        if seen and round_.seen_deadline is None and round_.seen_done_at is None:
            round_.seen_deadline = seen.at
            reasons = replace(reasons, seen=DeadlineReason.of(seen))
        round_.why = reasons.as_json()
        _pass_over_warnings(tx, case)
        ticket.backlog = False
        tx.session.add_all((round_, ticket))
    if not ticket.carded:
        if is_at_once(case.review):
            alert(tx, case)
        return
    if edited:
        tell_edit(tx, case, is_worse=True)


def tell_edit(tx: Tx, case: Case, *, is_worse: bool) -> None:
    """Tell whoever has the card that the guest changed the review: for the worse, or under a
    reply that was approved already."""
    told = {"at": tx.now.isoformat(), "worse": is_worse}
    tell_beside_cards(tx, case, NoticeCode.REVIEW_EDITED, told)


def _pass_over_warnings(tx: Tx, case: Case) -> None:
    """Note the warnings of another class's ladder that would have come by now as said: whoever
    has the card hears of the edit."""
    round_ = case.round
    if round_.reply_deadline is not None and tx.now < round_.reply_deadline:
        steps = due_reply_steps(case.clock(tx.settings), tx.now)
        round_.steps_done = [*round_.steps_done, *(step.name for step in steps)]


def set_clock(tx: Tx, case: Case, given: GivenTimes) -> None:
    """Give a round its deadlines, counted from `now`, with the reasons."""
    round_ = case.round
    reply, seen = _deadlines(case, given, tx.now)
    reasons = RoundReasons(given.cls, given.rule)
    if reply:
        round_.reply_deadline = reply.at
        reasons = replace(reasons, reply=DeadlineReason.of(reply))
    if seen:
        round_.seen_deadline = seen.at
        reasons = replace(reasons, seen=DeadlineReason.of(seen))
    round_.why = reasons.as_json()


Announced = dict[tuple[int, str, tuple[str, ...]], tuple[Mapping[str, Any], dict[str, Any]]]
"""What was written down of rounds, by what it was before (held here, so that its id is nobody
else's), route and chats."""


def announce(settings: Settings, case: Case, known: Announced | None = None) -> tuple[str, ...]:
    """Write down which route the round takes; return the keys of the chats that hear of it: that
    of the route, then those of its copies. Rounds that share their reasons go on to share them by
    `known`: one JSON is written for all."""
    route = route_for(settings.routes, case.subject)
    keys, before = (route.chat, *route.copy), case.round.why
    after = RoundReasons.announced(before, route.name, keys)
    if known is not None:
        _, after = known.setdefault((id(before), route.name, keys), (before, after))
    case.round.why = after
    case.ticket.carded = True
    return keys


def alerts(case: Case, chats: Sequence[Chat], now: datetime, together: str = "") -> list[Values]:
    """Return the round's first messages for the outbox, one a chat. Those of the same `together`
    become one list."""
    silent = hours.is_quiet(case.desk, now) or is_calm(case.review)
    return [
        outbox.message(
            OutboxKind.ALERT,
            outbox.alert_key(case.ticket_id, case.ticket.round, chat),
            chat,
            {TOGETHER: together} if together else {},
            now,
            ticket_id=case.ticket_id,
            round=case.ticket.round,
            silent=silent,
        )
        for chat in chats
    ]


def alert(tx: Tx, case: Case) -> None:
    """Put the round's first message into the chats that hear of it, and the copies people asked
    for."""
    chats = living_chats(tx, announce(tx.settings, case))
    chats += people.private_copies(tx.settings, people.watchers(tx), case.place.key, chats)
    outbox.put_all(tx.session, alerts(case, chats, tx.now))
    tx.session.add_all((case.round, case.ticket))
    tx.session.flush()


def chats_of(settings: Settings, case: Case) -> tuple[str, ...]:
    """Return the keys of the chats this round was announced in, the card's own first."""
    chats = case.reasons.chats
    if chats:
        return chats
    route = route_for(settings.routes, case.subject)
    return (route.chat, *route.copy)


def tell_beside_cards(
    tx: Tx,
    case: Case,
    code: NoticeCode,
    params: Mapping[str, Any],
) -> None:
    """Put a notice about this ticket into every chat that has its card."""
    for chat in living_chats(tx, chats_of(tx.settings, case)):
        outbox.put(
            tx.session,
            OutboxKind.NOTICE,
            f"notice:{code}:{case.ticket_id}:{case.ticket.revision}:{chat.key}",
            chat,
            {"code": code, "params": dict(params)},
            tx.now,
            ticket_id=case.ticket_id,
            round=case.ticket.round,
            silent=hours.is_quiet(case.desk, tx.now),
        )


def _deadlines(
    case: Case, given: GivenTimes, start: datetime
) -> tuple[Deadline | None, Deadline | None]:
    pause: Pause | None = case.place.paused
    reply, seen = given.times.reply, given.times.seen
    return (
        deadlines.deadline(reply, start, case.desk, pause, case.place.zone, rule=given.rule)
        if reply
        else None,
        deadlines.deadline(seen, start, case.desk, pause, case.place.zone, rule=given.rule)
        if seen
        else None,
    )
