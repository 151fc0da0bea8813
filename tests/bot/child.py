"""The bot as a process of its own, to be killed: `python -m tests.bot.child DATABASE BASE_URL`."""

import asyncio
import sys
from dataclasses import replace

from reviewbot.bot.build import build_application
from reviewbot.bot.intake import Intake
from reviewbot.bot.sender import Sender
from reviewbot.clock import WallClock
from reviewbot.core.setup import Telegram
from reviewbot.store.database import Database
from tests.store.house import SITES, setup
from tests.telegram_world import TOKEN


async def main(database: str, base_url: str) -> None:
    house = replace(setup(), telegram=Telegram(base_url))
    application = build_application(TOKEN, house.telegram)
    parts = (Database(database), house, SITES, WallClock())
    intake = Intake(application, *parts, patience=1)
    sender = Sender(application.bot, *parts)
    await asyncio.gather(intake.run(), sender.run())


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
