"""Once a day every place is compared with its own past; what stands is looked at again.

A site that was out of sight for much of the days in question is left out: what is not known is
neither better nor worse.
"""

from collections import Counter
from dataclasses import replace
from datetime import date, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy import func
from sqlmodel import col, select

from reviewbot.core.calendar.digest_days import days_back
from reviewbot.core.calendar.hours import moment_on
from reviewbot.core.model import OPEN_STATES
from reviewbot.core.settings import Location
from reviewbot.core.trends.concern import ConcernKind, ConcernState, DayPart, Sign, day_part
from reviewbot.core.trends.stars import StarFigures, difference
from reviewbot.core.trends.watching import (
    DROP_WINDOWS,
    GAP,
    LEAST_FALL,
    LEAST_RECENT,
    Burst,
    Drop,
    PlaceDay,
    Usual,
    bursts,
    drop,
    usual_of,
)
from reviewbot.queries.sight.out_of_sight import blind
from reviewbot.queries.trends.place_days import place_days
from reviewbot.queries.trends.written import WrittenReview, written
from reviewbot.store.database import padded
from reviewbot.store.tables import ConcernRow, MeasureRow, TargetRow, TicketRow
from reviewbot.store.tx import Tx
from reviewbot.workflow.attempts import Attempted, attempt
from reviewbot.workflow.concerns import standing, telling
from reviewbot.workflow.digests import local_date
from reviewbot.workflow.surveys import praise

LOOKED = "concerns_looked_at"
AT = time(9, 0)
"""By the house's clock: before the digests of the morning."""
UNSEEN_SHARE = 0.3
DAYS_SEEN = 14
RECOVERED = 0.3
"""What may be left of a fall when it is over."""
SUDDEN_LASTS = timedelta(days=7)
DEEPER = 0.1
"""Stars: a fall that grew by less stays on its card as it was told."""
LONGEST = timedelta(days=56)
"""So long a drop stands at a place of which too little comes to see whether it is over."""
LEFT_ALONE = (ConcernState.SNOOZED, ConcernState.KNOWN)
NUMBERS = 12
"""Reviews named behind a concern: the newest."""


Fall = tuple[str | None, Sign]
"""How a place stands against its past: the topic that drives it, and what is told."""


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
        _look_again(tx, concern, days, place, fall)
    if usual is None:
        return 0
    is_news = standing.is_news(tx.session, place.key, ConcernKind.DROP, None, tx)
    if fall and is_news and _falls_beside_incidents(tx, place, usual):
        return _told(tx, place, ConcernKind.DROP, *fall)
    after = standing.last_ended(tx.session, place, *ConcernKind)
    later = [day for day in days if day.on >= after]
    for burst in bursts(later, today - timedelta(days=1), usual):
        if burst.topic is not None and _is_new_burst(tx, place, burst):
            sign = _burst_sign(tx, place, burst)
            return _told(tx, place, ConcernKind.BURST, burst.topic, sign)
    return 0


def _fall(tx: Tx, place: Location, days: list[PlaceDay], usual: Usual) -> Fall | None:
    today = local_date(place.zone, tx.now)
    after = standing.last_ended(tx.session, place, ConcernKind.DROP)
    fallen = drop(days, today, usual, after)
    return _drop_sign(tx, place, fallen, usual) if fallen else None


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


def _is_unseen(tx: Tx, place: Location, days: int) -> bool:
    """Whether a place was out of sight for much of its last days: nothing is known of them."""
    recent = days_back(days, local_date(place.zone, tx.now), place.zone)
    gaps = blind(tx, (place.key,), recent.since, recent.until)
    return gaps.share(recent) > UNSEEN_SHARE


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


