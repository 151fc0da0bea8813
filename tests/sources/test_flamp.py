"""Flamp: only its reviews out of those of 2GIS, and no zero taken on trust."""

import json
from pathlib import Path

import pytest
from driving import drive, payload, query

from reviewbot.core.contract import Item, Target
from sources import flamp

HERE = Path("flamp")
TARGET = Target(
    key="t/flamp",
    source="flamp",
    ref="70000001017466092",
    url="https://novosibirsk.flamp.ru/firm/galamart-70000001017466092",
)
FULL = payload(HERE / "branches_reviews_v2_2021_flamp_and_2gis.json")
FRONT = payload(HERE / "firm_page_without_state_HANDMADE.html")


def test_reviews_of_other_providers_are_left_alone() -> None:
    for file in ("branches_reviews_v2_2021_flamp_and_2gis.json", "last_page_edited_HANDMADE.json"):
        answer = payload(HERE / file)
        given = {entry["provider"] for entry in json.loads(answer.text)["reviews"]}
        assert {"flamp", "2gis"} <= given, "the others are there"
        items = flamp.parse(answer, TARGET).items
        assert {item.site["provider"] for item in items} == {"flamp"}


def test_counters_of_all_providers_are_not_flamps() -> None:
    page = flamp.parse(FULL, TARGET)
    assert (page.counters.reviews, page.counters.rating) == (None, None)
    none = flamp.parse(payload(HERE / "no_flamp_reviews_HANDMADE.json"), TARGET)
    assert (none.items, none.complete, none.counters.reviews) == ((), True, None)
    zero = flamp.parse(payload(HERE / "zero_beside_counter_HANDMADE.json"), TARGET)
    assert (zero.items, zero.complete, zero.counters.reviews) == ((), False, 49)


def test_asks_2gis_for_the_firm_of_the_same_number() -> None:
    last = payload(HERE / "last_page_edited_HANDMADE.json")
    asked, _ = drive(flamp.pages(TARGET, {}), [FRONT, FULL, last])
    assert [request.url for request in asked] == [
        "https://2gis.ru/firm/70000001017466092/tab/reviews",
        *["https://public-api.reviews.2gis.com/2.0/branches/70000001017466092/reviews"] * 2,
    ]
    assert query(asked[2])["offset_date"]


def test_the_operators_key_is_used() -> None:
    target = Target(
        key="t", source="flamp", ref="70000001017466092", options=flamp.Options(key="own-key")
    )
    asked, _ = drive(flamp.pages(target, {}), [FULL])
    assert query(asked[0])["key"] == "own-key"


def test_the_owner_answers_at_flamp() -> None:
    item = flamp.parse(FULL, TARGET).items[0]
    link = "https://flamp.ru/r/70000001017466092/6686544"
    assert item.can_reply is None, "unlike in the 2GIS account"
    assert flamp.review_url(TARGET, item) == flamp.reply_url(TARGET, item) == link
    bare = Item(external_id="1")
    assert flamp.reply_url(TARGET, bare) == "https://flamp.ru/firm/70000001017466092"


@pytest.mark.parametrize(
    "url",
    [
        "https://novosibirsk.flamp.ru/firm/galamart_magazin-70000001017466092",
        "https://flamp.ru/firm/70000001017466092/",
        "https://flamp.ru/r/70000001017466092/6686544",
        "https://www.flamp.ru/filials/70000001017466092?x=1",
    ],
)
def test_recognises_links_to_a_firm(url: str) -> None:
    hint = flamp.recognise_url(url)
    assert hint is not None
    assert hint.ref == "70000001017466092"


@pytest.mark.parametrize(
    "url", ["https://flamp.ru/user4150518", "https://notflamp.ru/firm/70000001017466092"]
)
def test_other_links_are_not_taken(url: str) -> None:
    assert flamp.recognise_url(url) is None
