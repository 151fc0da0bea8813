"""Wildberries: two lists and an archive, answers that are read back, refusals."""

import json
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from conversation import conversation
from driving import DATA, drive, payload, query

from reviewbot.core.contract import (
    Bearer,
    Denied,
    Item,
    NotModified,
    RateLimited,
    Target,
    Unreachable,
)
from sources.sellers import wildberries
from tests.collect.loopback import Answer, Asked

HERE = Path("wildberries")
TARGET = Target(key="t/wildberries", source="wildberries", ref="shop", secret_ref="wb")
ITEM = Item(external_id="wrong0")
SECRET = {"token": "wb-token-of-a-test"}
SAMPLE = json.loads((DATA / HERE / "feedbacks_list_200.json").read_text())["data"]["feedbacks"][0]


@dataclass
class Shop:
    """The API of feedbacks, as its documentation describes it."""

    reviews: dict[str, dict[str, Any]] = field(default_factory=dict)
    archived: set[str] = field(default_factory=set)
    refuse: list[Answer] = field(default_factory=list)
    moderated: bool = False

    def add(self, name: str, *, answer: str = "", archived: bool = False) -> None:
        shown = {"text": answer, "state": "wbRu", "editable": True} if answer else None
        self.reviews[name] = {**deepcopy(SAMPLE), "id": name, "answer": shown}
        if archived:
            self.archived.add(name)

    def __call__(self, asked: Asked) -> Answer:
        if asked.headers.get("authorization") != SECRET["token"]:
            return Answer((DATA / HERE / "feedbacks_list_401.json").read_bytes(), status=401)
        if self.refuse:
            return self.refuse.pop(0)
        if asked.path == "/api/v1/feedbacks/answer":
            return self.take(json.loads(asked.body))
        if asked.path == "/api/v1/feedback":
            found = self.reviews.get(asked.query["id"])
            if found is None:
                return Answer((DATA / HERE / "wrong_id_HANDMADE.json").read_bytes(), status=404)
            return self.told(found)
        assert asked.query["order"] == "dateDesc"
        names = sorted(self.reviews)
        if asked.path.endswith("/archive"):
            names = [name for name in names if name in self.archived]
        else:
            wanted = {"true": True, "false": False}[asked.query["isAnswered"]]
            names = [
                name
                for name in names
                if name not in self.archived
                and (self.reviews[name]["answer"] is not None) is wanted
            ]
        skip, take = int(asked.query["skip"]), int(asked.query["take"])
        page = [self.reviews[name] for name in names[skip : skip + take]]
        return self.told({"countUnanswered": 7, "feedbacks": page})

    def told(self, data: Any) -> Answer:
        return Answer(json.dumps({"data": data, "error": False, "errorText": ""}))

    def take(self, body: dict[str, str]) -> Answer:
        if body["id"] in self.reviews:
            state = "reviewRequired" if self.moderated else "wbRu"
            answer = {"text": body["text"], "state": state, "editable": True}
            self.reviews[body["id"]]["answer"] = answer
        return Answer(status=204)


def talking(folder: Path, shop: Shop, *, token: str = SECRET["token"]) -> Any:
    return conversation(folder, wildberries, shop, ref="shop", secret={"token": token})


async def test_all_three_lists_are_read_to_their_ends(tmp_path: Path) -> None:
    shop = Shop()
    for number in range(wildberries.PAGE_SIZE + 1):
        shop.add(f"a{number:04}", answer="Спасибо!")
    shop.add("n1")
    shop.add("old1", answer="Спасибо!", archived=True)
    shop.add("wordless1", archived=True)
    async with talking(tmp_path, shop) as talk:
        reading = await talk.read()
    assert reading.error is None
    assert reading.complete
    assert {item.external_id for item in reading.items} == set(shop.reviews)
    asked = [
        (each.path, each.query.get("isAnswered"), each.query["skip"]) for each in talk.server.asked
    ]
    assert asked == [
        ("/api/v1/feedbacks", "false", "0"),
        ("/api/v1/feedbacks", "true", "0"),
        ("/api/v1/feedbacks", "true", "500"),
        ("/api/v1/feedbacks/archive", None, "0"),
    ]


