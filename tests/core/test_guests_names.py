"""No guest is ever named among those whom reviews praise or complain of."""

import pytest

from reviewbot.core.trends.names_in_texts import ReviewWords, heard, names_of
from reviewbot.core.trends.overview import Named

STAFF = ["Марина", "Анна Петрова", "Пётр", "Сергей", "Андрей", "Ольга", "James"]


def told(texts: list[str], staff: list[str], authors: tuple[str, ...] = ()) -> list[Named]:
    by = [*authors, *[""] * (len(texts) - len(authors))]
    return list(names_of(heard(map(ReviewWords, texts, by), staff, {}), staff, []))


def test_an_author_is_not_told_as_who_is_complained_of() -> None:
    texts = [
        "Официантка Глафира хамит, ждали час 1. Ольга",
        "Ждали Глафиру час 22. Ольга",
        "Глафира пропала на час 333. Ольга",
    ]
    authors = ("Ольга Зимина", "Ольга Летова", "Ольга Осина")
    assert told(texts, [], authors) == [Named("Глафира", 3)]
    assert told(texts, []) == [Named("Глафира", 3)], "the site tells no author"


@pytest.mark.parametrize(
    ("author", "text"),
    [
        ("Ольга Зимина", "Очень вкусно, Оля довольна"),
        ("Оля", "Нам, Ольге и всем, понравилось"),
        ("olga_zimina", "Тут Ольгу не любят"),
        ("Olga Z", "Тут Оле не рады"),
        ("Анна П.", "Записали Аню на пять"),
        ("Сергей Петров", "Заказ на Петрова не нашли"),
        ("James T", "They told James to wait"),
    ],
)
def test_a_name_of_the_author_is_nobody_of_ours(author: str, text: str) -> None:
    assert told([text] * 3, STAFF, (author,) * 3) == []


@pytest.mark.parametrize(
    "text",
    [
        "Вкусно, придём ещё. Ольга",
        "Спасибо за вечер! Ольга",
        "Всё понравилось 👍 Ольга",
        "Всё понравилось.\nОльга Зимина",
        "Спасибо! С уважением, Ольга.",
        "Отличное место. С уважением, Ольга",
        "Были вчера. Ольга К.",
        "Были вчера. Ольга и Андрей",
        "Lovely place. James",
        "Lovely place. Kind regards, James Baker",
        "Меня зовут Андрей, я был вчера",
        "Зовут меня Ольга. Был случай",
        "Я, Ольга, гостья",
        "Я Ольга, пришла к вам в обед",
        "Hello, my name is James and I waited",
        "I am James, a guest",
        "Были с мужем Андреем, понравилось",
        "Моя жена Ольга в восторге",
        "Муж Андрей доволен",
        "мой муж, Андрей, доволен",
        "муж (Андрей) доволен",
        "Андрей, мой муж, советует",
        "С подругой Ольгой сидели",
        "Дочке Ольге понравилось",
        "Сына Сергея толкнули",
        "мой парень Сергей ушёл",
        "Нас зовут Ольга и Андрей, мы гости",
        "My husband James was upset",
        "our dear friend James came",
        "James, my husband, was upset",
    ],
)
def test_a_guest_is_nobody_of_ours(text: str) -> None:
    assert told([text] * 3, []) == []
    assert told([text] * 3, STAFF) == []


@pytest.mark.parametrize(
    "text",
    [
        "Рядом дом Сергея Есенина",
        "Памятник Петру рядом",
        "Были у музея Анны Ахматовой",
        "в честь Петра Первого назвали",
        "пел Сергей Лазарев",
        "театр имени Петра",
        "The statue of James is near",
    ],
)
def test_a_monument_and_another_of_that_name_are_nobody_of_ours(text: str) -> None:
    assert told([text] * 3, STAFF) == []


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("Спасибо Марине", "Марина"),
        ("Вкусно. Спасибо Марине", "Марина"),
        ("Вкусно. Спасибо, Марина!", "Марина"),
        ("Дочке Марина сделала причёску", "Марина"),
        ("Мы с мужем пришли, Марина нас встретила", "Марина"),
        ("Мы с мужем, Марина нас встретила", "Марина"),
        ("Муж Марину попросил подойти", "Марина"),
        ("Я Марину просила", "Марина"),
        ("Анна Петрова лучшая", "Анна"),
        ("Марина Ивановна лучшая", "Марина"),
        ("Спасибо Марине Ивановой", "Марина"),
        ("Лучшая: Марина", "Марина"),
        ("Марина. Только к ней!", "Марина"),
        ("I am happy that James served us", "James"),
        ("Great food. Thanks James", "James"),
        ("Подруга хвалит, девушка Марина на входе", "Марина"),
        ("Её зовут Марина", "Марина"),
    ],
)
def test_who_of_ours_is_named_beside_guests_still_counts(text: str, who: str) -> None:
    assert told([text], STAFF) == [Named(who, 1)]
