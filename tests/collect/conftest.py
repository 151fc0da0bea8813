from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.collect.collect_world import CollectWorld, collect_world


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[CollectWorld]:
    async with collect_world(tmp_path) as made:
        yield made
