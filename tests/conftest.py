"""The databases tests run on: a SQLite file always, a PostgreSQL server where there is one."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.store import postgres
from tests.store.postgres import Cluster

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
