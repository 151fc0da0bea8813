from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.store.house import House


@pytest.fixture
def house(tmp_path: Path, database_path: str) -> Iterator[House]:
    made = House(tmp_path, database=database_path)
    yield made
    made.db.close()
