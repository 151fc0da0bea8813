"""What is looked for in a reply costs as much as the reply is long: twice the text, at most thrice
the time, whatever it is made of. Anybody of the staff may send thousands of letters."""

from collections.abc import Callable

import pytest

from reviewbot.core.trends.past import blames
from reviewbot.drafting.trade_lint import TradeFacts, findings, told_of_guest
from tests.growth import grows_in_step

LETTERS = 1_500
PIECES = (
    "дом 5 ",
    "your 5 Oak ",
    "с ",
    "@a1 ",
    "a.bc ",
    "a",
    "а",
    "a-",
    "а-",
    "a.",
    "a@",
    "1",
    "1 ",
    " ",
    "\n",
    "(",
    "!",
    "Иван ",
    "ваш ",
    "you ",
)
TRADES = (
    TradeFacts(profile="clinic", language="ru", contacts=False, typed=True, gestures=(500,)),
    TradeFacts(profile="restaurant", language="en", contacts=False, typed=True),
)


@pytest.mark.parametrize("piece", PIECES)
@pytest.mark.parametrize("trade", TRADES, ids=lambda trade: trade.profile)
def test_a_long_reply_is_looked_over_in_time_that_grows_with_it(
    trade: TradeFacts, piece: str
) -> None:
    def over(letters: int) -> Callable[[], object]:
        text = (piece * letters)[:letters]
        return lambda: list(findings(text, trade))

    assert grows_in_step(over, LETTERS)


@pytest.mark.parametrize(
    "piece", [*PIECES, "вы ", "сами ", "надо было ", "вам ", "is ", "you should have "]
)
def test_a_long_reply_is_audited_in_time_that_grows_with_it(piece: str) -> None:
    def over(letters: int) -> Callable[[], object]:
        text = (piece * letters)[:letters]
        return lambda: (blames(text), list(told_of_guest(text, text, ())))

    assert grows_in_step(over, LETTERS)
