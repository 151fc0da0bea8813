"""Whether a place is worse than it uses to be: its rating fell, or a topic is complained of more.

A place is compared with its own past (HISTORY days before the days in question), weekday with
weekday where enough is known, and the past's own unsteadiness counts: a place whose days differ
much has to fall further. There is no fixed threshold of stars. What a few reviews cannot tell is
not told: under LEAST_PAST reviews there is no past to compare with.

Sites differ: each is compared with itself, so that a place is not worse because a stricter site
was added, or a milder one is out of sight. A site of fewer than LEAST_OF_SITE past reviews is left
out.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from math import exp, lgamma, log, sqrt

from reviewbot.core.trends.stars import StarFigures

HISTORY = 182
GAP = 28
"""Days before today that are no past yet: a slow fall must not become its own measure."""
LEAST_PAST = 30
LEAST_OF_SITE = 8
SHARE_TRUST = 5.0
"""So many reviews of the whole place weigh as much as those of the site itself."""
DROP_WINDOWS = (7, 10, 14, 28)
LEAST_RECENT = 8
LEAST_FALL = 0.3
"""Stars: a smaller fall is not worth a card, however sure."""
DROP_Z = 2.75
"""How many standard errors a fall is at least, before SKEW is allowed for."""
SKEW = 2.0
"""Stars pile up at five, so means of few reviews fall low more often than a bell curve has it
(Cornish and Fisher's correction)."""
BURST_WINDOWS = (1, 2, 3, 5, 7, 10, 14, 21, 28)
"""Days: few reviews a day need many of them, and GAP keeps the longest apart from the past."""
LEAST_MENTIONS = 4
BURST_CHANCE = 1e-4
"""How rarely chance alone may bring as many mentions, for one topic and window on one day."""
WEEKDAY_TRUST = 20.0
"""So many reviews of the whole week weigh as much as those of the weekday itself."""
MOST_SPREADING = 4.0


@dataclass(frozen=True, slots=True)
class PlaceDay:
    """What was written about a place on one day on one site. `topics` counts the complaints that
    name each."""

    on: date
    stars: StarFigures = field(default_factory=StarFigures)
    reviews: int = 0
    complaints: int = 0
    topics: Mapping[str, int] = field(default_factory=dict)
    site: str = ""


@dataclass(frozen=True, slots=True)
class PlacePast:
    """What was written about a place, on one site or on all."""

    stars: StarFigures = field(default_factory=StarFigures)
    reviews: int = 0
    complaints: int = 0
    topics: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, days: Sequence[PlaceDay]) -> "PlacePast":
        topics: dict[str, int] = defaultdict(int)
        for day in days:
            for topic, count in day.topics.items():
                topics[topic] += count
        return cls(
            sum((day.stars for day in days), StarFigures()),
            sum(day.reviews for day in days),
            sum(day.complaints for day in days),
            topics,
        )

    def named(self, topic: str | None) -> int:
        """How many complaints name a topic; None: how many there are."""
        return self.complaints if topic is None else self.topics.get(topic, 0)


@dataclass(frozen=True, slots=True)
class Usual:
    """What a place's past is like: all of it, its sites by name, its stars by weekday, and how
    much more its days differ than chance would make them (1: as chance does)."""

    whole: PlacePast
    sites: Mapping[str, PlacePast]
    by_weekday: Mapping[int, StarFigures]
    spreading: float = 1.0

    def expected(self, day: PlaceDay) -> float:
        """Stars to be expected on a day: its weekday's mean drawn towards the week's, and how its
        site differs from the place's others."""
        weekday = self.by_weekday.get(day.on.weekday(), StarFigures())
        whole = self.whole.stars.mean or 0.0
        mean = self.sites[day.site].stars.mean if len(self.sites) > 1 else None
        lean = mean - whole if mean is not None else 0.0
        return (weekday.total + WEEKDAY_TRUST * whole) / (weekday.n + WEEKDAY_TRUST) + lean

    def share(self, topic: str | None, site: str | None = None) -> float:
        """The share of reviews that complain of a topic, of a site where one is named; topic None:
        that complain at all."""
        whole = (self.whole.named(topic) + 0.5) / (self.whole.reviews + 1)
        if site is None or len(self.sites) < 2:
            return whole
        past = self.sites[site]
        return (past.named(topic) + SHARE_TRUST * whole) / (past.reviews + SHARE_TRUST)

    def of_known_sites(self, days: Iterable[PlaceDay]) -> list[PlaceDay]:
        """Return the days of the sites that have a past to be compared with."""
        return [day for day in days if day.site in self.sites]

    def unsure(self, days: Iterable[PlaceDay]) -> float:
        """How unsure what is expected of these days is, as a variance in units of a review's."""
        rated = Counter[str]()
        for day in days:
            rated[day.site] += day.stars.n
        n = sum(rated.values())
        return sum((k / n) ** 2 / max(self.sites[site].stars.n, 1) for site, k in rated.items())


@dataclass(frozen=True, slots=True)
class Drop:
    """The stars of the last `days` days against what is usual; `half` is the half-width of what a
    stretch of so many reviews usually varies by. `since`: the day from which it is worse."""

    days: int
    stars: StarFigures
    usual: float
    half: float
    z: float
    since: date


@dataclass(frozen=True, slots=True)
class Burst:
    """A topic named in `count` of `reviews` in the last `days` days, where `expected` are usual.
    `topic` None: complaints of all kinds."""

    topic: str | None
    days: int
    count: int
    reviews: int
    expected: float
    chance: float


