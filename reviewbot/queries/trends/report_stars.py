"""Stars of a period by place, for files: the same figures that pictures and messages tell."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from reviewbot.core.trends.stars import StarFigures
from reviewbot.queries.counting import came_at
from reviewbot.queries.trends import site_ratings
from reviewbot.queries.trends.written import written
from reviewbot.store.tables import LocationRow

TOTAL = "total"


@dataclass(frozen=True, slots=True)
class PlaceRating:
    """Stars of what was written in the period, and the rating its sites show at the end of it."""

    stars: StarFigures
    site_rating: float | None

    def to_json(self) -> dict[str, float | int | None]:
        low, high = self.stars.interval or (None, None)
        return {
            "mean_stars": _rounded(self.stars.mean),
            "mean_stars_low": _rounded(low),
            "mean_stars_high": _rounded(high),
            "rated": self.stars.n,
            "site_rating": _rounded(self.site_rating),
        }


STAR_COLUMNS = ("mean_stars", "mean_stars_low", "mean_stars_high", "rated", "site_rating")


def report_stars(session: Session, since: datetime, until: datetime) -> dict[str, PlaceRating]:
    """Return the ratings of every location of our own, and of all under TOTAL."""
    own = list(
        session.exec(
            select(LocationRow.key).where(
                LocationRow.role == "own", col(LocationRow.retired_at).is_(None)
            )
        )
    )
    ratings = _ratings(session, own, since, until)
    found = {key: _rating(session, (key,), ratings[key], until) for key in own}
    every = [rating for each in ratings.values() for rating in each]
    return {**found, TOTAL: _rating(session, tuple(own), every, until)}


@dataclass(frozen=True, slots=True)
class CompetitorFigures:
    """What came at a competitor in a period, counted as ours is, beside its stars."""

    name: str
    reviews: int
    complaints: int
    rating: PlaceRating

    def to_json(self) -> dict[str, float | int | str | None]:
        counts = {"reviews": self.reviews, "complaints": self.complaints}
        return {"name": self.name, **counts, **self.rating.to_json()}


def report_competitors(
    session: Session, since: datetime, until: datetime
) -> dict[str, CompetitorFigures]:
    """Return the figures of every competitor of the file, by key."""
    rivals = session.exec(
        select(LocationRow)
        .where(LocationRow.role == "competitor", col(LocationRow.retired_at).is_(None))
        .order_by(LocationRow.key)
    ).all()
    if not rivals:
        return {}
    keys = [place.key for place in rivals]
    new, complaints = came_at(session, since, until, keys)
    ratings = _ratings(session, keys, since, until)
    return {
        place.key: CompetitorFigures(
            place.name,
            new[place.key],
            complaints[place.key],
            _rating(session, (place.key,), ratings[place.key], until),
        )
        for place in rivals
    }


def _ratings(
    session: Session, places: Collection[str], since: datetime, until: datetime
) -> Mapping[str, list[int]]:
    """The stars of what was written in the period, by place."""
    ratings: dict[str, list[int]] = defaultdict(list)
    for review in written(session, places, since, until):
        if review.rating is not None:
            ratings[review.place].append(review.rating)
    return ratings


def _rating(
    session: Session, places: tuple[str, ...], ratings: list[int], until: datetime
) -> PlaceRating:
    shown = site_ratings.shown_at(session, places, until)
    return PlaceRating(StarFigures.of(ratings), site_ratings.mean(shown.values()))


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
