"""Ozon: lists, replies among comments, a plan that lacks reviews, read-backs."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from conversation import conversation
from driving import DATA, drive, payload

from reviewbot.core.contract import (
    ApiKey,
    Denied,
    Item,
    NotModified,
    RateLimited,
    Target,
    Unreachable,
)
from sources.sellers import ozon
from tests.collect.loopback import Answer, Asked

HERE = Path("ozon")
TARGET = Target(key="t/ozon", source="ozon", ref="shop", secret_ref="ozon")
SECRET = {"client_id": "1234", "api_key": "ozon-key-of-a-test"}


@dataclass
class Shop:
    """The sellers' API, as its public clients know it."""

    reviews: list[dict[str, Any]] = field(default_factory=list)
    comments: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    refuse: list[Answer] = field(default_factory=list)
    swallow: bool = False

    def add(self, count: int = 1, *, sku: int = 1) -> None:
        for _ in range(count):
            self.reviews.append(
                {
                    "id": f"r{len(self.reviews):04}",
                    "sku": sku,
                    "text": "Плохо",
                    "rating": 1,
                    "published_at": "2026-02-20T10:00:00Z",
                }
            )

    def say(self, name: str, text: str, *, owner: bool) -> None:
        said = self.comments.setdefault(name, [])
        said.append(
            {
                "id": f"{name}-c{len(said)}",
                "text": text,
                "is_owner": owner,
                "published_at": "2026-02-21T10:00:00Z",
            }
        )

    def __call__(self, asked: Asked) -> Answer:
        assert asked.method == "POST"
        if asked.headers.get("api-key") != SECRET["api_key"]:
            return _file("error_404_key_SYNTHETIC.json", 404)
        if self.refuse:
            return self.refuse.pop(0)
        return self.told(asked.path, json.loads(asked.body))

    def told(self, path: str, body: dict[str, Any]) -> Answer:
        if path == "/v1/review/list":
            if not 20 <= body["limit"] <= 100:
                return _file("error_400_limit_SYNTHETIC.json", 400)
            names = [review["id"] for review in self.reviews]
            start = names.index(body["last_id"]) + 1 if body["last_id"] else 0
            page = self.reviews[start : start + body["limit"]]
            more = start + body["limit"] < len(self.reviews)
            shown = [self.shown(review) for review in page]
            last = page[-1]["id"] if page else ""
            return _json({"reviews": shown, "has_next": more, "last_id": last})
        if path == "/v1/review/info":
            found = [each for each in self.reviews if each["id"] == body["review_id"]]
            return _json(self.shown(found[0])) if found else _json({"code": 5}, 404)
        if path == "/v1/review/comment/list":
            said = self.comments.get(body["review_id"], [])
            return _json({"comments": said[body["offset"] : body["offset"] + body["limit"]]})
        if path == "/v1/review/comment/create":
            if not self.swallow:
                self.say(body["review_id"], body["text"], owner=True)
            return _json({"comment_id": "new"})
        assert path == "/v1/review/comment/delete"
        for said in self.comments.values():
            said[:] = [each for each in said if each["id"] != body["comment_id"]]
        return _json({})

    def shown(self, review: dict[str, Any]) -> dict[str, Any]:
        return {**review, "comments_amount": len(self.comments.get(review["id"], []))}


def _json(body: Any, status: int = 200) -> Answer:
    return Answer(json.dumps(body), status=status)


def _file(name: str, status: int) -> Answer:
    return Answer((DATA / HERE / name).read_bytes(), status=status)


def talking(folder: Path, shop: Any, **more: Any) -> Any:
    return conversation(folder, ozon, shop, **{"ref": "shop", "secret": SECRET, **more})


async def test_every_page_is_read_and_replies_are_found_among_comments(tmp_path: Path) -> None:
    shop = Shop()
    shop.add(ozon.PAGE_SIZE + 1)
    shop.say("r0001", "А у меня то же самое", owner=False)
    shop.say("r0002", "И у меня", owner=False)
    shop.say("r0002", "Простите, обменяем.", owner=True)
    shop.say("r0002", "Ещё раз простите", owner=True)
    async with talking(tmp_path, shop) as talk:
        reading = await talk.read()
    assert reading.error is None
    assert reading.complete
    found = {item.external_id: item for item in reading.items}
    assert len(found) == ozon.PAGE_SIZE + 1
    assert found["r0002"].reply_text == "Простите, обменяем."
    assert found["r0002"].reply_at is not None
    assert found["r0001"].reply_text is None
    assert not any(item.partial for item in reading.items)
    paths = talk.server.paths()
    assert paths.count("/v1/review/list") == 2
    assert paths.count("/v1/review/comment/list") == 2, "only where there are comments"


