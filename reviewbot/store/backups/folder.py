"""The folder of backups: their names, when the next is due, which are kept.

The folder itself says what there is; no row does, for a restored row would speak of the past.
"""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from reviewbot.store.backups import copy

_NAME = re.compile(r"reviewbot-(\d{8}T\d{6})Z\.sqlite3")
_STAMP = "%Y%m%dT%H%M%S"


def written(folder: Path) -> list[tuple[datetime, Path]]:
    """Return the backups of a folder and when each was taken, newest first."""
    found = []
    for path in folder.glob("reviewbot-*.sqlite3"):
        if match := _NAME.fullmatch(path.name):
            found.append((datetime.strptime(match[1], _STAMP).replace(tzinfo=UTC), path))
    return sorted(found, reverse=True)


def is_due(folder: Path, every: timedelta, now: datetime) -> bool:
    """Whether the newest is older than `every`. One from the future (a clock set back) counts for
    nothing."""
    return not any(now - every < at <= now for at, _ in written(folder))


def add(database: Path, folder: Path, keep: int, now: datetime) -> Path:
    """Write the next backup and let go of all but the newest `keep`. Raises BackupError; then
    nothing is let go."""
    path = folder / f"reviewbot-{now.astimezone(UTC).strftime(_STAMP)}Z.sqlite3"
    copy.write(database, path, now)
    for _, old in written(folder)[keep:]:
        old.unlink(missing_ok=True)
    return path
