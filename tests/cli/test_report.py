import csv
import io
import json
import os
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from sqlmodel import Session
from typer.testing import CliRunner

from reviewbot.cli.app import app
from reviewbot.cli.pages.browser import BROWSERS
from reviewbot.core.beside_reply.said import ComplaintOutcome
from reviewbot.core.model import Tone
from reviewbot.core.ticket import SITE, Action
from reviewbot.workflow import digests
from reviewbot.workflow.beside_reply.site_complaint import note_complaint
from tests.config.config_files import SHORT, written
from tests.queries.test_views_of_a_page import PLACES
from tests.store.made import migrated
from tests.store.store_world import MONDAY, StoreWorld, actor

EVENING = MONDAY + timedelta(hours=9)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A database with a late ticket, an answered one and a text that looks like a formula."""
    path = migrated(tmp_path / "reviews.sqlite3")
    store_world = StoreWorld(tmp_path, database=path)
    late = store_world.ticket(text='=HYPERLINK("http://x";"нажми")')
    store_world.change_review(late, unanswered_seen_at=EVENING)
    number = store_world.ticket(target="nevsky/yandex_maps", text="Холодный кофе\nи долго")
    store_world.act(number, Action.ALREADY_ANSWERED, "ivan", MONDAY + timedelta(minutes=5))
    store_world.change_target("nevsky/yandex_maps", health="blocked", health_since=MONDAY)
    store_world.db.close()
    return path


def run(*arguments: str, code: int = 0) -> str:
    # Reports are of whole days: Monday is told on Tuesday.
    at = EVENING + timedelta(hours=16) if arguments[0] == "report" else EVENING
    with time_machine.travel(at, tick=False):
        result = CliRunner().invoke(app, list(arguments))
    assert result.exit_code == code, result.output
    return result.output


def test_report_prints_places_and_what_is_unknown(file: Path) -> None:
    told = run("report", "--database", str(file))
    assert "tverskaya" in told
    assert "2026-02-01 00:00 – 2026-03-03 00:00, UTC" in told, "no file names a zone"
    assert "nevsky, yandex_maps: unknown since 2026-03-02 08:00\n" in told


def test_report_is_in_the_zone_of_the_desk(file: Path, tmp_path: Path) -> None:
    store_world = written(tmp_path, 'language = "en"\n[desk]\ntime_zone = "Asia/Omsk"\n[people]\n')
    line = ["report", "--database", str(file), "--config", str(store_world)]
    told = run(*line)
    assert "2026-02-01 00:00 – 2026-03-03 00:00, Asia/Omsk" in told
    assert told.count("Asia/Omsk") == 1
    assert "unknown since 2026-03-02 14:00\n" in told
    day = json.loads(run(*line, "--until", "2026-03-03", "--days", "1", "--json"))
    assert (day["since"], day["until"]) == (
        "2026-03-01T18:00:00+00:00",
        "2026-03-02T18:00:00+00:00",
    ), "a day of the desk's"
    table = run("export", "tickets", *line[1:], "--format", "table")
    assert "2026-03-02 15:00" in table, "the deadline, 12:00 in Moscow"
    assert "Times: Asia/Omsk" in table


@pytest.mark.parametrize(
    ("language", "title", "ours"),
    [("ru", "Рядом с конкурентами", "наши точки"), ("en", "Beside competitors", "ours")],
)
def test_report_shows_competitors_beside_ours(
    tmp_path: Path, language: str, title: str, ours: str
) -> None:
    path = migrated(tmp_path / "reviews.sqlite3")
    world = StoreWorld(tmp_path, database=path)
    world.ticket(rating=2)
    world.competitor("rival", "Чужое", "rival/yandex_maps")
    for rating in (1, 5, 5):
        tone = Tone.NEGATIVE if rating == 1 else Tone.POSITIVE
        world.review(target="rival/yandex_maps", rating=rating, tone=tone)
    world.db.close()
    file = written(tmp_path, f'language = "{language}"\n[people]\n')
    line = ["report", "--database", str(path), "--config", str(file)]
    told = run(*line).split(title)
    assert len(told) == 2
    words = [" ".join(each.replace("│", " ").split()) for each in told[1].splitlines()]
    decimal = "," if language == "ru" else "."
    assert f"{ours} 1 1 2{decimal}00 –" in words
    assert f"Чужое 3 1 3{decimal}67 –" in words
    plain = json.loads(run(*line, "--json"))
    assert plain["total"]["reviews"] == 1, "theirs are none of ours"
    assert plain["competitors"]["rival"]["mean_stars"] == 3.67
    rows = list(csv.DictReader(io.StringIO(run(*line, "--csv"))))
    told = [(row["role"], row["location"], row["reviews"], row["complaints"]) for row in rows]
    assert told == [
        ("own", "tverskaya", "1", "1"),
        ("total", "total", "1", "1"),
        ("competitor", "rival", "3", "1"),
    ], "theirs come last, and no total counts them"
    assert (rows[-1]["mean_stars"], rows[-1]["in_time"]) == ("3.67", "")


def test_report_as_json_keeps_the_three_values_apart(file: Path) -> None:
    told = json.loads(run("report", "--database", str(file), "--json"))
    total = told["total"]
    assert (total["in_time"], total["in_time_marked"], total["late"], total["undecided"]) == (
        1,
        1,
        1,
        0,
    )
    assert told["locations"]["nevsky"]["reaction_minutes"] == 5.0
    assert told["unknown_since"][0]["location"] == "nevsky"
    assert (told["since"][:16], told["until"][:16]) == ("2026-02-01T00:00", "2026-03-03T00:00")


def test_report_as_csv_has_a_line_per_place(file: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(run("report", "--database", str(file), "--csv"))))
    assert [row["location"] for row in rows] == ["nevsky", "tverskaya", "total"]
    assert rows[-1]["reviews"] == "2"
    since = "2026-03-02T08:00:00+00:00"
    assert [row["unknown_since"] for row in rows] == [since, "", since]


def test_report_of_another_period_is_empty(file: Path) -> None:
    told = json.loads(run("report", "--database", str(file), "--until", "2026-03-01", "--json"))
    assert told["total"]["reviews"] == 0
    assert told["until"] == datetime(2026, 3, 1, tzinfo=UTC).isoformat()


def test_no_cell_of_a_csv_is_a_formula(file: Path, tmp_path: Path) -> None:
    target = tmp_path / "reviews.csv"
    run("export", "reviews", "--database", str(file), "--output", str(target))
    text = target.read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"), newline="")))
    assert rows[0]["text"] == '\'=HYPERLINK("http://x";"нажми")'
    assert rows[1]["text"] == "Холодный кофе\nи долго"
    assert rows[0]["topics"] == "waiting"


def test_what_came_of_replies_is_what_the_page_says(tmp_path: Path) -> None:
    path = migrated(tmp_path / "reviews.sqlite3")
    world = StoreWorld(tmp_path, database=path)
    for n, minutes in enumerate((20, 200, 3000)):
        ticket = world.ticket(
            target=("tverskaya/yandex_maps", "nevsky/yandex_maps")[n % 2],
            text="Ждали час.",
            now=MONDAY - timedelta(days=4, minutes=n),
        )
        world.change_review(ticket, topics=["waiting"])
        opened = MONDAY - timedelta(days=4)
        if n < 2:
            world.act(ticket, Action.APPROVE, "marina", opened + timedelta(minutes=5))
        world.act(ticket, Action.REPLY_SEEN, SITE, opened + timedelta(minutes=minutes))
    until = (MONDAY + timedelta(days=1)).date()
    effects, templates = world.db.read_now(
        lambda rows: (
            (page := digests.page_of(world.tx(rows, EVENING), PLACES, 30, until)).effects,
            page.templates,
        )
    )
    world.db.close()
    told = json.loads(run("report", "--json", "--database", str(path)))["replies"]
    assert effects is not None
    assert told == {
        "total": effects.every.to_json(),
        "by_speed": {speed.value: each.to_json() for speed, each in effects.by_speed.items()},
        "by_topic": {topic: each.to_json() for topic, each in effects.by_topic.items()},
        "by_template": {each.name: each.to_json() for each in templates},
    }
    assert told["total"]["replies"] == 3
    assert [each["replies"] for each in told["by_speed"].values()] == [1, 1, 1]
    assert told["by_topic"]["waiting"] == told["total"]
    assert sum(each["replies"] for each in told["by_template"].values()) == 2


@pytest.mark.parametrize("what", ["reviews", "tickets"])
def test_json_and_jsonl_tell_the_same(file: Path, what: str) -> None:
    whole = json.loads(run("export", what, "--database", str(file), "--format", "json"))
    lines = run("export", what, "--database", str(file), "--format", "jsonl").splitlines()
    assert [json.loads(line) for line in lines] == whole
    assert len(whole) == 2


def test_an_export_as_a_table_is_short(file: Path) -> None:
    told = run("export", "tickets", "--database", str(file), "--format", "table")
    assert "waiting" in told
    assert "posted" in told


def test_a_missing_database_is_a_sentence(tmp_path: Path) -> None:
    missing = tmp_path / "nowhere.sqlite3"
    told = run("report", "--database", str(missing), code=1)
    assert "There is no database" in told
    assert not missing.exists()


def test_migrate_says_what_it_did(tmp_path: Path) -> None:
    path = str(tmp_path / "new.sqlite3")
    assert "To apply: 0001" in run("migrate", "--database", path, "--dry-run")
    assert "Applied: 0001" in run("migrate", "--database", path)
    assert "up to date" in run("migrate", "--database", path)


def test_report_writes_the_page_of_a_place_and_refuses_what_is_none(
    file: Path, tmp_path: Path
) -> None:
    place = '[locations.tverskaya]\nname = "Tverskaya 12"\ngoal = 4.8\n'
    text = SHORT.replace("[locations.main]\n", place)
    config = written(tmp_path, f'language = "en"\n{text}')
    page = tmp_path / "page.html"
    line = ["report", "--database", str(file), "--config", str(config), "--html", str(page)]
    assert str(page) in run(*line, "--place", "tverskaya").replace("\n", "")
    told = page.read_text(encoding="utf-8")
    assert "Reviews: Tverskaya 12" in told
    assert "#1 Tverskaya 12" in told
    assert "src=" not in told
    run(*line, "--place", "nowhere", code=1)
    config.write_text(f"{config.read_text()}\n[privacy]\npeople_figures = false\n")
    page.unlink()
    assert "switched figures of people off" in run(*line, "--people", code=1)
    assert not page.exists()


PDF = [("ru", "Отзывы: Тверская 12"), ("en", "Reviews: Tverskaya 12")]


def page_of(file: Path, folder: Path, language: str) -> list[str]:
    """The command that writes a page of one place, without the files it is to write."""
    name = "Тверская 12" if language == "ru" else "Tverskaya 12"
    place = f'[locations.tverskaya]\nname = "{name}"\n'
    text = SHORT.replace("[locations.main]\n", place)
    config = written(folder, f'language = "{language}"\n{text}')
    return ["report", "--database", str(file), "--config", str(config)]


@pytest.mark.slow
@pytest.mark.parametrize(("language", "title"), PDF)
def test_report_prints_the_page(file: Path, tmp_path: Path, language: str, title: str) -> None:
    if not any(map(shutil.which, BROWSERS)):
        assert os.environ.get("CI_BROWSER") != "required", "there is no Chromium on the PATH"
        pytest.skip("no Chromium on the PATH: nothing is printed")
    pdf, html = tmp_path / "page.pdf", tmp_path / "page.html"
    line = page_of(file, tmp_path, language)
    told = run(*line, "--pdf", str(pdf), "--html", str(html)).replace("\n", "")
    assert str(pdf) in told
    assert str(html) in told, "both are written where both are named"
    printed = pdf.read_bytes()
    assert printed.startswith(b"%PDF-")
    assert b"/Page" in printed
    assert b"%%EOF" in printed[-1024:]
    assert len(printed) > 20_000, "the tables and the pictures"
    if reader := shutil.which("pdftotext"):
        text = subprocess.run([reader, str(pdf), "-"], capture_output=True, check=True).stdout
        assert title in text.decode()


def test_report_says_why_nothing_was_printed(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No browser, or one that fails: a sentence, and no file."""
    pdf, line = tmp_path / "page.pdf", page_of(file, tmp_path, "en")
    found = tmp_path / "bin"
    found.mkdir()
    monkeypatch.setenv("PATH", str(found))
    assert "No Chromium on the PATH" in run(*line, "--pdf", str(pdf), code=1).replace("\n", " ")
    browser = found / "chromium"
    browser.write_text("#!/bin/sh\necho out of paper >&2\nexit 3\n")
    browser.chmod(0o755)
    assert "out of paper" in run(*line, "--pdf", str(pdf), code=1)
    assert not pdf.exists()
    told = run(*line, "--pdf", str(tmp_path / "nowhere" / "page.pdf"), code=1)
    assert "There is no folder" in told
    assert "out of paper" not in told
    monkeypatch.setattr("reviewbot.cli.pages.browser.PRINT_SECONDS", 0.2)
    browser.write_text("#!/bin/sh\nexec /bin/sleep 60\n")
    assert "did not end" in run(*line, "--pdf", str(pdf), code=1)


