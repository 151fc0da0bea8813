"""One bot per database, by whatever name it is opened: locks that end with the process.

A SQLite file has two, which the kernel frees. The first is a name of the kernel's own (Linux),
made of the file's device and inode: a symbolic or hard link and a URL lead to the same one, nobody
can delete it, and no descriptor of the database is opened for it, whose closing would drop
SQLite's locks. The second is a lock on a file beside the database, for containers that share the
folder and not the kernel's names, and other systems. A server has an advisory lock of PostgreSQL:
it belongs to a connection and the server frees it with that, however the bot died. The server may
be restarted under a bot, so its holder looks again and again whether the lock is still its own.
"""

import fcntl
import logging
import os
import socket
import struct
import sys
from collections.abc import Iterable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import IO

from sqlalchemy import Connection, NullPool, text
from sqlalchemy.exc import DBAPIError

from reviewbot.store.database import PRIVATE, make_private, server_engine, url_of
from reviewbot.words import N_
from reviewbot.words.operator_text import recognised_text, say

log = logging.getLogger(__name__)

BOT = 0x72657630
"""The lock's number. Advisory locks are of one database: other databases have their own."""
ON_MACHINE = N_("process {number} on {machine}")
"""What the holder of a file's lock writes beside it."""
LOOK_EVERY = 5.0
"""Seconds between two looks of the holder."""
SILENCE = {"tcp_user_timeout": "10000", "keepalives_idle": "30"}
"""Milliseconds, seconds: after these a server that is silent is one that is gone."""
_TAKE = text("SELECT pg_try_advisory_lock(:lock)").bindparams(lock=BOT)
_HELD = text(
    "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    " AND classid = 0 AND objid = :lock AND objsubid = 1)"
).bindparams(lock=BOT)


class ServerLock:
    """The bot's lock: `take` it, then ask now and then whether it `is_ours`."""

    def __init__(self, database: str) -> None:
        self._engine = server_engine(
            url_of(database), SILENCE, poolclass=NullPool, isolation_level="AUTOCOMMIT"
        )
        self._connection: Connection | None = None

    def take(self) -> bool:
        """Whether nobody else has it. Raises SQLAlchemy's DBAPIError where nobody can be asked."""
        self.close()
        connection = self._engine.connect()
        try:
            # The server notices a machine that vanished with its bot after a minute, not hours.
            for name, value in {"idle": 30, "interval": 10, "count": 3}.items():
                connection.execute(text(f"SET tcp_keepalives_{name} = {value}"))
            is_free = bool(connection.execute(_TAKE).scalar_one())
        except DBAPIError:
            connection.close()
            raise
        if is_free:
            self._connection = connection
        else:
            connection.close()
        return is_free

    def is_ours(self) -> bool:
        """Whether no other bot may write; a lock that was lost and is free is taken again.

        A server that cannot be reached takes no one's writes, ours included: True.
        """
        try:
            if self._connection is not None:
                self._connection.execute(text("SELECT 1"))
                return True
        except DBAPIError as error:
            log.warning("the database's lock is lost, taking it again: %s", error.orig)
        try:
            return self.take()
        except DBAPIError as error:
            log.error("the database cannot be asked for its lock: %s", error.orig)
            return True

    def close(self) -> None:
        """Give the lock back. Harmless where it was lost."""
        if self._connection is not None:
            # Cut rather than returned: of a dead connection no more can be asked.
            self._connection.invalidate()
            self._connection.close()
            self._connection = None


def is_held(database: str) -> bool:
    """Whether a bot runs on this database. Looks only: a bot that starts meanwhile does start."""
    engine = server_engine(url_of(database), poolclass=NullPool)
    with engine.connect() as connection:
        return bool(connection.execute(_HELD).scalar_one())


_CREDENTIALS = struct.Struct("3i")


