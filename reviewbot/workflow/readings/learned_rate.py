"""A target's rhythm, learned from its reviews once a day and kept in its memory."""

from zoneinfo import ZoneInfo

from sqlalchemy import bindparam
from sqlmodel import col, select

from reviewbot.core.model import Precision
from reviewbot.core.readings.arrival_rate import learn
from reviewbot.core.readings.target_memory import TargetMemory
from reviewbot.core.settings import Settings
from reviewbot.store.database import run
from reviewbot.store.tables import ReviewRow, TargetRow
from reviewbot.store.tx import Tx

MAX_LEARNED = 400
_LAST = (
    select(ReviewRow.published_at, ReviewRow.published_precision, ReviewRow.first_seen_at)
    .where(col(ReviewRow.target_id) == bindparam("target_id"))
    .order_by(col(ReviewRow.id).desc())
    .limit(MAX_LEARNED)
)


def with_rhythm(tx: Tx, target: TargetRow, memory: TargetMemory) -> TargetMemory:
    """Return the memory with the target's rhythm, learned anew once a day; where too few reviews
    told none, when there are more."""
    if not memory.is_rhythm_due(tx.now):
        return memory
    rows = run(tx.session, _LAST, {"target_id": target.id}).all()
    contact = target.first_contact_at or tx.now
    timed = [published for published, precision, _ in rows if published and precision != _DAY]
    arrivals = timed or [
        published or seen for published, _, seen in rows if published or seen > contact
    ]
    rhythm = learn(arrivals, tx.now, zone_of(tx.settings, target), hours_known=bool(timed))
    return memory.learned(rhythm, tx.now)


_DAY = Precision.DAY.value


def zone_of(settings: Settings, target: TargetRow) -> ZoneInfo:
    place = settings.locations.get(target.location_key)
    return ZoneInfo(place.zone if place else settings.zone)
