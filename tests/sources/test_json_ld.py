"""schema.org pages: identities, scales, paging and what counts as empty."""

import json
from pathlib import Path
from typing import Any

import pytest
from driving import drive, payload

from reviewbot.core.contract import Item, LayoutChanged, Target
from reviewbot.core.readings.identity import identified
from sources import json_ld

HERE = Path("json_ld")
REF = "https://reviews.example/place?tab=1"
TARGET = Target(key="t/json_ld", source="json_ld", ref=REF)


def page(*reviews: dict[str, Any], **more: Any) -> Any:
    body = {"@type": "Product", "review": [{"@type": "Review", **one} for one in reviews], **more}
    return payload(f'<script type="application/ld+json">{json.dumps(body)}</script>')


def items(*reviews: dict[str, Any]) -> tuple[Item, ...]:
    return json_ld.parse(page(*reviews), TARGET).items


def test_an_edited_text_keeps_a_derived_identity() -> None:
    before = {"author": "Анна", "datePublished": "2026-05-01", "reviewBody": "Плохо"}
    before["reviewBody"] = "Плохо, ждали час"
    (first,), (second,) = items(before), items({**before, "reviewBody": "Ждали час, исправились"})
    (settled,) = identified([second], [first])
    assert settled.external_id == first.external_id
    assert settled.text == "Ждали час, исправились"


@pytest.mark.parametrize("ordinal", ["#review-3", "_:b1", "https://x.example/p#r12", ""])
def test_an_ordinal_is_no_identity(ordinal: str) -> None:
    (one,) = items({"@id": ordinal, "author": "Анна", "datePublished": "2026-05-01"})
    (bare,) = items({"author": "Анна", "datePublished": "2026-05-01"})
    assert one.external_id == bare.external_id


def test_equal_author_and_date_are_told_apart_by_their_order() -> None:
    same = {"author": "Анна", "datePublished": "2026-05-01"}
    assert len({item.external_id for item in items(same, same, same)}) == 3


@pytest.mark.parametrize(
    ("value", "best", "stars", "score"),
    [
        ("5", "5", 5, None),
        (4, None, 4, None),
        (2.5, 5, 2, 2.5),
        ("4,5", "5", 4, 4.5),
        (5, 10, 2, 5.0),
        (10, 10, 5, 10.0),
        (30, 100, 1, 30.0),
        (0, 5, None, None),
        (7, 5, None, None),
        (True, 5, None, None),
        ("так себе", 5, None, None),
        ("хорошо", 5, 4, None),
    ],
)
def test_scales(value: Any, best: Any, stars: int | None, score: float | None) -> None:
    (item,) = items({"@id": "r100000", "reviewRating": {"ratingValue": value, "bestRating": best}})
    assert (item.rating, item.score) == (stars, score)


def test_zero_beside_a_counter_is_a_change_and_a_counted_zero_is_empty() -> None:
    counted = {"aggregateRating": {"@type": "AggregateRating", "reviewCount": 43}}
    with pytest.raises(LayoutChanged):
        json_ld.parse(page(**counted), TARGET)
    counted["aggregateRating"]["reviewCount"] = 0
    assert json_ld.parse(page(**counted), TARGET).items == ()


def test_a_part_of_the_list_is_not_complete() -> None:
    shown = json_ld.parse(payload(HERE / "trustpilot_2025-07_trimmed.html"), TARGET)
    assert len(shown.items) == 20
    assert shown.counters.reviews == 43
    assert not shown.complete


def test_follows_the_pages_own_next_link_on_its_host_only() -> None:
    def linked(href: str) -> Any:
        return payload(f'<link rel="next" href="{href}"><p>x</p>')

    asked, _ = drive(
        json_ld.pages(TARGET, {}),
        [
            linked("?page=2"),
            linked("https://reviews.example/place?page=3"),
            linked("//evil.example/"),
        ],
    )
    assert [request.url for request in asked] == [
        REF,
        "https://reviews.example/place?page=2",
        "https://reviews.example/place?page=3",
    ]
    stay = Target(key="t", source="json_ld", ref=REF, options=json_ld.Options(follow=False))
    assert len(drive(json_ld.pages(stay, {}), [linked("?page=2")])[0]) == 1


def test_an_overridden_base_takes_every_page_with_it() -> None:
    target = Target(key="t", source="json_ld", ref=REF, base_url="http://127.0.0.1:8080")
    asked, _ = drive(
        json_ld.pages(target, {}), [payload('<a rel="next" href="/place?page=2">дальше</a>')]
    )
    assert [request.url for request in asked] == [
        "http://127.0.0.1:8080/place?tab=1",
        "http://127.0.0.1:8080/place?page=2",
    ]


def test_the_rest_of_the_page_may_change() -> None:
    one = payload(HERE / "trustpilot_2025-07_trimmed.html")
    other = payload(one.text.replace("<title>Trustpilot</title>", "<title>Другое</title>"))
    assert one.content != other.content
    assert json_ld.essence(one) == json_ld.essence(other)


def test_takes_only_links_marked_as_its_own() -> None:
    hint = json_ld.recognise_url("json_ld:https://reviews.example/place")
    assert hint is not None
    assert hint.ref == "https://reviews.example/place"
    for other in ("https://reviews.example/place", "json_ld:", "json_ld:ftp://x.example/"):
        assert json_ld.recognise_url(other) is None


def test_an_old_page_without_utf8_is_read() -> None:
    text = page({"author": "Анна", "datePublished": "2026-05-01", "reviewBody": "x"}).text
    body = text.replace('"x"', '"Холодный суп"').encode("cp1251")
    (item,) = json_ld.parse(payload(b'<meta charset="windows-1251">' + body), TARGET).items
    assert item.text == "Холодный суп"


def test_a_page_of_more_tags_than_any_has_is_refused_before_its_tree() -> None:
    with pytest.raises(LayoutChanged, match="tags"):
        json_ld.parse(payload("<html itemscope itemprop=review>" + "<b>" * 400_000), TARGET)
