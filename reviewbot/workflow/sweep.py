"""Turns time into duties: warnings, breaches, the ladder, snoozes that end, replies nobody sees.

One sweep does everything that is due, however late, and each thing once: what fired is written
down in the transaction that puts its message. It looks before it blames: a warning or a breach
waits for a fresh reading of the target, for LOOK_PATIENCE at most, unless the target is blind.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from reviewbot.core.calendar import hours
from reviewbot.core.calendar.ladder import DueStep
from reviewbot.core.calendar.ticket_clock import (
    LOOK_AHEAD,
    SEEN,
    due_reply_steps,
    due_seen_steps,
    next_duty_at,
    next_reply_step,
    next_seen_step,
    seen_ladder,
)
from reviewbot.core.model import OutboxKind, ReminderKind, Severity, TicketState, WorkKind
from reviewbot.core.settings import Chat, Step, StepTo
from reviewbot.core.ticket import CLOCK, Act, Action
from reviewbot.queries.card_facts import is_blind
from reviewbot.store import audit, cases, targets
from reviewbot.store.cases import Case
from reviewbot.store.people import person_of
from reviewbot.store.queues import outbox, work
from reviewbot.store.tables import ChatRow, PersonRow, TicketRow, WorkRow
from reviewbot.store.tx import Tx
from reviewbot.words.vocabulary import NoticeCode
from reviewbot.workflow import (
    act,
    chats,
    digests,
    rounds,
)

LOOK_PATIENCE = timedelta(minutes=3)
FRESH = timedelta(minutes=15)
"""A reading older than this is no last look, though it came after the instant in question: the
process may have been down since."""

CONFIRM_AGAIN = timedelta(minutes=30)
CONFIRM_SELDOM = timedelta(hours=24)
MANY = 1000


@dataclass(frozen=True, slots=True)
class SweepResult:
    """What a sweep did: tickets looked at, messages put, breaches recorded, tickets that came
    back unconfirmed, looks asked for, digests put."""

    attended: int = 0
    messages: int = 0
    breaches: int = 0
    returned: int = 0
    looks: int = 0
    digests: int = 0


@dataclass(slots=True)
class _Sweep:
    """A sweep under way; `letters` collects one message per chat and topic."""

    tx: Tx
    breaches: int = 0
    returned: int = 0
    looks: int = 0
    letters: dict[tuple[int, int | None], "_Letter"] = field(default_factory=dict)


@dataclass(slots=True)
class _Letter:
    chat: Chat
    items: dict[int, dict[str, Any]] = field(default_factory=dict)
    keys: list[str] = field(default_factory=list)
    loud: bool = False
    quiet: bool = True


@dataclass(frozen=True, slots=True)
class _Call:
    """One thing to say about a ticket: `step` None is the end of a snooze."""

    step: Step | None
    name: str
    kind: str
    due_at: datetime
    is_seen: bool = False


def is_anything_due(tx: Tx) -> bool:
    """Whether a sweep would find something to do; reads only, so an idle bot leaves the disk
    alone."""
    return tx.session.exec(due_tickets(tx.now).limit(1)).first() is not None or digests.are_due(tx)


def due_tickets(now: datetime) -> SelectOfScalar[int] | SelectOfScalar[None]:
    """Return the query for tickets with something due; it must stay on the partial index."""
    return (
        select(TicketRow.id)
        .where(col(TicketRow.next_duty_at) <= now)
        .order_by(col(TicketRow.next_duty_at), col(TicketRow.id))
        .limit(MANY)
    )


def sweep(tx: Tx) -> SweepResult:
    """Do everything that is due: one message per chat, every step and breach once."""
    due = tx.session.exec(due_tickets(tx.now)).all()
    run = _Sweep(tx)
    for ticket_id in due:
        case = cases.load(tx, ticket_id) if ticket_id is not None else None
        if case is None:
            continue
        if case.ticket.state == TicketState.POSTED:
            _confirm(run, case)
        else:
            _attend(run, case)
    messages = sum(_send(run, letter) for letter in run.letters.values())
    tx.session.flush()
    told = digests.put_due(tx)
    return SweepResult(len(due), messages, run.breaches, run.returned, run.looks, told)


def _confirm(run: _Sweep, case: Case) -> None:
    """Bring a posted ticket back if the site, seen after `confirm_within`, shows no reply; close
    it by staff's word where the site shows nobody's replies."""
    ticket, now = case.ticket, run.tx.now
    assert ticket.posted_at is not None
    expected = ticket.posted_at + case.desk.confirm_within
    if expected > now:
        ticket.next_duty_at = expected
        run.tx.session.add(ticket)
        return
    if _never_tells(run, case, expected):
        act.act(run.tx, case.ticket_id, Act(Action.MARK_STANDS, CLOCK))
        return
    without = case.review.unanswered_seen_at
    if without is not None and without >= expected:
        act.act(run.tx, case.ticket_id, Act(Action.NOT_CONFIRMED, CLOCK))
        run.returned += 1
        return
    if not is_blind(case.target):
        run.looks += _ask_for_look(run, case, f"confirm/{now.isoformat()}")
    # A review out of reach is asked for ever less often; it stays "marked".
    ticket.next_duty_at = now + min(CONFIRM_AGAIN + (now - expected) / 2, CONFIRM_SELDOM)
    run.tx.session.add(ticket)


def _never_tells(run: _Sweep, case: Case, expected: datetime) -> bool:
    """Whether readings of this target leave replies out: the site's do, or the review was seen
    since `expected` on a page that said neither that there is a reply nor that there is none."""
    site, review = run.tx.sources.get(case.target.source), case.review
    if site is not None and not site.shows_replies:
        return True
    without = review.unanswered_seen_at
    is_told = without is not None and without >= review.last_seen_at
    return review.last_seen_at >= expected and not is_told


def _attend(run: _Sweep, case: Case) -> None:
    """Do what is due about an open ticket, after a last look where somebody would be blamed."""
    ticket, turn, now = case.ticket, case.round, run.tx.now
    changed = rounds.stretch_for_pause(case)
    calls: list[_Call] = []
    until = ticket.snoozed_until
    woke = until is not None and until <= now
    if woke:
        ticket.snoozed_until = None
        audit.audit(run.tx, case, "woke", CLOCK.key)
    if _seen_breached(case, now):
        turn.seen_breached_at = turn.seen_deadline
        due_at = turn.seen_deadline and turn.seen_deadline.isoformat()
        audit.audit(
            run.tx,
            case,
            "seen_breach",
            CLOCK.key,
            due_at=due_at,
        )
        changed = True
    snoozed = ticket.snoozed_until is not None
    if not snoozed:
        calls += _seen_calls(run, case)
    steps = [] if snoozed else due_reply_steps(case.clock(run.tx.settings), run.tx.now)
    breached = bool(turn.reply_deadline and turn.reply_deadline <= now and not turn.breached_at)
    if steps or breached:
        if _has_looked(run, case, steps):
            calls += _reply_calls(run, case, steps)
            if breached:
                _record_breach(run, case)
                changed = True
    else:
        _look_ahead(run, case)
    if woke and not calls:
        kind = ReminderKind.BREACH if turn.breached_at else ReminderKind.WARNING
        # The instant tells this end of a snooze from another one's in the same round.
        calls.append(_Call(None, f"woke {until}", kind, turn.reply_deadline or now))
    if woke or changed:
        ticket.revision += 1
        outbox.put_edits(run.tx.session, case.ticket_id, ticket.revision, now)
    run.tx.session.add_all((ticket, turn))
    for call in calls:
        _say(run, case, call)
    if calls:
        names = [call.name for call in calls]
        audit.audit(
            run.tx,
            case,
            "reminded",
            CLOCK.key,
            steps=names,
        )
    ticket.next_duty_at = next_duty_at(case.clock(run.tx.settings), now)
    run.tx.session.add(ticket)
    run.tx.session.flush()


def _seen_breached(case: Case, now: datetime) -> bool:
    turn = case.round
    return bool(
        turn.seen_deadline
        and turn.seen_deadline <= now
        and turn.seen_done_at is None
        and turn.seen_breached_at is None
    )


def _record_breach(run: _Sweep, case: Case) -> None:
    """Write the breach down with the deadline's own time, however late the sweep."""
    turn = case.round
    assert turn.reply_deadline is not None
    turn.breached_at = turn.reply_deadline
    run.breaches += 1
    due_at = turn.reply_deadline.isoformat()
    audit.audit(run.tx, case, "breach", CLOCK.key, due_at=due_at)


