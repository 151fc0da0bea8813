"""`classify`, `explain` and `backtest` as a person calls them."""

import json
import os
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from reviewbot.cli import app
from reviewbot.cli.rules.backtest import judge_with, stored_cases
from reviewbot.cli.samples.complaint import sample_facts
from reviewbot.cli.samples.one_review import critical_facts
from reviewbot.config import load
from reviewbot.lexicons import classifier
from reviewbot.store.tables import VerdictFeedbackRow
from tests.store.made import migrated
from tests.store.store_world import MONDAY, StoreWorld

CSV = """text,rating,stars,extra
"Официант нахамил, еда холодная, больше не придём",,5,x
"Всё отлично, спасибо!",,1,x
,1,1,x
"Вкусно",5,1,x
"""


def call(*arguments: str, stdin: str | bytes | None = None) -> Result:
    return CliRunner().invoke(app, list(arguments), input=stdin)


def verdicts(result: Result) -> list[dict[str, object]]:
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.fixture
def reviews(tmp_path: Path) -> Path:
    file = tmp_path / "reviews.csv"
    file.write_text(CSV, encoding="utf-8")
    return file


def test_one_json_verdict_a_row_in_order(reviews: Path) -> None:
    found = verdicts(call("classify", str(reviews), "--jsonl"))
    assert [one["tone"] for one in found] == ["negative", "positive", "negative", "positive"]
    assert [one["negative"] for one in found] == [True, False, True, False]
    assert {"severity", "score", "topics", "reasons"} <= set(found[0])
    assert found[2]["score"] is None
    assert "staff" in found[0]["topics"]  # type: ignore[operator]


def test_the_stars_column_is_never_an_input(reviews: Path, tmp_path: Path) -> None:
    without = tmp_path / "without.csv"
    without.write_text(CSV.replace(",5,x", ",1,x"), encoding="utf-8")
    first = verdicts(call("classify", str(reviews), "--jsonl"))
    assert first == verdicts(call("classify", str(without), "--jsonl"))


def test_json_lines_from_standard_input() -> None:
    lines = '{"text": "Food was cold and the waiter rude"}\n\n{"pros": "нет", "cons": "хамят"}\n'
    found = verdicts(call("classify", "-", "--jsonl", stdin=lines))
    assert [one["negative"] for one in found] == [True, True]


def test_semicolons_and_a_byte_order_mark(tmp_path: Path) -> None:
    file = tmp_path / "excel.csv"
    file.write_text("rating;Text\n2;Ужас\n", encoding="utf-8-sig")
    assert len(verdicts(call("classify", str(file), "--jsonl"))) == 1


def test_a_readable_table(reviews: Path) -> None:
    result = call("classify", str(reviews))
    assert result.exit_code == 0
    assert "4 reviews: negative 2 · positive 2" in result.stdout


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"name,stars\nx,1\n", "no column `text`"),
        ("text\nПлохо\n".encode("cp1251"), "not UTF-8"),
        (b"text,rating\nx,nine\n", "not a number"),
        (b"text,rating\nx,9\n", "not from 1 to 5"),
        (b'{"text": "x"}\n{broken\n', "line 2: not JSON"),
        (b'{"name": "x"}\n', "no `text`"),
        (b"", "no column `text`"),
    ],
)
def test_mistakes_get_a_sentence(tmp_path: Path, content: bytes, said: str) -> None:
    file = tmp_path / "wrong"
    file.write_bytes(content)
    result = call("classify", str(file))
    assert result.exit_code == 2
    assert said in result.output
    assert "Traceback" not in result.output


def test_a_missing_file() -> None:
    result = call("classify", "nowhere.csv")
    assert result.exit_code == 2
    assert "There is no file nowhere.csv" in result.output


def test_an_unknown_profile(reviews: Path) -> None:
    assert "There is no profile pub" in call("classify", str(reviews), "--profile", "pub").output


def test_explain_shows_the_arithmetic() -> None:
    result = call("explain", "Ждали час, официант нахамил, но еда вкусная")
    assert result.exit_code == 0
    assert "ru.staff.naham" in result.stdout
    assert "P(negative)" in result.stdout
    assert "without ru." in result.stdout


CONFIG = """
language = "en"
[telegram]
token = "{token}"
[chats]
support = {{ id = -1002200000001 }}
[people]
anna = {{ id = 501000003, name = "Anna", role = "manager" }}
[locations.cafe]
name = "Cafe"
links = ["https://yandex.ru/maps/org/cafe/1000000001/"]
{rules}
"""


@pytest.fixture
def candidate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return config(tmp_path / "candidate.toml", monkeypatch, '[rules]\noff = ["ru.*"]\n')


def config(file: Path, monkeypatch: pytest.MonkeyPatch, rules: str) -> Path:
    monkeypatch.setenv("REVIEWBOT_TELEGRAM_TOKEN", "1:abc")
    text = CONFIG.replace('[telegram]\ntoken = "{token}"\n', "")
    file.write_text(text.format(rules=rules), encoding="utf-8")
    return file


