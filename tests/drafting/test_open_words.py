"""Replies that say too much in words no list held: HANDMADE, with look-alikes that must pass.

Of fifteen bad ones of each kind the rules of before found 0 (home), 0 (diagnosis), 2 (link) and
4 (offer).
"""

import pytest

from reviewbot.core.settings import Replies
from reviewbot.drafting.lint import problems
from reviewbot.drafting.trade_lint import TradeFacts
from tests.drafting.handmade import HANDMADE

KINDS = HANDMADE["HANDMADE_open_words"]
CODES = {
    "home": {"personal_data"},
    "diagnosis": {"medical", "patient"},
    "link": {"link"},
    "offer": {"promise"},
}
TRADES = {
    kind: TradeFacts(
        profile="clinic" if kind == "diagnosis" else None,
        names=("Точка, Тверская 12",),
        sign={"ru": "", "en": ""},
        typed=True,
    )
    for kind in KINDS
}


def found(kind: str, text: str) -> bool:
    told = problems(text, None, Replies(), True, trade=TRADES[kind])
    return bool(CODES[kind] & {each.code for each in told})


@pytest.mark.parametrize("kind", KINDS)
def test_what_says_too_much_is_found_and_its_look_alikes_are_not(kind: str) -> None:
    bad = (*KINDS[kind]["bad"], *KINDS[kind]["bad_later"])
    missed = [text for text in bad if not found(kind, text)]
    good = (*KINDS[kind]["good"], *KINDS[kind].get("good_later", ()))
    wrong = [text for text in good if found(kind, text)]
    assert (missed, wrong) == ([], [])
