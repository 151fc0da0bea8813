"""`run`: the bot itself, until a signal ends it."""

import asyncio
import gc
import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from sqlalchemy.exc import OperationalError

from reviewbot.app import App
from reviewbot.cli.options import Config
from reviewbot.cli.terminal import fail, printable
from reviewbot.cli.upkeep import systemd
from reviewbot.cli.upkeep.database_trouble import unwritable
from reviewbot.clock import is_set_within
from reviewbot.config import Loaded, load
from reviewbot.core.errors import ConfigError, Problem
from reviewbot.core.redaction import Redaction
from reviewbot.store.bot_lock import LOOK_EVERY, FileLock, ServerLock, TelegramBotLocks, holder_of
from reviewbot.store.database import file_of, shown
from reviewbot.words import N_
from reviewbot.words.operator_language import in_words
from reviewbot.words.operator_text import OperatorText, say

log = logging.getLogger(__name__)

LONGEST_END = 8.0
"""Seconds from a signal to the end, at most."""
TRY_AGAIN = 2.0
"""Seconds between two tries to begin on a database that is busy."""
LOOKED_AT = 1.0
"""Seconds. A command that looks whether a bot runs holds the lock of a file for a moment; a server
frees a dead bot's with its connection."""
NOBODY_TO_BE = N_(
    "There is no Telegram token: set REVIEWBOT_TELEGRAM_TOKEN, or telegram.token_file in {path}. "
    "@BotFather gives one."
)


class Redacting(logging.Formatter):
    """Formats records without the secrets, whatever library wrote them into a message or trace."""

    def __init__(self, redaction: Redaction) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s: %(message)s")
        self._redactions = [redaction]

    def hide(self, redaction: Redaction) -> None:
        """Keep out of the log what this one knows too; the last few configurations' are kept."""
        self._redactions = [*self._redactions[-9:], redaction]

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        for redaction in self._redactions:
            line = redaction(line)
        return printable(line)


def set_up_logging(redaction: Redaction, *, verbose: bool) -> Redacting:
    """Log to standard error; return the formatter, which a reload may tell new secrets."""
    handler, formatter = logging.StreamHandler(), Redacting(redaction)
    handler.setFormatter(formatter)
    logging.basicConfig(level=logging.DEBUG if verbose else logging.INFO, handlers=[handler])
    # At INFO httpx prints every URL, and the Bot API's URLs hold the token; alembic prints a line
    # for each migration there ever was.
    for name in ("httpx", "httpcore", "apscheduler", "telegram", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)
    return formatter


@contextmanager
def only_one(database: str, language: str) -> Iterator[ServerLock | None]:
    """Hold the database's lock: a file's, which the kernel frees when the process dies; or a
    server's, to be looked after. `language`: in which it is told that none can be held."""
    file = file_of(database)
    if file is None:
        with _only_one_there(database, language) as held:
            yield held
        return
    lock = FileLock(file)
    try:
        if not _in_time(lock.take):
            _fail_as_second(language, database, holder_of(file) or "")
    except OSError as error:
        fail(in_words(unwritable(file, error), language))
    try:
        yield None
    finally:
        lock.close()


@contextmanager
def _only_one_there(database: str, language: str) -> Iterator[ServerLock]:
    lock = ServerLock(database)
    if not _in_time(lock.take):
        _fail_as_second(language, shown(database))
    try:
        yield lock
    finally:
        lock.close()


@contextmanager
def only_one_of_bots(loaded: Loaded) -> Iterator[TelegramBotLocks]:
    """Hold the Telegram bots, that of staff and the guests' own: with the same token on another
    database each would take the other's presses."""
    locks = TelegramBotLocks(loaded.settings.telegram.base_url)
    try:
        if not _in_time(lambda: locks.hold(tokens_of(loaded)) is None):
            taken = locks.hold(tokens_of(loaded))
            if taken is not None:
                fail(in_words(_taken_by(taken.holder()), loaded.settings.language))
        yield locks
    finally:
        locks.close()


def tokens_of(loaded: Loaded) -> list[str]:
    """Return the tokens that the process runs with."""
    return [each.get_secret_value() for each in (loaded.token, loaded.guests_token) if each]


def _taken_by(holder: str) -> OperatorText:
    return say(
        "{who} on this machine runs with the same Telegram token and another database: "
        "each would take the other's presses. @BotFather gives a bot of its own.",
        who=_another(holder),
    )


def _fail_as_second(language: str, database: str, holder: str = "") -> NoReturn:
    sentence = say(
        "{who} already runs on {database}. One process per database.",
        who=_another(holder),
        database=database,
    )
    fail(in_words(sentence, language))


def _another(holder: str) -> OperatorText:
    return (
        say("Another reviewbot ({holder})", holder=holder) if holder else say("Another reviewbot")
    )


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
    language = loaded.settings.language
    if loaded.token is None:
        fail(in_words(say(NOBODY_TO_BE, path=loaded.path), language), code=2)
    formatter = set_up_logging(loaded.redaction, verbose=verbose)
    with only_one(loaded.settings.database, language) as lock, only_one_of_bots(loaded) as bots:
        reload = partial(reloaded, config, formatter, bots)
        if not asyncio.run(_until_signal(loaded, reload, lock)):
            lost = say("Another reviewbot has taken the database over. One process per database.")
            fail(in_words(lost, language))


