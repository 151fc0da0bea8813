"""`make bench [DATASETS=folder]`: measures, prints the tables, keeps them with KEEP=1.

Ratios are what counts: both sides of each are measured in the same run, on the same machine.
"""

import argparse
import os
import platform
import re
import time
from functools import partial
from pathlib import Path

from benchmarks import (
    capacity,
    figures,
    ingest,
    pictures,
    polling,
    process,
    quality,
    simulation,
    tidying,
)

RESULTS = Path(__file__).parent / "RESULTS.md"


def machine() -> str:
    """Name the machine the absolute figures are of."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    return f"{model}, Python {platform.python_version()}, {platform.system()}"


def load() -> str:
    """Say how much of the machine others use: the processes that run or wait for it, this one not
    among them."""
    return f"a load of {os.getloadavg()[0]:.0f} by others"


def kept(text: str, name: str, table: str) -> str:
    """Return the results with one section renewed; what people wrote around it stays."""
    section = f"## {name}\n\n{table}\n"
    found = re.search(rf"^## {re.escape(name)}\n.*?(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    if found is None:
        return f"{text.rstrip()}\n\n{section}"
    return f"{text[: found.start()]}{section}\n{text[found.end() :]}".rstrip() + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--datasets", type=Path, help="folder with the labelled reviews")
    parser.add_argument("--keep", action="store_true", help="write benchmarks/RESULTS.md")
    parser.add_argument(
        "--quick",
        action="store_true",
        help="what one machine carries and a reading costs, in short",
    )
    parser.add_argument("--long", action="store_true", help="poll for half an hour")
    asked = parser.parse_args()
    # An installed bot's modules are compiled once; a start that compiles them is another figure.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    results = RESULTS.read_text()
    print(f"Measured on {machine()}, {load()}.")
    scale = capacity.QUICK if asked.quick else capacity.LONG if asked.long else capacity.USUAL
    usual = {
        "One machine": partial(capacity.table, scale),
        "Ingest": partial(ingest.table, 1 if asked.quick else ingest.ROUNDS),
        "Polling": partial(polling.table, polling.QUICK if asked.quick else polling.USUAL),
    }
    thorough = {
        "Figures": figures.table,
        "Pictures": pictures.table,
        "Process": process.table,
        "Polling, simulated": simulation.table,
        "Tidying": tidying.table,
    }
    for name, measure in (usual if asked.quick else {**usual, **thorough}).items():
        began = time.perf_counter()
        table = "\n".join([f"Measured on {machine()}, {load()}.", "", *measure()])
        print(f"\n## {name}\n\n{table}\n\n({time.perf_counter() - began:.0f} s)", flush=True)
        results = kept(results, name, table)
    if not asked.quick:
        print("\n## Classifier\n")
        print("\n\n".join(quality.tables(asked.datasets)))
    if asked.keep:
        RESULTS.write_text(results)


if __name__ == "__main__":
    main()
