"""`sources --live`: what a site sends today beside what its source was built on."""

import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from typer.testing import CliRunner

from reviewbot.cli.app import app
from reviewbot.store.database import Database
from reviewbot.store.days.instants import kept_instant
from reviewbot.store.tables import ReviewRow
from tests.cli.site_in_thread import PAGES, serving
from tests.cli.test_record import CONFIG, YANDEX

PAGE = "reviews_page_25_some_unanswered.html"


def live(folder: Path, page: str, *more: str) -> tuple[int, str]:
    config = folder / "config.toml"
    with serving() as site:
        site.page = page
        text = CONFIG.format(folder=folder, source="yandex_maps", site=site.url, link=YANDEX)
        config.write_text(text, encoding="utf-8")
        told = CliRunner().invoke(app, ["sources", "--live", "-c", str(config), *more])
    assert told.stdout, told.output
    return told.exit_code, told.stdout


def test_a_site_that_is_as_ever(tmp_path: Path) -> None:
    code, told = live(tmp_path, PAGE)
    assert (code, told) == (0, "✓ main/yandex_maps: 25 reviews, as known\n")


def test_a_key_that_is_called_otherwise_is_told_before_reviews_are_lost(tmp_path: Path) -> None:
    text = (PAGES / PAGE).read_text(encoding="utf-8")
    changed = tmp_path / "page.html"
    changed.write_text(text.replace('"updatedTime"', '"editedTime"'), encoding="utf-8")
    code, told = live(tmp_path, str(changed))
    assert code == 1
    assert told.splitlines() == [
        "✗ main/yandex_maps: 25 reviews",
        "  not there any more: businessComment.updatedTime, updatedTime",
        "  new: businessComment.editedTime, editedTime",
    ]
    code, told = live(tmp_path, str(changed), "--json")
    [found] = json.loads(told)
    assert (code, found["reviews"], found["error"]) == (1, 25, None)
    assert found["change"]["new"] == ["businessComment.editedTime", "editedTime"]


def test_a_page_that_cannot_be_read_is_told_and_nothing_is_stored(tmp_path: Path) -> None:
    (tmp_path / "shop.sqlite3").unlink(missing_ok=True)
    code, told = live(tmp_path, "captcha_HANDMADE.json")
    assert code == 1
    assert told.startswith("✗ main/yandex_maps: Blocked: ")
    path = tmp_path / "shop.sqlite3"
    if path.exists():
        db = Database(str(path))
        assert db.read_now(lambda rows: rows.query(ReviewRow).count()) == 0
        db.close()


def test_a_host_that_is_left_alone_is_told_and_not_asked(tmp_path: Path) -> None:
    with serving() as site:
        config = tmp_path / "config.toml"
        text = CONFIG.format(folder=tmp_path, source="yandex_maps", site=site.url, link=YANDEX)
        config.write_text(text, encoding="utf-8")
        polled = CliRunner().invoke(app, ["poll", "main/yandex_maps", "-c", str(config)])
        assert polled.exit_code == 0, polled.output
        with sqlite3.connect(tmp_path / "shop.sqlite3") as rows:
            until = kept_instant(datetime(2999, 1, 1, tzinfo=UTC))
            rows.execute("UPDATE host SET retry_after_until = ?", (until,))
        rows.close()
        told = CliRunner().invoke(app, ["sources", "--live", "-c", str(config)])
    assert told.exit_code == 1
    assert told.stdout.startswith("✗ main/yandex_maps: Its host is left alone until")
