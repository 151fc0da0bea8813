"""What stands at a place is looked at again: it is over, renewed, or told anew."""

from dataclasses import replace
from datetime import date, timedelta

from reviewbot.core.calendar.digest_days import days_back
from reviewbot.core.settings import Location
from reviewbot.core.trends.concern import After, ConcernKind, ConcernState, Sign
from reviewbot.core.trends.stars import Share, StarFigures, difference, share_difference
from reviewbot.core.trends.watching import DROP_WINDOWS, LEAST_FALL, LEAST_RECENT, PlaceDay
from reviewbot.queries.sight.out_of_sight import blind
from reviewbot.queries.trends.concern_facts import taken_back, unanswered
from reviewbot.store.tables import ConcernRow
from reviewbot.store.tx import Tx
from reviewbot.workflow.concerns import standing, telling
from reviewbot.workflow.concerns.signs import Fall, burst_now
from reviewbot.workflow.digests import local_date

UNSEEN_SHARE = 0.3
RECOVERED = 0.3
"""What may be left of a fall when it is over."""
SUDDEN_LASTS = timedelta(days=7)
DEEPER = 0.1
"""Stars: a fall that grew by less stays on its card as it was told."""
MORE_OFTEN = 1.5
"""So many times as often a topic is named, at the least, where a burst grew."""
LATELY = timedelta(days=7)
LONGEST = timedelta(days=56)
"""So long a drop stands at a place of which too little comes to see whether it is over."""
LEFT_ALONE = (ConcernState.SNOOZED, ConcernState.KNOWN)


def look_again(
    tx: Tx,
    concern: ConcernRow,
    days: list[PlaceDay],
    place: Location,
    fall: Fall | None,
) -> None:
    """End what is over; tell again what was put off and still stands, and what is as far worse
    again as is told of a place. `fall` is how the place stands against its past now."""
    if _is_over(tx, concern, days, place, is_fallen=fall is not None):
        _end(tx, concern, days, place)
        return
    is_back = concern.state == ConcernState.SNOOZED and concern.until and concern.until <= tx.now
    is_second = False
    # The first days are told before all of it is seen: that is no second one, but where it was
    # left alone for what it was, and has been worse than that since.
    is_young = tx.now < concern.found_at + standing.REST
    if fall and concern.kind == ConcernKind.DROP:
        deeper = _deeper(concern, fall)
        is_second = deeper >= max(LEAST_FALL, fall.sign.half or 0.0) and not is_young
        is_second = is_second or _is_worse_than_left(concern, days, place)
        if is_back or is_second or (is_young and deeper >= DEEPER):
            _renew(tx, concern, fall)
    elif concern.kind == ConcernKind.BURST and concern.topic:
        is_second = _has_grown(tx, concern, days, place, is_young=is_young)
        _renew_burst(tx, concern, place, fall)
    _count_taken_back(tx, concern)
    if is_back or is_second:
        concern.state, concern.until = ConcernState.OPEN, None
        concern.found_at = tx.now
        tx.session.add(concern)
        tx.session.flush()
        telling.tell(tx, concern, telling.chats_for(tx, place.key))


def is_unseen(tx: Tx, place: Location, days: int) -> bool:
    """Whether a place was out of sight for much of its last days: nothing is known of them."""
    recent = days_back(days, local_date(place.zone, tx.now), place.zone)
    gaps = blind(tx, (place.key,), recent.since, recent.until)
    return gaps.share(recent) > UNSEEN_SHARE


def _deeper(concern: ConcernRow, fall: Fall) -> float:
    """By how many stars a drop is deeper than it was told."""
    return (Sign.from_json(concern.facts).mean or 0.0) - (fall.sign.mean or 0.0)


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


def _has_grown(
    tx: Tx, concern: ConcernRow, days: list[PlaceDay], place: Location, *, is_young: bool
) -> bool:
    """Whether a burst's topic is surely named more often since it was left alone, or, where nobody
    left it alone and it is no more young, of late."""
    if concern.state in LEFT_ALONE and concern.acted_at is not None:
        parted = local_date(place.zone, concern.acted_at)
    elif not is_young:
        parted = local_date(place.zone, tx.now - LATELY)
    else:
        return False
    since = Sign.from_json(concern.facts).since or date.min
    before = _named([day for day in days if since <= day.on < parted], concern.topic or "")
    after = _named([day for day in days if day.on >= parted], concern.topic or "")
    told = share_difference(before, after)
    is_more = (after.value or 0.0) >= MORE_OFTEN * (before.value or 0.0)
    return told is not None and is_more and told[1] > 0


