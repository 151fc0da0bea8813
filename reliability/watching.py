"""How soon a drop and a burst are told, and how often chance is told as one: simulated arrivals.

    python -m reliability.watching [--places 60] [--seed 1000] [--curves FILE.png] [--sites]

Days are overdispersed (a negative binomial about a rate with week and season), stars come from a
distribution of a café's shape. Thresholds were tuned with the seeds below TUNING_SEEDS_END; what
is reported comes from seeds above it.
"""

import argparse
import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from random import Random  # noqa: TID251 - a simulation, seeded

from reliability.detection_curves import Curves, curve_table, draw_curves
from reviewbot.core.trends.stars import StarFigures
from reviewbot.core.trends.watching import PlaceDay, bursts, drop, usual_of

TUNING_SEEDS_END = 1000
START = date(2025, 1, 1)
YEAR, PAST = 365, 210
STARS = {1: 0.06, 2: 0.03, 3: 0.06, 4: 0.15, 5: 0.70}
"""Mean 4.40."""
FALLEN = {1: 0.26, 2: 0.11, 3: 0.12, 4: 0.17, 5: 0.34}
"""Mean 3.22 less 0.18 by weight below: a fall of one star."""
TOPICS = {"waiting": 0.10, "staff": 0.05, "food": 0.04, "price": 0.03, "cleanliness": 0.02}
"""Shares of all reviews that complain of each."""
RATES = (0.1, 0.5, 3.0, 30.0)


@dataclass(frozen=True)
class Site:
    """A site of a place: its share of the reviews, how many stars lower it is than the place, the
    day it was added on (with no past of its own), and the days it was out of sight: what was
    written then is found when it is seen again."""

    name: str = ""
    share: float = 1.0
    lower: float = 0.0
    added: int = -10_000
    blind: range = range(0)

    def is_unseen(self, n: int) -> bool:
        """Whether the bot leaves it out on day `n`: it was out of sight for much of two weeks."""
        return sum(day in self.blind for day in range(n - 13, n + 1)) > 0.3 * 14


ALONE = (Site(),)
AROUND, MIDYEAR = range(30, 51), 180
"""The blind days around the change, which comes in day 33 to 40; the day a site is added on."""
MIXES = {
    "one site": lambda _: ALONE,
    "two alike": lambda _: (Site("a", 0.6), Site("b", 0.4)),
    "two, one stricter": lambda _: (Site("a", 0.6), Site("b", 0.4, 0.8)),
    "two, one blind for three weeks": lambda start: (
        Site("a", 0.6),
        Site("b", 0.4, 0.4, blind=range(start, start + 21)),
    ),
    "three, the stricter one blind": lambda start: (
        Site("a", 0.5),
        Site("b", 0.3),
        Site("c", 0.2, 0.8, blind=range(start, start + 21)),
    ),
    "a stricter one added": lambda start: (
        Site("a", 0.6),
        Site("b", 0.4, 0.8, added=start),
    ),
}
"""Sites by the day on which theirs changes."""


@dataclass(frozen=True)
class Found:
    """What a year of one place brought: when a drop was told, and bursts by topic."""

    drops: list[date]
    bursts: list[tuple[date, str | None]]


def mean(stars: dict[int, float]) -> float:
    return sum(star * share for star, share in stars.items()) / sum(stars.values())


def mixed(weight: float) -> dict[int, float]:
    """A distribution between STARS (0) and FALLEN (1)."""
    return {star: STARS[star] * (1 - weight) + FALLEN[star] * weight for star in STARS}


def weight_of_fall(stars: float) -> float:
    return stars / (mean(STARS) - mean(FALLEN))


def arrivals(rng: Random, rate: float, on: date) -> int:
    """A day's count: week and season move the rate, a gamma makes days differ more than chance."""
    week = (0.9, 0.8, 0.85, 0.95, 1.1, 1.3, 1.1)[on.weekday()]
    season = 1 + 0.25 * math.sin(2 * math.pi * on.timetuple().tm_yday / 365)
    lam = rate * week * season * rng.gammavariate(6.0, 1 / 6)
    return poisson(rng, lam)


def poisson(rng: Random, lam: float) -> int:
    limit, count, product = math.exp(-lam), 0, rng.random()
    while product > limit:
        count, product = count + 1, product * rng.random()
    return count


def day(
    rng: Random, on: date, rate: float, fall: float = 0.0, tripled: str | None = None
) -> PlaceDay:
    """A day's reviews; `fall` of a star; `tripled`: a topic named three times as often. Saturdays
    are a tenth of a star worse at any time."""
    shares = mixed(weight_of_fall(fall + (0.1 if on.weekday() == 5 else 0)))
    count = arrivals(rng, rate, on)
    stars = rng.choices(list(shares), list(shares.values()), k=count)
    topics: Counter[str] = Counter()
    complaints = 0
    for _ in stars:
        named = [
            topic
            for topic, share in TOPICS.items()
            if rng.random() < share * (3 if topic == tripled else 1)
        ]
        complaints += bool(named)
        topics.update(named)
    return PlaceDay(on, StarFigures.of(stars), count, complaints, topics)


