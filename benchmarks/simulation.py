"""A year of polling over places with rhythms of their own: how soon a break is told, how often
chance alone is taken for one. `python -m benchmarks.simulation` prints the table.

The world is invented (dice with a seed); what judges it is the product's own: `core.health` and
`core.rhythm`, fed as `store.evidence` and `store.pulse` feed them.
"""

import math
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from random import Random  # noqa: TID251 - dice with a seed, for a simulation
from statistics import mean, median
from zoneinfo import ZoneInfo

from reviewbot.core.model import Health
from reviewbot.core.readings.arrival_rate import Rhythm, expected, learn, silence
from reviewbot.core.readings.health import Evidence, Judgement, judge, next_poll

START = datetime(2026, 1, 1, tzinfo=UTC)
YEAR = timedelta(days=365)
HISTORY = timedelta(days=180)
EVERY, EVERY_MAX = timedelta(minutes=30), timedelta(hours=3)
ZONE = ZoneInfo("Europe/Moscow")
PAGE, CANARIES, LEARNED = 20, 5, 400
LAG = timedelta(minutes=20)
"""The site counts a review at once and lists it that much later."""
REMOVED = 0.02
"""Share of reviews that the site takes down, some time in their first month."""
BREAKS = 4
"""How often in the year each kind of break is tried on each place."""

EVEN = (1.0,) * 7
WEEKDAYS = (1.25, 1.25, 1.25, 1.25, 1.25, 0.4, 0.35)
WEEKEND = (0.7, 0.7, 0.7, 0.8, 1.3, 1.5, 1.3)
CLOSED_SUNDAYS = (1.2, 1.2, 1.2, 1.2, 1.2, 1.0, 0.0)
ALL_DAY = (1.0,) * 24
NO_NIGHTS = tuple(0.05 if hour < 8 else 24 / 16.4 for hour in range(24))
EVENINGS = tuple(0.02 if hour < 9 else 0.9 if hour < 17 else 2.4 for hour in range(24))


class Break(StrEnum):
    """How a source fails without an error."""

    FROZEN = "the list stands still, the counter does not"
    CUT = "the newest reviews left the list"
    EMPTY = "an empty list"
    SILENT = "every page as it was"


@dataclass(frozen=True, slots=True)
class Place:
    """One target: its average day, its week, its hours; what its site tells."""

    name: str
    per_day: float
    weekdays: tuple[float, ...] = EVEN
    hours: tuple[float, ...] = ALL_DAY
    counts: bool = True
    tells_hours: bool = True

    @property
    def rhythm(self) -> Rhythm:
        """The true one, which nobody knows."""
        days, hours = (
            tuple(weight * len(shape) / sum(shape) for weight in shape)
            for shape in (self.weekdays, self.hours)
        )
        return Rhythm(self.per_day, days, hours, 0)


def places(count: int = 50) -> list[Place]:
    """Rates from 0.1 to 30 a day, evenly on a logarithmic scale, with every shape of week."""
    weeks = (EVEN, WEEKDAYS, WEEKEND, CLOSED_SUNDAYS)
    days = (NO_NIGHTS, ALL_DAY, EVENINGS)
    made = []
    for n in range(count):
        per_day = 0.1 * 300 ** (n / max(count - 1, 1))
        made.append(
            Place(
                f"place{n}",
                per_day,
                weeks[n % len(weeks)],
                days[n % len(days)],
                counts=n % 5 != 4,
                # Sites that tell no time of day are read for places that few write about.
                tells_hours=per_day > 3 or n % 6 != 5,
            )
        )
    return made


@dataclass(slots=True)
class World:
    """What happened at one place: when reviews were written, which were taken down and when."""

    place: Place
    written: list[datetime]
    taken_at: dict[int, datetime]
    takings: list[datetime]

    @classmethod
    def of(cls, place: Place, dice: Random) -> "World":
        """Roll the dice for a history and a year."""
        rhythm = place.rhythm
        written: list[datetime] = []
        hour, one = START - HISTORY, timedelta(hours=1)
        while hour < START + YEAR:
            local = hour.astimezone(ZONE)
            rate = place.per_day / 24 * rhythm.weekdays[local.weekday()]
            rate *= rhythm.hours[local.hour]
            moment = dice.expovariate(rate) if rate else math.inf
            while moment < 1:
                written.append(hour + one * moment)
                moment += dice.expovariate(rate)
            hour += one
        taken_at = {
            n: moment + timedelta(days=30 * dice.random())
            for n, moment in enumerate(written)
            if dice.random() < REMOVED
        }
        return cls(place, written, taken_at, sorted(taken_at.values()))

    def written_by(self, now: datetime) -> int:
        return bisect_right(self.written, now)

    def taken_by(self, now: datetime) -> int:
        return bisect_right(self.takings, now)

    def counted(self, now: datetime) -> int:
        return self.written_by(now) - self.taken_by(now)


