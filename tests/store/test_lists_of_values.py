"""Lists of every length are asked for by few statements: a connection keeps what it prepared."""

from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

from reviewbot.store import reviews
from reviewbot.store.database import chunks, padded
from tests.store.store_world import StoreWorld


def test_a_page_of_any_length_is_asked_for_by_few_statements(
    tmp_path: Path,
) -> None:
    world, said = StoreWorld(tmp_path), set()

    def remember(_: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        said.add(statement)

    event.listen(Engine, "before_cursor_execute", remember)
    try:
        for length in range(1, 151):
            world.db.read_now(
                lambda rows, n=length: reviews.load(rows, 1, [f"g{k}" for k in range(n)])
            )
    finally:
        event.remove(Engine, "before_cursor_execute", remember)
    assert len([each for each in said if "review" in each]) <= 9


def test_nothing_is_left_out() -> None:
    for length in range(70):
        assert sorted(set(padded(range(length)))) == list(range(length))
    assert {each for some in chunks(range(1_203)) for each in some} == set(range(1_203))