def test_comments_are_asked_for_again_only_when_their_number_changes() -> None:
    item = Item(external_id="r1", rating=1, site={"comments": 2}, partial=("reply_text",))
    steps = ozon.in_full(TARGET, item, None)
    assert steps is not None
    _, whole = drive(steps, [payload(HERE / "comments_SYNTHETIC.json")])
    assert whole.reply_text == "Спасибо, что выбрали нас!"
    assert ozon.in_full(TARGET, item, whole) is None
    assert ozon.in_full(TARGET, item.with_(site={"comments": 3}), whole) is not None
    none = item.with_(site={"comments": 0}, partial=())
    assert ozon.in_full(TARGET, none, None) is None
    steps = ozon.in_full(TARGET, none, whole)
    assert steps is not None
    asked, bare = drive(steps, [])
    assert asked == []
    assert bare.reply_text is None, "the comments were deleted"
    unsaid = item.with_(site={})
    steps = ozon.in_full(TARGET, unsaid, None)
    assert steps is not None
    _, whole = drive(steps, [payload(HERE / "comments_SYNTHETIC.json")])
    assert ozon.in_full(TARGET, unsaid, whole) is None


async def test_a_reply_is_created_once_and_read_back(tmp_path: Path) -> None:
    shop = Shop()
    shop.add()
    shop.say("r0000", "Согласен с отзывом", owner=False)
    async with talking(tmp_path, shop) as talk:
        review = (await talk.read()).items[0]
        receipt = await talk.run(ozon.reply(talk.target, review, "Простите.  Обменяем."))
        made = [each for each in talk.server.asked if each.path.endswith("/create")]
        again = await talk.run(ozon.one(talk.target, "r0000"))
    assert receipt.outcome == "published"
    assert receipt.at is not None
    assert len(made) == 1
    assert json.loads(made[0].body) == {
        "review_id": "r0000",
        "text": "Простите.  Обменяем.",
        "mark_review_as_processed": True,
    }
    assert made[0].headers["client-id"] == "1234"
    assert again.reply_text == "Простите. Обменяем."


async def test_a_comment_that_does_not_show_is_unknown(tmp_path: Path) -> None:
    shop = Shop(swallow=True)
    shop.add()
    async with talking(tmp_path, shop) as talk:
        receipt = await talk.run(ozon.reply(talk.target, Item(external_id="r0000"), "Ок."))
    assert receipt.outcome == "unknown"


async def test_a_create_that_broke_off_but_landed_shows_on_reading_back(tmp_path: Path) -> None:
    shop = Shop()
    shop.add()

    def breaking(asked: Asked) -> Answer:
        told = shop(asked)
        return Answer("x" * 10, cut=3) if asked.path.endswith("/create") else told

    async with talking(tmp_path, breaking) as talk:
        with pytest.raises(Unreachable):
            await talk.run(ozon.reply(talk.target, Item(external_id="r0000"), "Ок."))
        shown = await talk.run(ozon.one(talk.target, "r0000"))
        made = [each for each in talk.server.asked if each.path.endswith("/create")]
    assert shown.reply_text == "Ок."
    assert len(made) == 1


async def test_withdraw_deletes_our_comment_and_no_other(tmp_path: Path) -> None:
    shop = Shop()
    shop.add()
    shop.say("r0000", "Старый ответ", owner=True)
    shop.say("r0000", "Новый ответ", owner=True)
    review = Item(external_id="r0000", reply_text="Старый ответ")
    async with talking(tmp_path, shop) as talk:
        receipt = await talk.run(ozon.withdraw(talk.target, review))
    assert receipt.outcome == "withdrawn"
    assert [each["text"] for each in shop.comments["r0000"]] == ["Новый ответ"]