def _seen_calls(run: _Sweep, case: Case) -> list[_Call]:
    turn = case.round
    steps = due_seen_steps(case.clock(run.tx.settings), run.tx.now)
    if not steps or turn.seen_deadline is None:
        return []
    turn.steps_done = [*turn.steps_done, *(SEEN + step.name for step in steps)]
    kind = ReminderKind.SEEN if run.tx.now < turn.seen_deadline else ReminderKind.SEEN_BREACH
    return [
        _Call(step.step, SEEN + step.name, kind, turn.seen_deadline, is_seen=True)
        for step in steps
    ]


def _reply_calls(run: _Sweep, case: Case, steps: list[DueStep]) -> list[_Call]:
    turn = case.round
    if turn.reply_deadline is None:
        return []
    turn.steps_done = [*turn.steps_done, *(step.name for step in steps)]
    calls = []
    for due in steps:
        if run.tx.now < turn.reply_deadline:
            kind = ReminderKind.WARNING
        else:
            late = due.at > turn.reply_deadline
            kind = ReminderKind.ESCALATION if late else ReminderKind.BREACH
        calls.append(_Call(due.step, due.name, kind, turn.reply_deadline))
    return calls


def _look_ahead(run: _Sweep, case: Case) -> None:
    """Ask for the last look a little early, so that what it decides comes on time."""
    turn, snoozed = case.round, case.ticket.snoozed_until
    coming: list[tuple[datetime, str]] = []
    if turn.reply_deadline and turn.breached_at is None:
        coming.append((turn.reply_deadline, ReminderKind.BREACH))
    step = next_reply_step(case.clock(run.tx.settings), run.tx.now)
    if step is not None:
        coming.append((max(step.at, snoozed) if snoozed else step.at, step.name))
    if (
        coming
        and (first := min(coming))[0] - LOOK_AHEAD <= run.tx.now
        and not is_blind(case.target)
    ):
        run.looks += _ask_for_look(run, case, first[1])