def lived(
    rng: Random,
    rate: float,
    changed: Callable[[int], tuple[float, str | None]],
    days: int,
    sites: Sequence[Site] = ALONE,
) -> Found:
    """Live `days` days after a past, looking every day, as the bot does: a drop before a burst,
    one of them a day, no burst beside a drop; what stands is not told again for four weeks."""
    known: list[PlaceDay] = []

    def write(n: int, fall: float = 0.0, tripled: str | None = None) -> None:
        on = START + timedelta(days=n)
        for site in sites:
            if n >= site.added:
                said = day(rng, on, rate * site.share, fall + site.lower, tripled)
                known.append(replace(said, site=site.name))

    for n in range(-PAST, 0):
        write(n)
    found = Found([], [])
    quiet: dict[object, date] = {}
    for n in range(days):
        today = START + timedelta(days=n)
        fall, tripled = changed(n)
        write(n, fall, tripled)
        if quiet.get("drop", START) > today:
            continue
        unseen = {site.name for site in sites if site.is_unseen(n)}
        hidden = {site.name for site in sites if n in site.blind}
        tomorrow = today + timedelta(days=1)
        recent = [
            each
            for each in known[-(PAST + 31) * len(sites) :]
            if each.site not in unseen and not (each.site in hidden and _is_hidden(each, sites))
        ]
        usual = usual_of(recent, tomorrow)
        if drop(recent, tomorrow, usual):
            found.drops.append(today)
            quiet["drop"] = today + timedelta(days=28)
            continue
        for burst in bursts(recent, today, usual):
            if burst.topic is not None and quiet.get(burst.topic, START) <= today:
                found.bursts.append((today, burst.topic))
                quiet[burst.topic] = today + timedelta(days=28)
                break
    return found


def _is_hidden(each: PlaceDay, sites: Sequence[Site]) -> bool:
    n = (each.on - START).days
    return any(n in site.blind for site in sites if site.name == each.site)


def steady(_: int) -> tuple[float, str | None]:
    return 0.0, None


def falls(n: int) -> tuple[float, str | None]:
    """A star within a week, complete on day 40."""
    return min(max((n - 33) / 7, 0.0), 1.0), None


def triples(n: int) -> tuple[float, str | None]:
    return 0.0, "waiting" if n >= 40 else None


def within(told: list[date], complete: int, days: int) -> bool:
    """Whether it was told by then; before it began does not count."""
    first, last = START + timedelta(days=complete - 7), START + timedelta(days=complete + days)
    return any(first <= on < last for on in told)