def usual_of(days: Sequence[PlaceDay], today: date) -> Usual | None:
    """Return what the past was like; None: there is too little of it."""
    first, end = today - timedelta(days=HISTORY + GAP), today - timedelta(days=GAP)
    past = [day for day in days if first <= day.on < end]
    by_site = defaultdict[str, list[PlaceDay]](list)
    for day in past:
        by_site[day.site].append(day)
    sites = {site: PlacePast.of(days) for site, days in by_site.items()}
    sites = {site: one for site, one in sites.items() if one.reviews >= LEAST_OF_SITE}
    past = [day for day in past if day.site in sites]
    whole = next(iter(sites.values())) if len(sites) == 1 else PlacePast.of(past)
    by_weekday = defaultdict[int, StarFigures](StarFigures)
    for day in past:
        by_weekday[day.on.weekday()] += day.stars
    if whole.reviews < LEAST_PAST:
        return None
    usual = Usual(whole, sites, by_weekday)
    return replace(usual, spreading=_spreading(past, usual))


def _spreading(past: Iterable[PlaceDay], usual: Usual) -> float:
    variance, counted, squares = usual.whole.stars.spread**2, 0, 0.0
    for day in past:
        if day.stars.n:
            off = day.stars.total - day.stars.n * usual.expected(day)
            squares += off * off / (day.stars.n * variance)
            counted += 1
    return min(max(squares / counted, 1.0), MOST_SPREADING) if counted else 1.0


def drop(
    days: Sequence[PlaceDay], today: date, usual: Usual | None = None, after: date = date.min
) -> Drop | None:
    """Return the surest fall of the rating up to yesterday; None: there is none. What lies before
    `after` is an earlier story."""
    usual = usual or usual_of(days, today)
    if usual is None or usual.whole.stars.n < LEAST_PAST:
        return None
    days = [day for day in usual.of_known_sites(days) if day.on >= after]
    found: Drop | None = None
    for length in DROP_WINDOWS:
        recent = _between(days, today - timedelta(days=length), today)
        stars = sum((day.stars for day in recent), StarFigures())
        if stars.n < LEAST_RECENT or stars.mean is None:
            continue
        expected = sum(day.stars.n * usual.expected(day) for day in recent) / stars.n
        spread = usual.whole.stars.spread * sqrt(usual.spreading)
        error = spread * sqrt(1 / stars.n + usual.unsure(recent))
        z = (expected - stars.mean) / error
        if z < _least_z(stars.n) or expected - stars.mean < LEAST_FALL or (found and z <= found.z):
            continue
        found = Drop(length, stars, expected, 1.96 * error, z, _since(days, today, usual))
    return found


def _least_z(n: int) -> float:
    return DROP_Z + (DROP_Z * DROP_Z - 1) * SKEW / (6 * sqrt(n))


def _since(days: Sequence[PlaceDay], today: date, usual: Usual) -> date:
    """The day that parts the better from the worse best, within the days that are no past yet."""
    best, since = 0.0, today - timedelta(days=1)
    short, n = 0.0, 0
    for day in sorted(_between(days, today - timedelta(days=GAP), today), key=lambda d: d.on)[
        ::-1
    ]:
        short += day.stars.n * usual.expected(day) - day.stars.total
        n += day.stars.n
        weight = short / sqrt(n) if n else 0.0
        if weight > best:
            best, since = weight, day.on
    return since


def bursts(
    days: Sequence[PlaceDay], today: date, usual: Usual | None = None, chance: float = BURST_CHANCE
) -> tuple[Burst, ...]:
    """Return the topics complained of far more than usual up to and with `today`, the least
    likely first."""
    usual = usual or usual_of(days, today)
    if usual is None:
        return ()
    days = usual.of_known_sites(days)
    found: dict[str | None, Burst] = {}
    tomorrow = today + timedelta(days=1)
    latest = _between(days, tomorrow - timedelta(days=BURST_WINDOWS[-1]), tomorrow)
    for length in BURST_WINDOWS:
        recent = _between(latest, tomorrow - timedelta(days=length), tomorrow)
        by_site = Counter[str]()
        for day in recent:
            by_site[day.site] += day.reviews
        reviews = by_site.total()
        topics: dict[str | None, int] = defaultdict(int)
        for day in recent:
            topics[None] += day.complaints
            for topic, count in day.topics.items():
                topics[topic] += count
        for name, count in topics.items():
            if count < LEAST_MENTIONS:
                continue
            of_each = sum(k * usual.share(name, site) for site, k in by_site.items())
            share = of_each / reviews * sqrt(usual.spreading)
            likely = tail(count, reviews, min(share, 0.95))
            if likely > chance:
                continue
            known = found.get(name)
            if known is None or likely < known.chance:
                found[name] = Burst(name, length, count, reviews, share * reviews, likely)
    return tuple(sorted(found.values(), key=lambda burst: (burst.chance, burst.topic or "")))


def _between(days: Iterable[PlaceDay], since: date, until: date) -> list[PlaceDay]:
    return [day for day in days if since <= day.on < until]


def tail(count: int, n: int, share: float) -> float:
    """Return the chance of `count` or more of `n` where each has `share` (binomial)."""
    if count <= 0:
        return 1.0
    if share <= 0 or count > n:
        return 0.0
    total = 0.0
    for k in range(count, n + 1):
        ways = lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
        term = exp(ways + k * log(share) + (n - k) * log(1 - share))
        total += term
        if k > n * share and term < total * 1e-9:
            break
    return min(total, 1.0)
