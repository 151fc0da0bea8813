"""A command beside a running bot: the bot does the work, the command waits for what came of it.

Two processes that read one site would each keep gaps of their own, and two setups would each
rewrite the targets' rows.
"""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event, current_thread, main_thread
from types import FrameType
from typing import Annotated, Any

import typer
from sqlmodel import Session

from reviewbot.cli.databases import opened
from reviewbot.cli.terminal import err, fail
from reviewbot.clock import WallClock
from reviewbot.config import Loaded
from reviewbot.config.durations import Mistake, brief, positive
from reviewbot.store.bot_lock import holder_of, is_held
from reviewbot.store.database import file_of
from reviewbot.store.queues import errands
from reviewbot.words.language import Language
from reviewbot.words.operator_language import in_words, operator_language

USUAL_WAIT = "10m"
Wait = Annotated[
    str, typer.Option("--wait", help="How long to wait for the bot that runs, like 10m.")
]
BEGINS_WITHIN = 30.0
"""Seconds. The bot looks for work every second; one that takes nothing up for so long is stuck."""
STEP = 0.2


def is_running(database: str) -> bool | None:
    """Whether a bot holds this database's lock; None where it cannot be told of a file."""
    file = file_of(database)
    if file is None:
        return is_held(database)
    try:
        return holder_of(file) is not None
    except OSError:
        return None


def longest_of(wait: str, t: Language) -> timedelta:
    """Return how long to wait; ends where that is written wrongly."""
    try:
        return positive(wait)
    except Mistake as mistake:
        parts = (in_words(part, t.language) for part in (mistake.sentence, mistake.hint))
        fail(f"--wait: {' '.join(parts)}", code=2)


def run(
    loaded: Loaded,
    put: Callable[[Session, datetime], int],
    doing: str,
    longest: timedelta,
) -> dict[str, Any]:
    """Hand an errand to the bot (`put` makes its row) and return the answer.

    `doing` says what it is about: "reading main/otzovik". Ends with a sentence where no answer
    came in the `longest` time; the request is then taken back, as it is by Ctrl-C. What the bot
    has begun goes on.
    """

    t = operator_language(loaded.settings.language)
    clock = WallClock()
    with opened(loaded.path, loaded.settings.database, for_reading=True) as db:
        row_id = 0

        def leave(rows: "Session") -> None:
            nonlocal row_id
            row_id = put(rows, clock.now())

        def state_of() -> errands.Errand:
            return db.read_now(lambda rows: errands.look_up(rows, row_id))

        with _interrupts_kept() as interrupted:
            try:
                # Known before it is committed: Ctrl-C between the two must take it back as well.
                db.write_now(leave)
                wants = _Wants(doing, longest, loaded.settings.database, interrupted)
                return _answer(t, state_of, wants)
            finally:
                db.write_now(lambda rows: errands.take_away(rows, row_id, clock.now()))


@contextmanager
def _interrupts_kept() -> Iterator[Event]:
    """Set by the first Ctrl-C, which the wait looks at; a second one raises as ever.

    An exception at any line is lost in a finalizer, becomes SQLAlchemy's AssertionError between a
    commit and its end, and in a text that `exec` runs (a dataclass, when a module is loaded) makes
    Python end by the signal, whoever catches it.
    """
    interrupted = Event()
    if current_thread() is not main_thread():
        yield interrupted
        return

    def keep(_signal: int, _frame: FrameType | None) -> None:
        if interrupted.is_set():
            raise KeyboardInterrupt
        interrupted.set()

    before = signal.signal(signal.SIGINT, keep)
    try:
        yield interrupted
    finally:
        signal.signal(signal.SIGINT, before)


@dataclass(frozen=True)
class _Wants:
    """What is waited for, at most how long, of the bot on which database, until an interrupt."""

    doing: str
    longest: timedelta
    database: str
    interrupted: Event


def _answer(t: Language, state_of: Callable[[], errands.Errand], wants: _Wants) -> dict[str, Any]:
    began = time.monotonic()
    doing, longest = wants.doing, wants.longest
    with err.status(t("{doing}: the bot runs, waiting for it…", doing=doing)) as status:
        while True:
            if wants.interrupted.is_set():
                raise KeyboardInterrupt
            # Asked first: a bot that answers and stops at once has left its answer.
            runs = is_running(wants.database)
            errand = state_of()
            waited = time.monotonic() - began
            if errand.state == "done":
                return dict(errand.told)
            if errand.state == "failed" or errand.error:
                fail(t("The bot could not do it: {error}. Its log says more.", error=errand.error))
            if not runs:
                fail(
                    t(
                        "The bot was stopped meanwhile, and the request is taken back. Give the "
                        "command again: without the bot it does the work itself."
                    )
                )
            if errand.state == "waiting" and waited > BEGINS_WITHIN:
                fail(
                    t(
                        "The bot runs, but has taken nothing up for {span}; the request is taken "
                        "back. `reviewbot doctor` and the bot's log say more.",
                        span=brief(timedelta(seconds=BEGINS_WITHIN)),
                    )
                )
            if waited > longest.total_seconds():
                fail(
                    t(
                        "{doing}: no answer within {span}, and the request is taken back. The "
                        "site may be slow, or others of its host are before it: look at "
                        "`reviewbot doctor`, or wait longer with --wait.",
                        doing=doing,
                        span=brief(longest),
                    )
                )
            if errand.state == "begun":
                seconds = round(waited)
                status.update(t("{doing}: the bot is at it, {n} s…", doing=doing, n=seconds))
            time.sleep(STEP)
