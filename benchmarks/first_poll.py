"""A start of the bot, up to its first reading: `python -m benchmarks.first_poll FOLDER`."""

import asyncio
import gc
import os
import sys
from pathlib import Path

gc.disable()  # as reviewbot.__main__ does

from benchmarks.installation import places  # noqa: E402
from reviewbot.app import App  # noqa: E402
from reviewbot.cli.run import set_aside  # noqa: E402

TARGETS, HOSTS = 1000, 100


class Hasty(App):
    """The application; the process ends with its first reading."""

    async def collect(self, target: str) -> None:
        os._exit(0)


async def start(folder: Path) -> None:
    loaded = places(folder, TARGETS, HOSTS, 9)
    set_aside()
    async with Hasty(loaded) as app:
        set_aside()
        await app.run(asyncio.Event())


if __name__ == "__main__":
    asyncio.run(start(Path(sys.argv[1])))
