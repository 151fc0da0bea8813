"""What strangers wrote and we keep as JSON: short, and whole again when it is read."""

import json
from pathlib import Path

import pytest
from sqlalchemy import text

from reviewbot.store.database import Database
from reviewbot.store.tables import AuditRow
from tests.store.made import with_tables
from tests.store.store_world import MONDAY

SAID = {"words": "Ждали час 😞", "half": "a\ud83d", "line": "a\u2028b", "nul": "\x00", "list": []}


@pytest.fixture
def database(tmp_path: Path) -> Database:
    path = tmp_path / "json.sqlite3"
    with_tables(path)
    return Database(str(path))


def test_letters_are_kept_as_letters_and_read_as_they_were(database: Database) -> None:
    detail = {"words": SAID["words"], "list": []}
    row = AuditRow(at=MONDAY, actor="bot", action="noted", detail=detail)
    database.write_now(lambda rows: rows.add(row))
    (kept,) = database.read_now(lambda rows: rows.execute(text("SELECT detail FROM audit")).one())
    assert kept == '{"words":"Ждали час 😞","list":[]}'
    assert database.read_now(lambda rows: rows.get_one(AuditRow, 1)).detail == detail
    database.close()


def test_what_no_database_holds_as_text_stays_escaped(database: Database) -> None:
    row = AuditRow(at=MONDAY, actor="bot", action="noted", detail=SAID)
    database.write_now(lambda rows: rows.add(row))
    assert database.read_now(lambda rows: rows.get_one(AuditRow, 1)).detail == SAID
    database.close()


def test_what_version_0_1_0_wrote_is_read(database: Database) -> None:
    old = json.dumps(SAID)
    statement = text("INSERT INTO audit (at, actor, action, detail) VALUES (:at, 'bot', 'x', :d)")
    at = "2026-03-02 10:00:00.000000"
    database.write_now(lambda rows: rows.execute(statement, {"at": at, "d": old}))
    assert database.read_now(lambda rows: rows.get_one(AuditRow, 1)).detail == SAID
    database.close()
