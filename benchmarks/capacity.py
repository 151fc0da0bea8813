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
from sqlmodel import Session, col, select

from benchmarks import long_target, sending
from benchmarks.child_processes import beside, parsers, used
from benchmarks.installation import START, address, configured, places
from benchmarks.process import LIBRARIES
from reviewbot.app import App
from reviewbot.cli.run import set_aside
from reviewbot.clock import WallClock, is_set_within
from reviewbot.config import Loaded
from reviewbot.core.model import OutboxKind
from reviewbot.store import targets
from reviewbot.store.database import Database
from reviewbot.store.migrations import upgrade
from reviewbot.store.queues import claims, outbox
from reviewbot.store.tables import OutboxRow, TargetRow

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


class Watched(App):
    """The application; how late each reading starts is noted."""

    def __init__(self, loaded: Loaded) -> None:
        super().__init__(loaded)
        self.due: dict[str, float] = {}
        self.late: list[float] = []

    async def collect(self, target: str) -> None:
        due = self.due.pop(target, None)
        if due is not None:
            self.late.append(self.clock.now().timestamp() - due)
        await super().collect(target)


def polling(folder: Path, scale: Scale) -> list[Row]:
    """As many targets as fall due within the time, at the pace of all; the others stand still. In
    a time longer than EVERY all are due again and again."""
    per_second = TARGETS / EVERY.total_seconds()
    count = min(TARGETS, int(per_second * scale.polling))
    times = max(1, round(scale.polling / EVERY.total_seconds()))
    with beside("site_process") as (line, _):
        port = int(line)
        loaded = places(folder, count, min(HOSTS, count), port)
        return asyncio.run(_polled(loaded, count, times, per_second, port))


async def _polled(
    loaded: Loaded, count: int, times: int, per_second: float, port: int
) -> list[Row]:
    bare = await _fetched(count, port)
    async with Watched(loaded) as app:
        calm: list[float] = []
        beating = asyncio.get_running_loop().create_task(_beat(calm))
        await asyncio.sleep(1.0)
        beating.cancel()
        set_aside()
        empty = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        met = await until_polled(app, count, lambda _number: 0.0)
        again = await until_polled(app, count, lambda _number: 0.0)
        app.late.clear()
        stalls: list[float] = []
        beating = asyncio.get_running_loop().create_task(_beat(stalls))
        cpu, began = _cpu(), time.perf_counter()
        for _ in range(times):
            await until_polled(app, count, lambda number: number / per_second)
        share = (_cpu() - cpu) / (time.perf_counter() - began)
        beating.cancel()
        late = sorted(app.late)
        starved = await _quiet_host(app, count, port)
    p95 = late[int(len(late) * 0.95)] if late else 0.0
    rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    what = f"{TARGETS:,} targets at {EVERY.total_seconds() / 60:.0f} minutes, {count * times} due"
    calm.sort()
    timer = f"a timer of an idle loop: {calm[int(len(calm) * 0.95)]:.2f} / {calm[-1]:.2f} s"
    fetches = f"the bare fetches: {1 / bare.seconds:.0f}"
    return [
        (f"{what}: lag, p95 / most", "≤ 1 s / ≤ 5 s", f"{p95:.2f} / {late[-1]:.2f} s", timer),
        (
            f"{what}: of a core, with its parsers",
            "≤ 20 %",
            f"{share:.0%}",
            f"the bare fetches: {bare.cpu * per_second:.0%}",
        ),
        (
            f"{what}: event loop blocked, most",
            "≤ 100 ms",
            f"{max(stalls) * 1000:.0f} ms",
            f"the idle loop: {calm[-1] * 1000:.0f} ms",
        ),
        (f"{what}: memory at most", "≤ 200 MiB", f"{rss:.0f} MiB", f"before: {empty:.0f} MiB"),
        ("first readings a second, all due at once", "", f"{count / met:.0f}", fetches),
        ("unchanged readings a second, all due at once", "≥ 300", f"{count / again:.0f}", fetches),
        (
            "a due target of a quiet host, hundreds overdue of another",
            "≤ 1 s",
            f"{starved:.2f} s",
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

        cpu, began = _cpu(), time.perf_counter()
        await asyncio.gather(*map(one, range(count)))
        return Fetches((time.perf_counter() - began) / count, (_cpu() - cpu) / count)


async def until_polled(app: Watched, count: int, after: Callable[[int], float]) -> float:
    """Make all due, each so many seconds from now; return the seconds until all were read."""
    now = WallClock().now()

    def due(rows: Session) -> None:
        for number, row in enumerate(rows.exec(select(TargetRow).order_by(col(TargetRow.id)))):
            at = now + timedelta(seconds=after(number))
            row.next_poll_at, app.due[row.key] = at, at.timestamp()

    await app.db.write(due)
    began = time.perf_counter()
    running = asyncio.get_running_loop().create_task(app.dispatcher.run())
    woken = asyncio.Event()
    app.db.wakers.append(woken)
    while app.due or any(lane.startswith("host:") for lane in app.lanes.busy):
        woken.clear()
        await is_set_within(woken, 0.2)
    app.db.wakers.remove(woken)
    seconds = time.perf_counter() - began
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    return seconds


async def _quiet_host(app: Watched, count: int, port: int) -> float:
    """Return how late a target of a host of its own starts, with 300 overdue of another host."""
    now = WallClock().now()

    def crowd(rows: Session) -> str:
        every = list(rows.exec(select(TargetRow).order_by(col(TargetRow.id))))
        for row in every[:-1]:
            row.host, row.next_poll_at = address(0), now - timedelta(hours=1)
        every[-1].next_poll_at = now
        return every[-1].key

    key = await app.db.write(crowd)
    app.due, app.late = {key: now.timestamp()}, []
    running = asyncio.get_running_loop().create_task(app.dispatcher.run())
    while not app.late:  # noqa: ASYNC110 - measured to a hundredth of a second
        await asyncio.sleep(0.01)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await app.lanes.close(1.0)
    return app.late[0]


async def _beat(stalls: list[float]) -> None:
    while True:
        began = time.perf_counter()
        await asyncio.sleep(0.01)
        stalls.append(time.perf_counter() - began - 0.01)


def _cpu() -> float:
    """Seconds of processor time of this process and its children, but for the web server."""
    # A parser that ends meanwhile is counted among the children that were waited for.
    whole = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in whole) + sum(map(used, parsers()))


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
    due = _median(lambda: db.read_now(lambda rows: targets.due_targets(rows, START, 64)), 20)
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
