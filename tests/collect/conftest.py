from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.collect.station import Station, station


@pytest_asyncio.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Station]:
    async with station(tmp_path) as made:
        yield made
