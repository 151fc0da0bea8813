"""The real bot against the strict fake: python-telegram-bot over loopback, SQLite on disk."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bot.office import Office


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with Office(tmp_path) as opened:
        yield opened
