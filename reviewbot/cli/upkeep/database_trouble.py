"""What a person can do where a database refuses, or the file system that it lies on."""

import errno
from pathlib import Path

from reviewbot.words.operator_text import OperatorText, say

NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
NO_RIGHT = (errno.EACCES, errno.EPERM)


def refused(said: str) -> OperatorText:
    """Return the sentence for what a driver said."""
    reason = said.rstrip(".")
    if "malformed" in said:
        return say(
            "The database is damaged: {reason}. Stop the bot and restore a backup: "
            "reviewbot restore FILE.",
            reason=reason,
        )
    if "not a database" in said:
        return say(
            "This is no database that can be read: {reason}. If it was reviewbot's, it is damaged:"
            " stop the bot and restore a backup: reviewbot restore FILE. Else look at "
            "database.path or --database.",
            reason=reason,
        )
    if "is full" in said or "No space left" in said:
        return say(
            "There is no room for the database: {reason}. Free some where it lies, then run this "
            "again.",
            reason=reason,
        )
    if "is locked" in said or "lock timeout" in said:
        return say(
            "The database is busy: {reason}. Another program writes to it and does not come to an "
            "end: a command, a copy, an editor of databases. Wait for it or end it, then run this "
            "again.",
            reason=reason,
        )
    if "I/O error" in said:
        # What SQLite says, too, where no room is left for its log.
        return say(
            "The disk does not take what is written to the database: {reason}. Is there room "
            "where it lies (df -h)? Does the system's log speak of the disk? Then run this again.",
            reason=reason,
        )
    if "readonly" in said:
        return say(
            "The database cannot be written: {reason}. May this user write it and its folder, and "
            "is what it lies on mounted for writing?",
            reason=reason,
        )
    return say(
        "The database cannot be used: {reason}. Look at database.path or --database: is it a "
        "database of reviewbot, and may this user read and write it and its folder?",
        reason=reason,
    )


def unwritable(path: Path, error: OSError) -> OperatorText:
    """Return the sentence for a file, or one beside it, that the system lets nobody write."""
    reason = error.strerror or str(error)
    if error.errno in NO_ROOM:
        return say(
            "{path} cannot be written: {reason}. Free some room where it lies, then run this "
            "again.",
            path=path,
            reason=reason,
        )
    if error.errno == errno.EROFS:
        return say(
            "{path} cannot be written: {reason}. What it lies on is mounted for reading alone, as "
            "a system does by itself after an error of the disk: look at its log, or name another "
            "place in database.path.",
            path=path,
            reason=reason,
        )
    if error.errno in NO_RIGHT:
        return say(
            "{path} cannot be written: {reason}. Give this user the right to write it and its "
            "folder, or name another place in database.path.",
            path=path,
            reason=reason,
        )
    return say(
        "{path} cannot be written: {reason}. Look at database.path: is its folder there, and a "
        "folder?",
        path=path,
        reason=reason,
    )
