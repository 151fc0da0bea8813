"""A process that watches a mailbox and stands still once the poll is asked for: to be killed."""

import asyncio
import sys
from datetime import timedelta
from pathlib import Path
from typing import cast

from reviewbot.collect.doorbell.doorbell import Doorbell
from reviewbot.collect.doorbell.mailbox import MailboxWatch
from reviewbot.core.connections import Mailbox
from reviewbot.core.contract import Source
from reviewbot.store.database import Database
from tests.collect import small_site
from tests.collect.collect_world import a_setup
from tests.collect.imap_server import PASSWORD, USER
from tests.hand_clock import HandClock
from tests.store.store_world import MONDAY


async def main(database: Path, port: int) -> None:
    db, settings, clock = (
        Database(str(database)),
        a_setup("http://127.0.0.1:9"),
        HandClock(MONDAY + timedelta(hours=1)),
    )
    sources = (cast(Source, small_site),)

    async def rung() -> None:
        tell("rung")
        await asyncio.Event().wait()

    box = Mailbox("127.0.0.1", USER, port, tls=False)
    doorbell = Doorbell(db, settings, clock, sources, rung)
    watch = MailboxWatch(box, PASSWORD, doorbell, db, settings, clock, sources)
    tell("ready")
    await watch.run(asyncio.Event())


def tell(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
