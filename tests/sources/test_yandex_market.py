"""Yandex Market: two lists in either order, answers among comments, refusals."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from conversation import conversation
from driving import drive, payload

from reviewbot.config.link_advice import advice
from reviewbot.core.contract import Denied, Item, RateLimited, Source, Target
from sources import yandex_maps
from sources.sellers import _market_requests, yandex_market
from tests.collect.loopback import Answer, Asked
from tests.collect.shop_stand_ins import YandexMarket
from tests.collect.stand_ins import Told
from tests.store.store_world import MONDAY

HERE = Path("yandex_market")
TARGET = Target(key="t/market", source="yandex_market", ref="1234567", secret_ref="market")
OK = payload('{"status": "OK", "result": {"comments": []}}')


def shop(count: int, *, answered: int = 0, oldest_first: bool = False) -> YandexMarket:
    """Newest first; the first `answered` have an answer."""
    site = YandexMarket(
        reviews=[
            Told(
                str(9000 - n),
                MONDAY - timedelta(hours=n),
                reply="Ответ." if n < answered else None,
            )
            for n in range(count)
        ]
    )
    site.oldest_first = oldest_first
    return site


def talking(folder: Path, site: Any, **more: Any) -> Any:
    given = {"ref": "1234567", "secret": YandexMarket.secret, **more}
    return conversation(folder, yandex_market, site, **given)


def lists(site: YandexMarket) -> list[tuple[str, str]]:
    return [
        (json.loads(asked.body)["reactionStatus"], asked.query.get("pageToken", ""))
        for asked in site.asked
        if asked.path.endswith("/goods-feedback")
    ]


@pytest.mark.parametrize("oldest_first", [False, True])
async def test_the_newest_that_wait_are_read_first(tmp_path: Path, oldest_first: bool) -> None:
    site = shop(120, answered=5, oldest_first=oldest_first)
    async with talking(tmp_path, site) as talk:
        first = await talk.read(whole=False)
        shown = {item.external_id for item in first.items}
        assert "8995" in shown, "the newest that waits"
        reading = await talk.read()
    assert reading.error is None
    assert reading.complete
    found = {item.external_id: item for item in reading.items}
    assert len(found) == 120
    assert [found[name].reply_text for name in ("9000", "8995")] == ["Ответ.", None]
    assert not any(item.partial for item in reading.items)


async def test_a_short_list_is_looked_at_and_read(tmp_path: Path) -> None:
    site = shop(2)
    async with talking(tmp_path, site) as talk:
        assert (await talk.read()).complete
    waiting, whole = ("NEED_REACTION", ""), ("ALL", "")
    assert lists(site) == [waiting, waiting, whole, whole]


def test_a_list_too_long_to_walk_is_never_called_complete() -> None:
    entry = json.loads((payload(HERE / "waiting_SYNTHETIC.json")).text)["result"]["feedbacks"]

    def page(number: int) -> Any:
        listed = {"feedbacks": entry[::-1], "paging": {"nextPageToken": str(number)}}
        return payload(json.dumps({"status": "OK", "result": listed}))

    asked, _ = drive(yandex_market.pages(TARGET, {}), [page(n) for n in range(1, 200)])
    way = _market_requests.LONGEST_WAY
    assert [request.kind for request in asked[: 2 * way]] == ["step"] * way + ["page"] * way
    ends = [request.url for request in asked if request.url.endswith("%20end")]
    assert ends == []
    # That the newest are not reached is told, not passed over.
    newest = replace(page(way), url=asked[way].url)
    [told] = yandex_market.parse(newest, TARGET).unreadable
    assert told.why == (
        "the oldest come first and there are more than 2000: the newest are not reached"
    )
    part = replace(page(way), url=asked[way + 1].url)
    assert yandex_market.parse(part, TARGET).unreadable == ()


def test_comments_are_asked_for_when_something_about_them_moved() -> None:
    item = Item(external_id="7", site={"comments": 1, "need_reaction": False})
    known = item.with_(site={**item.site, "comments_read": 1}, reply_state="published")
    assert yandex_market.in_full(TARGET, item, known) is None
    for moved in (known.with_(reply_state="pending"), known.with_(site={"comments_read": 2})):
        assert yandex_market.in_full(TARGET, item, moved) is not None
    again = item.with_(site={"comments": 1, "need_reaction": True})
    assert yandex_market.in_full(TARGET, again, known) is not None
    none = item.with_(site={"comments": 0})
    assert yandex_market.in_full(TARGET, none, None) is None


async def test_an_answer_is_written_then_changed_then_taken_back(tmp_path: Path) -> None:
    site = shop(1)
    async with talking(tmp_path, site) as talk:
        review = await talk.run(yandex_market.one(talk.target, "9000"))
        receipt = await talk.run(yandex_market.reply(talk.target, review, "Заменим."))
        assert (receipt.outcome, receipt.text) == ("published", "Заменим.")
        review = await talk.run(yandex_market.one(talk.target, "9000"))
        assert review.reply_text == "Заменим."
        await talk.run(yandex_market.reply(talk.target, review, "Вернём деньги."))
        written = [
            json.loads(asked.body) for asked in site.asked if asked.path.endswith("/update")
        ]
        assert written == [
            {"feedbackId": 9000, "comment": {"text": "Заменим."}},
            {"feedbackId": 9000, "comment": {"text": "Вернём деньги.", "id": 9000}},
        ]
        assert (await talk.run(yandex_market.withdraw(talk.target, review))).outcome == "withdrawn"
        assert await talk.run(yandex_market.one(talk.target, "1")) is None
        assert await talk.run(yandex_market.one(talk.target, "x")) is None


async def test_420_is_a_limit_that_is_kept(tmp_path: Path) -> None:
    site = shop(1)
    body, limited = payload(HERE / "error_420_SYNTHETIC.json").content, [1]

    def limiting(asked: Asked) -> Answer:
        return Answer(body, 420, {"Retry-After": "600"}) if limited else site(asked)

    async with talking(tmp_path, limiting) as talk:
        error = (await talk.read()).error
        assert isinstance(error, RateLimited)
        assert error.retry_after == 600
        limited.clear()
        assert isinstance((await talk.read()).error, RateLimited), "left alone until then"
        talk.clock.advance(minutes=11)
        assert (await talk.read()).error is None


async def test_a_wrong_key_is_a_refused_credential(tmp_path: Path) -> None:
    async with talking(tmp_path, shop(1), secret={"api_key": "another"}) as talk:
        error = (await talk.read()).error
    assert isinstance(error, Denied)
    assert error.credential


async def test_one_offer_of_a_cabinet(tmp_path: Path) -> None:
    site = shop(1)
    async with talking(tmp_path, site, options=yandex_market.Options(offer_id="K-17")) as talk:
        await talk.read()
    assert {tuple(json.loads(asked.body)["offerIds"]) for asked in site.asked} == {("K-17",)}


@pytest.mark.parametrize(
    ("file", "status", "outcome"),
    [
        ("error_400_SYNTHETIC.json", 400, "refused"),
        ("error_404_SYNTHETIC.json", 404, "refused"),
        ("error_400_SYNTHETIC.json", 200, "refused"),
        ("comments_moderated_SYNTHETIC.json", 200, "pending"),
        ("comments_SYNTHETIC.json", 200, "unknown"),
    ],
)
def test_ends_of_a_reply(file: str, status: int, outcome: str) -> None:
    told = payload(HERE / file, status=status)
    answers = [told] if "error" in file else [OK, told]
    steps = yandex_market.reply(TARGET, Item(external_id="700000002"), "Простите, заменим.")
    _, receipt = drive(steps, answers)
    assert receipt.outcome == outcome


def test_an_id_that_is_no_number_is_never_asked_for() -> None:
    asked, receipt = drive(yandex_market.reply(TARGET, Item(external_id="x"), "Ок."), [])
    assert (asked, receipt.outcome) == ([], "refused")


@pytest.mark.parametrize(
    "url",
    [
        "yandex_market:1234567",
        "https://partner.market.yandex.ru/business/1234567/reviews?x=1",
    ],
)
def test_recognises(url: str) -> None:
    hint = yandex_market.recognise_url(url)
    assert hint is not None
    assert hint.ref == "1234567"


def test_a_page_of_the_shop_window_is_told_the_way() -> None:
    url = "https://market.yandex.ru/product--chainik/1234567/reviews"
    assert yandex_market.recognise_url(url) is None
    assert yandex_maps.recognise_url(url) is None
    known: dict[str, Source] = {"yandex_maps": yandex_maps, "yandex_market": yandex_market}  # type: ignore[dict-item]
    told = advice(url, known)
    assert told is not None
    assert "yandex_market" in f"{told}"
