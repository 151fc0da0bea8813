"""The application standing still: what it takes of memory and of a core, with its children.

`python -m benchmarks.idle` prints it as JSON, from a process of its own.
"""

import asyncio
import json
import resource
import tempfile
from datetime import timedelta
from multiprocessing import Process
from pathlib import Path

from sqlmodel import Session, col, update

from benchmarks.child_processes import beside, parsers, used, wakeups
from benchmarks.installation import configured
from reviewbot.app import App
from reviewbot.clock import WallClock
from reviewbot.store.database import Database
from reviewbot.store.migrations import upgrade
from reviewbot.store.tables import TargetRow

TARGETS = 50
SETTLING, SECONDS = 12.0, 25.0
OWN = Path("/proc/self")
NOWHERE = "http://127.0.0.1:9"


async def idle_application(folder: Path, telegram: str) -> dict[str, float]:
    """Run the bot with TARGETS targets of which none is due; return its MiB, `alone` and with
    its children (`together`, pages that several share counted once), its `share` of a core over
    SECONDS with that of a `bare` loop at the same time, and how often it woke a second."""
    loaded = configured(folder, TARGETS, site=NOWHERE, telegram=telegram)
    stop = asyncio.Event()
    async with App(loaded) as app:
        later = WallClock().now() + timedelta(hours=5)

        def rest(rows: Session) -> None:
            rows.execute(update(TargetRow).values({col(TargetRow.next_poll_at): later}))

        await app.db.write(rest)
        running = asyncio.get_running_loop().create_task(app.run(stop))
        await asyncio.sleep(SETTLING)
        with beside("bare_loop") as (_, bare):
            before, began, woke = used(bare), _cpu(), wakeups(OWN)
            await asyncio.sleep(SECONDS)
            found = {
                "share": (_cpu() - began) / SECONDS,
                "bare": (used(bare) - before) / SECONDS,
                "wakeups": (wakeups(OWN) - woke) / SECONDS,
            }
        found |= {
            "alone": _kept(OWN, "Rss"),
            "together": sum(_kept(each, "Pss") for each in (OWN, *parsers())),
        }
        stop.set()
        await running
    return found


def _cpu() -> float:
    own = resource.getrusage(resource.RUSAGE_SELF)
    return own.ru_utime + own.ru_stime + sum(map(used, parsers()))


def _kept(process: Path, what: str) -> float:
    """MiB."""
    lines = (process / "smaps_rollup").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(f"{what}:")).split()[1]) / 1024


def prepare(folder: Path) -> None:
    """Make the tables: the first start of all loads what it takes to migrate them."""
    db = Database(configured(folder, TARGETS, site=NOWHERE, telegram=NOWHERE).settings.database)
    upgrade.prepare(db)
    db.close()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place, beside("telegram_process") as (telegram, _):
        first = Process(target=prepare, args=(Path(place),))
        first.start()
        first.join()
        print(json.dumps(asyncio.run(idle_application(Path(place), telegram))))
