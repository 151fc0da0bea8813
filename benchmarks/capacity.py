"""What one machine carries: places polled on time, messages sent, and what grows with the rows.

Each figure stands beside its goal. `--quick` takes a minute at most, `--long` polls for half an
hour.
"""

import asyncio
import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx
from sqlmodel import Session, select

from benchmarks import long_target, polled, sending
from benchmarks.child_processes import beside
from benchmarks.installation import START, address, configured
from benchmarks.process import LIBRARIES
from reviewbot.config import Loaded
from reviewbot.core.model import OutboxKind
from reviewbot.store import targets
from reviewbot.store.database import Database
from reviewbot.store.migrations import upgrade
from reviewbot.store.queues import claims, due_readings, outbox
from reviewbot.store.tables import OutboxRow

HOSTS = 1000
TARGETS = 10_000
EVERY = timedelta(minutes=10)
FETCHED_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Scale:
    """How long, how much and how often is measured; `polling` is in seconds."""

    polling: float = 60.0
    reviews: int = 200_000
    messages: int = 1200
    with_groups: bool = True
    times: int = 5


Row = tuple[str, str, str, str]
"""What, its goal, what was measured, and what it is to be compared with."""
QUICK = Scale(4.0, 20_000, 150, with_groups=False, times=1)
USUAL, LONG = Scale(), Scale(1800.0)


def table(scale: Scale = USUAL) -> list[str]:
    """Return the table's lines (Markdown)."""
    lines = ["| what | goal | measured | beside it, in the same run |", "|---|---|---|---|"]
    for measure in (polling, telling, starting, claiming, planning):
        with tempfile.TemporaryDirectory() as folder:
            lines += [" | ".join(("", *row, "")).strip() for row in measure(Path(folder), scale)]
    return lines


# Polling


def polling(folder: Path, scale: Scale) -> list[Row]:
    """As many targets as fall due within the time, at the pace of all; the others stand still. In
    a time longer than EVERY all are due again and again."""
    per_second = TARGETS / EVERY.total_seconds()
    count = min(TARGETS, int(per_second * scale.polling))
    times = max(1, round(scale.polling / EVERY.total_seconds()))
    with beside("site_process") as (line, _):
        bare = asyncio.run(_fetched(count, int(line)))
        found = polled.measured(folder, count, min(HOSTS, count), int(line), times, per_second)
    what = f"{TARGETS:,} targets at {EVERY.total_seconds() / 60:.0f} minutes, {count * times} due"
    timer = f"a timer of an idle loop: {found.calm_p95:.2f} / {found.calm_most:.2f} s"
    fetches = f"the bare fetches: {1 / bare.seconds:.0f}"
    return [
        (
            f"{what}: lag, p95 / most",
            "≤ 1 s / ≤ 5 s",
            f"{found.lag_p95:.2f} / {found.lag_most:.2f} s",
            timer,
        ),
        (
            f"{what}: of a core, with its parsers",
            "≤ 20 %",
            f"{found.share:.0%}",
            f"the bare fetches: {bare.cpu * per_second:.0%}",
        ),
        (
            f"{what}: event loop blocked, most",
            "≤ 100 ms",
            f"{found.stalled * 1000:.0f} ms",
            f"the idle loop: {found.calm_most * 1000:.0f} ms",
        ),
        (
            f"{what}: memory at most",
            "≤ 200 MiB",
            f"{found.memory:.0f} MiB",
            f"before the first reading: {found.memory_before:.0f} MiB",
        ),
        ("first readings a second, all due at once", "", f"{count / found.met:.0f}", fetches),
        (
            "unchanged readings a second, all due at once",
            "≥ 300",
            f"{count / found.again:.0f}",
            fetches,
        ),
        (
            "a due target of a quiet host, hundreds overdue of another",
            "≤ 1 s",
            f"{found.starved:.2f} s",
            timer,
        ),
    ]


@dataclass(frozen=True, slots=True)
class Fetches:
    """What a page takes that is fetched and no more: of the time, of a core (seconds)."""

    seconds: float
    cpu: float


async def _fetched(count: int, port: int) -> Fetches:
    """Fetch as many pages with httpx alone, so many at once as the bot's readers are."""
    room = asyncio.Semaphore(FETCHED_AT_ONCE)
    async with httpx.AsyncClient(limits=httpx.Limits(max_connections=None)) as client:

        async def one(number: int) -> None:
            async with room:
                await client.get(f"http://{address(number % HOSTS)}:{port}/p{number}")

        cpu, began = time.process_time(), time.perf_counter()
        await asyncio.gather(*map(one, range(count)))
        seconds, spent = time.perf_counter() - began, time.process_time() - cpu
        return Fetches(seconds / count, spent / count)


def telling(folder: Path, scale: Scale) -> list[Row]:
    """How fast messages leave."""
    return sending.rows(folder, scale.messages, with_groups=scale.with_groups)


