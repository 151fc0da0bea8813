"""`reviewbot import`: the command from its arguments to the rows."""

import json
import os
import sqlite3
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from reviewbot.cli import app

DATA = Path(__file__).parent.parent / "sources/data"
OTZOVIK = DATA / "otzovik/list_page_cut_COMPOSED.html"
CONFIG = """
language = "en"
[chats]
support = { id = -1001 }
[people]
marina = { id = 502, name = "Марина", role = "manager" }
[locations.centre]
links = ["https://otzovik.com/reviews/bank_vtb_24/", "https://irecommend.ru/content/vino-fanagoriya-f-style-merlo"]
[locations.north]
links = ["https://irecommend.ru/content/drugoi-tovar"]
"""


@pytest.fixture
def config_file(tmp_path: Path) -> Path:
    (tmp_path / "config.toml").write_text(CONFIG, encoding="utf-8")
    return tmp_path


def run(config_file: Path, *arguments: str) -> Result:
    return CliRunner().invoke(
        app, ["import", *arguments, "--config", str(config_file / "config.toml")]
    )


def stored(config_file: Path) -> int:
    with sqlite3.connect(config_file / "reviewbot.sqlite3") as rows:
        found = int(rows.execute("SELECT count(*) FROM review").fetchone()[0])
    rows.close()
    return found


def test_a_page_is_taken_in_and_said_in_a_line(config_file: Path) -> None:
    done = run(config_file, str(OTZOVIK))
    assert done.exit_code == 0, done.output
    assert "centre/otzovik" in done.output
    count = stored(config_file)
    assert count > 0
    assert f"new: {count}" in done.output


def test_for_a_machine(config_file: Path) -> None:
    old = config_file / "page.html"
    old.write_bytes(OTZOVIK.read_bytes())
    os.utime(old, (1_790_000_000, 1_790_000_000))
    told = json.loads(run(config_file, str(old), "--json").stdout)
    assert told["target"] == "centre/otzovik"
    assert told["read_at"] == "2026-09-21T14:13:20+00:00"
    assert told["new"] == told["listed"] == stored(config_file)


def test_several_that_fit_are_listed_and_one_is_named(config_file: Path) -> None:
    page = str(DATA / "irecommend/review_page_COMPOSED.html")
    asked = run(config_file, page)
    assert asked.exit_code == 1
    assert f"reviewbot import {page} --target north/irecommend" in asked.output
    assert not (config_file / "reviewbot.sqlite3").exists()
    unknown = run(config_file, page, "--target", "nort/irecommend")
    assert unknown.exit_code == 1
    assert "Did you mean: north/irecommend" in unknown.output
    assert run(config_file, page, "--target", "north/irecommend").exit_code == 0
    assert stored(config_file) == 1


def test_what_cannot_be_read_is_told_and_the_others_are_read(config_file: Path) -> None:
    junk = config_file / "junk.zip"
    junk.write_bytes(b"PK\x03\x04" + bytes(99))
    large = config_file / "large.html"
    with large.open("wb") as hole:
        hole.truncate(50 * 1024 * 1024)
    done = run(config_file, str(junk), str(large), str(OTZOVIK))
    assert done.exit_code == 1
    assert "archive" in done.output
    assert "50 MB" in done.output
    assert stored(config_file) > 0
    assert run(config_file, str(config_file / "nothing.html")).exit_code == 1
