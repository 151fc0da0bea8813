"""Writes that share a transaction: all are done, and a bad one harms nobody else."""

import asyncio
import sqlite3
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from sqlalchemy.exc import OperationalError
from sqlmodel import Session, select

from reviewbot.collect.shared_writes import MOST, SharedWrites
from reviewbot.store.database import Database
from reviewbot.store.tables import MeasureRow
from tests.store.made import with_tables
from tests.store.store_world import MONDAY


def note(rows: Session, values: Sequence[float]) -> list[float]:
    rows.add_all(MeasureRow(at=MONDAY, name="x", value=value) for value in values)
    if min(values) < 0:
        raise ValueError("a bad one")
    return list(values)


def kept(database: Database) -> list[float]:
    return sorted(database.read_now(lambda rows: rows.exec(select(MeasureRow.value)).all()))


async def test_what_waits_is_written_together(tmp_path: Path) -> None:
    database, begun = with_tables(tmp_path / "a.sqlite3"), list[Session]()

    def work(rows: Session, values: Sequence[float]) -> list[float]:
        begun.append(rows)
        return note(rows, values)

    shared = SharedWrites(database, work)
    told = await asyncio.gather(*(shared.write(n) for n in range(20)))
    assert list(told) == kept(database) == list(range(20))
    assert len(begun) < 10
    database.close()


async def test_a_bad_one_is_told_to_its_own_alone(tmp_path: Path) -> None:
    database = with_tables(tmp_path / "a.sqlite3")
    shared = SharedWrites(database, note)
    told = await asyncio.gather(
        *(shared.write(n) for n in (1, 2, -3, 4, -5)),
        return_exceptions=True,
    )
    assert [each for each in told if not isinstance(each, ValueError)] == [1, 2, 4]
    assert kept(database) == [1, 2, 4]
    database.close()


async def test_work_that_answers_for_too_few_keeps_nobody_waiting(tmp_path: Path) -> None:
    database = with_tables(tmp_path / "a.sqlite3")
    shared = SharedWrites(database, lambda rows, values: note(rows, values)[1:])
    both = asyncio.gather(shared.write(1), shared.write(2), return_exceptions=True)
    told = await asyncio.wait_for(both, 30)
    assert [type(each) for each in told] == [ValueError, ValueError]
    assert kept(database) == []
    database.close()


async def test_who_gives_up_holds_up_nobody(tmp_path: Path) -> None:
    database = with_tables(tmp_path / "a.sqlite3")
    shared = SharedWrites(database, note)

    async def impatient() -> None:
        async with asyncio.timeout(0):
            await shared.write(2)

    told = await asyncio.wait_for(
        asyncio.gather(
            shared.write(1),
            impatient(),
            shared.write(3),
            return_exceptions=True,
        ),
        30,
    )
    assert (told[0], told[2]) == (1, 3)
    assert isinstance(told[1], TimeoutError)
    assert {1, 3} <= set(kept(database))
    database.close()


async def test_who_leaves_while_it_is_written_harms_nobody(tmp_path: Path) -> None:
    """One gives up when its write is in the transaction already: the others have their answers."""
    database, begun = with_tables(tmp_path / "a.sqlite3"), asyncio.Event()
    loop, go_on, calls = asyncio.get_running_loop(), threading.Event(), list[Session]()

    def work(rows: Session, values: Sequence[float]) -> list[float]:
        calls.append(rows)
        loop.call_soon_threadsafe(begun.set)
        go_on.wait(30)
        return note(rows, values)

    shared, leaving = SharedWrites(database, work), list[asyncio.Timeout]()

    async def leaves() -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(None) as patience:
                leaving.append(patience)
                await shared.write(3)
        go_on.set()

    async def sends_away() -> None:
        await begun.wait()
        leaving[0].reschedule(0)

    told = await asyncio.gather(
        shared.write(1),
        shared.write(2),
        leaves(),
        shared.write(4),
        sends_away(),
    )
    assert (told[0], told[1], told[3]) == (1, 2, 4)
    assert kept(database) == [1, 2, 3, 4]
    assert len(calls) == 1
    database.close()


async def test_who_has_company_coming_waits_for_it(tmp_path: Path) -> None:
    database, begun, come = with_tables(tmp_path / "a.sqlite3"), list[int](), asyncio.Event()

    def work(rows: Session, values: Sequence[float]) -> list[float]:
        begun.append(len(values))
        return note(rows, values)

    shared = SharedWrites(database, work, lambda: not come.is_set())

    async def comes_last() -> float:
        assert not begun
        come.set()
        return await shared.write(3)

    told = await asyncio.gather(shared.write(1), shared.write(2), comes_last())
    assert (told, begun) == ([1, 2, 3], [3])
    database.close()


async def test_nobody_waits_for_who_does_not_come(tmp_path: Path) -> None:
    """Neither for longer than a moment, nor once it is known that nobody does."""
    database = with_tables(tmp_path / "a.sqlite3")
    shared = SharedWrites(database, note, lambda: True)
    assert await asyncio.wait_for(shared.write(1), 30) == 1

    async def says_that_nobody_comes() -> None:
        shared.go_on()

    told = await asyncio.gather(shared.write(2), says_that_nobody_comes())
    assert told[0] == 2
    assert kept(database) == [1, 2]
    database.close()


async def test_a_full_transaction_waits_for_nobody(tmp_path: Path) -> None:
    database, begun = with_tables(tmp_path / "a.sqlite3"), list[int]()

    def work(rows: Session, values: Sequence[float]) -> list[float]:
        begun.append(len(values))
        return note(rows, values)

    shared = SharedWrites(database, work, lambda: True)
    writes = [asyncio.ensure_future(shared.write(n)) for n in range(MOST + 1)]
    await asyncio.gather(*writes[:MOST])
    assert begun == [MOST]
    shared.go_on()
    await writes[MOST]
    assert begun == [MOST, 1]
    database.close()


async def test_what_cannot_be_written_now_is_told_to_all_at_once(tmp_path: Path) -> None:
    """A locked database takes seconds to say so."""
    database, begun = with_tables(tmp_path / "a.sqlite3"), list[Session]()

    def work(rows: Session, _: Sequence[float]) -> list[float]:
        begun.append(rows)
        raise OperationalError("UPDATE", {}, sqlite3.OperationalError("database is locked"))

    shared = SharedWrites(database, work, lambda: True)
    told = await asyncio.gather(*(shared.write(n) for n in range(MOST)), return_exceptions=True)
    assert {type(each) for each in told} == {OperationalError}
    assert len(begun) == 1
    database.close()
