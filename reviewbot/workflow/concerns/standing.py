"""Which concerns stand at a place, and whether what was found is news."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, func
from sqlmodel import Session, col, select

from reviewbot.core.settings import Location
from reviewbot.core.trends.concern import ConcernKind, ConcernState, Sign
from reviewbot.store.tables import ConcernRow
from reviewbot.store.tx import Tx

REST = timedelta(days=14)
"""For so long after it is over the same is not told anew: it is the same story."""

_STANDING = (
    select(ConcernRow).where(ConcernRow.state != ConcernState.OVER).order_by(col(ConcernRow.id))
)
_STANDING_HERE = _STANDING.where(ConcernRow.location_key == bindparam("place"))


def standing(session: Session, place: str | None = None) -> list[ConcernRow]:
    """Return the concerns that are not over, of a place or of all."""
    if place is None:
        return list(session.exec(_STANDING))
    return list(session.exec(_STANDING_HERE, params={"place": place}))


def is_news(session: Session, place: str, kind: ConcernKind, topic: str | None, tx: Tx) -> bool:
    """Whether nothing of this kind and topic stands there, or was over a moment ago."""
    rows = session.exec(
        select(ConcernRow).where(ConcernRow.location_key == place, ConcernRow.kind == kind)
    )
    return not any(
        row.state != ConcernState.OVER or (row.ended_at or row.found_at) > tx.now - REST
        for row in rows
        if kind is ConcernKind.DROP or row.topic == topic
    )


def last_ended(session: Session, place: Location, *kinds: ConcernKind) -> date:
    """Return the day on which the last story of these kinds was over at a place: what lies before
    is not told twice."""
    ended = session.exec(
        select(func.max(ConcernRow.ended_at)).where(
            ConcernRow.location_key == place.key, col(ConcernRow.kind).in_(kinds)
        )
    ).one()
    return ended.astimezone(ZoneInfo(place.zone)).date() if ended else date.min


def add(tx: Tx, place: str, kind: ConcernKind, topic: str | None, sign: Sign) -> ConcernRow:
    """Write down what was found."""
    concern = ConcernRow(
        kind=kind,
        location_key=place,
        topic=topic,
        state=ConcernState.OPEN,
        found_at=tx.now,
        facts=sign.to_json(),
    )
    tx.session.add(concern)
    tx.session.flush()
    return concern
