"""What is wrong with a reply before it is published."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewbot.core.contract import Limit
from reviewbot.core.settings import Replies
from reviewbot.drafting.lint import problems

HOUSE = Replies(forbid=("скидк*", "бесплатн*", "вернём деньги"))
GOOGLE = Limit(1, 4096, "bytes")
MARKETPLACE = Limit(2, 5000)
TWO_GIS = Limit(1, 4000, needs_text=True)


def found(
    text: str, limit: Limit | None = None, *, has_text: bool = True, **more: Any
) -> list[tuple[str, dict[str, Any]]]:
    return [tuple(each) for each in problems(text, limit, HOUSE, has_text, **more)]


def codes(text: str, limit: Limit | None = None, **more: Any) -> list[str]:
    return [code for code, _ in found(text, limit, **more)]


def test_a_good_reply_has_no_problems() -> None:
    assert found("Анна, здравствуйте! Спасибо, разберёмся. +7 495 000-00-01", GOOGLE) == []


def test_too_long_counts_in_the_sites_own_unit() -> None:
    assert found("я" * 2155, GOOGLE) == [
        ("too_long", {"limit": 4096, "unit": "bytes", "length": 4310, "over": 214})
    ]
    assert found("z" * 4096, GOOGLE) == []
    assert found("я" * 5001, MARKETPLACE) == [
        ("too_long", {"limit": 5000, "unit": "characters", "length": 5001, "over": 1})
    ]
    assert found("я", MARKETPLACE) == [
        ("too_short", {"limit": 2, "unit": "characters", "length": 1})
    ]


def test_a_site_may_take_no_reply_to_bare_stars() -> None:
    assert codes("Спасибо за оценку", TWO_GIS, has_text=False) == ["needs_text"]
    assert codes("Спасибо за оценку", TWO_GIS) == []
    assert codes(" \n ", TWO_GIS) == ["empty"]


@pytest.mark.parametrize(
    "text",
    [
        "{{ greeting }} спасибо",
        "{greeting} спасибо",
        "[имя], спасибо",
        "<Имя гостя>, спасибо",
        "Позвоните: ____",
        "Позвоните XXX",
        "{% if contact %} спасибо",
    ],
)
def test_a_slot_left_open_is_refused(text: str) -> None:
    assert codes(text) == ["unfilled"]


@pytest.mark.parametrize("text", ["Мы на связи [10:00–19:00]", "2 < 3 и 4 > 1", "Спасибо :-} {"])
def test_brackets_of_prose_are_no_slots(text: str) -> None:
    assert codes(text) == []


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Дарим вам СКИДКУ 10 %", "СКИДКУ"),
        ("Кофе будет бесплатным.", "бесплатным"),
        ("Мы вернем  деньги", "вернем  деньги"),
    ],
)
def test_forbidden_words_whatever_their_ending_case_and_yo(text: str, word: str) -> None:
    ((code, params),) = found(text)
    assert (code, params["word"]) == ("forbidden", word)


def test_a_pattern_matches_whole_words() -> None:
    assert codes("Наша Переоскидка") == []
    assert problems("возврат", None, Replies(forbid=("врат",)), has_text=True) == []
    # The operator's pattern is no regular expression.
    assert problems("abc", None, Replies(forbid=("a.c", "", "(*")), has_text=True) == []


def test_what_the_guest_left_of_himself_stays_out_of_public() -> None:
    guest = "Звоните 8 (916) 123-45-67 или anna@example.org"
    assert found("Позвоним вам на +7 916 123 45 67", guest=guest) == [
        ("personal_data", {"kind": "phone", "found": "+7 916 123 45 67"})
    ]
    assert codes("Напишем на Anna@Example.org.", guest=guest) == ["personal_data"]
    assert codes("Наш номер +7 495 000-00-01", guest=guest) == []
    assert codes("Ваша карта 4111 1111 1111 1111") == ["personal_data"]
    assert codes("Заказ 4111 1111 1111 1112") == []


def test_a_copy_of_a_recent_reply_is_a_warning() -> None:
    recent = "Анна, здравствуйте! Спасибо, что написали. Жаль, что пришлось долго ждать. Разберём."
    copy = recent.replace("Анна", "Олег")
    other = "Здравствуйте! Спасибо за отзыв, шеф уже проверяет блюдо. Подскажите дату визита."
    (problem,) = problems(copy, None, HOUSE, has_text=True, recent=(other, recent))
    assert problem.code == "too_like"
    assert not problem.refuses
    assert codes(other, recent=(recent,)) == []


@given(st.text(), st.text(max_size=200))
def test_any_text_can_be_looked_at(text: str, guest: str) -> None:
    for problem in problems(text, GOOGLE, HOUSE, has_text=True, recent=(guest,), guest=guest):
        assert problem.code
