"""Which review is which where the site gives no ids."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from reviewbot.core.contract import Item, content_id
from reviewbot.core.model import Precision
from reviewbot.core.readings.identity import identified

DAY = datetime(2026, 3, 5, tzinfo=UTC)
MOSCOW = timezone(timedelta(hours=3))


def shown(text: str | None, **about: Any) -> Item:
    told = {
        "author": "Имя скрыто",
        "published_at": DAY,
        "published_precision": Precision.DAY,
        "rating": 1,
        **about,
    }
    own = content_id(told["author"], told["published_at"], text or "", day=True)
    return Item(external_id=own, derived=True, text=text, **told)


def known(name: str, text: str | None, **about: Any) -> Item:
    return shown(text, **about).with_(external_id=name, derived=False)


def ids(page: list[Item], *rows: Item) -> list[str]:
    found = identified(page, rows)
    assert len(found) == len(page)
    assert not any(item.derived for item in found)
    return [item.external_id for item in found]


def test_a_known_review_keeps_its_id_whatever_stands_above_it() -> None:
    old, new = shown("Всё хорошо", rating=5), shown("Грязные столы")
    for page in ([new, old], [old, new], [old]):
        assert "old" in ids(page, known("old", "Всё хорошо", rating=5))
    (fresh,) = ids([new], known("old", "Всё хорошо", rating=5))
    assert fresh == new.external_id


@pytest.mark.parametrize(
    ("before", "after", "is_edit"),
    [
        ("Ждали час и ушли", "Ждали час и ушли ни с чем, столы грязные, нахамили", True),
        ("Ждали час и ушли голодными", "Ждали час, но потом извинились", False),
        ("Ждали час и ушли голодными домой", "Ждали час и ушли", True),
        ("<p>Ждали час.<br />Грязно</p>", "Ждали час.\nГрязно", True),
        ("Кафе &quot;Уют&quot;: грязно", 'Кафе "Уют": грязно', True),
        ("Всё хорошо", "Вчера тут было всё хорошо, а сегодня нас просто выгнали", False),
        ("Всё хорошо", "Грязные столы", False),
        ("Всё хорошо", None, False),
        (None, "Всё хорошо", False),
    ],
)
def test_an_edit_keeps_half_of_the_words(
    before: str | None, after: str | None, is_edit: bool
) -> None:
    assert (ids([shown(after)], known("old", before)) == ["old"]) is is_edit


def test_the_nearest_text_wins_and_nobody_is_taken_twice() -> None:
    rows = known("a", "Ждали час и ушли голодными"), known("b", "Ждали час и ушли домой")
    page = [
        shown("Ждали час и ушли домой спать"),
        shown("Ждали час и ушли голодными и злыми"),
        shown("Ждали час и ушли куда-то"),
    ]
    found = ids(page, *rows)
    assert found[:2] == ["b", "a"]
    assert found[2] not in ("a", "b")


@pytest.mark.parametrize(
    "about",
    [
        {"author": "Борис"},
        {"published_at": DAY + timedelta(days=1)},
        {"published_at": DAY - timedelta(days=1)},
        {"published_at": datetime(2026, 3, 6, tzinfo=MOSCOW)},  # 21:00 of the fifth in UTC
    ],
)
def test_the_same_words_of_another_guest_or_day_are_another_review(about: dict[str, Any]) -> None:
    assert ids([shown("Всё хорошо", **about)], known("old", "Всё хорошо")) != ["old"]


@pytest.mark.parametrize(
    ("then", "now"),
    [
        ({"published_at": None}, {}),
        ({"author": None}, {}),
        ({}, {"published_at": datetime(2026, 3, 5, tzinfo=MOSCOW)}),
        (
            {
                "published_at": datetime(2026, 3, 5, 1, 20, tzinfo=UTC),
                "published_precision": Precision.SECOND,
            },
            {
                "published_at": datetime(2026, 3, 5, 1, 20, tzinfo=MOSCOW),
                "published_precision": Precision.SECOND,
            },
        ),
        ({"rating": None}, {"rating": 1}),
    ],
    ids=["date not read", "author not read", "day in the zone", "zone taken for UTC", "no mark"],
)
def test_what_an_earlier_version_misread_is_still_the_same(
    then: dict[str, Any], now: dict[str, Any]
) -> None:
    assert ids([shown("Ждали час", **now)], known("old", "Ждали час", **then)) == ["old"]


def test_bare_stars_are_told_apart_by_their_mark_and_counted() -> None:
    page = [shown(None, rating=5), shown(None, rating=1), shown(None, rating=5)]
    found = ids(page, known("five", None, rating=5))
    assert found.count("five") == 1
    assert found[1] != "five"
    assert len(set(found)) == 3


def test_a_text_shown_cut_is_the_one_it_begins() -> None:
    cut = shown("Ждали час, а потом…").with_(partial=("text",))
    assert ids([cut], known("old", "Ждали час, а потом ещё час. Столы грязные")) == ["old"]
    assert ids([cut], known("old", "Столы грязные, нам нахамили")) != ["old"]


def test_an_id_that_another_review_holds_is_not_given_again() -> None:
    one = shown("Ждали час")
    edited = known(one.external_id, "Столы грязные, нахамили, не придём")
    found = ids([shown("Столы грязные, нахамили, не придём"), one], edited)
    assert found[0] == one.external_id
    assert found[1] != one.external_id


def test_ids_of_the_site_are_left_alone() -> None:
    page = [known("r1", "Ждали час"), shown("Грязно")]
    assert identified(page[:1], [known("r2", "Ждали час")]) == tuple(page[:1])
    assert ids(page, known("r1", "Грязно"))[0] == "r1"
