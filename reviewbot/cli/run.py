"""`run`: the bot itself, until a signal ends it."""

import asyncio
import fcntl
import logging
import os
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO, Annotated, NoReturn

import typer

from reviewbot.app import App
from reviewbot.cli.options import Config
from reviewbot.cli.running_bot import lock_of
from reviewbot.cli.terminal import err, fail
from reviewbot.clock import is_set_within
from reviewbot.config import Loaded, load
from reviewbot.core.errors import ConfigError, Problem
from reviewbot.store.bot_lock import LOOK_EVERY, ServerLock
from reviewbot.store.database import shown

LOOKED_AT = 1.0
"""Seconds. A command that looks whether a bot runs holds the lock of a file for a moment; a server
frees a dead bot's with its connection."""
NOBODY_TO_BE = (
    "There is no Telegram token: set REVIEWBOT_TELEGRAM_TOKEN, or telegram.token_file in {path}. "
    "@BotFather gives one."
)


class Redacting(logging.Formatter):
    """Formats records without the secrets, whatever library wrote them into a message or trace."""

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s: %(message)s")
        self._secrets: list[str] = []
        self.hide(secrets)

    def hide(self, secrets: Iterable[str]) -> None:
        """Keep these out of the log too, beside the ones known already."""
        known = {*self._secrets, *(secret for secret in secrets if len(secret) > 5)}
        # Longest first: a secret that contains another is replaced whole.
        self._secrets = sorted(known, key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        for secret in self._secrets:
            line = line.replace(secret, "•••")
        return line


def set_up_logging(secrets: Iterable[str], *, verbose: bool) -> Redacting:
    """Log to standard error; return the formatter, which a reload may tell new secrets."""
    handler, formatter = logging.StreamHandler(), Redacting(secrets)
    handler.setFormatter(formatter)
    logging.basicConfig(level=logging.DEBUG if verbose else logging.INFO, handlers=[handler])
    # At INFO httpx prints every URL, and the Bot API's URLs hold the token.
    for name in ("httpx", "httpcore", "apscheduler", "telegram"):
        logging.getLogger(name).setLevel(logging.WARNING)
    return formatter


@contextmanager
def only_one(database: str) -> Iterator[ServerLock | None]:
    """Hold the database's lock: beside a SQLite file, where the kernel frees it when the process
    dies; or a server's, to be looked after."""
    path = lock_of(database)
    if path is None:
        with _only_one_there(database) as held:
            yield held
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = path.open("a+")
    except OSError as error:
        fail(f"{path} cannot be written: {error.strerror}. The database needs its folder.")
    with lock:
        if not _in_time(partial(_flocked, lock)):
            _fail_as_second(database)
        yield None


@contextmanager
def _only_one_there(database: str) -> Iterator[ServerLock]:
    lock = ServerLock(database)
    if not _in_time(lock.take):
        _fail_as_second(shown(database))
    try:
        yield lock
    finally:
        lock.close()


def _fail_as_second(database: str) -> NoReturn:
    fail(f"Another reviewbot already runs on {database}. One process per database.")


def _flocked(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _in_time(take: Callable[[], bool]) -> bool:
    until = time.monotonic() + LOOKED_AT
    while not take():
        if time.monotonic() > until:
            return False
        time.sleep(LOOKED_AT / 20)
    return True


def run(
    config: Config = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log more.")] = False,
) -> None:
    """Run the bot. SIGTERM or Ctrl-C ends it, SIGHUP reads the file again."""
    loaded = load(config, environ=os.environ)
    if loaded.token is None:
        err.print(NOBODY_TO_BE.format(path=loaded.path), style="red", markup=False)
        raise typer.Exit(2)
    log = set_up_logging(loaded.all_secrets(), verbose=verbose)
    with only_one(loaded.settings.database) as lock:
        if not asyncio.run(_until_signal(loaded, config, log, lock)):
            fail("Another reviewbot has taken the database over. One process per database.")


def reloaded(config: Path | None, log: Redacting, database: str) -> Loaded:
    """Read the file again; its secrets are kept out of the log. Raises ConfigError, also where it
    names another database than the one that is locked."""

    loaded = load(config, environ=os.environ)
    log.hide(loaded.all_secrets())
    if loaded.token is None:
        missing = NOBODY_TO_BE.format(path=loaded.path)
        raise ConfigError((Problem("telegram.token_file", missing),))
    if loaded.settings.database != database:
        moved = "The database cannot change while the bot runs."
        raise ConfigError((Problem("database.path", moved, "Stop it and start it again."),))
    return loaded


async def _until_signal(
    loaded: Loaded, config: Path | None, log: Redacting, lock: ServerLock | None
) -> bool:
    """Run until a signal; return False where the database became another bot's meanwhile."""
    loop = asyncio.get_running_loop()
    ended, reload, lost = asyncio.Event(), asyncio.Event(), asyncio.Event()
    if lock is not None:
        keeper = loop.create_task(_keep(lock, ended, lost))
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)

    def read_again() -> None:
        reload.set()
        stop.set()

    loop.add_signal_handler(signal.SIGHUP, read_again)
    mistakes: ConfigError | None = None
    while not ended.is_set():
        stop = asyncio.Event()
        reload.clear()
        watcher = loop.create_task(_forward(ended, stop))
        async with App(loaded, reload=read_again) as parts:
            if mistakes is not None:
                await parts.tell_mistakes(mistakes)
            await parts.run(stop)
        watcher.cancel()
        mistakes = None
        if reload.is_set() and not ended.is_set():
            try:
                loaded = reloaded(config, log, loaded.settings.database)
            except ConfigError as error:
                mistakes = error
                logging.getLogger(__name__).error("the file was not taken:\n%s", error)
    if lock is not None:
        await keeper
    return not lost.is_set()


async def _keep(lock: ServerLock, ended: asyncio.Event, lost: asyncio.Event) -> None:
    """Look after the lock until the end, which is also where it is another's."""
    while not ended.is_set():
        if not await asyncio.to_thread(lock.is_ours):
            lost.set()
            ended.set()
        await is_set_within(ended, LOOK_EVERY)


async def _forward(ended: asyncio.Event, stop: asyncio.Event) -> None:
    await ended.wait()
    stop.set()
