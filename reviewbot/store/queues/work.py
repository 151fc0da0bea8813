"""Things to do on a site: post a reply, withdraw it, read it back, look at a target now.

A reply is posted at most once: a claim of post_reply or withdraw that ran out means nobody knows
how it ended, so it becomes a read_back and is never claimed again. Cancelling an unclaimed row is
how a publication is undone.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, false, func, or_
from sqlmodel import Session, col, select

from reviewbot.core.model import TicketState, WorkKind
from reviewbot.store.database import run
from reviewbot.store.tables import TargetRow, TicketRow, WorkRow
from reviewbot.store.upserts import insert_new

LEASE = timedelta(minutes=5)
ONCE = (WorkKind.POST_REPLY, WorkKind.WITHDRAW)
FAULT = "a fault in the reader"
"""Why work failed that broke by a fault of ours or a source's (words.causes)."""
ERRAND = "errand:"
"""Keys of what a command waits for (store.queues.errands)."""
FOLDER = "file:"
"""Keys of the watched folder's files. There may be hundreds: whatever else is due goes first."""


def put(
    session: Session,
    kind: WorkKind,
    *,
    now: datetime,
    ticket_id: int | None = None,
    target_id: int | None = None,
    payload: dict[str, Any] | None = None,
    not_before: datetime | None = None,
    dedupe_key: str | None = None,
) -> int | None:
    """Put work in the queue; return its id, None where that dedupe key is there already."""
    row = WorkRow(
        kind=kind,
        dedupe_key=dedupe_key,
        ticket_id=ticket_id,
        target_id=target_id,
        payload=payload or {},
        created_at=now,
        not_before=not_before or now,
    )
    return insert_new(session, row)


def note(
    session: Session,
    kind: WorkKind,
    *,
    now: datetime,
    ticket_id: int | None = None,
    target_id: int | None = None,
    not_before: datetime | None = None,
    dedupe_key: str,
) -> bool:
    """Write down work that is seen to already, so that it is not asked for again; return False
    where that dedupe key is there."""
    row = WorkRow(
        kind=kind,
        dedupe_key=dedupe_key,
        ticket_id=ticket_id,
        target_id=target_id,
        created_at=now,
        not_before=not_before or now,
        done_at=now,
        outcome="due",
    )
    return insert_new(session, row) is not None


def claim_due(session: Session, now: datetime, lease: timedelta = LEASE) -> WorkRow | None:
    """Claim the oldest work that is due, files of the watched folder last, or return None.

    What has become pointless is closed on the way: replies no longer approved, looks at targets
    read since the look was asked for.
    """
    _give_up_unknown(session, now)
    while (row := _oldest(session, now)) is not None:
        if is_wanted(session, row):
            row.claimed_at, row.claimed_until = now, now + lease
            row.attempts += 1
            session.add(row)
            session.flush()
            return row
        session.add(row)
        row.cancelled_at = now
        session.flush()
    return None


def expire_claims(session: Session, now: datetime) -> None:
    """Let every claim run out now: at start, whoever made it is dead."""
    claimed = select(WorkRow).where(*_UNFINISHED, col(WorkRow.claimed_until) > now)
    for row in session.exec(claimed).all():
        row.claimed_until = now
        session.add(row)
    session.flush()


def next_due_at(session: Session) -> datetime | None:
    """Return when the earliest unfinished work may start or its claim runs out."""
    due_at: datetime | None = run(session, _NEXT_DUE).scalar_one()
    return due_at


def done(session: Session, row_id: int, outcome: str, now: datetime) -> None:
    """Close a claimed row with its outcome (a Receipt's, or a word of the caller's)."""
    row = session.get_one(WorkRow, row_id)
    row.done_at, row.outcome, row.claimed_until = now, outcome, None
    session.add(row)
    session.flush()


def fail(
    session: Session, row_id: int, error: str, now: datetime, retry_at: datetime | None = None
) -> None:
    """Note an error. With `retry_at` the row is tried again then, so it must be known that
    nothing was done; without, it is closed as failed."""
    row = session.get_one(WorkRow, row_id)
    row.error, row.claimed_until = error[:1000], None
    if retry_at is None:
        row.done_at, row.outcome = now, "failed"
    else:
        row.claimed_at, row.not_before = None, retry_at
    session.add(row)
    session.flush()


