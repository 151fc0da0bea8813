"""The application standing still: for the memory it takes."""

import asyncio
from datetime import timedelta
from pathlib import Path

from sqlmodel import Session, col, update

from benchmarks.installation import configured
from reviewbot.app import App
from reviewbot.clock import WallClock
from reviewbot.store.tables import TargetRow

TARGETS = 50
SECONDS = 3.0


async def idle_application(folder: Path) -> None:
    """Run the bot for SECONDS with TARGETS targets of which none is due; then leave it."""
    loaded = configured(folder, TARGETS, site="http://127.0.0.1:9", telegram="http://127.0.0.1:9")
    stop = asyncio.Event()
    async with App(loaded) as app:
        later = WallClock().now() + timedelta(hours=5)

        def rest(rows: Session) -> None:
            rows.execute(update(TargetRow).values({col(TargetRow.next_poll_at): later}))

        await app.db.write(rest)
        asyncio.get_running_loop().call_later(SECONDS, stop.set)
        await app.run(stop)
