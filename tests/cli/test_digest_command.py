"""`reviewbot digest` shows what a chat would be told, and sends nothing."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from typer.testing import CliRunner

from reviewbot.cli import app
from reviewbot.store.database import Database
from reviewbot.store.tables import DigestSentRow
from tests.config.config_files import SHORT, written
from tests.store.made import migrated
from tests.store.store_world import StoreWorld, at

NOW = at("2026-03-03 09:00")
DIGEST = '[chats.boss]\nid = -1007\n[digest]\nboss = { daily = "09:15", weekly = "mon 09:30" }\n'


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """A database with yesterday's complaint, and a file that names the location."""
    path = migrated(tmp_path / "reviews.sqlite3")
    store_world = StoreWorld(tmp_path, database=path)
    for key in store_world.settings.targets:
        store_world.change_target(
            key, first_contact_at=NOW - timedelta(days=90), last_reading_at=NOW
        )
    store_world.ticket()
    store_world.db.close()
    config = SHORT.replace("[locations.main]", "[locations.tverskaya]")
    file = written(tmp_path, config + DIGEST)
    return ["--config", str(file), "--database", str(path)]


def run(*words: str, code: int = 0) -> str:
    with time_machine.travel(NOW, tick=False):
        result = CliRunner().invoke(app, ["digest", *words])
    assert result.exit_code == code, result.output
    return re.sub(r"\x1b\[[0-9;]*m", "", result.output)


def test_every_chat_with_a_digest_is_shown(files: list[str]) -> None:
    told = run(*files)
    assert "boss: daily 09:15, Europe/Moscow" in told
    assert "☀️ Вторник, 3 марта" in told
    assert "За вчера: 1 новый, жалоб 1" in told
    assert "[📋 Разобрать 1]" in told


def test_a_period_and_a_language_may_be_asked_for(files: list[str]) -> None:
    told = run("support", "--period", "recent", "--language", "en", *files)
    assert "📈 30 days, 1 Feb – 2 Mar · tverskaya" in told
    assert "1 new (was 0), 1 complaint (was 0)" in told
    assert "🗓 Неделя 23 февр – 1 мар" in run("boss", "--period", "weekly", *files)


def test_nothing_is_told_of_pages_that_nobody_read(files: list[str], tmp_path: Path) -> None:
    path = migrated(tmp_path / "empty.sqlite3")
    told = run(*files[:2], "--database", str(path))
    assert "boss: ещё ничего не прочитано, сводки бы не было." in told
    assert "☀️" not in told


def test_an_unknown_chat_is_refused(files: list[str]) -> None:
    assert "Чата «bos» нет. Чаты: support, boss." in run("bos", *files, code=2)


def test_it_reaches_back_to_the_last_one_that_was_sent(files: list[str]) -> None:
    db = Database(files[3])
    row = DigestSentRow(chat_key="boss", period="daily:2026-02-28", sent_at=NOW)
    db.write_now(lambda session: session.add(row))
    db.close()
    assert "С 28 февр: 1 новый, жалоб 1" in run("boss", *files)
