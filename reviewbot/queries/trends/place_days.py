"""The days of a place as `core.trends.watching` compares them."""

from collections import Counter, defaultdict
from collections.abc import Collection
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from reviewbot.core.trends.watching import GAP, HISTORY, PlaceDay
from reviewbot.queries.trends.written import WrittenReview, stars_of, written

REACH = timedelta(days=HISTORY + GAP + 1)


def place_days(
    session: Session, place: str, zone: str, now: datetime, *, without: Collection[int] = ()
) -> list[PlaceDay]:
    """Return the days on which something was written about a place, by site, as far back as is
    compared; `without` some reviews, by their ids."""
    here = ZoneInfo(zone)
    by_day: dict[tuple[date, str], list[WrittenReview]] = defaultdict(list)
    for review in written(session, (place,), now - REACH, now + timedelta(seconds=1)):
        if review.review_id in without:
            continue
        by_day[review.written_at.astimezone(here).date(), review.source].append(review)
    return [_day(on, site, reviews) for (on, site), reviews in sorted(by_day.items())]


def _day(on: date, site: str, reviews: list[WrittenReview]) -> PlaceDay:
    topics: Counter[str] = Counter()
    for review in reviews:
        if review.is_complaint:
            topics.update(set(review.topics))
    return PlaceDay(
        on=on,
        stars=stars_of(reviews),
        reviews=len(reviews),
        complaints=sum(each.is_complaint for each in reviews),
        topics=topics,
        site=site,
    )