def _has_looked(run: _Sweep, case: Case, steps: list[DueStep]) -> bool:
    """Whether the target was read for this occasion, cannot be read, or was waited for enough."""
    target, turn = case.target, case.round
    if is_blind(target) or target.retired_at is not None:
        return True
    due = [(step.at, step.name) for step in steps]
    if turn.reply_deadline and turn.breached_at is None and turn.reply_deadline <= run.tx.now:
        due.append((turn.reply_deadline, "breach"))
    occasion, name = min(due)
    needed = max(occasion - LOOK_AHEAD, run.tx.now - FRESH)
    if target.last_reading_at is not None and target.last_reading_at >= needed:
        turn.last_look_at = target.last_reading_at
        return True
    asked = run.tx.session.exec(
        select(WorkRow).where(WorkRow.dedupe_key == _look_key(case, name))
    ).first()
    if asked is None:
        run.looks += _ask_for_look(run, case, name)
        return False
    if run.tx.now < asked.created_at + LOOK_PATIENCE:
        return False
    turn.last_look_at = target.last_reading_at or turn.last_look_at
    return True


def _ask_for_look(run: _Sweep, case: Case, name: str) -> bool:
    """Make the target due now, once for each occasion."""
    tx, target_id = run.tx, case.target.id
    key = _look_key(case, name)
    is_new = work.note(
        tx.session,
        WorkKind.POLL_NOW,
        now=tx.now,
        ticket_id=case.ticket_id,
        target_id=target_id,
        dedupe_key=key,
    )
    if is_new and target_id is not None:
        targets.poll_soon(tx.session, target_id, tx.now)
    return is_new


def _look_key(case: Case, name: str) -> str:
    return f"look:{case.ticket_id}:{case.ticket.round}:{name}"


def _say(run: _Sweep, case: Case, call: _Call) -> None:
    """Add a call to the letter of its chat; of several about one ticket the newest stands."""
    chat, to = _receiver(run, case, call.step)
    letter = run.letters.setdefault((chat.chat_id, chat.thread_id), _Letter(chat))
    following = _following(run, case, is_seen=call.is_seen)
    item = {
        "ticket": case.ticket_id,
        "kind": call.kind,
        "due_at": call.due_at.isoformat(),
        "to": to,
        "next_at": following[0].isoformat() if following else None,
        "next_to": following[1] if following else None,
    }
    letter.items[case.ticket_id] = item
    letter.keys.append(f"{case.ticket_id}:{case.ticket.round}:{call.name}")
    # At night the one on duty must hear that something critical waits.
    letter.loud = letter.loud or (call.is_seen and case.review.severity == Severity.CRITICAL)
    letter.quiet = letter.quiet and hours.is_quiet(case.desk, run.tx.now)


