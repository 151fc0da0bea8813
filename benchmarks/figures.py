"""What figures cost, and how much memory they take, of few and of many reviews.

`python -m benchmarks.figures REVIEWS WHAT` measures one of them in a process of its own, so that
its memory is its own: seconds of processor time, the least of several, and MiB at most.
"""

import gc
import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import timedelta

from sqlalchemy import bindparam, func, select
from sqlmodel import Session, col

from benchmarks import many_reviews
from benchmarks.child_processes import most_memory
from benchmarks.installation import START
from reviewbot.config import Loaded
from reviewbot.core.calendar.digest_days import Period, days_back
from reviewbot.queries import exports, figures, health_facts
from reviewbot.queries.trends.report_stars import report_stars
from reviewbot.queries.trends.summary_facts import summary_facts
from reviewbot.store import targets
from reviewbot.store.database import Database
from reviewbot.store.tables import ReviewRow
from reviewbot.store.tx import Tx
from reviewbot.workflow import digests

MONTH = timedelta(days=30)
ZONE = "Europe/Moscow"
TIMES = 3
FEW, MANY = 10_000, 1_000_000


_MONTH = select(func.count(), func.avg(ReviewRow.rating)).where(
    col(ReviewRow.first_seen_at) >= bindparam("since"),
    col(ReviewRow.first_seen_at) < bindparam("until"),
)
"""What the month's figures cannot do without where nothing is counted beforehand."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one figure: seconds of processor time, the least and the most, and MiB at most."""

    seconds: float
    most: float
    memory: float


@dataclass(frozen=True, slots=True)
class Goal:
    """What is measured, in words, with its goal."""

    said: str
    most: str
    measured_before: str = ""
    seconds: float | None = None


GOALS = {
    "raw": Goal("a month's reviews counted, with their stars, by bare SQL", ""),
    "report": Goal("`report` of a month, its counts", "≤ 0.1 s", "13.1 s", 0.1),
    "stars": Goal("`report` of a month, its stars", "≤ 0.1 s"),
    "digest": Goal("a digest of 30 days of all places", "≤ 0.2 s", "6.6 s", 0.2),
    "health": Goal("`/health`", "≤ 10 ms", "51 ms"),
    "summary": Goal("the pinned summary", "≤ 0.1 s"),
    "poll": Goal("the plan of a reading", "≤ 1 ms", "63 ms", 0.001),
    "export": Goal("`export` of all reviews", ""),
}


def _work(what: str, loaded: Loaded) -> Callable[[Session], object]:
    places = tuple(loaded.settings.locations)

    def tx(rows: Session) -> Tx:
        return Tx(rows, loaded.settings, {}, START)

    def digest(rows: Session) -> object:
        days = days_back(30, START.date(), ZONE)
        return digests.period_facts(tx(rows), places, Period.RECENT, days, ZONE)

    known: dict[str, Callable[[Session], object]] = {
        "raw": lambda rows: rows.execute(_MONTH, {"since": START - MONTH, "until": START}).one(),
        "report": lambda rows: figures.summary(rows, START - MONTH, START),
        "stars": lambda rows: report_stars(rows, START - MONTH, START),
        "digest": digest,
        "health": lambda rows: health_facts.health(tx(rows)),
        "summary": lambda rows: summary_facts(tx(rows), places, START),
        "poll": lambda rows: targets.plan_for(rows, "place7/yandex_maps", START),
        "export": lambda rows: sum(1 for _ in exports.reviews(rows)),
    }
    return known[what]


def measured_here(reviews: int, what: str, times: int = TIMES) -> Cost:
    """Measure in this process."""
    loaded = many_reviews.made(reviews)
    db = Database(loaded.settings.database)
    work, spent = _work(what, loaded), []
    # As the bot does once it has started: the places' settings stay.
    gc.freeze()
    for _ in range(1 if what == "export" else times):
        began = time.thread_time()
        db.read_now(work)
        spent.append(time.thread_time() - began)
    db.close()
    return Cost(min(spent), max(spent), most_memory())


def measured(reviews: int, what: str) -> Cost:
    """Measure in a process of its own."""
    many_reviews.made(reviews)
    command = [sys.executable, "-m", "benchmarks.figures", str(reviews), what]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return Cost(**json.loads(told.splitlines()[-1]))


def table() -> list[str]:
    """Return the table's lines (Markdown)."""
    lines = [
        f"{MANY:,} reviews of {many_reviews.TARGETS:,} targets over two years, of them "
        f"{MANY * 30 // 730:,} in the last month. Seconds are of processor time, the least of "
        f"{TIMES}; memory is the most the process took.",
        "",
        f"| what | goal | before | {FEW:,} reviews | {MANY:,} | against the bare counting "
        f"| MiB at {FEW:,} | at {MANY:,} |",
        "|---|---|---|---|---|---|---|---|",
    ]
    costs = {what: (measured(FEW, what), measured(MANY, what)) for what in GOALS}
    bare = costs["raw"][1].seconds
    for what, (few, many) in costs.items():
        goal = GOALS[what]
        lines.append(
            f"| {goal.said} | {goal.most} | {goal.measured_before} | {_told(few.seconds)} "
            f"| {_told(many.seconds)} | {many.seconds / bare:.1f} × "
            f"| {few.memory:.0f} | {many.memory:.0f} |"
        )
    return lines


def _told(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 0.1 else f"{seconds * 1000:.1f} ms"


if __name__ == "__main__":
    found = measured_here(int(sys.argv[1]), sys.argv[2])
    print(json.dumps(asdict(found)))
