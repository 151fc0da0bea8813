"""When anybody last wrote to the database, told by its file: to look into the rows once a second
wakes two threads, which takes most of what an idle bot does."""

from pathlib import Path

from reviewbot.clock import WallClock
from reviewbot.store.database import file_of

SETTLED = 2.5
"""Seconds. A file's time goes in steps, of two seconds at most: what is younger may stand for two
writes."""


class LastWrite:
    """`mark` is the same for as long as nobody writes, in this process or another."""

    def __init__(self, database: str) -> None:
        file = file_of(database)
        self._log = Path(f"{file}-wal") if file is not None else None

    def mark(self) -> tuple[int, int] | None:
        """Return what stands for the last write; None where that cannot be told: of a server, of a
        write just now."""
        try:
            facts = self._log.stat() if self._log is not None else None
        except OSError:
            return None
        if facts is None or WallClock().now().timestamp() - facts.st_mtime < SETTLED:
            return None
        return facts.st_mtime_ns, facts.st_size