def _named(days: list[PlaceDay], topic: str) -> Share:
    named = sum(day.topics.get(topic, 0) for day in days)
    return Share(named, sum(day.reviews for day in days))


def _renew(tx: Tx, concern: ConcernRow, fall: Fall) -> None:
    """Have a drop's card show how the place stands now."""
    told, (topic, sign) = Sign.from_json(concern.facts), fall
    since = min(filter(None, (told.since, sign.since)), default=None)
    concern.topic = topic
    _keep(tx, concern, replace(sign, since=since, measures=told.measures))


def _renew_burst(tx: Tx, concern: ConcernRow, place: Location, fall: Fall | None) -> None:
    """Have a burst's card show what has come since; the fall it brought, too, which has no card of
    its own. Where nothing came it stays as it is."""
    told = Sign.from_json(concern.facts)
    now = burst_now(tx, place, concern.topic or "", told, fall)
    shown = (told.n, told.mentions, told.tickets, told.fallen_days, told.mean)
    if (now.n, now.mentions, now.tickets, now.fallen_days, now.mean) != shown:
        _keep(tx, concern, now)


def _count_taken_back(tx: Tx, concern: ConcernRow) -> None:
    """Have the card follow reviews that went, or that their guests changed for the better."""
    told = Sign.from_json(concern.facts)
    gone = len(taken_back(tx.session, told.tickets))
    if gone != told.taken_back:
        _keep(tx, concern, replace(told, taken_back=gone))


def _keep(tx: Tx, concern: ConcernRow, sign: Sign) -> None:
    concern.facts = sign.to_json()
    tx.session.add(concern)
    tx.session.flush()
    telling.edit_copies(tx, concern)


def _is_over(
    tx: Tx, concern: ConcernRow, days: list[PlaceDay], place: Location, *, is_fallen: bool
) -> bool:
    sign, kind = Sign.from_json(concern.facts), ConcernKind(concern.kind)
    today = local_date(place.zone, tx.now)
    if kind.is_sudden:
        return tx.now >= concern.found_at + SUDDEN_LASTS or not unanswered(
            tx.session, sign.tickets
        )
    # A burst is measured by as many days as it was found in, however long it has stood.
    window = sign.window or sign.days
    if tx.now < concern.found_at + timedelta(days=min(window, 7)):
        return False
    # No complaints from a page that nobody could read are no better days.
    if is_unseen(tx, place, window):
        return False
    if kind is ConcernKind.DROP:
        latest = _latest(days, today, sign.days)
        if latest is None or latest[1].mean is None:
            # So few that nobody can say; what nobody sees any more is not told for ever.
            return not is_fallen and tx.now >= concern.found_at + LONGEST
        if sign.usual is None or sign.mean is None:
            return False
        return latest[1].mean >= sign.usual - RECOVERED * (sign.usual - sign.mean)
    named = _named(_last(days, today, window), concern.topic or "")
    return named.k <= max(sign.expected * window / sign.days * 1.5, 1)


def _end(tx: Tx, concern: ConcernRow, days: list[PlaceDay], place: Location) -> None:
    """It is over, and its card says how it stands now."""
    sign, kind = Sign.from_json(concern.facts), ConcernKind(concern.kind)
    today = local_date(place.zone, tx.now)
    if kind is ConcernKind.DROP and (latest := _latest(days, today, sign.days)):
        length, stars = latest
        sign = replace(sign, after=After(length, stars.n, mean=stars.mean))
    elif kind is ConcernKind.BURST:
        window = sign.window or sign.days
        named = _named(_last(days, today, window), concern.topic or "")
        sign = replace(sign, after=After(window, named.n, named.k))
    concern.state, concern.ended_at = ConcernState.OVER, tx.now
    _keep(tx, concern, sign)


def _last(days: list[PlaceDay], today: date, length: int) -> list[PlaceDay]:
    return [day for day in days if today - timedelta(days=length) <= day.on < today]


def _latest(days: list[PlaceDay], today: date, least: int) -> tuple[int, StarFigures] | None:
    """Return the shortest stretch up to yesterday, of `least` days or more, that has enough of
    stars; None: none has."""
    for length in (each for each in DROP_WINDOWS if each >= least):
        stars = sum((day.stars for day in _last(days, today, length)), StarFigures())
        if stars.n >= LEAST_RECENT:
            return length, stars
    return None
