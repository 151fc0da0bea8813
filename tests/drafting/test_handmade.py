"""What people write in their own words: the bad is found, the good that looks alike is let be."""

from collections.abc import Callable

import pytest

from reviewbot.drafting.faults.by_hand import unasked
from reviewbot.drafting.faults.clinic_lint import clinical
from reviewbot.drafting.faults.contacts import links, ways
from reviewbot.drafting.faults.surnames import surnames
from reviewbot.drafting.trade_lint import is_storm
from tests.drafting.handmade import LANGUAGES, held_out, seen

Check = Callable[[str, str], bool]


def clinic(text: str, language: str) -> bool:
    return any(clinical(text))


def by_hand(code: str) -> Check:
    def check(text: str, _: str) -> bool:
        return code in [each.code for each in unasked(text, may_apologise=False)]

    return check


CHECKS: dict[str, Check] = {
    "clinic": clinic,
    "apology": by_hand("apology"),
    "promise": by_hand("promise"),
    "surname": lambda text, _: any(surnames(text, "")),
    "link": lambda text, _: any(links(text)),
    "contact": lambda text, _: any(ways(text)),
    "storm": lambda text, _: is_storm(text),
}
FIRST_LOOK = {
    ("clinic", "ru"): (17, 16),
    ("clinic", "en"): (17, 17),
    ("apology", "ru"): (17, 16),
    ("apology", "en"): (17, 17),
    ("promise", "ru"): (17, 16),
    ("promise", "en"): (17, 16),
    ("surname", "ru"): (16, 14),
    ("surname", "en"): (15, 16),
    ("link", "ru"): (16, 16),
    ("link", "en"): (16, 16),
    ("contact", "ru"): (16, 16),
    ("contact", "en"): (16, 16),
    ("storm", "ru"): (16, 16),
    ("storm", "en"): (16, 16),
}
"""How many of the held-out ones were right when first looked at: bad found, good let be."""


def right(kind: str, language: str, side: str, texts: list[str]) -> list[str]:
    return [text for text in texts if CHECKS[kind](text, language) == (side == "bad")]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", CHECKS)
def test_what_the_patterns_were_written_with(kind: str, language: str) -> None:
    for side in ("bad", "good"):
        texts = seen(kind, language, side)
        assert right(kind, language, side, texts) == texts


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", CHECKS)
def test_what_was_held_out(kind: str, language: str) -> None:
    bad, good = FIRST_LOOK[kind, language]
    assert len(right(kind, language, "bad", held_out(kind, language, "bad"))) >= bad
    assert len(right(kind, language, "good", held_out(kind, language, "good"))) >= good
