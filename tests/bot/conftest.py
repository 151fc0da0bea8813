"""The real bot against the strict fake: python-telegram-bot over loopback, SQLite on disk."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bot.bot_world import BotWorld


@pytest.fixture
async def bot_world(tmp_path: Path) -> AsyncIterator[BotWorld]:
    async with BotWorld(tmp_path) as opened:
        yield opened
