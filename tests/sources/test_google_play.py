"""Google Play: a window of seven days, an edit that takes the reply away, 350 characters."""

import json
from pathlib import Path
from typing import Any

import pytest
from driving import drive, payload, query

from reviewbot.core.contract import Denied, Item, RateLimited, ServiceAccount, Target
from sources import google_play

HERE = Path("google_play")
TARGET = Target(
    key="t/google_play", source="google_play", ref="com.example.app", secret_ref="google_play"
)
API = "https://androidpublisher.googleapis.com/androidpublisher/v3/applications/com.example.app"
ITEM = Item(external_id="gp:AOqp")
TEXT = "Спасибо, исправили."


def review(reply: str | None) -> Any:
    comments: list[dict[str, Any]] = [{"userComment": {"text": "Плохо", "starRating": 1}}]
    if reply is not None:
        comments.append({"developerComment": {"text": reply}})
    return payload(json.dumps({"reviewId": "gp:AOqp", "comments": comments}))


def test_goes_on_while_there_is_a_new_token() -> None:
    first, second = "reviews_real_2016.json", "reviews_real_2016_edited.json"
    answers = [payload(HERE / name) for name in (first, second, second)]
    asked, _ = drive(google_play.pages(TARGET, {}), answers)
    tokens = [query(request).get("token") for request in asked]
    assert [bool(token) for token in tokens] == [False, True, True]
    assert {request.url for request in asked} == {f"{API}/reviews"}
    assert asked[0].auth == ServiceAccount(
        "google_play", google_play.SCOPE, "https://oauth2.googleapis.com/token"
    )


def test_absence_is_never_told_as_the_whole_list() -> None:
    for name in ("reviews_real_2016.json", "week_without_reviews_HANDMADE.json"):
        assert google_play.parse(payload(HERE / name), TARGET).complete is False
    _, item = drive(google_play.one(TARGET, "gp:old"), [payload("", status=404)])
    assert item.external_id == "gp:old"
    assert {"text", "rating", "reply_text", "published_at"} <= set(item.partial)


def test_an_edit_took_the_reply_away() -> None:
    before = google_play.parse(payload(HERE / "reviews_real_2016.json"), TARGET).items[0]
    pages = google_play.parse(payload(HERE / "reviews_real_2016_edited.json"), TARGET).items
    after = {item.external_id: item for item in pages}[before.external_id]
    assert (before.title, after.title) == ("Iove this", "Love this app")
    assert (before.reply_text, after.reply_text) == ("Thanks you.", None)
    assert before.published_at is not None
    assert after.published_at is not None
    assert after.published_at > before.published_at
    assert before.author is None


def test_a_translation_is_asked_for_only_where_wanted() -> None:
    asked, _ = drive(google_play.pages(TARGET, {}), [])
    assert "translationLanguage" not in query(asked[0])
    wanted = Target(
        key="t",
        source="google_play",
        ref="com.example.app",
        options=google_play.Options(translate="ru"),
    )
    asked, _ = drive(google_play.pages(wanted, {}), [])
    assert query(asked[0])["translationLanguage"] == "ru"


def test_a_reply_is_posted_and_read_back() -> None:
    asked, receipt = drive(
        google_play.reply(TARGET, ITEM, TEXT), [payload('{"result":{}}'), review(TEXT)]
    )
    assert [(request.method, request.url) for request in asked] == [
        ("POST", f"{API}/reviews/gp%3AAOqp:reply"),
        ("GET", f"{API}/reviews/gp%3AAOqp"),
    ]
    assert asked[0].json == {"replyText": TEXT}
    assert receipt.outcome == "published"


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        ((payload("", status=504), review(TEXT)), "published"),
        ((payload("{}"), review(None)), "unknown"),
        ((payload("{}"), review("без <b>тегов</b>")), "unknown"),
        ((payload("{}"), payload("", status=503)), "unknown"),
        ((payload("{}"), payload("", status=404)), "unknown"),
        ((payload('{"error":{"code":400,"message":"too long"}}', status=400),), "refused"),
    ],
)
def test_other_ends_of_a_reply(answers: tuple[Any, ...], outcome: str) -> None:
    assert drive(google_play.reply(TARGET, ITEM, TEXT), answers)[1].outcome == outcome


@pytest.mark.parametrize(
    ("file", "status", "error"),
    [("error_403_HANDMADE.json", 403, Denied), ("error_429_HANDMADE.json", 429, RateLimited)],
)
def test_a_missing_right_or_quota_publishes_nothing(
    file: str, status: int, error: type[Exception]
) -> None:
    with pytest.raises(error):
        drive(google_play.reply(TARGET, ITEM, TEXT), [payload(HERE / file, status=status)])


def test_the_limit_is_350_characters() -> None:
    assert google_play.REPLY_LIMIT.fits("я" * 350)
    assert not google_play.REPLY_LIMIT.fits("я" * 351)


def test_only_package_names_are_asked_for() -> None:
    for ref in ("../../v1/x", "com", "com.example.app/reviews", ""):
        with pytest.raises(Denied, match="package name"):
            next(google_play.pages(Target(key="t", source="google_play", ref=ref), {}))


@pytest.mark.parametrize(
    ("url", "ref"),
    [
        ("https://play.google.com/store/apps/details?id=com.example.app&hl=ru", "com.example.app"),
        ("https://play.google.com/store/apps/details?hl=ru", None),
        ("https://play.google.com/store/books/details?id=com.example.app", None),
        ("https://example.com/store/apps/details?id=com.example.app", None),
    ],
)
def test_recognises_links(url: str, ref: str | None) -> None:
    hint = google_play.recognise_url(url)
    assert (hint.ref if hint else None) == ref
