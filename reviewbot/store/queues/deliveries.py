"""What other systems, and people by mail, are still to be told: put once, tried ever more seldom.

A row is told at least once: a crash between the receiver's yes and our mark repeats it under the
same number, by which a receiver of the Standard Webhooks scheme knows it.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, update
from sqlmodel import Session, col, select

from reviewbot.store.tables import DeliveryRow
from reviewbot.store.upserts import insert_new

RESTS = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"""After each failed try; about three days in all, as the scheme recommends."""
EVER = datetime.min.replace(tzinfo=UTC)
WAITING = (col(DeliveryRow.sent_at).is_(None), col(DeliveryRow.dead_at).is_(None))


def webhook(key: str) -> str:
    """Return the channel of an endpoint."""
    return f"webhook:{key}"


def mail(address: str) -> str:
    """Return the channel of a mail address."""
    return f"mail:{address}"


def put(
    session: Session,
    channel: str,
    event: str,
    key: str,
    payload: dict[str, Any],
    now: datetime,
) -> bool:
    """Put something to tell in the queue; return False where that key was there already."""
    row = DeliveryRow(
        channel=channel,
        event=event,
        dedupe_key=f"{channel}:{key}",
        payload=payload,
        created_at=now,
        not_before=now,
    )
    return insert_new(session, row) is not None


def was_put(session: Session, channel: str, key: str) -> bool:
    """Whether something of that key was put into the channel."""
    known = select(DeliveryRow.id).where(DeliveryRow.dedupe_key == f"{channel}:{key}")
    return session.exec(known).first() is not None


def payload_of(session: Session, channel: str, key: str) -> dict[str, Any]:
    """Return what was put into the channel under that key; empty where nothing was."""
    known = select(DeliveryRow.payload).where(DeliveryRow.dedupe_key == f"{channel}:{key}")
    return dict(session.exec(known).first() or {})


def due_channels(session: Session, now: datetime) -> list[str]:
    """Return the channels with something to tell now."""
    due = select(DeliveryRow.channel).where(*WAITING, DeliveryRow.not_before <= now).distinct()
    return list(session.exec(due).all())


def next_due(session: Session, channel: str, now: datetime) -> DeliveryRow | None:
    """Return what a channel is told next: the oldest that is due. A newer event may overtake one
    that is tried again; each says when it was."""
    return session.exec(
        select(DeliveryRow)
        .where(*WAITING, DeliveryRow.channel == channel, DeliveryRow.not_before <= now)
        .order_by(col(DeliveryRow.id))
        .limit(1)
    ).first()


def mark_sent(session: Session, row_id: int, now: datetime) -> None:
    """Write down that the receiver took it."""
    row = session.get_one(DeliveryRow, row_id)
    row.sent_at, row.error, row.attempts = now, None, row.attempts + 1
    session.add(row)
    session.flush()


def fail(
    session: Session, row_id: int, error: str, now: datetime, *, for_good: bool = False
) -> bool:
    """Note a failed try; return whether the row is given up by it."""
    row = session.get_one(DeliveryRow, row_id)
    row.attempts += 1
    row.error = error[:1000]
    if for_good or row.attempts > len(RESTS):
        row.dead_at = now
    else:
        row.not_before = now + RESTS[row.attempts - 1]
    session.add(row)
    session.flush()
    return row.dead_at is not None


def withdraw(session: Session, row_ids: Sequence[int]) -> None:
    """Take back what nobody has been told and need not be told any more."""
    for row_id in row_ids:
        session.delete(session.get_one(DeliveryRow, row_id))
    session.flush()


def dead(session: Session, limit: int) -> list[DeliveryRow]:
    """Return what was given up, newest first."""
    rows = select(DeliveryRow).where(col(DeliveryRow.dead_at).is_not(None))
    return list(session.exec(rows.order_by(col(DeliveryRow.id).desc()).limit(limit)).all())


def count_dead(session: Session, since: datetime = EVER) -> int:
    """Return how much was given up after that moment."""
    return session.exec(select(func.count()).where(col(DeliveryRow.dead_at) > since)).one()


def resend(session: Session, now: datetime) -> int:
    """Try again, at a person's word, what was given up; return how many."""
    count = count_dead(session)
    session.execute(
        update(DeliveryRow)
        .where(col(DeliveryRow.dead_at).is_not(None))
        .values(dead_at=None, attempts=0, not_before=now)
    )
    return count


def counts(session: Session) -> dict[str, tuple[int, int]]:
    """Return, by channel, how much waits and how much was given up."""
    is_dead = col(DeliveryRow.dead_at).is_not(None)
    rows = session.execute(
        select(col(DeliveryRow.channel), is_dead, func.count())
        .where(col(DeliveryRow.sent_at).is_(None))
        .group_by(col(DeliveryRow.channel), is_dead)
    ).all()
    found: dict[str, tuple[int, int]] = {}
    for channel, given_up, count in rows:
        waits, lost = found.get(channel, (0, 0))
        found[channel] = (waits, lost + count) if given_up else (waits + count, lost)
    return found
