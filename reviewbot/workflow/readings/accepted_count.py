"""A person says that the site's count of reviews is right, whatever we hold."""

from datetime import datetime

from sqlmodel import Session, col, select

from reviewbot.store.tables import AuditRow, TargetRow
from reviewbot.store.targets import is_count_doubted, keep_memory, memory_of, poll_soon


def accept_count(session: Session, key: str, by: str, now: datetime) -> bool:
    """Take a person's word that the site's counter is right as it is: the next reading, which is
    due now, sets the measure anew. Return False where the counter is not what is doubted."""
    target = session.exec(
        select(TargetRow).where(TargetRow.key == key, col(TargetRow.retired_at).is_(None))
    ).first()
    if target is None or target.id is None or not is_count_doubted(target):
        return False
    memory = memory_of(target)
    detail = {
        "target": key,
        "count_before": memory.counter,
        "since": target.health_since.isoformat() if target.health_since else None,
    }
    keep_memory(target, memory.count_accepted())
    session.add(target)
    session.add(AuditRow(at=now, actor=by, action="accept_count", detail=detail))
    session.flush()
    poll_soon(session, target.id, now)
    return True