async def test_too_many_requests_say_when_to_come_back(tmp_path: Path) -> None:
    shop = Shop()
    shop.add()
    limited = (DATA / HERE / "error_429_SYNTHETIC.json").read_bytes()
    shop.refuse = [Answer(limited, status=429, headers={"Retry-After": "600"})]
    async with talking(tmp_path, shop) as talk:
        reading = await talk.read()
        assert isinstance(reading.error, RateLimited)
        assert reading.error.retry_after == 600
        assert isinstance((await talk.read()).error, RateLimited)
        assert len(talk.server.asked) == 1, "the host is left alone until then"
        talk.clock.advance(minutes=11)
        assert (await talk.read()).error is None


async def test_a_missing_plan_is_told_from_a_wrong_key(tmp_path: Path) -> None:
    shop = Shop(refuse=[_file("error_403_subscription_SYNTHETIC.json", 403)])
    async with talking(tmp_path, shop) as talk:
        error = (await talk.read()).error
    assert isinstance(error, Denied)
    assert not error.credential
    assert "Premium Plus" in error.reason
    (tmp_path / "other").mkdir()
    wrong = {**SECRET, "api_key": "another-key-of-a-test"}
    async with talking(tmp_path / "other", Shop(), secret=wrong) as talk:
        error = (await talk.read()).error
    assert isinstance(error, Denied)
    assert error.credential


async def test_one_product_of_an_account(tmp_path: Path) -> None:
    shop = Shop()
    shop.add(2, sku=1)
    shop.add(1, sku=2)
    async with talking(tmp_path, shop, options=ozon.Options(sku=2)) as talk:
        reading = await talk.read()
    assert [item.external_id for item in reading.items] == ["r0002"]


async def test_one_review_that_is_gone(tmp_path: Path) -> None:
    async with talking(tmp_path, Shop()) as talk:
        assert await talk.run(ozon.one(talk.target, "r9")) is None


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        ((payload("{}"), payload('{"comments": []}')), "unknown"),
        ((payload("{}"), payload("", status=503)), "unknown"),
        ((payload("{}"), payload("{}")), "unknown"),
        ((payload("{}"), payload(HERE / "comments_SYNTHETIC.json")), "unknown"),
        ((payload(HERE / "error_400_limit_SYNTHETIC.json", status=400),), "refused"),
        ((payload('{"code": 5, "message": "review not found"}', status=404),), "refused"),
    ],
)
def test_ends_of_a_reply(answers: tuple[Any, ...], outcome: str) -> None:
    _, receipt = drive(ozon.reply(TARGET, Item(external_id="r1"), "Ок."), answers)
    assert receipt.outcome == outcome
    assert receipt.detail


def test_a_place_in_the_list_that_comes_again_does_not_go_round() -> None:
    same = payload(HERE / "review_list_SYNTHETIC.json")
    asked, _ = drive(ozon.pages(TARGET, {}), [same] * 5)
    assert len(asked) == 2
    assert asked[1].json["last_id"] == "019ed18a-5f83-7be5-a8fb-000000000003"
    assert asked[0].auth == ApiKey("ozon", (("Client-Id", "client_id"), ("Api-Key", "api_key")))
    assert len(drive(ozon.pages(TARGET, {}), [NotModified("x")])[0]) == 1


@pytest.mark.parametrize(
    ("url", "ref", "sku"),
    [
        (
            "https://www.ozon.ru/product/mobilnyy-telefon-bq-2842-black-2608237202/reviews/",
            "2608237202",
            2608237202,
        ),
        ("https://ozon.ru/product/2608237202", "2608237202", 2608237202),
        ("ozon:shop", "shop", None),
        ("ozon:2608237202", "2608237202", 2608237202),
    ],
)
def test_recognises(url: str, ref: str, sku: int | None) -> None:
    hint = ozon.recognise_url(url)
    assert hint is not None
    assert (hint.ref, hint.options.get("sku")) == (ref, sku)


def test_other_links_are_not_taken() -> None:
    assert ozon.recognise_url("https://www.ozon.ru/seller/x-1234567/") is None
    assert ozon.recognise_url("https://example.com/product/x-2608237202/") is None
