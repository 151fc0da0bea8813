"""Trustpilot: pages by their own numbers, the API only where it is configured."""

import json
from pathlib import Path
from typing import Any

import pytest
from driving import drive, payload, query

from reviewbot import registry
from reviewbot.core.contract import Denied, Item, OAuthClient, Target, publishes
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
