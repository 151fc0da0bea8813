"""Google Business Profile: paging, translations, and replies that are read back."""

import json
from pathlib import Path
from typing import Any

import pytest
from driving import drive, payload, query

from reviewbot.core.contract import (
    Denied,
    Item,
    NotModified,
    OAuthRefresh,
    RateLimited,
    Receipt,
    Target,
    Unreachable,
)
from sources import google_business
from sources._google_reviews import original_and_translation
from sources._markup import posted

HERE = Path("google_business")
TARGET = Target(
    key="t/google_business",
    source="google_business",
    ref="locations/5501",
    options=google_business.Options(account="accounts/1089", place_id="ChIJ_x"),
    secret_ref="google",
)
API = "https://mybusiness.googleapis.com/v4/accounts/1089/locations/5501/reviews"
ITEM = Item(external_id="AbFvOq1")


def review(reply: str | None = None, **more: Any) -> Any:
    body: dict[str, Any] = {"reviewId": "AbFvOq1", "starRating": "ONE", **more}
    if reply is not None:
        body["reviewReply"] = {"comment": reply, "updateTime": "2026-05-01T10:00:00Z"}
        body["reviewReply"].update(more.get("replyMore", {}))
    return payload(json.dumps(body))


def replying(*answers: Any) -> tuple[list[Any], Receipt]:
    return drive(google_business.reply(TARGET, ITEM, "Спасибо!  Ждём вас."), answers)


def test_goes_on_after_an_empty_page_with_a_token_and_stops_without_one() -> None:
    asked, _ = drive(
        google_business.pages(TARGET, {}),
        [
            payload(HERE / "reviews_list_empty_page_with_token.json"),
            payload(HERE / "reviews_list_5_real.json"),
        ],
    )
    assert [query(request).get("pageToken") for request in asked] == [None, "foo"]
    assert {request.url for request in asked} == {API}
    assert query(asked[0])["pageSize"] == "50"


def test_a_token_that_comes_again_does_not_go_round() -> None:
    same = payload(HERE / "reviews_list_empty_page_with_token.json")
    asked, _ = drive(google_business.pages(TARGET, {}), [same] * 5)
    assert len(asked) == 2


def test_not_modified_ends_the_reading() -> None:
    asked, _ = drive(google_business.pages(TARGET, {}), [NotModified(API)])
    assert len(asked) == 1


def test_the_token_address_follows_an_overridden_base() -> None:
    asked, _ = drive(google_business.pages(TARGET, {}), [])
    assert asked[0].auth == OAuthRefresh("google", "https://oauth2.googleapis.com/token")
    moved = Target(
        key="t", source="google_business", ref="accounts/7/locations/8", base_url="http://[::1]:9"
    )
    asked, _ = drive(google_business.pages(moved, {}), [])
    assert asked[0].url == "http://[::1]:9/v4/accounts/7/locations/8/reviews"
    assert asked[0].auth == OAuthRefresh("", "http://[::1]:9/token")


def test_without_an_account_nothing_is_asked() -> None:
    with pytest.raises(Denied, match="account"):
        next(google_business.pages(Target(key="t", source="x", ref="locations/1"), {}))


@pytest.mark.parametrize(
    ("comment", "text", "translation"),
    [
        ("Вкусно", "Вкусно", None),
        ("(Translated by Google) Tasty\n\n(Original)\nВкусно", "Вкусно", "Tasty"),
        ("Вкусно\n\n(Translated by Google)\nTasty", "Вкусно", "Tasty"),
        ("(Переведено Google) Вкусно\n\n(Оригинал)\nTasty", "Tasty", "Вкусно"),
        ("(Original)\nВкусно\n\n(Translated by Google)\nTasty", "Вкусно", "Tasty"),
        ("(Translated by Google) Tasty", "Tasty", "Tasty"),
        ("(Translated by Google)", None, None),
        ("I liked the (Original) sauce", "I liked the (Original) sauce", None),
        (None, None, None),
    ],
)
def test_splits_original_and_translation(
    comment: str | None, text: str | None, translation: str | None
) -> None:
    assert original_and_translation(comment) == (text, translation)


def test_no_text_keeps_the_mark_of_translation() -> None:
    for name in ("reviews_list_5_real.json", "traps_HANDMADE.json"):
        for item in google_business.parse(payload(HERE / name), TARGET).items:
            for text in (item.text, item.translation, item.reply_text):
                assert "Translated by Google" not in (text or "")


def test_bare_stars_are_listed_and_can_be_answered() -> None:
    items = google_business.parse(payload(HERE / "reviews_list_5_real.json"), TARGET).items
    wordless = [item for item in items if item.text is None]
    assert [(item.rating, item.can_reply) for item in wordless] == [(1, True), (2, True)]