async def test_an_answer_is_posted_once_and_read_back(tmp_path: Path) -> None:
    shop = Shop()
    shop.add("n1")
    async with talking(tmp_path, shop) as talk:
        review = (await talk.read()).items[0]
        receipt = await talk.run(wildberries.reply(talk.target, review, "Простите.  Обменяем."))
        posted = [each for each in talk.server.asked if each.path.endswith("/answer")]
        again = (await talk.read()).items[0]
    assert (receipt.outcome, receipt.text) == ("published", "Простите. Обменяем.")
    assert [each.method for each in posted] == ["POST"]
    assert json.loads(posted[0].body) == {"id": "n1", "text": "Простите.  Обменяем."}
    assert again.reply_text == "Простите. Обменяем."
    assert again.reply_at is None, "Wildberries does not date answers"


async def test_a_wrong_id_taken_with_204_is_not_published(tmp_path: Path) -> None:
    async with talking(tmp_path, Shop()) as talk:
        receipt = await talk.run(wildberries.reply(talk.target, ITEM, "Спасибо!"))
    assert [each.path for each in talk.server.asked] == [
        "/api/v1/feedbacks/answer",
        "/api/v1/feedback",
    ]
    assert receipt.outcome == "refused"
    assert "no review" in receipt.detail


async def test_an_answer_under_moderation_is_pending(tmp_path: Path) -> None:
    shop = Shop(moderated=True)
    shop.add("n1")
    async with talking(tmp_path, shop) as talk:
        receipt = await talk.run(wildberries.reply(talk.target, Item(external_id="n1"), "Ок."))
    assert receipt.outcome == "pending"


async def test_a_post_that_broke_off_but_landed_shows_on_reading_back(tmp_path: Path) -> None:
    shop = Shop()
    shop.add("n1")

    def breaking(asked: Asked) -> Answer:
        told = shop(asked)
        return Answer("x" * 10, cut=3) if asked.method == "POST" else told

    async with conversation(tmp_path, wildberries, breaking, ref="shop", secret=SECRET) as talk:
        with pytest.raises(Unreachable):
            await talk.run(wildberries.reply(talk.target, Item(external_id="n1"), "Ок."))
        shown_now = await talk.run(wildberries.one(talk.target, "n1"))
        posts = [each for each in talk.server.asked if each.method == "POST"]
    assert shown_now.reply_text == "Ок."
    assert len(posts) == 1


async def test_too_many_requests_say_when_to_come_back(tmp_path: Path) -> None:
    shop = Shop()
    shop.add("n1")
    limited = (DATA / HERE / "feedbacks_list_429.json").read_bytes()
    shop.refuse = [Answer(limited, status=429, headers={"Retry-After": "600"})]
    async with talking(tmp_path, shop) as talk:
        reading = await talk.read()
        assert isinstance(reading.error, RateLimited)
        assert reading.error.retry_after == 600
        with pytest.raises(RateLimited):
            await talk.run(wildberries.reply(talk.target, Item(external_id="n1"), "Ок."))
        assert len(talk.server.asked) == 1, "the host is left alone until then"
        talk.clock.advance(minutes=11)
        assert (await talk.read()).error is None


async def test_a_wrong_token_is_told_from_a_missing_right(tmp_path: Path) -> None:
    async with talking(tmp_path, Shop(), token="another-token") as talk:
        error = (await talk.read()).error
    assert isinstance(error, Denied)
    assert error.credential
    shop = Shop(refuse=[Answer((DATA / HERE / "forbidden_403_HANDMADE.json").read_bytes(), 403)])
    (tmp_path / "other").mkdir()
    async with talking(tmp_path / "other", shop) as talk:
        error = (await talk.read()).error
    assert isinstance(error, Denied)
    assert not error.credential


