"""Tables on a terminal of eighty columns: nothing is cut until it tells nothing."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from tests.store.made import migrated
from tests.store.store_world import StoreWorld


def shown(columns: int, *args: str) -> str:
    """Run a command on a terminal so wide; return what it shows, without its colours."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    environment = {key: value for key, value in os.environ.items() if key != "COLUMNS"}
    with subprocess.Popen(
        [sys.executable, "-m", "reviewbot", *args],
        stdout=theirs,
        env={**environment, "TERM": "xterm"},
    ) as command:
        os.close(theirs)
        told = b""
        while piece := _read(ours):
            told += piece
    os.close(ours)
    assert command.returncode == 0
    return re.sub(r"\x1b\[[\d;]*m", "", told.decode()).replace("\r\n", "\n")


def test_sources_are_shown_one_by_one_where_the_table_has_no_room() -> None:
    told = shown(60, "sources")
    assert "source otzovik\n  title Otzovik" in told
    assert "reads list page; a new review's own page" in " ".join(told.split())


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux says so where the other end is closed
        return b""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A database with a complaint at a place of a long name."""
    path = migrated(tmp_path / "reviews.sqlite3")
    world = StoreWorld(tmp_path, database=path)
    world.ticket(text="Ждали суп сорок минут, официант хамил. Больше сюда ни ногой")
    world.db.close()
    return path


def test_an_export_shows_the_words_on_a_narrow_terminal(file: Path) -> None:
    line = ("export", "reviews", "--database", str(file), "--format", "table")
    wide, narrow = shown(240, *line), shown(80, *line)
    assert "┃ location" in wide
    assert "location tverskaya\n  source yandex_maps · rating " in narrow
    words = " ".join(narrow.split())
    assert "text Ждали суп сорок минут, официант хамил. Больше сюда ни ногой" in words


def test_a_report_names_its_figures_on_a_narrow_terminal(file: Path) -> None:
    line = ("report", "--database", str(file), "--until", "2026-03-10", "--days", "30")
    assert "┃ location" in shown(240, *line)
    narrow = shown(80, *line)
    assert "location total\n  reviews 1 · complaints 1 · in time 0" in narrow
    assert "…" not in narrow
