"""Critical events are found, and what only sounds like one is not."""

from functools import lru_cache
from pathlib import Path

from reviewbot.core.model import Severity
from reviewbot.lexicons import classifier

DATA = Path(__file__).parent / "data"


@lru_cache
def sentences(name: str) -> tuple[str, ...]:
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))


def is_critical(text: str) -> bool:
    return classifier().classify(text=text).severity is Severity.CRITICAL


def test_the_lists_are_long_enough() -> None:
    critical, harmless = sentences("critical_HANDMADE.txt"), sentences("harmless_HANDMADE.txt")
    assert len(critical) >= 150
    assert len(harmless) >= len(critical)


def test_recall_of_critical_events() -> None:
    critical = sentences("critical_HANDMADE.txt")
    missed = [text for text in critical if not is_critical(text)]
    assert len(missed) <= 0.05 * len(critical), missed


def test_precision_against_look_alikes() -> None:
    right = sum(map(is_critical, sentences("critical_HANDMADE.txt")))
    wrong = [text for text in sentences("harmless_HANDMADE.txt") if is_critical(text)]
    assert right / (right + len(wrong)) >= 0.9, wrong


def test_critical_at_any_stars_and_needs_a_person() -> None:
    verdict = classifier().classify(rating=5, text="Вкусно, но в супе был кусок стекла")
    assert verdict.severity is Severity.CRITICAL
    assert verdict.needs_human