def test_backtest_tells_what_changes(
    reviews: Path, candidate: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = config(tmp_path / "before.toml", monkeypatch, "")
    page = tmp_path / "page.html"
    result = call(
        "backtest", str(before), "--against", str(candidate), "--labels", str(reviews),
        "--html", str(page),
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    assert "4 reviews" in result.stdout
    assert "Newly flagged" in result.stdout
    assert "ru.staff.naham" in result.stdout
    assert "ru.staff.naham" in page.read_text(encoding="utf-8")


@pytest.fixture
def history(tmp_path: Path) -> tuple[Path, int]:
    """A database with two complaints, on one of which staff said that it is none."""
    path = migrated(tmp_path / "history.sqlite3")
    store_world = StoreWorld(tmp_path, database=path)
    number = store_world.ticket(text="Официант нахамил, еда холодная")
    other = store_world.ticket(text="Ждали час, ужас")
    word = VerdictFeedbackRow(
        review_id=store_world.look(other).review_id,
        at=MONDAY,
        person="anna",
        says="not_a_complaint",
    )
    store_world.db.write_now(lambda session: session.add(word))
    store_world.db.close()
    return path, number


def test_backtest_over_the_stored_history(
    history: tuple[Path, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = config(tmp_path / "now.toml", monkeypatch, "")
    result = call("backtest", str(now), "--database", str(history[0]))
    assert result.exit_code == 0, result.output
    assert "2 reviews, 2 flagged" in result.stdout
    assert "Of the flagged, 50% are complaints" in result.stdout
    assert "a day; the busiest hour" in result.stdout


def test_a_backtest_judges_by_what_the_places_past_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = migrated(tmp_path / "bank.sqlite3")
    store_world = StoreWorld(tmp_path, database=path)
    for number in range(5):
        store_world.ticket(text=f"В банке карту заблокировали, в отделении банка очередь {number}")
    store_world.ticket(text="Невкусно кормят обещаниями")
    store_world.db.close()
    file = config(tmp_path / "now.toml", monkeypatch, "")
    settings = load(file, environ=os.environ).settings
    *_, last = stored_cases(file, str(path))
    assert "food" not in judge_with(settings, settings.rules)(last).topics
    assert "food" in judge_with(settings, settings.rules)(replace(last, past=())).topics


@pytest.fixture
def said_of_rules(tmp_path: Path) -> Path:
    """Seven complaints that one rule flagged, of which staff called six none."""
    path = migrated(tmp_path / "said.sqlite3")
    store_world = StoreWorld(tmp_path, database=path)
    reason = {"rule": "ru.staff.naham", "words": "нахамил", "points": 1.4, "topic": "staff"}
    for count in range(7):
        number = store_world.ticket(text=f"Официант нахамил {count} раз")
        store_world.change_review(number, reasons=[reason])
        word = VerdictFeedbackRow(
            review_id=store_world.look(number).review_id,
            at=MONDAY,
            person="anna",
            says="not_a_complaint" if count else "is_a_complaint",
        )
        store_world.db.write_now(lambda session, word=word: session.add(word))
    store_world.db.close()
    return path


def test_rules_suggest_halves_what_staff_found_wrong_and_changes_nothing(
    said_of_rules: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = config(tmp_path / "now.toml", monkeypatch, "")
    before = now.read_text(encoding="utf-8")
    patch = tmp_path / "patch.toml"
    result = call(
        "rules", "suggest", "-c", str(now), "--database", str(said_of_rules), "-o", str(patch)
    )
    assert result.exit_code == 0, result.output
    assert "7 reviews" in result.output
    assert "Before: 7 flagged" in result.output
    assert now.read_text(encoding="utf-8") == before
    written = patch.read_text(encoding="utf-8")
    points = classifier().lexicons["ru"].rules["ru.staff.naham"].points
    assert "6 of 7 were no complaints" in written
    assert tomllib.loads(written)["rules"]["points"] == {
        "ru.staff.naham": pytest.approx(points / 2, abs=0.01)
    }
    # The patch is a configuration's table as it stands.
    later = config(tmp_path / "later.toml", monkeypatch, written)
    assert call("check", "-c", str(later)).exit_code in (0, 1)
    again = call("rules", "suggest", "-c", str(later), "--database", str(said_of_rules))
    assert f"half of {round(points / 2, 2):g}" in again.stdout


def test_rules_suggest_looks_for_the_file_where_all_commands_do(
    said_of_rules: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "operator"
    folder.mkdir()
    config(folder / "config.toml", monkeypatch, "")
    monkeypatch.chdir(folder)
    result = call("rules", "suggest", "--database", str(said_of_rules))
    assert result.exit_code == 0, result.output
    assert "ru.staff.naham" in result.stdout


def corrected(tmp_path: Path, rule: str, topic: str, says: str, chosen: str | None) -> Path:
    """Six reviews in which a rule spoke, each corrected in the same way."""
    path = migrated(tmp_path / f"{says}.sqlite3")
    store_world = StoreWorld(tmp_path, database=path)
    reason = {"rule": rule, "words": "ждали", "points": 0.4, "topic": topic}
    for count in range(6):
        number = store_world.ticket(text=f"Ждали заказ {count} раз")
        store_world.change_review(number, reasons=[reason])
        review_id = store_world.look(number).review_id
        word = VerdictFeedbackRow(
            review_id=review_id, at=MONDAY, person="anna", says=says, topic=chosen
        )
        store_world.db.write_now(lambda session, word=word: session.add(word))
    store_world.db.close()
    return path


def test_rules_suggest_moves_a_rule_to_the_topic_staff_chose(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = corrected(tmp_path, "ru.waiting.zhdal", "waiting", "wrong_topic", "delivery")
    now = config(tmp_path / "now.toml", monkeypatch, "")
    result = call("rules", "suggest", "-c", str(now), "--database", str(said))
    assert result.exit_code == 0, result.output
    assert "6 of 6 were about something else" in result.stdout
    rules = tomllib.loads(result.stdout)["rules"]
    assert rules["off"] == ["ru.waiting.zhdal"]
    (added,) = rules["add"]
    assert added["topic"] == "delivery"
    # As it stands, the patch is a configuration's table, and the business's complaints change.
    later = config(tmp_path / "later.toml", monkeypatch, result.stdout)
    settings = load(later, environ=os.environ).settings
    text = "Ждали их, ждали!"
    assert "waiting" in classifier().classify(rating=1, text=text).topics
    assert classifier(rules=settings.rules).classify(rating=1, text=text).topics == ("delivery",)


def test_rules_suggest_doubles_what_spoke_in_vain(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = corrected(tmp_path, "ru.waiting.zhdal", "waiting", "is_a_complaint", None)
    now = config(tmp_path / "now.toml", monkeypatch, "")
    result = call("rules", "suggest", "-c", str(now), "--database", str(said))
    assert "it spoke in 6 complaints that staff had to name" in result.stdout
    points = classifier().lexicons["ru"].rules["ru.waiting.zhdal"].points
    assert tomllib.loads(result.stdout)["rules"]["points"] == {
        "ru.waiting.zhdal": pytest.approx(points * 2, abs=0.01)
    }


def test_rules_suggest_says_where_there_is_no_reason(
    history: tuple[Path, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = config(tmp_path / "now.toml", monkeypatch, "")
    result = call("rules", "suggest", "-c", str(now), "--database", str(history[0]))
    assert result.exit_code == 0
    assert "no reason to change" in result.output


def test_explain_a_stored_review(history: tuple[Path, int]) -> None:
    path, number = history
    result = call("explain", f"№ {number}", "--database", str(path))
    assert result.exit_code == 0, result.output
    assert "ru.staff.naham" in result.stdout
    missing = call("explain", "999", "--database", str(path))
    assert missing.exit_code == 1
    assert "There is no review № 999" in missing.output


def test_a_narrow_terminal_cuts_the_text_and_no_verdict(tmp_path: Path) -> None:
    text = "Filthy tables, we waited an hour, and then somebody stole my wallet from the chair"
    file = tmp_path / "reviews.jsonl"
    file.write_text(json.dumps({"text": text, "rating": 1}), encoding="utf-8")
    shown = CliRunner().invoke(app, ["classify", str(file)], env={"COLUMNS": "80"})
    assert shown.exit_code == 0, shown.output
    heads, row = shown.stdout.splitlines()[:2]
    assert heads.split() == ["tone", "severity", "score", "topics", "words", "text"]
    assert row.split()[:3] == ["1", "negative", "critical"]
    assert "1★" in row
    assert row.rstrip().endswith("…")
    shown = CliRunner().invoke(
        app, ["classify", str(file)], env={"COLUMNS": "80", "LANG": "ru_RU.UTF-8"}
    )
    assert shown.stdout.split()[:2] == ["тон", "тяжесть"]
    assert shown.stdout.count("…") == 1


def test_a_line_separator_inside_a_text_ends_no_line() -> None:
    lines = '{"text": "Rude\u2028waiter"}\n{"text": "Great\u0085 food"}\n'
    found = verdicts(call("classify", "-", "--jsonl", stdin=lines))
    assert [one["negative"] for one in found] == [True, False]


def test_half_a_character_is_read_and_told_without_it() -> None:
    found = verdicts(call("classify", "-", "--jsonl", stdin='{"text": "Rude \\ud83d waiter"}\n'))
    assert found[0]["negative"] is True


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_cards_that_are_shown_say_what_the_product_says(language: str) -> None:
    for facts in (sample_facts(language), critical_facts(language)):
        verdict = classifier().classify(rating=facts.rating, text=facts.text)
        said = {(reason.words, reason.topic, reason.probability) for reason in verdict.reasons}
        shown = {(reason.words, reason.topic, reason.probability) for reason in facts.reasons}
        assert shown <= said
        assert [each.words for each in facts.reasons if each.severity] == [
            each.words for each in verdict.reasons if each.severity
        ]
        assert facts.topics == verdict.topics
    facts = sample_facts(language)
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    if language == "ru":
        assert all(f"«{reason.words}»" in readme for reason in facts.reasons[1:])
