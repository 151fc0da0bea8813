"""App Store: the RSS of a country page by page, Connect only where it is configured."""

import json
from pathlib import Path
from typing import Any

import pytest
from driving import drive, payload, query

from reviewbot import registry
from reviewbot.core.contract import Denied, Item, SignedJwt, Target, publishes
from sources import app_store

HERE = Path("app_store")
RSS = Target(key="t/app_store", source="app_store", ref="ru/6777469778", secret_ref="app_store")
CONNECT = Target(
    key="t/app_store",
    source="app_store",
    ref="ru/6777469778",
    options=app_store.Options(connect=True),
    secret_ref="app_store",
)
API = "https://api.appstoreconnect.apple.com/v1"
ITEM = Item(external_id="r-1")
TEXT = "Исправили, обновите приложение."


def review(reply: str | None, state: str = "PUBLISHED") -> Any:
    link = {"type": "customerReviewResponses", "id": "resp-1"} if reply else None
    told = {"responseBody": reply, "state": state, "lastModifiedDate": "2026-03-02T10:00:00-07:00"}
    return payload(
        json.dumps(
            {
                "data": {
                    "type": "customerReviews",
                    "id": "r-1",
                    "attributes": {"rating": 1},
                    "relationships": {"response": {"data": link}},
                },
                "included": [
                    {"type": "customerReviewResponses", "id": "resp-1", "attributes": told}
                ]
                if reply
                else [],
            }
        )
    )


def test_the_rss_is_asked_until_a_page_without_reviews() -> None:
    page = payload(HERE / "rss_page_SYNTHETIC.json")
    empty = payload(HERE / "rss_no_reviews_HANDMADE.json")
    asked, _ = drive(app_store.pages(RSS, {}), [page, page, empty])
    start = "https://itunes.apple.com/ru/rss/customerreviews"
    assert [request.url for request in asked] == [
        f"{start}/page={number}/id=6777469778/sortby=mostrecent/json" for number in (1, 2, 3)
    ]
    assert {request.auth for request in asked} == {None}
    assert len(drive(app_store.pages(RSS, {}), [page] * 99)[0]) == 10


def test_the_rss_says_nothing_about_replies() -> None:
    item = app_store.parse(payload(HERE / "rss_page_SYNTHETIC.json"), RSS).items[0]
    assert set(item.partial) == {"reply_text", "reply_at", "reply_state"}
    assert app_store.one(RSS, "1") is None


def test_connect_follows_the_cursor_and_not_the_link() -> None:
    body = json.loads((Path(__file__).parent / "data/app_store/asc_apple_docs.json").read_text())
    first = payload(json.dumps(body))
    asked, _ = drive(app_store.pages(CONNECT, {}), [first, first])
    assert [query(request).get("cursor") for request in asked] == [None, "AQ.AJJtGDc"]
    assert {request.url for request in asked} == {f"{API}/apps/6777469778/customerReviews"}
    assert asked[0].auth == SignedJwt("app_store", "appstoreconnect-v1")
    assert query(asked[0])["include"] == "response"
    foreign = payload(HERE / "asc_traps_HANDMADE.json")
    assert len(drive(app_store.pages(CONNECT, {}), [foreign] * 3)[0]) == 1


def test_links_without_data_tell_nothing_about_a_reply() -> None:
    page = app_store.parse(payload(HERE / "asc_page_real_2026-09.json"), CONNECT)
    assert "reply_text" in page.items[0].partial
    page = app_store.parse(payload(HERE / "asc_with_included_response_SYNTHETIC.json"), CONNECT)
    assert [item.partial for item in page.items] == [(), ()]


def test_a_reply_is_posted_and_waits_for_publication() -> None:
    steps = app_store.reply(CONNECT, ITEM, TEXT)
    asked, receipt = drive(steps, [payload("{}", status=201), review(TEXT, "PENDING_PUBLISH")])
    assert [(request.method, request.url) for request in asked] == [
        ("POST", f"{API}/customerReviewResponses"),
        ("GET", f"{API}/customerReviews/r-1"),
    ]
    sent = asked[0].json["data"]
    assert sent["attributes"] == {"responseBody": TEXT}
    assert sent["relationships"]["review"]["data"] == {"type": "customerReviews", "id": "r-1"}
    assert receipt.outcome == "pending"


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        ((payload("{}", status=201), review(TEXT)), "published"),
        ((payload("", status=504), review(TEXT)), "published"),
        ((payload("{}", status=201), review(None)), "unknown"),
        ((payload("{}", status=201), review("Старый ответ")), "unknown"),
        ((payload("{}", status=201), payload("", status=500)), "unknown"),
        ((payload("{}", status=201), payload("", status=404)), "unknown"),
        ((payload('{"errors":[{"status":"409","title":"no"}]}', status=409),), "refused"),
        ((payload("{}", status=404),), "refused"),
    ],
)
def test_other_ends_of_a_reply(answers: tuple[Any, ...], outcome: str) -> None:
    assert drive(app_store.reply(CONNECT, ITEM, TEXT), answers)[1].outcome == outcome


def test_withdraw_asks_for_the_replys_own_id() -> None:
    answers = [review(TEXT), payload("", status=204), review(None)]
    asked, receipt = drive(app_store.withdraw(CONNECT, ITEM), answers)
    assert (asked[1].method, asked[1].url) == ("DELETE", f"{API}/customerReviewResponses/resp-1")
    assert receipt.outcome == "withdrawn"
    asked, receipt = drive(app_store.withdraw(CONNECT, ITEM), [review(None)])
    assert (len(asked), receipt.outcome) == (1, "withdrawn")


def test_without_connect_nothing_is_posted() -> None:
    with pytest.raises(Denied, match="connect"):
        next(app_store.reply(RSS, ITEM, TEXT))
    module = registry.load("app_store")
    assert not publishes(module, RSS)
    assert publishes(module, CONNECT)


def test_the_rss_needs_a_country() -> None:
    with pytest.raises(Denied, match="country"):
        next(app_store.pages(Target(key="t", source="app_store", ref="6777469778"), {}))


@pytest.mark.parametrize(
    ("url", "ref"),
    [
        ("https://apps.apple.com/ru/app/tochka/id6777469778?platform=iphone", "ru/6777469778"),
        ("https://apps.apple.com/app/id6777469778", "us/6777469778"),
        (
            "https://itunes.apple.com/de/rss/customerreviews/page=2/id=6777469778/sortby=x/json",
            "de/6777469778",
        ),
        ("app_store:6777469778", "6777469778"),
        ("ru/6777469778", "ru/6777469778"),
        ("https://apps.apple.com/ru/story/id1", None),
        ("https://example.com/ru/app/x/id6777469778", None),
        ("6777469778", None),
    ],
)
def test_recognises_links(url: str, ref: str | None) -> None:
    hint = app_store.recognise_url(url)
    assert (hint.ref if hint else None) == ref
