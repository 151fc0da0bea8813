"""`run` obeys signals at any time, waits for a busy database, and is alone on its file."""

import os
import resource
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from time import monotonic

import pytest

from reviewbot.store.bot_lock import FileLock, TelegramBotLock, TelegramBotLocks, holder_of
from tests.cli.test_run import refusing as refusing
from tests.config.config_files import SHORT, TOKEN, written
from tests.patience import PATIENCE

RUN = ("-m", "reviewbot", "run", "--config")


def signalled(number: int, *words: str) -> tuple[str, ...]:
    """Return the words that run the command and get a signal before anything of it is loaded."""
    program = (
        "import os, runpy, signal, sys\n"
        "sys.argv = ['reviewbot', *sys.argv[1:]]\n"
        # What is started in the background ignores it from the beginning.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "class Finder:\n"
        "    def find_spec(self, name, *rest):\n"
        "        if name == 'reviewbot.cli':\n"
        f"            os.kill(os.getpid(), {number})\n"
        "sys.meta_path.insert(0, Finder())\n"
        "runpy.run_module('reviewbot', run_name='__main__')\n"
    )
    return ("-c", program, *words)


class Child:
    """`reviewbot run` in a process of its own; what it says is read line by line."""

    def __init__(self, file: Path, room: int | None = None, words: Sequence[str] = RUN) -> None:
        """`room`: kilobytes above which no file of its may grow, as on a disk that is full."""
        full = ("sh", "-c", f'ulimit -S -f {room}; exec "$@"', "sh") if room is not None else ()
        self.process = subprocess.Popen(
            [*full, sys.executable, *words, str(file)],
            env={**os.environ, "REVIEWBOT_TELEGRAM_TOKEN": TOKEN},
            stderr=subprocess.PIPE,
            text=True,
        )
        self.said: list[str] = []
        self._news = threading.Condition()
        self._reader = threading.Thread(target=self._listen)
        self._reader.start()

    def _listen(self) -> None:
        assert self.process.stderr is not None
        with self.process.stderr:
            for line in self.process.stderr:
                with self._news:
                    self.said.append(line)
                    self._news.notify_all()

    def says(self, part: str, times: int = 1) -> None:
        def is_said() -> bool:
            return sum(part in line for line in self.said) >= times

        with self._news:
            assert self._news.wait_for(is_said, PATIENCE), self.said

    def ends(self, number: int = signal.SIGTERM) -> tuple[int, float]:
        """Send the signal; return the exit code and the seconds it took."""
        begun = monotonic()
        self.process.send_signal(number)
        code = self.process.wait(PATIENCE)
        self._reader.join()
        return code, monotonic() - begun


@contextmanager
def running(file: Path, room: int | None = None, words: Sequence[str] = RUN) -> Iterator[Child]:
    child = Child(file, room, words)
    try:
        yield child
    finally:
        child.process.kill()
        child.process.wait()
        child._reader.join()


@pytest.fixture
def file(tmp_path: Path, refusing: str) -> Path:
    text = SHORT.replace("[telegram]", f'[telegram]\nbase_url = "{refusing}"')
    text = f'[database]\npath = "{tmp_path}/bot.sqlite3"\n' + text
    text += f'[sources.yandex_maps]\nbase_url = "{refusing}"\n'
    return written(tmp_path, text + '[fetch]\nallowed_hosts = ["127.0.0.1"]\n')


@contextmanager
def busy(database: Path) -> Iterator[None]:
    """Another process in the middle of a write."""
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode=WAL")
        other.execute("BEGIN IMMEDIATE")
        yield


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_before_anything_is_loaded(file: Path, number: int) -> None:
    """The first line of ours is the handler: the module says so to whoever loads it."""
    words = [sys.executable, *signalled(int(number), "run", "--help")]
    child = subprocess.run(words, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert child.returncode == 0
    assert ("Run the bot" in child.stdout) is (number == signal.SIGHUP)


@pytest.mark.slow
def test_a_first_start_says_once_that_it_makes_the_database(file: Path) -> None:
    with running(file) as child:
        child.says("watching")
        assert child.ends()[0] == 0
    told = [line for line in child.said if "migrat" in line or "upgrade" in line]
    assert len(told) == 1, told
    assert "migrating the database: 0001 to " in told[0]


@pytest.mark.slow
def test_what_is_said_before_it_listens_is_heard(file: Path) -> None:
    """The file may have changed just after it was read."""
    with running(file, words=signalled(int(signal.SIGHUP), "run", "--config")) as child:
        child.says("watching", times=2)
        assert child.ends()[0] == 0


@pytest.mark.slow
def test_a_start_that_breaks_after_a_reload_goes_on_with_the_former_file(file: Path) -> None:
    broken = ("-m", "tests.faulty", "run-with-a-broken-reload")
    with running(file, words=broken) as child:
        child.says("Telegram intake")
        child.process.send_signal(signal.SIGHUP)
        child.says("nobody foresaw this")
        child.says("watching", times=2)
        assert child.ends()[0] == 0


@pytest.mark.slow
def test_a_start_on_a_busy_database_waits_says_so_once_and_obeys(
    file: Path, tmp_path: Path
) -> None:
    with busy(tmp_path / "bot.sqlite3"), running(file) as child:
        child.says("the database cannot be used yet")
        code, seconds = child.ends()
    assert code == 0
    assert seconds <= 15  # it took 19 when a start did not look for signals
    assert sum("cannot be used yet" in line for line in child.said) == 1


@pytest.mark.slow
def test_a_start_goes_on_when_the_database_is_free(file: Path, tmp_path: Path) -> None:
    with running(file) as child:
        with busy(tmp_path / "bot.sqlite3"):
            child.says("the database cannot be used yet")
        child.says("watching")
        assert child.ends()[0] == 0


@pytest.mark.slow
def test_a_stop_on_a_busy_database_is_obeyed(file: Path, tmp_path: Path) -> None:
    with running(file) as child:
        child.says("watching")
        with busy(tmp_path / "bot.sqlite3"):
            code, seconds = child.ends()
    assert code == 0
    assert seconds <= 15  # ten are promised


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="only Linux gives the room back")
@pytest.mark.parametrize("room", [32, 0])
def test_a_start_on_a_full_disk_waits_and_goes_on_when_there_is_room(
    file: Path, room: int
) -> None:
    """Also where not even the lock's note of who holds it has room: to end each time was to be
    started ten times by systemd, and no more."""
    with running(file, room=room) as child:
        child.says("the database cannot be used yet")
        assert child.process.poll() is None
        _, most = resource.prlimit(child.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(child.process.pid, resource.RLIMIT_FSIZE, (most, most))
        child.says("watching")
        assert child.ends()[0] == 0


@pytest.mark.slow
def test_sighup_on_a_busy_database_ends_nothing(file: Path, tmp_path: Path) -> None:
    with running(file) as child:
        child.says("Telegram intake")
        with busy(tmp_path / "bot.sqlite3"):
            child.process.send_signal(signal.SIGHUP)
            child.says("the database cannot be used yet")
        child.says("watching", times=2)
        assert child.ends()[0] == 0


@pytest.mark.slow
def test_a_file_that_cannot_be_taken_changes_nothing(file: Path) -> None:
    """Nested beyond what can be read; no TOML; gone."""
    with running(file) as child:
        child.says("Telegram intake")
        good = file.read_text()
        for number, bad in enumerate(["x = " + "[" * 3000 + "]" * 3000, "nothing", None], 1):
            file.unlink() if bad is None else file.write_text(bad)
            child.process.send_signal(signal.SIGHUP)
            child.says("the file was not taken", times=number)
        file.write_text(good)
        child.process.send_signal(signal.SIGHUP)
        child.says("watching", times=2)
        assert child.ends()[0] == 0
    assert not any("Traceback" in line for line in child.said), "".join(child.said)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["symbolic link", "hard link", "URL", "deleted lock"])
