"""systemd is told that the bot is ready and alive, and is not told so while a part is stuck."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from reviewbot.cli.upkeep import systemd
from reviewbot.clock import Heartbeats
from tests.cli.test_run import refusing as refusing
from tests.config.config_files import SHORT, TOKEN, written
from tests.patience import PATIENCE


def listening(path: Path) -> socket.socket:
    heard = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    heard.bind(str(path))
    heard.settimeout(PATIENCE)
    return heard


@pytest.mark.slow
def test_the_bot_says_that_it_is_ready_alive_and_about_to_end(
    tmp_path: Path, refusing: str
) -> None:
    text = SHORT.replace("[telegram]", f'[telegram]\nbase_url = "{refusing}"')
    text = f'[database]\npath = "{tmp_path}/bot.sqlite3"\n' + text
    text += f'[sources.yandex_maps]\nbase_url = "{refusing}"\n'
    file = written(tmp_path, text + '[fetch]\nallowed_hosts = ["127.0.0.1"]\n')
    environ = {**os.environ, "REVIEWBOT_TELEGRAM_TOKEN": TOKEN, "WATCHDOG_USEC": "300000"}
    environ["NOTIFY_SOCKET"] = str(tmp_path / "notify")
    log = tmp_path / "log"
    with listening(tmp_path / "notify") as heard, log.open("wb") as stderr:
        child = subprocess.Popen(
            [sys.executable, "-m", "reviewbot", "run", "--config", str(file)],
            env=environ,
            stderr=stderr,
        )
        with child:
            assert heard.recv(200) == b"READY=1"
            assert heard.recv(200) == b"WATCHDOG=1"
            # At work: a migration on a busy machine takes longer than a stop may.
            while b"watching 1 targets" not in log.read_bytes():
                assert heard.recv(200) == b"WATCHDOG=1"
            child.send_signal(signal.SIGTERM)
            said = b""
            while said != b"STOPPING=1":
                said = heard.recv(200)
        assert child.returncode == 0


def test_a_part_that_says_nothing_for_long_is_stuck() -> None:
    now = 0.0
    parts = Heartbeats(lambda: now)
    parts.beat("sender", 10)
    parts.beat("intake", 100)
    now = 11.0
    assert parts.stuck() == ["sender"]
    parts.beat("sender", 10)
    assert parts.stuck() == []


async def test_a_stuck_part_is_named_and_the_watchdog_is_not_fed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    monkeypatch.setenv("WATCHDOG_USEC", "30000")
    ended = asyncio.Event()
    with listening(tmp_path / "notify") as heard:
        showing = asyncio.ensure_future(systemd.show_life(ended, lambda: ["sender"]))
        said = await asyncio.to_thread(heard.recv, 200)
        ended.set()
        await showing
    assert said == b"STATUS=stuck: sender"


async def test_a_loop_that_stands_still_does_not_feed_the_watchdog(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    monkeypatch.setenv("WATCHDOG_USEC", "100000")
    ended = asyncio.Event()
    with listening(tmp_path / "notify") as heard:
        showing = asyncio.ensure_future(systemd.show_life(ended, lambda: []))
        assert await asyncio.to_thread(heard.recv, 200) == b"WATCHDOG=1"
        heard.setblocking(False)
        with suppress(BlockingIOError):
            while heard.recv(200):
                pass
        # This very waiting is what the loop is stuck in, for five turns of the watchdog.
        heard.settimeout(0.5)
        with pytest.raises(TimeoutError):
            heard.recv(200)
        heard.settimeout(PATIENCE)
        assert await asyncio.to_thread(heard.recv, 200) == b"WATCHDOG=1"
        ended.set()
        await showing


def test_without_systemd_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not systemd.notify("READY=1", {})
    assert systemd.watchdog_seconds({}) is None
    assert systemd.watchdog_seconds({"WATCHDOG_USEC": "1000000", "WATCHDOG_PID": "1"}) is None
