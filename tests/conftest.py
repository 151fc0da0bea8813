"""The databases tests run on: a SQLite file always, a PostgreSQL server where there is one."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import Engine
from sqlalchemy.util import LRUCache

from tests.store import postgres
from tests.store.postgres import Cluster

settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")  # a machine with other work is slow: no test fails for that
os.environ.update(LANG="en_US.UTF-8", LC_ALL="", LC_MESSAGES="")
"""What a command says without a file follows the shell: that of the tests is English."""


SLOW = ("[postgresql", "on_postgres", "-postgresql")
"""Parts of the names of tests that say on PostgreSQL what others say on SQLite."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if any(part in item.nodeid for part in SLOW):
            item.add_marker(pytest.mark.slow)


def pytest_collection_finish() -> None:
    """What is loaded by now stays: to look through all of it again and again took a fifth of the
    time of all tests."""
    gc.collect()
    gc.freeze()


class _SharedCache:
    """Statements of SQLite as they were compiled, for all the databases of a process: each test
    opens its own, and compiling the same anew for each took a tenth of the time of all tests."""

    def __init__(self) -> None:
        self._cache: LRUCache[Any, Any] = LRUCache(2000)

    def __get__(self, engine: Any, _owner: Any = None) -> Any:
        return self._cache if engine.dialect.name == "sqlite" else engine.__dict__["_own_cache"]

    def __set__(self, engine: Any, value: Any) -> None:
        engine.__dict__["_own_cache"] = value


Engine._compiled_cache = _SharedCache()
SQLiteDialect_pysqlite.__hash__ = lambda self: hash(type(self))
SQLiteDialect_pysqlite.__eq__ = lambda self, other: type(self) is type(other)


@pytest.fixture(scope="session")
def server() -> Iterator[Cluster]:
    programs = postgres.server_programs()
    if programs is None:
        pytest.skip(postgres.ABSENT)
    with postgres.cluster(programs) as started:
        yield started


@pytest.fixture(params=["sqlite", "postgresql"])
def database_path(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A file that is not there yet, or the URL of a server's database with empty tables."""
    if request.param == "sqlite":
        return str(tmp_path / "reviewbot.sqlite3")
    server: Cluster = request.getfixturevalue("server")
    return server.with_tables()
