"""Stars of a period by place, for files: the same figures that pictures and messages tell."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from reviewbot.core.trends.stars import StarFigures
from reviewbot.queries.counting import came_at
from reviewbot.queries.trends import site_ratings
from reviewbot.queries.trends.written import stars_by_place
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


def own_places(session: Session) -> list[str]:
    """Return the keys of every location of our own that is still watched."""
    rows = select(LocationRow.key).where(
        LocationRow.role == "own", col(LocationRow.retired_at).is_(None)
    )
    return list(session.exec(rows))


def report_stars(session: Session, since: datetime, until: datetime) -> dict[str, PlaceRating]:
    """Return the ratings of every location of our own, and of all under TOTAL."""
    own = own_places(session)
    stars = stars_by_place(session, own, since, until)
    shown = site_ratings.added_up(site_ratings.read_shown(session, own, until))
    found = {key: _rating(stars[key], shown[key]) for key in own}
    every = sum(stars.values(), StarFigures())
    return {**found, TOTAL: _rating(every, [page for pages in shown.values() for page in pages])}


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
    stars = stars_by_place(session, keys, since, until)
    shown = site_ratings.added_up(site_ratings.read_shown(session, keys, until))
    return {
        place.key: CompetitorFigures(
            place.name,
            new[place.key],
            complaints[place.key],
            _rating(stars[place.key], shown[place.key]),
        )
        for place in rivals
    }


def _rating(stars: StarFigures, shown: Iterable[site_ratings.ShownRating]) -> PlaceRating:
    return PlaceRating(stars, site_ratings.mean(shown))


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