def _drop_sign(tx: Tx, place: Location, fallen: Drop, usual: Usual) -> Fall:
    """Return what drives a fall, and what is told of it."""
    reviews = [each for each in _recent(tx, place, fallen.days) if each.source in usual.sites]
    bad = [each for each in reviews if each.is_complaint]
    topic, mentions, expected = _grown_most(bad, len(reviews), usual)
    behind = [each for each in bad if topic is None or topic in each.topics]
    numbers = _numbers(tx, bad)
    sign = Sign(
        days=fallen.days,
        n=fallen.stars.n,
        mean=fallen.stars.mean,
        usual=fallen.usual,
        half=fallen.half,
        since=fallen.since,
        complaints=len(bad),
        mentions=mentions,
        expected=expected,
        part=_part(behind, place),
        tickets=numbers[-NUMBERS:],
        unnumbered=len(bad) - len(numbers),
        sources=Counter(each.source for each in bad),
    )
    return topic, sign


def _grown_most(
    bad: list[WrittenReview], reviews: int, usual: Usual
) -> tuple[str | None, int, float]:
    """Return the topic that drives a fall, its complaints and how many are usual of so many
    reviews: what is always complained of most explains nothing. None: no topic grew."""
    topics = Counter(topic for each in bad for topic in set(each.topics))
    grown = [(n - usual.share(topic) * reviews, topic) for topic, n in topics.items()]
    more, topic = max(grown, default=(0.0, ""))
    if more <= 0:
        return None, 0, 0.0
    return topic, topics[topic], topics[topic] - more


def _burst_sign(tx: Tx, place: Location, burst: Burst) -> Sign:
    reviews = _recent(tx, place, burst.days)
    behind = [each for each in reviews if each.is_complaint and burst.topic in each.topics]
    today, numbers = local_date(place.zone, tx.now), _numbers(tx, behind)
    return Sign(
        days=burst.days,
        n=len(reviews),
        since=today - timedelta(days=burst.days),
        complaints=sum(each.is_complaint for each in reviews),
        mentions=len(behind),
        expected=burst.expected,
        part=_part(behind, place),
        tickets=numbers[-NUMBERS:],
        unnumbered=len(behind) - len(numbers),
        sources=Counter(each.source for each in behind),
    )


def _recent(tx: Tx, place: Location, days: int) -> list[WrittenReview]:
    span = days_back(days, local_date(place.zone, tx.now), place.zone)
    return list(written(tx.session, (place.key,), span.since, span.until))


def _part(reviews: list[WrittenReview], place: Location) -> DayPart | None:
    zone = ZoneInfo(place.zone)
    return day_part([r.written_at.astimezone(zone).hour for r in reviews if r.has_hour])


def _numbers(tx: Tx, reviews: list[WrittenReview]) -> tuple[int, ...]:
    """The numbers of those that have one: what was answered before the first reading has none."""
    ids = [each.review_id for each in reviews]
    numbers = tx.session.exec(
        select(TicketRow.id).where(col(TicketRow.review_id).in_(padded(ids)))
    )
    return tuple(sorted(number for number in numbers if number is not None))


def _look_again(
    tx: Tx,
    concern: ConcernRow,
    days: list[PlaceDay],
    place: Location,
    fall: Fall | None,
) -> None:
    """End what is over; tell again what was put off and still stands, and a drop that fell as far
    again as is told of a place. `fall` is how the place stands against its past now."""
    if _is_over(tx, concern, days, place, is_fallen=fall is not None):
        concern.state, concern.ended_at = ConcernState.OVER, tx.now
        tx.session.add(concern)
        tx.session.flush()
        telling.edit_copies(tx, concern)
        return
    is_back = concern.state == ConcernState.SNOOZED and concern.until and concern.until <= tx.now
    is_second = False
    if fall and concern.kind == ConcernKind.DROP:
        deeper = _deeper(concern, fall)
        # The first days of a fall are told before all of it is seen: that is no second one, but
        # where it was left alone for what it was, and has been worse than that since.
        is_young = tx.now < concern.found_at + standing.REST
        is_second = deeper >= max(LEAST_FALL, fall[1].half or 0.0) and not is_young
        is_second = is_second or _is_worse_than_left(concern, days, place)
        if is_back or is_second or (is_young and deeper >= DEEPER):
            _renew(tx, concern, fall)
    if is_back or is_second:
        concern.state, concern.until = ConcernState.OPEN, None
        concern.found_at = tx.now
        tx.session.add(concern)
        tx.session.flush()
        telling.tell(tx, concern, telling.chats_for(tx, place.key))


