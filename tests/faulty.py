"""A child process with the real application and one seam at which it is killed.

`python -m tests.faulty CONFIG SEAM ARMED T0`: runs until SIGTERM; where SEAM is reached while the
file ARMED exists, the process kills itself with SIGKILL. The product knows nothing of this: only
this module may wrap its functions. Time runs SPEED times faster than the wall, counted from T0
(epoch seconds), so that a restarted child goes on in the same time. The file "shift" beside ARMED
sets it on or back by so many of its seconds, as somebody sets a machine's clock.
"""

import asyncio
import functools
import os
import signal
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from telegram.ext import AIORateLimiter

from reviewbot import ticks
from reviewbot.__main__ import give_memory_back
from reviewbot.app import App
from reviewbot.bot.telegram import client, delivery, intake, sender
from reviewbot.clock import WallClock
from reviewbot.collect import collector, publish, reader, worker
from reviewbot.collect.fetching import fetch
from reviewbot.config import load
from reviewbot.core.model import WorkKind
from reviewbot.store.queues import inbox
from reviewbot.ticks import Pace
from reviewbot.workflow import changed_file, open

SPEED = 60.0
PACE = Pace(poll=0.1, publish=0.1, watch=0.3)


class StretchedClock:
    def __init__(self, started: float, shift: Path | None = None) -> None:
        self._started = started
        self._shift = shift

    def now(self) -> datetime:
        wall = time.time()  # noqa: TID251 - a clock that outlives the process
        passed = (wall - self._started) * SPEED + shifted(self._shift)
        return datetime.fromtimestamp(self._started, UTC) + timedelta(seconds=passed)

    def seconds_until(self, moment: datetime) -> float:
        return max(0.0, (moment - self.now()).total_seconds() / SPEED)


class SetWall(WallClock):
    """The machine's clock, set by the file."""

    def __init__(self, shift: Path) -> None:
        self._shift = shift

    def now(self) -> datetime:
        return super().now() + timedelta(seconds=shifted(self._shift))


def shifted(file: Path | None) -> float:
    return float(file.read_text()) if file is not None and file.exists() else 0.0


def kill_if(armed: Path) -> None:
    if armed.exists():
        os.kill(os.getpid(), signal.SIGKILL)


def wrap(
    place: Any,
    name: str,
    armed: Path,
    *,
    before: bool,
    when: Callable[..., bool] = lambda *_args, **_names: True,
) -> None:
    """Kill the process before or after `place.name` runs (or is awaited)."""
    original = getattr(place, name)
    if asyncio.iscoroutinefunction(original):

        @functools.wraps(original)
        async def waiting(*args: Any, **names: Any) -> Any:
            if before and when(*args, **names):
                kill_if(armed)
            value = await original(*args, **names)
            if not before and when(*args, **names):
                kill_if(armed)
            return value

        setattr(place, name, waiting)
        return

    @functools.wraps(original)
    def plain(*args: Any, **names: Any) -> Any:
        if before and when(*args, **names):
            kill_if(armed)
        value = original(*args, **names)
        if not before and when(*args, **names):
            kill_if(armed)
        return value

    setattr(place, name, plain)


def posts(_publisher: Any, row: Any, *_args: Any) -> bool:
    return bool(row.kind == WorkKind.POST_REPLY)


def publishes(_publisher: Any, _job: Any, action: Any, *_args: Any) -> bool:
    return bool(action == "published")


SEAMS: dict[str, Callable[[Path], None]] = {
    "none": lambda armed: None,
    "after fetch": lambda armed: wrap(fetch.Fetcher, "fetch", armed, before=False),
    "after parse": lambda armed: wrap(reader.Reader, "read", armed, before=False),
    "mid transaction": lambda armed: wrap(open, "open_all", armed, before=False),
    "after commit": lambda armed: wrap(collector, "_report", armed, before=True),
    "after claim": lambda armed: wrap(sender, "render", armed, before=True),
    "accepted, not marked": lambda armed: wrap(delivery, "send", armed, before=False),
    "after the mark": lambda armed: wrap(sender.Sender, "_mark", armed, before=False),
    "press stored": lambda armed: wrap(intake.Intake, "handle_waiting", armed, before=True),
    "mid handler": lambda armed: wrap(inbox, "done", armed, before=True),
    "approve committed": lambda armed: wrap(intake.Intake, "_answer", armed, before=True),
    "post claimed": lambda armed: wrap(worker.Worker, "_do", armed, before=True, when=posts),
    "posted, not marked": lambda armed: wrap(
        publish.Publisher, "_settle", armed, before=True, when=publishes
    ),
}


def stretch_limiter() -> None:
    """The library's own limiter counts seconds of the wall, in which an hour's tries come here."""
    client.AIORateLimiter = functools.partial(
        AIORateLimiter, overall_time_period=1 / SPEED, group_time_period=60 / SPEED
    )


def fail_apply() -> None:
    """Break the table of states: no act can be applied any more."""
    from reviewbot.core import ticket_table
    from reviewbot.demo import story

    def broken(*_args: Any, **_names: Any) -> Any:
        raise RuntimeError("the table is broken")

    ticket_table.apply = broken
    # What does not come at all need not be waited for long.
    story.PATIENCE = 5.0


def break_second_start() -> None:
    """Let the start after the first one break, in the middle of it."""
    original, starts = changed_file.follow, iter(range(3))

    def once(tx: Any) -> Any:
        if next(starts) == 1:
            raise RuntimeError("nobody foresaw this")
        return original(tx)

    changed_file.follow = once


async def run(config: Path, seam: str, armed: Path, started: float) -> None:
    stretch_limiter()
    SEAMS[seam](armed)
    loaded = load(config, environ=os.environ)
    shift = armed.with_name("shift")
    clock = StretchedClock(started, shift)
    ticks.WallClock = functools.partial(SetWall, shift)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with App(loaded, clock=clock, jitter=lambda: 0.0, pace=PACE) as app:
        await app.run(stop)


if __name__ == "__main__":
    if sys.argv[1] == "demo-with-a-broken-table":
        fail_apply()
        from reviewbot.cli import main

        sys.argv[1:] = ["demo"]
        main()
    elif sys.argv[1] == "run-with-a-broken-reload":
        break_second_start()
        from reviewbot.__main__ import main

        sys.argv[1:] = ["run", "--config", *sys.argv[2:]]
        main()
    else:
        give_memory_back()  # as `reviewbot run` does
        config, seam, armed, started = sys.argv[1:]
        asyncio.run(run(Path(config), seam, Path(armed), float(started)))
