"""Otzovik: lists, teasers against full texts, the owner's reply among the comments."""

from dataclasses import replace
from pathlib import Path

import pytest
from conversation import conversation
from driving import DATA, drive, payload

from reviewbot.core.contract import Blocked, Item, NotModified, Target
from reviewbot.core.readings.changes import ChangeKind, Known, diff, fingerprint
from sources import otzovik
from tests.collect.loopback import Answer, Asked

HERE = Path("otzovik")
TARGET = Target(key="t/otzovik", source="otzovik", ref="bank_vtb_24")
LIST = "https://otzovik.com/reviews/bank_vtb_24/"
REVIEW = "https://otzovik.com/review_16380326.html"


def listed(number: str = "16380326") -> Item:
    page = otzovik.parse(payload(HERE / "list_page_cut_COMPOSED.html"), TARGET)
    return next(item for item in page.items if item.external_id == number)


def in_full(item: Item, known: Item | None, file: str) -> Item:
    steps = otzovik.in_full(TARGET, item, known)
    assert steps is not None
    asked, whole = drive(steps, [payload(HERE / file)])
    assert [request.url for request in asked] == [REVIEW]
    assert isinstance(whole, Item)
    return whole


def test_asks_the_newest_first_and_goes_on_while_there_is_a_next_list() -> None:
    more = payload(HERE / "list_page_cut_COMPOSED.html")
    last = payload(HERE / "last_page_HANDMADE.html")
    asked, _ = drive(otzovik.pages(TARGET, {}), [more, last])
    assert [request.url for request in asked] == [LIST, f"{LIST}2/"]
    assert {request.params for request in asked} == {(("order", "date_desc"),)}


def test_stops_at_a_captcha_and_at_a_page_that_has_not_changed() -> None:
    captcha = payload(HERE / "captcha_507_COMPOSED.html", status=507)
    assert len(drive(otzovik.pages(TARGET, {}), [captcha, captcha])[0]) == 1
    assert len(drive(otzovik.pages(TARGET, {}), [NotModified(LIST)])[0]) == 1


def test_a_teaser_is_no_edit_of_the_full_text() -> None:
    teaser = listed()
    whole = in_full(teaser, None, "single_review_unanswered_HANDMADE.html")
    assert teaser.text
    assert whole.text
    assert len(whole.text) > len(teaser.text)
    filled = diff(Known(teaser, fingerprint(teaser)), whole)
    assert not filled.kinds
    again = diff(Known(filled.item, filled.fingerprint), teaser)
    assert not again.kinds
    assert again.item.text == whole.text


def test_a_new_review_is_read_in_full_once() -> None:
    teaser = listed()
    assert otzovik.in_full(TARGET, teaser, teaser) is not None, "known only as a teaser"
    whole = in_full(teaser, None, "single_review_unanswered_HANDMADE.html")
    assert otzovik.in_full(TARGET, teaser, whole) is None


def test_another_comment_count_brings_the_owners_reply_once() -> None:
    before = in_full(listed(), None, "single_review_unanswered_HANDMADE.html")
    commented = listed().with_(site={"comments": 1}, partial=("reply_text", "text"))
    after = in_full(commented, before, "single_review_official_reply_COMPOSED.html")
    change = diff(Known(before, fingerprint(before)), after)
    assert change.kinds == {ChangeKind.ANSWERED}
    assert after.reply_at is not None
    assert otzovik.in_full(TARGET, commented, after) is None
    kept = diff(Known(after, fingerprint(after)), commented)
    assert not kept.kinds, "a list does not show the reply, and does not take it back"


def test_a_guest_who_calls_himself_official_is_not_the_owner() -> None:
    whole = in_full(listed(), None, "single_review_nested_reply_HANDMADE.html")
    assert whole.reply_text == "Проверили:\nденьги вернули."


def test_one_review_and_a_review_that_is_gone() -> None:
    whole = payload(HERE / "single_review_official_reply_COMPOSED.html")
    _, item = drive(otzovik.one(TARGET, "16380326"), [whole])
    assert item.external_id == "16380326"
    assert drive(otzovik.one(TARGET, "16380326"), [payload("", status=404)])[1] is None
    with pytest.raises(Blocked):
        drive(
            otzovik.one(TARGET, "16380326"),
            [payload(HERE / "captcha_507_COMPOSED.html")],
        )