def report(places: int, seed: int) -> list[dict[str, float]]:
    """Return a row per rate: shares told in time, false alarms per place and year."""
    rows = []
    for rate in RATES:
        count = max(10, places // 3) if rate > 10 else places
        fallen = [lived(Random(seed + n), rate, falls, 70) for n in range(count)]
        tripled = [lived(Random(seed + n), rate, triples, 70) for n in range(count)]
        calm = [lived(Random(seed + n), rate, steady, YEAR) for n in range(count)]
        waits = [[on for on, topic in one.bursts if topic == "waiting"] for one in tripled]
        rows.append(
            {
                "rate": rate,
                "drop_in_10_days": sum(within(one.drops, 40, 10) for one in fallen) / count,
                "drop_in_28_days": sum(within(one.drops, 40, 28) for one in fallen) / count,
                "burst_in_3_days": sum(within(one, 40, 3) for one in waits) / count,
                "burst_in_7_days": sum(within(one, 40, 7) for one in waits) / count,
                "burst_in_14_days": sum(within(one, 40, 14) for one in waits) / count,
                "burst_in_28_days": sum(within(one, 40, 28) for one in waits) / count,
                "false_drops": sum(len(one.drops) for one in calm) / count,
                "false_bursts": sum(len(one.bursts) for one in calm) / count,
            }
        )
    return rows


def report_sites(places: int, seed: int, rate: float) -> list[dict[str, float | str]]:
    """Return a row per mix of sites, at one rate of the whole place."""
    rows: list[dict[str, float | str]] = []
    for name, of in MIXES.items():
        around, calm_sites = of(AROUND.start), of(MIDYEAR)

        def live(
            changed: Callable[[int], tuple[float, str | None]],
            days: int,
            sites: Sequence[Site],
        ) -> list[Found]:
            return [lived(Random(seed + n), rate, changed, days, sites) for n in range(places)]

        fallen, tripled = live(falls, 70, around), live(triples, 70, around)
        calm = live(steady, YEAR, calm_sites)
        waits = [[on for on, topic in one.bursts if topic == "waiting"] for one in tripled]
        rows.append(
            {
                "sites": name,
                "drop_in_10_days": sum(within(one.drops, 40, 10) for one in fallen) / places,
                "drop_in_28_days": sum(within(one.drops, 40, 28) for one in fallen) / places,
                "burst_in_3_days": sum(within(one, 40, 3) for one in waits) / places,
                "burst_in_14_days": sum(within(one, 40, 14) for one in waits) / places,
                "false_drops": sum(len(one.drops) for one in calm) / places,
                "false_bursts": sum(len(one.bursts) for one in calm) / places,
            }
        )
    return rows


def by_rate(places: int, seed: int) -> list[Curves]:
    """Return how the shares grow over four weeks, at each rate."""
    return [
        curves(
            f"{rate:g} reviews a day", max(10, places // 3) if rate > 10 else places, seed, rate
        )
        for rate in RATES
    ]


def by_sites(places: int, seed: int, rate: float) -> list[Curves]:
    """Return the same for each mix of sites, at one rate of the whole place."""
    return [curves(name, places, seed, rate, of(AROUND.start)) for name, of in MIXES.items()]


def curves(
    name: str, places: int, seed: int, rate: float, sites: Sequence[Site] = ALONE
) -> Curves:
    """Return how the shares grow."""
    many = range(seed, seed + places)
    fallen = [lived(Random(n), rate, falls, 70, sites).drops for n in many]
    found = [lived(Random(n), rate, triples, 70, sites).bursts for n in many]
    tripled = [[on for on, topic in bursts if topic == "waiting"] for bursts in found]
    drop, burst = (
        [sum(within(one, 40, days) for one in told) / places for days in range(29)]
        for told in (fallen, tripled)
    )
    return Curves(name, drop, burst)


def best_power(rate: float, days: int, topics: int = 1) -> float:
    """Return how often any rule at all can tell, `days` days after it began, that a topic is named
    by 30 % of reviews where 10 % did, at one false alarm per place and year.

    The most powerful test there is (Neyman and Pearson: the count of the topic, at random on the
    border), which knows the usual share and the day it began, and is asked once in `days` days: a
    rule that looks every day, or does not know when it began, tells less.
    """
    allowed, spent, power = days / YEAR / topics, 0.0, 0.0
    usual, tripled = rate * days * TOPICS["waiting"], rate * days * 3 * TOPICS["waiting"]
    for count in range(int(2 * tripled + 40), -1, -1):
        chance, told = _poisson(usual, count), _poisson(tripled, count)
        if spent + chance > allowed:
            return power + told * (allowed - spent) / chance
        spent, power = spent + chance, power + told
    return power


def _poisson(mean_count: float, count: int) -> float:
    return math.exp(count * math.log(mean_count) - mean_count - math.lgamma(count + 1))


def bounds() -> str:
    """The table of what no rule can do better, of one topic and of five."""
    spans = (3, 7, 14, 21, 28)
    lines = ["| reviews a day | " + " | ".join(f"{n} days" for n in spans) + " |"]
    lines.append("|" + "---|" * (len(spans) + 1))
    for rate in RATES[1:]:
        told = (f"{best_power(rate, n):.0%} ({best_power(rate, n, 5):.0%})" for n in spans)
        lines.append(f"| {rate:g} | {' | '.join(told)} |")
    return "\n".join(lines).replace("%", " %")


def table(rows: Sequence[Mapping[str, float | str]]) -> str:
    names = list(rows[0])
    head = "| " + " | ".join(name.replace("_", " ") for name in names) + " |"
    lines = ["| " + " | ".join(_told(row[name]) for name in names) + " |" for row in rows]
    return "\n".join([head, "|" + "---|" * len(names), *lines])


def _told(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:.2f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--places", type=int, default=60)
    parser.add_argument("--seed", type=int, default=TUNING_SEEDS_END)
    parser.add_argument("--curves", type=Path, help="draw how the shares grow into this file")
    parser.add_argument("--sites", action="store_true", help="places with several sites instead")
    asked = parser.parse_args()
    if asked.curves is not None:
        places, seed = asked.places, asked.seed
        found = by_sites(places, seed, 3.0) if asked.sites else by_rate(places, seed)
        draw_curves(found, asked.curves)
        print(curve_table(found))
        return
    if asked.sites:
        for rate, places in ((3.0, asked.places), (30.0, max(asked.places // 6, 10))):
            print(f"{rate:g} reviews a day, {places} places")
            print(table(report_sites(places, asked.seed, rate)), flush=True)
        return
    print(f"mean {mean(STARS):.2f}, fallen {mean(mixed(weight_of_fall(1.0))):.2f}")
    print(table(report(asked.places, asked.seed)))
    print("the most any rule can tell, of one topic (of five):")
    print(bounds())


if __name__ == "__main__":
    main()
