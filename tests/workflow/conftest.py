from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.store.store_world import MONDAY, StoreWorld
from tests.trends_world import Past


@pytest.fixture
def store_world(tmp_path: Path, database_path: str) -> Iterator[StoreWorld]:
    made = StoreWorld(tmp_path, database=database_path)
    yield made
    made.db.close()


@pytest.fixture
def past(store_world: StoreWorld) -> Past:
    """Half a year of four good reviews every two days, a complaint of the food a fortnight."""
    past = Past(store_world)
    past.watched_since(MONDAY - timedelta(days=220))
    with past.together():
        for back in range(210, 0, -2):
            stars = (5, 4, 5, 5, 1) if back % 14 == 0 else (5, 4, 5, 5)
            past.day(MONDAY - timedelta(days=back), stars=stars, topic="food")
    return past
