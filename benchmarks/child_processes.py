"""The processes this one started, and what they used, but for those that measurements need; and
the memory of this one."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def beside(module: str) -> Iterator[tuple[str, Path]]:
    """Run a module of benchmarks in a process of its own; yield the first line it prints, and its
    folder under /proc. It is to end with its standard input."""
    child = subprocess.Popen(
        [sys.executable, "-m", f"benchmarks.{module}"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    try:
        yield child.stdout.readline().strip(), Path("/proc") / str(child.pid)
    finally:
        child.communicate()


def parsers() -> list[Path]:
    """Return them, as their folders under /proc."""
    found = []
    for task in Path("/proc/self/task").iterdir():
        for pid in (task / "children").read_text().split():
            process = Path("/proc") / pid
            if b"benchmarks." not in (process / "cmdline").read_bytes():
                found.append(process)
    return found


def used(process: Path) -> float:
    """Return its seconds of processor time."""
    fields = (process / "stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


def wakeups(process: Path) -> int:
    """Return how often its threads have slept."""
    lines = "".join(each.read_text() for each in process.glob("task/*/status")).splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("voluntary_ctxt"))


def most_memory() -> float:
    """MiB at most since this program began; `ru_maxrss` would count who started it, too."""
    status = Path("/proc/self/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024
