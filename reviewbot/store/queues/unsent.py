"""Messages that could not be sent: tried again later, set aside, or brought back by a person."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col

from reviewbot.store.tables import OutboxRow


def postpone(
    session: Session, row_ids: Sequence[int], until: datetime, error: str | None = None
) -> None:
    """Give the claim back: try again from `until` on (Telegram did not take the message)."""
    session.execute(
        update(OutboxRow)
        .where(col(OutboxRow.id).in_(row_ids))
        .values(claimed_until=None, not_before=until, error=error and error[:1000], bundle_id=None)
    )
    _forget_loaded(session, row_ids)


def park(session: Session, row_ids: Sequence[int], error: str, now: datetime) -> None:
    """Give a message up: it stays, with the error, and shows in /health."""
    session.execute(
        update(OutboxRow)
        .where(col(OutboxRow.id).in_(row_ids))
        .values(claimed_until=None, parked_at=now, error=error[:1000])
    )
    _forget_loaded(session, row_ids)


def _forget_loaded(session: Session, row_ids: Sequence[int]) -> None:
    for row_id in row_ids:
        row = session.get(OutboxRow, row_id)
        if row is not None:
            session.refresh(row)