def test_a_second_bot_by_another_name_says_who_has_the_database(
    file: Path, tmp_path: Path, name: str
) -> None:
    database = tmp_path / "bot.sqlite3"
    other = tmp_path / "other.sqlite3"
    with running(file) as child:
        child.says("watching")
        if name == "symbolic link":
            other.symlink_to(database)
        elif name == "hard link":
            other.hardlink_to(database)
        elif name == "deleted lock":
            database.with_name("bot.sqlite3.lock").unlink()
        path = {"URL": f"sqlite:///file:{database}?uri=true", "deleted lock": str(database)}
        text = file.read_text().replace(str(database), path.get(name, str(other)))
        second = tmp_path / "second.toml"
        second.write_text(text)
        refused = subprocess.run(
            [sys.executable, "-m", "reviewbot", "run", "--config", str(second)],
            env={**os.environ, "REVIEWBOT_TELEGRAM_TOKEN": TOKEN},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert refused.returncode == 1
        assert f"Другой reviewbot (процесс {child.process.pid})" in refused.stderr
        assert child.process.poll() is None


@pytest.mark.slow
def test_one_token_with_two_databases_is_told(file: Path, tmp_path: Path) -> None:
    with running(file) as child:
        child.says("watching")
        second = tmp_path / "second.toml"
        second.write_text(file.read_text().replace("bot.sqlite3", "second.sqlite3"))
        refused = subprocess.run(
            [sys.executable, "-m", "reviewbot", "run", "--config", str(second)],
            env={**os.environ, "REVIEWBOT_TELEGRAM_TOKEN": TOKEN},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert refused.returncode == 1
        told = " ".join(refused.stderr.split())
        assert f"Другой reviewbot (процесс {child.process.pid}) на этой машине" in told
        assert "с тем же токеном Telegram и другой базой" in told
        assert TOKEN not in told
        assert child.process.poll() is None
        other = TelegramBotLock("7:another", "https://api.telegram.org")
        assert other.take(), "another bot is nobody's"
        other.close()


def test_each_token_of_a_process_is_held_and_a_new_file_may_change_them() -> None:
    address = "https://telegram.example"
    first, second = TelegramBotLocks(address), TelegramBotLocks(address)
    assert first.hold(["71:staff", "72:guests"]) is None
    assert first.hold(["71:staff", "72:renewed"]) is None, "its own bot, by a new token"
    taken = second.hold(["73:others", "72:guests"])
    assert taken is not None
    assert taken.holder() == f"process {os.getpid()}"
    assert first.hold(["71:staff", "73:free"]) is None, "who was refused has kept nothing"
    assert second.hold(["72:guests"]) is None, "given back by the new file"
    first.close()
    second.close()


def test_the_lock_is_free_at_once_after_a_kill(file: Path, tmp_path: Path) -> None:
    database = tmp_path / "bot.sqlite3"
    with running(file) as child:
        child.says("watching")
        assert holder_of(database) == f"process {child.process.pid}"
        child.ends(signal.SIGKILL)
    assert holder_of(database) is None
    lock = FileLock(database)
    assert lock.take()
    lock.close()


def test_what_holds_peoples_words_is_for_its_owner_alone(file: Path, tmp_path: Path) -> None:
    with running(file) as child:
        child.says("watching")
        made = sorted(tmp_path.glob("bot.sqlite3*"))
        assert {path.name.removeprefix("bot.sqlite3") for path in made} >= {"", "-wal", ".lock"}
        assert {path.stat().st_mode & 0o777 for path in made} == {0o600}