def _send(run: _Sweep, letter: _Letter) -> bool:
    items = list(letter.items.values())
    before = all(ReminderKind(item["kind"]).is_before_the_deadline for item in items)
    kind = OutboxKind.REMINDER if before else OutboxKind.ESCALATION
    chat, only = letter.chat, items[0]["ticket"] if len(items) == 1 else None
    what = letter.keys[0]
    if len(letter.keys) > 1:
        what = hashlib.sha256("\n".join(letter.keys).encode()).hexdigest()[:24]
    return outbox.put(
        run.tx.session,
        kind,
        f"{kind}:{what}:{chat.key}:{chat.thread_id or 0}",
        chat,
        {"items": items},
        run.tx.now,
        ticket_id=only,
        silent=letter.quiet and not letter.loud,
    )


def _following(run: _Sweep, case: Case, *, is_seen: bool) -> tuple[datetime, str] | None:
    """Return when the next rung fires and whom it will reach, to be announced."""
    find = next_seen_step if is_seen else next_reply_step
    step = find(case.clock(run.tx.settings), run.tx.now)
    if step is None or step.at <= run.tx.now:
        return None
    chat, to = _receiver(run, case, step.step)
    return step.at, to or chat.key


def _receiver(run: _Sweep, case: Case, step: Step | None) -> tuple[Chat, str | None]:
    """Return the chat a rung goes to, and the person it addresses.

    A person who has not pressed /start is addressed in the card's chat: nothing is lost.
    """
    own = chats.living_chats(run.tx, rounds.chats_of(run.tx.settings, case)[:1])[0]
    to = step.to if step is not None else StepTo.HOLDER
    key: str | None = None
    match to:
        case StepTo.CHAT:
            # *Take* turns warnings to the holder; from the deadline on the chat hears them too.
            is_warning = step is not None and step.percent is not None and step.percent < 100
            key = case.ticket.holder if is_warning else None
        case StepTo.HOLDER:
            key = case.ticket.holder
        case StepTo.ON_DUTY:
            key = case.desk.on_duty[0] if case.desk.on_duty else None
        case StepTo.NEXT_ON_DUTY:
            key = _next_on_duty(run, case, step)
        case name if name in run.tx.settings.chats:
            key = run.tx.settings.chats[name].person
            if key is None:
                return chats.living_chats(run.tx, (name,))[0], None
        case name:
            key = name
    if key is None:
        return own, None
    return _private(run, key) or own, key


def _next_on_duty(run: _Sweep, case: Case, step: Step | None) -> str | None:
    """Return the person after the first on duty; each further such rung goes one further, the
    last one's deputy stands in where the list ends."""
    on_duty = case.desk.on_duty
    ladder = [
        rung for rung in seen_ladder(case.clock(run.tx.settings)) if rung.to == StepTo.NEXT_ON_DUTY
    ]
    place = ladder.index(step) + 1 if step in ladder else 1
    if place < len(on_duty):
        return on_duty[place]
    last = run.tx.settings.people.get(on_duty[-1]) if on_duty else None
    return (last.deputy or last.key) if last else None


def _private(run: _Sweep, key: str) -> Chat | None:
    """Return a person's private chat if the bot may write there; else tell the operator, once."""
    person = person_of(run.tx, key)
    if person is None:
        return None
    known = run.tx.session.get(PersonRow, person.telegram_id)
    chat = run.tx.session.get(ChatRow, person.telegram_id)
    if known and known.started_at and (chat is None or chat.dead_since is None):
        return outbox.private(person.telegram_id)
    for operator in chats.living_chats(run.tx, (run.tx.settings.operator_chat,)):
        outbox.put(
            run.tx.session,
            OutboxKind.NOTICE,
            f"notice:person_unreachable:{key}:{run.tx.now:%Y-%m-%d}:{operator.key}",
            operator,
            {"code": NoticeCode.PERSON_UNREACHABLE, "params": {"person": person.name}},
            run.tx.now,
            silent=True,
        )
    return None
