"""What must hold when a migration is killed: a few times in a test, dozens in reliability."""

import re
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from reviewbot.store.backups import copy
from reviewbot.store.database import Database
from reviewbot.store.migrations import upgrade

ROOT = Path(__file__).parent.parent.parent
V0_1_0 = ROOT / "tests/living/v0_1_0/database.sql"


OLD = re.search(r"alembic_version.*VALUES ?\('(\d+)'\)", V0_1_0.read_text())[1]  # type: ignore[index]
"""The schema of version 0.1.0."""


def installed(file: Path) -> dict[str, int]:
    """Make the database of version 0.1.0; return how many rows its tables have."""
    with closing(sqlite3.connect(file)) as rows:
        rows.executescript(V0_1_0.read_text())
        rows.execute("PRAGMA journal_mode=WAL")
    return counts(file)


def counts(file: Path) -> dict[str, int]:
    """Return how many rows the tables of people's words have."""
    with closing(sqlite3.connect(file)) as rows:
        return {
            table: rows.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in ("review", "ticket", "ticket_round", "audit", "card", "outbox", "person")
        }


def migrated(file: Path, at: int) -> subprocess.CompletedProcess[str]:
    """Migrate in a process that kills itself at that statement."""
    return subprocess.run(
        [sys.executable, "-m", "tests.store.killed_migration", str(file), str(at)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def fault_after_kill(file: Path, at: int) -> str:
    """Kill a migration at a statement; return what does not hold afterwards, "" where all does."""
    before = installed(file)
    child = migrated(file, at)
    if child.returncode != -signal.SIGKILL:
        return f"not killed: {child.returncode} {child.stderr[-500:]}"
    with closing(sqlite3.connect(file)) as rows:
        version = rows.execute("SELECT version_num FROM alembic_version").fetchone()[0]
        if rows.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            return "not sound after the kill"
    if version not in (OLD, upgrade.known()[-1]):
        return f"migrated in part: {version}"
    if counts(file) != before:
        return "rows are missing after the kill"
    saved = file.with_name(f"{file.name}.schema-{OLD}")
    if saved.exists():
        copy.check(saved)
    database = Database(str(file))
    try:
        upgrade.prepare(database)
        if upgrade.pending(database):
            return "the next start does not migrate"
    finally:
        database.close()
    copy.check(file)
    copy.check(saved)
    return "" if counts(file) == before == counts(saved) else "rows are missing after the start"