@pytest.mark.parametrize("astray", ["\0", "</html>", "</HTML >", "<template>", "<template id=x>"])
def test_no_review_is_lost_where_a_page_leads_its_parser_astray(astray: str) -> None:
    page = payload(HERE / "list_page_cut_COMPOSED.html")
    whole = otzovik.parse(page, TARGET)
    mark = '<div class="item status4'
    parts = page.text.split(mark)
    assert len(parts) - 1 == len(whole.items) == 4
    for place in range(len(whole.items)):
        damaged = mark.join([*parts[:place], parts[place] + astray, *parts[place + 1 :]])
        shown = otzovik.parse(replace(page, content=damaged.encode()), TARGET)
        assert shown == whole


def test_essence_leaves_advertisements_out_and_comments_in() -> None:
    page = payload(HERE / "list_page_cut_COMPOSED.html")
    other = replace(page, content=page.content.replace(b"</body>", b"<i>ad 8123</i></body>"))
    assert otzovik.essence(other) == otzovik.essence(page)
    counted = page.content.replace(b'commentCount">6<', b'commentCount">7<')
    assert otzovik.essence(replace(page, content=counted)) != otzovik.essence(page)


@pytest.mark.parametrize(
    "url",
    [
        "https://otzovik.com/reviews/bank_vtb_24/",
        "http://www.otzovik.com/reviews/bank_vtb_24/3/?order=date_desc",
        "https://m.otzovik.com/reviews/bank_vtb_24",
    ],
)
def test_recognises_links_to_a_place(url: str) -> None:
    hint = otzovik.recognise_url(url)
    assert hint is not None
    assert (hint.ref, hint.url) == ("bank_vtb_24", LIST)


@pytest.mark.parametrize("url", [REVIEW, "https://otzovik.com/", "https://example.com/reviews/x/"])
def test_other_links_are_not_taken(url: str) -> None:
    assert otzovik.recognise_url(url) is None


@pytest.mark.parametrize(
    "file", ["list_page_cut_COMPOSED.html", "single_review_official_reply_COMPOSED.html"]
)
def test_recognises_saved_pages(file: str) -> None:
    hint = otzovik.recognise(payload(HERE / file))
    assert hint is not None
    assert (hint.ref, hint.title) == ("bank_vtb_24", "Банк ВТБ")


def test_a_strangers_page_is_not_recognised() -> None:
    assert otzovik.recognise(payload("<html><body>Привет</body></html>")) is None
    assert otzovik.recognise(payload(HERE / "captcha_507_COMPOSED.html")) is None


def test_staff_are_sent_to_the_discussion() -> None:
    assert otzovik.review_url(TARGET, listed()) == REVIEW
    assert otzovik.reply_url(TARGET, listed()) == f"{REVIEW}#comments"


async def test_a_reading_asks_for_a_few_full_texts_and_stops_at_the_first_ban(
    tmp_path: Path,
) -> None:
    left = 3

    def site(asked: Asked) -> Answer:
        nonlocal left
        left -= 1
        if left < 0:
            return Answer((DATA / HERE / "captcha_507_COMPOSED.html").read_bytes(), status=507)
        if asked.path.startswith("/reviews/"):
            return Answer((DATA / HERE / "list_page_cut_COMPOSED.html").read_bytes())
        page = (DATA / HERE / "single_review_official_reply_COMPOSED.html").read_bytes()
        number = asked.path.removeprefix("/review_").removesuffix(".html")
        return Answer(page.replace(b"16380326", number.encode()))

    async with conversation(tmp_path, otzovik, site, ref="bank_vtb_24", secret={}) as talk:
        reading = await talk.read(whole=False)
        asked = talk.server.paths()
    assert isinstance(reading.error, Blocked)
    assert len(asked) == 4, "nothing is asked after the ban"
    assert len(reading.items) == 4, "what the list showed is kept"
    whole = [item for item in reading.items if "text" not in item.partial]
    assert len(whole) == 2
    assert all(item.reply_text for item in whole)


async def test_the_rest_of_the_full_texts_is_owed_to_the_next_readings(tmp_path: Path) -> None:
    def site(asked: Asked) -> Answer:
        if asked.path.startswith("/reviews/"):
            return Answer((DATA / HERE / "list_page_cut_COMPOSED.html").read_bytes())
        return Answer(status=404)

    async with conversation(tmp_path, otzovik, site, ref="bank_vtb_24", secret={}) as talk:
        reading = await talk.read(whole=False)
        asked = talk.server.paths()
    assert reading.error is None
    assert len(asked) == 1 + otzovik.TRAITS.singles
    assert reading.owed == len(reading.items) - otzovik.TRAITS.singles
