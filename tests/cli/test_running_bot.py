"""`poll` and `import` beside a bot that runs: it does the work, they wait and tell."""

import fcntl
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import Session
from typer.testing import CliRunner

from reviewbot.cli import app, run, running_bot
from reviewbot.clock import WallClock
from reviewbot.config import load
from reviewbot.store import targets
from reviewbot.store.database import Database
from reviewbot.store.migrations import upgrade
from reviewbot.store.queues import errands, work
from tests.cli.site_in_thread import PAGES, Site, serving
from tests.cli.test_run import refusing as refusing
from tests.config.config_files import TOKEN
from tests.patience import PATIENCE

TARGET = "main/yandex_maps"
CONFIG = """\
language = "en"
[telegram]
base_url = "{telegram}"
[fetch]
allowed_hosts = ["127.0.0.1"]
[chats]
support = -1002200000001
[people]
marina = {{ id = 501000002, role = "manager" }}
[sources.yandex_maps]
base_url = "{site}"
gap = "0s"
[locations.main]
name = "Точка"
links = ["https://yandex.ru/maps/org/tochka/1000000001/"]
"""


@dataclass
class StoreWorld:
    folder: Path
    site: Site

    @property
    def config(self) -> Path:
        return self.folder / "config.toml"

    @property
    def database(self) -> Path:
        return self.folder / "reviewbot.sqlite3"

    def run(self, *words: str, code: int = 0) -> str:
        result = CliRunner().invoke(app, [*words, "--config", str(self.config)])
        assert result.exit_code == code, result.output
        return result.output

    def look(self, question: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.database)) as rows:
            return rows.execute(question).fetchall()

    def made(self) -> Database:
        """The database as the bot makes it at its start."""
        db = Database(str(self.database))
        upgrade.prepare(db)
        settings = load(self.config, environ={}).settings
        db.write_now(lambda rows: targets.sync_settings(rows, settings, WallClock().now()))
        return db

    @contextmanager
    def locked(self) -> Iterator[None]:
        """As if a bot ran that does nothing."""
        with Path(f"{self.database}.lock").open("a+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


@pytest.fixture
def store_world(tmp_path: Path, refusing: str) -> Iterator[StoreWorld]:
    with serving() as site:
        text = CONFIG.format(telegram=refusing, site=site.url)
        (tmp_path / "config.toml").write_text(text, encoding="utf-8")
        yield StoreWorld(tmp_path, site)


@pytest.fixture
def bot(store_world: StoreWorld) -> Iterator[StoreWorld]:
    """The bot in a process of its own, after its first reading."""
    child = subprocess.Popen(
        [sys.executable, "-m", "reviewbot", "run", "--config", str(store_world.config)],
        env={**os.environ, "REVIEWBOT_TELEGRAM_TOKEN": TOKEN},
        stderr=subprocess.PIPE,
        text=True,
    )
    with child:
        assert child.stderr is not None
        for line in child.stderr:
            if f"{TARGET}: ok" in line:
                break
        drain = Thread(target=child.stderr.read)
        drain.start()
        yield store_world
        child.send_signal(signal.SIGTERM)
        drain.join()
    assert child.returncode == 0


@pytest.mark.slow
def test_the_bot_reads_and_the_command_prints_it_the_same_way(bot: StoreWorld) -> None:
    rehearsed = json.loads(bot.run("poll", TARGET, "--dry-run", "--json"))
    assert (rehearsed["health"], rehearsed["listed"], rehearsed["new"]) == ("unchanged", 0, 0)
    assert "main/yandex_maps · unchanged" in bot.run("poll", TARGET)
    page = str(PAGES / "reviews_page_25_some_unanswered.html")
    told = bot.run("import", page, "--target", TARGET)
    assert f"✓ {page}: main/yandex_maps, on the page: 25, new: 0" in told
    junk = bot.folder / "junk.html"
    junk.write_bytes(b"PK\x03\x04" + bytes(99))
    assert "archive" in bot.run("import", str(junk), code=1)
    bot.site.page = "showcaptcha_smartcaptcha_2023_trimmed.html"
    assert "main/yandex_maps · blocked" in bot.run("poll", TARGET, code=1)
    assert "left alone until" in bot.run("poll", TARGET, code=1), "the bot's rest, not our own"
    more = '[locations.new]\nlinks = ["yandex_maps:1000000077"]\n'
    bot.config.write_text(bot.config.read_text() + more, encoding="utf-8")
    told = bot.run("poll", "new/yandex_maps", code=1)
    assert "does not know new/yandex_maps" in told
    assert "HUP" in told, "a file changed since the start"
    assert set(bot.look("SELECT payload FROM work")) == {("{}",)}, "nothing is left behind"
    assert bot.look("SELECT count(*) FROM audit WHERE action = 'import'") == [(1,)]


@pytest.mark.slow
def test_a_location_that_a_command_adds_is_read_by_the_bot_at_once(bot: StoreWorld) -> None:
    told = bot.run("add", "location", "New", "yandex_maps:1000000077", "--yes")
    assert "The bot reads the file again." in told
    until = time.monotonic() + PATIENCE
    while ("new/yandex_maps",) not in bot.look("SELECT key FROM target"):
        assert time.monotonic() < until, "the bot never read the file again"
        Event().wait(0.05)


def test_a_bot_that_is_stuck_is_told_and_the_request_taken_back(
    store_world: StoreWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    store_world.made().close()
    monkeypatch.setattr(running_bot, "BEGINS_WITHIN", 0.0)
    with store_world.locked():
        told = store_world.run(
            "import", str(PAGES / store_world.site.page), "--target", TARGET, code=1
        )
    assert "has taken nothing up" in told
    assert "reviewbot doctor" in told
    [(cancelled, payload)] = store_world.look("SELECT cancelled_at, payload FROM work")
    assert cancelled is not None
    assert "content" not in json.loads(payload)
    assert store_world.look("SELECT count(*) FROM review") == [(0,)]


def meanwhile(db: Database, act: Callable[[], None]) -> Thread:
    """Do something as soon as an errand is there."""

    def watch() -> None:
        while not db.read_now(lambda rows: work.next_due_at(rows)):
            Event().wait(0.01)
        act()

    thread = Thread(target=watch)
    thread.start()
    return thread


def test_what_takes_too_long_is_told(store_world: StoreWorld) -> None:
    db = store_world.made()
    now = WallClock().now
    with closing(db), store_world.locked():
        claim = meanwhile(db, lambda: db.write_now(lambda rows: work.claim_due(rows, now())))
        told = store_world.run("poll", TARGET, "--wait", "1s", code=1)
        claim.join()
    assert "no answer within 1s" in told
    assert "--wait" in told
    assert [row[0] is not None for row in store_world.look("SELECT cancelled_at FROM work")] == [
        True
    ]


def test_a_bot_that_stops_meanwhile_is_told(store_world: StoreWorld) -> None:
    db = store_world.made()
    with closing(db), closing(Path(f"{store_world.database}.lock").open("a+")) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        leave = meanwhile(db, lambda: fcntl.flock(lock, fcntl.LOCK_UN))
        told = store_world.run("poll", TARGET, code=1)
        leave.join()
    assert "was stopped meanwhile" in told
    assert "Give the command again" in told.replace("\n", " ")


def test_an_answer_of_a_bot_that_stops_at_once_is_told(
    store_world: StoreWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It answers and frees the lock between two looks."""
    db = store_world.made()
    now = WallClock().now()
    told = {"target": TARGET, "health": "ok", "cause": "", "rests_until": None, "pages": 1}
    counts = dict.fromkeys(("new", "edited", "answered", "vanished", "gone", "tickets"), 0)
    with closing(db), closing(Path(f"{store_world.database}.lock").open("a+")) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)

        def last_act(_seconds: float) -> None:
            answer = {**told, **counts, "reviews": []}
            db.write_now(lambda rows: errands.answer(rows, 1, "ok", answer, now))
            fcntl.flock(lock, fcntl.LOCK_UN)

        monkeypatch.setattr(running_bot.time, "sleep", last_act)
        assert f"{TARGET} · ok" in store_world.run("poll", TARGET)


def test_commands_that_look_at_once_do_not_take_each_other_for_the_bot(
    store_world: StoreWorld,
) -> None:
    store_world.made().close()
    with Path(f"{store_world.database}.lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        assert running_bot.is_running(str(store_world.database)) is False
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert running_bot.is_running(str(store_world.database)) is True


def test_a_bot_starts_though_a_command_looks_whether_it_runs(
    store_world: StoreWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Path(f"{store_world.database}.lock").open("a+") as look:
        fcntl.flock(look, fcntl.LOCK_SH)
        monkeypatch.setattr(run.time, "sleep", lambda _seconds: fcntl.flock(look, fcntl.LOCK_UN))
        with run.only_one(str(store_world.database), "en"):
            assert running_bot.is_running(str(store_world.database)) is True


def test_a_bot_on_a_file_that_is_named_by_a_url_is_seen(store_world: StoreWorld) -> None:
    url = f"sqlite:///{store_world.database}"
    with run.only_one(url, "en"):
        assert running_bot.is_running(url) is True
        assert running_bot.is_running(str(store_world.database)) is True


def test_ctrl_c_takes_the_request_back(store_world: StoreWorld) -> None:
    db = store_world.made()
    with closing(db), store_world.locked():
        child = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "reviewbot",
                "poll",
                TARGET,
                "--config",
                str(store_world.config),
            ],
            stderr=subprocess.PIPE,
        )
        meanwhile(db, lambda: child.send_signal(signal.SIGINT)).join()
        child.communicate()
    assert child.returncode == 130
    assert [row[0] is not None for row in store_world.look("SELECT cancelled_at FROM work")] == [
        True
    ]


def test_ctrl_c_right_after_the_commit_takes_it_back_too(store_world: StoreWorld) -> None:
    """What a busy machine makes of it: the signal comes before the wait has begun."""

    def interrupt(_session: object) -> None:
        raise KeyboardInterrupt

    store_world.made().close()
    event.listen(Session, "after_commit", interrupt, once=True)
    with store_world.locked():
        CliRunner().invoke(app, ["poll", TARGET, "--config", str(store_world.config)])
    [(cancelled,)] = store_world.look("SELECT cancelled_at FROM work")
    assert cancelled is not None


def test_ctrl_c_breaks_nothing_that_is_under_way(store_world: StoreWorld) -> None:
    """Raised at any line it came out of SQLAlchemy as another error, and out of a text that `exec`
    runs it ended Python by the signal."""
    went_on: list[bool] = []

    def interrupt(_session: object) -> None:
        signal.raise_signal(signal.SIGINT)
        went_on.append(True)

    store_world.made().close()
    event.listen(Session, "after_commit", interrupt, once=True)
    with store_world.locked():
        assert store_world.run("poll", TARGET, code=130) == ""
    assert went_on
    [(cancelled,)] = store_world.look("SELECT cancelled_at FROM work")
    assert cancelled is not None


def test_a_second_ctrl_c_does_not_wait_for_what_is_under_way(store_world: StoreWorld) -> None:
    def interrupt(_session: object) -> None:
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
        pytest.fail("the second one is raised where it comes")

    store_world.made().close()
    event.listen(Session, "after_commit", interrupt, once=True)
    with store_world.locked():
        store_world.run("poll", TARGET, code=130)


def test_ctrl_c_inside_a_finalizer_takes_it_back_too(store_world: StoreWorld) -> None:
    """Python throws away what is raised there; the command waited on for half a minute."""

    class Finalized:
        def __del__(self) -> None:
            signal.raise_signal(signal.SIGINT)

    def drop(_session: object) -> None:
        Finalized()

    store_world.made().close()
    event.listen(Session, "after_commit", drop, once=True)
    with store_world.locked():
        told = store_world.run("poll", TARGET, code=130)
    assert told == ""
    [(cancelled,)] = store_world.look("SELECT cancelled_at FROM work")
    assert cancelled is not None


def test_a_wait_that_is_no_length_of_time(store_world: StoreWorld) -> None:
    store_world.made().close()
    with store_world.locked():
        assert "--wait" in store_world.run("poll", TARGET, "--wait", "soon", code=2)
