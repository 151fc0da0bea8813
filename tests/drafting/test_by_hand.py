"""What a colleague must not write on their own: an apology nobody confirmed, an offer."""

import pytest

from reviewbot.core.settings import Replies
from reviewbot.drafting.faults.by_hand import REGRET, unasked
from reviewbot.drafting.lint import problems
from reviewbot.drafting.second_sentence import apology, measure_told
from reviewbot.drafting.trade_lint import TradeFacts
from tests.drafting.test_drafts import _all_templates


def codes(text: str, *, may_apologise: bool = False, gesture: int = 0) -> list[str]:
    offered = (gesture,) if gesture else ()
    found = unasked(text, may_apologise=may_apologise, gestures=offered)
    return [each.code for each in found]


APOLOGIES = [
    "Здравствуйте! Приносим извинения за ожидание.",
    "Просим прощения за то, что случилось.",
    "Анна, простите нас, разберёмся.",
    "Анна, простите! Разберёмся сегодня.",
    "Извините за грубость нашего сотрудника.",
    "Простите, что пришлось ждать.",
    "Извиняемся за задержку.",
    "Это наша вина, мы поговорим со сменой.",
    "Так вышло по нашей вине.",
    "Мы действительно виноваты перед вами.",
    "Мы допустили ошибку в заказе.",
    "Признаём свою ошибку.",
    "Мы вас подвели.",
    "We apologise for the wait.",
    "Please accept our sincere apologies.",
    "We are so sorry for our mistake.",
    "Sorry for keeping you waiting.",
    "We are sorry we kept you waiting.",
    "This was entirely our fault.",
    "We made a mistake with your order.",
    "We take full responsibility for this.",
    "Please forgive us.",
    apology("ru"),
    apology("en"),
]
REGRETS = [
    "Жаль, что вы остались недовольны.",
    "Нам жаль, что пришлось ждать. Напишите, когда это было.",
    "Сожалеем, что визит вас огорчил.",
    "Простите, не могли бы вы назвать дату?",
    "Мы не виноваты в погоде, но чай был горячим.",
    "Это не наша вина: курьер не нашёл дом.",
    "Попробуйте наши вина и нашу винную карту.",
    "Жаль, что никто не извинился.",
    "We are sorry that you were disappointed.",
    "We are sorry to hear this.",
    "Sorry, which day was it?",
    "This was not our fault: the bridge was closed.",
    *REGRET.values(),
    measure_told("ru"),
    measure_told("en"),
]
OFFERS = [
    "Мы компенсируем стоимость обеда.",
    "Вернём вам деньги за заказ.",
    "Готовы сделать вам скидку 20 % в следующий раз.",
    "Дарим вам сертификат на 500 рублей.",
    "Вас ждёт подарок у администратора.",
    "Угостим вас десертом.",
    "Приходите, ужин за наш счёт.",
    "Возместим ущерб.",
    "Ваш промокод: КОФЕ.",
    "We will refund the meal.",
    "We would like to offer you a 20% discount.",
    "We'll give you a free coffee next time.",
    "You will get a full refund.",
    "The next dinner is on the house.",
    "We would like to compensate you.",
    "Here is a voucher for you.",
    "You will find $50 waiting at the desk.",
]
NO_OFFERS = [
    "Разберёмся и напишем вам сегодня.",
    "Цена десерта 450 рублей, она стоит в меню.",
    "Вернёмся к вам с ответом сегодня.",
    "Спасибо за оценку: нам приятно.",
    "Кофе варим из зёрен недельной обжарки.",
    "Сделаем выводы и поговорим со сменой.",
    "The coffee costs what the menu says.",
    "We will look into it and return to you today.",
    "Please feel free to write to us.",
    "Thank you for the money order number.",
]


@pytest.mark.parametrize("text", APOLOGIES)
def test_an_apology_is_found_and_said_otherwise(text: str) -> None:
    assert codes(text) == ["apology"]
    assert codes(text, may_apologise=True) == []


@pytest.mark.parametrize("text", REGRETS)
def test_regret_is_no_apology(text: str) -> None:
    assert codes(text) == []


@pytest.mark.parametrize("text", OFFERS)
def test_an_offer_is_found_whoever_may_apologise(text: str) -> None:
    assert codes(text, may_apologise=True) == ["promise"]


@pytest.mark.parametrize("text", NO_OFFERS)
def test_what_is_no_offer(text: str) -> None:
    assert codes(text) == []


def test_the_sum_of_a_gesture_is_never_in_the_text() -> None:
    for text in ("Ждём вас, 1500 ваши.", "Ждём вас, 1 500 ваши."):
        assert codes(text, gesture=1500) == ["promise"]
        assert codes(text, gesture=150) == codes(text) == []


def test_no_shipped_wording_apologises_or_offers() -> None:
    said = {each.id: found for _, each in _all_templates() if (found := codes(each.text))}
    assert said == {}


def test_only_what_is_written_by_hand_is_looked_at() -> None:
    text = "Здравствуйте! Приносим извинения, вернём вам деньги."
    assert problems(text, None, Replies(), True, trade=TradeFacts()) == []
    typed = problems(text, None, Replies(), True, trade=TradeFacts(typed=True))
    assert [each.code for each in typed] == ["apology", "promise"]
    assert all(each.refuses for each in typed)
