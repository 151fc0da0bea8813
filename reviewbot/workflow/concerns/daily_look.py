"""Once a day every place is compared with its own past; what stands is looked at again.

A site that was out of sight for much of the days in question is left out: what is not known is
neither better nor worse.
"""

from datetime import time, timedelta
from functools import partial

from sqlalchemy import func
from sqlmodel import col, select

from reviewbot.core.calendar.digest_days import days_back
from reviewbot.core.calendar.hours import moment_on
from reviewbot.core.settings import Location
from reviewbot.core.trends.concern import ConcernKind, Sign
from reviewbot.core.trends.watching import GAP, Burst, PlaceDay, Usual, bursts, drop, usual_of
from reviewbot.queries.sight.out_of_sight import blind
from reviewbot.queries.trends.place_days import place_days
from reviewbot.store.database import padded
from reviewbot.store.tables import ConcernRow, MeasureRow, TargetRow, TicketRow
from reviewbot.store.tx import Tx
from reviewbot.workflow.attempts import Attempted, attempt
from reviewbot.workflow.concerns import standing, telling
from reviewbot.workflow.concerns.again import UNSEEN_SHARE, look_again
from reviewbot.workflow.concerns.signs import Fall, burst_sign, drop_sign
from reviewbot.workflow.digests import local_date
from reviewbot.workflow.surveys import praise

LOOKED = "concerns_looked_at"
AT = time(9, 0)
"""By the house's clock: before the digests of the morning."""
DAYS_SEEN = 14


def is_due(tx: Tx) -> bool:
    """Whether today's look has not been had yet; reads only."""
    today = local_date(tx.settings.zone, tx.now)
    at = moment_on(tx.settings.zone, today, AT)
    if tx.now < at:
        return False
    last = tx.session.exec(select(func.max(MeasureRow.at)).where(MeasureRow.name == LOOKED)).one()
    return last is None or last < at


def look(tx: Tx) -> int:
    """Look at every place of our own, if today's look is due, and tell who was praised yesterday;
    return how many concerns are new."""
    if not is_due(tx):
        return 0
    tx.session.add(MeasureRow(at=tx.now, name=LOOKED, value=1.0))
    found = 0
    for place in tx.settings.locations.values():
        if place.role == "own":
            subject = Attempted("place", place.key)
            found += attempt(tx, subject, partial(_look_at, tx, place)) or 0
    attempt(tx, Attempted("praise", "places"), partial(praise.tell, tx))
    return found


def _look_at(tx: Tx, place: Location) -> int:
    if _is_unread(tx, place):
        return 0
    days = place_days(tx.session, place.key, place.zone, tx.now)
    today = local_date(place.zone, tx.now)
    # A site out of sight says nothing; the others are compared with themselves all the same.
    unseen = _unseen_sites(tx, place, DAYS_SEEN)
    usual = usual_of([day for day in days if day.site not in unseen], today)
    fall = _fall(tx, place, days, usual) if usual else None
    for concern in standing.standing(tx.session, place.key):
        look_again(tx, concern, days, place, fall)
    if usual is None:
        return 0
    if fall and _is_new_fall(tx, place, fall) and _falls_beside_incidents(tx, place, usual):
        return _told(tx, place, ConcernKind.DROP, *fall)
    after = standing.last_ended(tx.session, place, *ConcernKind)
    later = [day for day in days if day.on >= after]
    for burst in bursts(later, today - timedelta(days=1), usual):
        if burst.topic is not None and _is_new_burst(tx, place, burst):
            sign = burst_sign(tx, place, burst)
            return _told(tx, place, ConcernKind.BURST, burst.topic, sign)
    return 0


def _fall(tx: Tx, place: Location, days: list[PlaceDay], usual: Usual) -> Fall | None:
    today = local_date(place.zone, tx.now)
    after = standing.last_ended(tx.session, place, ConcernKind.DROP)
    fallen = drop(days, today, usual, after)
    return drop_sign(tx, place, fallen, usual) if fallen else None


def _is_new_fall(tx: Tx, place: Location, fall: Fall) -> bool:
    """One story is told once: what a burst's topic drives shows on the card of the burst."""
    is_news = standing.is_news(tx.session, place.key, ConcernKind.DROP, None, tx)
    return is_news and (
        not fall.is_driven
        or standing.is_news(tx.session, place.key, ConcernKind.BURST, fall.topic, tx)
    )


def _falls_beside_incidents(tx: Tx, place: Location, usual: Usual) -> bool:
    """Whether a fall stands without the reviews of incidents told in the days it may be of: one
    story is told once."""
    incidents = tx.session.exec(
        select(ConcernRow.facts).where(
            ConcernRow.location_key == place.key,
            col(ConcernRow.kind).in_([kind for kind in ConcernKind if kind.is_sudden]),
            ConcernRow.found_at > tx.now - timedelta(days=GAP),
        )
    )
    numbers = {number for facts in incidents for number in Sign.from_json(facts).tickets}
    if not numbers:
        return True
    told = tx.session.exec(
        select(TicketRow.review_id).where(col(TicketRow.id).in_(padded(sorted(numbers))))
    )
    rest = place_days(tx.session, place.key, place.zone, tx.now, without=set(told))
    after = standing.last_ended(tx.session, place, ConcernKind.DROP)
    return drop(rest, local_date(place.zone, tx.now), usual, after) is not None


def _is_unread(tx: Tx, place: Location) -> bool:
    """Whether a page of a place waits for its first reading: what is read of the others is half a
    past. One that was tried in vain is not waited for."""
    waiting = select(TargetRow.id).where(
        TargetRow.location_key == place.key,
        col(TargetRow.retired_at).is_(None),
        col(TargetRow.first_contact_at).is_(None),
        TargetRow.health == "",
    )
    return tx.session.exec(waiting.limit(1)).first() is not None


def _unseen_sites(tx: Tx, place: Location, days: int) -> set[str]:
    """Return which sites of a place were out of sight for much of its last days."""
    recent = days_back(days, local_date(place.zone, tx.now), place.zone)
    span = (recent.since, recent.until)
    if not blind(tx, (place.key,), *span).share(recent):
        return set()
    here = select(TargetRow.source).where(
        TargetRow.location_key == place.key, col(TargetRow.retired_at).is_(None)
    )
    return {
        site
        for site in tx.session.exec(here.distinct())
        if blind(tx, (place.key,), *span, site).share(recent) > UNSEEN_SHARE
    }


def _is_new_burst(tx: Tx, place: Location, burst: Burst) -> bool:
    """One story is told once: not beside an incident of the same topic, nor while a drop is as
    young as a burst may be."""
    kinds = (ConcernKind.BURST, ConcernKind.INCIDENT)
    is_new = all(standing.is_news(tx.session, place.key, k, burst.topic, tx) for k in kinds)
    beside = standing.standing(tx.session, place.key)
    return is_new and not any(
        row.topic == burst.topic
        or (row.kind == ConcernKind.DROP and row.found_at > tx.now - timedelta(days=GAP))
        for row in beside
    )


def _told(tx: Tx, place: Location, kind: ConcernKind, topic: str | None, sign: Sign) -> int:
    concern = standing.add(tx, place.key, kind, topic, sign)
    telling.tell(tx, concern, telling.chats_for(tx, place.key))
    return 1
