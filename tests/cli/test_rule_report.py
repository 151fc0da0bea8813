"""Staff's words on verdicts come back as figures per rule and as a labelled file."""

import csv
import io
import json
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from typer.testing import CliRunner

from reviewbot.cli.app import app
from reviewbot.cli.rules.backtest import labelled_cases
from reviewbot.core.ticket import Action
from reviewbot.words.operator_language import operator_language
from reviewbot.workflow import remarks
from tests.store.made import migrated
from tests.store.store_world import MONDAY, StoreWorld, actor

EVENING = MONDAY + timedelta(hours=9)
RUDE = {"rule": "ru.staff.naham", "words": "нахамила", "points": 1.4, "topic": "staff"}
LONG = {"rule": "ru.waiting.zhdali", "words": "ждали", "points": 0.9, "topic": "waiting"}
TASTY = {"rule": "ru.food.vkusno", "words": "вкусно", "points": -0.8, "topic": "food"}


class Told:
    """A business in which people press the buttons under cards."""

    def __init__(self, folder: Path) -> None:
        self.path = migrated(folder / "reviews.sqlite3")
        self.store_world = StoreWorld(folder, database=self.path)

    def complaint(self, text: str, *reasons: dict[str, object]) -> int:
        number = self.store_world.ticket(text=text)
        stars = {"rule": "stars", "words": "1★", "points": 2.0}
        self.store_world.change_review(number, reasons=[stars, *reasons])
        return number

    def says(self, number: int, says: str, minutes: int = 1, topic: str | None = None) -> None:
        self.store_world.db.write_now(
            lambda session: remarks.verdict_feedback(
                self.store_world.tx(session, MONDAY + timedelta(minutes=minutes)),
                number,
                actor("ivan"),
                says,
                topic=topic,
            )
        )


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Five complaints: answered, denied, of another topic, open, and denied and then not."""
    told = Told(tmp_path)
    answered = told.complaint("Бариста нахамила", RUDE, TASTY)
    told.store_world.act(answered, Action.ALREADY_ANSWERED, "ivan", MONDAY + timedelta(minutes=5))
    denied = told.complaint("=Ждали, но не зря", LONG, TASTY)
    told.says(denied, "not_a_complaint")
    told.says(denied, "not_a_complaint", minutes=2)
    moved = told.complaint("Ждали, пока нахамят", RUDE, LONG)
    told.says(moved, "wrong_topic", topic="waiting")
    told.complaint("Ещё никто не прочёл", RUDE)
    changed = told.complaint("Ждали час", LONG)
    told.says(changed, "not_a_complaint")
    told.says(changed, "is_a_complaint", minutes=3)
    told.store_world.db.close()
    return told.path


def run(*arguments: str, code: int = 0) -> str:
    with time_machine.travel(EVENING, tick=False):
        result = CliRunner().invoke(app, list(arguments))
    assert result.exit_code == code, result.output
    return result.output


def test_each_rule_is_told_with_what_staff_made_of_it(file: Path) -> None:
    told = json.loads(run("report", "rules", "--database", str(file), "--json"))
    assert told["rules"] == [
        {
            "rule": "ru.staff.naham",
            "flagged": 3,
            "right": 1,
            "not_a_complaint": 0,
            "wrong_topic": 1,
            "precision": 0.5,
        },
        {
            "rule": "ru.waiting.zhdali",
            "flagged": 3,
            "right": 2,
            "not_a_complaint": 1,
            "wrong_topic": 0,
            "precision": pytest.approx(2 / 3),
        },
    ]
    assert told["since"] is None


def test_rules_as_a_table_and_as_csv(file: Path) -> None:
    table = run("report", "rules", "--database", str(file))
    assert "ru.waiting.zhdali" in table
    assert "67%" in table
    lines = csv.DictReader(io.StringIO(run("report", "rules", "--database", str(file), "--csv")))
    assert [line["rule"] for line in lines] == ["ru.staff.naham", "ru.waiting.zhdali"]


def test_rules_of_another_period_have_said_nothing(file: Path) -> None:
    told = run("report", "rules", "--database", str(file), "--until", "2026-03-01")
    assert "No rule has spoken" in told


def test_the_labelled_file_is_read_back_as_it_was_said(file: Path, tmp_path: Path) -> None:
    for format_ in ("csv", "jsonl"):
        target = tmp_path / f"labelled.{format_}"
        run(
            "export", "verdicts", "--database", str(file),
            "--format", format_, "--output", str(target),
        )  # fmt: skip
        cases = labelled_cases(target, operator_language("en"))
        assert [(case.text or "").lstrip("'") for case in cases] == [
            "=Ждали, но не зря",
            "Ждали, пока нахамят",
            "Ждали час",
        ]
        assert [case.label for case in cases] == [False, True, True]
        assert [case.rating for case in cases] == [1, 1, 1]
        assert "3 reviews: " in run("classify", str(target))


def test_the_option_is_the_same_as_the_word(file: Path) -> None:
    by_word = run("export", "verdicts", "--database", str(file), "-f", "json")
    assert run("export", "--verdicts", "--database", str(file), "-f", "json") == by_word
    denied, moved, changed = json.loads(by_word)
    assert (denied["says"], denied["label"]) == ("not_a_complaint", "not_a_complaint")
    assert (moved["says"], moved["topic"]) == ("wrong_topic", "waiting")
    assert changed["rules"] == ["stars", "ru.waiting.zhdali"]
    assert run("export", "reviews", "--verdicts", "--database", str(file), code=2)
    assert run("export", "--database", str(file), code=2)
