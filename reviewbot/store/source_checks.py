"""When each source was last compared with what it was built on, and what differed then."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import or_
from sqlmodel import Session, col, select

from reviewbot.core.model import SIGHTED
from reviewbot.store.tables import HostRow, SourceCheckRow, TargetRow


def due(session: Session, before: datetime, now: datetime) -> list[tuple[str, str]]:
    """Return (source, target key) of sources not looked at since `before`: one target each that
    is read well, on a host that need not rest."""
    found: dict[str, str] = {}
    rested = [col(HostRow.backoff_until), col(HostRow.retry_after_until)]
    rows = session.exec(
        select(TargetRow.source, TargetRow.key)
        .outerjoin(SourceCheckRow, col(SourceCheckRow.source) == TargetRow.source)
        .outerjoin(HostRow, col(HostRow.name) == TargetRow.host)
        .where(
            col(TargetRow.retired_at).is_(None),
            col(TargetRow.health).in_(SIGHTED),
            or_(col(SourceCheckRow.source).is_(None), col(SourceCheckRow.checked_at) <= before),
            *(or_(until.is_(None), until <= now) for until in rested),
        )
        .order_by(col(TargetRow.id))
    )
    for source, key in rows:
        found.setdefault(source, key)
    return list(found.items())


def note(session: Session, source: str, finding: Mapping[str, Any] | None, now: datetime) -> bool:
    """Write down a look; return whether what differs is not what differed before. Without a
    `finding` the look told nothing."""
    row = session.get(SourceCheckRow, source) or SourceCheckRow(source=source, checked_at=now)
    row.checked_at = now
    is_news = finding is not None and dict(finding) != row.finding
    if finding is not None:
        row.finding = dict(finding)
    session.add(row)
    return is_news