def reloaded(
    config: Path | None, formatter: Redacting, bots: TelegramBotLocks, database: str
) -> Loaded:
    """Read the file again; its secrets are kept out of the log. Raises ConfigError, also where it
    names another database than the one that is locked, or a bot that another process runs."""

    loaded = load(config, environ=os.environ)
    formatter.hide(loaded.redaction)
    if loaded.token is None:
        missing = say(NOBODY_TO_BE, path=loaded.path)
        raise ConfigError((Problem("telegram.token_file", missing),))
    if loaded.settings.database != database:
        moved = say("The database cannot change while the bot runs.")
        again = say("Stop it and start it again.")
        raise ConfigError((Problem("database.path", moved, again),))
    if (taken := bots.hold(tokens_of(loaded))) is not None:
        raise ConfigError((Problem("guests.token_file", _taken_by(taken.holder())),))
    return loaded


async def _until_signal(
    loaded: Loaded, reread: Callable[[str], Loaded], lock: ServerLock | None
) -> bool:
    """Run until a signal; return False where the database became another bot's meanwhile."""
    set_aside()
    loop = asyncio.get_running_loop()
    ended, reload, lost = asyncio.Event(), asyncio.Event(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, _end_soon, ended)
    loop.add_signal_handler(signal.SIGHUP, reload.set)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGHUP})  # held back by __main__
    if lock is not None:
        keeper = loop.create_task(_keep(lock, ended, lost))
    current: list[App] = []
    # Ready to be told to stop; a database that is busy for long is waited for, and said so.
    systemd.notify("READY=1")
    watched = loop.create_task(
        systemd.show_life(ended, lambda: current[0].heartbeats.stuck() if current else [])
    )
    before, mistakes = loaded, None
    while not ended.is_set():
        async with AsyncExitStack() as closing:
            try:
                parts = App(loaded, reload=reload.set)
                closing.push_async_exit(parts)
                if not await _begun(parts, ended):
                    break
            except Exception as error:
                if loaded is before:
                    raise
                mistakes, loaded = _refused(error, loaded.path), before
                continue
            is_anew, before, current[:] = bool(current), loaded, [parts]
            set_aside(is_anew=is_anew)
            taken = partial(reread, loaded.settings.database)
            loaded = await _until_new_file(parts, ended, reload, taken, mistakes) or loaded
            mistakes = None
    systemd.notify("STOPPING=1")
    await watched
    if lock is not None:
        await keeper
    return not lost.is_set()


def _end_soon(ended: asyncio.Event) -> None:
    """What is under way may end; not for longer than a stop may take. A busy database holds a
    thread that nothing else would end; what is not done stands in the rows, as after a kill."""
    ended.set()
    last = threading.Timer(LONGEST_END, _end_at_once)
    last.daemon = True
    last.start()


def _end_at_once() -> None:
    log.warning(
        "not everything ended within %.0f s; the rest is done at the next start", LONGEST_END
    )
    logging.shutdown()
    os._exit(0)


async def _until_new_file(
    parts: App,
    ended: asyncio.Event,
    reload: asyncio.Event,
    reloaded: Callable[[], Loaded],
    mistakes: ConfigError | None,
) -> Loaded | None:
    """Run the bot; return the new file that it is to go on with, or None at its end. A file that
    cannot be taken is told, and changes nothing."""
    stop = asyncio.Event()
    running = asyncio.ensure_future(parts.run(stop))
    try:
        while True:
            if mistakes is not None:
                await _tell(parts, mistakes)
            if not await _is_reload(running, ended, reload):
                return None
            reload.clear()
            try:
                return await asyncio.to_thread(reloaded)
            except Exception as error:
                mistakes = _refused(error, "the configuration")
    finally:
        stop.set()
        await running


def set_aside(*, is_anew: bool = False) -> None:
    """Spare the collector of garbage what stays until the end or the next reading of the file: to
    walk through 10,000 targets held everything up for a fifth of a second, again and again.
    `is_anew`: what was set aside before may be garbage now."""
    if is_anew:
        gc.unfreeze()
        gc.collect()
    gc.freeze()
    gc.enable()


async def _begun(parts: App, ended: asyncio.Event) -> bool:
    """Make the database ready, however long it is busy, full or read-only; False at the end."""
    told = ""
    while not ended.is_set():
        try:
            await parts.__aenter__()
        except OperationalError as error:
            if str(error.orig) != told:
                told = str(error.orig)
                # What SQLite says, too, where its log finds no room.
                why = f"{told} (is the disk full?)" if "I/O error" in told else told
                log.error("the database cannot be used yet, %s; trying again until it can", why)
        else:
            return True
        await is_set_within(ended, TRY_AGAIN)
    return False


async def _is_reload(
    running: asyncio.Future[None], ended: asyncio.Event, reload: asyncio.Event
) -> bool:
    """Wait for a signal, or the bot's own end; whether the file is to be read again."""
    signals = [asyncio.ensure_future(each.wait()) for each in (ended, reload)]
    waited: set[asyncio.Future[Any]] = {running, *signals}
    await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
    for each in signals:
        each.cancel()
    return reload.is_set() and not ended.is_set() and not running.done()


def _refused(error: Exception, path: object) -> ConfigError:
    log.error("the file was not taken:\n%s", error, exc_info=not isinstance(error, ConfigError))
    if isinstance(error, ConfigError):
        return error
    reason = str(error) or type(error).__name__
    sentence = say("The file cannot be taken: {reason}.", reason=reason)
    return ConfigError((Problem(str(path), sentence),))


async def _tell(parts: App, mistakes: ConfigError) -> None:
    try:
        await parts.tell_mistakes(mistakes)
    except OperationalError as error:
        log.error("the refused file cannot be told, %s: `reviewbot check` says it", error.orig)


async def _keep(lock: ServerLock, ended: asyncio.Event, lost: asyncio.Event) -> None:
    """Look after the lock until the end, which is also where it is another's."""
    while not ended.is_set():
        if not await asyncio.to_thread(lock.is_ours):
            lost.set()
            ended.set()
        await is_set_within(ended, LOOK_EVERY)
