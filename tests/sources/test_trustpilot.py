"""Trustpilot: pages by their own numbers, the API only where it is configured."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from driving import drive, payload, query

from reviewbot import registry
from reviewbot.core.contract import Denied, Item, OAuthClient, Payload, Target, publishes
from sources import trustpilot

HERE = Path("trustpilot")
TARGET = Target(key="t/trustpilot", source="trustpilot", ref="studiosamo.it")
WITH_API = Target(
    key="t/trustpilot",
    source="trustpilot",
    ref="studiosamo.it",
    options=trustpilot.Options(business_unit="5c8b", author="u1"),
    secret_ref="tp",
)
API = "https://api.trustpilot.com/v1/private"


def review(reply: str | None) -> Any:
    answer = {"text": reply, "createdAt": "2026-05-02T10:00:00Z"} if reply else None
    return payload(json.dumps({"id": "r1", "stars": 1, "companyReply": answer}))


def test_asks_in_every_language_until_the_last_page() -> None:
    first = payload(HERE / "page_2025-07_trimmed.html")
    asked, _ = drive(trustpilot.pages(TARGET, {}), [first] * 9)
    assert [query(request).get("page") for request in asked] == [None, "2", "3"]
    assert {query(request)["languages"] for request in asked} == {"all"}


def test_with_a_business_unit_the_api_is_asked() -> None:
    asked, _ = drive(trustpilot.pages(WITH_API, {}), [payload(HERE / "api_SYNTHETIC.json")])
    assert [request.url for request in asked] == [f"{API}/business-units/5c8b/reviews"]
    assert asked[0].auth == OAuthClient("tp", f"https://api.trustpilot.com{trustpilot.TOKEN_PATH}")


def test_a_reply_is_posted_and_read_back() -> None:
    steps = trustpilot.reply(WITH_API, Item(external_id="r1"), "Извините нас")
    asked, receipt = drive(steps, [payload("{}", status=201), review("Извините нас")])
    assert [(request.method, request.url) for request in asked] == [
        ("POST", f"{API}/reviews/r1/reply"),
        ("GET", f"{API}/reviews/r1"),
    ]
    assert asked[0].json == {"message": "Извините нас", "authorBusinessUserId": "u1"}
    assert receipt.outcome == "published"


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        ((payload("{}", status=201), review(None)), "unknown"),
        ((payload("", status=504), review("Извините нас")), "published"),
        ((payload("{}", status=201), payload("", status=500)), "unknown"),
        ((payload('{"message":"too long"}', status=400),), "refused"),
    ],
)
def test_other_ends_of_a_reply(answers: tuple[Any, ...], outcome: str) -> None:
    steps = trustpilot.reply(WITH_API, Item(external_id="r1"), "Извините нас")
    assert drive(steps, answers)[1].outcome == outcome


def test_withdraw_and_one() -> None:
    steps = trustpilot.withdraw(WITH_API, Item(external_id="r1"))
    assert drive(steps, [payload("", status=204), review(None)])[1].outcome == "withdrawn"
    _, item = drive(trustpilot.one(WITH_API, "r1"), [review("Извините")])
    assert item.reply_text == "Извините"


def test_without_the_api_a_reply_is_denied_before_anything_is_asked() -> None:
    with pytest.raises(Denied, match="business_unit"):
        next(trustpilot.reply(TARGET, Item(external_id="r1"), "x"))
    assert not publishes(registry.load("trustpilot"), TARGET)
    assert publishes(registry.load("trustpilot"), WITH_API)
    assert trustpilot.one(TARGET, "r1") is None


@pytest.mark.parametrize(
    ("url", "ref"),
    [
        ("https://www.trustpilot.com/review/studiosamo.it?page=2", "studiosamo.it"),
        ("https://it.trustpilot.com/review/StudioSamo.it", "studiosamo.it"),
        ("https://www.trustpilot.com/categories/bank", None),
        ("https://nottrustpilot.com/review/x.example", None),
    ],
)
def test_recognises_links(url: str, ref: str | None) -> None:
    hint = trustpilot.recognise_url(url)
    assert (hint.ref if hint else None) == ref


def test_recognises_a_saved_page() -> None:
    hint = trustpilot.recognise(payload(HERE / "page_2025-07_trimmed.html"))
    assert hint is not None
    assert hint.ref == "studiosamo.it"


PRODUCTS = replace(WITH_API, options=trustpilot.Options("46d6a890", "u1", products=True))


def product(conversation: str | None = "7a01") -> Payload:
    told = {"id": "r1", "stars": 1, "content": "It leaks.", "conversationId": conversation}
    return payload(json.dumps(told))


def conversation_of(*comments: dict[str, Any]) -> Payload:
    return payload(json.dumps({"id": "7a01", "comments": comments}))


GUEST = {"content": "Still leaks.", "consumer": {"id": "c1"}}
OURS = {"content": "We send a new one.", "createdAt": "2026-05-02T10:00:00Z"}


def test_products_have_a_list_of_their_own_and_replies_in_conversations() -> None:
    asked, _ = drive(trustpilot.pages(PRODUCTS, {}), [])
    assert asked[0].url == f"{API}/product-reviews/business-units/46d6a890/reviews"
    page = trustpilot.parse(payload(Path("trustpilot/products_SYNTHETIC.json")), PRODUCTS)
    first, second = page.items
    assert (first.site["product"], first.site["article"]) == ("Kettle 1.7 l", "KT-17")
    assert trustpilot.in_full(PRODUCTS, second, None) is None, "no conversation: no reply"
    assert trustpilot.in_full(PRODUCTS, first, first.with_(reply_text="x")) is None
    steps = trustpilot.in_full(PRODUCTS, first, None)
    assert steps is not None
    asked, item = drive(steps, [conversation_of(GUEST, OURS, GUEST)])
    assert asked[0].url == f"{API}/conversations/7a01"
    assert (item.reply_text, item.partial) == ("We send a new one.", ())
    steps = trustpilot.in_full(PRODUCTS, first, None)
    assert steps is not None
    assert drive(steps, [conversation_of(GUEST)])[1].reply_text is None


def test_a_reply_to_a_product_begins_the_conversation_once() -> None:
    review, text = Item(external_id="r1"), "We send a new one."
    begun = payload('{"conversationId": "7a01"}')
    told = (payload("{}", status=201), product(), conversation_of(OURS))
    steps = trustpilot.reply(PRODUCTS, review, text)
    asked, receipt = drive(steps, [product(None), begun, *told])
    assert [each.url.removeprefix(f"{API}/") for each in asked[:3]] == [
        "product-reviews/r1",
        "product-reviews/r1/create-conversation",
        "conversations/7a01/comments",
    ]
    assert asked[2].json == {"content": text}
    assert ("x-business-user-id", "u1") in asked[2].headers
    assert receipt.outcome == "published"
    known = review.with_(site={"conversation": "7a01"})
    asked, receipt = drive(trustpilot.reply(PRODUCTS, known, text), told)
    assert (asked[0].url, receipt.outcome) == (f"{API}/conversations/7a01/comments", "published")
    refused = payload('{"message": "too long"}', status=400)
    assert drive(trustpilot.reply(PRODUCTS, known, "x"), [refused])[1].outcome == "refused"
    lost = [payload("", status=504), product(), conversation_of(GUEST)]
    assert drive(trustpilot.reply(PRODUCTS, known, "x"), lost)[1].outcome == "unknown"
    assert drive(trustpilot.withdraw(PRODUCTS, known), [])[1].outcome == "refused"
