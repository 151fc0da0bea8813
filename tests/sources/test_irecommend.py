"""irecommend: only the product's own reviews, teasers against full texts, bans."""

from pathlib import Path

import pytest
from driving import drive, payload, query

from reviewbot.core.contract import Blocked, Item, NotModified, Target
from reviewbot.core.readings.changes import Known, diff, fingerprint
from sources import irecommend

HERE = Path("irecommend")
TARGET = Target(key="t/irecommend", source="irecommend", ref="vino-fanagoriya-f-style-merlo")
PRODUCT = "https://irecommend.ru/content/vino-fanagoriya-f-style-merlo"
SLUG = (
    "govoryat-esli-khudeesh-no-pri-etom-khochetsya-vypit-spirtnogo-nuzhno-otdat-predpochtenie-suk"
)


def teaser() -> Item:
    return irecommend.parse(payload(HERE / "product_page_COMPOSED.html"), TARGET).items[0]


def whole() -> Item:
    steps = irecommend.in_full(TARGET, teaser(), None)
    assert steps is not None
    asked, item = drive(steps, [payload(HERE / "review_page_COMPOSED.html")])
    assert [request.url for request in asked] == [f"https://irecommend.ru/content/{SLUG}"]
    assert isinstance(item, Item)
    return item


def test_reviews_of_other_products_are_left_alone() -> None:
    for file in ("product_page_COMPOSED.html", "first_of_two_HANDMADE.html"):
        content = payload(HERE / file)
        assert "9140838" in content.text, "the trap is there"
        ids = {item.external_id for item in irecommend.parse(content, TARGET).items}
        assert not ids & {"9140838", "7000001"}


def test_pages_count_from_zero_and_end_with_the_links() -> None:
    first = payload(HERE / "first_of_two_HANDMADE.html")
    last = payload(HERE / "product_page_COMPOSED.html", url=f"{PRODUCT}?page=1")
    asked, _ = drive(irecommend.pages(TARGET, {}), [first, last])
    assert {request.url for request in asked} == {PRODUCT}
    assert [query(request).get("page") for request in asked] == [None, "1"]
    assert not irecommend.parse(first, TARGET).complete
    assert irecommend.parse(last, TARGET).complete


def test_the_link_to_the_present_page_leads_nowhere() -> None:
    second = payload(HERE / "first_of_two_HANDMADE.html", url=f"{PRODUCT}?page=1")
    assert irecommend.parse(second, TARGET).complete
    asked, _ = drive(irecommend.pages(TARGET, {}), [second] * 5)
    assert len(asked) == 2


@pytest.mark.parametrize("status", [200, 503, 520, 521])
def test_a_ban_is_a_ban_whatever_its_status(status: int) -> None:
    with pytest.raises(Blocked):
        irecommend.parse(payload(HERE / "blocked_521_COMPOSED.html", status=status), TARGET)


def test_a_ban_and_an_unchanged_page_end_the_reading() -> None:
    ban = payload(HERE / "blocked_521_COMPOSED.html", status=521)
    assert len(drive(irecommend.pages(TARGET, {}), [ban, ban])[0]) == 1
    assert len(drive(irecommend.pages(TARGET, {}), [NotModified(PRODUCT)])[0]) == 1


def test_a_teaser_is_no_edit_of_the_full_text() -> None:
    short, full = teaser(), whole()
    assert full.title != short.title, "the two pages show the title at different lengths"
    filled = diff(Known(short, fingerprint(short)), full)
    assert not filled.kinds
    assert (filled.item.pros, filled.item.cons) == ("Вкус\nЦена", "Не найти в магазине")
    again = diff(Known(filled.item, filled.fingerprint), short)
    assert not again.kinds
    assert again.item == filled.item


def test_the_full_text_is_asked_for_once() -> None:
    assert irecommend.in_full(TARGET, teaser(), teaser()) is not None
    assert irecommend.in_full(TARGET, teaser(), whole()) is None


def test_the_lists_photos_stay_where_the_review_page_shows_none() -> None:
    assert whole().photos == teaser().photos
    assert teaser().photos


def test_one_review_by_its_number() -> None:
    steps = irecommend.one(TARGET, "4726974")
    asked, item = drive(steps, [payload(HERE / "review_page_other_marks_HANDMADE.html")])
    assert [request.url for request in asked] == ["https://irecommend.ru/node/4726974"]
    assert (item.external_id, item.rating) == ("4726974", 2)
    assert drive(irecommend.one(TARGET, "1"), [payload("", status=404)])[1] is None


def test_recognises_links_and_saved_pages_of_products() -> None:
    hint = irecommend.recognise_url(f"{PRODUCT}?page=3")
    assert hint is not None
    assert (hint.ref, hint.url) == (TARGET.ref, PRODUCT)
    saved = irecommend.recognise(payload(HERE / "product_page_COMPOSED.html"))
    assert saved is not None
    assert (saved.ref, saved.title) == (TARGET.ref, "Вино Фанагория F-Style Мерло")
    assert irecommend.recognise_url("https://irecommend.ru/taxonomy/term/1/reviews") is None
    assert irecommend.recognise_url("https://example.com/content/x") is None


def test_a_saved_review_is_not_taken_for_a_product() -> None:
    assert irecommend.recognise(payload(HERE / "review_page_COMPOSED.html")) is None
    page = (
        payload(HERE / "review_page_COMPOSED.html")
        .text.replace("<h1 id=", f'<a href="{PRODUCT}">к товару</a><h1 id=')
        .encode()
    )
    hint = irecommend.recognise(payload(page.decode()))
    assert hint is not None
    assert hint.ref == TARGET.ref


def test_staff_are_sent_to_the_review() -> None:
    item = Item(external_id="5024725")
    assert irecommend.review_url(TARGET, item) == "https://irecommend.ru/node/5024725"
    assert irecommend.reply_url(TARGET, item) == "https://irecommend.ru/node/5024725#comments"
