"""The bot whose readings are watched, and targets made due by statements."""

import asyncio
import time
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import bindparam, update
from sqlmodel import Session, col, select

from reviewbot.app import App
from reviewbot.clock import WallClock, is_set_within
from reviewbot.config import Loaded
from reviewbot.store.database import run
from reviewbot.store.tables import TargetRow

KEYS = select(TargetRow.key).order_by(col(TargetRow.id))
POLL_AT = (
    update(TargetRow)
    .where(col(TargetRow.key) == bindparam("of"))
    .values(next_poll_at=bindparam("at"))
)


class Watched(App):
    """The application; how late each reading starts is noted."""

    def __init__(self, loaded: Loaded) -> None:
        super().__init__(loaded)
        self.due: dict[str, float] = {}
        self.late: list[float] = []

    async def collect(self, target: str) -> None:
        due = self.due.pop(target, None)
        if due is not None:
            self.late.append(self.clock.now().timestamp() - due)
        await super().collect(target)


async def until_polled(app: Watched, after: Callable[[int], float]) -> float:
    """Make all due, each so many seconds from now; return the seconds until all were read."""
    now = WallClock().now()

    def due(rows: Session) -> None:
        # By statements: ten thousand rows as objects took 24 MiB of what is measured.
        for number, key in enumerate(rows.exec(KEYS).all()):
            at = now + timedelta(seconds=after(number))
            run(rows, POLL_AT, {"of": key, "at": at})
            app.due[key] = at.timestamp()

    await app.db.write(due)
    began = time.perf_counter()
    running = asyncio.get_running_loop().create_task(app.dispatcher.run())
    woken = asyncio.Event()
    app.db.wakers.append(woken)
    while app.due or app.dispatcher.hosts:
        woken.clear()
        await is_set_within(woken, 0.2)
    app.db.wakers.remove(woken)
    seconds = time.perf_counter() - began
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    return seconds
