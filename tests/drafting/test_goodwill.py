"""What may be offered to a guest without asking, and how it is written down."""

import pytest

from reviewbot.core.errors import Refused
from reviewbot.core.model import Role
from reviewbot.drafting.goodwill import Gesture, most_for, read_gesture


@pytest.mark.parametrize(
    ("role", "most"),
    [(Role.VIEWER, 0), (Role.STAFF, 500), (Role.MANAGER, 3000), (Role.ADMIN, 3000)],
)
def test_a_role_without_a_sum_has_that_of_the_next_below(role: Role, most: int) -> None:
    assert most_for(role, {Role.STAFF: 500, Role.MANAGER: 3000}) == most
    assert most_for(role, {}) == 0


@pytest.mark.parametrize(
    ("text", "gesture"),
    [
        ("300 десерт", Gesture(300, "десерт")),
        ("десерт на 1 500 ₽", Gesture(1500, "десерт на")),
        ("300 рубашек", Gesture(300, "рубашек")),
        ("ужин, 5 тысяч рублей", Gesture(5000, "ужин")),
        ("5 т.р. на ужин", Gesture(5000, "на ужин")),
        ("10к", Gesture(10000, "")),
        ("1.5k a dinner", Gesture(1500, "a dinner")),
        ("5.000 руб", Gesture(5000, "")),
        ("1,500 a dinner", Gesture(1500, "a dinner")),
        ("499,99", Gesture(500, "")),
        ("300 - десерт", Gesture(300, "десерт")),
        ("12\N{NO-BREAK SPACE}000", Gesture(12000, "")),
        ("1500", Gesture(1500, "")),
    ],
)
def test_a_sum_and_the_words_around_it(text: str, gesture: Gesture) -> None:
    assert read_gesture(text) == gesture


@pytest.mark.parametrize(
    "text", ["", "десерт", "0", "-", "-300", "скидка 100%", "скидка 10 процентов"]
)
def test_without_a_sum_nothing_is_offered(text: str) -> None:
    with pytest.raises(Refused, match="gesture_sum"):
        read_gesture(text)


@pytest.mark.parametrize(
    "text",
    ["2 ужина по 4000", "1 сертификат на 10000", "500 и ещё 500", "300 ٥٠٠", "300 за столик 7"],
)
def test_of_several_numbers_nobody_knows_which_is_the_sum(text: str) -> None:
    with pytest.raises(Refused, match="gesture_sum"):
        read_gesture(text)
