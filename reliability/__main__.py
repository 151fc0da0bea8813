"""`make reliability [SEEDS=20] [ONLY=kill_matrix] [KEEP=1]`: tries the promises, prints the table.

A measure is a module of this package with `async def measure(folder, seeds) -> list[Figures]`,
named in MEASURES. Ends with code 1 where a promise did not hold.
"""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from benchmarks.__main__ import kept, machine
from reliability import (
    away,
    guests_killed,
    hanging,
    hostile_input,
    in_trouble,
    kill_matrix,
    killed_migrations,
    lost_reviews,
    promises,
    random_kills,
    simulated_year,
)
from reliability.figures import Figures, table

MEASURES = {
    "kill_matrix": kill_matrix.measure,
    "random_kills": random_kills.measure,
    "killed_migrations": killed_migrations.measure,
    "hostile_input": hostile_input.measure,
    "lost_reviews": lost_reviews.measure,
    "away": away.measure,
    "hanging": hanging.measure,
    "guests_killed": guests_killed.measure,
    "in_trouble": in_trouble.measure,
    "simulated_year": simulated_year.measure,
    "promises": promises.measure,
}
RESULTS = Path(__file__).parent.parent / "benchmarks/RELIABILITY.md"


async def measured(names: list[str], seeds: int) -> list[Figures]:
    figures = []
    for name in names:
        with tempfile.TemporaryDirectory(prefix="reviewbot-") as folder:
            figures += await MEASURES[name](Path(folder), seeds)
    promises.add_measured(figures)
    return figures


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--only", choices=sorted(MEASURES), action="append")
    parser.add_argument("--keep", action="store_true", help="write benchmarks/RELIABILITY.md")
    asked = parser.parse_args()
    figures = asyncio.run(measured(asked.only or list(MEASURES), asked.seeds))
    lines = [f"Measured on {machine()}, {asked.seeds} of each step.", "", *table(figures)]
    print("\n".join(lines))
    broken = [case for each in figures for case in each.broken]
    for case in broken:
        print(f"\n{case.name}: lost {case.lost}, doubled {case.doubled} {case.problem}")
    if asked.keep:
        text = RESULTS.read_text() if RESULTS.exists() else "# Reliability\n"
        title = ", ".join(asked.only) if asked.only else "The whole programme"
        RESULTS.write_text(kept(text, title, "\n".join(lines)))
    return int(bool(broken))


if __name__ == "__main__":
    sys.exit(main())