# What grows with the rows


def starting(folder: Path, scale: Scale) -> list[Row]:
    """A start with the same file, of as many targets as there may be."""
    loaded = configured(folder, TARGETS, site="http://127.0.0.1:9", telegram="http://127.0.0.1:9")
    db = _database(loaded)
    db.write_now(lambda rows: targets.sync_settings(rows, loaded.settings, START))
    seconds = _median(
        lambda: db.write_now(lambda rows: targets.sync_settings(rows, loaded.settings, START)),
        scale.times,
    )
    due = _median(lambda: db.read_now(lambda rows: due_readings.due_targets(rows, START, 64)), 20)
    db.close()
    with closing(sqlite3.connect(loaded.settings.database)) as raw:
        read = _median(lambda: raw.execute("SELECT * FROM target").fetchall(), scale.times)
        least = "SELECT id FROM target WHERE next_poll_at <= 'x' ORDER BY next_poll_at LIMIT 64"
        sought = _median(lambda: raw.execute(least).fetchall(), 20)
    return [
        (
            "a start up to its first reading, 1,000 targets known",
            "≤ 1.5 s",
            f"{_started(folder):.1f} s",
            f"the libraries alone: {_imported():.1f} s",
        ),
        (
            f"`sync_settings`, {TARGETS:,} targets as they were",
            "≤ 200 ms",
            _ms(seconds),
            f"their rows read by sqlite3: {_ms(read)}",
        ),
        (f"which of {TARGETS:,} targets are due", "", _ms(due), f"by sqlite3: {_ms(sought)}"),
    ]


def _started(folder: Path) -> float:
    """Start twice in a process of its own; return what the second start took of the processor."""
    (folder / "start").mkdir()
    command = (sys.executable, "-m", "benchmarks.first_poll", str(folder / "start"))
    _spent_by(*command)
    return _spent_by(*command)


def _imported() -> float:
    return _spent_by(sys.executable, "-c", LIBRARIES)


def _spent_by(*command: str) -> float:
    """Run a program; return its seconds of processor time."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def claiming(folder: Path, _scale: Scale) -> list[Row]:
    """One chat with 5,000 waiting, and one where alerts wait for company."""
    loaded = configured(folder, 1, site="http://127.0.0.1:9", telegram="http://127.0.0.1:9")
    db = _database(loaded)

    def fill(rows: Session) -> None:
        chat, said = outbox.private(7), {"view": "help"}
        outbox.put_all(
            rows,
            [
                outbox.message(OutboxKind.REPLY, f"r{number}", chat, said, START)
                for number in range(5000)
            ],
        )

    db.write_now(fill)
    spent: list[float] = []
    for _ in range(20):
        began = time.process_time()
        claimed = db.write_now(lambda rows: claims.claim(rows, 7, START))
        spent.append(time.process_time() - began)
        assert claimed is not None
        ids = claimed.row_ids
        db.write_now(lambda rows, ids=ids: outbox.mark_sent(rows, ids, 1, 7, START))  # type: ignore[misc]
    look = _median(lambda: db.read_now(lambda rows: claims.ready_at(rows, 7, START)), 20)
    left = len(db.read_now(lambda rows: rows.exec(select(OutboxRow.id)).all()))
    db.close()
    with closing(sqlite3.connect(loaded.settings.database)) as raw:
        one = _median(lambda: _marked(raw), 20)
        first = f"SELECT min(not_before) FROM outbox WHERE {_WAITS}"
        sought = _median(lambda: raw.execute(first).fetchall(), 20)
    return [
        (
            f"`claim` with {left:,} waiting in its chat",
            "≤ 2 ms",
            _ms(statistics.median(spent)),
            f"its row found and marked by sqlite3: {_ms(one)}",
        ),
        (
            "the look before it, which writes nothing",
            "≤ 2 ms",
            _ms(look),
            f"the first time of its chat by sqlite3: {_ms(sought)}",
        ),
    ]


_WAITS = "sent_at IS NULL AND parked_at IS NULL AND chat_id = 7"


def _marked(raw: sqlite3.Connection) -> None:
    (number,) = raw.execute(f"SELECT min(id) FROM outbox WHERE {_WAITS}").fetchone()
    raw.execute("UPDATE outbox SET attempts = attempts + 1 WHERE id = ?", (number,))
    raw.commit()


def planning(folder: Path, scale: Scale) -> list[Row]:
    """A target with very many reviews."""
    return long_target.rows(folder, scale.reviews)


def _database(loaded: Loaded) -> Database:
    db = Database(loaded.settings.database)
    upgrade.prepare(db)
    return db


def _median(work: Callable[[], object], times: int) -> float:
    spent = []
    for _ in range(times):
        # Of the processor, in whatever thread: others may use the machine meanwhile.
        began = time.process_time()
        work()
        spent.append(time.process_time() - began)
    return statistics.median(spent)


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"
