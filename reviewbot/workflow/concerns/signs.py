"""What is told of a drop and of a burst: figures, the topic behind it, and the reviews."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlmodel import col, select

from reviewbot.core.calendar.digest_days import days_back
from reviewbot.core.settings import Location
from reviewbot.core.trends.concern import DayPart, Sign, day_part
from reviewbot.core.trends.watching import BURST_WINDOWS, Burst, Drop, Usual
from reviewbot.queries.trends.written import WrittenReview, written
from reviewbot.store.database import padded
from reviewbot.store.tables import TicketRow
from reviewbot.store.tx import Tx
from reviewbot.workflow.digests import local_date

NUMBERS = 200
"""Reviews held by a concern's row: the newest."""


class Fall(NamedTuple):
    """How a place stands against its past: the topic that drives it, and what is told."""

    topic: str | None
    sign: Sign

    @property
    def is_driven(self) -> bool:
        """Whether its topic is named by most of its complaints: what grew most may be little."""
        return self.topic is not None and 2 * self.sign.mentions >= self.sign.complaints


def drop_sign(tx: Tx, place: Location, fallen: Drop, usual: Usual) -> Fall:
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
    return Fall(topic, sign)


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


def burst_sign(tx: Tx, place: Location, burst: Burst) -> Sign:
    """Return what is told of a burst on the day on which it is found."""
    assert burst.topic is not None
    return _mentioned(tx, place, burst.topic, burst.days, burst.expected / burst.reviews)


def burst_now(tx: Tx, place: Location, topic: str, told: Sign, fall: Fall | None) -> Sign:
    """Return what is known today of a burst that was told as `told`: from its first day on, as far
    as what is no past yet reaches. `fall`: how the place stands against its past."""
    today = local_date(place.zone, tx.now)
    begun = told.since or today - timedelta(days=told.days)
    days = min(max((today - begun).days, told.days), BURST_WINDOWS[-1])
    now = _mentioned(tx, place, topic, days, told.expected / told.n if told.n else 0.0)
    now = replace(now, since=begun, window=told.window or told.days, measures=told.measures)
    if fall is None or fall.topic != topic or not fall.is_driven:
        return now
    fallen = fall.sign
    return replace(
        now, fallen_days=fallen.days, mean=fallen.mean, usual=fallen.usual, half=fallen.half
    )


def _mentioned(tx: Tx, place: Location, topic: str, days: int, share: float) -> Sign:
    """Return how often a topic is complained of in the last days; `share` is usual."""
    reviews = _recent(tx, place, days)
    behind = [each for each in reviews if each.is_complaint and topic in each.topics]
    today, numbers = local_date(place.zone, tx.now), _numbers(tx, behind)
    return Sign(
        days=days,
        n=len(reviews),
        since=today - timedelta(days=days),
        complaints=sum(each.is_complaint for each in reviews),
        mentions=len(behind),
        expected=share * len(reviews),
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
