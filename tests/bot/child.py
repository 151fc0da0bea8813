"""The bot as a process of its own, to be killed: `python -m tests.bot.child DATABASE BASE_URL`."""

import asyncio
import sys
from dataclasses import replace

from reviewbot.bot.telegram.client import build_application
from reviewbot.bot.telegram.intake import Intake
from reviewbot.bot.telegram.sender import Sender
from reviewbot.clock import WallClock
from reviewbot.core.connections import Telegram
from reviewbot.store.database import Database
from tests.store.store_world import SITES, settings
from tests.telegram_world import TOKEN


async def main(database: str, base_url: str) -> None:
    store_world = replace(settings(), telegram=Telegram(base_url))
    application = build_application(TOKEN, store_world.telegram)
    parts = (Database(database), store_world, SITES, WallClock())
    intake = Intake(application, *parts, patience=1)
    sender = Sender(application.bot, *parts)
    await asyncio.gather(intake.run(), sender.run())


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
