"""Critical events are found, and what only sounds like one is not."""

from functools import lru_cache
from pathlib import Path

import pytest

from reviewbot.core.model import Severity
from reviewbot.lexicons import classifier

DATA = Path(__file__).parent / "data"


@lru_cache
def sentences(name: str) -> tuple[str, ...]:
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))


def is_critical(text: str) -> bool:
    return classifier().classify(text=text).severity is Severity.CRITICAL


LISTS = pytest.mark.parametrize(
    ("critical_file", "harmless_file"),
    [
        ("critical_HANDMADE.txt", "harmless_HANDMADE.txt"),
        ("critical_second_HANDMADE.txt", "harmless_second_HANDMADE.txt"),
        ("critical_third_HANDMADE.txt", "harmless_third_HANDMADE.txt"),
        ("critical_fourth_HANDMADE.txt", "harmless_fourth_HANDMADE.txt"),
    ],
)


@LISTS
def test_the_lists_are_long_enough(critical_file: str, harmless_file: str) -> None:
    critical, harmless = sentences(critical_file), sentences(harmless_file)
    assert len(critical) >= 150
    assert len(harmless) >= len(critical)


@LISTS
def test_recall_of_critical_events(critical_file: str, harmless_file: str) -> None:
    critical = sentences(critical_file)
    missed = [text for text in critical if not is_critical(text)]
    assert len(missed) <= 0.05 * len(critical), missed


@LISTS
def test_precision_against_look_alikes(critical_file: str, harmless_file: str) -> None:
    right = sum(map(is_critical, sentences(critical_file)))
    wrong = [text for text in sentences(harmless_file) if is_critical(text)]
    assert right / (right + len(wrong)) >= 0.9, wrong


@pytest.mark.parametrize(
    "text",
    ["Нам подали сыр с плесенью и мёд", "Официанты бегают как тараканы по кухне"],
)
def test_a_phrase_that_says_nothing_is_no_part_of_a_rule(text: str) -> None:
    assert not is_critical(text)


def test_critical_at_any_stars_and_needs_a_person() -> None:
    verdict = classifier().classify(rating=5, text="Вкусно, но в супе был кусок стекла")
    assert verdict.severity is Severity.CRITICAL
    assert verdict.needs_human


def test_an_event_told_in_plain_words_counts_unless_the_review_is_praise() -> None:
    assert is_critical("Открыл коробку, а там вместо айфона кирпич")
    praise = "Великолепно, рекомендую! Кирпич стен, афиша в виде айфона, вкуснейший кофе"
    verdict = classifier().classify(rating=5, text=praise)
    assert verdict.severity is not Severity.CRITICAL


@pytest.mark.parametrize(
    "text",
    [
        "Великолепно, рекомендую! Но вместо айфона в коробке кусок плитки",
        "Great food, lovely place, highly recommend! But our driver kept nodding off",
    ],
)
def test_an_event_in_words_of_one_meaning_counts_in_praise_too(text: str) -> None:
    assert is_critical(text)


def test_words_far_apart_in_a_long_sentence_tell_no_event() -> None:
    between = ", ".join(["завтрак", "вид", "лобби", "сад", "бар"] * 5)
    assert is_critical("Кирпич, айфон, а что дальше")
    assert not is_critical(f"Кирпич, {between}, айфон, а что дальше")
