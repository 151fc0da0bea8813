"""What guests say of us and of competitors: whom a text names, and which quotes are shown."""

from datetime import timedelta

import pytest

from reviewbot.core.trends.beside import named_by
from tests.queries.test_page_facts import overview, rival
from tests.store.store_world import MONDAY, StoreWorld
from tests.trends_world import Past


@pytest.mark.parametrize(
    ("name", "text", "is_named"),
    [
        ("Шоколадница", "были в шоколаднице", True),
        ("Кофе Хаус", "в «Кофе-Хаусе» лучше", True),
        ("Кофе Хаус", "Не хуже Кофе Хауса", True),
        ("Кофе Хаус", "Кофе Хаус лучше", True),
        ("Кофе Хаус", "кофе холодный", False),
        ("Дюна", "в Дюне лучше", True),
        ("Дюна", "дюжина", False),
        ("Зерно", "зеркало", False),
        ("Точка", "Это точка. Больше не приду", False),
        ("Точка", "Точка. Больше не приду", False),
        ("Точка", "Больше не приду, точка", False),
        ("Точка", "Хуже. Точка кипения", False),
        ("Точка", "Лучше, чем в Точке", True),
        ("Точка", "В «точке» вкуснее", True),
        ("Точка", "До Точки далеко", True),
        ("Home", "we went home", False),
        ("Home", "better than Home", True),
        ("", "всё", False),
    ],
)
def test_a_name_is_known_in_any_case_and_in_no_other_word(
    name: str, text: str, is_named: bool
) -> None:
    assert (named_by(name).search(text) is not None) is is_named


def test_the_newest_are_shown_and_one_of_each_side(store_world: StoreWorld) -> None:
    rival(store_world, "Шоколадница")
    past = Past(store_world)
    past.watched_since(MONDAY - timedelta(days=90))
    for back in (9, 8, 7):
        past.day(
            MONDAY - timedelta(days=back), "rival/yandex_maps", text=f"Хуже, чем в Точке {back}."
        )
    for back in (3, 4, 5, 6):
        past.day(MONDAY - timedelta(days=back), text=f"В Шоколаднице лучше {back}.")
    told = overview(store_world).beside[1]
    assert told.named == 7
    assert [said.quote for said in told.said] == [
        "В Шоколаднице лучше 3.",
        "В Шоколаднице лучше 4.",
        "Хуже, чем в Точке 7.",
    ]


def test_the_sentence_that_names_is_quoted(store_world: StoreWorld) -> None:
    rival(store_world, "Шоколадница")
    past = Past(store_world)
    past.watched_since(MONDAY - timedelta(days=90))
    on = MONDAY - timedelta(days=3)
    past.day(on, "rival/yandex_maps", text="Тут точка. До Точки им далеко! Вот.")
    [said] = overview(store_world).beside[1].said
    assert said.quote == "До Точки им далеко!"
