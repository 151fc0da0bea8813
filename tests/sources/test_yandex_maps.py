"""Yandex Maps: what its pages hide and how its links look."""

from pathlib import Path

import pytest
from driving import drive, payload, query

from reviewbot.core.contract import Blocked, NotModified, Precision, Target
from sources import yandex_maps

HERE = Path("yandex_maps")
TARGET = Target(key="t/yandex_maps", source="yandex_maps", ref="1000000001")


def page(number: int, total: int) -> str:
    params = f'{{"page":{number},"totalPages":{total},"count":600,"reviewsRemained":550}}'
    return (
        '<script type="application/json" class="state-view">{"stack":[{"results":{"items":'
        f'[{{"reviewResults":{{"reviews":[],"params":{params}}}}}]}}}}]}}</script>'
    )


def test_asks_until_the_last_page() -> None:
    asked, _ = drive(
        yandex_maps.pages(TARGET, {}),
        [payload(page(1, 3)), payload(page(2, 3)), payload(page(3, 3))],
    )
    assert [query(request)["page"] for request in asked] == ["1", "2", "3"]
    assert {query(request)["ranking"] for request in asked} == {"by_time"}
    assert asked[0].url == "https://yandex.ru/maps/org/org/1000000001/reviews/"


def test_stops_at_page_twelve_where_the_list_ends() -> None:
    answers = [payload(page(number, 40)) for number in range(1, 41)]
    asked, _ = drive(yandex_maps.pages(TARGET, {}), answers)
    assert len(asked) == 12


@pytest.mark.parametrize("answer", [NotModified(""), payload("<html>", status=500)])
def test_an_answer_without_a_list_ends_the_reading(answer: object) -> None:
    asked, _ = drive(yandex_maps.pages(TARGET, {}), [answer])  # type: ignore[list-item]
    assert len(asked) == 1


def test_pages_that_differ_only_in_request_token_and_time_are_unchanged() -> None:
    one = payload(HERE / "reviews_page_25_some_unanswered.html")
    other = payload(HERE / "same_page_other_request_HANDMADE.html")
    assert one.content != other.content
    assert yandex_maps.essence(one) == yandex_maps.essence(other)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Спасибо за такой отзыв", "Спасибо за ваш отзыв"),
        ('"rating": 5', '"rating": 4'),
        ('"ratingCount": 338', '"ratingCount": 339'),
    ],
)
def test_a_change_of_review_or_counter_is_a_change(before: str, after: str) -> None:
    one = payload(HERE / "reviews_page_25_some_unanswered.html")
    assert before in one.text
    other = payload(one.text.replace(before, after, 1))
    assert yandex_maps.essence(one) != yandex_maps.essence(other)


def test_its_only_date_is_the_last_change() -> None:
    items = yandex_maps.parse(payload(HERE / "fetchReviews_cut.json"), TARGET).items
    assert {item.published_precision for item in items} == {Precision.LAST_CHANGE}
    assert all(item.edited_at is None for item in items)


def test_a_guest_who_writes_captcha_is_not_a_captcha() -> None:
    text = payload(HERE / "first_of_three_HANDMADE.html").text
    told = payload(text.replace("Нормально", "На сайте вечно showcaptcha"))
    assert len(yandex_maps.parse(told, TARGET).items) == 4


def test_a_redirect_to_the_captcha_is_blocked() -> None:
    answer = payload("", status=302, location="https://yandex.ru/showcaptcha?cc=1")
    with pytest.raises(Blocked):
        yandex_maps.parse(answer, TARGET)


@pytest.mark.parametrize(
    ("url", "ref"),
    [
        ("https://yandex.ru/maps/org/tochka/1000000001/", "1000000001"),
        ("https://yandex.ru/maps/org/1000000001", "1000000001"),
        ("https://yandex.ru/maps/213/moscow/org/tochka/1000000001/reviews/?ll=1", "1000000001"),
        ("https://yandex.com.tr/maps/org/tochka/1000000001/", "1000000001"),
        ("https://www.yandex.kz/maps/?ol=biz&oid=1000000001", "1000000001"),
        ("https://maps.yandex.ru/org/1000000001", "1000000001"),
        ("https://yandex.ru/profile/1000000001", "1000000001"),
        ("https://yandex.ru/sprav/1000000001/p/edit/reviews/", "1000000001"),
        ("https://yandex.ru/maps/-/CDabcdef", None),
        ("https://yandex.ru/maps/213/moscow/", None),
        ("https://evil.example/maps/org/tochka/1000000001/", None),
        ("https://[", None),
    ],
)
def test_recognises_links(url: str, ref: str | None) -> None:
    hint = yandex_maps.recognise_url(url)
    assert (hint.ref if hint else None) == ref


def test_recognises_saved_pages() -> None:
    saved = yandex_maps.recognise(payload(HERE / "reviews_page_empty.html"))
    assert saved is not None
    assert (saved.ref, saved.title) == ("82071161567", "Дэнтал Конфидэнс")
    rendered = yandex_maps.recognise(payload(HERE / "rendered_page_HANDMADE.html"))
    assert rendered is not None
    assert rendered.ref == "1000000001"
    assert yandex_maps.recognise(payload("<html><p>другое</p></html>")) is None


def test_links_for_people() -> None:
    item = yandex_maps.parse(payload(HERE / "fetchReviews_cut.json"), TARGET).items[0]
    assert yandex_maps.review_url(TARGET, item) == (
        "https://yandex.ru/maps/org/1000000001/reviews/?reviews[publicId]=1893b829d31eee758f027eced3"
    )
    assert yandex_maps.reply_url(TARGET, item) == (
        "https://yandex.ru/sprav/1000000001/p/edit/reviews/"
    )
