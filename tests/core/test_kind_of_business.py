"""Where no profile is set, what a location's past reviews show decides the kind of business."""

from math import exp

import pytest

from reviewbot.core.classifier.explain import explain
from reviewbot.core.classifier.score import usual_kind
from reviewbot.lexicons import classifier

BANK = ("В банке карту заблокировали, в отделении банка очередь", "Банк снял комиссию за вклад")
WORD = "Невкусно кормят обещаниями"


def test_five_that_show_one_kind_and_few_another_decide() -> None:
    assert usual_kind(["bank"] * 5) == "bank"
    assert usual_kind(["bank"] * 5 + [""] * 30 + ["shop"] * 2) == "bank"


def test_few_or_divided_ones_decide_nothing() -> None:
    assert usual_kind([]) == usual_kind(["", ""]) == ""
    assert usual_kind(["bank"] * 4) == ""
    assert usual_kind(["bank"] * 6 + ["shop"] * 4) == ""


def test_a_word_means_what_it_means_at_the_location() -> None:
    assert "food" in classifier().classify(rating=1, text=WORD).topics
    assert "food" not in classifier().knowing(BANK * 5).classify(rating=1, text=WORD).topics


def test_a_past_that_tells_nothing_leaves_the_neutral_meaning() -> None:
    judge = classifier().knowing(["Спасибо!", "👍", "Danke schön für alles"] * 10)
    assert "food" in judge.classify(rating=1, text=WORD).topics


def test_a_profile_is_not_overruled_by_the_past() -> None:
    assert (
        "food" in classifier("restaurant").knowing(BANK * 5).classify(rating=1, text=WORD).topics
    )


def test_one_locations_past_is_not_anothers() -> None:
    classifier().knowing(BANK * 5)
    assert "food" in classifier().classify(rating=1, text=WORD).topics


def test_the_arithmetic_shown_is_that_of_the_business_the_past_shows() -> None:
    shown = explain(classifier().knowing(BANK * 5), text=WORD, rating=1)
    assert shown.kind == "bank"
    assert shown.verdict.score == pytest.approx(1 / (1 + exp(-shown.total)), abs=1e-3)
