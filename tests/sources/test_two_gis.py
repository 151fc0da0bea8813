"""2GIS: keys that come and go, links that must not be followed, zeros that must be proven."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from driving import drive, payload, query

from reviewbot.core.contract import Blocked, Denied, NotModified, Payload, Target
from sources import two_gis

HERE = Path("two_gis")
TARGET = Target(
    key="t/two_gis",
    source="two_gis",
    ref="70000001000000001",
    url="https://2gis.kz/almaty/firm/70000001000000001?m=1",
)
FRONT = payload(HERE / "firm_page_without_state_HANDMADE.html")
FULL = payload(HERE / "branches_reviews_v2_2021_flamp_and_2gis.json")
LAST = payload(HERE / "reviews_page_2026_SYNTHETIC.json")
KEY_BLOCKED = payload(HERE / "key_blocked_HANDMADE.json", status=403)
KEY = "00000000-handmade-key"


def kinds(asked: list[object]) -> list[str]:
    return [request.kind for request in asked]  # type: ignore[attr-defined]


def test_takes_the_key_from_the_firm_page_and_pages_by_its_own_address() -> None:
    asked, _ = drive(two_gis.pages(TARGET, {}), [FRONT, FULL, LAST])
    assert kinds(asked) == ["step", "page", "page"]
    assert asked[0].url == "https://2gis.kz/almaty/firm/70000001000000001/tab/reviews"
    api = "https://public-api.reviews.2gis.com/2.0/branches/70000001000000001/reviews"
    assert [request.url for request in asked[1:]] == [api, api]
    assert query(asked[1])["key"] == query(asked[2])["key"] == KEY
    assert query(asked[2])["offset_date"] == "2018-10-05T15:28:51.0+07:00"
    assert query(asked[1])["limit"] == "50"
    assert "rated" not in query(asked[1])


def test_the_key_that_worked_is_remembered_from_the_address() -> None:
    page = two_gis.parse(replace(FULL, url=f"https://x.2gis.com/2.0/x?key={KEY}&limit=50"), TARGET)
    assert page.memory == {"key": KEY}
    asked, _ = drive(two_gis.pages(TARGET, page.memory), [LAST])
    assert kinds(asked) == ["page"]
    assert query(asked[0])["key"] == KEY


def test_a_remembered_key_that_is_blocked_is_looked_up_anew_once() -> None:
    asked, _ = drive(two_gis.pages(TARGET, {"key": "old-old-old"}), [KEY_BLOCKED, FRONT, LAST])
    assert kinds(asked) == ["page", "step", "page"]
    assert not asked[0].is_page(KEY_BLOCKED)
    assert asked[0].is_page(LAST)
    assert query(asked[2])["key"] == KEY
    with pytest.raises(Blocked):
        drive(two_gis.pages(TARGET, {"key": "old-old-old"}), [KEY_BLOCKED, FRONT, KEY_BLOCKED])


def test_a_configured_key_is_the_operators_business() -> None:
    target = replace(TARGET, options=two_gis.Options(key="mine-mine-mine"))
    with pytest.raises(Blocked):
        drive(two_gis.pages(target, {"key": KEY}), [KEY_BLOCKED])


def test_another_refusal_is_not_a_key_problem() -> None:
    with pytest.raises(Denied):
        drive(two_gis.pages(TARGET, {"key": KEY}), [payload("<p>no</p>", status=403)])


def test_an_empty_first_page_is_checked_against_the_firm_page() -> None:
    zero = payload(HERE / "no_reviews_HANDMADE.json")
    assert not two_gis.parse(zero, TARGET).complete
    asked, _ = drive(two_gis.pages(TARGET, {"key": KEY}), [zero, FRONT])
    assert kinds(asked) == ["page", "page"]
    assert asked[1].url.endswith("/firm/70000001000000001/tab/reviews")


def test_a_front_page_without_a_key_is_read_itself_or_refused() -> None:
    state = payload(HERE / "firm_page_state_HANDMADE.html")
    keyless = payload(state.text.replace("reviewApiKey", "other"))
    asked, _ = drive(two_gis.pages(TARGET, {}), [keyless, keyless])
    assert kinds(asked) == ["step", "page"]
    with pytest.raises(Blocked):
        drive(two_gis.pages(TARGET, {}), [payload(HERE / "old_browser_HANDMADE.html")])


def test_a_next_link_that_repeats_does_not_go_round() -> None:
    asked, _ = drive(two_gis.pages(TARGET, {"key": KEY}), [FULL] * 9)
    assert len(asked) == 2


def test_not_modified_ends_the_reading() -> None:
    asked, _ = drive(two_gis.pages(TARGET, {"key": KEY}), [NotModified("")])
    assert len(asked) == 1


def test_the_branch_counter_stands_against_a_zero() -> None:
    page = two_gis.parse(payload(HERE / "zero_beside_counter_HANDMADE.json"), TARGET)
    assert page.items == ()
    assert page.counters.reviews == 49


def test_flamp_reviews_are_kept_and_cannot_be_answered_here() -> None:
    flamp, own = two_gis.parse(FULL, TARGET).items
    assert flamp.can_reply is False
    assert two_gis.reply_url(TARGET, flamp) == flamp.url
    assert own.can_reply is None
    assert two_gis.reply_url(TARGET, own) == "https://account.2gis.com/"
    assert two_gis.review_url(TARGET, own) == (
        "https://2gis.kz/almaty/firm/70000001000000001/tab/reviews"
    )


def test_only_the_link_to_the_next_page_may_differ_in_unchanged_answers() -> None:
    body = json.loads(FULL.text)
    body["meta"]["next_link"] = "https://api.reviews.2gis.com/other"
    assert two_gis.essence(payload(json.dumps(body))) == two_gis.essence(FULL)
    body["meta"]["branch_reviews_count"] = 50
    assert two_gis.essence(payload(json.dumps(body))) != two_gis.essence(FULL)


def test_a_state_holding_undefined_is_read() -> None:
    text = payload(HERE / "firm_page_state_HANDMADE.html").text
    told: Payload = payload(text.replace('"dateEdited": null', '"dateEdited":undefined'))
    assert told.text != text
    assert len(two_gis.parse(told, TARGET).items) == 2


@pytest.mark.parametrize(
    ("url", "ref", "address"),
    [
        ("https://2gis.ru/moscow/firm/70000001000000001", "70000001000000001", "2gis.ru/moscow"),
        ("https://2gis.ru/firm/70000001000000001/tab/reviews", "70000001000000001", "2gis.ru"),
        (
            "https://2gis.ru/spb/search/кофе/firm/70000001000000001/30.3%2C59.9?m=30.3",
            "70000001000000001",
            "2gis.ru/spb",
        ),
        (
            "https://public-api.reviews.2gis.com/2.0/branches/70000001/reviews",
            "70000001",
            "2gis.ru",
        ),
        ("https://go.2gis.com/abcde", None, None),
        ("https://2gis.ru.evil.example/firm/70000001000000001", None, None),
    ],
)
def test_recognises_links(url: str, ref: str | None, address: str | None) -> None:
    hint = two_gis.recognise_url(url)
    assert (hint.ref if hint else None) == ref
    assert (hint.url if hint else None) == (f"https://{address}/firm/{ref}" if address else None)


def test_recognises_saved_answers_and_pages() -> None:
    for file, ref in (
        ("branches_reviews_v2_2021_flamp_and_2gis.json", "70000001017466092"),
        ("firm_page_state_HANDMADE.html", "70000001000000001"),
    ):
        hint = two_gis.recognise(payload(HERE / file))
        assert hint is not None
        assert hint.ref == ref
