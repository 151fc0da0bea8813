"""A Telegram in a process of its own: nobody writes to the bot. What it costs is not the bot's."""

import asyncio
import sys

from benchmarks.installation import TOKEN
from tests.telegram_fake import TelegramFake


async def main() -> None:
    """Serve until standard input ends; the address is the first line of the output."""
    async with TelegramFake(token=TOKEN) as telegram:
        telegram.patience = 3600.0
        print(telegram.base_url, flush=True)
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main())
