"""`reviewbot import` of every kind of file that a source reads; refusals name who would."""

import json
import sqlite3
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from reviewbot import registry
from reviewbot.cli import app
from reviewbot.cli.sources.source_cases import read_cases

DATA = Path(__file__).parent.parent / "sources/data"
CONFIG = """
language = "ru"
[chats]
support = {{ id = -1001 }}
[people]
marina = {{ id = 502, name = "Марина", role = "manager" }}
[fetch]
folders = ["{folder}"]
[locations.centre]
links = [
  "table:{folder}/guests.csv",
  "feed:{folder}/alerts.xml",
  "app_store:ru/1000000002",
  {{ url = "google_business:accounts/1/locations/2" }},
  "yandex_maps:1000000001",
]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "guests.csv").write_text("Дата;Отзыв\n")
    (tmp_path / "alerts.xml").write_text("<rss><channel><title>x</title></channel></rss>")
    (tmp_path / "config.toml").write_text(CONFIG.format(folder=tmp_path), encoding="utf-8")
    return tmp_path


def run(folder: Path, file: Path, *more: str) -> Result:
    config = str(folder / "config.toml")
    return CliRunner().invoke(app, ["import", str(file), *more, "--config", config])


def stored(folder: Path) -> int:
    with sqlite3.connect(folder / "reviewbot.sqlite3") as rows:
        found = int(rows.execute("SELECT count(*) FROM review").fetchone()[0])
    rows.close()
    return found


@pytest.mark.parametrize(
    ("file", "target"),
    [
        ("app_store/rss_HANDMADE.xml", ""),
        ("google_business/takeout_HANDMADE.json", ""),
        ("yandex_maps/rendered_reviews_COMPOSED.html", ""),
        ("yandex_maps/cabinet_HANDMADE.json", "centre/yandex_maps"),
        ("feed/mentions_rss_HANDMADE.xml", "centre/feed"),
        ("table/cabinet_export_cp1251_HANDMADE.csv", "centre/table"),
        ("table/comma_utf8_HANDMADE.csv", "centre/table"),
    ],
)
def test_a_file_is_taken_in(folder: Path, file: str, target: str) -> None:
    done = run(folder, DATA / file, *(["-t", target] if target else []))
    assert done.exit_code == 0, done.output
    assert stored(folder) > 0


def test_a_workbook_is_taken_in_and_another_office_file_is_not(folder: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    assert book.active is not None
    for cells in (["Дата", "Автор", "Отзыв"], ["05.03.2026", "Анна", "Ждали час"]):
        book.active.append(cells)
    book.save(folder / "guests.xlsx")
    done = run(folder, folder / "guests.xlsx", "-t", "centre/table")
    assert done.exit_code == 0, done.output
    assert stored(folder) == 1
    (folder / "letter.docx").write_bytes(b"PK\x03\x04" + b"word/document.xml" * 9)
    assert run(folder, folder / "letter.docx", "-t", "centre/table").exit_code == 1


def test_a_file_of_another_site_names_the_one_that_reads_it(folder: Path) -> None:
    takeout = DATA / "google_business/takeout_HANDMADE.json"
    done = run(folder, takeout, "-t", "centre/yandex_maps")
    assert done.exit_code == 1
    assert "«Google" in done.output
    assert "Только HTML" not in done.output
    none = run(folder, DATA / "otzovik/list_page_cut_COMPOSED.html")
    assert "Отзовик" in none.output


def test_json_without_reviews_is_not_told_to_be_saved_as_html(folder: Path) -> None:
    junk = folder / "junk.json"
    junk.write_text('{"some": "json"}')
    done = run(folder, junk, "-t", "centre/yandex_maps")
    assert done.exit_code == 1
    assert "HTML" not in done.output


LINKS = {
    "app_store": "app_store:ru/1000000002",
    "avito": "avito:shop",
    "flamp": "flamp:70000001000000001",
    "google_business": "google_business:accounts/1/locations/2",
    "google_places": "google_places:ChIJtestTESTtestTESTtestTE",
    "google_play": "google_play:com.example.app",
    "irecommend": "https://irecommend.ru/content/tochka",
    "json_ld": "json_ld:https://shop.example/reviews",
    "otzovik": "https://otzovik.com/reviews/tochka/",
    "trustpilot": "https://www.trustpilot.com/review/example.com",
    "two_gis": "https://2gis.ru/moscow/firm/70000001000000001",
    "vk": "https://vk.com/wall-12345_67",
    "yandex_maps": "yandex_maps:1000000001",
    "yandex_market": "yandex_market:1234567",
    "yandex_market_questions": "yandex_market_questions:1234567",
}
SITES = sorted(set(registry.installed()) - {"table", "feed"})  # these two are tried above


@pytest.mark.slow
@pytest.mark.parametrize("name", SITES)
def test_a_saved_answer_of_every_site_is_taken_in(folder: Path, name: str) -> None:
    link = LINKS.get(name, f"{name}:shop")
    config = (folder / "config.toml").read_text(encoding="utf-8")
    start = config.index("links = [")
    (folder / "config.toml").write_text(config[:start] + f'links = ["{link}"]\n')
    kinds = [case for case in read_cases(DATA / name) if "typical" in case.kind and not case.error]
    done = run(folder, DATA / name / kinds[0].file, "-t", f"centre/{name}")
    assert done.exit_code == 0, done.output
    assert stored(folder) > 0


HALF = "Дата;Оценка;Отзыв\n05.03.2026;2;Ждали час\nкогда-то;1;Хамили\n06.03.2026;9;Грязно\n"


def test_what_could_not_be_read_of_a_file_is_counted_and_told(folder: Path) -> None:
    half = folder / "half.csv"
    half.write_text(HALF)
    done = run(folder, half, "-t", "centre/table")
    assert done.exit_code == 0
    assert "не прочитано: 2" in done.output
    assert "строка 3: дату 'когда-то' не прочитать" in done.output
    assert "строка 4: оценка '9'" in done.output
    told = json.loads(run(folder, half, "-t", "centre/table", "--json").stdout)
    assert told["listed"] == 1
    assert told["unreadable"] == 2
    assert told["why"][0].startswith("row 3: the date 'когда-то' cannot be read")


@pytest.mark.parametrize(
    ("content", "way"),
    [
        (
            "Когда;Впечатление\n05.03.2026;Хамили\n",
            "не найдена строка заголовков: назовите столбцы в `columns`",
        ),
        ("Дата;Что можно улучшить\n05.03.2026;Хамили\n", "назовите их в `columns`"),
        ("date,text\n03/05/2026,Rude\n", "опишите её в `dates`"),
        ("<!doctype html><html><body><p>Отзывов тут нет", "страница или XML"),
    ],
)
def test_a_refusal_says_what_the_reader_says(folder: Path, content: str, way: str) -> None:
    file = folder / "file.csv"
    file.write_text(content)
    done = run(folder, file, "-t", "centre/table")
    assert done.exit_code == 1
    assert way in done.output
    assert "Только HTML" not in done.output


def test_a_table_of_one_column_is_asked_about(folder: Path) -> None:
    file = folder / "one.csv"
    file.write_text("Отзыв\nЖдали час\nХамили\n")
    asked = run(folder, file)
    assert "--target centre/table" in asked.output
    assert run(folder, file, "-t", "centre/table").exit_code == 0
    assert stored(folder) == 2
    file.write_text("Дорогие коллеги,\nпосылаю вам письмо.\n")
    assert "не веб-страница" in run(folder, file).output


def test_a_page_that_a_program_calls_a_workbook(folder: Path) -> None:
    file = folder / "export.xls"
    file.write_text("<table><tr><th>Дата<th>Отзыв<tr><td>05.03.2026<td>Хамили</table>")
    assert run(folder, file, "-t", "centre/table").exit_code == 0
    assert stored(folder) == 1
