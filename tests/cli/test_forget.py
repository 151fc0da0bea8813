"""`reviewbot forget`: from its arguments to the bytes of the file."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from reviewbot.cli import app
from tests.cli.test_import_page import CONFIG, DATA

PAGE = DATA / "irecommend/review_page_COMPOSED.html"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "config.toml").write_text(CONFIG, encoding="utf-8")
    done = run(tmp_path, "import", str(PAGE), "--target", "north/irecommend")
    assert done.exit_code == 0, done.output
    return tmp_path


def run(folder: Path, *arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(
        app, [*arguments, "--config", str(folder / "config.toml")], input=typed
    )


def exported(folder: Path) -> list[dict[str, object]]:
    done = run(folder, "export", "reviews", "--format", "jsonl")
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout.splitlines()]


def holds(folder: Path, piece: str) -> list[str]:
    written = (piece.encode(), piece.encode("unicode_escape"))
    files = folder.glob("reviewbot.sqlite3*")
    return [file.name for file in files if any(each in file.read_bytes() for each in written)]


def test_who_wrote_is_shown_asked_about_and_gone(folder: Path) -> None:
    [review] = exported(folder)
    author, words = str(review["author"]), str(review["text"])[:30]
    assert holds(folder, words)
    refused = run(folder, "forget", "--author", author.upper(), typed="n\n")
    assert (refused.exit_code, author in refused.output) == (1, True)
    assert holds(folder, words)
    done = run(folder, "forget", "--author", author, typed="y\n")
    assert done.exit_code == 0, done.output
    assert holds(folder, words) == []
    assert holds(folder, author) == []
    assert (folder / "reviewbot.sqlite3.forgotten").stat().st_mode & 0o077 == 0
    again = run(folder, "import", str(PAGE), "--target", "north/irecommend")
    assert again.exit_code == 0, again.output
    assert holds(folder, words) == []
    assert run(folder, "forget", "--author", author, "--yes").exit_code == 1


def test_what_is_asked_must_be_said(folder: Path) -> None:
    nothing = run(folder, "forget")
    assert (nothing.exit_code, "--author" in nothing.output) == (1, True)
    unknown = run(folder, "forget", "4120", "--yes")
    assert (unknown.exit_code, "forgotten already" in unknown.output) == (1, True)


def test_a_lost_file_is_told_by_doctor(folder: Path) -> None:
    [review] = exported(folder)
    run(folder, "forget", "--author", str(review["author"]), "--yes")
    (folder / "reviewbot.sqlite3.forgotten").unlink()
    assert "forgotten guests may come back" in " ".join(run(folder, "doctor").output.split())


@pytest.mark.parametrize("alone", [False, True])
def test_what_else_the_guest_wrote_is_listed_and_goes(folder: Path, alone: bool) -> None:
    """The same words under another name are theirs, unless --only-this is said."""
    [review] = exported(folder)
    author, words = str(review["author"]), str(review["text"])[:30]
    with closing(sqlite3.connect(folder / "reviewbot.sqlite3")) as rows:
        names = [row[1] for row in rows.execute("pragma table_info(review)") if row[1] != "id"]
        taken = [
            "'r2'" if n == "external_id" else "'Twin77x'" if n == "author" else n for n in names
        ]
        into, values = ", ".join(names), ", ".join(taken)
        rows.execute(f"insert into review ({into}) select {values} from review")
        rows.commit()
    more = ["--only-this"] if alone else []
    refused = run(folder, "forget", "--author", author, *more, typed="n\n")
    assert ("Twin77x" in refused.output) is not alone
    done = run(folder, "forget", "--author", author, *more, "--yes")
    assert done.exit_code == 0, done.output
    assert bool(holds(folder, "Twin77x")) is alone
    assert bool(holds(folder, words)) is alone
