"""What `run` writes to its log: no secret, whoever put it there."""

import gc
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from weakref import ref

import pytest

from reviewbot.cli.run import Redacting, reloaded, set_aside
from reviewbot.config import load
from reviewbot.core.errors import ConfigError
from reviewbot.core.redaction import Redaction
from reviewbot.store.bot_lock import TelegramBotLocks
from tests.config.config_files import SHORT, TOKEN, written


class _Refusal(BaseHTTPRequestHandler):
    """Telegram's answer to a token it does not know; the site of nobody's reviews."""

    def do_POST(self) -> None:
        body = b'{"ok": false, "error_code": 401, "description": "Unauthorized"}'
        self.send_response(401)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST

    def log_message(self, *_args: object) -> None:
        return


@pytest.fixture
def refusing() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Refusal)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


def line(formatter: Redacting, text: str) -> str:
    return formatter.format(logging.LogRecord("x", logging.INFO, "x.py", 1, text, None, None))


@pytest.mark.slow
def test_a_token_that_telegram_refuses_is_not_in_the_log(tmp_path: Path, refusing: str) -> None:
    """The library quotes it: "The token `…` was rejected by the server."."""
    text = SHORT.replace("[telegram]", f'[telegram]\nbase_url = "{refusing}"')
    text += f'[sources.yandex_maps]\nbase_url = "{refusing}"\n'
    file = written(tmp_path, text + '[fetch]\nallowed_hosts = ["127.0.0.1"]\n')
    child = subprocess.Popen(
        [sys.executable, "-m", "reviewbot", "run", "--verbose", "--config", str(file)],
        env={**os.environ, "REVIEWBOT_TELEGRAM_TOKEN": TOKEN},
        stderr=subprocess.PIPE,
        text=True,
    )
    told = ""
    with child:
        assert child.stderr is not None
        for each in child.stderr:
            told += each
            if "rejected by the server" in each:
                child.send_signal(signal.SIGTERM)
    assert child.returncode == 0
    assert "The token `•••` was rejected by the server" in told
    assert TOKEN not in told


def test_a_trace_holds_no_secret_either() -> None:
    try:
        raise ValueError(f"https://api.telegram.org/bot{TOKEN}/getMe")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "x.py", 1, "failed", None, sys.exc_info())
    told = Redacting(Redaction([TOKEN])).format(record)
    assert "ValueError" in told
    assert TOKEN not in told


@pytest.fixture
def locks(tmp_path: Path) -> Iterator[TelegramBotLocks]:
    """Those of a Bot API that no other test has."""
    held = TelegramBotLocks(str(tmp_path))
    yield held
    held.close()


def test_a_token_of_a_reloaded_file_is_hidden_too(
    tmp_path: Path, locks: TelegramBotLocks, monkeypatch: pytest.MonkeyPatch
) -> None:
    formatter = Redacting(Redaction([TOKEN]))
    monkeypatch.setenv("REVIEWBOT_TELEGRAM_TOKEN", TOKEN[::-1])
    path = written(tmp_path, SHORT)
    reloaded(path, formatter, locks, database_of(path))
    assert line(formatter, f"{TOKEN} {TOKEN[::-1]}").endswith("••• •••")


def test_a_reloaded_file_without_a_token_is_not_taken(
    tmp_path: Path, locks: TelegramBotLocks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REVIEWBOT_TELEGRAM_TOKEN", raising=False)
    with pytest.raises(ConfigError, match="no Telegram token"):
        reloaded(written(tmp_path, SHORT), Redacting(Redaction()), locks, "any")


def database_of(path: Path) -> str:
    return load(path, environ=os.environ).settings.database


def test_a_reloaded_file_cannot_move_the_database_from_under_its_lock(
    tmp_path: Path, locks: TelegramBotLocks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REVIEWBOT_TELEGRAM_TOKEN", TOKEN)
    with pytest.raises(ConfigError, match="database cannot change"):
        reloaded(written(tmp_path, SHORT), Redacting(Redaction()), locks, "/elsewhere/old.sqlite3")


class _Circle:
    def __init__(self) -> None:
        self.itself = self


def test_what_a_start_made_is_walked_by_no_collection_until_the_file_is_read_anew() -> None:
    circle = _Circle()
    left = ref(circle)
    gc.disable()
    set_aside()
    assert gc.isenabled()
    del circle
    gc.collect()
    assert left() is not None
    set_aside(is_anew=True)
    assert left() is None
