"""VK: who may read and who may write, replies below comments, errors with status 200."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from driving import drive, payload, query

from reviewbot import registry
from reviewbot.core.contract import Bearer, Denied, Item, RateLimited, Target, publishes
from sources import vk

HERE = Path("vk")
WALL = Target(key="t/vk", source="vk", ref="wall-12345_67", secret_ref="vk")
TOPIC = Target(key="t/vk", source="vk", ref="topic-12345_68", secret_ref="vk")
ITEM = Item(external_id="90")
TEXT = "Анна, простите нас. Разберёмся сегодня."


def shown(*replies: str, count: int | None = None, number: int = 90) -> Any:
    below = [
        {"id": 100 + place, "from_id": -12345, "date": 1772710000 + place, "text": text}
        for place, text in enumerate(replies)
    ]
    thread = {"count": len(below) if count is None else count, "items": below}
    comment = {"id": number, "from_id": 1, "date": 1772700000, "text": "Плохо", "thread": thread}
    return payload(json.dumps({"response": {"count": 1, "items": [comment]}}))


def error(code: int) -> Any:
    return payload(json.dumps({"error": {"error_code": code, "error_msg": "no"}}))


def full(first: int, count: int) -> Any:
    comments = [{"id": first + place, "from_id": 1, "text": "x"} for place in range(100)]
    return payload(json.dumps({"response": {"count": count, "items": comments}}))


def test_reads_a_post_with_the_service_token_page_by_page() -> None:
    asked, _ = drive(vk.pages(WALL, {}), [full(1, 250), full(101, 250), shown()])
    assert [query(request)["offset"] for request in asked] == ["0", "100", "200"]
    assert {request.url for request in asked} == {"https://api.vk.com/method/wall.getComments"}
    wanted = {"owner_id": "-12345", "post_id": "67", "sort": "desc", "thread_items_count": "10"}
    assert wanted.items() <= query(asked[0]).items()
    assert asked[0].auth == Bearer("vk", field="service_token")
    assert len(drive(vk.pages(WALL, {}), [full(1, 200), full(101, 200)])[0]) == 2


def test_reads_a_topic_by_its_own_method() -> None:
    asked, _ = drive(vk.pages(TOPIC, {}), [shown()])
    assert [request.url for request in asked] == ["https://api.vk.com/method/board.getComments"]
    assert {"group_id": "12345", "topic_id": "68"}.items() <= query(asked[0]).items()


def test_people_of_the_community_answer_from_their_own_pages() -> None:
    """Nothing in VK's answer tells them from guests: the option names them."""
    below = [{"id": 101, "from_id": 555, "date": 1772710000, "text": "[id1|Анна], простите нас"}]
    thread = {"count": 1, "items": below}
    guest = {"id": 90, "from_id": 1, "date": 1772700000, "text": "Плохо", "thread": thread}
    own = {"id": 91, "from_id": 555, "date": 1772700000, "text": "Всем спасибо!"}
    answer = payload(json.dumps({"response": {"count": 2, "items": [guest, own]}}))
    assert [item.reply_text for item in vk.parse(answer, WALL).items] == [None, None]
    named = replace(WALL, options=vk.Options(admins=("555", "id777")))
    [item] = vk.parse(answer, named).items
    assert (item.external_id, item.reply_text) == ("90", "простите нас")


def test_a_reply_beyond_those_shown_is_unknown_and_not_absent() -> None:
    item = vk.parse(shown("Простите", count=14), WALL).items[0]
    assert item.reply_text == "Простите"
    for answer, partial in ((shown(), False), (shown(count=14), True)):
        item = vk.parse(answer, WALL).items[0]
        assert item.reply_text is None
        assert ("reply_text" in item.partial) is partial
    assert "reply_text" in vk.parse(shown(), TOPIC).items[0].partial


