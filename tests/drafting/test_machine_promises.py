"""What a program may not promise in a guest's reply, nor offer; and what only looks alike."""

import tomllib
from pathlib import Path

import pytest

from reviewbot.drafting.faults.by_hand import unasked
from reviewbot.drafting.machine_prompt import misfit

LISTS = tomllib.loads(
    (Path(__file__).parent / "handmade" / "promises.toml").read_text(encoding="utf-8")
)
FIRST_LOOK = {
    ("promising", "ru"): (2, 15),
    ("promising", "en"): (2, 15),
    ("offering", "ru"): (7, 10),
    ("offering", "en"): (5, 10),
    ("harmless", "ru"): (20, 25),
    ("harmless", "en"): (22, 25),
    ("later_promising", "ru"): (10, 12),
    ("later_promising", "en"): (7, 12),
    ("later_harmless", "ru"): (12, 12),
    ("later_harmless", "en"): (12, 12),
}
"""How many of how many were right when first looked at."""
LANGUAGES = ("ru", "en")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["promising", "offering", "later_promising"])
def test_a_program_promises_nothing(kind: str, language: str) -> None:
    texts = LISTS[kind][language]
    assert len(texts) == FIRST_LOOK[kind, language][1]
    assert [text for text in texts if misfit(text) != "promise"] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_offers_anything_in_public(language: str) -> None:
    """The same rule for what people write; they may say what they do, for they know."""
    for text in LISTS["offering"][language]:
        assert [each.code for each in unasked(text, may_apologise=True)] == ["promise"], text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["harmless", "later_harmless"])
def test_what_looks_alike_is_let_be(kind: str, language: str) -> None:
    texts = LISTS[kind][language]
    assert len(texts) == FIRST_LOOK[kind, language][1]
    assert [text for text in texts if misfit(text)] == []
    assert [text for text in texts if any(unasked(text, may_apologise=False))] == []