def _deeper(concern: ConcernRow, fall: Fall) -> float:
    """By how many stars a drop is deeper than it was told."""
    return (Sign.from_json(concern.facts).mean or 0.0) - (fall[1].mean or 0.0)


def _is_worse_than_left(concern: ConcernRow, days: list[PlaceDay], place: Location) -> bool:
    """Whether a drop that was put off, or whose cause is known, is surely deeper since then."""
    since = Sign.from_json(concern.facts).since
    if concern.state not in LEFT_ALONE or concern.acted_at is None or since is None:
        return False
    left_on = local_date(place.zone, concern.acted_at)
    before = sum((day.stars for day in days if since <= day.on < left_on), StarFigures())
    after = sum((day.stars for day in days if day.on >= left_on), StarFigures())
    told = difference(before, after)
    return told is not None and told[0] <= -LEAST_FALL and told[2] < 0


def _renew(tx: Tx, concern: ConcernRow, fall: Fall) -> None:
    """Have a drop's card show how the place stands now."""
    told, (topic, sign) = Sign.from_json(concern.facts), fall
    since = min(filter(None, (told.since, sign.since)), default=None)
    concern.topic = topic
    concern.facts = replace(sign, since=since, measures=told.measures).to_json()
    tx.session.add(concern)
    tx.session.flush()
    telling.edit_copies(tx, concern)


def _is_over(
    tx: Tx, concern: ConcernRow, days: list[PlaceDay], place: Location, *, is_fallen: bool
) -> bool:
    sign, kind = Sign.from_json(concern.facts), ConcernKind(concern.kind)
    today = local_date(place.zone, tx.now)
    if kind.is_sudden:
        return tx.now >= concern.found_at + SUDDEN_LASTS or not _open_tickets(tx, sign.tickets)
    if tx.now < concern.found_at + timedelta(days=min(sign.days, 7)):
        return False
    # No complaints from a page that nobody could read are no better days.
    if _is_unseen(tx, place, sign.days):
        return False
    if kind is ConcernKind.DROP:
        stars = _latest(days, today, sign.days)
        if stars is None or stars.mean is None:
            # So few that nobody can say; what nobody sees any more is not told for ever.
            return not is_fallen and tx.now >= concern.found_at + LONGEST
        if sign.usual is None or sign.mean is None:
            return False
        return stars.mean >= sign.usual - RECOVERED * (sign.usual - sign.mean)
    recent = [day for day in days if today - timedelta(days=sign.days) <= day.on < today]
    mentions = sum(day.topics.get(concern.topic or "", 0) for day in recent)
    return mentions <= max(sign.expected * 1.5, 1)


def _latest(days: list[PlaceDay], today: date, least: int) -> StarFigures | None:
    """Return the stars of the shortest stretch up to yesterday, of `least` days or more, that has
    enough of them; None: none has."""
    for length in (each for each in DROP_WINDOWS if each >= least):
        first = today - timedelta(days=length)
        stars = sum((day.stars for day in days if first <= day.on < today), StarFigures())
        if stars.n >= LEAST_RECENT:
            return stars
    return None


def _open_tickets(tx: Tx, numbers: tuple[int, ...]) -> bool:
    rows = select(TicketRow.id).where(
        col(TicketRow.id).in_(numbers), col(TicketRow.state).in_(sorted(OPEN_STATES))
    )
    return tx.session.exec(rows.limit(1)).first() is not None
