"""A start of the bot, up to its first reading: `python -m benchmarks.first_poll FOLDER`."""

import asyncio
import os
import sys
from pathlib import Path

from benchmarks.installation import places
from reviewbot.app import App

TARGETS, HOSTS = 1000, 100


class Hasty(App):
    """The application; the process ends with its first reading."""

    async def collect(self, target: str) -> None:
        os._exit(0)


async def start(folder: Path) -> None:
    async with Hasty(places(folder, TARGETS, HOSTS, 9)) as app:
        await app.run(asyncio.Event())


if __name__ == "__main__":
    asyncio.run(start(Path(sys.argv[1])))
