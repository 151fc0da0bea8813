"""Who is meant by a name as a colleague writes it."""

import pytest

from reviewbot.core.model import Role
from reviewbot.core.settings import Person
from reviewbot.core.trends.called import called, is_like_a_name

PEOPLE = [
    Person(key, number, name, Role.STAFF)
    for number, (key, name) in enumerate(
        {
            "marina": "Марина",
            "petr": "Пётр",
            "kolya": "Николай",
            "sasha": "Александр",
            "shura": "Александра",
            "anna": "Анна Белова",
        }.items()
    )
]


@pytest.mark.parametrize(
    ("said", "keys"),
    [
        ("Марина", ["marina"]),
        ("марине", ["marina"]),
        ("Марину", ["marina"]),
        ("@marina", ["marina"]),
        ("Петр", ["petr"]),
        ("Петру", ["petr"]),
        ("Коля", ["kolya"]),
        ("Коле", ["kolya"]),
        ("Аня", ["anna"]),
        ("Анне Беловой", ["anna"]),
        ("Саше", ["sasha", "shura"]),
        ("Марина Иванова", []),
        ("Сергей", []),
        ("кофемашину", []),
        ("", []),
    ],
)
def test_called(said: str, keys: list[str]) -> None:
    assert [each.key for each in called(PEOPLE, said)] == keys


@pytest.mark.parametrize(
    ("said", "is_first", "expected"),
    [
        ("Коля", False, True),
        ("коле", False, True),
        ("Коля", True, True),
        ("@kolya", True, True),
        ("Марина Иванова", False, True),
        ("Зухра", False, True),
        ("Починить", True, False),
        ("Починить Кран", True, False),
        ("починить кофемашину", False, False),
        ("ТО", False, False),
        ("купить 2 чайника", False, False),
        ("", False, False),
    ],
)
def test_what_is_like_a_name(said: str, is_first: bool, expected: bool) -> None:
    assert is_like_a_name(said, is_first=is_first) == expected
