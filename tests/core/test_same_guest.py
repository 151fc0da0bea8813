"""Whose reviews are one guest's."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from reviewbot.core.readings.same_guest import (
    BEGINNING,
    TellsTheSame,
    Wrote,
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
    assert same.is_any


@pytest.mark.parametrize(
    ("author", "words", "is_any"),
    [
        ("Иван Котов", "Грязно", True),
        ("Иван", LONG, True),
        (None, LONG, True),
        ("Иван", "Грязно", False),
        ("Иван Котов", "…", False),
        ("Иван Котов", "", False),
    ],
)
def test_what_is_short_or_signed_by_half_a_name_is_told_twice_by_chance(
    author: str | None, words: str, is_any: bool
) -> None:
    assert TellsTheSame([(1, wrote("a", author, None, words))]).is_any is is_any


@pytest.mark.parametrize(
    ("author", "words", "may"),
    [
        (None, LONG, True),
        (None, f"«{LONG.upper()}»", True),
        (None, "… " * BEGINNING + LONG, True),  # nobody knows by its beginning
        (None, OTHER, False),
        (None, LONG[: BEGINNING - 10], False),  # that is all of it
        (FULL.lower(), OTHER, True),
    ],
)
def test_what_may_be_told_again_shows_by_its_beginning(
    author: str | None, words: str, may: bool
) -> None:
    same = TellsTheSame([(1, wrote("a", FULL, None))])
    assert same.may_tell(2, author, words[:BEGINNING]) is may
    # Whatever tells again may.
    assert may or not same.by(author, words)
    # Nothing tells itself again.
    assert not same.may_tell(1, author, words[:BEGINNING])


@given(
    some.text("абВ гД е,._-ßİ1²Ⅷ ё\n", min_size=20), some.sampled_from([" ", "  ", ", ", "\n—"])
)
def test_no_second_telling_is_passed_over_by_its_beginning(text: str, between: str) -> None:
    words = f"{text} и так далее до самого конца, чтобы хватило"
    told = words.replace(" ", between).swapcase()
    same = TellsTheSame([(1, wrote("a", None, None, words))])
    assert not same.by(None, told) or same.may_tell(2, None, told[:BEGINNING])
    assert same.by(None, words) == (1,)
    assert same.may_tell(2, None, words[:BEGINNING])
