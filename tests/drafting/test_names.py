"""Whom a reply calls by name."""

import pytest

from reviewbot.drafting.names import first_name
from reviewbot.drafting.templates import known_names


@pytest.mark.parametrize(
    ("author", "name"),
    [
        ("Анна К.", "Анна"),
        ("Анна", "Анна"),
        ("анна", "Анна"),
        ("ОЛЕГ", "Олег"),
        ("Пётр Ёлкин", "Пётр"),
        ("Алена", "Алена"),
        ("Алёна", "Алёна"),
        ("Ольга Сергеевна", "Ольга"),
        ("Иванов Пётр", "Пётр"),
        ("Петренко Анна Игоревна", "Анна"),
        ("Иван Иванов", "Иван"),
        ("А.Петрова", None),
        ("John Smith", "John"),
        ("Sarah K", "Sarah"),
        ("Maria-Luisa", None),
        ("user123", None),
        ("Anna2000", None),
        ("Аноним", None),
        ("Сергеевна", None),
        ("Петров", None),
        ("Кот Вася", None),
        ("Мама Саши", None),
        ("Света из Твери", None),
        ("Сладкоежка", None),
        ("Google User", None),
        ("anna_k", None),
        ("{{ 7 * 7 }}", None),
        ("Анна {{ x }}", None),
        ("<b>Анна</b>", None),
        ("Анна Мария Ремарк Цвейг", None),
        ("😀", None),
        ("", None),
        (None, None),
    ],
)
def test_a_name_is_a_known_one_or_none(author: str | None, name: str | None) -> None:
    assert first_name(author, known_names()) == name