def given_up(session: Session, since: datetime, most: int) -> list[WorkRow]:
    """Return what failed or broke each time, closed after `since`, the newest first. Errands are
    left out: whoever runs a command is told there."""
    newest_first = select(WorkRow).where(*_given_up(since)).order_by(col(WorkRow.id).desc())
    return list(session.exec(newest_first.limit(most)))


def count_given_up(session: Session, since: datetime) -> int:
    """Return how much work that is; its payloads, which may be whole files, are not read."""
    return session.exec(select(func.count()).select_from(WorkRow).where(*_given_up(since))).one()


def _given_up(since: datetime) -> tuple[ColumnElement[bool], ...]:
    broke = (col(WorkRow.outcome) == "refused") & (col(WorkRow.error) == FAULT)
    is_errand = func.coalesce(col(WorkRow.dedupe_key).startswith(ERRAND, autoescape=True), false())
    failed = or_(col(WorkRow.outcome) == "failed", broke)
    return failed, col(WorkRow.done_at) > since, ~is_errand


def is_publishing(session: Session, ticket_id: int) -> bool:
    """Whether a reply of this ticket is on its way to the site, or its outcome is being read."""
    claimed = select(WorkRow.id).where(
        WorkRow.ticket_id == ticket_id,
        or_(
            (col(WorkRow.kind) == WorkKind.POST_REPLY) & col(WorkRow.claimed_at).is_not(None),
            col(WorkRow.kind) == WorkKind.READ_BACK,
        ),
        *_UNFINISHED,
    )
    return session.exec(claimed.limit(1)).first() is not None


def cancel(session: Session, ticket_id: int, now: datetime) -> bool:
    """Cancel what a ticket wants to tell the site, where it is not claimed; return False where a
    reply is."""
    if is_publishing(session, ticket_id):
        return False
    rows = session.exec(
        select(WorkRow).where(
            WorkRow.ticket_id == ticket_id,
            col(WorkRow.kind).in_((WorkKind.POST_REPLY, WorkKind.DECLINE)),
            col(WorkRow.claimed_at).is_(None),
            *_UNFINISHED,
        )
    )
    for row in rows.all():
        row.cancelled_at = now
        session.add(row)
    session.flush()
    return True


_CAN_WAIT = func.coalesce(col(WorkRow.dedupe_key).startswith(FOLDER, autoescape=True), false())
_UNFINISHED = (col(WorkRow.done_at).is_(None), col(WorkRow.cancelled_at).is_(None))
_NEXT_DUE = select(func.min(func.coalesce(WorkRow.claimed_until, WorkRow.not_before))).where(
    *_UNFINISHED
)


def _oldest(session: Session, now: datetime) -> WorkRow | None:
    return session.exec(
        select(WorkRow)
        .where(
            *_UNFINISHED,
            WorkRow.not_before <= now,
            or_(
                col(WorkRow.claimed_at).is_(None),
                (col(WorkRow.claimed_until) <= now) & col(WorkRow.kind).not_in(ONCE),
            ),
        )
        .order_by(_CAN_WAIT, col(WorkRow.not_before), col(WorkRow.id))
        .limit(1)
    ).first()


def is_wanted(session: Session, row: WorkRow) -> bool:
    """Whether work still has a point: the reply is approved as it is, the target was not read."""
    if row.kind == WorkKind.POST_REPLY and row.ticket_id is not None:
        ticket = session.get_one(TicketRow, row.ticket_id)
        same = ticket.approved_draft_id == row.payload.get("draft_id")
        return ticket.state == TicketState.APPROVED and same
    if row.kind == WorkKind.DECLINE and row.ticket_id is not None:
        return session.get_one(TicketRow, row.ticket_id).state == TicketState.SKIPPED
    if row.kind == WorkKind.POLL_NOW and row.target_id is not None:
        target = session.get_one(TargetRow, row.target_id)
        read_since = target.last_reading_at and target.last_reading_at >= row.created_at
        return not read_since and target.retired_at is None
    return True


def _give_up_unknown(session: Session, now: datetime) -> None:
    expired = session.exec(
        select(WorkRow).where(
            *_UNFINISHED, col(WorkRow.kind).in_(ONCE), col(WorkRow.claimed_until) <= now
        )
    )
    for row in expired.all():
        row.done_at, row.outcome, row.claimed_until = now, "unknown", None
        session.add(row)
        put(
            session,
            WorkKind.READ_BACK,
            now=now,
            ticket_id=row.ticket_id,
            target_id=row.target_id,
            payload={**row.payload, "of": row.id, "was": row.kind},
            dedupe_key=f"read_back:{row.id}",
        )
    session.flush()
