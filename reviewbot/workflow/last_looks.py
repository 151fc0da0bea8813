"""A last look at the site before somebody is blamed: asked for, waited for, not for ever."""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import select

from reviewbot.core.calendar.ladder import DueStep
from reviewbot.core.calendar.ticket_clock import LOOK_AHEAD, next_reply_step
from reviewbot.core.model import ReminderKind, WorkKind
from reviewbot.queries.card_facts import is_blind
from reviewbot.store import targets
from reviewbot.store.cases import Case
from reviewbot.store.queues import work
from reviewbot.store.tables import WorkRow
from reviewbot.store.tx import Tx

LOOK_PATIENCE = timedelta(minutes=3)
FRESH = timedelta(minutes=15)
"""A reading older than this is no last look, though it came after the instant in question: the
process may have been down since."""


class LastLook(StrEnum):
    """DONE: the target was read for the occasion, cannot be read, or was waited for enough."""

    DONE = "done"
    ASKED = "asked"
    AWAITED = "awaited"


def last_look(tx: Tx, case: Case, steps: list[DueStep]) -> LastLook:
    """Look whether the target was read for what is due; ask for it where it was not."""
    target, round_ = case.target, case.round
    if is_blind(target) or target.retired_at is not None:
        return LastLook.DONE
    due = [(step.at, step.name) for step in steps]
    is_breached = case.is_reply_breach_recorded
    if round_.reply_deadline and not is_breached and round_.reply_deadline <= tx.now:
        due.append((round_.reply_deadline, ReminderKind.BREACH))
    occasion, name = min(due)
    needed = max(occasion - LOOK_AHEAD, tx.now - FRESH)
    if target.last_reading_at is not None and target.last_reading_at >= needed:
        round_.last_look_at = target.last_reading_at
        return LastLook.DONE
    asked = tx.session.exec(select(WorkRow).where(WorkRow.dedupe_key == _key(case, name))).first()
    if asked is None:
        # Another process may have asked in between: then it is waited for.
        return LastLook.ASKED if ask_for_look(tx, case, name) else LastLook.AWAITED
    if tx.now < asked.created_at + LOOK_PATIENCE:
        return LastLook.AWAITED
    round_.last_look_at = target.last_reading_at or round_.last_look_at
    return LastLook.DONE


def look_ahead(tx: Tx, case: Case) -> bool:
    """Ask for the last look a little early, so that what it decides comes on time; return whether
    it was asked for."""
    round_, snoozed = case.round, case.ticket.snoozed_until
    coming: list[tuple[datetime, str]] = []
    if round_.reply_deadline and not case.is_reply_breach_recorded:
        coming.append((round_.reply_deadline, ReminderKind.BREACH))
    step = next_reply_step(case.clock(tx.settings), tx.now)
    if step is not None:
        coming.append((max(step.at, snoozed) if snoozed else step.at, step.name))
    if coming and (first := min(coming))[0] - LOOK_AHEAD <= tx.now and not is_blind(case.target):
        return ask_for_look(tx, case, first[1])
    return False


def ask_for_look(tx: Tx, case: Case, name: str) -> bool:
    """Make the target due now, once for each occasion."""
    target_id = case.target.id
    key = _key(case, name)
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


def _key(case: Case, name: str) -> str:
    # With the deadline: one that has moved since gets a look of its own.
    due = case.round.reply_deadline
    return f"look:{case.ticket_id}:{case.ticket.round}:{name}:{due.isoformat() if due else ''}"
