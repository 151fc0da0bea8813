"""The watched folder of saved pages: what is there, how it is read, where it goes afterwards."""

import logging
import os
import stat
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from reviewbot.collect.saved_pages.saved_page import MOST_BYTES, refuse_size
from reviewbot.core.errors import Refused

log = logging.getLogger(__name__)

SETTLED = timedelta(seconds=5)
"""A file of the folder that changed since may still be on its way."""


def files(
    folder: Path, targets: Iterable[str], now: datetime
) -> list[tuple[Path, os.stat_result, str | None]]:
    """The files that are whole by now, oldest first, and the target that the folder inside this
    one names (`LOCATION/SOURCE`), None for those that lie in it. Links and others are left."""
    inside = [key for key in targets if _is_folder_of(folder / key)]
    found = [
        (path, facts, key)
        for key in (None, *inside)
        for path, facts in _own_files(folder / (key or ""), now)
    ]
    return sorted(found, key=lambda entry: entry[1].st_mtime)


def _is_folder_of(inside: Path) -> bool:
    """Whether LOCATION/SOURCE is there, neither of them a link that leads elsewhere."""
    try:
        return all(stat.S_ISDIR(each.lstat().st_mode) for each in (inside.parent, inside))
    except OSError:
        return False


def _own_files(folder: Path, now: datetime) -> Iterator[tuple[Path, os.stat_result]]:
    try:
        for path in folder.iterdir():
            facts = path.lstat()
            is_quiet = facts.st_mtime <= (now - SETTLED).timestamp()
            if stat.S_ISREG(facts.st_mode) and is_quiet and not path.name.startswith("."):
                yield path, facts
    except OSError as error:
        log.warning("the folder %s cannot be read: %s", folder, error.strerror)


def content_of(path: Path, folder: str | None, target: str | None) -> tuple[bytes, datetime]:
    """A file of the watched folder, as it was when it was noted or as it is now."""
    inside = Path(folder or "") / (target or "")
    if folder is None or path.parent != inside:
        raise Refused("import_no_file")
    if target and not _is_folder_of(inside):
        raise Refused("import_no_file")
    try:
        number = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(number, "rb") as opened:
            facts = os.fstat(number)
            if not stat.S_ISREG(facts.st_mode):
                raise Refused("import_not_page")
            refuse_size(facts.st_size)
            content = opened.read(MOST_BYTES + 1)
    except OSError as error:
        log.warning("the file %s cannot be read: %s", path, error.strerror)
        raise Refused("import_no_file") from None
    return content, datetime.fromtimestamp(facts.st_mtime, UTC)


def put_away(path: Path, into: str) -> None:
    """Move a file that was dealt with. One that cannot be moved is known by its work row."""
    try:
        folder = path.parent / into
        folder.mkdir(exist_ok=True)
        free = folder / path.name
        if free.exists():
            free = folder / f"{path.stem}-{path.lstat().st_mtime_ns}{path.suffix}"
        path.rename(free)
    except OSError as error:
        log.warning("%s cannot be put into %s: %s", path, into, error.strerror)
