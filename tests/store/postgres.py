"""A PostgreSQL of the tests' own, on a Unix socket alone, thrown away at the end.

One for all tests of a process: `server_programs` finds what it takes. Every test has a database to
itself: the one with the tables, emptied before (2 ms; a new one would be 150), or a new one.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from sqlmodel import SQLModel

from reviewbot.store.database import Database
from reviewbot.store.migrations import upgrade

ABSENT = "PostgreSQL's initdb and pg_ctl are neither on the PATH nor in /usr/lib/postgresql"
USER = "reviewbot"
PACKAGED = Path("/usr/lib/postgresql")
OTHERS_END = """\
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()"""
# Nothing here outlives the run, so nothing waits for the disk.
CARELESS = "-F -c listen_addresses='' -c full_page_writes=off -c synchronous_commit=off"
TABLES = "with_tables"


def server_programs() -> Path | None:
    """Return the folder of the server's programs, the newest where there are several."""
    if found := shutil.which("initdb"):
        folders = [Path(found).resolve().parent]
    else:
        folders = sorted(PACKAGED.glob("*/bin"), key=lambda path: float(path.parent.name))
    whole = [each for each in folders if (each / "initdb").exists() and (each / "pg_ctl").exists()]
    return whole[-1] if whole else None


class Cluster:
    """A running server; `database` lends a database of one's own."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self._programs, self._folder = programs, folder
        self._lent = 0

    def start(self) -> None:
        self._run("initdb", f"--username={USER}", "--auth=trust", "--encoding=UTF8", "--no-sync")
        self._wake()
        self._create(TABLES)
        db = Database(self.url(TABLES))
        upgrade.upgrade(db)
        db.close()

    def stop(self) -> None:
        self._control("stop", "--mode=immediate")

    def restart(self) -> None:
        """Cut every connection, as an update of the server does."""
        self._control("restart", "--mode=fast")

    @contextmanager
    def away(self) -> Iterator[None]:
        """Nobody answers meanwhile."""
        self._control("stop", "--mode=fast")
        try:
            yield
        finally:
            self._wake()

    def url(self, name: str) -> str:
        return f"postgresql://{USER}@/{name}?host={self._folder}"

    @contextmanager
    def empty(self) -> Iterator[str]:
        """Lend a new database without tables; yield its URL."""
        self._lent += 1
        name = f"lent{self._lent}"
        self._create(name)
        try:
            yield self.url(name)
        finally:
            # Whoever is still connected was killed, or will be told so.
            self._tell(f"DROP DATABASE {name} WITH (FORCE)")

    def with_tables(self) -> str:
        """Return the URL of the database with the tables, empty as after the first migration."""
        tables = [table.name for table in reversed(SQLModel.metadata.sorted_tables)]
        with psycopg.connect(self.url(TABLES), autocommit=True) as connection:
            connection.execute(OTHERS_END)
            numbered = connection.execute("SELECT sequencename FROM pg_sequences").fetchall()
            empty = [f'DELETE FROM "{table}"' for table in tables]
            from_one = [f"SELECT setval('{name}', 1, false)" for (name,) in numbered]
            connection.execute("; ".join(empty + from_one))
        return self.url(TABLES)

    def _create(self, name: str) -> None:
        self._tell(f"CREATE DATABASE {name} TEMPLATE template0")

    def _tell(self, statement: Any) -> None:
        with psycopg.connect(host=str(self._folder), user=USER, dbname="postgres") as connection:
            connection.autocommit = True
            connection.execute(statement)

    def _wake(self) -> None:
        self._control("start", "--options", f"{CARELESS} -k {self._folder}")

    def _control(self, what: str, *words: str) -> None:
        self._run("pg_ctl", "--wait", "--log", str(self._folder / "log"), *words, what)

    def _run(self, program: str, *words: str) -> None:
        subprocess.run(
            [self._programs / program, "--pgdata", self._folder / "data", *words],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=self._folder,
            # Whatever language the tests are run in: its locale need not be installed.
            env={**os.environ, "LANG": "C", "LC_ALL": "C", "LC_MESSAGES": "C"},
            **_as_nobody(),
        )


def _as_nobody() -> dict[str, Any]:
    """The server refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name for entry in pwd.getpwall()}
    user = "postgres" if "postgres" in names else "nobody"
    return {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []}


@contextmanager
def cluster(programs: Path) -> Iterator[Cluster]:
    """A server for as long as this lasts. Its folder's name is short: a socket's path may be no
    longer than 107 bytes."""
    with tempfile.TemporaryDirectory(prefix="pg-", dir="/tmp", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if identity := _as_nobody():
            os.chown(folder, pwd.getpwnam(identity["user"]).pw_uid, identity["group"])
        made = Cluster(programs, folder)
        try:
            made.start()
            yield made
        finally:
            made.stop()


def cut_holder(url: str) -> None:
    """The server cuts whoever holds the bot's lock; it is free when this returns."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_locks WHERE locktype = 'advisory'"
        )