def test_replies_in_a_topic_are_told_by_their_mark() -> None:
    items = vk.parse(payload(HERE / "topic_comments_HANDMADE.json"), TOPIC).items
    assert [(item.external_id, item.reply_text) for item in items] == [
        ("93", "уже разбираемся"),
        ("91", "спасибо!"),
    ]


def test_a_reply_is_written_once_by_the_community_and_read_back() -> None:
    asked, receipt = drive(
        vk.reply(WALL, ITEM, TEXT), [payload('{"response":{"comment_id":101}}'), shown("a", TEXT)]
    )
    sent = dict(asked[0].form)
    assert asked[0].url == "https://api.vk.com/method/wall.createComment"
    assert asked[0].auth == Bearer("vk", field="token")
    wanted = {"owner_id": "-12345", "from_group": "12345", "reply_to_comment": "90"}
    assert wanted.items() <= sent.items()
    assert sent["message"] == TEXT
    assert dict(next(vk.reply(WALL, ITEM, TEXT)).form)["guid"] == sent["guid"]
    assert dict(next(vk.reply(WALL, ITEM, "Другой")).form)["guid"] != sent["guid"]
    assert query(asked[1])["start_comment_id"] == "90"
    assert receipt.outcome == "published"


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        ((payload("", status=504), shown(TEXT)), "published"),
        ((payload('{"response":{}}'), shown(f"[id1|Анна], {TEXT}")), "published"),
        ((error(10), shown(TEXT)), "published"),
        ((payload("<html>"), shown(TEXT)), "published"),
        ((payload('{"response":{}}'), shown()), "unknown"),
        ((payload('{"response":{}}'), shown("Старый")), "unknown"),
        ((payload('{"response":{}}'), shown(TEXT, number=91)), "unknown"),
        ((payload('{"response":{}}'), error(6)), "unknown"),
        ((error(222),), "refused"),
        ((payload("no such page", status=404),), "refused"),
        ((error(212),), "refused"),
    ],
)
def test_other_ends_of_a_reply(answers: tuple[Any, ...], outcome: str) -> None:
    assert drive(vk.reply(WALL, ITEM, TEXT), answers)[1].outcome == outcome


@pytest.mark.parametrize(("code", "raised"), [(5, Denied), (15, Denied), (9, RateLimited)])
def test_a_refused_token_or_a_flood_posts_nothing(code: int, raised: type[Exception]) -> None:
    with pytest.raises(raised):
        drive(vk.reply(WALL, ITEM, TEXT), [error(code)])


def test_a_bad_token_is_told_from_a_missing_right() -> None:
    for code, credential in ((5, True), (27, True), (15, False)):
        with pytest.raises(Denied) as told:
            vk.parse(error(code), WALL)
        assert told.value.credential is credential


def test_topics_are_answered_by_hand() -> None:
    module = registry.load("vk")
    assert publishes(module, WALL)
    assert not publishes(module, TOPIC)
    with pytest.raises(Denied, match="topic"):
        next(vk.reply(TOPIC, ITEM, TEXT))


def test_one_comment() -> None:
    assert drive(vk.one(WALL, "90"), [shown(TEXT)])[1].reply_text == TEXT
    assert drive(vk.one(WALL, "90"), [shown(number=91)])[1] is None
    assert drive(vk.one(WALL, "90"), [error(212)])[1] is None


@pytest.mark.parametrize(
    ("url", "ref"),
    [
        ("https://vk.com/wall-12345_67?reply=90", "wall-12345_67"),
        ("https://vk.com/tochka?w=wall-12345_67", "wall-12345_67"),
        ("https://m.vk.com/topic-12345_68?offset=20", "topic-12345_68"),
        ("https://vk.ru/topic-12345_68", "topic-12345_68"),
        ("wall-12345_67", "wall-12345_67"),
        ("https://vk.com/tochka", None),
        ("https://vk.com/wall12345_67", None),
        ("https://example.com/wall-12345_67", None),
    ],
)
def test_recognises_links(url: str, ref: str | None) -> None:
    hint = vk.recognise_url(url)
    assert (hint.ref if hint else None) == ref