def shown(answer: str | None, state: str = "wbRu") -> Any:
    told = {"text": answer, "state": state} if answer else None
    data = {**deepcopy(SAMPLE), "id": "n1", "answer": told}
    return payload(json.dumps({"data": data, "error": False}))


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        ((payload("", status=204), shown(None)), "unknown"),
        ((payload("", status=204), shown("Старый ответ")), "unknown"),
        ((payload("", status=204), payload("", status=503)), "unknown"),
        ((payload("", status=204), payload(HERE / "feedbacks_list_400.json")), "unknown"),
        ((payload("", status=204), shown("Ок.", "rejected")), "refused"),
        ((payload("", status=502), shown("Ок.")), "published"),
        ((payload(HERE / "answer_400.json", status=400),), "refused"),
        ((payload(HERE / "feedbacks_list_400.json"),), "refused"),
    ],
)
def test_ends_of_a_reply(answers: tuple[Any, ...], outcome: str) -> None:
    steps = wildberries.reply(TARGET, Item(external_id="n1"), "Ок.")
    _, receipt = drive(steps, answers)
    assert receipt.outcome == outcome
    assert receipt.detail or outcome == "published"


@pytest.mark.parametrize(
    ("file", "error"),
    [("feedbacks_list_401.json", Denied), ("feedbacks_list_429.json", RateLimited)],
)
def test_refused_replies_publish_nothing(file: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        drive(wildberries.reply(TARGET, ITEM, "Ок."), [payload(HERE / file)])


def test_an_answer_that_is_there_is_changed_not_doubled() -> None:
    review = Item(external_id="n1", reply_text="Старый ответ")
    asked, _ = drive(wildberries.reply(TARGET, review, "Новый"), [])
    assert [request.method for request in asked] == ["PATCH"]


def test_one_product_is_asked_for_by_its_number() -> None:
    target = Target(
        key="t", source="wildberries", ref="1", options=wildberries.Options(nm_id=987654321)
    )
    empty = payload(HERE / "no_reviews_HANDMADE.json")
    asked, _ = drive(wildberries.pages(target, {}), [empty] * 3)
    assert [query(request).get("nmId") for request in asked] == ["987654321"] * 3
    assert asked[0].auth == Bearer("", scheme="")


def test_an_unchanged_list_ends_the_reading() -> None:
    assert len(drive(wildberries.pages(TARGET, {}), [NotModified("x")])[0]) == 1


def test_a_supplement_names_the_review_it_belongs_to() -> None:
    item = wildberries.parse(payload(HERE / "unanswered_HANDMADE.json"), TARGET).items[0]
    assert item.site["parent"] == "YX52RZEBhH9mrcYdEJuD"


def test_the_counter_of_another_list_does_not_count_this_one() -> None:
    zero = HERE / "zero_beside_counter_HANDMADE.json"
    base = "https://feedbacks-api.wildberries.ru/api/v1/feedbacks?take=500&skip=0"
    for query_, told in (
        ("&isAnswered=false", 52),
        ("&isAnswered=true", None),
        ("&isAnswered=false&nmId=1", None),
    ):
        page = wildberries.parse(payload(zero, url=base + query_), TARGET)
        assert page.counters.reviews == told


@pytest.mark.parametrize(
    ("url", "ref", "options"),
    [
        ("https://www.wildberries.ru/catalog/987654321/detail.aspx", "987654321", 987654321),
        ("https://wb.ru/catalog/987654321/feedbacks?imtId=1", "987654321", 987654321),
        ("wildberries:shop", "shop", None),
        ("wildberries:987654321", "987654321", 987654321),
    ],
)
def test_recognises(url: str, ref: str, options: int | None) -> None:
    hint = wildberries.recognise_url(url)
    assert hint is not None
    assert (hint.ref, hint.options.get("nm_id")) == (ref, options)


def test_other_links_are_not_taken() -> None:
    assert wildberries.recognise_url("https://www.wildberries.ru/brands/x") is None
    assert wildberries.recognise_url("https://example.com/catalog/987654321/") is None


def test_too_long_and_too_short_are_refused_by_the_limit() -> None:
    assert not wildberries.REPLY_LIMIT.fits("я")
    assert wildberries.REPLY_LIMIT.fits("я" * 5000)
    assert not wildberries.REPLY_LIMIT.fits("я" * 5001)
