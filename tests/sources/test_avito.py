"""Avito: pages by the total, the rating at the end, answers only where Avito lets them."""

import json
from pathlib import Path
from typing import Any

import pytest
from driving import drive, payload, query

from reviewbot.core.contract import Denied, Item, OAuthClient, Target
from sources import avito

HERE = Path("avito")
TARGET = Target(key="t/avito", source="avito", ref="profile", secret_ref="avito")
API = "https://api.avito.ru/ratings/v1"
ITEM = Item(external_id="9001", can_reply=True)
TEXT = "Спасибо за отзыв!"


def listed(answer: str | None = None, status: str = "published", number: int = 9001) -> Any:
    review: dict[str, Any] = {"id": number, "score": 1, "canAnswer": answer is None}
    if answer is not None:
        review["answer"] = {"id": 456, "status": status, "text": answer, "createdAt": 1772000000}
    return payload(json.dumps({"total": 1, "reviews": [review]}))


def full(total: int) -> Any:
    reviews = [{"id": number, "score": 5} for number in range(1, 51)]
    return payload(json.dumps({"total": total, "reviews": reviews}))


def test_pages_by_the_total_and_then_the_rating() -> None:
    answers = [full(120), full(120), listed(), payload(HERE / "info_SYNTHETIC.json")]
    asked, _ = drive(avito.pages(TARGET, {}), answers)
    assert [query(request).get("offset") for request in asked] == ["0", "50", "100", None]
    assert [request.url for request in asked] == [f"{API}/reviews"] * 3 + [f"{API}/info"]
    asked, _ = drive(avito.pages(TARGET, {}), [full(100), full(100), payload("", status=403)])
    assert asked[-1].url == f"{API}/info"
    assert not asked[-1].is_page(payload("", status=403))
    assert asked[0].auth == OAuthClient("avito", "https://api.avito.ru/token")


def test_the_rating_ends_the_list() -> None:
    page = avito.parse(payload(HERE / "info_SYNTHETIC.json"), TARGET)
    assert (page.counters.rating, page.complete) == (4.7, True)


def test_an_answer_is_posted_as_message_and_looked_for() -> None:
    asked, receipt = drive(
        avito.reply(TARGET, ITEM, TEXT), [payload('{"id":456,"createdAt":1}'), listed(TEXT)]
    )
    assert (asked[0].method, asked[0].url) == ("POST", f"{API}/answers")
    assert asked[0].json == {"reviewId": 9001, "message": TEXT}
    assert (asked[1].method, asked[1].url) == ("GET", f"{API}/reviews")
    assert receipt.outcome == "published"


def test_can_answer_is_respected_before_anything_is_asked() -> None:
    asked, receipt = drive(avito.reply(TARGET, ITEM.with_(can_reply=False), TEXT), [])
    assert (asked, receipt.outcome) == ([], "refused")
    assert "canAnswer" in receipt.detail


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        ((payload("{}"), listed(TEXT, "moderation")), "pending"),
        ((payload("{}"), listed(TEXT, "rejected")), "refused"),
        ((payload("", status=504), listed(TEXT)), "published"),
        ((payload("{}"), listed(None)), "unknown"),
        ((payload("{}"), listed(TEXT, number=1)), "unknown"),
        ((payload("{}"), payload("", status=500)), "unknown"),
        ((payload('{"error":{"code":400,"message":"bad"}}', status=400),), "refused"),
    ],
)
def test_other_ends_of_an_answer(answers: tuple[Any, ...], outcome: str) -> None:
    assert drive(avito.reply(TARGET, ITEM, TEXT), answers)[1].outcome == outcome


def test_a_refused_token_posts_nothing() -> None:
    with pytest.raises(Denied):
        drive(avito.reply(TARGET, ITEM, TEXT), [payload("{}", status=401)])


def test_withdraw_deletes_the_answer_by_its_own_id() -> None:
    answers = [listed(TEXT), payload('{"success":true}'), listed(None)]
    asked, receipt = drive(avito.withdraw(TARGET, ITEM), answers)
    assert (asked[1].method, asked[1].url) == ("DELETE", f"{API}/answers/456")
    assert receipt.outcome == "withdrawn"
    answers = [listed(TEXT), payload('{"success":true}'), listed(TEXT)]
    assert drive(avito.withdraw(TARGET, ITEM), answers)[1].outcome == "unknown"


@pytest.mark.parametrize(
    ("url", "ref"),
    [
        ("https://www.avito.ru/user/0a1b2c3d4e5f/profile?src=x", "0a1b2c3d4e5f"),
        ("https://www.avito.ru/brands/tochka", "tochka"),
        ("https://www.avito.ru/profile", "profile"),
        ("https://www.avito.ru/moskva/uslugi/remont_123", None),
        ("https://example.com/profile", None),
    ],
)
def test_recognises_links(url: str, ref: str | None) -> None:
    hint = avito.recognise_url(url)
    assert (hint.ref if hint else None) == ref