def test_a_reply_is_put_and_read_back() -> None:
    asked, receipt = replying(payload("{}"), review("Спасибо! Ждём вас."))
    assert [(request.method, request.url) for request in asked] == [
        ("PUT", f"{API}/AbFvOq1/reply"),
        ("GET", f"{API}/AbFvOq1"),
    ]
    assert asked[0].json == {"comment": "Спасибо!  Ждём вас."}
    assert receipt.outcome == "published"
    assert receipt.at is not None


def test_a_put_that_timed_out_but_landed_is_published() -> None:
    _, receipt = replying(payload("", status=504), review("Спасибо! Ждём вас."))
    assert receipt.outcome == "published"


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        ((payload("{}"), review(None)), "unknown"),
        ((payload("{}"), review("Старый ответ")), "unknown"),
        ((payload("{}"), payload("", status=503)), "unknown"),
        ((payload("{}"), payload("", status=404)), "unknown"),
        ((payload(HERE / "error_400_HANDMADE.json", status=400),), "refused"),
        ((payload("", status=404),), "refused"),
    ],
)
def test_other_ends_of_a_reply(answers: tuple[Any, ...], outcome: str) -> None:
    _, receipt = replying(*answers)
    assert receipt.outcome == outcome
    assert receipt.detail


@pytest.mark.parametrize(("state", "outcome"), [("PENDING", "pending"), ("REJECTED", "refused")])
def test_moderation_is_told(state: str, outcome: str) -> None:
    shown = review("Спасибо! Ждём вас.", replyMore={"reviewReplyState": state})
    assert replying(payload("{}"), shown)[1].outcome == outcome


@pytest.mark.parametrize(
    ("file", "status", "error"),
    [
        ("error_401.json", 401, Denied),
        ("error_403_HANDMADE.json", 403, Denied),
        ("error_429_HANDMADE.json", 429, RateLimited),
    ],
)
def test_a_refused_credential_or_quota_publishes_nothing(
    file: str, status: int, error: type[Exception]
) -> None:
    with pytest.raises(error):
        replying(payload(HERE / file, status=status))


def test_withdraw_deletes_and_looks() -> None:
    steps = google_business.withdraw(TARGET, ITEM)
    asked, receipt = drive(steps, [payload("{}"), review(None)])
    assert [request.method for request in asked] == ["DELETE", "GET"]
    assert receipt.outcome == "withdrawn"
    steps = google_business.withdraw(TARGET, ITEM)
    assert drive(steps, [payload("{}"), review("Ещё тут")])[1].outcome == "unknown"


def test_one_review() -> None:
    _, item = drive(google_business.one(TARGET, "AbFvOq1"), [review("Спасибо")])
    assert item.reply_text == "Спасибо"
    assert drive(google_business.one(TARGET, "AbFvOq1"), [payload("", status=404)])[1] is None
    with pytest.raises(Unreachable):
        drive(google_business.one(TARGET, "AbFvOq1"), [payload("", status=503)])


def test_limits_are_bytes() -> None:
    assert google_business.REPLY_LIMIT.fits("я" * 2048)
    assert not google_business.REPLY_LIMIT.fits("я" * 2049)


def test_recognises_names_and_saved_answers() -> None:
    hint = google_business.recognise_url(f"{API}?pageSize=50")
    assert hint is not None
    assert (hint.ref, hint.options) == ("locations/5501", {"account": "accounts/1089"})
    assert google_business.recognise_url("https://www.google.com/maps/place/x") is None
    saved = google_business.recognise(payload(HERE / "traps_HANDMADE.json"))
    assert saved is not None
    assert saved.ref == "locations/5501"


def test_the_very_review_is_opened_to_answer_and_a_refusal_says_why() -> None:
    """As the change log of July 2026 tells it; no live answer was seen."""
    (item,) = google_business.parse(
        payload(HERE / "reply_refused_2026_SYNTHETIC.json"), TARGET
    ).items
    opened = google_business.reply_url(TARGET, item)
    assert opened == "https://business.google.com/reviews/reply/AbFvOq2026a"
    elsewhere = item.with_(site={"answer_url": "https://evil.example/"})
    assert google_business.reply_url(TARGET, elsewhere) == "https://business.google.com/reviews"
    receipt = posted(item, item.reply_text or "")
    assert receipt.outcome == "refused"
    assert "phone number" in receipt.detail


def test_of_a_place_without_reviews_google_leaves_an_empty_answer() -> None:
    page = google_business.parse(payload("{}"), TARGET)
    assert (page.items, page.counters.reviews, page.complete) == ((), 0, False)