def test_report_has_the_stars_that_messages_tell(file: Path) -> None:
    told = json.loads(run("report", "--database", str(file), "--json"))
    assert (told["total"]["mean_stars"], told["total"]["rated"]) == (1.0, 2)
    assert told["locations"]["tverskaya"]["rated"] == 1
    assert told["total"]["site_rating"] is None
    lines = list(csv.DictReader(io.StringIO(run("report", "--database", str(file), "--csv"))))
    assert [line["rated"] for line in lines] == ["1", "1", "2"]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("ru", "Жалобы площадкам: отправлено 2, убрано 0, отказано 1"),
        ("en", "Complaints to sites: 2 sent, 0 removed, 1 refused"),
    ],
)
def test_report_counts_complaints_to_sites(tmp_path: Path, language: str, said: str) -> None:
    path = migrated(tmp_path / "reviews.sqlite3")
    store_world = StoreWorld(tmp_path, database=path)
    numbers = store_world.ticket(), store_world.ticket(text="Холодный кофе и долго")

    def complain(session: Session) -> None:
        tx = store_world.tx(session, MONDAY + timedelta(hours=1))
        for number in numbers:
            note_complaint(tx, number, actor("ivan"), ComplaintOutcome.SENT)
        note_complaint(tx, numbers[1], actor("ivan"), ComplaintOutcome.REFUSED)

    store_world.db.write_now(complain)
    store_world.db.close()
    config = written(tmp_path, f'language = "{language}"\n[people]\n')
    line = ["report", "--database", str(path), "--config", str(config)]
    assert said in run(*line)
    total = list(csv.DictReader(io.StringIO(run(*line, "--csv"))))[-1]
    told = (total["reported"], total["reported_removed"], total["reported_refused"])
    assert told == ("2", "0", "1")
