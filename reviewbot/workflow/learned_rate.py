"""A target's rhythm, learned from its reviews once a day and kept in its memory."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import col, select

from reviewbot.core.model import Precision
from reviewbot.core.readings.arrival_rate import Rhythm, learn
from reviewbot.core.settings import Settings
from reviewbot.store.tables import ReviewRow, TargetRow
from reviewbot.store.tx import Tx

LEARN_AGAIN = timedelta(days=1)
MAX_LEARNED = 400


def learned_rhythm(tx: Tx, target: TargetRow, own: dict[str, Any]) -> Rhythm | None:
    """Return the target's rhythm, learned anew once a day; `own` keeps it between readings. Where
    too few reviews told none, it is learned anew when there are more (`forget_unlearned`)."""
    learned_at = own.get("rhythm_at")
    if learned_at and tx.now - datetime.fromisoformat(learned_at) < LEARN_AGAIN:
        return rhythm_of(own)
    rows = tx.session.exec(
        select(ReviewRow.published_at, ReviewRow.published_precision, ReviewRow.first_seen_at)
        .where(ReviewRow.target_id == target.id)
        .order_by(col(ReviewRow.id).desc())
        .limit(MAX_LEARNED)
    ).all()
    contact = target.first_contact_at or tx.now
    timed = [published for published, precision, _ in rows if published and precision != _DAY]
    arrivals = timed or [
        published or seen for published, _, seen in rows if published or seen > contact
    ]
    found = learn(arrivals, tx.now, zone_of(tx.settings, target), hours_known=bool(timed))
    own["rhythm_at"] = tx.now.isoformat()
    own["rhythm"] = (
        [found.per_day, list(found.weekdays), list(found.hours), found.learned] if found else None
    )
    return found


def forget_unlearned(own: dict[str, Any]) -> None:
    """New reviews came: what was too little to learn from may be enough at the next reading."""
    if own.get("rhythm") is None:
        own["rhythm_at"] = None


_DAY = Precision.DAY.value


def zone_of(settings: Settings, target: TargetRow) -> ZoneInfo:
    place = settings.locations.get(target.location_key)
    return ZoneInfo(place.zone if place else settings.zone)


def rhythm_of(own: dict[str, Any]) -> Rhythm | None:
    kept = own.get("rhythm")
    if not kept:
        return None
    per_day, weekdays, hours, learned = kept
    return Rhythm(per_day, tuple(weekdays), tuple(hours), learned)


def gap_of(own: dict[str, Any]) -> timedelta | None:
    found = rhythm_of(own)
    return found.gap if found and found.per_day > 0 else None
