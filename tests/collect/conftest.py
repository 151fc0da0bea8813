from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.collect.publish_world import PublishWorld, publish_world


@pytest_asyncio.fixture
async def desk(tmp_path: Path) -> AsyncIterator[PublishWorld]:
    async with publish_world(tmp_path) as made:
        yield made
