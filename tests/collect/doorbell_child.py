"""A process that watches a mailbox and stands still once the poll is asked for: to be killed."""

import asyncio
import sys
from datetime import timedelta
from pathlib import Path
from typing import cast

from reviewbot.collect.doorbell import Doorbell
from reviewbot.collect.mailbox import Watch
from reviewbot.core.contract import Source
from reviewbot.core.setup import Mailbox
from reviewbot.store.database import Database
from tests.collect import small_site
from tests.collect.imap_server import PASSWORD, USER
from tests.collect.station import a_setup
from tests.hand_clock import HandClock
from tests.store.house import MONDAY


async def main(database: Path, port: int) -> None:
    db, setup, clock = (
        Database(str(database)),
        a_setup("http://127.0.0.1:9"),
        HandClock(MONDAY + timedelta(hours=1)),
    )
    sources = (cast(Source, small_site),)

    async def rung() -> None:
        tell("rung")
        await asyncio.Event().wait()

    box = Mailbox("127.0.0.1", USER, port, tls=False)
    doorbell = Doorbell(db, setup, clock, sources, rung)
    watch = Watch(box, PASSWORD, doorbell, db, setup, clock, sources)
    tell("ready")
    await watch.run(asyncio.Event())


def tell(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