class FileLock:
    """The bot's lock on its database file: `take` it, `close` it."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._name: socket.socket | None = None
        self._beside: IO[bytes] | None = None

    def take(self) -> bool:
        """Whether nobody else has it. Raises OSError where the folder cannot be written."""
        self.close()
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        make_private(self._file)
        beside = os.open(_beside(self._file), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, PRIVATE)
        self._beside = os.fdopen(beside, "r+b", buffering=0)
        try:
            self._name = _named(_address(self._file))
            fcntl.flock(self._beside, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.close()
            return False
        # A lock that names nobody is one: a full disk has no room for the name.
        with suppress(OSError):
            self._beside.truncate(0)
            holder = say(ON_MACHINE, number=os.getpid(), machine=socket.gethostname())
            self._beside.write(f"{holder}\n".encode())
        return True

    def close(self) -> None:
        for held in (self._name, self._beside):
            if held is not None:
                held.close()
        self._name = self._beside = None


def holder_of(file: Path) -> str | None:
    """Return who holds the lock, for people ("" where it cannot be told); None where nobody does.

    Raises OSError where it cannot be looked at.
    """
    try:
        named = _holder_of_name(_address(file))
    except OSError:  # no such file
        named = None
    try:
        with _beside(file).open() as beside:
            told = beside.read(200).strip()
            # Shared: two commands that look at once must not take each other for the bot.
            fcntl.flock(beside, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return named
    except BlockingIOError:
        return named or recognised_text(told, (ON_MACHINE,))
    return named


def _beside(file: Path) -> Path:
    return file.with_name(f"{file.name}.lock")


def _address(file: Path) -> str:
    facts = file.stat()
    return f"\0reviewbot.{facts.st_dev}.{facts.st_ino}"


class TelegramBotLock:
    """One Telegram bot answers for one database: two that share a token take each other's presses.
    Told among the processes of one machine (Linux); others see Telegram's own refusal (409)."""

    def __init__(self, token: str, base_url: str) -> None:
        # The number before the colon is public, and stays where a token is renewed.
        bot = f"{base_url.rstrip('/')}/{token.partition(':')[0]}"
        self._address = f"\0reviewbot.telegram.{sha256(bot.encode()).hexdigest()[:32]}"
        self._name: socket.socket | None = None

    def take(self) -> bool:
        """Whether no other process of this machine runs this bot."""
        self.close()
        try:
            self._name = _named(self._address)
        except BlockingIOError:
            return False
        return True

    def holder(self) -> str:
        """Return who runs it, for people; "" where it cannot be told."""
        return _holder_of_name(self._address) or ""

    def close(self) -> None:
        if self._name is not None:
            self._name.close()
            self._name = None


class TelegramBotLocks:
    """The locks on every bot of this process; a new file may name others."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url
        self._held: dict[str, TelegramBotLock] = {}

    def hold(self, tokens: Iterable[str]) -> TelegramBotLock | None:
        """Take the locks of these tokens and give back those of others; or leave all as it was,
        and return the lock that another process has. Its holder is asked once, not at each try:
        who asks stands in a line that nobody serves."""
        wanted = {token.partition(":")[0] for token in tokens}
        taken: dict[str, TelegramBotLock] = {}
        for bot in wanted - self._held.keys():
            lock = TelegramBotLock(bot, self._base_url)
            if not lock.take():
                for each in taken.values():
                    each.close()
                return lock
            taken[bot] = lock
        for bot in self._held.keys() - wanted:
            self._held.pop(bot).close()
        self._held |= taken
        return None

    def close(self) -> None:
        for lock in self._held.values():
            lock.close()
        self._held.clear()


def _named(address: str) -> socket.socket | None:
    """Take the kernel's name. Raises BlockingIOError where another process has it."""
    if sys.platform != "linux":
        return None
    held = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        held.bind(address)
    except OSError:
        held.close()
        raise BlockingIOError from None
    held.listen(1)
    return held


def _holder_of_name(address: str) -> str | None:
    if sys.platform != "linux":
        return None
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asking:
        asking.setblocking(False)
        try:
            asking.connect(address)
            told = asking.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
        except BlockingIOError:  # many ask it at once
            return ""
        except OSError:  # nobody there
            return None
    return say("process {number}", number=_CREDENTIALS.unpack(told)[0])
