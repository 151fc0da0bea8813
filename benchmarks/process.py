"""What the process costs: start-up time and idle memory, against the bare interpreter."""

import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.bare_loop import WAKEUPS

RUNS = 7
LIBRARIES = "import httpx, sqlmodel, telegram.ext, apscheduler.schedulers.asyncio"


def _seconds(*command: str) -> float:
    started = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - started


def _median(*command: str) -> float:
    _seconds(*command)  # once for the disk's sake
    return statistics.median(_seconds(*command) for _ in range(RUNS))


def _resident_mib(program: str) -> float:
    """Return the resident memory of a child that ran `program` and stands still."""
    child = subprocess.Popen(
        [sys.executable, "-c", program + "\nprint(flush=True)\nimport sys; sys.stdin.read()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert child.stdout is not None
    child.stdout.readline()
    status = Path(f"/proc/{child.pid}/status").read_text()
    child.communicate()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def table() -> list[str]:
    """Return the table's lines (Markdown)."""
    python = sys.executable
    bare = _median(python, "-c", "pass")
    libraries = _median(python, "-c", LIBRARIES)
    typer = _median(python, "-c", "import typer")
    rows = [
        ("bare interpreter", bare, "1.0"),
        ("the libraries alone (httpx, sqlmodel, telegram, apscheduler)", libraries, ""),
        ("typer alone", typer, ""),
    ]
    for name, other, whole in (
        ("--help", "typer", typer),
        ("--version", "typer", typer),
        ("sources --json", "the libraries", libraries),
    ):
        seconds = _median(python, "-m", "reviewbot", *name.split())
        rows.append((f"`reviewbot {name}`", seconds, f"{seconds / whole:.2f} of {other}"))
    lines = ["| start-up | median, ms | ratio |", "|---|---|---|"]
    lines += [f"| {name} | {seconds * 1000:.0f} | {ratio} |" for name, seconds, ratio in rows]
    empty, loaded = _resident_mib("pass"), _resident_mib(LIBRARIES)
    command = (python, "-m", "benchmarks.idle")
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    idle = json.loads(told.splitlines()[-1])
    lines += [
        "",
        "| idle | goal | measured | beside it |",
        "|---|---|---|---|",
        f"| `reviewbot run`, 50 targets, nothing due, alone | | {idle['alone']:.0f} MiB "
        f"| the libraries alone: {loaded:.0f} MiB |",
        f"| the same with its children | ≤ 110 MiB | {idle['together']:.0f} MiB "
        f"| a bare interpreter: {empty:.0f} MiB |",
        f"| of a core | ≤ 0.3 % | {idle['share']:.2%} "
        f"| a loop that reads a row {WAKEUPS} times a second: {idle['bare']:.2%} |",
        f"| a second its threads go to sleep | | {idle['wakeups']:.0f} times | |",
    ]
    return lines
