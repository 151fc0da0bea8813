"""Whose reviews are one guest's."""

import pytest

from reviewbot.core.readings.same_guest import (
    TellsTheSame,
    Wrote,
    can_be_told_twice,
    is_same_author,
    is_same_words,
)

FULL = "Вероника Загорская"
LONG = "Официантка Ольга уронила поднос мне на колени и ушла курить."
NEARLY = "Официантка Ольга уронила поднос мне на колени и сразу ушла курить!"
OTHER = "Хлеб чёрствый, чай остыл, счёта ждали полчаса."


def wrote(source: str, author: str | None, known_as: object, words: str = LONG) -> Wrote:
    return Wrote(source, author, known_as, words)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (wrote("a", "Ника", "u1"), wrote("a", "Вероника З.", "u1", OTHER), True),
        (wrote("a", FULL, "u1"), wrote("a", FULL, "u2"), False),
        (
            wrote("a", FULL, None),
            wrote("a", "вероника загорская", "u2", OTHER),
            True,
        ),
        (wrote("a", "Вероника", None), wrote("a", "Вероника", None, OTHER), False),
        (wrote("a", "Вероника", None), wrote("a", "Вероника", None, NEARLY), True),
        (wrote("a", "Алёна Орёл", "u1"), wrote("b", "Алена Орел", "x", NEARLY), True),
        (
            wrote("a", FULL, "u1"),
            wrote("b", FULL, "u1", OTHER),
            False,
        ),
        (wrote("a", None, None), wrote("b", None, None), False),
        (
            wrote("a", FULL, None, ""),
            wrote("b", FULL, None, ""),
            False,
        ),
    ],
)
def test_an_author_is_known_again(one: Wrote, other: Wrote, same: bool) -> None:
    assert is_same_author(one, other) is same
    assert is_same_author(other, one) is same


def test_the_same_words_at_length_are_one_guests() -> None:
    assert is_same_words(wrote("a", "Вероника", None), wrote("b", None, None, LONG.upper()))
    short = wrote("a", None, None, "Ужас")
    assert not is_same_words(short, short)


def test_a_complaint_is_told_twice_at_length_or_under_a_full_name() -> None:
    asked = [
        (1, wrote("a", FULL, None)),
        (2, wrote("a", "Иван Котов", None, "Грязно")),
    ]
    same = TellsTheSame(asked)
    assert same.by("Кто-то", LONG.lower()) == (1,)
    assert same.by(FULL, NEARLY) == (1,)
    assert same.by("Другая Вероника", NEARLY) == ()
    assert same.by("Иван Котов", "Грязно!") == (2,)
    assert same.by("Пётр", "Грязно!") == ()
    assert can_be_told_twice(asked[1][1])
    assert not can_be_told_twice(wrote("a", "Иван", None, "Грязно"))
    assert not can_be_told_twice(wrote("a", "Иван Котов", None, "…"))
