"""What an operator meets in the first hour: an empty folder, a file that grows, first mistakes."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from reviewbot.cli import app
from reviewbot.store.bot_lock import FileLock
from reviewbot.words.operator_language import problem_text
from tests.cli.test_app import said as told_by
from tests.cli.test_import_page import CONFIG, OTZOVIK
from tests.cli.test_russian import is_russian
from tests.config.config_files import SHORT, TOKEN, written
from tests.config.test_mistakes import mistakes
from tests.store.made import migrated


def shown(*words: str) -> str:
    """Run a command that ends well or with a sentence; return what it printed."""
    return CliRunner(env={"LANG": "ru_RU.UTF-8", "LC_ALL": ""}).invoke(app, list(words)).output


def russian(folder: Path, text: str = SHORT) -> str:
    return str(written(folder, f'language = "ru"\n{text}'))


@pytest.mark.parametrize("name", ["nowhere.html", ".", "notes.txt"])
def test_an_import_that_is_refused_makes_no_database(tmp_path: Path, name: str) -> None:
    file = written(tmp_path, CONFIG)
    (tmp_path / "notes.txt").write_text("no page of anybody's", encoding="utf-8")
    before = sorted(tmp_path.iterdir())
    done = CliRunner().invoke(app, ["import", str(tmp_path / name), "--config", str(file)])
    assert done.exit_code == 1, done.output
    assert sorted(tmp_path.iterdir()) == before


def test_an_import_that_reads_one_of_its_files_makes_it(tmp_path: Path) -> None:
    file = written(tmp_path, CONFIG)
    (tmp_path / "notes.txt").write_text("no page of anybody's", encoding="utf-8")
    words = ["import", str(tmp_path / "notes.txt"), str(OTZOVIK), "--config", str(file)]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 1
    assert done.output.count("✓") == done.output.count("✗") == 1
    assert (tmp_path / "reviewbot.sqlite3").is_file()


def test_doctor_ticks_nothing_before_anything_was_read(tmp_path: Path) -> None:
    database = migrated(tmp_path / "new.sqlite3")
    told = CliRunner().invoke(app, ["doctor", "--database", str(database)]).output
    assert "! In sight: 0 of 0" in told


def test_doctor_and_a_database_without_ailments_in_russian(tmp_path: Path) -> None:
    database = str(migrated(tmp_path / "new.sqlite3"))
    config = russian(tmp_path)
    assert "✓ База: цела." in shown("doctor", "--database", database, "--config", config)
    told = shown("doctor", "--resend", "--database", database, "--config", config)
    assert told == "Отложенных сообщений нет.\n"


def test_poll_of_a_site_that_is_away_does_not_say_that_nothing_is_new(tmp_path: Path) -> None:
    fetch = '[fetch]\nretries = 0\nallowed_hosts = ["127.0.0.1:1"]\n'
    fetch += '[sources.otzovik]\nbase_url = "http://127.0.0.1:1"\n'
    file = written(tmp_path, CONFIG + fetch)
    told = shown("poll", "centre/otzovik", "--config", str(file), "--dry-run")
    assert "cannot be reached" in told
    assert "nothing new" not in told


def test_undo_names_no_former_files_where_there_are_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = written(tmp_path, SHORT)
    told = told_by(["undo", "--config", str(file)], monkeypatch, capsys, 2)
    assert "Отменять нечего" in told
    assert "before-" not in told


def test_run_without_a_token_speaks_the_files_language(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("REVIEWBOT_TELEGRAM_TOKEN", raising=False)
    told = told_by(["run", "--config", russian(tmp_path)], monkeypatch, capsys, 2)
    is_russian(told)
    assert "@BotFather" in told


def test_run_where_another_bot_runs_speaks_the_files_language(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("REVIEWBOT_TELEGRAM_TOKEN", TOKEN)
    monkeypatch.setattr("reviewbot.cli.run.LOOKED_AT", 0.05)
    file = russian(tmp_path)
    lock = FileLock(tmp_path / "reviewbot.sqlite3")
    assert lock.take()
    try:
        told = told_by(["run", "--config", file], monkeypatch, capsys, 1)
    finally:
        lock.close()
    is_russian(told)
    assert "Другой reviewbot (процесс " in told


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[a]\n[a]\n", "раздел [a] уже есть выше (строка 2, место 3)"),
        ("[a.b]\n[a.b]\n", "раздел [a.b] уже есть выше"),
        ("a = 1\na = 2\n", "ключ стоит дважды"),
        ("a = 1 2\n", "после значения что-то стоит"),
        ("a\n", "после ключа нет знака ="),
        ("[a\n", "у раздела не хватает ]"),
        ("[[a]\n", "у раздела не хватает ]]"),
        ("[пекарня]\n", 'не латинские буквы пишут в кавычках, "ключ"'),
        ("пекарня = 1\n", 'не латинские буквы пишут в кавычках, "ключ"'),
        ("a = нет\n", "тексты пишут в прямых кавычках"),
        ('a = "b\n', "текст не закончен на своей строке"),
        ('a = "b', "не хватает кавычки (в конце файла)"),
        ('a = ["b" "c"]\n', "в списке не хватает запятой или ]"),
        ("a = { b = 1\n", "не хватает запятой или закрывающей фигурной скобки"),
        ("a = { b = 1, b = 2 }\n", "ключ 'b' стоит в одних скобках дважды"),
        ('a = "C:\\data"\n', "напишите его дважды"),
    ],
)
def test_what_is_no_toml_is_told_in_russian_with_its_place(
    tmp_path: Path, text: str, sentence: str
) -> None:
    (problem,) = mistakes(tmp_path, text)
    told = problem_text(problem, "ru")
    is_russian(told)
    assert sentence in told
    assert "(строка " in told or "(в конце файла)" in told


def test_a_folder_in_place_of_the_database_is_a_mistake_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (problem,) = mistakes(tmp_path, f'{SHORT}[database]\npath = "data"\n')
    assert problem.path == "database.path"
    assert "is a folder" in problem.sentence
    assert problem.hint.endswith("data/reviewbot.sqlite3.")


@pytest.mark.parametrize(
    ("line", "code", "sentence"),
    [
        ("sources --check nomodule .", 1, "nomodule не подключить"),
        ("sources --into nowhere.md", 1, "nowhere.md: такого файла нет"),
        ("parse otzovk page.html", 1, "Площадка «otzovk» не установлена. Может быть, «otzovik»?"),
        ("parse nothing page.html", 1, "Площадка «nothing» не установлена. Есть: "),
        ("cards --svg nowhere/card.svg", 1, "nowhere/card.svg: такого файла нет"),
        ("cards --html .", 1, ".: это папка"),
        ("report --until 0001-01-01 --database new.sqlite3", 1, "слишком велики или малы"),
        ("explain 99999999999999999999 --database new.sqlite3", 1, "слишком велики или малы"),
        (
            "report guests --customers no.csv --database new.sqlite3",
            2,
            "читается: такого файла нет",
        ),
        ("add location _ https://otzovik.com/reviews/a/ --yes", 2, "Напишите так: reviewbot add"),
        ("poll main/yandex_maps --wait soon --config config.toml", 2, "--wait: "),
        ("import --wait 0m page.html --config config.toml", 2, "--wait: "),
        ("report --days 99999999", 2, "нужно не больше 36500"),
        ("backup . --force --config config.toml", 1, ". это папка."),
        ("restore . --config config.toml", 1, ". это папка."),
        ("check --config .", 2, ". это папка."),
        ("doctor --database .", 1, ". это папка."),
    ],
)
def test_a_wrong_name_ends_with_a_russian_sentence(
    line: str,
    code: int,
    sentence: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    russian(tmp_path)
    migrated(tmp_path / "new.sqlite3")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "ru_RU.UTF-8")
    told = told_by([word.strip("_") for word in line.split()], monkeypatch, capsys, code)
    assert sentence in told
    assert "Traceback" not in told
