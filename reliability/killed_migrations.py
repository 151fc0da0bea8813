"""kill -9 during the migrations of an installation of version 0.1.0, at as many places as seeds.

Whole or not at all: all rows are there, the copy made before is sound, the next start migrates.
"""

import asyncio
import time
from pathlib import Path

from reliability.figures import Case, Figures
from tests.store import migration_kills


async def measure(folder: Path, seeds: int) -> list[Figures]:
    """Spread the kills over all statements, the first and the last among them."""
    counted = folder / "count.sqlite3"
    await asyncio.to_thread(migration_kills.installed, counted)
    child = await asyncio.to_thread(migration_kills.migrated, counted, 1_000_000)
    last = int(child.stdout)
    places = sorted({1 + round(n * (last - 1) / max(1, seeds - 1)) for n in range(seeds)})
    promise = f"Migrations are killed ({last} statements): whole or not at all, none lost"
    # One after another: Alembic's context is one for the whole process.
    cases = [await tried(folder / f"{at}.sqlite3", at) for at in places]
    return [Figures(promise, "to the new schema", cases)]


async def tried(file: Path, at: int) -> Case:
    began = time.monotonic()
    fault = await asyncio.to_thread(migration_kills.fault_after_kill, file, at)
    return Case(f"statement {at}", seconds=time.monotonic() - began, problem=fault)
