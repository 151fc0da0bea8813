"""Events told in words that no rule has: by fitted stems, two sentences at a time."""

import pytest

from reviewbot.core.classifier.classify import Classifier, RuleSet
from reviewbot.core.classifier.explain import explain
from reviewbot.core.model import Severity
from reviewbot.lexicons import classifier, load_pack

PACK = {
    "language": "en",
    "model": {"bias": -1.0},
    "event": {"bias": -2.0, "words": {"3.0": "pocket vanish", "-2.0": "film", "0.1": "blue"}},
}
QUIET = "The blue room had a blue wall. "


def judge(text: str, *off: str, rating: int = 1) -> Severity:
    small = Classifier([PACK], rules=RuleSet(off=off))
    return small.classify(rating=rating, text=text).severity


def test_words_of_an_event_make_a_review_critical() -> None:
    assert judge("The man has pocketed it all") is Severity.CRITICAL
    assert judge("The man was slow") is not Severity.CRITICAL


def test_what_speaks_against_an_event_counts() -> None:
    assert judge("In the film he pocketed it") is not Severity.CRITICAL


def test_an_event_may_be_told_in_two_sentences_but_not_far_apart() -> None:
    assert judge("He pocketed it. Then he vanished.") is Severity.CRITICAL
    far = f"He pocketed a pen of mine at last. {QUIET * 3}Then he slowly vanished behind a tree."
    assert judge(far) is not Severity.CRITICAL


def test_many_weak_words_tell_of_an_event_too() -> None:
    weak = "red green gold pink black mint plum rust sand teal coral amber"
    pack = {
        **PACK,
        "event": {"bias": -1.0, "words": {"3.0": "pocket", "-3.0": "film", "0.4": weak}},
    }
    text = f"In a film he pocketed a lot of it. {QUIET * 2}It was {weak}."
    verdict = Classifier([pack]).classify(rating=1, text=text)
    assert "en.event" in {reason.rule for reason in verdict.reasons}


def test_in_praise_such_words_are_a_figure_of_speech() -> None:
    happy = {**PACK, "model": {"bias": -4.0}}
    verdict = Classifier([happy]).classify(rating=5, text="All vanished, all was pocketed")
    assert verdict.severity is not Severity.CRITICAL


def test_the_reason_quotes_the_words_and_can_be_silenced() -> None:
    text = "He pocketed all and vanished"
    verdict = Classifier([PACK]).classify(rating=1, text=text)
    assert ("en.event", "pocketed all and vanished") in [
        (reason.rule, reason.words) for reason in verdict.reasons
    ]
    assert judge(text, "en.event") is not Severity.CRITICAL


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_packs_have_fitted_events(language: str) -> None:
    lexicon = classifier().lexicons[language]
    assert load_pack(language)["event"]["bias"] < 0
    assert len(lexicon.event_stems) > 100


def test_explain_shows_it() -> None:
    shown = explain(Classifier([PACK]), rating=1, text="He pocketed all and vanished")
    assert "en.event" in {piece.rule for piece in shown.pieces}
    assert dict(shown.event).keys() == {"pocket", "vanish"}
    assert sum(points for _, points in shown.event) >= shown.event_needed


def test_explain_counts_a_word_of_both_sentences_twice_as_the_verdict_does() -> None:
    once = explain(Classifier([PACK]), rating=1, text="He pocketed it. She was there.")
    twice = explain(Classifier([PACK]), rating=1, text="He pocketed it. She pocketed it.")
    assert dict(twice.event)["pocket"] == pytest.approx(2 * dict(once.event)["pocket"], abs=0.02)
