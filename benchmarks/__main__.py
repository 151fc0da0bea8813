"""`make bench [DATASETS=folder]`: measures, prints the tables, keeps them in RESULTS.md."""

import argparse
import platform
from pathlib import Path

from benchmarks import ingest, polling, process, quality, simulation

RESULTS = Path(__file__).parent / "RESULTS.md"


def machine() -> str:
    """Name the machine: ratios are what counts, absolute figures are of this one."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    return f"{model}, Python {platform.python_version()}, {platform.system()}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--datasets", type=Path, help="folder with the labelled reviews")
    parser.add_argument("--keep", action="store_true", help="write benchmarks/RESULTS.md")
    asked = parser.parse_args()
    sections = {
        "Ingest": ingest.table(),
        "Polling": polling.table(),
        "Polling, simulated": simulation.table(),
        "Process": process.table(),
        "Classifier": quality.tables(asked.datasets),
    }
    lines = ["# Measurements", "", f"Printed by `make bench` on {machine()}.", ""]
    for name, table in sections.items():
        lines += [f"## {name}", "", "\n".join(table), ""]
    text = "\n".join(lines)
    print(text)
    if asked.keep:
        RESULTS.write_text(text)


if __name__ == "__main__":
    main()
