"""What a chat's pinned summary says: how things stand at this moment."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256

from reviewbot.core.calendar.digest_days import PlaceCount, Unseen
from reviewbot.core.trends.overview import SiteRating


@dataclass(frozen=True, slots=True)
class SummaryFacts:
    """How the places of a chat stand `at` a moment: what is open and overdue, the rating each site
    shows with its change over thirty days, what is out of sight now. `since`: from when on all of
    it has been so. The fields of a digest mean here what they mean there."""

    zone: str
    at: datetime
    since: datetime
    locations: int
    name: str | None = None
    open: int = 0
    overdue: tuple[PlaceCount, ...] = ()
    overdue_unseen: int = 0
    sites: tuple[SiteRating, ...] = ()
    unseen: tuple[Unseen, ...] = ()
    unread: int = 0
    all_in_sight: bool = True

    @property
    def fingerprint(self) -> str:
        """What tells whether it says something else; the moment does not matter."""
        never = datetime(1970, 1, 1, tzinfo=UTC)
        rounded = tuple(
            replace(site, now=_shown(site.now), change=_shown(site.change)) for site in self.sites
        )
        said = replace(self, at=never, since=never, sites=rounded)
        return sha256(repr(said).encode()).hexdigest()[:16]


def _shown(rating: float | None) -> float | None:
    """As precisely as it is written."""
    return None if rating is None else round(rating, 1)
