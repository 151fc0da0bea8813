from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.store.store_world import StoreWorld


@pytest.fixture
def store_world(tmp_path: Path, database_path: str) -> Iterator[StoreWorld]:
    made = StoreWorld(tmp_path, database=database_path)
    yield made
    made.db.close()
