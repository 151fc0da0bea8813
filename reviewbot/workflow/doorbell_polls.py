"""The doorbell's rows: polls that a message asked for, and how far a mailbox was read.

A flood must cost no more than a site bears: a target has one such poll waiting at most, rings
again only after a pause, and a host has a part of its daily budget for them, no more.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from reviewbot.core.model import WorkKind
from reviewbot.store import targets
from reviewbot.store.database import run
from reviewbot.store.queues import work
from reviewbot.store.tables import MeasureRow, TargetRow, WorkRow

RING = "ring:"
AGAIN = timedelta(minutes=5)
"""How soon the same target is read again for the doorbell's sake."""
DAY = timedelta(days=1)
SHARE = 0.5
"""Of a host's daily budget; the rest is for the ordinary readings."""
UNKNOWN_BUDGET = 400
JUST_FOUND = timedelta(hours=6)
MEASURE = "doorbell"
# Columns: a site that names no place rings all its pages, and each has a memory to be read.
_RUNG = columns(
    col(TargetRow.id),
    col(TargetRow.source),
    col(TargetRow.host),
    col(TargetRow.next_poll_at),
    col(TargetRow.last_new_at),
    col(TargetRow.first_contact_at),
).where(
    col(TargetRow.key).in_(bindparam("keys", expanding=True)), col(TargetRow.retired_at).is_(None)
)


def ask(
    session: Session,
    target_keys: Iterable[str],
    message_keys: Sequence[str],
    now: datetime,
    budgets: Mapping[str, int],
    *,
    sure: bool,
) -> int:
    """Put one poll for each target where any of these rings is new; return how many.

    `message_keys` are the messages' own, each rings a target once. `budgets`: source → requests
    a day its host bears. `sure`: a review was announced, and it is known where, so that
    readings without news are odd (core.readings.target_memory counts them).
    """
    rows = run(session, _RUNG, {"keys": list(target_keys)}).all()
    put = 0
    asked: dict[str, int] = {}
    for row in rows:
        if sure:
            _expect(session, row, now)
        # Counted once a host: a site that names no place rings thousands of pages of one.
        if row.host not in asked:
            asked[row.host] = _asked_of(session, row.host, now)
        budget = budgets.get(row.source) or UNKNOWN_BUDGET
        if asked[row.host] >= budget * SHARE:
            continue  # the ordinary reading will find it
        before = _last_asked_at(session, row.id)
        if before and row.next_poll_at and row.next_poll_at <= before:
            continue  # it was not read since
        due_at = max(now, before + AGAIN) if before else now
        if any(_note(session, row.id, key, now, due_at) for key in message_keys):
            targets.poll_soon(session, row.id, now, due_at)
            asked[row.host] += 1
            put += 1
    return put


def _note(session: Session, target_id: int, key: str, now: datetime, due_at: datetime) -> bool:
    return work.note(
        session,
        WorkKind.POLL_NOW,
        now=now,
        target_id=target_id,
        not_before=due_at,
        dedupe_key=f"{RING}{target_id}:{key}"[:250],
    )


def _expect(session: Session, rung: Any, now: datetime) -> None:
    """Remember that a review was announced. One found shortly before is the one that is meant: a
    site's mail may come after its page was read."""
    is_found = rung.last_new_at is not None and now - rung.last_new_at < JUST_FOUND
    if is_found or rung.first_contact_at is None:
        return
    target = session.get_one(TargetRow, rung.id)
    memory = targets.memory_of(target)
    if memory.announced_at is not None:
        return
    targets.keep_memory(target, memory.announced(now))
    session.add(target)
    session.flush()


def _asked_for(*conditions: Any) -> Any:
    return (
        col(WorkRow.kind) == WorkKind.POLL_NOW,
        col(WorkRow.dedupe_key).startswith(RING, autoescape=True),
        *conditions,
    )


def _last_asked_at(session: Session, target_id: int) -> datetime | None:
    conditions = _asked_for(WorkRow.target_id == target_id)
    latest = select(func.max(WorkRow.not_before)).where(*conditions)
    return session.exec(latest).one()


def _asked_of(session: Session, host: str, now: datetime) -> int:
    count = (
        select(func.count())
        .select_from(WorkRow)
        .join(TargetRow, col(TargetRow.id) == WorkRow.target_id)
        .where(*_asked_for(TargetRow.host == host, WorkRow.created_at > now - DAY))
    )
    return session.exec(count).one()


def read_up_to(session: Session, mailbox: str) -> int | None:
    """Return the number of the last message of a mailbox that was taken in; None: never read."""
    row = _mark(session, mailbox)
    return int(row.value) if row else None


def note_read(session: Session, mailbox: str, number: int, now: datetime) -> None:
    """Remember how far a mailbox was read, in the transaction of what its messages asked for."""
    row = _mark(session, mailbox) or MeasureRow(at=now, name=MEASURE, subject=mailbox, value=0)
    row.at, row.value = now, number
    session.add(row)
    session.flush()


def _mark(session: Session, mailbox: str) -> MeasureRow | None:
    return session.exec(
        select(MeasureRow).where(MeasureRow.name == MEASURE, MeasureRow.subject == mailbox)
    ).first()
