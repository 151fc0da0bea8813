"""Two sets of rules over the same reviews."""

from datetime import UTC, datetime, timedelta

from reviewbot.core.classifier.backtest import BacktestCase, Judge, run
from reviewbot.core.classifier.classify import RuleSet
from reviewbot.core.model import Tone, Verdict
from reviewbot.lexicons import classifier

MONDAY = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def judge_with(rules: RuleSet | None = None) -> Judge:
    judge = classifier(rules=rules)

    def verdict_on(case: BacktestCase) -> Verdict:
        return judge.classify(rating=case.rating, text=case.text)

    return verdict_on


CASES = [
    BacktestCase(
        "1", text="Официант нахамил, еда холодная", label=True, at=MONDAY, chat="support"
    ),
    BacktestCase("2", text="Всё отлично, спасибо", label=False, at=MONDAY + timedelta(minutes=10)),
    BacktestCase("3", rating=1, text=None, at=MONDAY + timedelta(minutes=20), chat="support"),
    BacktestCase(
        "4", rating=3, text="Миксер стоит у входа", at=MONDAY + timedelta(days=2), chat="support"
    ),
]


def test_the_figures_of_a_run() -> None:
    result = run(CASES, judge_with())
    assert result.reviews == 4
    assert result.confusion[True, True] == 2
    assert result.confusion[False, False] == 1
    assert result.precision == 1.0
    assert result.recall == 1.0
    assert result.stars[1, Tone.NEGATIVE] == 1


def test_alerts_a_day_and_the_busiest_hour() -> None:
    result = run(CASES[:3], judge_with())
    assert result.alerts["support"] == 2
    assert result.busiest["support"] == ("2026-03-02 09:00", 2)
    assert result.alerts_per_day("support") == 2.0


def test_what_other_rules_would_change() -> None:
    own = RuleSet(add=({"id": "mixer", "any": ["миксер*"], "severity": "critical"},))
    result = run(CASES, judge_with(own), judge_with())
    assert [change.case.name for change in result.newly] == ["4"]
    assert result.no_longer_count == 0
    back = run(CASES, judge_with(), judge_with(own))
    assert [change.case.name for change in back.no_longer] == ["4"]


def test_figures_of_rules() -> None:
    result = run(CASES, judge_with())
    rude = result.rules["ru.staff.naham"]
    assert (rude.hits, rude.known, rude.right) == (1, 1, 1)
    assert rude.precision == 1.0
