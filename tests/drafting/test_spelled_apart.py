"""Words whose letters stand apart are words to a reader, and to the rules."""

from collections.abc import Callable

import pytest

from reviewbot.core.settings import Replies
from reviewbot.drafting.faults.spelled_apart import joined
from reviewbot.drafting.lint import problems
from reviewbot.drafting.trade_lint import TradeFacts
from tests.growth import grows_in_step

APART = [
    ("Дарим вам с к и д к у.", "promise"),
    ("Вас ждёт с-к-и-д-к-а 20 процентов на всё меню.", "promise"),
    ("Для вас с.к.и.д.к.а в субботу.", "promise"),
    ("Д а р и м  в а м  с к и д к у в субботу.", "promise"),
    ("Вам д а р и м с к и д к у в субботу.", "promise"),
    ("Сделаем вам скид.ку на ужин.", "promise"),
    ("Сделаем вам скид-ку на ужин.", "promise"),
    ("Сделаем вам с*к*и*д*к*у на ужин.", "promise"),
    ("Оформим в_о_з_в_р_а_т завтра.", "promise"),
    ("Примите наши и з в и н е н и я.", "apology"),
    ("Это наша о-ш-и-б-к-а.", "apology"),
    ("We will r e f u n d the meal.", "promise"),
    ("A full r-e-f-u-n-d is on its way.", "promise"),
    ("We'll give you a d.i.s.c.o.u.n.t next time.", "promise"),
    ("We a p o l o g i z e for the wait.", "apology"),
    ("Спрашивайте про л-и-м-о-н-а-д сегодня.", "forbidden"),
    ("Спрашивайте про лимо.нады сегодня.", "forbidden"),
]
WHOLE = [
    "Спасибо.Ждём вас снова в кафе-баре на Тверской.",
    "Мы работаем с 10 до 22, в субботу с 12.",
    "И я, и он к вам в гости.",
    "А. Б. Иванов у нас не работает.",
    "Из-за ремонта зал закрыт, кое-что изменилось.",
    "Чек-лист и меню-борд по-прежнему на входе.",
    "А я и о вас с теплом вспоминаю.",
    "I, U, W and X are the rows of our hall.",
    "Our well-known all-day menu is on-site.",
    "F.A.Q. и B2B у нас в одном разделе.",
]
REPLIES = Replies(forbid=("лимонад*",))
TYPED = TradeFacts(typed=True)


@pytest.mark.parametrize(("text", "code"), APART)
def test_words_spelled_apart_are_found(text: str, code: str) -> None:
    found = [each.code for each in problems(text, None, REPLIES, True, trade=TYPED)]
    assert code in found


@pytest.mark.parametrize("text", WHOLE)
def test_what_stands_apart_for_its_own_reasons_is_let_be(text: str) -> None:
    found = [each for each in problems(text, None, REPLIES, True, trade=TYPED) if each.refuses]
    assert found == []


def test_a_template_of_the_file_is_the_operators_word() -> None:
    text = "Дарим вам с к и д к у."
    assert problems(text, None, Replies(), True, trade=TradeFacts()) == []


@pytest.mark.parametrize("piece", ["а ", "а-", "а.", "а  ", "аб.", "а_", "а - ", "с к и д "])
def test_letters_are_put_together_in_time_that_grows_with_the_text(piece: str) -> None:
    def over(letters: int) -> Callable[[], object]:
        text = (piece * letters)[:letters]
        return lambda: joined(text)

    assert grows_in_step(over, 20_000)