@dataclass(slots=True)
class Memory:
    """What the product remembers of a target between two readings."""

    known: int = 0
    last_new_at: datetime = START
    health: Health | None = None
    failures: int = 0
    doubts: int = 0
    counter: int | None = None
    lacking: int | None = None
    canaries: tuple[int, ...] = ()
    rhythm: Rhythm | None = None
    learned_on: date | None = None
    swept_on: date | None = None


@dataclass(frozen=True, slots=True)
class Broken:
    """A break: its kind, and since when."""

    kind: Break
    at: datetime


def read(world: World, memory: Memory, now: datetime, broken: Broken | None = None) -> Judgement:
    """One poll: what the site shows is judged and remembered."""
    place, kind = world.place, broken.kind if broken else None
    frozen_at = broken.at if broken and kind in (Break.FROZEN, Break.SILENT) else now
    counted_at = frozen_at if kind is Break.SILENT else now
    listed_by = world.written_by(frozen_at - LAG)
    if kind is Break.CUT:
        listed_by -= 2 * CANARIES
    taken = world.taken_by(frozen_at)
    counter = world.counted(counted_at) if place.counts else None
    rhythm = _rhythm(world, memory, now)
    shown = set() if kind is Break.EMPTY else {
        n
        for n in range(listed_by - 1, max(-1, listed_by - PAGE - 1), -1)
        if world.taken_at.get(n, now) >= frozen_at
    }  # fmt: skip
    # A list without the newest known is read to its end, and once a day it is anyhow.
    lost = sum(n not in shown for n in memory.canaries)
    whole = memory.swept_on != now.date() or lost * 2 > len(memory.canaries)
    listed = 0 if kind is Break.EMPTY else listed_by - taken if whole else len(shown)
    new = max(0, listed_by - memory.known)
    judgement = judge(
        Evidence(
            listed=listed,
            complete=whole,
            new=new,
            held=memory.known - taken if whole or not listed else 0,
            recognised=min(listed_by, memory.known) - taken if whole and listed else len(shown),
            counter=counter,
            counter_before=memory.counter,
            lacking_before=memory.lacking,
            canaries=len(memory.canaries),
            canaries_seen=len(memory.canaries) - lost,
            reaches=whole,
            doubts=memory.doubts,
            silence=silence(rhythm, memory.last_new_at, now, ZONE, next_look=_next_look(rhythm)),
            before=memory.health,
        )
    )
    memory.doubts, memory.health = judgement.doubts, judgement.health
    memory.failures = 0 if judgement.is_sighted else memory.failures + 1
    if new:
        memory.known, memory.last_new_at = listed_by, now
    if judgement.is_sighted:
        if counter is not None and not judgement.doubts:
            memory.counter = counter
        if counter is not None and whole:
            memory.lacking = max(0, counter - listed)
        memory.canaries = tuple(sorted(shown, reverse=True)[:CANARIES])
        if whole:
            memory.swept_on = now.date()
    return judgement


def _rhythm(world: World, memory: Memory, now: datetime) -> Rhythm | None:
    """The rhythm, learned anew each day from what is known, as store.pulse does."""
    if memory.learned_on != now.date():
        dates = world.written[max(0, memory.known - LEARNED) : memory.known]
        if not world.place.tells_hours:
            dates = [datetime.combine(moment.date(), time(), UTC) for moment in dates]
        memory.rhythm = learn(dates, now, ZONE, hours_known=world.place.tells_hours)
        memory.learned_on = now.date()
    return memory.rhythm


def _next_look(rhythm: Rhythm | None) -> timedelta:
    return next_poll(
        Health.OK,
        every=EVERY,
        every_max=EVERY_MAX,
        expected_gap=rhythm.gap if rhythm else None,
        failures=0,
        pressing=False,
        jitter=1.0,
    )


def pause(memory: Memory, health: Health, dice: Random) -> timedelta:
    return next_poll(
        health,
        every=EVERY,
        every_max=EVERY_MAX,
        expected_gap=memory.rhythm.gap if memory.rhythm else None,
        failures=memory.failures,
        pressing=False,
        jitter=dice.random(),
    )


@dataclass(frozen=True, slots=True)
class Told:
    """How a break came out. `polls`: readings in a row that were contradicted; `gaps`:
    expected ones since the last review seen, by the rhythm learned; `true_gaps`: since the break,
    by the true one; `limit`: ln(gaps a year) + 1."""

    kind: Break
    per_day: float
    polls: int
    gaps: float = 0.0
    true_gaps: float = 0.0
    limit: float = math.inf


@dataclass(slots=True)
class Outcome:
    """A year of one place."""

    place: Place
    polls: int = 0
    false: Counter[str] = field(default_factory=Counter)
    told: list[Told] = field(default_factory=list)


