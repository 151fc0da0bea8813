"""Every command speaks Russian where the file or the shell does: no English sentence is left."""

import re
from pathlib import Path

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from reviewbot.cli import app
from reviewbot.cli.app import COMMANDS
from reviewbot.core.errors import ConfigError, ReviewbotError
from reviewbot.core.model import Severity
from reviewbot.store.migrations import upgrade
from reviewbot.words.operator_language import in_words, problem_text
from tests.cli.site_in_thread import PAGES, serving
from tests.cli.test_record import CONFIG, YANDEX
from tests.config.config_files import SHORT, TOKEN, written
from tests.store.store_world import StoreWorld

GOOD = "reviews_page_25_some_unanswered.html"
"""A page as the source knows it."""
ENGLISH = re.compile(r"\b[a-z']{2,} [a-z']{2,} [a-z']{2,}\b")
"""Three plain words in a row; names, paths, rules and options have no such run."""
NOT_OURS = re.compile(
    r"reviewbot( [a-z-]+)+|No such file or directory|TOML: .* \(at end of document\)"
)
"""Commands to type, and what the system and the reader of TOML say."""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file, and beside it a database with a complaint."""
    world = StoreWorld(tmp_path)
    with world.db.engine.begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num TEXT)"))
        newest = {"newest": upgrade.known()[-1]}
        connection.execute(text("INSERT INTO alembic_version VALUES (:newest)"), newest)
    world.ticket(severity=Severity.CRITICAL)
    path = tmp_path / "world.toml"
    (tmp_path / "config.toml").unlink(missing_ok=True)
    path.write_text(f'language = "ru"\n[database]\npath = "{world.db.url}"\n{SHORT}')
    world.db.close()
    return path


def said(*words: str) -> str:
    runner = CliRunner(
        env={"LANG": "ru_RU.UTF-8", "LC_ALL": "", "REVIEWBOT_TELEGRAM_TOKEN": TOKEN}
    )
    result = runner.invoke(app, list(words))
    if isinstance(result.exception, ConfigError):
        problems, language = result.exception.problems, result.exception.language
        return "\n".join(problem_text(problem, language) for problem in problems)
    if isinstance(result.exception, ReviewbotError):
        return in_words(result.exception.args[0], "ru")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.output


def is_russian(output: str) -> None:
    found = ENGLISH.findall(NOT_OURS.sub("", output))
    assert not found, f"English in: {output}"
    assert "Abort" not in output
    assert re.search("[а-я]", output), output


@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_help_is_russian(name: str) -> None:
    told = said(*name.split(), "--help")
    is_russian(told)
    assert told.startswith("Как писать: reviewbot")
    assert "<str>" not in told
    assert "<Path>" not in told


def test_the_list_of_commands_is_not_cut() -> None:
    lines = said().partition("Команды:")[2].strip().splitlines()
    assert len(lines) == len(COMMANDS)
    assert [line for line in lines if not line.endswith(".") or line.endswith("...")] == []


@pytest.mark.parametrize(
    "words",
    [
        "check",
        "doctor",
        "doctor --sample nobody/otzovik",
        "doctor --accept nobody/otzovik",
        "report",
        "report rules",
        "explain 1",
        "explain 999",
        "migrate --dry-run",
        "export",
        "export tickets -f table",
        "export audit -o /nowhere/at/all.csv",
        "digest",
        "digest nobody",
        "poll nobody/otzovik",
        "import /nowhere.html",
        "undo",
        "record nobody/otzovik",
        "rules suggest",
        "add closed-day tomorrow",
        "add person x",
        "add location x",
        "backup /dev/null/copy.db",
        "backup {file}",
        "restore /nowhere.db",
        "restore /dev/null --yes",
        "forget",
        "forget 999",
        "forget 1",
        "ask nobody",
        "run --config /nowhere.toml",
        "doctor --database /dev/null",
        "report guests",
        "init --yes",
        "init --yes --force --link ftp://x",
        "init --yes --force --support moon",
        "init --yes --force --support -100 --person x",
    ],
)
def test_a_command_beside_the_file(file: Path, words: str) -> None:
    given = words.format(file=file).split()
    beside = () if "--config" in given else ("--config", str(file))
    is_russian(said(*given, *beside))


@pytest.mark.parametrize(
    "words",
    [
        ("explain", "Ждали сорок минут, бариста нахамила.", "--rating", "1"),
        ("explain", "Ждали.", "--profile", "moon"),
        ("classify", "/nowhere.csv"),
        ("check", "--config", "/nowhere.toml"),
        ("demo", "--database", "/dev/null"),
        ("cards",),
        ("sources",),
        ("sources", "--link", "https://yandex.ru/maps/"),
        ("sources", "--link", "https://nowhere.example/"),
        ("parse", "otzovik", "/nowhere.html"),
        ("parse", "otzovik", "/dev/null", "--zone", "Moon/Base"),
        ("parse", "otzovik", "/dev/null"),
        ("repot",),
        ("nothing-like-it",),
        ("--nothing",),
        ("check", "--nothing"),
        ("check", "--liv"),
        ("check", "one", "more"),
        ("check", "--live=yes"),
        ("check", "--config"),
        ("poll",),
        ("report", "nothing"),
        ("report", "--days", "few"),
        ("report", "--days", "0"),
        ("report", "--until", "tomorrow"),
        ("export", "--format", "stone"),
        ("explain", "Ждали.", "--rating", "7"),
        ("add",),
        ("rules",),
        ("sources", "--check", "otzovik"),
        ("parse", "otzovik", "/"),
        ("classify", "/"),
        ("check", "--config", "/"),
        ("doctor", "--database", "/"),
        ("record", "a/b", "--file", "/nowhere.html"),
        ("record", "a/b", "--file", "/"),
        ("report", "--days", "99999999"),
        ("init", "--yes", "--language", "de"),
        ("init", "--yes", "--config", "/"),
    ],
)
def test_a_command_without_a_file_speaks_the_shells_language(words: tuple[str, ...]) -> None:
    is_russian(said(*words))


@pytest.mark.parametrize(
    "content",
    ["", "<html><body>Проверка</body></html>", "text,rating\nЖдали.,1\n,\n", "{}", "words\nx\n"],
)
@pytest.mark.parametrize("source", ["otzovik", "table", "json_ld", "app_store"])
def test_a_saved_answer(tmp_path: Path, source: str, content: str) -> None:
    answer = tmp_path / "answer.txt"
    answer.write_text(content)
    is_russian(said("parse", source, str(answer)))


def test_the_list_of_sources_has_russian_headings() -> None:
    heading = said("sources").splitlines()[0]
    assert re.fullmatch("[^A-Za-z]+", heading), heading


@pytest.mark.parametrize(
    ("command", "name", "said_of_it"),
    [
        ("sources --live", GOOD, "25 отзывов, ответ прежний"),
        ("sources --live", "changed", "больше нет"),
        ("sources --live", "captcha_HANDMADE.json", "площадка отвечает капчей"),
        ("check --live", GOOD, "5.0★, 25 отзывов"),
        ("check --live", "captcha_HANDMADE.json", "площадка отвечает капчей"),
    ],
)
def test_a_look_at_the_sites(tmp_path: Path, command: str, name: str, said_of_it: str) -> None:
    changed = tmp_path / "changed"
    page = (PAGES / GOOD).read_text(encoding="utf-8")
    changed.write_text(page.replace('"updatedTime"', '"editedTime"'), encoding="utf-8")
    with serving() as site:
        site.page = str(tmp_path / name) if name == "changed" else name
        text = CONFIG.format(folder=tmp_path, source="yandex_maps", site=site.url, link=YANDEX)
        text = text.replace('language = "en"', 'language = "ru"')
        text = text.replace("[telegram]", f'[telegram]\nbase_url = "{site.url}"')
        output = said(*command.split(), "--config", str(written(tmp_path, text)))
    assert said_of_it in output
    is_russian(output)


@pytest.mark.parametrize(
    "content",
    [
        "text,rating\nЖдали сорок минут.,1\n",
        "text,rating\nЖдали.,9\n",
        "words\nЖдали.\n",
        "{broken\n",
        '{"text": "Ждали."}\n{"x": 1}\n',
    ],
)
def test_a_file_of_reviews(tmp_path: Path, file: Path, content: str) -> None:
    reviews = tmp_path / "reviews.csv"
    reviews.write_text(content)
    is_russian(said("classify", str(reviews)))
    is_russian(said("backtest", str(file), "--labels", str(reviews)))


@pytest.mark.parametrize(
    "more",
    [
        "[broken",
        '[rules]\noff = ["nobody.*"]\n[[rules.add]]\nid = "a"\nseverity = "heavy"\n',
        '[[rules.add]]\nid = "a"\nany = ["… x"]\n',
        '[desk]\napproval = "everybody"\n',
        '[privacy]\nauthor_names = "secret"\n',
        '[[reply_time.except]]\nwhen = { severity = "heavy", tone = "bad", rating = 9 }\n',
        '[locations.two]\nlinks = ["google_business:locations/5"]\n',
    ],
)
def test_a_mistake_of_the_file(tmp_path: Path, more: str) -> None:
    file = written(tmp_path, f'language = "ru"\n{SHORT}{more}')
    is_russian(said("check", "--config", str(file)))
