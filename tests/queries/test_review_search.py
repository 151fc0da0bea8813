"""A search finds a word however it is spelled, and each of the words that its heading repeats."""

import pytest

from reviewbot.queries.review_lists import find
from tests.store.store_world import StoreWorld

TEXTS = {
    1: "Ёлка ещё стояла, зелёный чай и КоФе",
    2: "Один два три четыре пять шесть семь",
    3: "Straße, 100%_ счёт",
}


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("елка", [1]),
        ("ЁЛКА", [1]),
        ("зеленый", [1]),
        ("зелёный кофе", [1]),
        ("кОФЕ", [1]),
        ("один два три четыре пять шесть", [2]),
        ("один два три четыре пять восемь", []),
        ("100%_", [3]),
        ("1%0", []),
        ("счет", [3]),
    ],
)
def test_a_word_is_found_however_it_is_spelled(
    store_world: StoreWorld, words: str, found: list[int]
) -> None:
    for text in TEXTS.values():
        store_world.ticket(text=text)
    lines = store_world.db.read_now(lambda rows: find(store_world.tx(rows), words, None, 0, 9))
    assert [each.number for each in lines] == found
    assert all(TEXTS[each.number or 0].startswith(each.excerpt[:5]) for each in lines)


def test_the_author_stands_apart_from_the_words(store_world: StoreWorld) -> None:
    store_world.ticket(text="Суп холодный", author="Вероника Загорская")
    [line] = store_world.db.read_now(lambda rows: find(store_world.tx(rows), "суп", None, 0, 9))
    assert line.excerpt.startswith("Суп холодный · В"), line.excerpt
