"""A guest's name is found in every case it is written in, also where a vowel flees."""

import pytest

from reviewbot.workflow.forgetting.guests_words import Said


@pytest.mark.parametrize(
    ("author", "written"),
    [
        ("Павел Загорский", "Павла Загорского"),
        ("Павел Загорский", "ПАВЛУ ЗАГОРСКОМУ"),
        ("Павел Загорский", "Павлом Загорским"),
        ("Лев Загорский", "Льва Загорского"),
        ("Лев Загорский", "Загорскому Льву"),
        ("Пётр Загорский", "Петра Загорского"),
        ("Петр Загорский", "Пётр Загорский"),
        ("Артем Загорский", "Артёма Загорского"),
        ("Игорёк Загорский", "Игорька Загорского"),
        ("Ирина Кравец", "Ирины Кравец"),
        ("Олег Кравец", "Олегу Кравцу"),
        ("Любовь Загорская", "Любови Загорской"),
    ],
)
def test_a_name_is_found_in_every_case(author: str, written: str) -> None:
    said = Said.of([], None, author=author)
    note = f"Как у {written} вчера, тот же повар."
    assert said.may_be_in(note), "the first look does not pass it over"
    assert said.is_in(note)
    assert said.without(note) == "Как у … вчера, тот же повар."


@pytest.mark.parametrize(
    ("author", "written"),
    [
        ("Павел", "Павлу"),
        ("Лев", "Льва"),
        ("Лев", "ЛЬВОМ"),
        ("Пётр", "Петра"),
        ("Петр", "Пётр"),
        ("Игорёк", "Игорьку"),
        ("Анна", "Анне"),
    ],
)
def test_a_first_name_alone_is_found_in_what_is_over(author: str, written: str) -> None:
    said = Said.of([], None, author=author)
    assert said.may_be_in(f"Звали {written}.")
    assert said.touches(f"Звали {written}.")


@pytest.mark.parametrize("author", ["Павел Загорский", "Лев Загорский", "Пётр Загорский"])
@pytest.mark.parametrize(
    "note",
    [
        "Павлин во дворе мешал спать.",
        "Левый стол у окна.",
        "Петрушка завяла.",
        "Львовские сырники.",
    ],
)
def test_words_that_only_begin_alike_stay(author: str, note: str) -> None:
    said = Said.of([], None, author=author)
    assert not said.is_in(note)
    assert said.without(note) == note
