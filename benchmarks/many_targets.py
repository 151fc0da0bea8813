"""What the number of targets costs: `python -m benchmarks.many_targets TARGETS` measures in a
process of its own and prints JSON, by name (`TITLES` of benchmarks.growth) what it took."""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from benchmarks.child_processes import most_memory
from benchmarks.figures import Cost
from benchmarks.installation import START, configured
from reviewbot.queries import health_facts
from reviewbot.store import targets
from reviewbot.store.database import Database
from reviewbot.store.migrations import upgrade
from reviewbot.store.queues import due_readings
from reviewbot.store.tx import Tx

TIMES = 5
NOWHERE = "http://127.0.0.1:9"


def measured_here(folder: Path, count: int) -> dict[str, Cost]:
    """Measure in this process."""
    loaded = configured(folder, count, site=NOWHERE, telegram=NOWHERE)
    db = Database(loaded.settings.database)
    upgrade.prepare(db)
    db.write_now(lambda rows: targets.sync_settings(rows, loaded.settings, START))
    found = {
        "sync": _cost(
            lambda: db.write_now(lambda rows: targets.sync_settings(rows, loaded.settings, START))
        ),
        "due": _cost(lambda: db.read_now(lambda rows: due_readings.due_targets(rows, START, 64))),
        "health": _cost(
            lambda: db.read_now(
                lambda rows: health_facts.health(Tx(rows, loaded.settings, {}, START))
            )
        ),
    }
    db.close()
    return found


def _cost(work: Callable[[], object]) -> Cost:
    spent = []
    for _ in range(TIMES):
        # Of the processor, in whatever thread.
        began = time.process_time()
        work()
        spent.append(time.process_time() - began)
    return Cost(min(spent), max(spent), most_memory())


def measured(count: int) -> dict[str, Cost]:
    """Measure in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.many_targets", str(count)]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return {name: Cost(**cost) for name, cost in json.loads(told.splitlines()[-1]).items()}


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        costs = measured_here(Path(place), int(sys.argv[1]))
    print(json.dumps({name: asdict(cost) for name, cost in costs.items()}))
