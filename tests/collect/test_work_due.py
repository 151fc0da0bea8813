"""When there is work to do: told without a look at the rows while nobody writes."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from reviewbot.collect.worker import LOOK_AGAIN, Worker
from reviewbot.core.model import WorkKind
from reviewbot.store.database import Database
from reviewbot.store.queues import work
from reviewbot.store.tables import MeasureRow
from tests.collect.collect_world import MONDAY
from tests.hand_clock import HandClock
from tests.store.made import with_tables

HOUR = timedelta(hours=1)


@contextmanager
def looks_at_work() -> Iterator[list[str]]:
    """Yield what is asked of the table, as it is asked."""
    asked = list[str]()

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "FROM work" in statement:
            asked.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def written_long_ago(path: Path) -> Database:
    """Return a database into which somebody wrote once, and nobody for a minute."""
    database, log = with_tables(path), path.with_name(f"{path.name}-wal")
    database.write_now(lambda rows: rows.add(MeasureRow(at=MONDAY, name="x", value=1.0)))
    then = log.stat().st_mtime - 60
    os.utime(log, (then, then))
    return database


async def test_an_idle_bot_leaves_its_rows_alone(tmp_path: Path) -> None:
    database, clock = written_long_ago(tmp_path / "a.sqlite3"), HandClock(MONDAY)
    worker = Worker(database, clock, {})
    assert not await worker.is_due()
    with looks_at_work() as asked:
        for _ in range(5):
            clock.advance(seconds=1)
            assert not await worker.is_due()
        assert not asked
        clock.advance(seconds=LOOK_AGAIN.total_seconds())
        assert not await worker.is_due()
        assert len(asked) == 1
    database.close()


async def test_what_another_process_wants_is_seen_at_once(tmp_path: Path) -> None:
    database, clock = written_long_ago(tmp_path / "a.sqlite3"), HandClock(MONDAY)
    worker, other = Worker(database, clock, {}), Database(str(tmp_path / "a.sqlite3"))
    assert not await worker.is_due()
    other.write_now(
        lambda rows: work.put(rows, WorkKind.POLL_NOW, now=MONDAY, not_before=MONDAY + HOUR)
    )
    assert not await worker.is_due()
    clock.advance(hours=1)
    assert await worker.is_due()
    other.close()
    database.close()