def year(world: World, dice: Random, *, breaks: int = BREAKS, span: timedelta = YEAR) -> Outcome:
    """Live one year at a place whose site is well; try the breaks on copies of it."""
    out, memory = Outcome(world.place), Memory()
    memory.known = world.written_by(START - LAG)
    tries = sorted(START + span * (0.05 + 0.75 * dice.random()) for _ in range(breaks))
    now = START
    while now < START + span:
        was_well = memory.failures == 0
        judgement = read(world, memory, now)
        out.polls += 1
        if was_well and not judgement.is_sighted:
            out.false[judgement.cause.split()[0]] += 1
        if tries and now >= tries[0] and judgement.is_sighted and not memory.doubts:
            tries.pop(0)
            out.told += [_break(world, copy(memory), kind, now, dice) for kind in Break]
        now += pause(memory, judgement.health, dice)
    return out


def _break(world: World, memory: Memory, kind: Break, at: datetime, dice: Random) -> Told:
    """Break the site just after a reading and poll until it is told."""
    broken = Broken(kind, at)
    now, polls, health = at, 0, memory.health or Health.OK
    place, counted = world.place, world.counted(at)
    while now < at + YEAR:
        now += pause(memory, health, dice)
        judgement = read(world, memory, now, broken)
        health = judgement.health
        # A list that stands still is contradicted while the counter is above what it was: what is
        # written and what is taken down may cancel out for a while.
        contradicted = kind is not Break.FROZEN or world.counted(now) > counted
        polls = polls + 1 if contradicted else 0
        if not judgement.is_sighted:
            break
    rhythm = memory.rhythm
    if rhythm is None:
        return Told(kind, place.per_day, polls)
    return Told(
        kind,
        place.per_day,
        polls,
        expected(rhythm, memory.last_new_at, now, ZONE),
        expected(place.rhythm, at, now, ZONE),
        math.log(rhythm.per_day * 365) + 1,
    )


def run(
    chosen: Sequence[Place], seed: int = 1, *, breaks: int = BREAKS, span: timedelta = YEAR
) -> list[Outcome]:
    """Live the year of every place; the same seed gives the same year."""
    out = []
    for place in chosen:
        dice = Random(f"{seed} {place.name}")
        out.append(year(World.of(place, dice), dice, breaks=breaks, span=span))
    return out


@dataclass(frozen=True, slots=True)
class Figures:
    """What is to hold, over all places: contradicted readings until it is told, gaps until silence
    is told (beyond the limit, by the rhythm learned and by the true one), false notices."""

    polls: Mapping[Break, Sequence[int]]
    beyond: Sequence[float]
    true_gaps: Sequence[float]
    false: Sequence[int]

    @classmethod
    def of(cls, outcomes: Sequence[Outcome]) -> "Figures":
        polls: dict[Break, list[int]] = defaultdict(list)
        silent: list[Told] = []
        for outcome in outcomes:
            for told in outcome.told:
                # A list that stands still beside no counter is silence and no more.
                if told.kind is Break.SILENT:
                    silent.append(told)
                elif told.kind is not Break.FROZEN or outcome.place.counts:
                    polls[told.kind].append(told.polls)
        return cls(
            polls,
            [told.gaps - told.limit for told in silent],
            [told.true_gaps - told.limit for told in silent],
            [sum(outcome.false.values()) for outcome in outcomes],
        )


def table(count: int = 50) -> list[str]:
    """Return the table's lines (Markdown)."""
    outcomes = run(places(count))
    found = Figures.of(outcomes)
    rows = [
        (
            f"{kind.value}: contradicted readings until told, median / most",
            f"{median(polls):g} / {max(polls)}",
        )
        for kind, polls in found.polls.items()
    ]
    truly = sorted(found.true_gaps)
    rows += [
        (
            f"{Break.SILENT.value}: expected reviews beyond ln(gaps a year) + 1 when told, "
            "by the rhythm learned, median / most",
            f"{median(found.beyond):+.2f} / {max(found.beyond):+.2f}",
        ),
        (
            "the same since the break, by the true rhythm, median / nine of ten within",
            f"{median(truly):+.1f} / {truly[len(truly) * 9 // 10]:+.1f}",
        ),
        (
            "false notices a place and year, mean / most",
            f"{mean(found.false):.2f} / {max(found.false)}",
        ),
    ]
    return [
        f"{count} places from 0.1 to 30 reviews a day, with weekends and nights of their own; "
        f"{sum(outcome.polls for outcome in outcomes):,} readings in a year, every 30 minutes to "
        f"3 hours; each break tried {len(found.beyond)} times. The world is invented.",
        "",
        "| polling, simulated | found |",
        "|---|---|",
        *(f"| {name} | {figure} |" for name, figure in rows),
    ]


if __name__ == "__main__":
    print("\n".join(table()))
