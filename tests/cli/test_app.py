"""What a person's mistake ends with: a sentence and an exit code, never a trace."""

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.engine.base import RootTransaction

from reviewbot.cli import main
from reviewbot.cli.upkeep.database_trouble import refused, unwritable
from reviewbot.store.bot_lock import FileLock
from tests.cli.test_run_signals import busy, signalled
from tests.config.config_files import SHORT, TOKEN, written


def said(
    arguments: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    code: int,
) -> str:
    """Run a command line as a shell does; return what it wrote to standard error."""
    ends(arguments, monkeypatch, code)
    return capsys.readouterr().err


def ends(arguments: list[str], monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    """Run a command line as a shell does, which ends with a code."""
    monkeypatch.setattr(sys, "argv", ["reviewbot", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == code


@pytest.mark.parametrize("command", ["report", "export reviews", "doctor", "migrate", "explain 3"])
def test_a_file_that_is_no_database(
    command: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    other = tmp_path / "notes.txt"
    other.write_text("nobody's database, but long enough to be one" * 20, encoding="utf-8")
    line = [*command.split(), "--database", str(other)]
    if command.startswith("explain"):
        line += ["--config", str(written(tmp_path, SHORT))]
    told = said(line, monkeypatch, capsys, 1)
    assert "file is not a database" in told
    assert "database.path or --database" in told


def test_a_disk_without_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fill(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA max_page_count=20")

    event.listen(Engine, "connect", fill)
    try:
        line = ["migrate", "--database", str(tmp_path / "new.sqlite3")]
        told = said(line, monkeypatch, capsys, 1)
    finally:
        event.remove(Engine, "connect", fill)
    assert "disk is full" in told
    assert "Free some" in told
    assert "database.path" not in told


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_printing_where_there_is_no_room() -> None:
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "reviewbot", "cards", "--show", "alert"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            env={**os.environ, "LC_ALL": "C"},
        )
    assert (ended.returncode, ended.stderr) == (1, "There is no room for what is written.\n")


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One that is up to date, and commands that wait for it a moment only."""
    monkeypatch.setattr("reviewbot.store.database.BUSY_TIMEOUT_MS", 20)
    file = tmp_path / "reviews.sqlite3"
    ends(["migrate", "--database", str(file)], monkeypatch, 0)
    return file


@pytest.mark.parametrize("command", ["report", "doctor", "migrate", "export reviews"])
def test_who_only_looks_waits_for_no_writer(
    command: str, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with busy(database):
        ends([*command.split(), "--database", str(database)], monkeypatch, 0)


def test_a_database_that_another_program_holds(
    database: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = written(database.parent, f'{SHORT}[database]\npath = "{database}"\n')
    with busy(database):
        told = said(["poll", "main/yandex_maps", "--config", str(file)], monkeypatch, capsys, 1)
    assert "database is locked" in told
    assert "Another program writes to it" in told
    assert "database.path" not in told


@pytest.mark.parametrize(
    ("number", "remedy"),
    [
        (errno.ENOSPC, "Free some room"),
        (errno.EDQUOT, "Free some room"),
        (errno.EROFS, "mounted for reading alone"),
        (errno.EACCES, "the right to write"),
        (errno.ENOTDIR, "is its folder there"),
    ],
)
def test_what_keeps_a_file_from_being_written_has_its_own_remedy(number: int, remedy: str) -> None:
    told = unwritable(Path("/data/reviews.sqlite3"), OSError(number, os.strerror(number)))
    assert f"/data/reviews.sqlite3 cannot be written: {os.strerror(number)}." in told
    assert remedy in told


@pytest.mark.parametrize(
    ("driver", "remedy"),
    [
        ("disk I/O error", "Is there room"),
        ("attempt to write a readonly database", "May this user write it"),
        ("unable to open database file", "Look at database.path"),
    ],
)
def test_what_a_driver_refuses_has_its_own_remedy(driver: str, remedy: str) -> None:
    assert remedy in refused(driver)


def test_no_schema_is_changed_under_a_running_bot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One of an earlier version would go on to write rows of its own kind."""
    file = tmp_path / "reviews.sqlite3"
    lock = FileLock(file)
    assert lock.take()
    line = ["migrate", "--database", str(file)]
    assert "Stop it first" in said(line, monkeypatch, capsys, 1)
    ends([*line, "--dry-run"], monkeypatch, 0)
    lock.close()
    ends(line, monkeypatch, 0)


def test_another_kind_of_database(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told = said(["report", "--database", "mysql://host/name"], monkeypatch, capsys, 2)
    assert "no other kind is known" in told


def test_a_server_without_its_driver_or_address(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told = said(
        ["report", "--database", "postgresql://u@host:hidden-word/x"], monkeypatch, capsys, 2
    )
    assert "no address" in told
    assert "hidden-word" not in told
    monkeypatch.setitem(sys.modules, "psycopg", None)
    told = said(["report", "--database", "postgresql://u@127.0.0.1:1/x"], monkeypatch, capsys, 2)
    assert "pip install 'psycopg[binary]'" in told


def test_a_server_that_is_away(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    url = "postgresql://reviewbot:hidden-word@127.0.0.1:1/reviews"
    told = said(["report", "--database", url], monkeypatch, capsys, 1)
    assert "refused" in told
    assert "hidden-word" not in told


def test_a_folder_that_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "a file, not a folder"
    file.touch()
    text = f'language = "en"\n{SHORT}[database]\npath = "{file}/reviews.sqlite3"\n'
    monkeypatch.setenv("REVIEWBOT_TELEGRAM_TOKEN", TOKEN)
    told = said(["run", "--config", str(written(tmp_path, text))], monkeypatch, capsys, 1)
    assert "cannot be written" in told
    assert "Look at database.path" in told


def test_a_token_that_no_address_can_hold(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = SHORT.replace("[telegram]", '[telegram]\nbase_url = "http://127.0.0.1:1"')
    text += "[sources.yandex_maps]\nenabled = false\n"
    monkeypatch.setenv("REVIEWBOT_TELEGRAM_TOKEN", "hidden\x01word")
    told = said(
        ["check", "--live", "--config", str(written(tmp_path, text))], monkeypatch, capsys, 1
    )
    assert "hidden" not in told


def test_ctrl_c_while_the_command_loads() -> None:
    words = signalled(signal.SIGINT, "doctor")
    ended = subprocess.run([sys.executable, *words], capture_output=True, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, b"", b"")


def test_ctrl_c_while_a_text_is_run(tmp_path: Path) -> None:
    """CPython notes it then, and `python -m` ends by the signal although it was caught."""
    program = (
        "import signal, sys\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "class Finder:\n"
        "    def find_spec(self, name, *rest):\n"
        "        if name == 'reviewbot.cli.doctor':\n"
        "            exec('signal.raise_signal(signal.SIGINT)')\n"
        "sys.meta_path.insert(0, Finder())\n"
    )
    words = ["-m", "reviewbot", "doctor"]
    (tmp_path / "sitecustomize.py").write_text(program, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    ended = subprocess.run(
        [sys.executable, *words], capture_output=True, check=False, env=environment
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, b"", b"")


def test_ctrl_c_in_a_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """SQLAlchemy makes an AssertionError of it: its transaction was not ended."""
    monkeypatch.setattr(
        RootTransaction, "_do_commit", lambda _self: signal.raise_signal(signal.SIGINT)
    )
    line = ["migrate", "--database", str(tmp_path / "new.sqlite3")]
    # Who starts the tests in the background has them ignore it.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        assert said(line, monkeypatch, capsys, 130) == ""
    finally:
        signal.signal(signal.SIGINT, before)


def test_a_file_that_fails_for_ctrl_c(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is tidied away after it may fail, too: that is not what ended the command."""

    def interrupted(_self: Path) -> bool:
        try:
            raise KeyboardInterrupt
        finally:
            raise OSError(errno.EIO, "Input/output error", "a temporary file")

    line = ["migrate", "--database", str(tmp_path / "new.sqlite3")]
    with monkeypatch.context() as patched:
        patched.setattr(Path, "is_dir", interrupted)
        assert said(line, monkeypatch, capsys, 130) == ""


@pytest.mark.parametrize(("option", "code"), [("--check", 1), ("--dry-run", 0)])
def test_a_look_at_migrations_makes_no_database(
    option: str,
    code: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = tmp_path / "none.sqlite3"
    ends(["migrate", option, "--database", str(file)], monkeypatch, code)
    assert "To apply: 0001" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []


def test_a_text_in_place_of_a_table_is_told_the_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    config = written(tmp_path, f'database = "reviews.db"\n{SHORT}')
    monkeypatch.setenv("REVIEWBOT_TELEGRAM_TOKEN", TOKEN)
    told = said(["check", "--config", str(config)], monkeypatch, capsys, 2)
    assert "reviews.db" in told
    assert "path" in told.partition("reviews.db")[2]
