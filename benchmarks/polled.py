"""The bot polling, in a process of its own, begun as the product begins; it prints JSON.

`python -m benchmarks.polled FOLDER COUNT HOSTS PORT TIMES PER_SECOND`. Its database was made by a
start before: no migrations are in a living installation's memory.
"""

import gc

from reviewbot.__main__ import give_memory_back

# As reviewbot.__main__ does, before the libraries are loaded.
give_memory_back()
gc.disable()

import asyncio  # noqa: E402
import json  # noqa: E402
import resource  # noqa: E402
import subprocess  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
from collections.abc import Coroutine  # noqa: E402
from dataclasses import asdict, dataclass  # noqa: E402
from datetime import timedelta  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

from sqlalchemy import update  # noqa: E402
from sqlmodel import Session, col  # noqa: E402

from benchmarks.child_processes import most_memory, parsers, used  # noqa: E402
from benchmarks.installation import address, places  # noqa: E402
from benchmarks.watched import KEYS, POLL_AT, Watched, until_polled  # noqa: E402
from reviewbot.cli.run import set_aside  # noqa: E402
from reviewbot.clock import WallClock  # noqa: E402
from reviewbot.config import Loaded  # noqa: E402
from reviewbot.store.database import run  # noqa: E402
from reviewbot.store.tables import TargetRow  # noqa: E402

ONCE = "once"


@dataclass(frozen=True, slots=True)
class Polled:
    """Seconds, but for `share` (of a core) and memory (MiB at most). `met` and `again`: until all
    were read for the first and second time, at once; `stalled`: the longest that a timer of the
    event loop was late, `calm` where nothing was due; `starved`: how late a target of a host of
    its own began, with all others overdue of another host."""

    lag_p95: float
    lag_most: float
    share: float
    stalled: float
    calm_p95: float
    calm_most: float
    memory_before: float
    memory: float
    met: float
    again: float
    starved: float


def measured(
    folder: Path, count: int, hosts: int, port: int, times: int, per_second: float
) -> Polled:
    """Measure in a process of its own, the second on its database."""
    asked = (str(folder), *map(str, (count, hosts, port, times, per_second)))
    command = (sys.executable, "-m", "benchmarks.polled", *asked)
    subprocess.run((*command, ONCE), check=True)
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return Polled(**json.loads(told.splitlines()[-1]))


async def start_once(loaded: Loaded) -> None:
    """Make the database, and end."""
    async with Watched(loaded):
        pass


async def polled(loaded: Loaded, times: int, per_second: float) -> Polled:
    """Measure here."""
    set_aside()
    async with Watched(loaded) as app:
        set_aside(is_anew=True)
        calm = await _timers(_a_second())
        before = most_memory()
        met = await until_polled(app, lambda _number: 0.0)
        again = await until_polled(app, lambda _number: 0.0)
        app.late.clear()
        cpu, began = _cpu(), time.perf_counter()
        stalls = await _timers(_at_their_pace(app, times, per_second))
        share = (_cpu() - cpu) / (time.perf_counter() - began)
        late, memory = sorted(app.late), most_memory()
        starved = await _quiet_host(app)
    return Polled(
        lag_p95=_p95(late),
        lag_most=late[-1],
        share=share,
        stalled=stalls[-1],
        calm_p95=_p95(calm),
        calm_most=calm[-1],
        memory_before=before,
        memory=memory,
        met=met,
        again=again,
        starved=starved,
    )


async def _at_their_pace(app: Watched, times: int, per_second: float) -> None:
    for _ in range(times):
        await until_polled(app, lambda number: number / per_second)


async def _timers(work: Coroutine[Any, Any, None]) -> list[float]:
    """Return how late timers of the event loop were while `work` ran, in order."""
    late: list[float] = []
    beating = asyncio.get_running_loop().create_task(_beat(late))
    await work
    beating.cancel()
    return sorted(late)


async def _a_second() -> None:
    await asyncio.sleep(1.0)


async def _beat(late: list[float]) -> None:
    while True:
        began = time.perf_counter()
        await asyncio.sleep(0.01)
        late.append(time.perf_counter() - began - 0.01)


def _p95(values: list[float]) -> float:
    return values[int(len(values) * 0.95)]


async def _quiet_host(app: Watched) -> float:
    """Return how late a target of a host of its own starts, with all others overdue of one."""
    now = WallClock().now()

    def crowd(rows: Session) -> str:
        *_, key = rows.exec(KEYS).all()
        others = update(TargetRow).where(col(TargetRow.key) != key)
        run(rows, others.values(host=address(0), next_poll_at=now - timedelta(hours=1)))
        run(rows, POLL_AT, {"of": key, "at": now})
        return key

    key = await app.db.write(crowd)
    app.due, app.late = {key: now.timestamp()}, []
    running = asyncio.get_running_loop().create_task(app.dispatcher.run())
    while not app.late:  # noqa: ASYNC110 - measured to a hundredth of a second
        await asyncio.sleep(0.01)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await app.lanes.close(1.0)
    return app.late[0]


def _cpu() -> float:
    """Seconds of processor time of this process and its children."""
    # A parser that ends meanwhile is counted among the children that were waited for.
    whole = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in whole) + sum(map(used, parsers()))


if __name__ == "__main__":
    place, count, hosts, port, times, per_second, *once = sys.argv[1:]
    found = places(Path(place), int(count), int(hosts), int(port))
    if once == [ONCE]:
        asyncio.run(start_once(found))
    else:
        figures = asyncio.run(polled(found, int(times), float(per_second)))
        print(json.dumps(asdict(figures)))
