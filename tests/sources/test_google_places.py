"""Google Places: one request, five reviews, translations."""

from dataclasses import replace
from pathlib import Path

import pytest
from driving import drive, payload, query

from reviewbot.core.contract import ApiKey, Denied, Target
from sources import google_places

HERE = Path("google_places")
PLACE = "ChIJHandmade_Place-0001"
TARGET = Target(key="t", source="google_places", ref=PLACE, secret_ref="places")


def test_asks_once_with_the_key_and_the_fields_in_headers() -> None:
    five = payload(HERE / "place_five_HANDMADE.json")
    asked, _ = drive(google_places.pages(TARGET, {}), [five, five])
    assert [request.url for request in asked] == [
        f"https://places.googleapis.com/v1/places/{PLACE}"
    ]
    assert asked[0].auth == ApiKey("places", (("X-Goog-Api-Key", "token"),))
    assert dict(asked[0].headers)["X-Goog-FieldMask"].endswith("reviews")
    assert query(asked[0]) == {"languageCode": "ru"}


def test_the_guests_own_words_come_before_the_translation() -> None:
    items = google_places.parse(payload(HERE / "place_five_HANDMADE.json"), TARGET).items
    told = [(item.text, item.translation, item.language) for item in items]
    assert told == [
        ("Очень вкусно", None, "ru"),
        ("Waited for ages", "Долго ждали", "en"),
        (None, None, None),
        ("Очень вкусно", None, "ru"),
        ("Очень вкусно", None, "ru"),
    ]


def test_five_are_a_glimpse_and_fewer_are_all() -> None:
    assert not google_places.parse(payload(HERE / "place_five_HANDMADE.json"), TARGET).complete
    assert google_places.parse(payload(HERE / "no_reviews_HANDMADE.json"), TARGET).complete
    assert google_places.TRAITS.depth == google_places.MOST


def test_how_long_ago_is_no_news() -> None:
    page = payload(HERE / "place_five_HANDMADE.json")
    later = page.text.replace("месяц назад", "2 месяца назад")
    assert google_places.essence(replace(page, content=later.encode())) == google_places.essence(
        page
    )
    edited = page.text.replace("Waited for ages", "Waited")
    assert google_places.essence(replace(page, content=edited.encode())) != google_places.essence(
        page
    )


@pytest.mark.parametrize(
    ("file", "credential"),
    [("error_400_HANDMADE.json", True), ("error_403_HANDMADE.json", False)],
)
def test_a_wrong_key_is_told_from_a_service_that_is_off(file: str, credential: bool) -> None:
    with pytest.raises(Denied) as caught:
        google_places.parse(payload(HERE / file), TARGET)
    assert caught.value.credential is credential


@pytest.mark.parametrize(
    "url",
    [
        f"https://search.google.com/local/reviews?placeid={PLACE}",
        f"https://www.google.com/maps/search/?api=1&query=x&query_place_id={PLACE}",
        f"https://www.google.com/maps/place/?q=place_id:{PLACE}",
        f"google_places:{PLACE}",
    ],
)
def test_recognises_links_with_the_places_id(url: str) -> None:
    hint = google_places.recognise_url(url)
    assert hint is not None
    assert hint.ref == PLACE


@pytest.mark.parametrize(
    "url",
    [
        "https://www.google.com/maps/place/Cafe/@55.7,37.6,17z",
        "https://maps.app.goo.gl/abc",
        f"https://example.com/?placeid={PLACE}",
        "google_places:..",
    ],
)
def test_other_links_are_not_taken(url: str) -> None:
    assert google_places.recognise_url(url) is None


def test_recognises_a_saved_answer() -> None:
    hint = google_places.recognise(payload(HERE / "place_five_HANDMADE.json"))
    assert hint is not None
    assert (hint.ref, hint.title) == (PLACE, "Кофейня «Точка»")
    assert google_places.recognise(payload(HERE / "error_403_HANDMADE.json")) is None
